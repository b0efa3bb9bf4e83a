"""Where the names of comments stand: by a bullet, above a date or below it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pennypress.captures.signs import Sign, split_by, split_says

from .heads import Head, Kind, clean_name, may_be_author
from .lines import width
from .page import Lines, is_prose
from .segment import MOST, ZONE, ZONE_WIDTH

_SUBJECT = re.compile(r"(?:re|aw|antw|sv|rv|odp|ответ)\s?(?:\[\d+\])?:\s", re.IGNORECASE)


def find_bullet(page: Lines, heads: Sequence[Head], at: int, least: int) -> int | None:
    """Return the line with the bullet that a head stands at, with nothing else between them."""
    floor = heads[at - 1].index if at else -1
    index = heads[at].index
    if page.lines[index].mark and page.heads.get(index) is not None and _is_bullet(page, index):
        return index
    for above in range(index - 1, max(floor, index - ZONE), -1):
        line = page.lines[above]
        if line.mark and not page.is_meta(above, least) and line.column <= page.lines[index].column:
            return above if not is_prose(line.content) else None
        if is_prose(page.text(above)) or (line.mark and not line.content):
            return above if line.mark and not line.content else None
    return None


def find_numbers(page: Lines, heads: Sequence[Head]) -> list[int | None] | None:
    """Return the lines with a number or bullet of one kind, one of which stands above each head.

    A head of many lines (ranks, links to a profile) may stand between them.
    """
    zones = [
        [
            index
            for index in range(head.index, max(before, head.index - ZONE), -1)
            if page.lines[index].mark and width(page.lines[index].content) <= 60
        ]
        for before, head in zip([-1, *(head.index for head in heads)], heads, strict=False)
    ]
    kinds = Counter(kind for zone in zones for kind in {page.lines[at].kind for at in zone})
    for kind, count in kinds.most_common():
        if count < MOST * len(heads) or kind[0] != "1":
            continue
        found = [next((at for at in zone if page.lines[at].kind == kind), None) for zone in zones]
        ordinals = [page.lines[at].ordinal or 0 for at in found if at is not None]
        steps = sum(lower == upper + 1 for upper, lower in pairwise(ordinals))
        if steps >= 0.8 * (len(ordinals) - 1):
            return found
    return None


def _is_bullet(page: Lines, index: int) -> bool:
    """A date such as "27. Juni" begins with no bullet."""
    line, head = page.lines[index], page.heads[index]
    return not (head.kind is Kind.DATE and line.ordinal)


def find_above(page: Lines, index: int, floor: int, least: int) -> range:
    """Return the lines above a head that may hold its name: the nearest that is no furniture.

    More of them, if one of these is found in another: a picture's words, "Anna is online".
    """
    nearest = None
    for above in range(index - 1, max(floor - 1, index - ZONE), -1):
        heading = page.is_heading(above)
        answer = page.furniture.get(above, Sign.NONE) & Sign.REPLY
        if heading or answer or width(page.text(above)) > ZONE_WIDTH:
            break
        if nearest is None and not page.is_meta(above, least):
            nearest = above
        if nearest is not None and above < nearest:
            name = clean_name(page.text(above)).casefold()
            zone = range(above, index)
            if len(name) > 2 and _count_in(page, name, zone) > 1 and may_be_author(name):
                return zone
        if page.lines[above].gap > 1:
            break
    if nearest is None:
        for above in range(index - 1, max(floor - 1, index - ZONE), -1):
            if page.is_heading(above):
                break
            if not page.is_meta(above, least):
                nearest = above
                break
    return range(nearest, nearest + 1) if nearest is not None else range(0)


def widen(page: Lines, start: int, floor: int, name: str | None) -> int:
    """Return where the lines with a comment's name begin: a picture's words may stand above it."""
    while name and start > floor and width(page.text(start - 1)) <= ZONE_WIDTH // 2:
        if _SUBJECT.match(page.text(start - 1)):
            start -= 1
            continue
        initial = page.text(start - 1).casefold() == name[:1].casefold()
        if not initial and not _count_in(page, name.casefold(), range(start - 1, start)):
            break
        start -= 1
    return start


def _count_in(page: Lines, name: str, zone: range) -> int:
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return sum(word.search(page.text(index).casefold()) is not None for index in zone)


def skip_meta(page: Lines, index: int, least: int) -> int:
    end = min(len(page.lines), index + ZONE)
    while index < end and page.is_meta(index, least):
        index += 1
    return index


def place_of_name(
    page: Lines, heads: Sequence[Head], bullets: Sequence[int | None] | None, least: int
) -> str | None:
    """Say where the names stand: "above" or "below" the lines of the group, if anywhere."""
    above = below = near_above = near_below = 0
    names: set[str] = set()
    for at, head in enumerate(heads):
        floor = heads[at - 1].index + 1 if at else 0
        bullet = bullets[at] if bullets else None
        zone = (
            range(bullet, head.index)
            if bullet is not None and bullet < head.index
            else find_above(page, head.index, floor, least)
        )
        found = choose_name(page, zone, least)
        if found is not None:
            above += 1
            near_above += not any(page.lines[i].gap for i in range(found + 1, head.index + 1))
            names.add(page.text(found))
        under = skip_meta(page, head.index + 1, least)
        text = page.text(under) if under < len(page.lines) else ""
        named = may_be_author(text) and not is_prose(text)
        below += named
        near_below += named and not any(page.lines[i].gap for i in range(head.index + 1, under + 1))
    most = MOST * len(heads)
    if near_below >= 0.8 * len(heads) and near_above < 0.5 * len(heads):
        return "below"
    surely = above >= 0.8 * len(heads) or above >= below - 1
    if above >= most and surely and (len(names) > 1 or len(heads) < 3):
        return "above"
    return "below" if below >= 0.9 * len(heads) and len(heads) > 2 else None


def choose_name(page: Lines, zone: range, least: int) -> int | None:
    """Return the line of a head's lines that is the name: said so, or found in another as well."""
    lines = [index for index in zone if not page.is_meta(index, least)]
    lines = [index for index in lines if may_be_author(clean_name(page.text(index)))]
    if not lines:
        return None
    if len(lines) == 1:
        return None if is_prose(page.text(lines[0])) else lines[0]
    names = {index: clean_name(page.text(index)).casefold() for index in lines}
    texts = [page.text(index).casefold() for index in zone]
    return max(lines, key=lambda index: (sum(names[index] in text for text in texts), -index))


def name_at(page: Lines, index: int) -> str | None:
    text = page.text(index)
    said = split_says(text)
    name = clean_name(said.name if said else split_by(text) or text)
    return name or None
