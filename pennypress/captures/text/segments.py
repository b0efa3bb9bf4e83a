"""From heads that repeat to comments: where each begins, its name, its words and where it ends."""

from collections import Counter
from collections.abc import Sequence

from pennypress.captures.signs import Sign, is_removed

from .answers import add_answers
from .ends import (
    close_segments,
    cut_below_rules,
    cut_profiles,
    drop_subjects,
    ends_with_number,
    trim_words,
)
from .heads import Head, Kind, clean_name, is_bare_number, may_be_author
from .names import (
    choose_name,
    find_above,
    find_bullet,
    find_numbers,
    name_at,
    place_of_name,
    skip_meta,
    widen,
)
from .page import OFTEN, Lines, is_prose
from .repeats import Group
from .segment import MOST, ZONE, Layout, Segment
from .tidying import tidy_names

FEW = 4  # comments that show nothing by what repeats in them


def cut_segments(page: Lines, group: Group) -> tuple[list[Segment], Layout]:
    """Return the comments that a group's lines head, and what they have in common."""
    heads = group.heads
    least = max(OFTEN, round(0.5 * len(heads)))
    layout = Layout(least)
    starts = [find_bullet(page, heads, at, least) for at in range(len(heads))]
    if sum(start is not None for start in starts) < MOST * len(heads):
        starts = find_numbers(page, heads) or starts
    layout.bulleted = sum(start is not None for start in starts) >= MOST * len(heads)
    if layout.bulleted and starts[0] is None and None not in starts[1:] and len(starts) > FEW:
        heads, starts = heads[1:], starts[1:]  # the story's own date
    layout.below = _stand_below(page, heads, least, layout.bulleted)
    if layout.below:
        layout.bulleted = _bullet_within(page, heads) is not None
        segments = _cut_above(page, heads, least)
    else:
        segments = _cut_below(page, heads, starts if layout.bulleted else None, least)
    close_segments(page, segments, layout)
    layout.scored = sum(ends_with_number(page, segment, least) for segment in segments) > 0.3 * len(
        heads
    )
    tidy_names(segments)
    cut_profiles(page, segments)
    cut_below_rules(page, segments)
    for segment in segments:
        trim_words(page, segment, layout)
    drop_subjects(page, segments)
    if layout.below and layout.bulleted:
        segments = add_answers(page, segments, least)
    return segments, layout


# --- Heads above the words -------------------------------------------------------------------


def _cut_below(
    page: Lines, heads: Sequence[Head], bullets: Sequence[int | None] | None, least: int
) -> list[Segment]:
    segments: list[Segment] = []
    named = heads[0].kind in (Kind.NAMED, Kind.SAID)
    place = None if named else place_of_name(page, heads, bullets, least)
    for at, head in enumerate(heads):
        floor = segments[-1].head.index + 1 if segments else 0
        bullet = bullets[at] if bullets else None
        start = head.index if bullet is None else bullet
        body = head.index + 1
        name = head.name
        if place == "above" and not name:
            zone = (
                range(start, head.index)
                if start < head.index
                else find_above(page, head.index, floor, least)
            )
            found = choose_name(page, zone, least)
            if found is not None:
                name, start = name_at(page, found), min(start, found)
                start = widen(page, start, floor, name)
        elif place == "below":
            below = skip_meta(page, body, least)
            if below < len(page.lines) and may_be_author(page.text(below)):
                name, body = name_at(page, below), below + 1
        if named:
            start = widen(page, start, floor, name)
        segments.append(
            Segment(head, start, body, 0, name, head.moment, head.answers, head.removed, head.level)
        )
    for at, segment in enumerate(segments):
        segment.end = segments[at + 1].start if at + 1 < len(segments) else len(page.lines)
        zone = range(segment.start, segment.head.index)
        segment.answers = segment.answers or next(
            (page.answers[index] for index in zone if index in page.answers), None
        )
        common = 0.8 * len(heads) if len(heads) > FEW else len(page.lines)
        for index in range(segment.body, min(segment.end, segment.body + ZONE)):
            if place != "below" or is_prose(page.text(index)):
                break
            if page.is_common(index, common):
                segment.body = index + 1
        _read_below(page, segment, least)
        bullet = bullets[at] if bullets else None
        if bullet is not None:
            segment.bullet = page.lines[bullet]
    return segments


def _read_below(page: Lines, segment: Segment, least: int) -> None:
    """Take the lines of the head that stand below its first: a date, whom it answers, links."""
    index = segment.body
    words = None  # a comment that is a number or a smiley, if nothing else follows
    if segment.head.kind in (Kind.LEVEL, Kind.DATE) and index < segment.end:
        other = page.heads.get(index)
        if other and other.kind is Kind.NAMED and not segment.name:
            segment.name, segment.removed = other.name, other.removed
            segment.moment = segment.moment or other.moment
            index += 1
    while index < segment.end and index - segment.body < ZONE:
        text, head = page.text(index), page.heads.get(index)
        if is_removed(text):
            if segment.name or segment.removed or index + 1 >= segment.end:
                break
            segment.removed = True  # the name of somebody who is gone, unless words follow
        elif index in page.answers:
            segment.answers = segment.answers or page.answers[index]
        elif head and head.kind is Kind.DATE and not segment.moment:
            segment.moment = head.moment
        elif segment.name and clean_name(text) == segment.name:
            pass
        elif words is not None and (
            page.furniture.get(index, Sign.NONE) & Sign.REPLY or index in page.boundaries
        ):
            index = words
            break
        elif not page.is_meta(index, least):
            break
        elif words is None and _may_be_words(page, index):
            words = index
        index += 1
    if words is not None and all(page.is_meta(at, least) for at in range(index, segment.end)):
        index = words
    segment.body = index


