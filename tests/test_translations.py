"""The readers' interface in Arabic and German: nothing left out, nothing broken, right to left."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation.template import templatize
from wagtail.models import Page

import pennypress

pytestmark = pytest.mark.once

LANGUAGES = ("ar", "de")
PACKAGE = Path(pennypress.__file__).parent
PYTHON = [
    *sorted((PACKAGE / "discussion" / "actions").glob("*.py")),
    *(PACKAGE / "discussion" / f"{name}.py" for name in ("forms", "markup", "views")),
    PACKAGE / "foundation" / "hygiene.py",
    *(PACKAGE / "site" / f"{name}.py" for name in ("errors", "refused_forms")),
    *sorted((PACKAGE / "words").glob("*.py")),
]
PLACEHOLDER = re.compile(r"%\(\w+\)[0-9]*[a-zA-Z]")
# Forms that stand for one number alone, which their words may name: “two gifts” is one word.
FORMS_OF_ONE_NUMBER = {"ar": {0, 1, 2}, "de": {0}}
NUMBERS_OF_FORMS = {"ar": [0, 1, 2, 5, 42, 700], "de": [1, 2]}


def readers_templates() -> list[Path]:
    folder = PACKAGE / "templates"
    return [path for path in sorted(folder.rglob("*.html")) if "admin" not in path.parts]


def words_of_python(code: str) -> Iterator[str]:
    """The words marked for translation: singulars, with their context before U+0004."""
    found = extract_python(BytesIO(code.encode()), DEFAULT_KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, words, _comments in found:
        if function and "pgettext" in function:
            yield f"{words[0]}\x04{words[1]}"
        else:
            yield words[0] if isinstance(words, tuple) else words


def words_of_template(path: Path) -> Iterator[str]:
    """As `words_of_python`: Django turns a template into something like Python for this."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    yield from words_of_python("\n".join(line.strip() for line in code.split("\n")))


def words_of_readers() -> set[str]:
    from pennypress.discussion.models import Comment
    from pennypress.funding.models import Transfer
    from pennypress.stories.models import StoryPage

    with translation.override("en"):
        words = {
            str(label)
            for choices in (Comment.State, StoryPage.Kind, Transfer.Kind)
            for label in choices.labels
        }
    for path in readers_templates():
        words.update(words_of_template(path))
    for path in PYTHON:
        words.update(words_of_python(path.read_text(encoding="utf-8")))
    return words


def key(message: Message) -> str:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}\x04{singular}" if message.context else singular


def read_catalogue(language: str) -> Catalog:
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in read_catalogue(language) if message.id]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def visible_text(page: str) -> str:
    """The words of a page as a reader meets them: no tags, but labels of controls kept."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<[^>]*?\b(?:aria-label|title|alt)="([^"]*)"[^>]*>', r" | \1 | ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " | ", page)).split())


def test_templates_are_searched_for_words():
    words = words_of_readers()
    assert {"Give", "The open ledger", "%(shown)s comment", "Carried over", "held"} <= words
    assert len(words) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_readers_is_translated(language):
    translated = {key(m) for m in messages(language) if all(forms(m)) and not m.fuzzy}
    assert sorted(words_of_readers() - translated) == [], "run bin/make-messages and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess_or_empty(language):
    bad = [key(m) for m in messages(language) if m.fuzzy or not all(forms(m))]
    assert bad == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_all_forms_of_the_language(language):
    catalogue = read_catalogue(language)
    assert catalogue.num_plurals == len(NUMBERS_OF_FORMS[language])
    plural = [m for m in messages(language) if m.pluralizable]
    assert plural
    assert [key(m) for m in plural if len(forms(m)) != catalogue.num_plurals] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_stay_the_same(language):
    for message in messages(language):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        expected = set(PLACEHOLDER.findall(originals[-1]))
        for place, form in enumerate(forms(message)):
            found = set(PLACEHOLDER.findall(form))
            if message.pluralizable and place in FORMS_OF_ONE_NUMBER[language]:
                assert found <= expected, form
            else:
                assert found == expected, form
            if "python-format" in message.flags:
                assert "%" not in PLACEHOLDER.sub("", form).replace("%%", ""), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        ours = {key(m): m.string for m in read_mo(file) if m.id}
    assert ours == {key(m): m.string for m in read_mo(compiled) if m.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_plural_form_is_reached(language):
    with translation.override(language):
        written = [
            translation.ngettext("%(shown)s comment", "%(shown)s comments", n) % {"shown": n}
            for n in NUMBERS_OF_FORMS[language]
        ]
    expected = {
        "ar": ["لا تعليقات", "تعليق واحد", "تعليقان", "5 تعليقات", "42 تعليقًا", "700 تعليق"],
        "de": ["1 Kommentar", "2 Kommentare"],
    }
    assert written == expected[language]


def test_german_quotation_marks_and_address():
    """Quotations stand in „…“, and nobody is addressed formally in the middle of a sentence."""
    for message in messages("de"):
        for form in forms(message):
            assert not re.search(r"[\"”«»]", re.sub(r"<[^>]*>", "", form)), form
            assert form.count("„") == form.count("“"), form
            # At the start of a sentence “Sie” may be an innocent “she” or “it”.
            assert not re.search(r"(?<=[\w,] )(Sie|Ihnen|Ihr(e[mnrs]?)?)\b", form), form


def test_arabic_uses_arabic_punctuation():
    """No Latin comma, semicolon or question mark between Arabic words."""
    for message in messages("ar"):
        for form in forms(message):
            assert not re.search(r"[\u0600-\u06ff]\s*[,;?]", form), form
            assert form.count("\u2068") == form.count("\u2069"), form


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("ar", ["يناير", "نوفمبر"]),
        ("de", ["Januar", "November"]),
    ],
)
def test_months_are_written_in_the_language(language, months):
    with translation.override(language):
        assert [date_format(dt.date(2026, m, 9), "F") for m in (1, 11)] == months


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ar/give/", "/ar/funding/"])
def test_arabic_pages_are_arabic_and_right_to_left(site, campaign, reader, address):
    page = reader.get(address).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    text = visible_text(page)
    assert "الدفتر المفتوح" in text
    english = [key(m) for m in messages("ar") if "%" not in key(m) and "\x04" not in key(m)]
    left = {words for words in english if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)}
    # The pages of the fixture's site are in English; their titles are that site's own words.
    assert left <= set(Page.objects.values_list("title", flat=True))


@pytest.mark.django_db
def test_german_pages_are_german(site, campaign, reader):
    page = reader.get("/de/give/").content.decode()
    assert '<html lang="de" dir="ltr">' in page
    assert "Diese Zeitung wird von denen bezahlt, die sie lesen." in visible_text(page)
