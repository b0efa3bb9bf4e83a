"""Counting the comments that no reader ever saw, and recording their number once for each day.

What is refused comes in floods: it is counted in this process's memory and written down some
seconds later, all together. What is removed or withdrawn is counted in its own transaction.
"""

import datetime as dt
import logging
import threading
from collections import Counter

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from pennypress.foundation.jobs import confirm_leader, periodic_job
from pennypress.foundation.rows import require_transaction
from pennypress.record.actions import Fact, append_all

from ..models import UnseenDay
from .placing import lock_discussions

logger = logging.getLogger("pennypress.discussion")

SUBJECT = "discussion"  # all of them: not one page's
WRITE_SECONDS = 5.0  # a process writes down what it refused no oftener

_DAY = dt.timedelta(days=1)


def count_unseen_now(number: int = 1) -> None:
    """Count comments that no reader saw and none will, in the transaction of the change.

    Called under the lock of those who change discussions. They count for today; should that day's
    entry be there already (another machine's clock is ahead), for the next.
    """
    require_transaction("an unseen comment is counted in the transaction of its removal")
    day = _today()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "INSERT INTO discussion_unseenday (day, count) VALUES (%s, %s) "
                "ON CONFLICT (day) DO UPDATE SET count = discussion_unseenday.count + "
                "excluded.count WHERE discussion_unseenday.entry IS NULL RETURNING day",
                [day, number],
            )
            if cursor.fetchone():
                return
            day += _DAY


@periodic_job(
    "count-unseen-comments",
    interval=600,
    summary="Records, for each day that is over, how many comments no reader ever saw.",
)
def record_unseen() -> int:
    """Append the entry of each day that is over and had such comments; return how many."""
    over = UnseenDay.objects.filter(day__lt=_today(), entry=None)
    if not over.exists():
        return 0
    with transaction.atomic():
        lock_discussions()
        days = list(over.order_by("day"))  # those that nobody recorded while we waited
        now = timezone.now()
        entries = append_all(
            Fact("spam.counted", SUBJECT, now, {"day": row.day.isoformat(), "count": row.count})
            for row in days
        )
        for row, entry in zip(days, entries, strict=True):
            row.entry = entry.index
            row.save(update_fields=["entry"])
        confirm_leader()
    return len(days)


class UnseenComments:
    """Counts refused comments in memory; a thread of its own writes their number down."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is how long to wait for others before writing."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, reason: str) -> None:
        """Count one more. Asks nothing of the database: fit for a flood, and for any thread."""
        with self._lock:
            self._waiting[reason] += 1
            self._write_soon()

    def write(self) -> None:
        """Write down what was counted since last time; what cannot be written goes on waiting."""
        with self._lock:
            counted, self._waiting = self._waiting, Counter()
        if not counted:
            return
        try:
            with transaction.atomic():
                lock_discussions()
                count_unseen_now(counted.total())
        except BaseException:
            with self._lock:
                self._waiting += counted
                self._write_soon()
            raise
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(counted.items()))
        logger.info("comments refused: %s", reasons)

    def _write_soon(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(self._seconds, self._write_and_close)
            self._timer.daemon = True
            self._timer.start()

    def _write_and_close(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.write()
        except DatabaseError as error:
            logger.warning("refused comments are not counted yet: %s", type(error).__name__)
        finally:
            connection.close()


UNSEEN = UnseenComments(WRITE_SECONDS)


def count_unseen(reason: str) -> None:
    """Count a comment that was refused before anybody saw it. `reason` is a word for the log.

    Returns at once: the number is written within WRITE_SECONDS, together with the others'. A
    process that is ended forgets those seconds.
    """
    UNSEEN.count(reason)


def _today() -> dt.date:
    return timezone.now().astimezone(dt.UTC).date()
