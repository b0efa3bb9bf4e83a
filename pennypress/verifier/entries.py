"""What an entry is: canonical JSON with five members, at a time that is not ahead of ours."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .strict_json import NotStrict, read_canonical

MEMBERS = {"commitments", "facts", "kind", "subject", "time"}
AT_ONCE = 32  # entries that are read at a time: some of these may be long, and full of brackets
SLACK = timedelta(minutes=5)  # that a site's clock may be ahead of ours
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Malformed(ValueError):
    """An entry is not what an entry is; the message says why."""


def read_entries(bodies: list[bytes]) -> Iterator[dict[str, Any] | Malformed]:
    """Take entries apart; in the place of one that is none stands why."""
    for start in range(0, len(bodies), AT_ONCE):
        some = bodies[start : start + AT_ONCE]
        try:
            yield from map(_check_members, read_canonical(some))
        except NotStrict:
            yield from map(_read_entry, some)


def _read_entry(body: bytes) -> dict[str, Any] | Malformed:
    try:
        return _check_members(*read_canonical([body]))
    except NotStrict as error:
        return Malformed(str(error))


def _check_members(entry: Any) -> dict[str, Any] | Malformed:
    if type(entry) is not dict or entry.keys() != MEMBERS:
        return Malformed("it has not the members of an entry")
    # The decoder makes no subclasses: comparing types is enough, and this runs for each entry.
    if not type(entry["facts"]) is type(entry["commitments"]) is dict:
        return Malformed("its facts or commitments are no objects")
    if not type(entry["kind"]) is type(entry["subject"]) is type(entry["time"]) is str:
        return Malformed("its kind, subject or time is no text")
    return entry


class Clock:
    """The latest time that an entry may state, as texts, which are in order where times are."""

    def __init__(self, now: datetime) -> None:
        """`now` is the reader's own time, aware."""
        latest = (now + SLACK).astimezone(UTC)
        self._moment = latest.strftime("%Y-%m-%dT%H:%M:%SZ")
        # Days are those of the site's own time zone.
        self._day = (latest + timedelta(hours=14)).strftime("%Y-%m-%d")

    def is_ahead(self, time: str) -> bool:
        """Whether a time is later than the clock and five minutes. Raises Malformed."""
        if _MOMENT.fullmatch(time):
            latest = self._moment
        elif _DAY.fullmatch(time):
            latest = self._day
        else:
            raise Malformed(f"its time {time[:40]!r} is no time")
        try:
            datetime.fromisoformat(time)
        except ValueError as error:
            raise Malformed(f"its time {time!r} is no time") from error
        return time > latest
