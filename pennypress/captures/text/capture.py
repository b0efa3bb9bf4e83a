"""Read the plain text of a captured web page: markup gone, list bullets and indentation left.

The work goes from module to module: the *file* becomes text, the text *lines* with a column, a
bullet and the gap above them; lines become the *parts* of the page; parts become items. A part is
known by its position and its form, never by its words, so any language will do.

The parts, from the top of a page:

- **Meter**: lines that are nothing but one sum each, above the headline or right beneath it. A
  meter is a scale of at least two sums that begins with zero and rises, and one sum raised that
  stands out from it: it breaks the rise, or a blank line sets it apart from a scale without any,
  or it lies above the goal of an even scale and is not that scale's next step. Sums that don't
  begin with zero (5 €, 10 €, 25 €) are offers to give and no meter; sums that can be read in two
  ways (0 $, 100 $, 900 $) are doubted and left out. What nobody can have meant (negative sums,
  powers of ten, mixed currencies) refuses the page.
- **Headline**: a line that stands twice above the story, as the page's title and as the story's
  headline; else the first line that is neither a sum nor part of a list.
- **Image**: its mark is one short line without the end of a sentence, alone between the headline
  and the first paragraph. A short sentence there is the standfirst, the story's first paragraph.
- **Story**: what follows, block by block, up to the discussion.
- **Appeal**: one short line after the story, set apart by more blank lines than the paragraphs.
- **Discussion**: a list whose entries are a name alone on the bullet's line and, after a blank
  line, an indented text; an entry that is one block of text is a comment that names nobody, and
  so is (doubted) one whose first line is too long for a name. A list that names nobody at all is
  a discussion (doubted) only at the page's end and set apart. Depth comes from the bullets'
  columns where all of them fit one grid, else everything is flat.

Terminal browsers' forms (four or five columns a level, a bullet for each level, numbers aligned at
their right end) are read where names and texts are parted by blank lines; lines that such a
browser wrapped are not joined yet, but doubted.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from pennypress.formats.items import (
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    MeterItem,
    PageItem,
    Picture,
    plain_block,
)

from .entries import CapturedDiscussion, Remark, find_discussion
from .file import SIZE_LIMIT, decode_capture, looks_like_capture, name_other_format
from .lines import CapturedLine, Text, is_broken_off, is_sentence, read_lines, width
from .meter import read_meter
from .story import Story, find_story

__all__ = [
    "SIZE_LIMIT",
    "decode_capture",
    "looks_like_capture",
    "name_other_format",
    "read_capture",
]

WRAP_WIDTH = 132


def read_capture(lines: Iterable[str], *, name: str) -> Iterator[Item]:
    """Yield the items of one captured page from its lines, which come with their line ends.

    `name` is the file's, for messages. All lines are read before the first item is yielded: a
    comment's depth is known only when the last bullet is. Raises Refused for what is no capture,
    has no story, or has a meter with sums that nobody can have meant.
    """
    text = read_lines(lines, name)
    if not text.lines:
        raise ArrivalRefused("the file is empty", name)
    other = name_other_format(text.head)
    if other:
        raise ArrivalRefused(f"the file is {other}, not a page's text", f"{name}, line 1")
    doubts: list[Doubt] = []
    discussion = find_discussion(text.lines, doubts)
    remarks = discussion.remarks if discussion else []
    end = discussion.start if discussion else len(text.lines)
    story = find_story(text.lines[:end], len(remarks), name, doubts)
    meter = read_meter(story.figures, name, doubts)
    cut_off = _find_end(text, story, discussion, doubts)
    _doubt_wrapped(text.lines, doubts)
    page = _make_page(story)
    yield page
    if meter:
        yield MeterItem(page.source_id, *meter, story.figures[0].number)
    if story.mark:
        yield Picture(page.source_id, story.mark.number, None)
    for doubt in doubts:
        yield replace(doubt, page=page.source_id)
    yield from _make_comments(page.source_id, remarks, cut_off)


def _find_end(
    text: Text, story: Story, discussion: CapturedDiscussion | None, doubts: list[Doubt]
) -> bool:
    """Say whether the capture ends within its last comment; doubt what stands below it."""
    if not discussion:
        last = story.appeal or story.paragraphs[-1]
        if is_broken_off(last.text) or (text.open_end and not is_sentence(last.text)):
            doubts.append(Doubt(None, "story", "the story may be cut off here", last.number))
        return False
    ends = [part.end for part in discussion.lists]
    starts = [part.start for part in discussion.lists[1:]] + [len(text.lines)]
    for end, start in zip(ends, starts, strict=True):
        if end < start:
            why = f"lines below the comments are left out: {start - end}"
            doubts.append(Doubt(None, "discussion", why, text.lines[end].number))
    if ends[-1] < len(text.lines):
        return False
    last_words, line = discussion.remarks[-1].text, text.lines[-1].number
    if is_broken_off(last_words):
        if not text.open_end:
            why = "the last comment ends in an ellipsis: taken as cut off"
            doubts.append(Doubt(None, "cut off", why, line))
        return True
    if text.open_end and not is_sentence(last_words):
        why = "the file ends without a line end or the end of a sentence: taken as cut off"
        doubts.append(Doubt(None, "cut off", why, line))
        return True
    return False


def _doubt_wrapped(lines: Sequence[CapturedLine], doubts: list[Doubt]) -> None:
    """Doubt line ends that a browser for terminals put in: none is wide, many are nearly so."""
    ends = [line.column + width(line.text) for line in lines]
    widest = max(ends)
    inner = [end for end, below in zip(ends, lines[1:], strict=False) if not below.gap]
    full = sum(end > widest - 20 for end in inner)
    if 60 < widest <= WRAP_WIDTH and full > 4 and 3 * full > len(inner):
        why = "the lines look wrapped at a fixed width; their ends are kept"
        doubts.append(Doubt(None, "form", why, lines[0].number))


def _make_page(story: Story) -> PageItem:
    headline = story.headline.text
    paragraphs = tuple(block.text for block in story.paragraphs)
    return PageItem(
        source_id=f"capture:{_digest(headline + chr(10) + paragraphs[0])}",
        headline=headline,
        blocks=tuple(map(plain_block, paragraphs)),
        appeal=story.appeal.text if story.appeal else None,
        line=story.headline.number,
        claimed_comments=story.claimed,
    )


def _make_comments(page: str, remarks: Sequence[Remark], cut_off: bool) -> Iterator[CommentItem]:
    """Yield the comments. Equal siblings differ by their count, so that a later, longer capture
    of the same page gives each comment of this one the same source id.
    """
    seen: Counter[str] = Counter()
    branch: list[str] = []  # source ids from the thread down to the comment before
    for position, remark in enumerate(remarks):
        del branch[remark.depth - 1 :]
        parent = branch[-1] if branch else None
        key = json.dumps([parent, remark.author, remark.text])
        source_id = f"{page}:{_digest(f'{key}{seen[key]}')}"
        seen[key] += 1
        branch.append(source_id)
        yield CommentItem(
            page=page,
            source_id=source_id,
            parent=parent,
            depth=remark.depth,
            author=remark.author,
            text=remark.text,
            posted=None,
            position=position,
            line=remark.line.number,
            cut_off=cut_off and position == len(remarks) - 1,
        )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]
