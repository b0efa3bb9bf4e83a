"""Where the words of comments end: at links, scores, and what is no comment any more."""

import re
from collections import Counter
from collections.abc import Sequence

from pennypress.captures.signs import Sign, is_removed, simplify

from .heads import Kind, is_bare_number
from .lines import width
from .page import Lines, is_prose
from .segment import MOST, Layout, Segment

LONGEST = 2000  # lines of a comment that are looked through
PROFILE = 12  # lines below the words with who wrote them


def close_segments(page: Lines, segments: list[Segment], layout: Layout) -> None:
    """Find where comments end: at a link, or for the last one where the form changes."""
    for sign in (Sign.REPLY, Sign.REPLY | Sign.OTHER):
        ends = [_find_link(page, segment, sign) for segment in segments]
        last = [
            end is not None and not _has_words(page, range(end, segment.end), layout.least)
            for end, segment in zip(ends[:-1], segments[:-1], strict=True)
        ]
        found = sum(end is not None for end in ends[:-1])
        layout.ended = sum(last) >= MOST * len(last) > 0 and sum(last) > 0.8 * found
        if layout.ended:
            break
    if layout.ended and not layout.below:
        for segment, end in zip(segments, ends, strict=True):
            if end is not None:
                segment.end = end
    if not layout.below:
        segments[-1].end = _find_end(page, segments, layout)


def _has_words(page: Lines, lines: range, least: int) -> bool:
    return any(
        page.words[index + 1] > page.words[index] and not page.is_meta(index, least)
        for index in lines
    )


def _find_link(page: Lines, segment: Segment, sign: Sign) -> int | None:
    """Return the first line of links below the words."""
    for index in range(segment.body + 1, min(segment.end, segment.body + LONGEST)):
        if page.furniture.get(index, Sign.NONE) & sign:
            return index
    return None


def _find_end(page: Lines, segments: Sequence[Segment], layout: Layout) -> int:
    """Return where the last comment ends: at a form, a heading, a line further left, a wide gap."""
    final = segments[-1]
    others = segments[:-1]
    gaps = [
        max((page.lines[index].gap for index in range(one.body + 1, one.end)), default=1)
        for one in others
    ]
    widest = max(gaps, default=1)
    longest = max((one.end - one.body for one in others), default=20)
    margin = min(
        (page.lines[index].column for index in range(final.body, min(final.body + 1, final.end))),
        default=0,
    )
    anchor = final.bullet or page.lines[final.start]
    for index in range(final.body, final.end):
        line = page.lines[index]
        if index > final.body and line.column < margin and line.column <= anchor.column:
            return index
        signs = index in page.boundaries or index in page.claims
        if signs and not is_prose(page.text(index)) and (index > final.body or line.gap):
            return index
        if index > final.body and line.gap > widest:
            return index
        if page.furniture.get(index, Sign.NONE) & Sign.LOAD_MORE and index > final.body:
            return index
        if index in page.furniture and index > final.body and _is_over(page, index, final.end):
            return index
        if index - final.body > 3 * longest + 20:
            return index
        if _begins_links(page, index, final.end):
            return index
    return final.end


def _is_over(page: Lines, index: int, end: int) -> bool:
    """Say whether a short line, set apart, stands below a comment's links."""
    while index < end and index in page.furniture:
        index += 1
    if index == end:
        return True
    text = page.text(index)
    return page.lines[index].gap > 0 and width(text) < 40 and not is_prose(text)


def _begins_links(page: Lines, index: int, end: int) -> bool:
    """Say whether a run of short lines begins here, as a page's footer has it."""
    run = range(index, min(index + 4, end))
    return len(run) == 4 and all(
        page.lines[at].mark and width(page.text(at)) < 40 and not is_prose(page.text(at))
        for at in run
    )


def ends_with_number(page: Lines, segment: Segment, least: int) -> bool:
    index = segment.end - 1
    while index > segment.body and (index in page.furniture or page.is_often(index, least)):
        index -= 1
    return index > segment.body and is_bare_number(page.text(index))


