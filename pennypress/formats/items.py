"""What a parser of an arriving format yields: neutral items that know no format and no database.

A parser yields, page by page: the `PageItem`, its `MeterItem` (if it has one), its `Picture`s (the
lead picture first), then its `CommentItem`s, each parent before its replies and otherwise in the
source's order. A `Doubt` may come anywhere. Text is NFC; every `line` is the 1-based line of the
source where the item begins; dates are aware, in UTC.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>")


class BlockKind(StrEnum):
    """What a part of a story is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    NUMBERED = "numbered"
    QUOTATION = "quotation"
    CODE = "code"
    PICTURE = "picture"
    LINK = "link"  # something published elsewhere, shown there in a frame of its own


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a story.

    `html` holds its words: escaped text with `b`, `i`, `br` and `a href` (absolute http, https or
    mailto) and nothing else; headings, quotations and code hold escaped text and `br` alone. A list
    has one such text for each of its `items`. A picture's `html` is its caption and its `source`
    the `Picture.source`; a link's `source` is the address.
    """

    kind: BlockKind
    html: str = ""
    items: tuple[str, ...] = ()
    source: str | None = None

    @property
    def text(self) -> str:
        """The words alone, with line breaks as newlines."""
        return "\n".join(
            html.unescape(_TAG.sub("", _BREAK.sub("\n", part))) for part in (self.html, *self.items)
        ).strip("\n")


def plain_block(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    """A block of words that have no markup."""
    return Block(kind, html.escape(text, quote=False).replace("\n", "<br>"))


@dataclass(frozen=True, slots=True)
class PageItem:
    """A story. `claimed_comments` is how many comments the source says that it has.

    `source_id` is the same for every capture of the page. `address` is where the page was,
    absolute; `captured` when this capture was taken. `language` is a BCP 47 tag, `bylines` are
    names alone.
    """

    source_id: str
    headline: str
    blocks: tuple[Block, ...]
    appeal: str | None
    line: int
    claimed_comments: int | None = None
    standfirst: str | None = None
    bylines: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    address: str | None = None
    captured: datetime | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words of the body's blocks, without markup."""
        return tuple(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum as written: `number` in whole units, its `symbol` ("$", "EUR", "kr"), and the `text`.

    Which ISO currency a symbol means is not decided here: a "$" has many countries.
    """

    number: Decimal
    symbol: str
    text: str


@dataclass(frozen=True, slots=True)
class MeterItem:
    """A fundraising meter: its scale ascending from the start to the goal, and the sum raised."""

    page: str
    scale: tuple[Amount, ...]
    raised: Amount | None
    line: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the page. `source` is None where the source has only the mark of one.

    `source` is the address as absolute as the capture allows; `read` returns the file's bytes
    where the capture holds them (raises ArrivalRefused when they are too many or damaged). The
    page's lead picture stands above the story's words; the others are where a block names their
    `source`.
    """

    page: str
    line: int
    source: str | None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None
    lead: bool = True
    read: Callable[[], bytes] | None = None


class Markup(StrEnum):
    """How a comment's text is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class CommentItem:
    """A reader's comment; `author` is None when it names nobody.

    Plain text has paragraphs separated by one empty line, single newlines kept within one.
    Markdown is what `words` reads: its words are the source's, whatever these look like. `depth`
    counts from 1, `position` from 0 in the source's order. `posted` is None where the source gives
    no date. `cut_off` says that the source ends before the comment does; `removed`, that the source
    shows a removed comment's place, without words.
    """

    page: str
    source_id: str
    parent: str | None
    depth: int
    author: str | None
    text: str
    posted: datetime | None
    position: int
    line: int
    cut_off: bool = False
    markup: Markup = Markup.PLAIN
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the parser was not sure of: `what` it concerns and, for the editor, `why`.

    A grave one keeps the page a draft until an editor has looked: what it concerns may be somebody
    else's words, or not what was on the page.
    """

    page: str | None
    what: str
    why: str
    line: int
    grave: bool = False


Item = PageItem | MeterItem | Picture | CommentItem | Doubt


class ArrivalRefused(Exception):
    """The file cannot be taken in: `why` in one clause, and `where` ("page.txt, line 3")."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(why, where)
        self.why = why
        self.where = where

    def __str__(self) -> str:
        return f"{self.why} ({self.where})"
