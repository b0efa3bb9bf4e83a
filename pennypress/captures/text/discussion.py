"""A page's discussion: comments with their names, words and places in the tree."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pennypress.captures.signs import FURNITURE, is_removed, read_furniture, read_signs, split_by
from pennypress.formats.items import Doubt

from .dating import Dates
from .entries import Remark, find_listed
from .headline import count_words, is_crowded
from .heads import Kind
from .lines import CapturedLine, make_blocks, width
from .lists import FOOTER_SIZE
from .nesting import find_depths
from .page import Lines, is_prose
from .repeats import ABOVE, choose_heads
from .segment import Layout, Segment
from .segments import cut_segments
from .signatures import find_signed

NAMED = 5  # lines with a name and a day above a discussion that teasers may have
WORDS = 30  # columns of words below a heading that are more than links
OPENING = 180  # columns of prose above the first post that make a story


@dataclass(slots=True)
class CapturedDiscussion:
    """The comments, and the lines that hold them (parted where a stray line stands).

    `start` is where the story ends: the discussion's heading stands above its first comment.
    """

    remarks: list[Remark]
    spans: list[tuple[int, int]]
    start: int
    claimed: int | None = None
    listed: bool = False  # known by the form of a list alone
    opening: Remark | None = None  # a forum's first post, which the others answer


def find_discussion(page: Lines, dates: Dates, doubts: list[Doubt]) -> CapturedDiscussion | None:
    """Return the page's discussion, or None when nothing on it has the form of one."""
    group = choose_heads(page)
    signed = find_signed(page, dates)
    if len(signed) > (group.texts if group else 0):
        layout = Layout(least=len(page.lines), below=True)
        found = _make_discussion(page, signed, layout, doubts)
        if found:
            return found
    if group is not None:
        segments, layout = cut_segments(page, group)
        if not group.answered and _are_titles(segments):
            nameless = sum(not segment.name for segment in segments)
            page.unsure = len(segments) if 2 * nameless > len(segments) else 0
            segments = []
        found = _make_discussion(page, segments, layout, doubts) if segments else None
        if found:
            return found
    why: list[Doubt] = []
    listed = find_listed(page.lines, why)
    if listed is None:
        doubts.extend(why)
        return None
    remarks, spans = listed
    if not _is_sure(page, remarks, spans):
        doubts.append(_doubt_list(remarks))
        return None
    doubts.extend(why)
    return CapturedDiscussion(remarks, spans, spans[0][0], listed=True)


def _are_titles(segments: Sequence[Segment]) -> bool:
    """Say whether what stands where names do is rather titles, or nothing."""
    long = sum(not segment.name or count_words(segment.name) > 3 for segment in segments)
    return 2 * long > len(segments)


def _is_sure(page: Lines, remarks: Sequence[Remark], spans: Sequence[tuple[int, int]]) -> bool:
    """Say whether a list with the form of a discussion is one.

    On a page with links, labels and other lists it must be told by a word as well.
    """
    start, end = spans[0][0], spans[-1][1]
    dates = sum(
        head.kind is Kind.DATE for index, head in page.heads.items() if start <= index < end
    )
    if 2 * dates > len(remarks) or page.hosted:
        return False  # a list of other stories
    below = page.words[-1] - page.words[end]
    size = page.words[end] - page.words[start]
    crowded = is_crowded(make_blocks(page.lines[:start])) or below > size + FOOTER_SIZE
    if not crowded:
        return True
    above = range(max(0, start - ABOVE), start)
    claims = [page.claims[index] for index in above if index in page.claims]
    if claims:
        return any(claims)
    told = any(index in page.boundaries - page.invitations for index in above)
    answered = page.replies[end] - page.replies[start] > len(remarks) // 2
    titles = sum(count_words(remark.author or "") > 3 for remark in remarks)
    return answered or (told and 2 * titles < len(remarks))


def _doubt_list(remarks: Sequence[Remark]) -> Doubt:
    """A list of names and texts that is no discussion may be one all the same."""
    texts = sum(bool(remark.author) and is_prose(remark.text) for remark in remarks)
    why = "a list is like a discussion, but nothing says that it is one: kept as the story"
    grave = texts > 2 and 2 * texts > len(remarks)
    return Doubt(None, "discussion", why, remarks[0].line.number, grave=grave)


