"""Answers on a question's page: longer than the comments below each, with heads of another form."""

from collections import defaultdict
from collections.abc import Sequence

from .ends import is_link_below
from .heads import Head, Kind, is_bare_number
from .names import name_at, skip_meta
from .page import Lines, is_prose
from .segment import ZONE, Segment

BELOW = 5  # lines below an answer's date in which its name stands


def add_answers(page: Lines, comments: Sequence[Segment], least: int) -> list[Segment]:
    """Return the comments with the answers that stand between them, in the page's order.

    Answers end with a date after a word ("answered 3 May"), and their writer's name below it. They
    are threads, and the comments below each are replies to it.
    """
    heads = _find_heads(page, comments)
    if len(heads) < 2:
        return list(comments)
    ends = sorted([segment.head.index for segment in comments] + [head.index for head in heads])
    answers = []
    for head in heads:
        floor = max((end for end in ends if end < head.index), default=-1) + 1
        start = _find_start(page, floor, head.index)
        if start == head.index:
            continue
        end = head.index
        for index in range(start + 1, head.index):
            if is_link_below(page, index, head.index):
                end = index
                break
        name = _find_name(page, head, least)
        answers.append(Segment(head, start, start, end, name, head.moment, level=1))
    merged = sorted([*comments, *answers], key=lambda segment: segment.start)
    answered = False
    for segment in merged:
        answered = answered or segment in answers
        segment.level = 1 if segment in answers or not answered else 2
    return merged


def _find_start(page: Lines, floor: int, end: int) -> int:
    """Return where an answer's words begin: below its score, or at a paragraph."""
    score = (
        i for i in range(min(floor + ZONE, end) - 1, floor - 1, -1) if is_bare_number(page.text(i))
    )
    above = next(score, None)
    if above is not None:
        return above + 1
    while floor < end and not is_prose(page.text(floor)):
        floor += 1
    return floor


def _find_heads(page: Lines, comments: Sequence[Segment]) -> list[Head]:
    """Return the dates after a word that stand between comments, of the most common form."""
    inside = {index for segment in comments for index in range(segment.start, segment.end + 2)}
    first = comments[0].start
    by_form: dict[tuple[str, ...], list[Head]] = defaultdict(list)
    for head in page.heads.values():
        if head.kind is Kind.DATE and head.form[2] and head.index not in inside:
            by_form[head.form].append(head)
    heads = max(by_form.values(), key=len, default=[])
    return heads if heads and heads[-1].index > first else []


def _find_name(page: Lines, head: Head, least: int) -> str | None:
    for index in range(head.index + 1, min(head.index + BELOW, len(page.lines))):
        if page.lines[index].gap:
            break
        if skip_meta(page, index, least) == index:
            name = name_at(page, index)
            half = (name or "")[: len(name or "") // 2]
            return half if name and name == 2 * half else name
    return None
