"""What a story's page shows, compared with what its version commits to: words, date and pictures.

Both forms in which the page says it are compared: what people read, and its JSON-LD.
"""

import urllib.parse
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from .picture_files import CODE, PictureFiles, was_taken_down
from .report import DISAGREEMENT, UNREAD, VerifyReport
from .shown import ShownPicture, ShownSource, ShownStory
from .source import RecordSource
from .strict_json import NotStrict, read_json
from .versions import (
    CommittedPicture,
    CommittedSource,
    CommittedStory,
    NoContent,
    UnknownSchema,
    read_content,
)
from .wording import normalise, normalise_time, quote_both

INDEX = "index.html"  # what a mirror calls a page within its folder
KINDS = {"news": "NewsArticle", "analysis": "AnalysisNewsArticle", "opinion": "OpinionNewsArticle"}
NO_TEXT = "(not a text)"


@dataclass(frozen=True)
class Comparison:
    """A story's page that is to be compared with the version that it names."""

    source: RecordSource
    report: VerifyReport
    pictures: PictureFiles
    url: str
    story: ShownStory

    def check(self, content: bytes | None) -> None:
        """Compare with the content of the version; None when the site does not open it."""
        self.source.deadline.remaining()
        if content is None:
            level = UNREAD if was_taken_down(self.source, self.url) else DISAGREEMENT
            self._find("the site does not show what its version commits to", level)
            return
        try:
            version = read_content(content)
        except UnknownSchema as error:
            self._find(f"its version cannot be read: {error}", UNREAD)
        except (NotStrict, NoContent) as error:
            self._find(f"its version cannot be read: {error}")
        else:
            self._compare_page(version)

    def _compare_page(self, version: CommittedStory) -> None:
        story = self.story
        facts = self._read_facts()
        if story.articles != 1:
            self._find(f"it shows {story.articles} stories, not one")
        if story.articles:
            self._compare("the headline", _join(story.headlines), version.headline)
            self._compare("the standfirst", _join(story.standfirsts), version.standfirst)
            # A page marks what is no news.
            self._compare("the kind", _join(story.kinds).strip() or "news", version.kind)
            self._compare("the dateline", _join(story.datelines), version.dateline)
            self._compare_date("the date", story.dates, version.date)
            self._compare_names("the byline", story.authors, version.bylines)
            if version.tags is not None:
                self._compare("the list of tags", _join(story.tags), ", ".join(version.tags))
            self._compare_sources(version.sources, _text(facts, "url") if facts else None)
            has_all = self._compare_pictures(version)
            if facts:
                self._compare_images(version, facts, with_addresses=has_all)
        if facts:
            self._compare_facts(version, facts)

    # ── What people read ───────────────────────────────────────────────────────────────────────

    def _compare_sources(self, committed: list[CommittedSource], own_url: str | None) -> None:
        shown = self.story.sources
        if not self._compare_number("sources", len(shown), len(committed)):
            return
        for number, (one, other) in enumerate(zip(shown, committed, strict=True), 1):
            what = f"source {number}"
            self._compare(f"the title of {what}", _join(one.titles), other.title)
            self._compare(f"the publisher of {what}", _join(one.publishers), other.publisher)
            if not self._is_address_of(one, other.address, own_url):
                address = f"the address of {what}"
                self._compare(address, " ".join(one.addresses), other.address)

    def _is_address_of(self, shown: ShownSource, committed: str, own_url: str | None) -> bool:
        """Whether a source has an address, as a mirror writes those of pages of its own site.

        `own_url` is the address of this page on that site; None when the page does not say it.
        """
        try:
            (address,) = map(urllib.parse.urlsplit, shown.addresses)
            own = urllib.parse.urlsplit(committed if own_url is None else own_url)
            other = urllib.parse.urlsplit(committed)
            other = other._replace(path=other.path or "/")
        except ValueError:
            return False
        if address.netloc:  # of a page that is not in the mirror
            return address._replace(path=address.path or "/") == other
        path = self._resolve(address.path)
        if address.scheme or path is None or not own.netloc:
            return False
        if other.query and path.startswith(_quote_again(other.path)):  # a folder in its place
            return own.netloc == other.netloc
        same = path.removesuffix(INDEX) == _quote_again(other.path).removesuffix(INDEX)
        return same and (own.netloc, address.fragment) == (other.netloc, other.fragment)

    def _compare_pictures(self, version: CommittedStory) -> bool:
        """Compare the figures; return whether there are as many as the version has."""
        lead = [one for one in self.story.pictures if not one.in_text]
        in_text = [one for one in self.story.pictures if one.in_text]
        committed = [version.lead] if version.lead else []
        if same := self._compare_number("lead pictures", len(lead), len(committed)):
            for one, other in zip(lead, committed, strict=True):
                self._compare_picture("the lead picture", one, other)
        if version.in_text is None:
            return same
        if not self._compare_number("pictures in its text", len(in_text), len(version.in_text)):
            return False
        for number, (one, other) in enumerate(zip(in_text, version.in_text, strict=True), 1):
            self._compare_picture(f"picture {number} in the text", one, other)
        return same

    def _compare_picture(self, what: str, shown: ShownPicture, committed: CommittedPicture) -> None:
        if len(shown.alternatives) != 1:
            self._find(f"{what} consists of {len(shown.alternatives)} images, not of one")
        else:
            self._compare(f"the alternative text of {what}", shown.alternatives[0], committed.alt)
        self._compare(f"the caption of {what}", _join(shown.captions), committed.caption)
        self._compare(f"the credit of {what}", _join(shown.credits), committed.credit)
        if not committed.sha256:
            return
        paths = [self._resolve(address) for address in shown.addresses]
        if len(paths) == 1 and paths[0] is not None:
            self.pictures.expect(paths[0], self.url, what, committed.sha256)
        else:
            shown_addresses, _ = quote_both(" ".join(shown.addresses), "")
            self._find(f"{what} has no address in full size on this site: {shown_addresses}")

    # ── JSON-LD ────────────────────────────────────────────────────────────────────────────────

    def _read_facts(self) -> dict[str, Any]:
        """Return the story's JSON-LD; nothing, with a finding, when there is none or more."""
        found = []
        for text in self.story.facts:
            try:
                said = read_json(text.encode())
            except NotStrict as error:
                self._find(f"its JSON-LD cannot be read: {error}")
                return {}
            if isinstance(said, dict) and str(said.get("@type")).endswith("NewsArticle"):
                found.append(said)
        if len(found) == 1:
            return found[0]
        self._find(f"its JSON-LD states {len(found)} stories, not one")
        return {}

    def _compare_facts(self, version: CommittedStory, facts: dict[str, Any]) -> None:
        self._compare("the headline in its JSON-LD", _text(facts, "headline"), version.headline)
        standfirst = _text(facts, "description")
        self._compare("the standfirst in its JSON-LD", standfirst, version.standfirst)
        kind = KINDS.get(version.kind, version.kind)
        self._compare("the kind in its JSON-LD", _text(facts, "@type"), kind)
        self._compare("the dateline in its JSON-LD", _text(facts, "dateline"), version.dateline)
        date = _text(facts, "datePublished")
        self._compare_date("the date in its JSON-LD", [date] if date else [], version.date)
        if version.tags is not None:
            tags = _texts(facts, "keywords")
            self._compare_names("the list of tags in its JSON-LD", tags, version.tags)
        authors = [_text(one, "name") for one in _objects(facts, "author")]
        self._compare_names("the byline in its JSON-LD", authors, version.bylines)
        sources = _objects(facts, "citation")
        if not self._compare_number("sources in its JSON-LD", len(sources), len(version.sources)):
            return
        for number, (one, other) in enumerate(zip(sources, version.sources, strict=True), 1):
            for what, name, committed in (
                ("title", "name", other.title),
                ("publisher", "publisher", other.publisher),
                ("address", "url", other.address),
            ):
                described = f"the {what} of source {number} in its JSON-LD"
                self._compare(described, _text(one, name), committed)

    def _compare_images(
        self, version: CommittedStory, facts: dict[str, Any], *, with_addresses: bool
    ) -> None:
        """Compare the list of images with the version, and with the figures, if those are right."""
        images = _objects(facts, "image")
        committed = [version.lead] if version.lead else []
        committed += version.in_text or []
        # A picture may be without a file, and then it is no image; one with a SHA-256 is not.
        are_known = version.in_text is not None and all(one.sha256 for one in committed)
        what = "images in its JSON-LD"
        if are_known and not self._compare_number(what, len(images), len(committed)):
            return
        if version.in_text is None or len(images) == len(committed):
            for number, (image, other) in enumerate(zip(images, committed, strict=False), 1):
                self._compare_image(f"image {number} in its JSON-LD", image, other)
        if with_addresses:
            self._compare_addresses([_text(image, "url") for image in images])

    def _compare_image(self, what: str, image: dict[str, Any], committed: CommittedPicture) -> None:
        if committed.sha256:
            self._compare(f"the SHA-256 of {what}", _text(image, "sha256"), committed.sha256)
        self._compare(f"the credit of {what}", _text(image, "creditText"), committed.credit)

    def _compare_addresses(self, stated: list[str]) -> None:
        """Compare the addresses of the images with those of the figures, in their order."""
        shown = [address for picture in self.story.pictures for address in picture.addresses]
        for number, (one, other) in enumerate(zip_longest(stated, shown, fillvalue=""), 1):
            if self._resolve(one) != self._resolve(other):
                quoted = quote_both(one, other)
                self._find(
                    f"the address of image {number} in its JSON-LD is {quoted[0]}, but its "
                    f"picture has {quoted[1]}"
                )
                return  # the others may only have moved

    # ── Both ───────────────────────────────────────────────────────────────────────────────────

    def _find(self, message: str, level: str = DISAGREEMENT) -> None:
        self.report.find(CODE, self.url, message, level)

    def _compare(self, what: str, shown: str, committed: str) -> None:
        shown, committed = normalise(shown), normalise(committed)
        if shown != committed:
            quoted = quote_both(shown, committed)
            self._find(f"{what} is {quoted[0]}, but its version has {quoted[1]}")

    def _compare_names(self, what: str, shown: list[str], committed: list[str]) -> None:
        one, other = ([normalise(name) for name in names] for names in (shown, committed))
        if one != other:
            quoted = quote_both("; ".join(one), "; ".join(other))
            self._find(f"{what} is {quoted[0]}, but its version has {quoted[1]}")

    def _compare_date(self, what: str, shown: list[str], committed: str | None) -> None:
        """Compare the dates that are shown with that of the version: none where that is empty."""
        if committed is not None:
            times = [normalise_time(time) for time in shown]
            self._compare_names(what, times, [normalise_time(committed)] if committed else [])

    def _compare_number(self, what: str, shown: int, committed: int) -> bool:
        if shown != committed:
            self._find(f"the number of {what} is {shown}, but its version has {committed}")
        return shown == committed

    def _resolve(self, address: str) -> str | None:
        """The path on this site that an address on the page leads to; None if it leads elsewhere.

        The pages of a mirror name files by the way from their own folders.
        """
        try:
            found = urllib.parse.urlsplit(urllib.parse.urljoin(self.url, address.strip()))
            if found.scheme or found.netloc or found.query or not found.path.startswith("/"):
                return None
            return _quote_again(found.path)
        except ValueError:
            return None


def _quote_again(path: str) -> str:
    """The one way in which a path is percent-encoded."""
    return urllib.parse.quote(urllib.parse.unquote(path))


def _join(texts: list[str]) -> str:
    """What is shown several times reads as more than it is."""
    return " ".join(texts)


def _text(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    return "" if value is None else _as_text(value)


def _texts(facts: dict[str, Any], name: str) -> list[str]:
    return [_as_text(one) for one in _values(facts, name)]


def _as_text(value: Any) -> str:
    """What is no text must not pass for none: other readers may find words in it."""
    return value if isinstance(value, str) else NO_TEXT


def _objects(facts: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return objects; a text in place of one is its name."""
    values = _values(facts, name)
    return [one if isinstance(one, dict) else {"name": _as_text(one)} for one in values]


def _values(facts: dict[str, Any], name: str) -> list[Any]:
    """Return a list; to readers of JSON-LD one value alone is a list of it."""
    value = facts.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
