"""What a person's page leaves behind when it gets another address: redirects, in one transaction.

A person's page is in each of the site's languages, so there is one redirect in each. A redirect
names a person by the address, which is brought up to date with the slug: one hop however often
that changes.
"""

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from pennypress.delivery.actions import invalidate
from pennypress.record.actions import lock_log
from pennypress.site.middleware import language_of_path
from pennypress.stories.old_addresses import notes_moved_people

from .models import Redirect
from .paths import digest_of, key_of_path, plain_path

_PERSON = re.compile(r"/people/([^/]+)/?")

Form, Origin = Redirect.Form, Redirect.Origin


def slug_at(path: str) -> str | None:
    """Return the slug of the person whose page would be at a decoded path, in any language."""
    language = language_of_path(path)
    if language != settings.LANGUAGE_CODE:
        path = path.removeprefix(f"/{language}")
    found = _PERSON.fullmatch(path)
    return found[1] if found else None


@notes_moved_people
def leave_redirects(before: str | None, after: str) -> None:
    """Have the addresses that a person had under one slug lead to those under another.

    `before` is None for a new person. Redirects that stand where the person is now are removed,
    whomever they led to. Call it in the transaction of the change.
    """
    if before is not None or _concern(after):
        invalidate("redirects")
    for path in _paths_of(after):
        _find(path).filter(origin=Origin.MOVE).delete()
    if before is not None:
        for redirect in _leading_to(before):
            parts = urlsplit(redirect.address)
            above = parts.path.rstrip("/").rpartition("/")[0]
            redirect.address = parts._replace(path=f"{above}/{quote(after)}/").geturl()
            redirect.save(update_fields=["address"])
        for path, there in zip(_paths_of(before), _paths_of(after), strict=True):
            _find(path).delete()
            Redirect.objects.create(
                form=Form.EXACT,
                path=path,
                key=key_of_path(path),
                digest=digest_of(path),
                address=f"{quote(there)}/",
                origin=Origin.MOVE,
            )


def forget_person(sender: type, instance: Any, **kwargs: Any) -> None:
    """Let the addresses that a person had lead nowhere, also once another person has the last."""
    lock_log()
    if _concern(instance.slug):
        invalidate("redirects")
    for redirect in _leading_to(instance.slug):
        if redirect.origin == Origin.MOVE:
            redirect.delete()


def _paths_of(slug: str) -> list[str]:
    """The plain paths of a person's page, in all languages."""
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [plain_path(f"{prefix}/people/{slug}") for prefix in ("", *(f"/{c}" for c in others))]


def _concern(slug: str) -> bool:
    """Whether any redirect is from or to a person's page."""
    return bool(_leading_to(slug)) or any(_find(path).exists() for path in _paths_of(slug))


def _leading_to(slug: str) -> list[Redirect]:
    """The redirects to a person's page."""
    rows = Redirect.objects.filter(address__startswith="/", address__contains="/people/")
    return [row for row in rows if slug_at(unquote(urlsplit(row.address).path)) == slug]


def _find(path: str) -> Any:
    """The redirect of this address alone."""
    return Redirect.objects.filter(form=Form.EXACT, digest=digest_of(path))
