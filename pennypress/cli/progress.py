"""Telling a person at a terminal how far a long piece of work has come."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..foundation.progress import Progress, no_progress

if TYPE_CHECKING:
    import rich.progress

DELAY = 0.7  # seconds of work that nobody needs to be told of
_NO_BARS = {"dumb", "unknown"}  # terminals that cannot go back in a line


@contextmanager
def progress(
    what: str, *, in_bytes: bool = False, steady: bool = True, forks: bool = False
) -> Iterator[Progress]:
    """Yield a function that is told how much of how much is done, and shows it.

    Nothing is shown in the first moments, nor with --quiet, nor where standard error is no
    terminal; in the end the bar is gone. Of work that is not `steady`, the time that is left is not
    guessed. Work that `forks` does so before it tells anything: until then there is no thread.
    """
    if is_quiet() or not _is_terminal():
        yield no_progress
        return
    bar = _Bar(what, in_bytes, steady)
    if not forks:
        bar.begin()
    try:
        yield bar.tell
    finally:
        bar.end()


def is_quiet() -> bool:
    """Say whether the command that is being run was given --quiet."""
    context = click.get_current_context(silent=True)
    return bool(context and (context.find_root().obj or {}).get("quiet"))


def _is_terminal() -> bool:
    # There is none at all where a process was started with it closed.
    return bool(sys.stderr and sys.stderr.isatty()) and os.environ.get("TERM") not in _NO_BARS


class _Bar:
    """A bar that is shown by another thread than the one that tells."""

    def __init__(self, what: str, in_bytes: bool, steady: bool) -> None:
        self._what, self._in_bytes, self._steady = what, in_bytes, steady
        self._told: tuple[int, int] = 0, 0
        self._lock = threading.Lock()
        self._waiting: threading.Timer | None = None
        self._ended = False
        self._shown: rich.progress.Progress | None = None

    def begin(self) -> None:
        """Be shown in a moment."""
        self._waiting = threading.Timer(DELAY, self._show)
        self._waiting.daemon = True
        self._waiting.start()

    def tell(self, done: int, of: int) -> None:
        self._told = done, of
        if self._waiting is None:
            self.begin()
        if shown := self._shown:
            shown.update(shown.task_ids[0], completed=done, total=of or None)

    def _show(self) -> None:
        with self._lock:
            if not self._ended:
                self._shown = shown = self._make()
                done, of = self._told
                shown.add_task(self._what, completed=done, total=of or None)
                shown.start()

    def end(self) -> None:
        if self._waiting:
            self._waiting.cancel()
        with self._lock:
            self._ended = True
            if self._shown:
                self._shown.stop()

    def _make(self) -> "rich.progress.Progress":
        from rich import progress as rich_progress
        from rich.console import Console
        from rich.text import Text

        class TimeLeft(rich_progress.ProgressColumn):
            max_refresh = 0.5  # seconds: what jumps about cannot be read

            def render(self, task: rich_progress.Task) -> Text:
                left = task.time_remaining
                return Text("" if left is None else f"{left // 60:.0f}:{left % 60:02.0f} left")

        counted = (
            rich_progress.DownloadColumn if self._in_bytes else rich_progress.MofNCompleteColumn
        )

        class Count(counted):  # type: ignore[misc, valid-type]
            def render(self, task: rich_progress.Task) -> Text:
                return (
                    Text("") if task.total is None and not task.completed else super().render(task)
                )

        columns: list[rich_progress.ProgressColumn] = [
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.TaskProgressColumn(),
            Count(),
        ]
        if self._steady:
            columns.append(TimeLeft())
        # What a command prints goes where it is to go, also meanwhile.
        return rich_progress.Progress(
            *columns,
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
