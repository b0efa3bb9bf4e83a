"""Comments that end with a signature on the same line: "... I think. Anna (talk) 3 May 2020"."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from .dating import Dates
from .heads import Head, Kind, may_be_author
from .lines import is_sentence, width
from .page import Lines
from .segment import Segment

FEWEST = 3  # signatures that make a discussion
TAIL = 110  # characters of a line in which its signature stands

_SIGNED = re.compile(r"\(([^()]{2,30})\)\s*$")
_ZONE = re.compile(r"\s*\([A-Z]{2,5}\)\s*$")
_NAME = re.compile(r"(?:^|[.!?…:;)»”\"–—]\s+|\s{2,})((?:[^.!?:;]|:(?=\S)){2,40}?)\s*$")


def find_signed(page: Lines, dates: Dates) -> list[Segment]:
    """Return the comments of a talk page, each of which ends with name, link and date."""
    found = list(_find_signatures(page, dates))
    links = Counter(link for _, _, link, _ in found)
    if not links or links.most_common(1)[0][1] < FEWEST:
        return []
    usual = links.most_common(1)[0][0]
    signed = [each for each in found if each[2] == usual]
    names = {name for _, name, _, _ in signed if name}
    segments: list[Segment] = []
    floor = 0
    for index, name, _, head in signed:
        words = _SIGNED.sub("", _without_date(page.lines[index].text, dates)[0]).rstrip()
        if name is None:
            name = next((known for known in names if words.endswith(known)), None)
        start = _find_start(page, floor, index)
        segment = Segment(head, start, start, index + 1, name, head.moment)
        segment.ending = words.removesuffix(name or "").rstrip(" –—-")
        segments.append(segment)
        floor = index + 1
    return segments


def _find_signatures(page: Lines, dates: Dates) -> Iterator[tuple[int, str | None, str, Head]]:
    for index, line in enumerate(page.lines):
        if not line.text.endswith((")", *"0123456789")):
            continue
        text, moment = _without_date(line.text, dates)
        link = _SIGNED.search(text)
        if link is None or text == line.text:
            continue
        before = text[: link.start()].rstrip()
        match = _NAME.search(before[-TAIL:])
        name = match[1].strip() if match and may_be_author(match[1]) else None
        yield index, name, link[1].casefold(), Head(index, Kind.DATE, ("signed",), name, moment)


def _without_date(text: str, dates: Dates) -> tuple[str, datetime | None]:
    """Return the text before the date that it ends with, and its moment."""
    zone = _ZONE.search(text)
    end = zone.start() if zone else len(text)
    start = max(0, end - 60)
    tail = text[start:]
    found = dates.find(tail)
    if found is None or found.end < end - start - 2 or not found.timed:
        return text, None
    return text[: start + found.start].rstrip(" ,"), found.moment


def _find_start(page: Lines, floor: int, index: int) -> int:
    """Return where a comment begins: below headings, which are short."""
    start = floor
    for at in range(floor, index):
        below = page.lines[at + 1]
        text = page.text(at)
        if (
            (width(text) < 60 and not is_sentence(text) and below.gap)
            or page.lines[at].gap > 2
            or (page.lines[at].mark and below.gap)
        ):
            start = at + 1
    return start
