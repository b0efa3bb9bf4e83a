"""Who is of the newsroom: their comments carry a badge, and no reader's name may imitate theirs.

The names are those of accounts of the staff and whatever parts register: the discussion does not
know who writes for the paper.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from pennypress.delivery.dependencies import depends_on, expires_at
from pennypress.delivery.facts import cached_fact
from pennypress.foundation.lookalikes import KnownNames
from pennypress.readers.models import Account
from pennypress.site.frame import default_site

NAMES_TAG = "newsroom"  # moves with the names that parts register
CACHED = dt.timedelta(minutes=1)  # accounts are changed in many places: read them again soon

_SEALS = re.compile("[✓✔☑✅🗸🗹⍻√🎖🏅🛡]")  # what other places mark verified people with

ReadNames = Callable[[], Iterable[str]]
Knows = Callable[[Account], bool]

_NAMES: list[ReadNames] = []
_ACCOUNTS: list[Knows] = []


def newsroom_names(read: ReadNames) -> ReadNames:
    """Register a function that reads the names of people who write for the paper."""
    _NAMES.append(read)
    return read


def newsroom_accounts(knows: Knows) -> Knows:
    """Register a function that says whether an account is that of somebody of the newsroom."""
    _ACCOUNTS.append(knows)
    return knows


def is_of_newsroom(account: Account | None) -> bool:
    """Whether somebody who is signed in is of the staff, or writes for the paper."""
    return account is not None and (account.is_staff or any(knows(account) for knows in _ACCOUNTS))


def find_imitated(name: str) -> str:
    """Return what a reader's name imitates: a name of the newsroom, or its badge. "" if nothing."""
    if seal := _SEALS.search(name):
        return seal[0]
    return cached_fact(("newsroom-names",), _read_names).find(name)


def _read_names() -> KnownNames:
    depends_on(NAMES_TAG, "site")
    expires_at(timezone.now() + CACHED)
    return KnownNames(_names(), words=_badges())


def _names() -> Iterator[str]:
    for account in Account.objects.filter(is_staff=True, is_active=True):
        yield account.get_full_name()
    for read in _NAMES:
        yield from read()
    if site := default_site():
        yield site.site_name


def _badges() -> Iterator[str]:
    """What badges say, in each of the site's languages and in English."""
    for language in {"en", *(code for code, _name in settings.LANGUAGES)}:
        with override(language):
            yield from (_("Newsroom"), _("Staff"), _("Editor"), _("Moderator"))
            yield from (_("Admin"), _("Official"), _("Verified"))
