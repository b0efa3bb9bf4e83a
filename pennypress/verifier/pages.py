"""What a story's page claims, read from its HTML and compared with the record."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from .comparison import Comparison
from .deadline import Deadline
from .figures import AT_THE_END, CampaignSums, Check, Figures
from .picture_files import PictureFiles
from .reading import level_of
from .report import VerifyReport
from .shown import ShownStory, StoryCollector
from .source import AT_ONCE, Missing, RecordSource, Unreadable
from .walk import ContentCheck

WHOLE = 200  # up to so many comments, a story's page shows its whole discussion
MOST_BYTES = 8 * 1024 * 1024  # of a page
MOST_TAG = 64 * 1024  # characters of a tag
TAGS_AT_ONCE = 1_000  # that are parsed between two looks at the clock


@dataclass
class PageChecks:
    """What is to be checked of pages: at a size of the record, or with an entry's content."""

    checks: list[tuple[int, Check]] = field(default_factory=list)
    content_checks: list[tuple[int, ContentCheck]] = field(default_factory=list)


NO_PAGES = PageChecks()


@dataclass
class PageClaims:
    """What a page claims: attributes of the elements with figures, each with its record size."""

    meter: dict[str, str] | None = None
    discussion: dict[str, str] | None = None
    version: dict[str, str] | None = None
    comments: list[tuple[str, str]] = field(default_factory=list)  # number, state
    story: ShownStory = field(default_factory=ShownStory)


class NoPage(ValueError):
    """A page's HTML cannot be parsed."""


class _Reader(HTMLParser):
    """Reads a page in a time that grows with its length alone, and by a deadline.

    `close` is not called: it would look at the rest of a broken page once for each tag in it. What
    is not complete at the end is nothing to a browser either.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self.claims = PageClaims()
        self.collector = StoryCollector()
        self._comment = ""
        self._deadline, self._tags = deadline, 0

    def check_for_whole_start_tag(self, i: int) -> int:
        end = super().check_for_whole_start_tag(i)
        if end - i > MOST_TAG:
            raise NoPage("it has too long a tag")
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags % TAGS_AT_ONCE == 0:
            self._deadline.remaining()
        # Of an attribute that is there twice, browsers take the first.
        attributes = {name: value or "" for name, value in reversed(attrs)}
        self.collector.start(tag, attributes)
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

    def handle_endtag(self, tag: str) -> None:
        self.collector.end(tag)

    def handle_data(self, data: str) -> None:
        self.collector.text(data)


def read_page(html: bytes, deadline: Deadline) -> PageClaims:
    """Return what a page claims and shows. Raises NoPage and OutOfTime."""
    reader = _Reader(deadline)
    try:
        reader.feed(html.decode("utf-8", "replace"))
    except NoPage:
        raise
    except (AssertionError, ValueError) as error:  # the parser's own answer to broken declarations
        raise NoPage("its HTML cannot be parsed") from error
    reader.claims.story = reader.collector.finish()
    return reader.claims


def read_pages(
    source: RecordSource, report: VerifyReport, claims: dict[str, Any], pictures: PictureFiles
) -> PageChecks:
    """Read each story's page; return what is to be checked of it once the record is read."""
    slugs = {c["slug"]: c["number"] for c in claims["campaigns"]}
    found = PageChecks()
    report.all_pages = len(claims["stories"])
    for url, number, html in _fetch_pages(source, report, claims):
        report.pages += 1
        try:
            page = read_page(html, source.deadline)
        except NoPage as error:
            report.find("malformed", url, str(error))
            continue
        found.checks += _find_checks(report, url, number, page, slugs, claims["size"])
        entry = _whole((page.version or {}).get("data-record-entry"))
        if entry is not None:
            found.content_checks.append(
                (entry, Comparison(source, report, pictures, url, page.story).check)
            )
    return found


def _fetch_pages(
    source: RecordSource, report: VerifyReport, claims: dict[str, Any]
) -> Iterator[tuple[str, int, bytes]]:
    """Yield address, number and HTML of each story's page, some of them fetched ahead."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ahead: list[tuple[str, int, Future[bytes | None]]] = []
        for story in [*claims["stories"], *[None] * AT_ONCE]:
            if story:
                url = story["url"]
                ahead.append((url, story["number"], pool.submit(_read_page, source, report, url)))
            if ahead and (len(ahead) > AT_ONCE or not story):
                url, number, fetched = ahead.pop(0)
                if (html := fetched.result()) is not None:
                    yield url, number, html


def _read_page(source: RecordSource, report: VerifyReport, url: str) -> bytes | None:
    try:
        html = source.read_page(url)
        if len(html) > MOST_BYTES:
            raise Unreadable("it is too large for a page")
        return html
    except (Missing, Unreadable) as error:
        report.find("missing", url, f"the page cannot be read ({error})", level_of(error))
        return None


def _find_checks(
    report: VerifyReport, url: str, number: int, page: PageClaims, slugs: dict[str, int], size: int
) -> Iterator[tuple[int, Check]]:
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
