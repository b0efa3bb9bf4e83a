"""What readers send is checked as it will be shown."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.foundation.hygiene import BadText, take_as_is
from pennypress.words.checks import check_name, check_text

pytestmark = pytest.mark.once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=60))
@example("e\u200b\u0301")
@example("\u2069\u2067")
def test_what_is_taken_is_taken_again_unchanged(text):
    for take in (lambda text: check_text(text).text, take_as_is):
        try:
            taken = take(text)
        except BadText:
            continue
        assert take(taken) == taken
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff]", taken)
        taken.encode()  # no half of a surrogate pair is left


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=90))
def test_a_name_that_is_taken_is_one_line_and_taken_again_unchanged(name):
    try:
        taken = check_name(name)
    except BadText as error:
        assert error.field == "name"
        assert str(error)
        return
    assert taken == check_name(taken)
    assert 1 <= len(taken) <= 80
    assert taken.splitlines() == [taken]


def test_imported_text_loses_what_deceives_and_nothing_else():
    assert take_as_is("a\x00b\u202ec\u200bd\r\ne\u0301") == "abcd\né"
    assert take_as_is("Z" + "\u0313" * 9).startswith("Z")
    assert take_as_is("a\u2067b\u2069") == "a\u2067b\u2069"
    assert take_as_is("a\u2067b") == "ab"
    assert take_as_is(" A\n B\t", multiline=False) == "A B"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Price &#x202E;001$", "U+202E"),
        ("Price \u202e001$", "U+202E"),
        ("&#8237;abc", "U+202D"),
        ("`code` and &#x202d;", "U+202D"),
        ("[&#x202E;x](https://x.example)", "U+202E"),
        ("a" + "&#x300;" * 40, "marks"),
        ("a" + "*&#x300;*" * 40, "marks"),
        ("a&#x300;&#x301;&#x302;&#x303;\u0304\u0305\u0306", "marks"),
        ("&#x2067;abc", "not closed"),
        ("&#x2067;abc\n\n&#x2069;", "not closed"),
        ("a&#xE0041;&#xE0042;", "U+E0041"),
        ("a\U000e0041\U000e0042", "U+E0041"),
        ("a\U000e0100", "U+E0100"),  # how an ideograph is drawn, after none
    ],
)
def test_what_deceives_is_refused_by_name_however_it_is_written(text, why):
    with pytest.raises(BadText, match=re.escape(why)) as refused:
        check_text(text)
    assert refused.value.field == "text"


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n\n", ">", "> >", "-", "- -", "1."),
        *("***", "---", "```\n```", "` `", "\u200d"),
        *("&nbsp;", "&#8203;", "&#xFEFF;", "&#x200D;", "&zwj;&zwnj;", "[](https://x.example/)"),
        *(
            "[ ](https://x.example)",
            "**&nbsp;**",
            "&#x3164;",
            "\u2800",
            "> ***\n> -",
            "&#32;",
        ),
    ],
)
def test_a_comment_that_shows_nothing_is_empty(text):
    with pytest.raises(BadText, match="empty"):
        check_text(text)


SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    "text",
    [
        SCOTLAND,
        f"a {SCOTLAND}{SCOTLAND} b",
        "葛\U000e0100飾区",
        "辻\U000e0101",
        "\u1820\u182f\u180e\u1820",  # Mongolian, whose last vowel stands apart
        "\u1820\u180b\u180e\u1821",
        "\u182d\u180e\u1824",
        "1\ufe0f\u20e3 #\ufe0f\u20e3",
        "សួស្តី\u200bពិភពលោក",
        "ข่าว\u200bวันนี้",
        "\u115f\u1161\u1100\u1160",
        "می\u200cخواهم",
        "👩\u200d🚀 ❤\ufe0f",
        "\u2067שלום\u2069",
    ],
)
def test_what_is_well_formed_in_its_script_stays(text):
    assert check_text(text).text == text
    assert text in check_text(text).to_html()
    assert take_as_is(text) == text
    if "\u2067" not in text:
        assert check_name(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u180e\u1820", "\u1820"),
        ("a\u180eb", "ab"),
        ("a\u200bb", "ab"),
        ("\u115fa", "a"),
        ("so\u00adft", "soft"),
        ("\ufeffa", "a"),
        ("a\u2063b", "ab"),
    ],
)
def test_what_no_script_needs_there_goes(typed, kept):
    assert check_text(typed).text == check_name(typed) == take_as_is(typed) == kept


def test_indentation_of_the_first_line_stays():
    assert check_text("\n \n    a\n    b \n\n").text == "    a\n    b"
