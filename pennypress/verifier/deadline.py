"""By when a whole check must be done: a server that answers byte by byte never times out."""

import math
import time

SECONDS = 600.0


class OutOfTime(Exception):
    """The deadline has passed."""


class Deadline:
    """A moment by which all must be done. Without `seconds` there is none."""

    def __init__(self, seconds: float = math.inf) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left. Raises OutOfTime when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left
