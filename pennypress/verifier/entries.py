"""Record entries: canonical JSON with five members, and a time that is not in the future."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .strict_json import NotStrict, read_canonical

MEMBERS = {"commitments", "facts", "kind", "subject", "time"}
AT_ONCE = 32  # entries parsed together: hostile ones may take a megabyte of memory each
SLACK = timedelta(minutes=5)  # that a site's clock may be ahead of ours
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Malformed(ValueError):
    """These bytes are not a record entry; the message says why."""


def read_entries(bodies: list[bytes]) -> Iterator[dict[str, Any] | Malformed]:
    """Parse record entries; a Malformed stands in the place of each that is not one."""
    for start in range(0, len(bodies), AT_ONCE):
        group = bodies[start : start + AT_ONCE]
        try:
            yield from map(_check_members, read_canonical(group))
        except NotStrict:
            yield from map(_read_entry, group)  # to find which one it is


def _read_entry(body: bytes) -> dict[str, Any] | Malformed:
    try:
        return _check_members(*read_canonical([body]))
    except NotStrict as error:
        return Malformed(str(error))


def _check_members(entry: Any) -> dict[str, Any] | Malformed:
    if type(entry) is not dict or entry.keys() != MEMBERS:
        return Malformed("it does not have the members of an entry")
    # The decoder makes no subclasses: comparing types is enough, and this runs for each entry.
    if not type(entry["facts"]) is type(entry["commitments"]) is dict:
        return Malformed("its facts or commitments are not an object")
    if not type(entry["kind"]) is type(entry["subject"]) is type(entry["time"]) is str:
        return Malformed("its kind, subject or time is not a string")
    return entry


class Clock:
    """The latest time that an entry may state, as strings, which sort in the order of time."""

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
            raise Malformed(f"its time {time[:40]!r} is not a time")
        try:
            datetime.fromisoformat(time)
        except ValueError as error:
            raise Malformed(f"its time {time!r} is not a time") from error
        return time > latest
