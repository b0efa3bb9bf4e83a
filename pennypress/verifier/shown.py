"""What a page shows of its story: collected from the page's tags and text as they are parsed.

It goes by the markup that docs/reference/record.md names. Nothing here calls itself, and what is
remembered is bounded by the page.
"""

from dataclasses import dataclass, field

STORY = "https://schema.org/NewsArticle"
JSON_LD = "application/ld+json"
# Elements that have no end tag, and thus hold no text.
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip


@dataclass
class ShownPicture:
    """A figure. An honest one has one image and one address; it may lack caption and credit."""

    in_text: bool
    addresses: list[str] = field(default_factory=list)  # of the picture in full size
    alternatives: list[str] = field(default_factory=list)  # a text for each image
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


@dataclass
class ShownSource:
    """A source that a story names."""

    titles: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@dataclass
class ShownStory:
    """What a page shows of a story, as often as it shows it, and the texts of its JSON-LD."""

    articles: int = 0
    kinds: list[str] = field(default_factory=list)  # empty where an article is marked as none
    headlines: list[str] = field(default_factory=list)
    standfirsts: list[str] = field(default_factory=list)
    datelines: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)  # as machines read them
    authors: list[str] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)  # all of them in one text
    sources: list[ShownSource] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


@dataclass
class _Region:
    """An element that is open, and where its text goes."""

    tag: str
    depth: int = 1  # how many elements of this tag are open: itself, and those in it
    text: list[str] = field(default_factory=list)
    into: list[str] | None = None


class StoryCollector:
    """Collects what a page shows of its story. There is one open region of each name at most."""

    def __init__(self) -> None:
        self.story = ShownStory()
        self._open: dict[str, _Region] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        for region in self._open.values():
            if region.tag == tag:
                region.depth += 1
        if tag == "script":
            if attributes.get("type", "").strip().lower() == JSON_LD:
                self._enter("facts", tag, self.story.facts)
        elif tag == "article" and attributes.get("itemtype") == STORY:
            self.story.articles += 1
            self.story.kinds.append(attributes.get("data-kind", ""))
            self._enter("article", tag)
        elif "article" in self._open:
            self._start_in_story(tag, attributes)

    def end(self, tag: str) -> None:
        """Take an end tag."""
        for name, region in list(self._open.items()):
            if region.tag == tag:
                region.depth -= 1
                if region.depth == 0 and name in self._open:
                    self._leave(name)

    def text(self, words: str) -> None:
        """Take some text."""
        for region in self._open.values():
            if region.into is not None:
                region.text.append(words)

    def finish(self) -> ShownStory:
        """Return what was collected when the page is over."""
        self._leave_all()
        return self.story

    def _start_in_story(self, tag: str, attributes: dict[str, str]) -> None:
        names = attributes.get("itemprop", "").split()
        if "figure" in self._open:
            self._start_in_figure(tag, attributes)
        elif "source" in self._open:
            self._start_in_source(tag, attributes, names)
        elif tag == "h1" or "headline" in names:
            self._collect("headline", tag, self.story.headlines, attributes)
        elif "description" in names:
            self._collect("standfirst", tag, self.story.standfirsts, attributes)
        elif "dateline" in names:
            self._collect("dateline", tag, self.story.datelines, attributes)
        elif "datePublished" in names:
            self.story.dates.append(attributes.get("datetime", ""))
        elif "keywords" in names:
            self._collect("tags", tag, self.story.tags, attributes)
        elif "author" in names:
            self._collect("author", tag, self.story.authors, attributes)
        elif "articleBody" in names:
            self._enter("body", tag)
        elif "citation" in names:
            self.story.sources.append(ShownSource())
            self._enter("source", tag)
        elif tag == "figure":
            self.story.pictures.append(ShownPicture("body" in self._open))
            self._enter("figure", tag)

    def _start_in_figure(self, tag: str, attributes: dict[str, str]) -> None:
        picture = self.story.pictures[-1]
        classes = attributes.get("class", "").split()
        if tag == "img":
            picture.alternatives.append(attributes.get("alt", ""))
        if address := attributes.get("data-full-size"):
            picture.addresses.append(address)
        if "said" in classes:
            self._enter("caption", tag, picture.captions)
        elif "credit" in classes:
            self._enter("credit", tag, picture.credits)

    def _start_in_source(self, tag: str, attributes: dict[str, str], names: list[str]) -> None:
        source = self.story.sources[-1]
        if "url" in names:
            source.addresses.append(attributes.get("href", ""))
        elif "name" in names:
            self._enter("title", tag, source.titles)
        elif "publisher" in names:
            self._enter("publisher", tag, source.publishers)

    def _collect(self, name: str, tag: str, into: list[str], attributes: dict[str, str]) -> None:
        """Collect what an element says: its text, or the `content` of one that holds none."""
        if tag in _VOID:
            into.append(attributes.get("content", ""))
        else:
            self._enter(name, tag, into)

    def _enter(self, name: str, tag: str, into: list[str] | None = None) -> None:
        if name not in self._open and tag not in _VOID:
            self._open[name] = _Region(tag, into=into)

    def _leave(self, name: str) -> None:
        region = self._open.pop(name)
        if region.into is not None:
            region.into.append("".join(region.text))
        if name == "article":  # what is open in it ends with it
            self._leave_all()

    def _leave_all(self) -> None:
        while self._open:
            self._leave(next(iter(self._open)))
