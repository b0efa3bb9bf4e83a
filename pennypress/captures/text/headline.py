"""The headline and the body of a story among the links, labels and teasers of a whole page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log10

from pennypress.captures.signs import Sign, is_furniture, read_signs, simplify, split_by

from .heads import Kind, clean_name, may_be_author
from .lines import APPEAL_WIDTH, CapturedBlock, CapturedLine, is_figure, is_sentence, width
from .page import Lines

PROSE = 90  # columns of a block that is a paragraph, whatever its end
APART = 6  # blocks that are no paragraphs, between two of one story
AWAY = 25  # blocks above the body in which the headline is looked for
_CRUMBS = re.compile(r"\s+[>»›/]\s+")
_TWO = re.compile(r"[^\W\d]{3}[.!?]\s+[^\W\d_]")
_CREDIT = re.compile(
    r"\b(?:foto|photo|bild|image|picture|zdjęcie|фото|credit)\s?:|©", re.IGNORECASE
)
LABELS = 9  # short lines above a story that are more than a title and a meter
NOTICE = 0.25  # share of a run that may stand above the story: a notice, a standfirst
LINKS = 3  # lines of a list that is one of links


@dataclass(slots=True)
class Body:
    """A story's place: its headline's line, and from the first to after the last paragraph."""

    headline: CapturedLine
    at: int  # the headline's block
    first: int
    last: int
    published: datetime | None = None
    byline: str | None = None


def is_crowded(blocks: Sequence[CapturedBlock]) -> bool:
    """Say whether more than a story stands in these blocks: lists of links, labels, buttons."""
    first = next((at for at, block in enumerate(blocks) if is_paragraph(block)), len(blocks))
    return (
        any(is_link_list(block) for block in blocks)
        or sum(not is_sentence(block.text) for block in blocks[:first]) > LABELS
        or any(
            is_furniture(line.text) or read_signs(line.text) & (Sign.LABEL | Sign.INVITATION)
            for block in blocks[:first]
            for line in block.lines
        )
    )


def is_link_list(block: CapturedBlock) -> bool:
    """Say whether a block is a list of short entries, or a run of short lines."""
    if len(block.lines) < LINKS or block.is_figures:
        return False
    short = sum(width(line.text) < 50 and not is_sentence(line.text) for line in block.lines)
    return short == len(block.lines) and (block.is_list or len(block.lines) > 5)


def is_paragraph(block: CapturedBlock) -> bool:
    """Say whether a block is prose: long, or a sentence of some words."""
    if block.is_figures or is_link_list(block):
        return False
    text = block.text
    if is_sentence(text):
        return (width(text) > 50 and len(text.split()) > 7) or width(text) >= PROSE
    return width(text) >= 2 * PROSE and max(width(line.text) for line in block.lines) >= PROSE


def find_body(page: Lines, blocks: Sequence[CapturedBlock]) -> Body | None:
    """Return where the story is, or None where no line may be its headline."""
    index_of = {line.number: index for index, line in enumerate(page.lines)}
    seen: Counter[str] = Counter(
        simplify(line.content if line.mark else line.text)
        for block in blocks
        for line in block.lines
        if width(line.text) <= APPEAL_WIDTH
    )
    for block in blocks:
        for line in block.lines:
            if len(crumbs := _CRUMBS.split(line.text)) > 1:  # a path ends with the title
                seen[simplify(crumbs[-1])] += 1
    title = next((line.text for block in blocks[:3] for line in block.lines), "")
    best: tuple[float, Body] | None = None
    runs = _find_paragraphs(blocks)
    for size, first, last in [*runs, (0.0, len(blocks), len(blocks))]:
        found = _find_headline(page, blocks, index_of, seen, title, first)
        if found:
            rank = found[0] + size
            if best is None or rank > best[0]:
                best = rank, Body(found[2], found[1], first, last)
    if best:
        _read_byline(page, blocks, index_of, best[1])
    return best[1] if best else None


def _find_headline(
    page: Lines,
    blocks: Sequence[CapturedBlock],
    index_of: dict[int, int],
    seen: Counter[str],
    title: str,
    first: int,
) -> tuple[float, int, CapturedLine] | None:
    """Return the line above a story's first paragraph that is most like a headline, and its block.

    The first value says how much it is like one.
    """
    best: tuple[float, int, CapturedLine] | None = None
    for at in range(max(0, first - AWAY), min(first + 1, len(blocks))):
        for line in blocks[at].lines:
            if at == first and (_is_long(line) or len(blocks[at].lines) == 1):
                break
            score = _rate(page, line, index_of[line.number], seen, title, first - at)
            if score is not None and (best is None or score >= best[0]):
                best = score, at, line
    return best


def _is_long(line: CapturedLine) -> bool:
    return width(line.text) >= PROSE or (line.text.endswith((".", "。")) and len(line.text) > 50)


def _find_paragraphs(blocks: Sequence[CapturedBlock]) -> list[tuple[float, int, int]]:
    """Return runs of paragraphs, the wider the better; what is in between belongs to one.

    A run may also begin further down, below a headline: what stands above may be a notice.
    """
    runs: list[list[int]] = []
    for at, block in enumerate(blocks):
        if not is_paragraph(block):
            continue
        if runs and at - runs[-1][-1] <= APART:
            between = blocks[runs[-1][-1] + 1 : at]
            if not any(map(is_link_list, between)):
                runs[-1].append(at)
                continue
        runs.append([at])
    found: list[tuple[float, int, int]] = []
    for run in runs:
        sizes = [width(blocks[at].text) for at in run]
        whole = sum(sizes)
        for k, at in enumerate(run):
            skipped = sum(sizes[:k]) / whole
            if skipped > NOTICE:
                break
            if not k or run[k - 1] < at - 1:
                found.append((3 * log10(whole) - 20 * skipped - 1.5 * (k > 0), at, run[-1] + 1))
    return found


def _rate(
    page: Lines, line: CapturedLine, index: int, seen: Counter[str], title: str, away: int
) -> float | None:
    """Say how much a line is like a headline; None if it is none."""
    text = line.text
    core = simplify(text)
    words = count_words(text)
    if line.mark or is_figure(line) or not core or width(text) > APPEAL_WIDTH:
        return None
    if index in page.furniture or index in page.boundaries or index in page.claims:
        return None
    head = page.heads.get(index)
    if head and head.kind is Kind.DATE:
        return None
    titled = core != simplify(title) and simplify(title).startswith(core)
    score = 2.0 * (words > 2) + (words > 1) + (words > 5) + (width(text) > 14) - 0.25 * away
    score += 2 * (seen[core] > 1) + 2 * titled + 6 * (line.number in page.titles)
    score -= 2 * (words > 3 and text.endswith(".")) + 2 * bool(head) + (line.gap == 0)
    score -= 2 * bool(split_by(text)) + 2 * ("|" in text) + 2 * bool(_TWO.search(text))
    score -= text.endswith((":", "…", "...", ",")) + (0 < line.column < 8)
    score -= 3 * bool(_CREDIT.search(text)) + 2 * (_count_digits(text) > 4)
    score -= 4 * (len(_CRUMBS.findall(text)) > 1 or text[: len(text) // 2] * 2 == text)
    return score


def _count_digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def count_words(text: str) -> int:
    """Count words, in scripts without spaces by how wide they are."""
    spaceless = sum("\u3040" <= char <= "\u9fff" for char in text)
    return len(text.split()) + spaceless // 3


def _read_byline(
    page: Lines, blocks: Sequence[CapturedBlock], index_of: dict[int, int], body: Body
) -> None:
    """Read who wrote the story and when, from short lines by the headline."""
    for block in blocks[body.at : body.first]:
        for line in block.lines:
            head = page.heads.get(index_of[line.number])
            if head and head.moment and not body.published:
                body.published = head.moment
                if head.kind is Kind.NAMED and head.name:
                    body.byline = body.byline or head.name
            by = split_by(line.text) if width(line.text) < 60 else None
            if by and not body.byline and may_be_author(clean_name(by)):
                body.byline = clean_name(by)


def keep_story(blocks: Sequence[CapturedBlock], body: Body) -> list[CapturedBlock]:
    """Return the story's blocks, without links, dates and buttons around and among them."""
    kept = []
    for at in range(body.at, body.last):
        block = blocks[at]
        if at == body.at:
            below = [line for line in block.lines if line.number > body.headline.number]
            block = CapturedBlock(tuple(below))
            if not below or not is_paragraph(block):
                continue
        if is_link_list(block) or all(is_furniture(line.text) for line in block.lines):
            continue
        if at < body.first and not is_sentence(block.text):
            continue
        kept.append(block)
    return kept
