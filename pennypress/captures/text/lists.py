"""Lists on a page, and which of them is the discussion."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pennypress.formats.items import Doubt

from .lines import (
    NAME_WIDTH,
    CapturedLine,
    is_figure,
    make_blocks,
    may_be_name,
    may_be_prose,
    width,
)
from .nesting import find_depths

FOOTER_SIZE = 200  # characters of prose that may stand below the shortest discussion


@dataclass(slots=True)
class BulletList:
    """A list on the page: lines `start` to `end`, of which those in `openings` begin an entry."""

    start: int
    end: int
    openings: list[int]
    named: int  # entries that are a name and a text of its own
    column: int
    kind: str
    skipped: int | None = None  # the line of what stands above and is like an entry


def find_lists(lines: Sequence[CapturedLine]) -> list[tuple[int, int]]:
    """Return where lists begin and end: from a bullet to a line that is indented no deeper.

    A bullet of another kind begins another list if it stands further left, or below nothing but
    lines at the margin, which are prose then.
    """
    spans: list[tuple[int, int]] = []
    start, edge, prose = -1, 0, False
    for index, line in enumerate(lines):
        inside = start >= 0
        if inside and line.mark and line.kind == lines[start].kind:
            edge = min(edge, line.column)
        elif inside and line.mark:
            inside = line.column >= edge and not (prose and line.column > 0)
        elif inside:
            inside = line.column > edge
        if start >= 0 and not inside:
            spans.append((start, index))
            start = -1
        if start < 0 and line.mark:
            start, edge, prose = index, line.column, True
        prose = prose and may_be_prose(line) and not may_be_name(line.content)
    if start >= 0:
        spans.append((start, len(lines)))
    return spans


def read_list(lines: Sequence[CapturedLine], start: int, end: int) -> BulletList:
    """Tell the bullets that begin entries from bullet-like lines within an entry's own text."""
    main = lines[start].kind
    levels: set[tuple[str, int]] = set()
    for _ in range(2):  # the second round knows the kind and the levels that the first one found
        bodies = _find_bodies(lines, start, end, main, levels)
        levels = {(lines[index].kind, lines[index].column) for index in bodies}
        kinds = Counter(lines[index].kind for index in sorted(bodies))
        main = max(kinds, key=kinds.__getitem__, default=main)
    first = _skip_prose(lines, start, end, bodies, levels)
    openings = _find_openings(lines, first, end, bodies, levels, main)
    if find_depths([lines[index] for index in openings]) is None:
        fewer = _find_openings(lines, first, end, bodies, levels, main, strict=True)
        if find_depths([lines[index] for index in fewer]):
            openings = fewer
    column = min(lines[index].column for index in openings)
    end = next(
        (at for at in range(first, end) if not lines[at].mark and lines[at].column <= column), end
    )
    openings = [index for index in openings if index < end]
    named = [index for index in openings if index in bodies]
    return BulletList(
        start=first,
        end=end,
        openings=openings,
        named=sum(width(lines[index].content) <= NAME_WIDTH for index in named),
        column=column,
        kind=main,
        skipped=next((line.number for line in lines[start:first] if line.kind == main), None),
    )


def _find_bodies(
    lines: Sequence[CapturedLine], start: int, end: int, main: str, levels: set[tuple[str, int]]
) -> set[int]:
    """Return the bullets with one line of their own and then, set apart and deeper, a text.

    That text may begin like a bullet: of another kind than the entries, no deeper than the words
    after the entry's bullet, at no level of the list, and with no text of its own; or with a
    number that no list begins with.
    """
    bodies: set[int] = set()
    for index in range(end - 2, start - 1, -1):
        line, below = lines[index], lines[index + 1]
        if not line.mark or not below.gap or below.column <= line.column:
            continue
        reply = below.ordinal in (None, 1) and (
            below.kind in (line.kind, main)
            or (below.mark and below.column > line.content_column)
            or (below.kind, below.column) in levels
            or index + 1 in bodies
        )
        in_text = not line.gap and index > start and (line.kind, line.column) not in levels
        if not reply and not in_text:
            bodies.add(index)
    return bodies


def _find_openings(
    lines: Sequence[CapturedLine],
    start: int,
    end: int,
    bodies: set[int],
    levels: set[tuple[str, int]],
    main: str,
    strict: bool = False,
) -> list[int]:
    """Return the bullets that begin entries: those with a text of their own, and others like them.

    Such have a blank line above (unless none in the list has) and, if numbered, continue a count.
    They stand at a level of
    those, or deeper than the words of the entry above; or they are of the same kind, which if
    `strict` is not enough where the text of the entry above would stand.
    """
    kinds = {main, lines[start].kind, *(kind for kind, _ in levels)}
    strict = strict or len(kinds) > 1  # each level has its own kind
    top = (lines[start].kind, lines[start].column)
    levels = {*levels, top}
    tight = not bodies and not any(line.gap for line in lines[start + 1 : end] if line.mark)
    openings: list[int] = []
    branch: list[CapturedLine] = []  # the entries from the thread down to the one before
    for index in range(start, end):
        line, above = lines[index], lines[index - 1]
        if not line.mark:
            continue
        while branch and branch[-1].column > line.column:
            branch.pop()
        beside = branch.pop() if branch and branch[-1].column == line.column else None
        ordinals = [it.ordinal + 1 for it in (beside, *branch[-1:]) if it and it.ordinal]
        follows = not branch or line.ordinal in (None, 1, *ordinals)
        in_text = line.column == (above.content_column if above.mark else above.column)
        known = (
            (line.kind, line.column) in levels
            or bool(branch and line.column > branch[-1].content_column)
            or (line.kind in kinds and not (strict and in_text))
        )
        spaced = line.gap or (tight and (line.kind, line.column) == top)
        if index == start or index in bodies or (spaced and known and follows):
            openings.append(index)
            beside = line
        if beside:
            branch.append(beside)
    return openings


