"""How long an arrival keeps others from writing, and how long it then lets them.

SQLite's lock is not fair: who asks for it again at once mostly gets it again, and a reader's
comment waits. So what is written at once is little, and after it there is as long a pause as it
took, in which the next is read and rendered.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

TURN = 0.02  # seconds for which one transaction should hold the lock; readers notice from 0.03 on
LEAST_PAUSE = 0.02
MOST_PAUSE = 0.5
FIRST, LEAST, MOST = 20, 5, 500  # comments in one transaction


class Pace:
    """How many comments fit into one transaction on this machine, as the last ones showed."""

    def __init__(self) -> None:
        self.size = FIRST
        self._next = 0.0  # when others have had their time

    @contextmanager
    def turn(self, count: int | None = None) -> Iterator[None]:
        """Write in one transaction, once others have had their time. `count` comments, if it is.

        Whoever works within it has prepared all that needs no database: that is done in the time
        of others.
        """
        time.sleep(max(0.0, self._next - time.monotonic()))
        with transaction.atomic():
            began = time.monotonic()  # the lock is held from here on
            yield
        held = time.monotonic() - began
        if count:
            self._learn(count, held)
        self._next = time.monotonic() + min(max(held, LEAST_PAUSE), MOST_PAUSE)

    def _learn(self, count: int, held: float) -> None:
        """Come halfway to the number that would have filled the turn."""
        fitting = count * TURN / max(held, 0.001)
        self.size = int(min(max((self.size + fitting) / 2, LEAST), MOST))
