"""A page's story: which part of the page it is, and its blocks.

trafilatura says which of the page's words are the story's; the blocks are read from the page's own
markup there, so that pictures, lists and links stay. Nothing of the discussion is shown to it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice

from lxml import etree
from lxml.html import html_parser

from pennypress.captures.discussions.marks import Marks
from pennypress.captures.discussions.places import Entry
from pennypress.formats.blocks import FoundPicture, to_blocks
from pennypress.formats.items import Block, BlockKind
from pennypress.formats.tree import TEXT, Node, Tree
from pennypress.formats.units import find_units

Resolve = Callable[[str], str | None]

PIECE, STEP = 16, 8  # characters: texts are compared by pieces, not at each place
LEAST_MATCH = 12  # characters of a paragraph that tell it from others
COVERED = 0.85  # of the story's words, in the element that is the story's
SHORT = 60  # characters
LONG = 120
HUGE = 60_000  # nodes outside of the discussion: more than any story has
TAIL = 25  # characters after the headline, in a line that repeats it
BYLINE = 120  # characters of a line with the author and the date
ABOVE = 40  # nodes above the headline in which the lead picture may be

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[a-zA-Z][\w.-]*")
_KEPT = (
    "class",
    "id",
    "href",
    "src",
    "alt",
    "itemprop",
    "itemtype",
    "role",
    "rel",
    "name",
    "title",
)
_FURNITURE = re.compile(
    r"share|sharing|social|related|newsletter|subscribe|promo|advert|\bads?\b|teaser|breadcrumb"
    r"|byline|author-?(?:bio|box|info)|post-?meta|entry-?meta|entry-?footer|meta-?data|\btags?\b"
    r"|tag-?links|pagination|pager|\bnav|menu|toolbar|cookie|paywall|donat|spend|rating|print"
    r"|comment|respond|reply|jp-relatedposts|yarpp|sidebar|widget|recommend|read-?more|footer"
    r"|copyright|edit-?link|screen-reader|visually-hidden|sr-only|submitted|dateline|popup|modal"
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟։।:][\"'”“’»«›‹)\]」』]*$")
_SHORT_BLOCKS = frozenset(
    ("h2", "h3", "h4", "h5", "h6", "li", "figcaption", "pre", "blockquote", "dt", "td")
)
_DROPPED = frozenset(("nav", "aside", "form", "button", "dialog", "header", "footer", "h1"))


@dataclass(slots=True)
class Story:
    """A story's blocks in order, its pictures, the lead one first, and its first line."""

    blocks: list[Block] = field(default_factory=list)
    pictures: list[FoundPicture] = field(default_factory=list)
    lead: FoundPicture | None = None
    line: int = 1
    span: tuple[int, int] = (0, 0)  # the nodes from its first words to its last


def find_story(
    tree: Tree,
    marks: Marks,
    taken: Sequence[tuple[int, int]],
    headline: str,
    place: int | None,
    resolve: Resolve,
    find_picture: Resolve,
) -> Story:
    """Return the story, which stands below the headline's node (`place`) and above the discussion.

    `taken` are the discussion's ranges: none of their words is in it.
    """
    left_out = {start for start, _ in taken}
    units = _Units(tree, left_out, _Oracle(_extract(tree, left_out)))
    container = units.find_container()
    if container is None:
        return Story()
    span = units.find_span(place, min(left_out, default=None))
    dropped = left_out | _find_furniture(marks, container, units, headline, span)
    inside = container.index if container.tag == "p" else container.index + 1
    blocks, pictures = to_blocks(tree.events(inside, container.end, dropped), resolve, find_picture)
    story = Story(blocks, pictures, line=container.line)
    told = [unit for unit in units.units if unit.told and span[0] <= unit.start < span[1]]
    if told:
        story.span = told[0].start, told[-1].end
    _take_lead(story)
    return story


def make_story(marks: Marks, entry: Entry, resolve: Resolve, find_picture: Resolve) -> Story:
    """The story that is an entry's words: the post that opens a thread."""
    story = Story(line=marks.tree.nodes[entry.start].line)
    for start, end in entry.body:
        first = marks.tree.nodes[start]
        inside = start + 1 if first.tag != TEXT and first.end == end else start
        blocks, pictures = to_blocks(
            marks.tree.events(inside, end, entry.left_out), resolve, find_picture
        )
        story.blocks += blocks
        story.pictures += pictures
    _take_lead(story)
    return story


