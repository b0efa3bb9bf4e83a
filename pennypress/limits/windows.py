"""How often something may happen: a number at once, and so many more in time.

The algorithm is the generic cell rate algorithm (GCRA), a token bucket that remembers one moment:
the one at which the bucket will be full again. Each event moves it on by a step. An event that
would move it further than the whole bucket ahead of now is refused, and moves nothing. So over any
span of time, wherever it begins, no more pass than the bucket holds and is given back in that span.

Times are whole microseconds.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

SECOND = 1_000_000  # microseconds
PERIODS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
LONGEST_WIDTH = 86_400 * SECOND
MOST_REMEMBERED = 20_000  # keys in memory: some 3 MB

_WRITTEN = re.compile(r"([1-9][0-9]{0,8})\+([1-9][0-9]{0,8})/(second|minute|hour|day)")


@dataclass(frozen=True)
class Limit:
    """So many at once (`burst`), and `refill` more each `period` (seconds)."""

    burst: int
    refill: int
    period: int

    @cached_property
    def step(self) -> int:
        """Microseconds after which one more may pass. Rounded up: never more than was said."""
        return -(-self.period * SECOND // self.refill)

    @cached_property
    def width(self) -> int:
        """Microseconds after which an empty bucket is full again."""
        return self.burst * self.step

    def most_in(self, seconds: float) -> int:
        """How many pass at most within any span of so many seconds."""
        return self.burst + int(seconds * SECOND // self.step)

    def wait_after(self, full_at: int, now: int) -> int:
        """Microseconds to wait before the event that moved the bucket to `full_at` may happen.

        0 where it may happen now.
        """
        return max(0, full_at - self.width - now)

    def __str__(self) -> str:
        period = next(name for name, seconds in PERIODS.items() if seconds == self.period)
        return f"{self.burst}+{self.refill}/{period}"


def read_limit(text: str) -> Limit | None:
    """Read `80+20/minute`: 80 at once, and 20 more a minute; None for `none`.

    Raises ValueError, also where an empty bucket would not be full again within a day: addresses
    are known no longer.
    """
    if text.strip() == "none":
        return None
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"must be like 80+20/minute, or none, not {text!r}")
    limit = Limit(int(match[1]), int(match[2]), PERIODS[match[3]])
    if limit.width > LONGEST_WIDTH:
        raise ValueError(f"must be full again within a day, which {text.strip()} is not")
    return limit


def now() -> int:
    """Microseconds since 1970: what all processes of a site share."""
    return time.time_ns() // 1_000


def _since_start() -> int:
    return time.monotonic_ns() // 1_000


def to_seconds(microseconds: int) -> int:
    """Whole seconds that are no shorter, and at least one: for Retry-After."""
    return max(1, -(-microseconds // SECOND))


class MemoryLimiter:
    """Buckets of one process, by their keys. Holds at most `most` keys. Safe among threads.

    When it is full, the key that was used least recently is forgotten: who comes from ever new
    addresses fills it, and is caught by the limits on networks and on what is stored.
    """

    def __init__(
        self, *, most: int = MOST_REMEMBERED, clock: Callable[[], int] = _since_start
    ) -> None:
        self._most = most
        self._clock = clock
        self._full_at: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, wanted: Iterable[tuple[str, Limit | None]]) -> int:
        """Count one event against each of these keys, if all of them allow it.

        Returns 0, or where one does not the seconds to wait; then nothing was counted.
        """
        now = self._clock()
        with self._lock:
            moved, wait = {}, 0
            for key, limit in wanted:
                if limit is not None:
                    moved[key] = max(self._full_at.get(key, 0), now) + limit.step
                    wait = max(wait, limit.wait_after(moved[key], now))
            if wait:
                return to_seconds(wait)
            for key, full_at in moved.items():
                self._full_at.pop(key, None)  # so that it is the last one
                self._full_at[key] = full_at
            while len(self._full_at) > self._most:
                del self._full_at[next(iter(self._full_at))]
        return 0

    def forget(self) -> None:
        """Forget all that was counted."""
        with self._lock:
            self._full_at.clear()


class RecentRefusals:
    """What was refused lately, and until when: asking again costs no look into the database."""

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._until: dict[str | int, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._until)

    def add(self, subject: str | int, until: int) -> None:
        with self._lock:
            self._until.pop(subject, None)
            self._until[subject] = until
            while len(self._until) > self._most:
                del self._until[next(iter(self._until))]

    def wait_for(self, subjects: Iterable[str | int], now: int) -> int:
        """Microseconds until none of these is refused any longer; 0 where none is."""
        return max(0, *(self._until.get(subject, 0) - now for subject in subjects), 0)

    def remove(self, subjects: Iterable[str | int]) -> None:
        with self._lock:
            for subject in subjects:
                self._until.pop(subject, None)

    def forget(self) -> None:
        with self._lock:
            self._until.clear()
