"""Dates of a page whose time of capture may not be known: then some of them name no moment."""

from datetime import UTC, datetime

from pennypress.formats.dates import DateReader

_ANY_TIME = datetime(2099, 12, 31, 23, 59, tzinfo=UTC)


class Dates(DateReader):
    """Finds dates without a year and "3 days ago", too, where nothing says when that was.

    `is_known` says whether such dates tell a moment.
    """

    def __init__(self, captured: datetime | None, language: str | None) -> None:
        super().__init__(captured=captured or _ANY_TIME, language=language)
        self.is_known = captured is not None
