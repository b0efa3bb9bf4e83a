"""Keys that last two days: without them nobody can tell which address a stored hash is of.

A day begins at midnight, UTC. What is counted today is hashed under today's key. Yesterday's is
kept as long, so that what began before midnight goes on counting; then it is thrown away, and with
it all that could be known of that day's addresses.
"""

import datetime as dt
import hashlib
import secrets

from django.db import connection

from . import windows
from .models import DayKey, Waiting

REMEMBERED_SECONDS = 60  # a database that was put back has other keys
_DAY = dt.timedelta(days=1)
_EPOCH = dt.date(1970, 1, 1)
_DAY_LENGTH = 86_400 * windows.SECOND

_known: dict[int, bytes] = {}  # by the number of the day since 1970
_read_at = 0


def today() -> dt.date:
    """The day of the limits' clock, in UTC."""
    return _EPOCH + dt.timedelta(days=windows.now() // _DAY_LENGTH)


def hash_today(text: str) -> bytes:
    """Return the hash of something personal under today's key: 16 bytes."""
    now = windows.now()
    day = now // _DAY_LENGTH
    return _hash(_keys(day, now)[day], text)


def hash_yesterday(text: str) -> bytes | None:
    """Return the hash that `hash_today` gave yesterday; None where there was no key."""
    now = windows.now()
    day = now // _DAY_LENGTH
    key = _keys(day, now).get(day - 1)
    return _hash(key, text) if key else None


def hashes_within(text: str, width: int) -> list[bytes]:
    """Return the hashes that the text had within so many microseconds: today's, and yesterday's."""
    now = windows.now()
    day, since_midnight = divmod(now, _DAY_LENGTH)
    keys = _keys(day, now)
    hashes = [_hash(keys[day], text)]
    if since_midnight < width and day - 1 in keys:
        hashes.append(_hash(keys[day - 1], text))
    return hashes


def throw_away_old_keys() -> int:
    """Delete the keys of all days before yesterday, and what they hashed; return how many."""
    oldest = today() - _DAY
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")  # overwritten, not only marked as free
    Waiting.objects.filter(day__lt=oldest).exclude(sender="").update(sender="")
    gone, _ = DayKey.objects.filter(day__lt=oldest).delete()
    forget()
    return gone


def forget() -> None:
    """Forget the keys that this process read."""
    global _known
    _known = {}


def _hash(key: bytes, text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).digest()


def _keys(day: int, now: int) -> dict[int, bytes]:
    """The day's key, made when missing, and that of the day before if there is one."""
    global _known, _read_at
    known = _known  # replaced as a whole, never changed: no lock is needed to read it
    if day in known and 0 <= now - _read_at < REMEMBERED_SECONDS * windows.SECOND:
        return known
    found = _read(day)
    if day not in found:
        DayKey.objects.bulk_create(
            [DayKey(day=_EPOCH + day * _DAY, key=secrets.token_hex(32))], ignore_conflicts=True
        )
        found = _read(day)
    _known, _read_at = found, now
    return found


def _read(day: int) -> dict[int, bytes]:
    date = _EPOCH + day * _DAY
    found = DayKey.objects.filter(day__in=[date - _DAY, date]).values_list("day", "key")
    return {(of - _EPOCH).days: bytes.fromhex(key) for of, key in found}
