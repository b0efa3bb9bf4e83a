"""A comment as lines of a page, and what the comments of a page have in common."""

from dataclasses import dataclass
from datetime import datetime

from .heads import Head
from .lines import CapturedLine

ZONE = 14  # lines that a comment's head may have
ZONE_WIDTH = 80  # columns of a line of a head
MOST = 0.6  # share of the comments that makes a rule


@dataclass(slots=True)
class Segment:
    """A comment's lines: its head from `start`, its words from `body` to `end`."""

    head: Head
    start: int
    body: int
    end: int
    name: str | None = None
    moment: datetime | None = None
    answers: str | None = None
    removed: bool = False
    level: int | None = None
    bullet: CapturedLine | None = None
    ending: str | None = None  # the last line's words, before a signature


@dataclass(slots=True)
class Layout:
    """What the comments of a page have in common."""

    least: int  # times that a line stands on the page to be furniture
    below: bool = False  # names stand below the words
    bulleted: bool = False
    ended: bool = False  # a link to answer ends each comment
    scored: bool = False  # a number stands below the words of many
