"""Redirects: where an old address leads, and the verbs that add, change and remove one.

A redirect to a page names the page and not its address, so it leads to wherever the page is now in
one hop. What a page leaves when it moves is written in `moves.py`, and what a person leaves in
`people_moves.py`.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import SplitResult, quote, unquote, urlsplit

import idna
from django.conf import settings
from django.db import connection, transaction
from django.urls import is_valid_path
from django.utils import translation
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact
from pennypress.delivery.redirects import QUERY_PATHS, knows_what_leads_on
from pennypress.foundation.pages import IS_FOR_ALL
from pennypress.foundation.text import find_control
from pennypress.record.actions import lock_log
from pennypress.site.middleware import language_of_path

from .models import Person, Redirect
from .people_moves import slug_at
from .redirect_paths import (
    MOST_PARAMETERS,
    digest_of,
    key_of_pair,
    key_of_path,
    key_of_query,
    plain_path,
    prefixes_of,
    read_query,
    write_query,
)
from .routing import address_of, find_page_at

LONGEST = 2_000  # characters of an address
MOST_HOPS = 5  # from one path of this site to another, which one answer leads over
BATCH = 200  # redirects that are added in one transaction
# What the newsroom names at these may go, and its address lead on; all else is the site's own.
OPEN_SLUGS = frozenset({"people", "campaigns"})
# Of names, and of addresses of the network's in brackets; its name may be “_dmarc”, say.
_HOST = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9][A-Za-z0-9_.-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Form, Origin = Redirect.Form, Redirect.Origin


class RedirectRefused(ValueError):
    """A redirect that cannot be meant, in words for people: of the `field` "source" or "target"."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


# ── Where an address leads ─────────────────────────────────────────────────────────────────────


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
            f"page.live AND {IS_FOR_ALL}, locale.language_code FROM stories_redirect redirect "
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
            target = _in_ascii(urlsplit(row.address))
        except ValueError:  # from before such hosts were refused
            return None
        location = _with_query(_extended(target, below, slash), query)
        return Lead(location, row.permanent, row.form, outside=True)
    target = _extended(urlsplit(row.address), below, slash)
    inside = unquote(target.path)
    if _lacks_slash(inside):
        target = target._replace(path=f"{target.path}/")
    location = _with_query(target, query)
    if is_of_the_site(inside) or _find_person(inside):
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


def _find_person(path: str) -> bool:
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


# ── Verbs ──────────────────────────────────────────────────────────────────────────────────────


def add_redirect(
    source: str,
    target: Page | str,
    *,
    form: str = "",
    rest: str = "",
    permanent: bool = True,
    origin: str = Origin.HAND,
) -> Redirect:
    """Have an old address lead to a page, to a path of this site or to an address elsewhere.

    Without a `form` it is by the parameters in the source, if there are any, else exact. `rest` is
    what stands behind a page's address. Raises RedirectRefused.
    """
    with transaction.atomic():
        lock_log()
        redirect = Redirect(permanent=permanent, origin=origin)
        _fill(redirect, source, target, form, rest, resolve=False)
        redirect.save()
        invalidate("redirects")
    return redirect


def change_redirect(
    redirect: Redirect,
    source: str,
    target: Page | str,
    *,
    form: str = "",
    rest: str = "",
    permanent: bool = True,
) -> Redirect:
    """Give a redirect another source, form or target. Raises RedirectRefused."""
    with transaction.atomic():
        lock_log()
        changed = Redirect.objects.get(pk=redirect.pk)
        _fill(changed, source, target, form, rest, resolve=False)
        changed.permanent = permanent
        changed.save()
        invalidate("redirects")
    return changed


def remove_redirect(redirect: Redirect) -> None:
    """Let an old address lead nowhere."""
    with transaction.atomic():
        lock_log()
        redirect.delete()
        invalidate("redirects")


@dataclass(frozen=True)
class RedirectRow:
    """A redirect to be added with others."""

    source: str
    target: Page | str
    form: str = ""
    rest: str = ""
    permanent: bool = True


