"""What a reader of an arriving format yields: neutral items that know no format and no database.

A reader yields, page by page: the `PageItem`, its `MeterItem` (if it has one), its `Image` (if
any), then its `CommentItem`s, each parent before its replies and otherwise in the source's order. A
`Doubt` may come anywhere. Text is NFC; every `line` is the 1-based line of the source where the
item begins.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PageItem:
    """A story. `claimed_comments` is how many comments the source says that it has."""

    source_id: str
    headline: str
    paragraphs: tuple[str, ...]
    appeal: str | None
    line: int
    claimed_comments: int | None = None


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
class Image:
    """The page's lead image. `url` is None where the source has only the mark of one."""

    page: str
    line: int
    url: str | None
    alt: str | None
    credit: str | None


@dataclass(frozen=True, slots=True)
class CommentItem:
    """A reader's comment; `author` is None when it names nobody.

    `text` is plain: paragraphs separated by one empty line, single newlines kept within one.
    `depth` counts from 1, `position` from 0 in the source's order. `posted` is aware, in UTC.
    `cut_off` says that the source ends before the comment does.
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reader was not sure of: `what` it concerns and, for the operator, `why`."""

    page: str | None
    what: str
    why: str
    line: int


Item = PageItem | MeterItem | Image | CommentItem | Doubt


class ArrivalRefused(Exception):
    """The file cannot be taken in: `why` in one clause, and `where` ("page.txt, line 3")."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(why, where)
        self.why = why
        self.where = where

    def __str__(self) -> str:
        return f"{self.why} ({self.where})"
