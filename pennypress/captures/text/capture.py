"""Read the plain text of a captured web page: markup gone, list bullets and indentation left.

The work goes from module to module: the *file* becomes text; the text *lines* with a column, a
bullet and the gap above them (marks of Markdown are dropped, lines that a terminal's browser
wrapped are joined); each line of the *page* is read for what it may be; lines become the parts of
the page; parts become items.

The parts, from the top of a page:

- **Meter**: lines that are nothing but one sum each, above the headline or right beneath it. A
  meter is a scale of at least two sums that begins with zero and rises, and one sum raised that
  stands out from it: it breaks the rise, or a blank line sets it apart from a scale without any,
  or it lies above the goal of an even scale and is not that scale's next step. Sums that don't
  begin with zero (5 €, 10 €, 25 €) are offers to give and no meter; sums that can be read in two
  ways (0 $, 100 $, 900 $) are doubted and left out. What nobody can have meant (negative sums,
  powers of ten, mixed currencies) refuses the page. Or anywhere but among readers' words: lines
  that *state* a sum raised and a goal in words.
- **Headline**: on a page of a story alone, a line that stands twice above it, as the page's title
  and as the story's headline, else the first line that is neither a sum nor part of a list. On a
  page with links, labels and notices around the story: the line above the largest run of
  paragraphs that is most like a headline (`headline`).
- **Image**: its mark is one short line without the end of a sentence, alone between the headline
  and the first paragraph. A short sentence there is the standfirst, the story's first paragraph.
- **Story**: what follows, block by block, up to the discussion.
- **Appeal**: one short line after the story, set apart by more blank lines than the paragraphs.
- **Discussion**: what repeats (`repeats`): lines of one form that head comments (a name, a date,
  "says"; `heads`), with words between them and something on the page that says so; their names
  (`names`, `tidying`), ends (`ends`) and nesting. A talk page's comments end with a signature. A
  page that says nothing may have a list (`lists`, `entries`): its entries are a name alone on the
  bullet's line and, after a blank line, an indented text; an entry that is one block of text is a
  comment that names nobody, and so is (doubted) one whose first line is too long for a name. A
  list that names nobody at all is a discussion (doubted) only at the page's end and set apart; no
  list is one on a page with other lists. Depth comes from columns where all of them fit one grid,
  or from words ("level 2", "in reply to"), else everything is flat, which is doubted.

Signs of readers (links to answer, dates, a claimed count) without their words are a grave doubt.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from pennypress.captures.signs import Sign
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

from .dating import Dates
from .discussion import CapturedDiscussion, count_signs, find_discussion
from .entries import Remark, find_parents
from .file import SIZE_LIMIT, decode_capture, looks_like_capture, name_other_format
from .lines import Text, is_broken_off, is_sentence, read_lines
from .markup import drop_marks
from .meter import read_meter
from .page import Lines, read_page
from .stated import find_stated
from .story import Story, find_story
from .wrapping import find_wrap, join_wrapped

__all__ = [
    "SIZE_LIMIT",
    "decode_capture",
    "looks_like_capture",
    "name_other_format",
    "read_capture",
]


def read_capture(
    lines: Iterable[str],
    *,
    name: str,
    captured: datetime | None = None,
    language: str | None = None,
) -> Iterator[Item]:
    """Yield the items of one captured page from its lines, which come with their line ends.

    `name` is the file's, for messages; `captured` is when the page was saved, from which "3 days
    ago" counts; `language` is the page's, if it is known. All lines are read before the first item
    is yielded: what the discussion is shows only the whole page. Raises ArrivalRefused for what is
    no capture, has no story, or has a meter with sums that nobody can have meant.
    """
    plain, titles = drop_marks(list(lines))
    text = read_lines(plain, name)
    if not text.lines:
        raise ArrivalRefused("the file is empty", name)
    other = name_other_format(text.head)
    if other:
        raise ArrivalRefused(f"the file is {other}, not a page's text", f"{name}, line 1")
    doubts: list[Doubt] = []
    wrap = find_wrap(text.lines)
    if wrap:
        text = replace(text, lines=join_wrapped(text.lines, wrap))
        why = "the lines look wrapped at a fixed width: joined where the next one goes on"
        doubts.append(Doubt(None, "form", why, text.lines[0].number))
    dates = Dates(captured, language)
    page = read_page(text.lines, dates)
    page.titles = titles
    discussion = find_discussion(page, dates, doubts)
    remarks = discussion.remarks if discussion else []
    end = discussion.start if discussion else len(text.lines)
    listed = len(remarks) if discussion and discussion.listed else 0
    marked = discussion is not None and not discussion.listed
    opening = discussion.opening if discussion else None
    story = find_story(page, end, listed, marked, opening, name, doubts)
    meter = read_meter(story.figures, name, doubts)
    cut_off = _find_end(text, story, discussion, doubts)
    _doubt_missing(page, story, discussion, doubts)
    item = _make_page(story, captured, language)
    yield item
    stated = None if meter else _find_stated(page, discussion, doubts)
    if meter:
        yield MeterItem(item.source_id, *meter, story.figures[0].number)
    elif stated:
        yield replace(stated, page=item.source_id)
    if story.mark:
        yield Picture(item.source_id, story.mark.number, None)
    for doubt in doubts:
        yield replace(doubt, page=item.source_id)
    yield from _make_comments(item.source_id, remarks, cut_off)


def _find_stated(
    page: Lines, discussion: CapturedDiscussion | None, doubts: list[Doubt]
) -> MeterItem | None:
    """Return a meter in words, from all lines but the readers'."""
    start, end = (discussion.start, discussion.spans[-1][1]) if discussion else (None, None)
    lines = [*page.lines[:start], *(page.lines[end:] if end is not None else ())]
    stated = find_stated(lines)
    if isinstance(stated, str):
        doubts.append(Doubt(None, "meter", f"{stated}: left out", lines[0].number))
        return None
    if stated is None or stated.raised is None or stated.goal is None:
        return None
    start_of_scale = replace(stated.goal, number=Decimal(0), text="")
    return MeterItem("", (start_of_scale, stated.goal), stated.raised, stated.number)


