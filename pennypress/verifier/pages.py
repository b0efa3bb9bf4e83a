"""What a story's page claims, read from its HTML and compared with the record."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any

from .figures import AT_THE_END, CampaignSums, Check, Figures
from .report import VerifyReport
from .source import AT_ONCE, Missing, RecordSource

WHOLE = 200  # comments up to which a discussion stands whole on its story's page


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


def find_page_checks(
    source: RecordSource, report: VerifyReport, claims: dict[str, Any]
) -> Iterator[tuple[int, Check]]:
    """Read each story's page; yield what is to be checked of it, with the size of its figures."""
    stories = [(story["url"], story["number"]) for story in claims["stories"]]
    slugs = {c["slug"]: c["number"] for c in claims["campaigns"]}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        read = pool.map(partial(_read_page, source, report), [url for url, _ in stories])
        for (url, number), found in zip(stories, read, strict=True):
            if found is not None:
                report.pages += 1
                yield from _find_checks(report, url, number, found, slugs, claims["size"])


def _read_page(source: RecordSource, report: VerifyReport, url: str) -> bytes | None:
    try:
        return source.read_page(url)
    except Missing as error:
        report.find("missing", url, f"the page cannot be had ({error})")
        return None


def _find_checks(
    report: VerifyReport, url: str, number: int, html: bytes, slugs: dict[str, int], claimed: int
) -> Iterator[tuple[int, Check]]:
    try:
        page = read_page(html)
    except Unreadable as error:
        report.find("malformed", url, str(error))
        return
    yield from _find_version_check(report, url, number, page.version or {}, claimed)
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
        report.find("meter", url, "the meter states no campaign, sum or size of the record")
        return

    def check(figures: Figures) -> None:
        found = figures.campaigns.get(slugs[slug]) or CampaignSums()
        report.compare(url, "the sum on the meter", raised, found.raised, "meter")
        said = meter.get("data-currency", "")
        report.compare(url, "the currency of the meter", said, found.currency, "meter")

    yield size, check


def _find_version_check(
    report: VerifyReport, url: str, number: int, stated: dict[str, str], claimed: int
) -> Iterator[tuple[int, Check]]:
    """The page shows the version that was the last one when it was fetched.

    That was after the claims, of `claimed` entries: it may be newer than these, not older.
    """
    version, line = _whole(stated.get("data-version")), _whole(stated.get("data-record-entry"))
    if version is None or line is None:
        report.find("versions", url, "it states no version of the story, or no line of it")
        return

    def check(figures: Figures) -> None:
        last = figures.versions.get(number, [(0, 0, "")])[-1]
        what = "the story's version and its entry"
        report.compare(url, what, (version, line), last[:2], "versions")

    yield max(line + 1, claimed), check


def _find_discussion_checks(
    report: VerifyReport,
    url: str,
    number: int,
    talk: dict[str, str],
    comments: list[tuple[str, str]],
) -> Iterator[tuple[int, Check]]:
    count, counted = _whole(talk.get("data-count")), _whole(talk.get("data-record-size"))
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
    if count is None or (count and counted is None):
        report.find("comments", url, "it states no number of comments, or of no record")
        return
    if _whole(talk.get("data-page")) != number:
        report.find("comments", url, "it shows the discussion of another page")
    shown = sum(state == "visible" for _, state in comments)
    if count <= WHOLE and shown != count:
        report.find("comments", url, f"it says {count} comments, and shows {shown} visible ones")
    if counted is not None:  # nobody ever wrote where nothing was counted
        yield counted, check_count


def _whole(text: str | None) -> int | None:
    """A number that is not negative, as attributes have it."""
    return int(text) if text and len(text) < 19 and text.isascii() and text.isdigit() else None