def _may_be_words(page: Lines, index: int) -> bool:
    if index in page.furniture or index in page.heads or index in page.answers:
        return False
    return page.lines[index].gap > 0 or page.text(index)[:2] in ("+1", "-1", ":-", ":)", ";)", "++")


# --- Heads below the words -------------------------------------------------------------------


def _stand_below(page: Lines, heads: Sequence[Head], least: int, bulleted: bool) -> bool:
    """Say whether the words stand above their heads, and not below them."""
    votes = 0
    signed = sum(head.signed or _is_signed_above(page, head.index) for head in heads)
    if signed >= MOST * len(heads):
        return True
    tight = loose = 0
    for at, head in enumerate(heads):
        above = find_above(page, head.index, heads[at - 1].index + 1 if at else 0, least)
        if not above:
            continue
        above = above[-1:]
        line = page.lines[above[0] + 1]
        if is_prose(page.text(above[0])) and not page.lines[head.index].mark:
            tight += not line.gap and above[0] + 1 == head.index
            loose += 1
    votes += tight > MOST * len(heads) and not bulleted
    if bulleted:
        return votes > 2
    after = _skip_links(page, heads[-1].index + 1, 1)
    if after >= len(page.lines) or after in page.boundaries:
        votes += 2
    elif is_prose(page.text(after)):
        votes -= 2
    first = _skip_links(page, heads[0].index - 1, -1)
    if first < 0 or first != heads[0].index - 1 or page.lines[heads[0].index].gap > 1:
        votes -= 2  # nothing stands right above the first
    before = range(max(0, heads[0].index - 4), heads[0].index)
    if any(index in page.claims or index in page.boundaries for index in before):
        votes -= 2
    return votes > 1


def _skip_links(page: Lines, index: int, step: int) -> int:
    """Return the next line up or down that is no link, button or date."""
    while 0 <= index < len(page.lines):
        head = page.heads.get(index)
        if index not in page.furniture and not (head and head.kind is Kind.DATE):
            break
        index += step
    return index


def _is_signed_above(page: Lines, index: int) -> bool:
    text = page.lines[index - 1].text if index else " "
    return text[0] in "–—~" and may_be_author(text.lstrip("–—~ "))


def _cut_above(page: Lines, heads: Sequence[Head], least: int) -> list[Segment]:
    segments: list[Segment] = []
    kind = _bullet_within(page, heads)
    for at, head in enumerate(heads):
        start = heads[at - 1].index + 1 if at else _find_first(page, head.index)
        if kind:
            floor = start if at else max(0, head.index - ZONE)
            marked = (i for i in range(head.index - 1, floor - 1, -1) if page.lines[i].kind == kind)
            start = next(marked, start)
        name, zone = head.name, head.index
        if not name:
            for above in range(head.index - 1, max(start, head.index - 4), -1):
                if not page.is_meta(above, least) or page.lines[above].text[0] in "–—~":
                    text = page.text(above).lstrip("–—~ ")
                    if may_be_author(text) and not is_prose(text):
                        name, zone = name_at(page, above), above
                        if name:
                            name = name.lstrip("–—~ ")
                    break
        body = _skip_furniture(page, start, zone) if at or kind else start
        segment = Segment(head, start, body, zone, name, head.moment, head.answers, head.removed)
        if page.lines[start].mark:
            segment.bullet = page.lines[start]
        segments.append(segment)
    return segments


def _bullet_within(page: Lines, heads: Sequence[Head]) -> str | None:
    """Return the kind of bullets at which the words above the heads begin, if they do."""
    floors = [max(0, heads[0].index - ZONE), *(head.index + 1 for head in heads[:-1])]
    kinds = Counter(
        kind
        for floor, head in zip(floors, heads, strict=True)
        for kind in {
            page.lines[at].kind
            for at in range(floor, head.index)
            if page.lines[at].mark and page.lines[at].mark not in "–—~"
        }
    )
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if count >= 0.9 * len(heads) else None


def _find_first(page: Lines, index: int) -> int:
    """Return where the words above the first head begin: below a heading, or at a gap."""
    for above in range(index - 1, max(-1, index - ZONE), -1):
        if above in page.boundaries or above in page.claims:
            return above + 1
    above = index - 1
    while above > 0 and not page.lines[above].gap and not page.lines[above].mark:
        above -= 1
    return max(above, 0)


def _skip_furniture(page: Lines, index: int, end: int) -> int:
    while index < end and (index in page.furniture or is_bare_number(page.text(index))):
        index += 1
    return index