def _find_end(
    text: Text, story: Story, discussion: CapturedDiscussion | None, doubts: list[Doubt]
) -> bool:
    """Say whether the capture ends within its last comment; doubt what stands below it."""
    if not discussion:
        last = story.appeal or story.paragraphs[-1]
        if is_broken_off(last.text) or (text.open_end and not is_sentence(last.text)):
            doubts.append(Doubt(None, "story", "the story may be cut off here", last.number))
        return False
    ends = [end for _, end in discussion.spans]
    starts = [start for start, _ in discussion.spans[1:]] + [len(text.lines)]
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


def _doubt_missing(
    page: Lines, story: Story, discussion: CapturedDiscussion | None, doubts: list[Doubt]
) -> None:
    """Doubt a page with signs of readers' words that were not found, or fewer than it claims."""
    claimed = story.claimed
    if page.hosted and discussion is None:
        why = f"the comments are not in the page: {page.hosted} keeps them"
        doubts.append(Doubt(None, "comments", why, story.headline.number))
    if discussion is None:
        claimed = max(page.claims.values(), default=0)
        signs = list(count_signs(page, len(page.lines), alone=True))
        if claimed:
            signs.append(f"{claimed} claimed")
        if page.unsure:
            signs.append(f"{page.unsure} lines like heads of comments")
        if signs:
            why = f"no comment was found, but there are signs of them: {', '.join(signs)}"
            doubts.append(Doubt(None, "comments", why, story.headline.number, grave=True))
        story.claimed = claimed or None
        return
    found = sum(not remark.removed for remark in discussion.remarks)
    signs = list(count_signs(page, discussion.start, alone=False))
    if signs:
        why = f"the story may hold readers' words: {', '.join(signs)} above the discussion"
        doubts.append(Doubt(None, "comments", why, story.headline.number, grave=True))
    if discussion.claimed is not None and not discussion.listed:
        story.claimed = discussion.claimed
        if discussion.claimed > found:
            why = f"{discussion.claimed} claimed, {found} found"
            line = discussion.remarks[0].line.number
            grave = 2 * found < discussion.claimed and not _names_more(page)
            doubts.append(Doubt(None, "comments", why, line, grave))


def _names_more(page: Lines) -> bool:
    """Say whether the page names comments that are not in it: "Load more comments"."""
    return any(sign & Sign.LOAD_MORE for sign in page.furniture.values())


def _make_page(story: Story, captured: datetime | None, language: str | None) -> PageItem:
    headline = story.headline.text
    paragraphs = tuple(block.text for block in story.paragraphs)
    first = paragraphs[0] if paragraphs else ""
    return PageItem(
        source_id=f"capture:{_digest(headline + chr(10) + first)}",
        headline=headline,
        blocks=tuple(map(plain_block, paragraphs)),
        appeal=story.appeal.text if story.appeal else None,
        line=story.headline.number,
        claimed_comments=story.claimed,
        bylines=(story.byline,) if story.byline else (),
        published=story.published,
        captured=captured,
        language=language,
    )


def _make_comments(page: str, remarks: Sequence[Remark], cut_off: bool) -> Iterator[CommentItem]:
    """Yield the comments. Equal siblings differ by their count, so that a later, longer capture
    of the same page gives each comment of this one the same source id.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for position, (remark, above) in enumerate(zip(remarks, find_parents(remarks), strict=True)):
        parent = ids[above] if above is not None else None
        key = json.dumps([parent, remark.author, remark.text])
        source_id = f"{page}:{_digest(f'{key}{seen[key]}')}"
        seen[key] += 1
        ids.append(source_id)
        yield CommentItem(
            page=page,
            source_id=source_id,
            parent=parent,
            depth=remark.depth,
            author=remark.author,
            text=remark.text,
            posted=remark.posted,
            position=position,
            line=remark.line.number,
            cut_off=cut_off and position == len(remarks) - 1,
            removed=remark.removed or not remark.text,
        )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]
