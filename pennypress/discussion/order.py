"""Where a comment stands: keys that sort, so that no insert ever moves a neighbour.

A path is the parent's path plus a fixed-width key of time, source position and number. Plain
string order is then reading order: a parent before its replies, siblings oldest first, undated
ones (all older than any dated one) in their source's order. A subtree is one contiguous range.
"""

import base64
import datetime as dt
import re

_TIME, _POSITION, _NUMBER = 11, 5, 8  # hexadecimal digits; together models.STEP
_MOST_TIME = 16**_TIME - 1
_MOST_POSITION = 16**_POSITION - 1
_UNDATED_NEWEST = "g" * _TIME  # after every hexadecimal digit
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PLACE = re.compile(rf"(?:[0-9a-g]{{{_TIME + _POSITION + _NUMBER}}})+")


class BadCursor(ValueError):
    """The cursor was not made by this site, or for another order."""


def milliseconds(posted: dt.datetime) -> int:
    """Return the time in milliseconds since 1970, never below 1 (0 stands for no date).

    Whole numbers throughout: seconds as a float would round some milliseconds down to the one
    before.
    """
    return min(max((posted - _EPOCH) // dt.timedelta(milliseconds=1), 1), _MOST_TIME)


def path_step(posted: dt.datetime | None, position: int, number: int) -> str:
    """Return what a comment adds to its parent's path."""
    time = milliseconds(posted) if posted else 0
    return f"{time:0{_TIME}x}" + _tail(position, number)


def newest_key(posted: dt.datetime | None, position: int, number: int) -> str:
    """Return the key that sorts threads latest first, undated ones last in their source's order."""
    time = f"{_MOST_TIME - milliseconds(posted):0{_TIME}x}" if posted else _UNDATED_NEWEST
    return time + _tail(position, number)


def _tail(position: int, number: int) -> str:
    return f"{min(position, _MOST_POSITION):0{_POSITION}x}{number:0{_NUMBER}x}"


def after_subtree(path: str) -> str:
    """Return a string greater than all paths in the subtree at `path`, less than what follows."""
    return path + "g"  # after every hexadecimal digit, in every collation


def make_cursor(order: str, *keys: str) -> str:
    """Pack the place after which a page goes on. It names a place, so removals can't break it."""
    return base64.urlsafe_b64encode("!".join((order, *keys)).encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: str, count: int) -> list[str]:
    """Unpack a cursor. Raises BadCursor when it is damaged or belongs to another order."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError as error:
        raise BadCursor("the cursor is damaged") from error
    found, *keys = raw.split("!")
    if not all(_PLACE.fullmatch(key) for key in keys):
        raise BadCursor("the cursor names no place")
    if found != order or len(keys) != count:
        raise BadCursor(f"the cursor is not one for the order {order!r}")
    if cursor != make_cursor(order, *keys):  # decoding passes over much: one place, one address
        raise BadCursor("the cursor is written in another way")
    return keys
