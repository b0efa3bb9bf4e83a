"""What a page leaves behind when it gets another address: a redirect, in the same transaction.

Wagtail says of another slug only after the commit, and of a move after its own transaction. All
ways that give a page another address save it, so that is where it is noticed.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.record.actions import lock_log
from pennypress.stories.routing import address_of

from .models import Redirect
from .paths import digest_of, key_of_path, plain_path, prefixes_of

Form, Origin = Redirect.Form, Redirect.Origin


def note_address(
    sender: type, instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Note the address that a page has, before it is saved with another one."""
    if not isinstance(instance, Page) or raw or instance.pk is None:
        return
    instance.__dict__.pop("_moves_from", None)
    if update_fields is not None and "url_path" not in update_fields:
        return
    before = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    if before is not None and before != instance.url_path:
        lock_log()  # before the page's own row: one order for all
        instance._moves_from = (before, address_of(before))


def leave_redirect(sender: type, instance: Any, **kwargs: Any) -> None:
    """Have the address that a page had until now lead to it, and what lay below it, too."""
    if not isinstance(instance, Page) or "_moves_from" not in instance.__dict__:
        return
    url_path, before = instance.__dict__.pop("_moves_from")
    after = address_of(instance.url_path)
    if before == after:  # the front page: its slug is in no address
        return
    place = Page.objects.values_list("path", flat=True).get(pk=instance.pk)
    move = _Move(instance.pk, place, url_path, before, after)
    if before is not None and move.was_public():
        move.leave()
    if after is not None:
        move.arrive()
    invalidate("redirects", "site", "navigation", "home")


def _once_public(pages: QuerySet) -> QuerySet:
    return pages.filter(Q(live=True) | Q(first_published_at__isnull=False))


class _Move:
    """One page that moves with all below it. In the tree those below have their old paths still."""

    def __init__(
        self, page: int, place: str, url_path: str, before: str | None, after: str | None
    ) -> None:
        self.page = page
        self.url_path = url_path
        self.before = plain_path(before) if before is not None else None
        self.after = plain_path(after) if after is not None else None
        self.pages = Page.objects.filter(path__startswith=place)

    def was_public(self) -> bool:
        """Whether anything of it ever had readers."""
        return _once_public(self.pages).exists()

    def leave(self) -> None:
        """Write the redirects from the old addresses."""
        assert self.before is not None
        self._take_over_what_led_elsewhere()
        _lead(self.before, self.page, self._paths_below(self.url_path))
        for path in self._other_ways_here():
            if not _find(path).exists():
                _lead(path, self.page, set())

    def arrive(self) -> None:
        """Remove the redirects from addresses at which their pages stand now."""
        assert self.after is not None
        known = dict(self.pages.exclude(pk=self.page).values_list("pk", "url_path"))
        for redirect in _at_or_below(self.after):
            if redirect.page_id == self.page:
                now = self.after
            elif redirect.page_id in known:
                below = known[redirect.page_id].removeprefix(self.url_path)
                now = plain_path(f"{self.after}/{below}")
            else:
                continue
            if now == redirect.path:
                redirect.delete()

    def _take_over_what_led_elsewhere(self) -> None:
        """Addresses below led to pages that were there before those that move now."""
        assert self.before is not None
        rows = [row for row in _at_or_below(self.before) if row.path != self.before]
        paths = {f"{self.url_path}{row.path[len(self.before) + 1 :]}/": row for row in rows}
        moving = _once_public(self.pages).filter(url_path__in=list(paths))
        for page, url_path in moving.values_list("pk", "url_path"):
            row = paths[url_path]
            if row.page_id != page or row.rest:
                _lead(row.path, page, self._paths_below(url_path))

    def _paths_below(self, url_path: str) -> set[str]:
        """The ends of the addresses of moving pages right below one of them."""
        below = _once_public(self.pages).filter(url_path__startswith=url_path)
        ends = (path.removeprefix(url_path) for path in below.values_list("url_path", flat=True))
        return {end.strip("/") for end in ends if end.count("/") == 1}

    def _other_ways_here(self) -> list[str]:
        """Addresses that led to the old one by the prefix of a page above it."""
        assert self.before is not None
        parts = self.url_path.strip("/").split("/")
        above = ["/" + "".join(f"{part}/" for part in parts[:end]) for end in range(1, len(parts))]
        rows = Redirect.objects.filter(form=Form.PREFIX, rest="", page__url_path__in=above)
        found = []
        for row in rows.select_related("page"):
            base = address_of(row.page.url_path) if row.page else None
            if base is None:
                continue
            path = plain_path(
                f"{row.path}/{self.before.removeprefix(plain_path(base)).lstrip('/')}"
            )
            nearest = _nearest_prefix(path)
            if nearest is not None and nearest.pk == row.pk:
                found.append(path)
        return found


def _lead(path: str, page: int, replaced_by: set[str]) -> None:
    """Write a redirect from a path and all below it to a page.

    One that was there gives way. Where it led to another page, what lies below that is still
    found, but for the ends that are `replaced_by` what lies below this page.
    """
    for before in _find(path):
        if before.form == Form.PREFIX and before.page_id not in {None, page} and not before.rest:
            _lead_below(path, before.page_id, replaced_by)
        before.delete()
    Redirect.objects.create(**_row(path, page))


def _lead_below(path: str, parent: int, replaced_by: set[str]) -> None:
    children = _once_public(Page.objects.child_of(Page.objects.get(pk=parent)))
    wanted = {
        plain_path(f"{path}/{slug}"): page
        for page, slug in children.values_list("pk", "slug")
        if slug not in replaced_by
    }
    there = set(
        Redirect.objects.filter(path__in=list(wanted)).exclude(form=Form.QUERY)
        .values_list("path", flat=True)
    )  # fmt: skip
    Redirect.objects.bulk_create(
        [Redirect(**_row(place, page)) for place, page in wanted.items() if place not in there]
    )


def _row(path: str, page: int) -> dict[str, Any]:
    return {
        "form": Form.PREFIX,
        "path": path,
        "key": key_of_path(path),
        "digest": digest_of(path),
        "page_id": page,
        "origin": Origin.MOVE,
    }


def _find(path: str) -> QuerySet[Redirect]:
    """The redirects of a path that need no parameters."""
    return Redirect.objects.filter(key=key_of_path(path), path=path).exclude(form=Form.QUERY)


def _nearest_prefix(path: str) -> Redirect | None:
    """The redirect that holds for a path."""
    prefixes = prefixes_of(path)
    rows = Redirect.objects.filter(key__in=[key_of_path(one) for one in prefixes])
    found = [row for row in rows if row.form == Form.PREFIX or row.path == path]
    return max(found, key=lambda row: len(row.path), default=None)


def _at_or_below(path: str) -> Iterable[Redirect]:
    """The redirects of a path and of all below it, without those by parameters."""
    rows = Redirect.objects.exclude(form=Form.QUERY).filter(
        Q(path=path) | Q(path__startswith=f"{path.rstrip('/')}/")
    )
    # SQLite's LIKE knows no letter case.
    return [row for row in rows if row.path == path or row.path.startswith(f"{path.rstrip('/')}/")]
