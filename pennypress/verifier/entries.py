"""What an entry is: canonical JSON with five members, at a time that is not ahead of ours."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

MEMBERS = {"commitments", "facts", "kind", "subject", "time"}
SLACK = timedelta(minutes=5)  # that a site's clock may be ahead of ours
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Malformed(ValueError):
    """An entry is not what an entry is; the message says why."""


def read_entry(body: bytes) -> dict[str, Any]:
    """Take an entry apart. Raises Malformed unless it is canonical JSON with the right members."""
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise Malformed("it is no JSON of the kind that entries are") from error
    if not isinstance(said, dict) or said.keys() != MEMBERS:
        raise Malformed("it has not the members of an entry")
    try:
        same = orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == body
    except TypeError as error:
        raise Malformed("it is nested too deeply") from error
    # The decoder makes no subclasses: comparing types is enough, and this runs for each entry.
    facts, commitments = said["facts"], said["commitments"]
    if type(facts) is not dict or type(commitments) is not dict:
        raise Malformed("its facts or commitments are no objects")
    if not type(said["kind"]) is type(said["subject"]) is type(said["time"]) is str:
        raise Malformed("its kind, subject or time is no text")
    # A fraction, which RFC 8785 writes in one of many ways, is never in an entry.
    if not same or _has_fraction(facts.values()) or _has_fraction(commitments.values()):
        raise Malformed("it is not in canonical form")
    return said


def _has_fraction(values: Iterable[Any]) -> bool:
    for one in values:
        kind = type(one)
        if kind is str or kind is int:
            continue
        if kind is float:
            return True
        if (kind is dict and _has_fraction(one.values())) or (kind is list and _has_fraction(one)):
            return True
    return False


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