def _make_discussion(
    page: Lines, segments: list[Segment], layout: Layout, doubts: list[Doubt]
) -> CapturedDiscussion | None:
    remarks = [_make_remark(page, segment) for segment in segments]
    kept = [
        at
        for at, remark in enumerate(remarks)
        if remark.text or remark.removed or (at + 1 < len(remarks) and layout.bulleted)
    ]
    while kept and not (remarks[kept[-1]].text or remarks[kept[-1]].removed):
        kept.pop()
    segments, remarks = [segments[at] for at in kept], [remarks[at] for at in kept]
    if not any(remark.text for remark in remarks):
        return None
    opening = None
    if not layout.below and _is_opening(page, segments):
        opening, segments, remarks = remarks[0], segments[1:], remarks[1:]
    _place(page, segments, remarks, layout, doubts)
    for remark in remarks:
        if not remark.text and not remark.removed:
            remark.removed = True
            why = "a comment without words: a picture, or something that the text does not hold"
            doubts.append(Doubt(None, "comment", why, remark.line.number))
    first = min(segment.start for segment in segments)
    if opening is not None:
        first = min(first, page.lines.index(opening.line))
    start, claimed = _find_start(page, first)
    if claimed is None:
        claims = [claim for claim in page.claims.values() if claim >= len(remarks)]
        claimed = min(claims, default=None)
    end = max(max(segment.end, segment.body) for segment in segments)
    return CapturedDiscussion(remarks, [(first, end)], start, claimed, opening=opening)


_PLACE = re.compile(r"#\s?(\d+)\b")


def _is_opening(page: Lines, segments: Sequence[Segment]) -> bool:
    """Say whether the first entry is what the others answer: nothing else is a story.

    It has the first number, or a title while others have "Re:" one, or nothing says that comments
    begin with it.
    """
    first = segments[0]
    above = (page.text(index) for index in range(first.start))
    if len(segments) < 3 or sum(width(text) for text in above if is_prose(text)) > OPENING:
        return False
    place = next(
        (found for index in range(first.start, first.body)
         if (found := _PLACE.search(page.text(index)))), None
    )  # fmt: skip
    if place:
        return place[1] == "1"
    near = range(max(0, first.start - ABOVE), first.start)
    return not any(index in page.claims or index in page.boundaries for index in near)


def _make_remark(page: Lines, segment: Segment) -> Remark:
    lines = list(page.lines[segment.body : segment.end])
    if lines and segment.body == segment.start and segment.bullet:
        lines[0] = _without_mark(lines[0])
    blocks: list[list[str]] = []
    for line in lines:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(_clean_quoting(line.text))
    if segment.ending is not None and blocks:
        blocks[-1][-1] = segment.ending
        blocks = [[line for line in block if line] for block in blocks]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    removed = (segment.removed and not text) or (bool(text) and is_removed(text))
    return Remark(
        line=segment.bullet or page.lines[segment.start],
        blocks=[],
        author=segment.name,
        text="" if removed else text,
        posted=segment.moment,
        removed=removed,
    )


def _clean_quoting(text: str) -> str:
    """Leave a picture's words and a link out of a line such as "Quote Quote by Anna View post"."""
    words = text.split(" ")
    if not 2 < len(words) < 12 or words[0] != words[1] or not split_by(" ".join(words[2:])):
        return text
    del words[0]
    for end in range(max(1, len(words) - 3), len(words)):
        if read_furniture(" ".join(words[end:])):
            return " ".join(words[:end])
    return " ".join(words)


def _without_mark(line: CapturedLine) -> CapturedLine:
    return replace(line, text=line.content, column=line.content_column, mark="")


# --- Nesting ---------------------------------------------------------------------------------


