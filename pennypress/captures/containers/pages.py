"""One saved page, wherever it lies, and the files that were saved with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pennypress.formats.items import ArrivalRefused

PICTURE_LIMIT = 40 * 2**20  # bytes of one picture

Read = Callable[[], bytes]
Pictures = Callable[[str], Read | None]


class Readable(Protocol):
    """Something with bytes to read."""

    def read(self, size: int = -1, /) -> bytes: ...


def no_pictures(source: str) -> Read | None:
    """No file is at hand for any picture."""
    return None


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A page that can be read: `name` is for messages, `address` where the page was.

    `read` returns its bytes (raises ArrivalRefused when they are too many or damaged), `pictures`
    what reads the file that an address on the page leads to.
    """

    name: str
    read: Read
    address: str | None = None
    captured: datetime | None = None
    pictures: Pictures = no_pictures


def read_bounded(stream: Readable, limit: int, name: str) -> bytes:
    """The bytes of a stream. Raises ArrivalRefused when there are more than the limit."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise ArrivalRefused(f"it is larger than {limit // 2**20} MiB", name)
    return data
