"""A clock for tests of limits, which stands until it is moved."""

import datetime as dt

from pennypress.limits import windows

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class Clock:
    """The clock of all limits, in microseconds."""

    def __init__(self) -> None:
        self.at = int(NOON.timestamp()) * windows.SECOND

    def __call__(self) -> int:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += int(seconds * windows.SECOND)

    def set(self, moment: dt.datetime) -> None:
        self.at = int(moment.timestamp() * windows.SECOND)
