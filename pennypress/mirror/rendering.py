"""Rendering pages ahead of the crawl, in some processes."""

import multiprocessing
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from django.db import connections

from pennypress.delivery.cache import CachedPage
from pennypress.delivery.changes import read_changes
from pennypress.delivery.facts import FACTS
from pennypress.delivery.rendering import render
from pennypress.foundation.processes import end_with_parent

MOST_PROCESSES = 4  # one alone writes the files; each has a hundred megabytes and more
AHEAD = 16  # pages per process that are rendered before the crawl comes to them


@dataclass(frozen=True)
class Rendered:
    """A page with marks where its fragments stand, and the change up to which it is true."""

    page: CachedPage | None
    sequence: int


class LiveSite:
    """The site as one process renders it. Its facts are cached until the process sees a change."""

    def __init__(self, sequence: int = 0) -> None:
        self.sequence = sequence

    def look(self) -> dict[str, int]:
        """Notice what has changed; return the tags that moved, by the number of their change."""
        before = self.sequence
        self.sequence, moved = read_changes(before)
        if moved:
            FACTS.invalidate(moved)
        elif self.sequence < before:  # an older state of the database was put back
            FACTS.forget_all()
        return moved


class Renderers:
    """Processes that render pages. A context manager; with fewer than two there are none."""

    def __init__(self, processes: int) -> None:
        processes = min(processes, MOST_PROCESSES)
        self.ahead = AHEAD * processes if processes > 1 else 0
        self._asked: dict[str, Future[Rendered]] = {}
        self._pool: ProcessPoolExecutor | None = None
        if self.ahead:
            self._pool = _start(processes)

    def ask(self, address: str) -> None:
        """Have a page rendered that will be taken soon."""
        if self._pool and address not in self._asked:
            self._asked[address] = self._pool.submit(_render, address)

    def take(self, address: str) -> Rendered | None:
        """Return a page that was asked for; None for another. Raises what its rendering raised."""
        future = self._asked.pop(address, None)
        return future.result() if future else None

    def forget(self) -> None:
        """Let go of what was asked for and not taken."""
        for future in self._asked.values():
            future.cancel()
        self._asked.clear()

    def __enter__(self) -> "Renderers":
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()
        if self._pool:
            self._pool.shutdown()


def _start(processes: int) -> ProcessPoolExecutor:
    """Fork the processes now: later this one has threads, locks and a connection to share."""
    connections.close_all()
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), initializer=_begin)
    pool.submit(int).result()
    return pool


def _begin() -> None:
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the parent ends these
    FACTS.begin()


_site = LiveSite()  # of this process


def _render(address: str) -> Rendered:
    _site.look()
    return Rendered(render(address, with_marks=True), _site.sequence)
