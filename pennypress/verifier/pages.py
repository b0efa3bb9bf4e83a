"""What a story's page claims, read from its HTML and compared with the record."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any

from .figures import AT_THE_END, CampaignSums, Check, Figures
from .reading import level_of
from .report import VerifyReport
from .source import AT_ONCE, Missing, RecordSource, Unreadable

WHOLE = 200  # up to so many comments, a story's page shows its whole discussion


@dataclass
class PageClaims:
    """What a page claims: attributes of the elements with figures, each with its record size."""

    meter: dict[str, str] | None = None
    discussion: dict[str, str] | None = None
    version: dict[str, str] | None = None
    comments: list[tuple[str, str]] = field(default_factory=list)  # number, state


class NoPage(ValueError):
    """A page's HTML cannot be parsed."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.claims = PageClaims()
        self._comment = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if attributes.get("id") == "meter":
            self.claims.meter = attributes
        elif attributes.get("id") == "discussion":
            self.claims.discussion = attributes
        elif "data-version" in attributes and self.claims.version is None:
            self.claims.version = attributes
        elif attributes.get("id", "").startswith("comment-"):
            self._comment = attributes["id"].removeprefix("comment-")
        if (
            attributes.get("itemtype") == "https://schema.org/Comment"
            and "data-state" in attributes
        ):
            self.claims.comments.append((self._comment, attributes["data-state"]))


def read_page(html: bytes) -> PageClaims:
    """Return what a page claims. Raises NoPage."""
    reader = _Reader()
    try:
        reader.feed(html.decode("utf-8", "replace"))
        reader.close()
    except (AssertionError, ValueError) as error:  # the parser's own answer to broken declarations
        raise NoPage("its HTML cannot be parsed") from error
    return reader.claims


def find_page_checks(
    source: RecordSource, report: VerifyReport, claims: dict[str, Any]
) -> Iterator[tuple[int, Check]]:
    """Read each story's page; yield its checks, each with the record size that it is due at."""
    stories = [(story["url"], story["number"]) for story in claims["stories"]]
    slugs = {c["slug"]: c["number"] for c in claims["campaigns"]}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        read = pool.map(partial(_read_page, source, report), [url for url, _ in stories])
        for (url, number), html in zip(stories, read, strict=True):
            if html is not None:
                report.pages += 1
                yield from _find_checks(report, url, number, html, slugs, claims["size"])


def _read_page(source: RecordSource, report: VerifyReport, url: str) -> bytes | None:
    try:
        return source.read_page(url)
    except (Missing, Unreadable) as error:
        report.find("missing", url, f"the page cannot be read ({error})", level_of(error))
        return None


def _find_checks(
    report: VerifyReport, url: str, number: int, html: bytes, slugs: dict[str, int], size: int
) -> Iterator[tuple[int, Check]]:
    try:
        page = read_page(html)
    except NoPage as error:
        report.find("malformed", url, str(error))
        return
    yield from _find_version_check(report, url, number, page.version or {}, size)
    if page.meter:
        yield from _find_meter_check(report, url, page.meter, slugs)
    if page.discussion:
        yield from _find_discussion_checks(report, url, number, page.discussion, page.comments)


def _find_meter_check(
    report: VerifyReport, url: str, meter: dict[str, str], slugs: dict[str, int]
) -> Iterator[tuple[int, Check]]:
    size = _whole(meter.get("data-record-size"))
    slug, raised = meter.get("data-campaign", ""), _whole(meter.get("data-raised"))
    if size is None or raised is None or slug not in slugs:
        report.find("meter", url, "the meter states no campaign, no sum or no record size")
        return

    def check(figures: Figures) -> None:
        found = figures.campaigns.get(slugs[slug]) or CampaignSums()
        report.compare(url, "the sum on the meter", raised, found.raised, "meter")
        currency = meter.get("data-currency", "")
        report.compare(url, "the currency of the meter", currency, found.currency, "meter")

    yield size, check


def _find_version_check(
    report: VerifyReport, url: str, number: int, stated: dict[str, str], size: int
) -> Iterator[tuple[int, Check]]:
    """The page shows the version that was the last one when it was fetched.

    That was after the claims, of `size` entries: it may be newer than these, not older.
    """
    version, entry = _whole(stated.get("data-version")), _whole(stated.get("data-record-entry"))
    if version is None or entry is None:
        report.find("versions", url, "it states no version of the story, or no record entry of it")
        return

    def check(figures: Figures) -> None:
        last = figures.versions.get(number, [(0, 0, "")])[-1]
        what = "the story's version and its record entry"
        report.compare(url, what, (version, entry), last[:2], "versions")

    yield max(entry + 1, size), check


def _find_discussion_checks(
    report: VerifyReport,
    url: str,
    number: int,
    discussion: dict[str, str],
    comments: list[tuple[str, str]],
) -> Iterator[tuple[int, Check]]:
    count, size = _whole(discussion.get("data-count")), _whole(discussion.get("data-record-size"))
    removed = [comment for comment, state in comments if state == "removed"]

    def check_removed(figures: Figures) -> None:
        for comment in removed:
            report.claims += 1
            if _whole(comment) not in figures.removed:
                report.find(
                    "undecided",
                    url,
                    f"comment {comment or 'without a number'} was removed without a decision",
                )

    def check_count(figures: Figures) -> None:
        found = figures.visible.get(number, 0)
        report.compare(url, "the number of comments", count, found, "comments")

    # A comment that was held, thus not counted, can be removed later than the last count.
    yield AT_THE_END, check_removed
    if count is None or (count and size is None):
        report.find("comments", url, "it states no number of comments, or no record size")
        return
    if _whole(discussion.get("data-page")) != number:
        report.find("comments", url, "it shows the discussion of another page")
    shown = sum(state == "visible" for _, state in comments)
    if count <= WHOLE and shown != count:
        report.find("comments", url, f"it states {count} comments, but shows {shown} visible ones")
    if size is not None:  # without a size, nobody has written a comment yet
        yield size, check_count


def _whole(text: str | None) -> int | None:
    """The number that an attribute holds; None if it is not a number from 0 upwards."""
    return int(text) if text and len(text) < 19 and text.isascii() and text.isdigit() else None
