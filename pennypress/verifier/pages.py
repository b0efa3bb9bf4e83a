"""What a story's page claims, read from its HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Claimed:
    """The figures on a page, each with the size of the record of which it is said to be true."""

    meter: dict[str, str] | None = None
    discussion: dict[str, str] | None = None
    version: dict[str, str] | None = None
    comments: list[tuple[str, str]] = field(default_factory=list)  # number, state


class Unreadable(ValueError):
    """A page's HTML cannot be taken apart."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.claimed = Claimed()
        self._comment = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id") == "meter":
            self.claimed.meter = given
        elif given.get("id") == "discussion":
            self.claimed.discussion = given
        elif "data-version" in given and self.claimed.version is None:
            self.claimed.version = given
        elif given.get("id", "").startswith("comment-"):
            self._comment = given["id"].removeprefix("comment-")
        if given.get("itemtype") == "https://schema.org/Comment" and "data-state" in given:
            self.claimed.comments.append((self._comment, given["data-state"]))


def read_page(html: bytes) -> Claimed:
    """Return what a page claims. Raises Unreadable."""
    reader = _Reader()
    try:
        reader.feed(html.decode("utf-8", "replace"))
        reader.close()
    except (AssertionError, ValueError) as error:  # the parser's own answer to broken declarations
        raise Unreadable("its HTML cannot be read") from error
    return reader.claimed
