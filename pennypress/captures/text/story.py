"""The parts above a page's discussion: headline, image, story and appeal."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile

from pennypress.formats.amounts import is_row_of_sums, is_sum
from pennypress.formats.items import ArrivalRefused, Doubt

from .entries import Remark
from .headline import find_body, is_crowded, keep_story
from .lines import (
    APPEAL_WIDTH,
    WORDS,
    CapturedBlock,
    CapturedLine,
    is_figure,
    is_sentence,
    make_blocks,
    width,
)
from .page import Lines

MARK_WIDTH = 80  # of an image's mark
HEADLINE_WIDTH = 300
CLAIM_WIDTH = 40  # of a line such as "21 comments"


@dataclass(slots=True)
class Story:
    """The page's parts above the discussion."""

    headline: CapturedLine
    figures: list[CapturedBlock] = field(default_factory=list)
    mark: CapturedBlock | None = None
    paragraphs: list[CapturedBlock] = field(default_factory=list)
    appeal: CapturedBlock | None = None
    claimed: int | None = None
    published: datetime | None = None
    byline: str | None = None


def find_story(
    page: Lines,
    end: int,
    comments: int,
    marked: bool,
    opening: Remark | None,
    name: str,
    doubts: list[Doubt],
) -> Story:
    """Return the parts above the line `end`, where the discussion begins.

    It has so many comments; `marked` says that words on the page told it, and not its form alone:
    then there may be no story, which is doubted. `opening` is the first post of a forum, which is
    the story. Raises Refused when there is none otherwise.
    """
    lines = page.lines[:end]
    blocks = _part_figures(make_blocks(lines))
    if marked or is_crowded(blocks):
        crowded = _read_crowded(page, blocks, marked, opening, doubts)
        if crowded:
            return crowded
    title, at = _find_headline(blocks, doubts)
    if at is None:
        line = lines[0].number if lines else 1
        raise ArrivalRefused("the page has no story", f"{name}, line {line}")
    story = Story(blocks[at].lines[0])
    if width(story.headline.text) > HEADLINE_WIDTH:
        raise ArrivalRefused("the page has no headline", f"{name}, line {story.headline.number}")
    first = at + 1
    while first < len(blocks) and blocks[first].is_figures:
        first += 1
    story.figures = [block for block in blocks[:first] if block.is_figures]
    _doubt_left_out(blocks[:at], title, doubts)
    story.paragraphs = blocks[first:]
    if len(blocks[at].lines) > 1:
        why = "the headline and the lines beneath it stand together: the first is the headline"
        doubts.append(Doubt(None, "headline", why, story.headline.number))
        story.paragraphs.insert(0, CapturedBlock(blocks[at].lines[1:]))
    if comments:
        _take_claim(story, comments, doubts)
        _drop_heading(story, doubts)
    _take_appeal(story, doubts)
    if not story.paragraphs:
        raise ArrivalRefused("the page has no story", f"{name}, line {story.headline.number}")
    _take_mark(story, doubts)
    if not title:
        _doubt_headline(story, doubts)
    return story


def _read_crowded(
    page: Lines,
    blocks: Sequence[CapturedBlock],
    marked: bool,
    opening: Remark | None,
    doubts: list[Doubt],
) -> Story | None:
    """Return the story of a page with links and labels around it, if it has a headline."""
    first = next((at for at, block in enumerate(blocks) if not block.is_figures), 0)
    body = find_body(page, blocks)
    if body is None:
        return None
    story = Story(body.headline)
    story.figures = [block for block in blocks[:first] if block.is_figures]
    story.paragraphs = keep_story(blocks, body)
    story.published, story.byline = body.published, body.byline
    if opening is not None:
        story.published, story.byline = opening.posted, opening.author
        lines = opening.text.split("\n\n")
        story.paragraphs = [CapturedBlock((replace(opening.line, text=each),)) for each in lines]
        why = "the first post is taken as the story, since there is no other"
        doubts.append(Doubt(None, "story", why, opening.line.number, grave=True))
        return story
    if not story.paragraphs and not marked:
        return None
    if not story.paragraphs:
        why = "no story was found on the page"
        doubts.append(Doubt(None, "story", why, story.headline.number, grave=True))
    left = sum(len(block.lines) for block in blocks) - sum(
        len(block.lines) for block in story.paragraphs
    )
    if left > 1:
        why = f"lines around the story are left out, and some may belong to it: {left - 1}"
        doubts.append(Doubt(None, "story", why, story.headline.number))
    return story


