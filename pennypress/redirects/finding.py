"""Where an old address leads, looked up for readers.

A redirect to a page names the page and not its address, so it leads to wherever the page is now in
one hop.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings
from django.db import connection
from django.urls import is_valid_path
from django.utils import translation
from django.utils.encoding import iri_to_uri

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact
from pennypress.delivery.redirects import QUERY_PATHS, knows_what_leads_on
from pennypress.foundation.pages import IS_FOR_ALL
from pennypress.site.middleware import language_of_path
from pennypress.stories.models import Person
from pennypress.stories.old_addresses import knows_old_addresses
from pennypress.stories.routing import address_of, find_page_at

from .models import Redirect
from .paths import (
    in_ascii,
    key_of_pair,
    key_of_path,
    plain_path,
    prefixes_of,
    read_query,
)
from .people_moves import slug_at

MOST_HOPS = 5  # from one path of this site to another, which one answer leads over
# What the newsroom names at these may go, and its address lead on; all else is the site's own.
OPEN_SLUGS = frozenset({"people", "campaigns"})

Form = Redirect.Form


@dataclass(frozen=True)
class Lead:
    """Where an old address leads: `location` is encoded, and `page` the number of the page there.

    `below` says that it is something of that page's below it, and `outside` another site.
    """

    location: str
    permanent: bool
    form: str
    page: int | None = None
    below: bool = False
    outside: bool = False


@dataclass(frozen=True)
class _Row:
    """A redirect as the look-up reads it, with what is needed of its page."""

    form: str
    path: str
    query: str
    page: int | None
    rest: str
    address: str
    permanent: bool
    page_path: str | None
    page_is_public: bool
    page_language: str | None


def find_redirect(path: str, query: str = "", *, by_hand: bool = False) -> Lead | None:
    """Return where a path of this site (decoded) leads, asked with this query string.

    None where there is no redirect, and where it would lead to nothing that is public: of what is
    not live it says nothing. An exact one goes before one with parameters, that before a prefix,
    and a longer prefix before a shorter one. `by_hand`: leaves out those that moves made.
    """
    depends_on("redirects", "site")
    for row in _find_rows(path, query, by_hand):
        with suppress(_TooManyHops):
            if lead := _follow_row(row, path, query, by_hand, MOST_HOPS):
                return lead
    return None


class _TooManyHops(Exception):
    """Redirects lead in a circle, or over too many others."""


def _follow(rows: Iterable[_Row], path: str, query: str, by_hand: bool, hops: int) -> Lead | None:
    """Where the first of these redirects leads that leads anywhere. Raises _TooManyHops."""
    for row in rows:
        if hops == 0:
            raise _TooManyHops
        if lead := _follow_row(row, path, query, by_hand, hops - 1):
            return lead
    return None


def _follow_row(row: _Row, path: str, query: str, by_hand: bool, hops: int) -> Lead | None:
    """Where one redirect leads a path in the end, also where that leads on by its parameters."""
    lead = _lead_of(row, path, "" if row.form == Form.QUERY else query, by_hand, hops)
    if lead is None or lead.outside:
        return lead
    there = urlsplit(lead.location)
    if not there.query:
        return lead
    inside = unquote(there.path)
    rows = [one for one in _find_rows(inside, there.query, by_hand) if one.form == Form.QUERY]
    further = _follow(rows, inside, there.query, by_hand, hops)
    return _joined(row, further) if further else lead


def _joined(row: _Row, further: Lead) -> Lead:
    """Where a redirect leads whose target leads on."""
    return replace(further, permanent=row.permanent and further.permanent, form=row.form)


def _find_rows(path: str, query: str, by_hand: bool) -> list[_Row]:
    """All redirects that hold for an address, the one that counts first. One query."""
    plain = plain_path(path)
    prefixes, pairs = prefixes_of(plain), read_query(query)
    keys = [key_of_path(one) for one in prefixes]
    keys += {key_of_pair(plain, pair) for pair in pairs}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT redirect.form, redirect.path, redirect.query, redirect.page_id, "  # noqa: S608
            "redirect.rest, redirect.address, redirect.permanent, page.url_path, "
            f"page.live AND {IS_FOR_ALL}, locale.language_code FROM redirects_redirect redirect "
            "LEFT JOIN wagtailcore_page page ON page.id = redirect.page_id "
            "LEFT JOIN wagtailcore_locale locale ON locale.id = page.locale_id "
            f"WHERE redirect.key IN ({marks})" + (" AND redirect.origin <> 'move'" * by_hand),
            keys,
        )
        found = [_Row(*row) for row in cursor.fetchall()]
    asked = set(pairs)
    below = set(prefixes)

    def holds(row: _Row) -> bool:
        if row.form == Form.PREFIX:
            return row.path in below
        return row.path == plain and asked.issuperset(read_query(row.query))

    order = {Form.EXACT: 0, Form.QUERY: 1, Form.PREFIX: 2}
    return sorted(
        filter(holds, found),
        key=lambda row: (order[Form(row.form)], -len(row.query), -len(row.path)),
    )


def _lead_of(row: _Row, path: str, query: str, by_hand: bool, hops: int) -> Lead | None:
    """Where one redirect leads a path; None where nothing public is there."""
    below = plain_path(path)[len(row.path) :].lstrip("/") if row.form == Form.PREFIX else ""
    if row.page is not None:
        return _lead_to_page(row, below, query)
    slash = "/" if below and path.endswith("/") else ""
    if not row.address.startswith("/"):
        try:
            target = in_ascii(urlsplit(row.address))
        except ValueError:  # from before such hosts were refused
            return None
        location = _with_query(_extended(target, below, slash), query)
        return Lead(location, row.permanent, row.form, outside=True)
    target = _extended(urlsplit(row.address), below, slash)
    inside = unquote(target.path)
    if _lacks_slash(inside):
        target = target._replace(path=f"{target.path}/")
    location = _with_query(target, query)
    if is_of_the_site(inside) or has_person_at(inside):
        return Lead(location, row.permanent, row.form)
    if found := _find_public_page(inside):
        return Lead(location, row.permanent, row.form, found[0], bool(found[1]))
    asked = urlsplit(location).query
    further = _follow(_find_rows(inside, asked, by_hand), inside, asked, by_hand, hops)
    return _joined(row, further) if further else None


def _lead_to_page(row: _Row, below: str, query: str) -> Lead | None:
    base = address_of(row.page_path) if row.page_path and row.page_is_public else None
    if base is None or language_of_path(base) != row.page_language:
        return None
    rest, mark, fragment = row.rest.partition("#")
    rest, _mark, own_query = rest.partition("?")
    if below and rest and not rest.endswith("/"):
        rest += "/"
    inside = f"{base}{rest}{below}"
    if below:
        inside = inside.rstrip("/") + "/"
    page, further = row.page, ""
    if rest or below:
        found = _find_public_page(inside)
        if found is None:
            return None
        page, further = found
    target = SplitResult("", "", quote(inside), own_query, fragment if mark else "")
    location = iri_to_uri(_with_query(target, query))
    return Lead(location, row.permanent, row.form, page, bool(further))


def _find_public_page(path: str) -> tuple[int, str] | None:
    """The number of the page that answers everybody at a path, and what is below the page."""
    found = find_page_at(path)
    return (found[0].number, found[1]) if found and not found[0].restricted else None


def has_person_at(path: str) -> bool:
    """Whether a person's page is at a path."""
    slug = slug_at(path)
    return slug is not None and Person.objects.filter(slug=slug).exists()