def _skip_prose(
    lines: Sequence[CapturedLine],
    start: int,
    end: int,
    bodies: set[int],
    levels: set[tuple[str, int]],
) -> int:
    """Return where the entries begin, below lines of the story that begin with a bullet.

    Such stand at the margin while all named entries are indented, or are of another kind than all
    of these and no further left, or make a list without blank lines.
    """
    if not bodies:
        inner = (at for at in range(start, end) if lines[at].mark and not may_be_prose(lines[at]))
        return next(inner, start)
    kinds = {kind for kind, _ in levels}
    left = min(column for _, column in levels)
    for index in range(start, min(bodies)):
        line, below = lines[index], lines[index + 1]
        if not line.mark:
            continue
        at_margin = line.column == 0 < left and line.kind in kinds
        other = line.kind not in kinds and line.column >= left
        tight = not below.gap and below.kind == line.kind and below.column == line.column
        tail = index > start and not line.gap
        if not (at_margin or other or tight or tail):
            return index
    return min(bodies)


def choose_named(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> list[BulletList] | None:
    """Return the list with the most named entries, with those that a stray line parts from it.

    A list with nothing of a story above it, or with more prose below it than in it, is no
    discussion.
    """
    prose = _count_prose(lines, lists)
    for best in sorted((part for part in lists if part.named), key=lambda part: -part.named):
        size = sum(len(line.text) for line in lines[best.start : best.end])
        above, below = prose[best.start], prose[-1] - prose[best.end]
        if below > size + FOOTER_SIZE and (best.named < 3 or not above):
            why = "a list with entries like comments stands within the text: kept as the story"
            doubts.append(Doubt(None, "discussion", why, lines[best.start].number))
            continue
        first = last = lists.index(best)
        while first and _are_parted(lines, lists[first - 1], lists[first]):
            first -= 1
        while last + 1 < len(lists) and _are_parted(lines, lists[last], lists[last + 1]):
            last += 1
        return lists[first : last + 1]
    return None


def _count_prose(lines: Sequence[CapturedLine], lists: list[BulletList]) -> list[int]:
    """Return, for each line and for the end, how many characters of prose stand above it."""
    sizes = [0 if line.mark or is_figure(line) else len(line.text) for line in lines]
    for part in lists:
        sizes[part.start : part.end] = [0] * (part.end - part.start)
    return [0, *accumulate(sizes)]


def _are_parted(lines: Sequence[CapturedLine], upper: BulletList, lower: BulletList) -> bool:
    """Say whether two lists are one discussion, parted by one stray line (an advertisement)."""
    stray = lines[upper.end : lower.start]
    return (
        bool(upper.named and lower.named)
        and (upper.kind, upper.column) == (lower.kind, lower.column)
        and len(stray) == 1
        and stray[0].gap <= 1
        and width(stray[0].text) <= NAME_WIDTH
    )


def choose_nameless(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> list[BulletList] | None:
    """Return the page's last list, though it names nobody, if its form is a discussion's.

    It ends the page, its entries have blank lines between them or at least two lines each, and it
    is set apart from the story: by more than one blank line, or by a line that is so itself.
    """
    if not lists or lists[-1].end < len(lines) or may_be_prose(lines[lists[-1].start]):
        return None
    last = lists[-1]
    above = make_blocks(lines[: last.start])[-1:]
    apart = lines[last.start].gap > 1 or any(
        block.gap > 1 and block.is_short_line for block in above
    )
    spaced = all(lines[index].gap for index in last.openings)
    long = all(lower - upper > 1 for upper, lower in pairwise([*last.openings, last.end]))
    if not (above and apart and (spaced or long)):
        return None
    why = "the last list is taken as the discussion, though none of its entries names its author"
    doubts.append(Doubt(None, "discussion", why, lines[last.start].number))
    if long:
        why = "the first lines of the comments may be names"
        doubts.append(Doubt(None, "name", why, lines[last.start].number))
    return [last]


def doubt_unread(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> None:
    """Doubt a list whose entries have several lines, though it has not the form of a discussion."""
    for part in lists:
        entries = [line for line in lines[part.start : part.end] if line.mark]
        if len(entries) > 1 and part.end - part.start >= 2 * len(entries):
            why = "a list of long entries is not in the form of a discussion: kept as the story"
            doubts.append(Doubt(None, "discussion", why, lines[part.start].number))
