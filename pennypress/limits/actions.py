"""Counting against limits that hold for the whole site: in the database, across its workers.

`buckets_for` says what an event counts against, `take` counts it in the transaction of the event.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from django.db import connection

from pennypress.foundation.rows import require_transaction

from . import day_keys, windows
from .clients import Client
from .models import Bucket, Waiting
from .windows import Limit, RecentRefusals

REFUSALS = RecentRefusals()
HELD_SECONDS = 600  # to come back after, where what waits for a moderator is the reason
_HELD_REMEMBERED_SECONDS = 5
_WAITING_OF_SITE = "waiting"


class TooMany(Exception):
    """A limit is reached. Waiting for so many `seconds` helps.

    `limit` is the name of the one that is reached; `again` says that it was known already.
    """

    def __init__(self, limit: str, seconds: int, *, again: bool = False) -> None:
        super().__init__(f"{limit}: too many, come back in {seconds} seconds")
        self.limit = limit
        self.seconds = seconds
        self.again = again


class TooManyWait(TooMany):
    """As much waits for a moderator as may."""


class Counted(NamedTuple):
    """What an event counts against: a bucket's number, and the limit of this `name` for it."""

    bucket: int
    name: str
    limit: Limit


def buckets_for(
    name: str, limit: Limit | None, thing: object = "", *, personal: bool = False
) -> list[Counted]:
    """Return what an event counts against under the limit called `name`: none, one or two rows.

    `thing` is what is limited: an address, a story's number. What is `personal` is hashed, under
    yesterday's key too while events of yesterday still count.
    """
    if limit is None:
        return []
    text = f"{name} {thing}"
    if not personal:
        return [Counted(_number_of(text), name, limit)]
    hashes = day_keys.hashes_within(text, limit.width)
    return [Counted(_to_number(hashed), name, limit) for hashed in hashes]


@lru_cache(4_096)
def _number_of(text: str) -> int:
    return _to_number(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _to_number(hashed: bytes) -> int:
    return int.from_bytes(hashed[:8], "big", signed=True)


def refuse_early(buckets: Iterable[Counted]) -> None:
    """Raise TooMany for what this process knows to be refused still. Asks no database."""
    if not REFUSALS:
        return
    now = windows.now()
    for bucket in buckets:
        if wait := REFUSALS.wait_for([bucket.bucket], now):
            raise TooMany(bucket.name, windows.to_seconds(wait), again=True)


def take(buckets: Sequence[Counted]) -> None:
    """Count one event against each of these. One statement, in the transaction of the event.

    Raises TooMany where a limit is reached: the transaction is to be rolled back then, and with it
    what was counted here. Two at once wait for each other at the row. Raises NotInTransaction.
    """
    require_transaction("what is counted is counted with the event")
    if not buckets:
        return
    now = windows.now()
    limits = {bucket.bucket: bucket for bucket in buckets}
    rows = sorted(limits)  # in one order for all, so that nobody waits in a circle
    numbers = [part for row in rows for part in (row, now + limits[row].limit.step)]
    with connection.cursor() as cursor:
        cursor.execute(_counting(len(rows), connection.vendor), [*numbers, now, now])
        moved = dict(cursor.fetchall())
    longest, reached = 0, ""
    for number, full_at in moved.items():
        if wait := limits[number].limit.wait_after(full_at, now):
            REFUSALS.add(number, now + wait)
            if wait > longest:
                longest, reached = wait, limits[number].name
    if reached:
        raise TooMany(reached, windows.to_seconds(longest))


@cache
def _counting(rows: int, vendor: str) -> str:
    """The statement that counts against so many buckets."""
    later = "MAX" if vendor == "sqlite" else "GREATEST"
    return (
        f"INSERT INTO limits_bucket (id, full_at) VALUES {', '.join(['(%s, %s)'] * rows)} "  # noqa: S608
        "ON CONFLICT (id) DO UPDATE SET "
        f"full_at = {later}(limits_bucket.full_at, %s) + excluded.full_at - %s "
        "RETURNING id, full_at"
    )


def give_back(buckets: Sequence[Counted]) -> None:
    """Take one counted event back: it turned out not to count."""
    for bucket in sorted(buckets, key=lambda bucket: bucket.bucket):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE limits_bucket SET full_at = full_at - %s WHERE id = %s",
                [bucket.limit.step, bucket.bucket],
            )


def clear(buckets: Sequence[Counted]) -> None:
    """Forget what was counted against these."""
    numbers = [bucket.bucket for bucket in buckets]
    if numbers:
        Bucket.objects.filter(pk__in=numbers).delete()
        REFUSALS.remove(numbers)


# ── What waits for a moderator ───────────────────────────────────────────────────────────────


def refuse_waiting_early(client: Client) -> None:
    """Raise TooManyWait where this process saw a moment ago that no more may wait."""
    subjects = [_WAITING_OF_SITE, f"{_WAITING_OF_SITE}:{client.address}"]
    if REFUSALS.wait_for(subjects, windows.now()):
        raise TooManyWait(_WAITING_OF_SITE, HELD_SECONDS, again=True)


def note_waiting(number: int, client: Client, *, of_address: int, of_site: int) -> None:
    """Note that a client's comment waits for a moderator. Under the lock of its transaction.

    Raises TooManyWait where so many of its address, or of the whole site, wait already. Of an
    address those count that came since yesterday began.
    """
    require_transaction("what waits is noted with what is stored")
    sender = day_keys.hash_today(f"{_WAITING_OF_SITE} {client.address}").hex()
    yesterday = day_keys.hash_yesterday(f"{_WAITING_OF_SITE} {client.address}")
    before = yesterday.hex() if yesterday else sender
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(CASE WHEN sender IN (%s, %s) THEN 1 END) FROM limits_waiting",
            [sender, before],
        )
        all_of_them, of_this = cursor.fetchone()
        full = [
            *([_WAITING_OF_SITE] if all_of_them >= of_site else []),
            *([f"{_WAITING_OF_SITE}:{client.address}"] if of_this >= of_address else []),
        ]
        for subject in full:
            REFUSALS.add(subject, windows.now() + _HELD_REMEMBERED_SECONDS * windows.SECOND)
        if full:
            raise TooManyWait(_WAITING_OF_SITE, HELD_SECONDS)
        cursor.execute(
            "INSERT INTO limits_waiting (number, sender, day) VALUES (%s, %s, %s)",
            [number, sender, day_keys.today()],
        )


def waits_no_longer(number: int) -> None:
    """Note that a comment was decided about, or taken back."""
    Waiting.objects.filter(pk=number).delete()
