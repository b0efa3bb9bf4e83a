"""Slugs in any script."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pennypress.foundation.slugs import SlugFormField, cut_slug, is_slug, make_slug, validate_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("हिन्दी में समाचार", "हिन्दी-में-समाचार"),
        ("ข่าววันนี้", "ข่าววันนี้"),
        ("தமிழ்ச் செய்தி", "தமிழ்ச்-செய்தி"),
        ("মহানগরের খবর", "মহানগরের-খবর"),
        ("יְרוּשָׁלַיִם", "יְרוּשָׁלַיִם"),
        ("ཞོགས་པའི་གསར་འགྱུར", "ཞོགས-པའི-གསར-འགྱུར"),
        ("日本語、ニュース。", "日本語ニュース"),
        ("خبر‌های امروز", "خبرهای-امروز"),
        ("It’s “new”: A/B—test", "its-new-a-b-test"),
        ("Cafe\u0301 Ångström", "café-ångström"),
        ("2,350 $ for the ferry", "2350-for-the-ferry"),
        ("-- _ --", ""),
        ("❤️ 🚢", ""),
    ],
)
def test_a_title_becomes_a_slug_with_all_its_letters(title, slug):
    assert make_slug(title) == unicodedata.normalize("NFC", slug)


@given(st.text())
def test_what_is_made_is_a_slug_or_nothing_and_stays_as_it_is(text):
    slug = make_slug(text)
    assert slug == "" or is_slug(slug)
    assert make_slug(slug) == slug
    assert is_slug(cut_slug(slug, 7)) or not cut_slug(slug, 7)


@given(st.text(st.characters(categories=["L", "M", "Nd"]), min_size=1))
def test_no_letter_is_lost_that_can_be_seen(text):
    kept = set(unicodedata.normalize("NFC", make_slug(text, lower=False)))
    for sign in unicodedata.normalize("NFC", text):
        if (
            unicodedata.category(sign) in {"Lu", "Ll", "Lo", "Nd", "Mc"}
            and sign not in "\u115f\u1160\u3164\uffa0"
        ):
            assert sign in kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a.b",
        "a/b",
        "cafe\u0301",
        "a\u200db",
        "❤️",
        "a\u200b",
        "%41",
        "a?b",
        "\u0000",
        "\u3164",
    ],
)
def test_what_is_no_slug_is_refused(text):
    with pytest.raises(ValidationError):
        validate_slug(text)


def test_a_form_makes_a_slug_of_what_is_typed():
    field = SlugFormField(max_length=80)
    assert field.clean("हिन्दी") == "हिन्दी"
    assert field.clean("News-Today") == "News-Today"
    assert field.clean(" News from Oslo! ") == "News-from-Oslo"
    assert field.clean("cafe\u0301") == "café"
    with pytest.raises(ValidationError):
        field.clean("!!!")


def test_a_slug_is_cut_between_words_or_else_letters():
    assert cut_slug("one-two-three", 9) == "one-two"
    assert cut_slug("ข่าววันนี้", 9) == "ข่าววัน"
    assert cut_slug("short", 9) == "short"
