"""How far a long piece of work has come. Who does the work tells; who asked for it may show it."""

from collections.abc import Callable

Progress = Callable[[int, int], object]  # is told how much of how much is done; of 0: of unknown


def no_progress(done: int, of: int) -> None:
    """Tell nobody how far the work has come."""