def _place(
    page: Lines,
    segments: Sequence[Segment],
    remarks: Sequence[Remark],
    layout: Layout,
    doubts: list[Doubt],
) -> None:
    """Set depths and parents: by words ("level 2", "in reply to"), else by columns."""
    if all(segment.level for segment in segments):
        depths: list[int] | None = _flatten([segment.level or 1 for segment in segments])
    else:
        lines = [
            segment.bullet or replace(page.lines[segment.start], mark="") for segment in segments
        ]
        depths = find_depths(lines)
        if depths and not layout.bulleted and _is_chance(depths):
            depths = None
    for remark, depth in zip(remarks, depths or [1] * len(remarks), strict=True):
        remark.depth = depth
    answered = _answer_names(segments, remarks)
    why = None
    if not depths:
        why = "the columns of the comments fit no grid, so all comments are threads"
    elif set(depths) == {1} and not answered and not layout.bulleted and len(remarks) > 2:
        why = "the text shows no nesting, so all comments are threads"
    if why:
        doubts.append(Doubt(None, "nesting", f"nesting unknown: {why}", remarks[0].line.number))


def _is_chance(depths: Sequence[int]) -> bool:
    """Say whether but the first comments stand further left than all others."""
    deeper = next((at for at, depth in enumerate(depths) if depth > 1), len(depths))
    return len(depths) > 3 and deeper < 3 and 1 not in depths[deeper:]


def _flatten(levels: Sequence[int]) -> list[int]:
    """Return depths of which none is more than one deeper than the one above."""
    depths: list[int] = []
    for level in levels:
        depths.append(min(level, depths[-1] + 1 if depths else 1))
    return depths


def _answer_names(segments: Sequence[Segment], remarks: Sequence[Remark]) -> bool:
    """Let comments that name whom they answer be replies to that reader's last one above."""
    latest: dict[str, int] = {}
    any_answers = False
    for at, (segment, remark) in enumerate(zip(segments, remarks, strict=True)):
        parent = _find_answered(segment.answers, latest) if segment.answers else None
        if parent is not None and remark.depth == 1:
            remark.parent = parent
            remark.depth = remarks[parent].depth + 1
            any_answers = True
        if remark.author:
            latest[remark.author.casefold()] = at
    return any_answers


def _find_answered(answers: str, latest: dict[str, int]) -> int | None:
    """Return the comment of whom a line names: "Anna", or "Her title by Anna"."""
    words = answers.casefold().split(" ")
    for at in range(len(words)):
        if (at == 0 or split_by(" ".join(words[at - 1 :]))) and " ".join(words[at:]) in latest:
            return latest[" ".join(words[at:])]
    return None


# --- What stands above -----------------------------------------------------------------------


def _find_start(page: Lines, first: int) -> tuple[int, int | None]:
    """Return where the discussion's heading begins, and how many comments it claims."""
    start, claimed = first, None
    for index in range(first - 1, max(-1, first - ABOVE), -1):
        text = page.text(index)
        if index in page.claims:
            claimed = claimed if claimed is not None else page.claims[index]
            start = index
        elif index in page.boundaries:
            start = index
        elif not (index in page.furniture or page.is_meta(index, 3) or len(text) < 40):
            break
    return start, claimed


def count_signs(page: Lines, end: int, alone: bool) -> Iterator[str]:
    """Yield what in the lines above `end` says that readers speak there.

    `alone` says that no discussion was found below: then a heading for one is a sign, too.
    """
    start = 0
    replies = page.replies[end] - page.replies[start]
    if replies > 1:
        yield f"{replies} links to answer"
    forms = Counter(
        head.form
        for index, head in page.heads.items()
        if start <= index < end
        and ("timed" in head.form or "ago" in head.form or "said" in head.form)
    )
    most = max(forms.values(), default=0)
    named = sum(
        head.kind is Kind.NAMED for index, head in page.heads.items() if start <= index < end
    )
    if most > 2 or named > NAMED:
        yield f"{max(most, named)} lines with dates or names"
    for index in range(start, end):
        below = min(index + 8, end)
        heading = index in page.boundaries - page.invitations and not page.lines[index].mark
        if alone and heading and page.words[below] - page.words[index + 1] > WORDS:
            yield f"“{page.text(index)[:40]}” stands above words"
            break
    removed = sum(
        is_removed(page.text(index))
        for index in range(start, end)
        if len(page.text(index)) < 80 and read_signs(page.text(index)) & ~FURNITURE
    )
    if removed:
        yield f"{removed} removed comments"
