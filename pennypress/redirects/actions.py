"""The verbs that add, change and remove a redirect by hand or for an arrival.

What a page leaves when it moves is written in `moves.py`, and what a person leaves in
`people_moves.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.foundation.text import find_control
from pennypress.record.actions import lock_log
from pennypress.stories.routing import address_of, find_page_at

from .finding import find_redirect, has_person_at, is_of_the_site, target_of
from .models import Redirect
from .paths import (
    MOST_PARAMETERS,
    digest_of,
    in_ascii,
    key_of_path,
    key_of_query,
    plain_path,
    read_query,
    write_query,
)

LONGEST = 2_000  # characters of an address
BATCH = 200  # redirects that are added in one transaction
# Of names, and of addresses of the network's in brackets; its name may be “_dmarc”, say.
_HOST = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9][A-Za-z0-9_.-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Form, Origin = Redirect.Form, Redirect.Origin


class RedirectRefused(ValueError):
    """A redirect that cannot be meant, in words for people: of the `field` "source" or "target"."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


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
    if form != Form.QUERY and has_person_at(path):
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
    if lead and lead.form != Form.QUERY and (found or has_person_at(path)):
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


def _check_outside(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_good = (
            parts.scheme.lower() in {"http", "https"}
            and _HOST.fullmatch(in_ascii(parts).hostname or "") is not None
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
