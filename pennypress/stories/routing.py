"""Which page stands at a path: found by one query for the whole path, whatever its depth.

Wagtail asks twice for each part of a path. What it finds, and what a page does with the rest of the
path, is the same here.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import Http404, HttpRequest
from django.utils import translation
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import FACTS, cached_fact, find_fact
from pennypress.foundation.pages import IS_FOR_ALL
from pennypress.site.errors import knows_what_was_taken_down
from pennypress.site.frame import default_site
from pennypress.site.middleware import language_of_path

from .models import StoryPage

DEEPEST = 64  # of the tree of pages; no path with more parts leads to one


@dataclass(frozen=True)
class Route:
    """A live page, and the arguments of its `serve`. `restricted`: not everybody may see it."""

    page: Page
    arguments: tuple
    restricted: bool


@dataclass(frozen=True)
class Place:
    """Where a path leads: a page's number and kind, its own path in the tree, and its parent."""

    number: int
    model: type[Page]
    url_path: str
    live: bool
    restricted: bool
    parent: Page | None = None

    @property
    def has_no_pages_below(self) -> bool:
        """Whether all that lies below its path is its own to answer for."""
        return issubclass(self.model, RoutablePageMixin) and self.model.subpage_types == []


def find_route(request: HttpRequest, path: str) -> Route | None:
    """Return the live page to which a path below the site's root leads; None when there is none."""
    if not (paths := _paths_in_tree(path, translation.get_language())):
        return None
    place = _known_place(paths)
    page = _read_page(place) if place else None
    if page is None:
        if place:  # it was moved or taken down this very moment
            FACTS.forget(("place", place.url_path))
        place = _look_for_place(paths)
        page = _read_page(place) if place else None
    if place is None or page is None:
        return None
    rest = paths[-1].removeprefix(place.url_path)
    if isinstance(page, RoutablePageMixin):
        with suppress(Http404):
            match = page.resolve_subpage(f"/{rest}")
            request.routable_resolver_match = match  # type: ignore[attr-defined]
            return Route(page, tuple(match), place.restricted)
    return None if rest else Route(page, (), place.restricted)


def _paths_in_tree(path: str, language: str | None) -> list[str]:
    """The path in the tree of pages, after those above it; none where no page can be."""
    parts = [part for part in path.split("/") if part]
    root = root_path(language)
    if root is None or len(parts) > DEEPEST:
        return []
    return [root + "".join(f"{part}/" for part in parts[:end]) for end in range(len(parts) + 1)]


def _known_place(paths: list[str]) -> Place | None:
    """The page that answers for the last of these paths, as far as the process knows."""
    for path in reversed(paths):
        place = find_fact(("place", path))
        if place is not None and (path == paths[-1] or place.has_no_pages_below):
            return place
    return None


def _look_for_place(paths: list[str]) -> Place | None:
    """Find the live page that answers for the last of these paths, if any."""
    place = _find_place(paths)
    if place is None or not place.live:
        return None
    if place.url_path != paths[-1] and not issubclass(place.model, RoutablePageMixin):
        return None
    above = paths[: paths.index(place.url_path)]

    def read() -> Place:
        depends_on("site")  # it moves when a page gets another address
        pages = Page.objects.filter(url_path=above[-1], slug=_slug(above[-1])) if above else None
        return replace(place, parent=pages.first() if pages else None)

    return cached_fact(("place", place.url_path), read)


def _find_place(paths: list[str]) -> Place | None:
    """Find the page with the longest of these paths in the tree, live or not."""
    # In SQL: the ORM takes longer to ask than the database to answer. By slug as well: of the two
    # only that has an index.
    marks = ", ".join(["%s"] * len(paths))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT page.id, page.content_type_id, page.url_path, page.live, "  # noqa: S608
            f"NOT {IS_FOR_ALL} FROM wagtailcore_page page "
            f"WHERE page.slug IN ({marks}) AND page.url_path IN ({marks}) "
            "ORDER BY page.depth DESC LIMIT 1",
            [*map(_slug, paths), *paths],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    number, content_type, url_path, live, restricted = row
    model = ContentType.objects.get_for_id(content_type).model_class() or Page
    return Place(number, model, url_path, bool(live), bool(restricted))


def _slug(path: str) -> str:
    return path.split("/")[-2]


def _read_page(place: Place) -> Page | None:
    """Read a page that was found before; None if it is there no more, or not live."""
    pages = place.model._default_manager.select_related("locale")
    page = pages.filter(pk=place.number, url_path=place.url_path, live=True).first()
    if page is not None and place.parent is not None:
        page._cached_parent_obj = place.parent  # treebeard asks here first
    return page


def root_path(language: str | None) -> str | None:
    """Return where the site's pages in a language begin in the tree (`/home/`).

    That is the site's own root where there are none. None while there is no site.
    """

    def read() -> str | None:
        depends_on("site")
        site = default_site()
        if site is None:
            return None
        with translation.override(language):
            return site.root_page.localized.url_path

    return cached_fact(("root-path", language or ""), read)


def page_roots() -> dict[str, str]:
    """Return where the pages of each language begin in the tree, by the language's code."""

    def read() -> dict[str, str]:
        depends_on("site")
        site = default_site()
        if site is None:
            return {}
        key = site.root_page.translation_key
        roots = Page.objects.filter(translation_key=key).select_related("locale")
        known = dict(settings.LANGUAGES)
        return {
            page.locale.language_code: page.url_path
            for page in roots
            if page.locale.language_code in known
        }

    return cached_fact(("page-roots",), read)


def address_of(url_path: str) -> str | None:
    """Return the decoded path at which a page with this path in the tree is served, if anywhere."""
    for language, root in page_roots().items():
        if url_path.startswith(root):
            prefix = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
            return prefix + url_path.removeprefix(root)
    return None


def find_page_at(path: str) -> tuple[Place, str] | None:
    """Return the live page that answers at a decoded path of the site, and what is left of that.

    It may be restricted, and what is left may lead to nothing on that very page.
    """
    language = language_of_path(path)
    root = page_roots().get(language)
    if root is None:
        return None
    if language != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"/{language}")
    parts = [part for part in path.split("/") if part]
    if len(parts) > DEEPEST:
        return None
    ends = range(len(parts) + 1)
    paths = [root + "".join(f"{part}/" for part in parts[:end]) for end in ends]
    place = _find_place(paths)
    if place is None or not place.live:
        return None
    rest = paths[-1].removeprefix(place.url_path)
    if issubclass(place.model, RoutablePageMixin):
        try:
            place.model().resolve_subpage(f"/{rest}")
        except Http404:
            return None
    elif rest:
        return None
    return place, rest


@knows_what_was_taken_down
def was_taken_down(path: str) -> bool:
    """Whether a story was once published at this path and is so no more."""
    language = language_of_path(path)
    paths = _paths_in_tree(path.removeprefix(f"/{language}/"), language)
    place = _find_place(paths) if paths else None
    if place is None or place.live or place.url_path != paths[-1]:
        return False
    return StoryPage.objects.filter(pk=place.number, versions__isnull=False).exists()
