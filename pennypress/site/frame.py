"""What stands around every page: the name of the paper, and what parts put into named places.

A part registers a value that templates read (`frame.house`), links for a list (`sections` above the
page, `footer` below it), or markup for a place (`{% place "meter" %}`). This module knows no part.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Site

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact


@dataclass(frozen=True)
class Link:
    """A link in navigation. `language` is its page's, where that may be another one.

    `strip` is the address of a fragment that a script may put in its place for readers whom the
    site knows.
    """

    title: str
    url: str
    language: str = ""
    strip: str = ""


class AlreadyRegistered(ValueError):
    """Two parts register one name."""


class Frame:
    """The site around a page, in one language. Each thing is read when a page first shows it.

    What is read here a worker caches, so that it is read once for many pages.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"

    @cached_property
    def title(self) -> str:
        """The name of the paper."""
        site = default_site()
        return (site.site_name if site else "") or "Pennypress"

    @cached_property
    def address(self) -> str:
        """The address of the site, without `/` at its end."""
        site = default_site()
        return site.root_url if site else ""

    @cached_property
    def sections(self) -> list[Link]:
        """The links above the page."""
        return self._links("sections")

    @cached_property
    def footer(self) -> list[Link]:
        """The links at its foot."""
        return self._links("footer")

    def place(self, name: str) -> SafeString:
        """What parts put into a place, in their order."""
        markup = "".join(fill(self) for _, fill in sorted(_FILLED.get(name, ()), key=_order))
        return mark_safe(markup)  # noqa: S308 - written by parts, which escape

    def _links(self, name: str) -> list[Link]:
        def make_all() -> list[Link]:
            depends_on("site")
            return [link for _, make in sorted(_LINKS[name], key=_order) for link in make(self)]

        return cached_fact(("links", name, self.language), make_all)

    def __getattr__(self, name: str) -> Any:
        """A value that a part registered; read once."""
        if name not in _VALUES:
            raise AttributeError(f"no part registered {name!r} for the frame of pages")
        value = cached_fact(("frame", name, self.language), lambda: _VALUES[name](self))
        self.__dict__[name] = value
        return value


_VALUES: dict[str, Callable[[Frame], Any]] = {}
_LINKS: dict[str, list[tuple[int, Callable[[Frame], Iterable[Link]]]]] = {
    "sections": [],
    "footer": [],
}
_FILLED: dict[str, list[tuple[int, Callable[[Frame], str]]]] = {}


def _order(registered: tuple[int, Callable]) -> int:
    return registered[0]


def frame_value(name: str) -> Callable[[Callable[[Frame], Any]], Callable[[Frame], Any]]:
    """Register a function that reads a value for the frame, and says what it depends on.

    Raises AlreadyRegistered.
    """

    def register(read: Callable[[Frame], Any]) -> Callable[[Frame], Any]:
        if name in _VALUES or hasattr(Frame, name):
            raise AlreadyRegistered(f"the frame has a value {name!r} already")
        _VALUES[name] = read
        return read

    return register


def frame_links(name: str, *, order: int) -> Callable[[Callable], Callable]:
    """Register a function that returns links for `sections` or `footer`. Low orders come first."""

    def register(make: Callable[[Frame], Iterable[Link]]) -> Callable[[Frame], Iterable[Link]]:
        _LINKS[name].append((order, make))
        return make

    return register


def fills_place(name: str, *, order: int = 0) -> Callable[[Callable], Callable]:
    """Register a function that writes markup for a place of the base templates. It escapes."""

    def register(fill: Callable[[Frame], str]) -> Callable[[Frame], str]:
        _FILLED.setdefault(name, []).append((order, fill))
        return fill

    return register


def default_site() -> Site | None:
    """Return the site with its root page. Many requests share it: nobody may change it."""

    def read() -> Site | None:
        depends_on("site")
        sites = Site.objects.filter(is_default_site=True)
        return sites.select_related("root_page__locale").first()

    return cached_fact(("site",), read)


def site_frame(language: str) -> Frame:
    """Return the frame of the site's pages in a language."""
    return Frame(language)
