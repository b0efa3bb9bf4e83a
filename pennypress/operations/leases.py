"""Leases: of all processes on one database, one has a name for itself until a moment.

Whoever does not renew in time has lost it and must take it anew, with a new token. The moment is
one of the database's clock, so that machines need not agree on the time. All is done by statements
that compare and set; they are the same on SQLite and PostgreSQL.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from .models import Lease

LEADER = "leader"
# Each process has a lease of its own, named after its kind and its id: it runs jobs, or tasks.
WORKER = "worker"
QUEUE = "queue"
LEASE_SECONDS = 30
RENEW_SECONDS = 10  # each renewal is a commit, which every worker notices

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLost(Exception):
    """Another process has the lease, or could have taken it."""


def take_lease(name: str, holder: str) -> int | None:
    """Take a lease that is free; return its token, which is higher than all before.

    None while another process has it. Writes nothing then. A process may take what is its own.
    """
    if live_leases().filter(name=name).exclude(holder=holder).exists():
        return None
    with transaction.atomic():
        Lease.objects.bulk_create(
            [Lease(name=name, holder="", taken=_LONG_AGO, expires=_LONG_AGO)],
            ignore_conflicts=True,
        )
        took = Lease.objects.filter(~_is_live() | Q(holder=holder), name=name).update(
            holder=holder, token=F("token") + 1, taken=Now(), expires=_end()
        )
        return Lease.objects.get(name=name).token if took else None


def renew_lease(name: str, holder: str, token: int) -> None:
    """Have a lease for longer. Raises LeaseLost, also when it only ran out."""
    mine = Lease.objects.filter(_is_live(), name=name, holder=holder, token=token)
    if not mine.update(expires=_end()):
        raise LeaseLost(f"the lease {name} ran out")


def confirm_lease(name: str, holder: str, token: int) -> None:
    """Raise LeaseLost unless the process still has the lease.

    Inside a transaction nobody else can take it until that ends: on PostgreSQL its row is locked,
    on SQLite all writing is.
    """
    mine = Lease.objects.filter(_is_live(), name=name, holder=holder, token=token)
    if transaction.get_connection().in_atomic_block:
        mine = mine.select_for_update()
    if not list(mine.values_list("token")):
        raise LeaseLost(f"the lease {name} is not this process's any longer")


def release_lease(name: str, holder: str, token: int) -> None:
    """Let others take a lease at once, if the process has it. The token is never used again."""
    Lease.objects.filter(name=name, holder=holder, token=token).update(holder="", expires=Now())


def live_leases() -> QuerySet[Lease]:
    """Return the leases that somebody has now."""
    return Lease.objects.filter(_is_live())


def dead_leases() -> QuerySet[Lease]:
    """Return the leases that ran out or were released."""
    return Lease.objects.filter(~_is_live())


def _is_live() -> Q:
    # One that ends later than any can was taken before the clock was put back.
    return Q(expires__gt=Now()) & Q(expires__lte=Now() + timedelta(seconds=2 * LEASE_SECONDS))


def _end() -> object:
    return Now() + timedelta(seconds=LEASE_SECONDS)
