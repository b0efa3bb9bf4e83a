"""Numbers and lists as the page's language writes them."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import get_language


def count(number: int) -> str:
    """A number in the format of the page's language: “2,000”, “2.000”."""
    return format_decimal(number, locale=page_locale(), numbering_system="latn")


def names(people: list[str]) -> str:
    """Names joined as the page's language joins them: “Ann, Ben and Cy”."""
    return format_list(people, locale=page_locale())


def page_locale() -> Locale:
    """The locale of the page's language."""
    return locale_of(get_language() or "en")


@cache
def locale_of(language: str) -> Locale:
    """The locale of a language's code. English days are written as in “9 November 2026”."""
    try:
        return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def other_languages() -> list[tuple[str, str]]:
    """The site's languages but its own first one: code, and what the language calls itself."""
    return [
        (code, str(name)) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
    ]
