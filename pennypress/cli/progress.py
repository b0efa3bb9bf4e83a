"""Telling a person at a terminal how far a long piece of work has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that is told how much of how much is done, and shows it.

    Nothing is shown before it is called, nor where standard error is no terminal; in the end the
    bar is gone.
    """
    with ExitStack() as stack:
        shown: list[Callable[[int, int], None]] = []

        def tell(done: int, of: int) -> None:
            if sys.stderr.isatty():
                if not shown:
                    shown.append(stack.enter_context(_bar(what)))
                shown[0](done, of)

        yield tell


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, of: bar.update(task, completed=done, total=of)