def count_words(story: Story) -> int:
    """Characters of a story's words."""
    return sum(len(block.text) for block in story.blocks)


# --- Which words -----------------------------------------------------------------------------


def _extract(tree: Tree, left_out: set[int]) -> str:
    """The story's words, as trafilatura finds them; of a huge page, its long paragraphs."""
    if len(tree.nodes) - sum(tree.nodes[at].end - at for at in left_out) > HUGE:
        units = (tree.words(start, end) for start, end in find_units(tree, left_out))
        return "\n".join(text for text in units if len(text) > LONG)
    from trafilatura import bare_extraction  # here: it takes half a second

    root = _to_lxml(tree, left_out)
    found = bare_extraction(
        root, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    return str(getattr(found, "text", None) or "")


def _to_lxml(tree: Tree, left_out: set[int]) -> "etree._Element":
    """The page as a tree of lxml, without what is left out and what is no markup."""
    root = html_parser.makeelement("html")
    path: list[_Copy] = []
    at = 0
    nodes = tree.nodes
    while at < len(nodes):
        node = nodes[at]
        while path and path[-1].end <= at:
            path.pop()
        if at in left_out or (node.silent and node.tag != TEXT):
            at = node.end
            continue
        around = path[-1] if path else _Copy(root, len(nodes))
        if node.tag == TEXT:
            text = _NO_XML.sub("", node.text)
            if around.last is not None:
                around.last.tail = (around.last.tail or "") + text
            else:
                around.element.text = (around.element.text or "") + text
        elif node.tag == "html":
            path.append(_Copy(root, node.end))
        else:
            tag = node.tag if _NAME.fullmatch(node.tag) else "div"
            around.last = etree.SubElement(around.element, tag)
            for name in _KEPT:
                if name in node.attrs:
                    around.last.set(name, _NO_XML.sub(" ", node.attrs[name]))
            path.append(_Copy(around.last, node.end))
        at += 1
    return root


@dataclass(slots=True)
class _Copy:
    """An element of the copy that is open up to a node's index, and its last child."""

    element: "etree._Element"
    end: int
    last: "etree._Element | None" = None


def _squeeze(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


class _Oracle:
    """Says whether a text is part of another one, in time that depends on neither's length."""

    def __init__(self, text: str) -> None:
        self._lines = {_squeeze(line) for line in text.split("\n")}
        whole = _squeeze(text)
        self._pieces = {whole[at : at + PIECE] for at in range(0, len(whole), STEP)}

    def tells(self, squeezed: str) -> bool:
        if squeezed in self._lines:
            return len(squeezed) >= LEAST_MATCH
        if len(squeezed) < PIECE + STEP:
            return False
        return self._has(squeezed[: PIECE + STEP]) and self._has(squeezed[-PIECE - STEP :])

    def _has(self, text: str) -> bool:
        return any(text[at : at + PIECE] in self._pieces for at in range(STEP + 1))


# --- Which element ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """The smallest block of words: an element without blocks within, or bare text."""

    start: int
    end: int
    squeezed: str
    told: bool  # by the oracle


class _Units:
    """The blocks of a page, and how many characters of them, and of the told ones, stand where."""

    def __init__(self, tree: Tree, left_out: set[int], oracle: _Oracle) -> None:
        self.tree = tree
        self.units: list[_Unit] = []
        sizes = [0] * len(tree.nodes)
        told = [0] * len(tree.nodes)
        for start, end in find_units(tree, left_out):
            squeezed = _squeeze(tree.words(start, end))
            unit = _Unit(start, end, squeezed, oracle.tells(squeezed))
            self.units.append(unit)
            sizes[start] = len(squeezed)
            told[start] = len(squeezed) * unit.told
        self._sizes = list(accumulate(sizes, initial=0))
        self._told = list(accumulate(told, initial=0))

    def find_container(self) -> Node | None:
        """The smallest element with most of the words that are told."""
        whole = self._told[-1]
        if not whole:
            return None
        fitting = (
            node
            for node in reversed(self.tree.nodes)
            if node.tag != TEXT and self._told[node.end] - self._told[node.index] >= COVERED * whole
        )
        return next(fitting, None)

    def find_span(self, above: int | None, below: int | None) -> tuple[int, int]:
        """The nodes between which the story stands, if most of what is told does."""
        start, end = above or 0, below or len(self._told) - 1
        told = self._told[end] - self._told[start] if start < end else 0
        if 3 * told >= self._told[-1]:
            return start, end
        return 0, len(self._told)

    def is_told(self, node: Node) -> bool:
        """Whether most of an element's words are told."""
        size = self._sizes[node.end] - self._sizes[node.index]
        return 2 * (self._told[node.end] - self._told[node.index]) > size


# --- Which blocks ----------------------------------------------------------------------------


def _find_furniture(
    marks: Marks, container: Node, units: _Units, headline: str, span: tuple[int, int]
) -> set[int]:
    """The nodes within the story's element that are no part of the story."""
    tree = marks.tree
    dropped: set[int] = set()
    whole = tree.size(container.index, container.end)
    for node in tree.span(container.index + 1, container.end):
        if node.tag == TEXT or 2 * tree.size(node.index, node.end) > whole or units.is_told(node):
            continue
        named = node.attrs and node.tag not in {"img", "a", "figure", "p"}
        if node.tag in _DROPPED or (named and _FURNITURE.search(marks.descriptions[node.index])):
            dropped.add(node.index)
    own = [unit for unit in units.units if container.index <= unit.start < container.end]
    within = [span[0] <= unit.start < span[1] for unit in own]
    told = [place for place, unit in enumerate(own) if unit.told and within[place]]
    title = _squeeze(headline)
    for place, unit in enumerate(own):
        outside = not told or not told[0] <= place <= told[-1] or not within[place]
        if within[place] and _is_caption(marks, unit):
            continue
        if (
            outside
            or _is_title(unit, title)
            or _is_byline(marks, unit)
            or (not unit.told and _is_loose(marks, unit))
        ):
            dropped.update(_top_nodes(tree, unit.start, unit.end))
    _drop_pictures(tree, container, span, dropped)
    return dropped


def _is_caption(marks: Marks, unit: _Unit) -> bool:
    """Whether words belong to a picture."""
    around = [marks.tree.nodes[unit.start], *islice(marks.tree.ancestors(unit.start), 3)]
    return any(
        each.tag == "figure" or "wp-caption" in marks.descriptions[each.index] for each in around
    )


def _is_title(unit: _Unit, title: str) -> bool:
    """Whether words are the headline once more."""
    if not unit.squeezed.startswith(title):
        return False
    return len(unit.squeezed) < len(title) + TAIL


def _drop_pictures(tree: Tree, container: Node, span: tuple[int, int], dropped: set[int]) -> None:
    """Leave out pictures far from the story: above the headline, below the discussion."""
    for node in tree.span(container.index, container.end):
        far = not span[0] - ABOVE <= node.index < span[1]
        if node.tag in {"img", "figure", "iframe"} and far:
            dropped.add(node.index)


def _is_byline(marks: Marks, unit: _Unit) -> bool:
    """Whether words say little else than who wrote the story, and when."""
    size = marks.tree.size(unit.start, unit.end)
    if size > BYLINE:
        return False
    dates = marks.date_counts[unit.end] - marks.date_counts[unit.start]
    names = marks.name_counts[unit.end] - marks.name_counts[unit.start]
    marked = marks.marked_sizes[unit.end] - marks.marked_sizes[unit.start]
    return (dates > 0 and names > 0) or (dates + names > 0 and 2 * marked > size)


def _is_loose(marks: Marks, unit: _Unit) -> bool:
    """Whether words within the story are links or labels rather than a part of it."""
    node = marks.tree.nodes[unit.start]
    links = marks.link_sizes[unit.end] - marks.link_sizes[unit.start]
    if 2 * links > marks.tree.size(unit.start, unit.end):
        return True
    if node.tag in _SHORT_BLOCKS:
        return False
    text = marks.tree.words(unit.start, unit.end)
    return len(text) < SHORT and not _SENTENCE_END.search(text)


def _top_nodes(tree: Tree, start: int, end: int) -> Iterator[int]:
    at = start
    while at < end:
        yield at
        at = tree.nodes[at].end


def _take_lead(story: Story) -> None:
    """A picture above the story's words is its lead picture, and no block."""
    for place, block in enumerate(story.blocks[:3]):
        if block.kind is BlockKind.PICTURE:
            del story.blocks[place]
            lead = next(each for each in story.pictures if each.source == block.source)
            story.lead = lead
            story.pictures.remove(lead)
            return
        if block.kind is BlockKind.PARAGRAPH and len(block.text) > SHORT:
            return
