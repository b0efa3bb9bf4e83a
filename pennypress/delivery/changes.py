"""How a process learns what other processes have committed: within 100 ms, and without asking much.

The truth is in two tables (see `models.py`): a sequence that every change moves, and each tag with
the number of its latest change. Notices only say that it is time to look: one that is lost delays
the next look, never the truth.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from django.db import connection

from .models import Tag

logger = logging.getLogger("pennypress.delivery")

CHANNEL = "pennypress_changes"
POLL_SECONDS = 0.02  # SQLite: a pragma that reads one number from shared memory
LISTEN_SECONDS = 1.0  # PostgreSQL: look at least so often, whatever the notices say
RETRY_SECONDS = 0.25

Notify = Callable[[int, dict[str, int]], None]


def read_changes(since: int) -> tuple[int, dict[str, int]]:
    """Return the number of the latest change, and the tags that moved after change `since`.

    A number below `since` means that the database is not the one that was read before.
    """
    # In SQL: every page and every post is looked before.
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM delivery_sequence WHERE id = 1")
        row = cursor.fetchone()
        latest = row[0] if row else 0
        if latest <= since:
            return latest, {}
        cursor.execute("SELECT name, sequence FROM delivery_tag WHERE sequence > %s", [since])
        moved = dict(cursor.fetchall())
    return max(latest, *moved.values()) if moved else latest, moved


def sequences_of(tags: Iterable[str]) -> dict[str, int]:
    """Return the number of each tag's latest change; 0 for a tag that never moved."""
    names = set(tags)
    found = dict(Tag.objects.filter(name__in=names).values_list("name", "sequence"))
    return {name: found.get(name, 0) for name in names}


class Watcher:
    """Watches the database from a thread of its own, and says which cache tags were invalidated.

    `notify(sequence, moved)` is called from whatever thread noticed, one at a time. A lower
    sequence than the one before says that the database was replaced. `away` is true while the
    database does not answer.
    """

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.sequence = 0
        self.away = False
        self._looking = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch from the present state of the database on."""
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def look(self) -> int:
        """Tell what moved since the last look, from the calling thread; return where we are.

        A page rendered afterwards shows all changes up to the number returned.
        Raises DatabaseError when the database does not answer.
        """
        with self._looking:
            latest, moved = read_changes(self.sequence)
            if latest != self.sequence:
                self.sequence = latest
                self.notify(latest, moved)
            return latest

    def _run(self) -> None:
        watch = self._listen if connection.vendor == "postgresql" else self._poll
        while not self._stopping.is_set():
            try:
                watch()
            except Exception as error:
                if not self.away:
                    logger.warning("the database does not answer: %s", type(error).__name__)
                self.away = True
                _drop_connection()
            self._stopping.wait(RETRY_SECONDS)
        _drop_connection()

    def _poll(self) -> None:
        """SQLite: the data version moves when another connection has committed."""
        seen = None
        with connection.cursor() as cursor:
            while not self._stopping.wait(POLL_SECONDS):
                cursor.execute("PRAGMA data_version")
                if (version := cursor.fetchone()) != seen:
                    self._look_again()
                    seen = version

    def _listen(self) -> None:
        """PostgreSQL: `touch` sends a notice with its commit."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            # Also the first thing after a gap: what was committed meanwhile sent no notice to us.
            self._look_again()
            for _ in connection.connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                pass

    def _look_again(self) -> None:
        self.look()
        if self.away:
            self.away = False
            logger.warning("the database answers again")


def _drop_connection() -> None:
    try:
        connection.close()
    except Exception:  # it is gone either way
        connection.connection = None