def trim_words(page: Lines, segment: Segment, layout: Layout) -> None:
    """Take links, scores and what repeats off both ends of a comment's words."""
    name = simplify(segment.name or "")
    while segment.end > segment.body:
        index = segment.end - 1
        if not _is_trailing(page, index, layout, name, segment.end - segment.body == 1):
            break
        head = page.heads.get(index)
        if head and head.kind is Kind.DATE and not segment.moment:
            segment.moment = head.moment
        segment.end = index
    while segment.body < segment.end - 1 and _is_leading(page, segment.body):
        segment.body += 1


def _is_leading(page: Lines, index: int) -> bool:
    text = page.text(index)
    if text[-1:] in (":", "："):
        return False  # "Quote:" and what follows
    return index in page.furniture or not re.search(r"\w", text)


def _is_trailing(page: Lines, index: int, layout: Layout, name: str, only: bool) -> bool:
    text = page.text(index)
    if index in page.furniture:
        return not is_removed(text)
    if not simplify(text) and not is_bare_number(text):
        return not only
    if only or is_removed(text):
        return False
    if is_bare_number(text):
        return layout.scored or not text.strip()
    if page.is_meta(index, layout.least):
        return True
    return (
        bool(name)
        and width(text) <= 60
        and name in simplify(text)
        and not (is_prose(text) or "://" in text)
    )


def is_link_below(page: Lines, index: int, end: int) -> bool:
    """Say whether a link or button begins the lines that end a comment's words."""
    if index not in page.furniture or not page.lines[index].gap:
        return False
    return not any(page.lines[below].gap for below in range(index + 1, end))


_ANSWER = re.compile(r"(?:re|aw|antw|sv|vs|rv|odp|ynt|ответ)\s?(?:\[\d+\])?:|> ", re.IGNORECASE)


def cut_profiles(page: Lines, segments: Sequence[Segment]) -> None:
    """Take a writer's name, rank and numbers off the end of the words, where they stand below."""
    cuts = [_find_profile(page, segment) for segment in segments[:-1]]
    cuts.append(_find_profile(page, segments[-1], last=True))
    if sum(cut is not None for cut in cuts) < MOST * len(segments):
        return
    for segment, cut in zip(segments, cuts, strict=True):
        if cut is not None:
            segment.end = cut
    _cut_signatures(page, segments)


def _find_profile(page: Lines, segment: Segment, last: bool = False) -> int | None:
    if last and segment.name:  # no other head ends it
        below = range(segment.body + 1, min(segment.end, segment.body + 10 * PROFILE))
        return next((index for index in below if page.text(index) == segment.name), None)
    for index in range(segment.end - 1, max(segment.body, segment.end - PROFILE), -1):
        if segment.name and page.text(index) == segment.name:
            return index
        if width(page.text(index)) > 60:
            return None
    return None


def _cut_signatures(page: Lines, segments: Sequence[Segment]) -> None:
    """Take off the last line of words that the same writer's others end with as well."""
    last = Counter(
        (segment.name, page.text(segment.end - 1))
        for segment in segments
        if segment.end - segment.body > 1
    )
    for segment in segments:
        index = segment.end - 1
        if index > segment.body and last[segment.name, page.text(index)] > 1:
            segment.end = index


def cut_below_rules(page: Lines, segments: Sequence[Segment]) -> None:
    """Take off what stands below a rule at a comment's end: its writer's signature."""
    for segment in segments:
        for index in range(segment.end - 1, max(segment.body, segment.end - PROFILE), -1):
            if page.lines[index].ruled:
                segment.end = index


def drop_subjects(page: Lines, segments: Sequence[Segment]) -> None:
    """Take comments' own titles off their words, where "Re: title" shows that they have one."""
    firsts = [segment for segment in segments if segment.end - segment.body > 1]
    answers = sum(
        any(
            _ANSWER.match(page.text(at))
            for at in range(segment.start, min(segment.body + 1, segment.end))
        )
        for segment in segments
        if segment.start < segment.end
    )
    if answers < 2 or answers < 0.2 * len(segments):
        return
    for segment in firsts:
        text = page.text(segment.body)
        below = page.lines[segment.body + 1]
        if _ANSWER.match(text) or (below.gap and width(text) <= 60 and not is_prose(text)):
            segment.body += 1