def _part_figures(blocks: Sequence[CapturedBlock]) -> list[CapturedBlock]:
    """Part the figures that open a page from words that follow without a blank line."""
    parted: list[CapturedBlock] = []
    for index, block in enumerate(blocks):
        count = sum(1 for _ in takewhile(is_figure, block.lines))
        if not count:
            return [*parted, *blocks[index:]]
        parted.append(CapturedBlock(block.lines[:count]))
        if count < len(block.lines):
            parted.append(CapturedBlock(block.lines[count:]))
            return [*parted, *blocks[index + 1 :]]
    return parted


def _find_headline(
    blocks: Sequence[CapturedBlock], doubts: list[Doubt]
) -> tuple[CapturedBlock | None, int | None]:
    """Return the page's title, if the page has one, and the headline's place among the blocks."""
    plain = [at for at, block in enumerate(blocks) if not (block.is_list or block.is_figures)]
    head = list(takewhile(lambda at: blocks[at].is_short_line, plain))
    if not plain:
        return None, None
    if len(head) > 1 and _is_title_of(blocks[head[0]].text, blocks[head[1]].text):
        return blocks[head[0]], head[1]
    repeated = [
        (upper, lower)
        for upper, lower in _pair_equals(blocks, head)
        if lower < plain[-1]  # a story follows
        and (upper == plain[0] or not is_sentence(blocks[upper].text))
    ]
    if repeated:
        upper, lower = max(repeated, key=lambda pair: width(blocks[pair[0]].text))
        return blocks[upper], lower
    if width(blocks[plain[0]].lines[0].text) > APPEAL_WIDTH:
        why = "the page's first line is long for a headline, but there is no other"
        doubts.append(Doubt(None, "headline", why, blocks[plain[0]].number))
    return None, plain[0]


def _is_title_of(title: str, headline: str) -> bool:
    """A title is the headline, perhaps with the site's name after a separator."""
    rest = title.removeprefix(headline)
    return title == headline or (rest != title and re.match(r"\s*[|\-–—·:»/]\s", rest) is not None)


def _pair_equals(
    blocks: Sequence[CapturedBlock], places: Sequence[int]
) -> Iterator[tuple[int, int]]:
    seen: dict[str, int] = {}
    for at in places:
        if blocks[at].text in seen:
            yield seen[blocks[at].text], at
        else:
            seen[blocks[at].text] = at


def _doubt_left_out(
    above: Sequence[CapturedBlock], title: CapturedBlock | None, doubts: list[Doubt]
) -> None:
    """Doubt what stands above the headline and is neither the meter nor the page's title."""
    stray = [block for block in above if not block.is_figures and block is not title]
    if stray:
        lines = sum(len(block.lines) for block in stray)
        why = f"lines above the headline are left out, and it may be one of them: {lines}"
        doubts.append(Doubt(None, "headline", why, stray[0].number))


def _doubt_headline(story: Story, doubts: list[Doubt]) -> None:
    """Doubt a headline that stands but once, above links or with a sum in it."""
    why, grave = None, False
    for block in story.paragraphs:
        if any(line.mark and line.column for line in block.lines):
            why = "a list stands below the headline: it may be links, and the headline further down"
        elif _is_no_sentence(block):
            continue
        break
    if any(unicodedata.category(char) == "Sc" for char in story.headline.text):
        why = "the headline holds a sum: it may be a meter in words"
        grave = len(re.findall(r"\d[\d.,]*", story.headline.text)) > 1
    if why:
        doubts.append(Doubt(None, "headline", why, story.headline.number, grave=grave))


