"""The other languages of a page: for the switch that readers see, and for search engines."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation

from .frame import Frame, Link
from .middleware import language_of_path

# What the newsroom's pages say of themselves, for they know their counterparts.
PAGES = "wagtail_serve"


def other_languages(frame: Frame, request: HttpRequest | None) -> list[Link]:
    """Return where a page of the site itself stands in each of the site's languages.

    Itself among them; none where the site has one language, and for what is no such page.
    """
    spoken = frame.spoken_languages
    path = request.path_info if request is not None else ""
    if len(spoken) < 2 or not path:
        return []
    own = language_of_path(path)
    inner = path if own == settings.LANGUAGE_CODE else path.removeprefix(f"/{own}")
    return _in_all(spoken, inner) if _is_localised(inner) else []


def _in_all(languages: Iterable[str], inner: str) -> list[Link]:
    """Return the links to one address in these languages, by their own names."""
    found = []
    for code in languages:
        prefix = "" if code == settings.LANGUAGE_CODE else f"/{code}"
        found.append(Link(own_name(code), f"{prefix}{inner}", code))
    return found


def own_name(language: str) -> str:
    """Return what a language calls itself, as in “Deutsch”."""
    return str(dict(settings.LANGUAGES).get(language, language))


def _is_localised(inner: str) -> bool:
    """Whether an address, given without a language, is in each of them, and no page of the tree."""
    languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    if not languages:
        return False
    with translation.override(languages[0]):
        try:
            return resolve(f"/{languages[0]}{inner}").url_name != PAGES
        except Resolver404:
            return False