@dataclass
class AddedRedirects:
    """What became of redirects that were added together. `refused` says why in words."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[RedirectRow, str]] = field(default_factory=list)


def add_redirects(rows: Iterable[RedirectRow], *, origin: str = Origin.ARRIVAL) -> AddedRedirects:
    """Add many, in small transactions; doing it again changes nothing.

    One that is there already from the same origin gets the target given now; one from elsewhere
    stays as it is. A target that leads on itself is followed to its end.
    """
    report = AddedRedirects()
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        with transaction.atomic():
            lock_log()
            before = report.made + report.changed
            for row in batch:
                try:
                    with transaction.atomic():
                        _add_or_change(row, origin, report)
                except RedirectRefused as refused:
                    report.refused.append((row, str(refused)))
            if report.made + report.changed > before:
                invalidate("redirects")
    return report


def _add_or_change(row: RedirectRow, origin: str, report: AddedRedirects) -> None:
    form, path, query = _read_source(row.source, row.form)
    known = _find_same(form, path, query)
    redirect = known or Redirect(origin=origin)
    before = (redirect.page_id, redirect.rest, redirect.address, redirect.permanent)
    if known and known.origin != origin:
        _set_target(redirect, row.target, row.rest, resolve=True)
        if (redirect.page_id, redirect.rest, redirect.address) != before[:3]:
            raise _is_there_already(Redirect.objects.get(pk=known.pk))
        report.unchanged += 1
        return
    redirect.permanent = row.permanent
    _fill(redirect, row.source, row.target, row.form, row.rest, resolve=True)
    if known is None:
        redirect.save()
        report.made += 1
    elif (redirect.page_id, redirect.rest, redirect.address, redirect.permanent) == before:
        report.unchanged += 1
    else:
        redirect.save()
        report.changed += 1


def check_redirect(redirect: Redirect, source: str, target: Page | str, *, form: str = "") -> None:
    """Raise RedirectRefused if the verbs would refuse this. Changes nothing but the instance."""
    _fill(redirect, source, target, form, "", resolve=False)


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
            answers = find_page_at(place) or _find_person(place)
            lead = None if answers else find_redirect(address)
            if lead:
                yield address, lead.location


# ── What is refused ────────────────────────────────────────────────────────────────────────────


def _fill(
    redirect: Redirect, source: str, target: Page | str, form: str, rest: str, *, resolve: bool
) -> None:
    """Give a redirect its source and target, once both are found to be possible."""
    read_form, path, query = _read_source(source, form)
    same = _find_same(read_form, path, query)
    if same and same.pk != redirect.pk:
        raise _is_there_already(same)
    redirect.form, redirect.path, redirect.query = read_form, path, query
    redirect.key = key_of_query(path, query) if query else key_of_path(path)
    redirect.digest = digest_of(path, query)
    _set_target(redirect, target, rest, resolve=resolve)
    if query:
        own = address_of(redirect.page.url_path) if redirect.page else None
        if own is not None:
            _refuse_itself(redirect, urlsplit(quote(own) + redirect.rest))
        return
    if redirect.page:
        own = address_of(redirect.page.url_path)
        to_itself = own is not None and plain_path(own) == path and not redirect.rest
    else:
        led_to = plain_path(unquote(urlsplit(redirect.address).path))
        below = read_form == Form.PREFIX and led_to.startswith(f"{path}/")
        to_itself = redirect.address.startswith("/") and (led_to == path or below)
    if to_itself:
        raise RedirectRefused("target", _("It would lead to itself."))


def _refuse_itself(redirect: Redirect, target: SplitResult) -> None:
    """Refuse a target of this site for which the redirect itself holds by its parameters."""
    if (
        redirect.form == Form.QUERY
        and plain_path(unquote(target.path)) == redirect.path
        and set(read_query(target.query)).issuperset(read_query(redirect.query))
    ):
        raise RedirectRefused("target", _("It would lead to itself."))


def _find_same(form: str, path: str, query: str) -> Redirect | None:
    return Redirect.objects.filter(form=form, digest=digest_of(path, query)).first()


def _is_there_already(redirect: Redirect) -> RedirectRefused:
    words = _("This address is redirected already, to %(target)s.")
    return RedirectRefused("source", words % {"target": target_of(redirect)})


def _read_source(source: str, form: str) -> tuple[str, str, str]:
    """Return form, plain path and parameters of a source that people wrote."""
    text = _without_origin(_clean(source, "source"))
    if not text.startswith("/") or unquote(text).startswith("//"):
        raise RedirectRefused("source", _("An old address of this site begins with one “/”."))
    raw_path, mark, raw_query = text.partition("#")[0].partition("?")
    path = plain_path(_decoded(raw_path, "source"))
    pairs = read_query(raw_query)
    form = form or (Form.QUERY if pairs else Form.EXACT)
    if form == Form.QUERY and not pairs:
        words = _("Write the parameters, as in “/?p=123”: %(most)s at most.")
        raise RedirectRefused("source", words % {"most": MOST_PARAMETERS})
    if form != Form.QUERY and mark:
        raise RedirectRefused("source", _("In this form no parameters count: leave out the “?”."))
    if form == Form.PREFIX and path == "/":
        raise RedirectRefused("source", _("All addresses of the site are below this one."))
    if is_of_the_site(path):
        raise RedirectRefused("source", _("This is an address of the site itself."))
    if form != Form.QUERY and (found := find_page_at(path)):
        words = _("The page “%(title)s” is at this address: move or unpublish it first.")
        title = Page.objects.values_list("title", flat=True).get(pk=found[0].number)
        raise RedirectRefused("source", words % {"title": title})
    if form != Form.QUERY and _find_person(path):
        raise RedirectRefused("source", _("A person’s page is at this address."))
    return str(form), path, write_query(pairs) if form == Form.QUERY else ""


def _set_target(redirect: Redirect, target: Page | str, rest: str, *, resolve: bool) -> None:
    if isinstance(target, Page):
        rest = _clean(rest, "target") if rest else ""
        redirect.page_id, redirect.rest, redirect.address = target.pk, rest.lstrip("/"), ""
        return
    text = _without_origin(_clean(target, "target"))
    if _SCHEME.match(text):
        _check_outside(text)
        redirect.page, redirect.rest, redirect.address = None, "", text
        return
    if not text.startswith("/") or unquote(text).startswith("//"):
        words = _("Begin with “/” for an address of this site, with “https://” for another site.")
        raise RedirectRefused("target", words)
    _set_inside(redirect, text, resolve=resolve)


def _set_inside(redirect: Redirect, text: str, *, resolve: bool) -> None:
    """Take a path of this site as the target: the page there, wherever that moves to later."""
    parts = urlsplit(text)
    path = _decoded(parts.path, "target")
    tail = parts._replace(path="").geturl()  # ?query#fragment
    _refuse_itself(redirect, parts)
    found = find_page_at(path)
    lead = None if is_of_the_site(path) else find_redirect(path, parts.query)
    if lead and lead.form != Form.QUERY and (found or _find_person(path)):
        lead = None  # a page answers there
    if found and lead is None:
        place, rest = found
        redirect.page_id, redirect.rest, redirect.address = place.number, f"{rest}{tail}", ""
        return
    if lead and not lead.outside:
        _refuse_itself(redirect, urlsplit(lead.location))
    if lead and not resolve:
        words = _("This address itself leads to %(target)s: enter that one.")
        raise RedirectRefused("target", words % {"target": unquote(lead.location)})
    if lead and lead.outside:
        redirect.page, redirect.rest, redirect.address = None, "", lead.location
    elif lead:
        fragment = f"#{parts.fragment}" if parts.fragment and "#" not in lead.location else ""
        end = urlsplit(lead.location + fragment)
        led_to = find_page_at(unquote(end.path))
        tail = end._replace(path="").geturl()
        if led_to:
            redirect.page_id, redirect.address = led_to[0].number, ""
            redirect.rest = f"{led_to[1]}{tail}"
        else:
            redirect.page, redirect.rest, redirect.address = None, "", end.geturl()
    else:
        redirect.page, redirect.rest, redirect.address = None, "", f"{quote(path)}{tail}"


def _in_ascii(target: SplitResult) -> SplitResult:
    """Return an address of another site with its host as the network knows it (`xn--…`).

    Raises UnicodeError where it can be no host.
    """
    host = target.hostname or ""
    if host.isascii():
        return target
    port = "" if target.port is None else f":{target.port}"
    return target._replace(netloc=f"{idna.encode(host, uts46=True).decode('ascii')}{port}")


def _check_outside(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_good = (
            parts.scheme.lower() in {"http", "https"}
            and _HOST.fullmatch(_in_ascii(parts).hostname or "") is not None
            and "@" not in parts.netloc
            and (parts.port or 1) > 0
        )
    except ValueError:
        is_good = False
    if not is_good:
        words = _("Outside of this site only addresses with “https://” or “http://” will do.")
        raise RedirectRefused("target", words)


def _clean(text: str, where: str) -> str:
    """Return an address without white space around it, if it is one that can be written."""
    text = text.strip(" \t\r\n")
    if not text:
        raise RedirectRefused(where, _("An address is missing."))
    if len(unquote(text)) > LONGEST:
        words = _("This address is longer than %(most)s characters.")
        raise RedirectRefused(where, words % {"most": LONGEST})
    _refuse_signs(text, where)
    return text


def _decoded(path: str, where: str) -> str:
    try:
        text = unquote(path, errors="strict")
    except UnicodeDecodeError:
        raise RedirectRefused(where, _("Part of this address is no text in UTF-8.")) from None
    _refuse_signs(text, where)
    return text


def _refuse_signs(text: str, where: str) -> None:
    if "\\" in text or find_control(text) is not None:
        raise RedirectRefused(where, _("No address holds a backslash or a control character."))


def _without_origin(text: str) -> str:
    """Return a full address of this site as a path; any other as it is."""
    own = urlsplit(settings.PUBLIC_URL)
    try:
        parts = urlsplit(text)
        if (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc.lower()):
            return text
    except ValueError:
        return text
    return parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