def _lacks_slash(path: str) -> bool:
    """Whether Django would lead a path to the same with `/` at its end, by another hop."""
    if path.endswith("/"):
        return False
    with translation.override(language_of_path(path)):
        return not is_valid_path(path) and bool(is_valid_path(f"{path}/"))


def _extended(target: SplitResult, below: str, slash: str) -> SplitResult:
    if not below:
        return target
    return target._replace(path=f"{target.path.rstrip('/')}/{quote(below)}{slash}")


def _with_query(target: SplitResult, query: str) -> str:
    joined = "&".join(part for part in (target.query, query) if part)
    return iri_to_uri(target._replace(query=joined).geturl())


def is_of_the_site(path: str) -> bool:
    """Whether a path is an address of the site itself, at which no redirect is looked for."""
    language = language_of_path(path)
    inner = path.removeprefix(f"/{language}/") if language != settings.LANGUAGE_CODE else path
    first = inner.strip("/").partition("/")[0]
    return first in settings.ADDRESSES.slugs - OPEN_SLUGS


# ── Redirects by parameters, which are looked for before a page answers ────────────────────────


def query_redirect_paths() -> frozenset[str]:
    """Return the paths for which some parameters lead on."""

    def read() -> frozenset[str]:
        depends_on("redirects")
        rows = Redirect.objects.filter(form=Form.QUERY).order_by()
        return frozenset(rows.values_list("path", flat=True).distinct())

    return cached_fact(QUERY_PATHS, read)


@knows_what_leads_on
def leads_on_by_query(path: str, query: str) -> bool:
    """Say whether a path with this query string leads on by its parameters."""
    return find_query_redirect(path, query) is not None


def find_query_redirect(path: str, query: str) -> Lead | None:
    """Return where parameters lead, whatever answers at the path itself."""
    if plain_path(path) not in query_redirect_paths():
        return None
    lead = find_redirect(path, query)
    return lead if lead and lead.form == Form.QUERY else None


def target_of(redirect: Redirect) -> str:
    """Return where a redirect leads, as people read it: the page's address as it is now."""
    if redirect.page is None:
        return redirect.address
    return f"{address_of(redirect.page.url_path) or redirect.page}{redirect.rest}"


def redirected_addresses() -> Iterator[tuple[str, str]]:
    """Yield the old addresses at which a copy of the site can lead on, and where each leads.

    Below a prefix they are those of the pages that lie below its page now. None has parameters.
    """
    rows = Redirect.objects.exclude(form=Form.QUERY).select_related("page").order_by("pk")
    for redirect in rows:
        places = [redirect.path]
        if redirect.form == Form.PREFIX and redirect.page and not redirect.rest:
            root = redirect.page.url_path
            under = redirect.page.get_descendants().live().public().order_by("path")
            paths = under.values_list("url_path", flat=True)
            places += [f"{redirect.path}/{path.removeprefix(root)}" for path in paths]
        for place in places:
            # `/old` and `/old/` are one; a file lies where its page would.
            address = place if "." in place.rpartition("/")[2] else f"{place.rstrip('/')}/"
            answers = find_page_at(place) or has_person_at(place)
            lead = None if answers else find_redirect(address)
            if lead:
                yield address, lead.location


@knows_old_addresses
def find_old_page(path: str) -> int | None:
    """Return the number of the public page to which an old path leads, not to a part of it."""
    lead = find_redirect(path)
    return lead.page if lead and not lead.below else None