def _take_claim(story: Story, found: int, doubts: list[Doubt]) -> None:
    """A short line with one number, right above the discussion, says how many comments it has.

    If it is set apart as an appeal is, it must state the very number that was found.
    """
    if len(story.paragraphs) < 2:
        return
    last = story.paragraphs[-1]
    numbers = re.findall(r"\d+", last.text)
    if (
        not last.is_short_line
        or width(last.text) > CLAIM_WIDTH
        or len(numbers) != 1
        or is_sum(last.text)
        or is_sentence(last.text)
        or (last.gap > 1 and int(numbers[0]) != found)
    ):
        return
    story.paragraphs.pop()
    story.claimed = int(numbers[0])
    if story.claimed != found:
        why = f"“{last.text}” stands above the discussion: {story.claimed} claimed, {found} found"
        doubts.append(Doubt(None, "comment", why, last.number))


def _drop_heading(story: Story, doubts: list[Doubt]) -> None:
    """A short line between what may be the appeal and the discussion is the latter's heading."""
    if len(story.paragraphs) < 2:
        return
    *others, above, last = story.paragraphs
    usual = _usual_gap(others or [above])
    if last.gap > usual or not _is_no_sentence(last):
        return
    why = "a short line stands right above the discussion: it may be its heading"
    if others and above.gap > usual and above.is_short_line:
        story.paragraphs.pop()
        why = f"“{last.text}” stands between the appeal and the discussion: left out as a heading"
    doubts.append(Doubt(None, "discussion", why, last.number))


def _take_appeal(story: Story, doubts: list[Doubt]) -> None:
    """Take the appeal off the story's end, and sums to give, which are neither."""
    _drop_offers(story, doubts)
    if not story.paragraphs:
        return
    *others, last = story.paragraphs
    if all(_is_no_sentence(block) for block in others) or last.gap <= _usual_gap(others):
        return
    if not last.is_short_line:
        why = "the story's last lines are set apart as an appeal is, but are no short line"
        doubts.append(Doubt(None, "appeal", why, last.number))
        return
    story.appeal = story.paragraphs.pop()
    if max(block.gap for block in others) >= last.gap or not is_sentence(last.text):
        why = "the line after the story is taken as the appeal; it may belong to the story"
        doubts.append(Doubt(None, "appeal", why, last.number))
    _drop_offers(story, doubts)


def _usual_gap(blocks: Sequence[CapturedBlock]) -> int:
    gaps = Counter(block.gap for block in blocks)
    return max(1, max(gaps, key=lambda gap: (gaps[gap], -gap)))


def _drop_offers(story: Story, doubts: list[Doubt]) -> None:
    while story.paragraphs and all(
        is_sum(line.text) or is_row_of_sums(line.text) for line in story.paragraphs[-1].lines
    ):
        offers = story.paragraphs.pop()
        why = "sums below the story are no meter: left out"
        doubts.append(Doubt(None, "meter", why, offers.number))


def _take_mark(story: Story, doubts: list[Doubt]) -> None:
    """Take the image's mark off the story's beginning. The picture is not in the text anyway."""
    first = story.paragraphs[0]
    short = list(takewhile(_is_no_sentence, story.paragraphs))
    if len(short) == 1 and len(story.paragraphs) > 1 and WORDS.fullmatch(first.text):
        story.mark = story.paragraphs.pop(0)
        why = f"“{first.text}” is taken as the mark of an image, which the text can't hold"
        doubts.append(Doubt(None, "image", why, first.number))
    elif short or (len(story.paragraphs) > 2 and _is_no_sentence(story.paragraphs[1])):
        why = "short lines below the headline may be an image's mark, a byline or a standfirst"
        doubts.append(Doubt(None, "image", f"{why}: kept as the story", first.number))


def _is_no_sentence(block: CapturedBlock) -> bool:
    return block.is_short_line and width(block.text) <= MARK_WIDTH and not is_sentence(block.text)
