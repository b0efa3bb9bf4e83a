"""Lines that a terminal's browser wrapped: where one is full, the next one goes on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .lines import CapturedLine, width

NARROWEST, WIDEST = 60, 140
LEEWAY = 4  # columns by which a paragraph's first line may be indented
TOLERANCE = 20  # columns that a wrapped line may lack, for the next one's first word


def find_wrap(lines: Sequence[CapturedLine]) -> int | None:
    """Return the column that lines were wrapped at, or None where none were.

    Of the lines with another right below, many are nearly as wide as the widest ones.
    """
    ends = [line.column + width(line.text) for line, below in pairwise(lines) if not below.gap]
    counts = Counter(end for end in ends if NARROWEST < end <= WIDEST)
    beyond = sum(end > WIDEST for end in ends)
    seen = 0
    for limit in sorted(counts, reverse=True):
        seen += counts[limit]
        if seen >= 3 and seen > 0.004 * len(ends):
            break
    else:
        return None
    full = sum(limit - TOLERANCE < end <= limit for end in ends)
    wider = sum(limit < end <= WIDEST for end in ends) + beyond
    if full < 5 or 4 * full < len(ends) or 8 * wider > full:
        return None
    return max((end for end in counts if end <= limit + 3), default=limit)


def join_wrapped(lines: Sequence[CapturedLine], limit: int) -> list[CapturedLine]:
    """Return the lines as they were before they were wrapped at that column.

    A line is joined to the one above where that one had no room for its first word. Lines that
    begin further left or right are lines of their own.
    """
    joined: list[CapturedLine] = []
    end = 0
    for line in lines:
        space = _space(line.text)
        if joined and not line.gap and not line.mark and _goes_on(joined[-1], line):
            first = line.text.split(" ", 1)[0]
            if end + space + width(first) > limit:
                joined[-1] = _append(joined[-1], " " * space + line.text)
                end = line.column + width(line.text)
                continue
        joined.append(line)
        end = line.column + width(line.text)
    return joined


def _goes_on(above: CapturedLine, line: CapturedLine) -> bool:
    column = above.content_column if above.mark else above.column
    return -LEEWAY <= line.column - column <= 1 or line.column == above.column


def _append(line: CapturedLine, words: str) -> CapturedLine:
    content = line.content + words if line.mark else ""
    return replace(line, text=line.text + words, content=content)


def _space(text: str) -> int:
    """Chinese and Japanese have no spaces between words."""
    return 0 if "\u3000" <= text[:1] <= "\u9fff" or "\uff00" <= text[:1] <= "\uffef" else 1
