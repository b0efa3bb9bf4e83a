"""How deep the entries of a list are nested, by the columns of their bullets."""

from collections.abc import Sequence
from itertools import pairwise

from .lines import CapturedLine

LEAST_STEP = 2  # columns between two levels of a list


def find_depths(entries: Sequence[CapturedLine]) -> list[int] | None:
    """Return the entries' depths by their bullets' columns, or None if these fit no grid.

    They do if the columns are equally far apart, and no entry is more than one level deeper than
    the one above it. Numbers may be aligned at their right end.
    """
    begins = [line.column for line in entries]
    ends = [line.column + len(line.mark) for line in entries]
    for columns in (begins, ends):
        levels = sorted(set(columns))
        step = levels[1] - levels[0] if len(levels) > 1 else LEAST_STEP
        even = all(right - left == step for left, right in pairwise(levels))
        depths = [(column - levels[0]) // step + 1 for column in columns]
        gradual = all(lower <= upper + 1 for upper, lower in pairwise([0, *depths]))
        if step >= LEAST_STEP and even and gradual:
            return depths
    return None
