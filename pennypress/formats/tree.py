"""A page's markup as one flat list of nodes, in the order in which they stand in the source.

A node's descendants are the nodes right after it, up to its `end`: every question about a part of
the page is one about a range of the list, and nothing here calls itself.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from .items import ArrivalRefused

SIZE_LIMIT = 20 * 2**20  # bytes of one page
DEPTH_LIMIT = 600  # elements within each other; browsers allow some 500
NODE_LIMIT = 600_000
LONGEST_ATTRIBUTE = 10_000  # characters; what is longer is data, and is left out

TEXT = "#text"


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# What these hold is not read as the page's words.
SILENT = _set(
    "script style noscript template svg math canvas object embed applet select datalist textarea "
    "input audio video map title"
)
INLINE = _set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q s "
    "samp small span strike strong sub sup time tt u var wbr button meta link"
)
_NO_ATTRIBUTES: dict[str, str] = {}
_CLASS_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Open:
    """An element begins."""

    tag: str
    attrs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Close:
    """An element ends."""

    tag: str


Event = Open | Close | str  # a string is text


@dataclass(slots=True)
class Node:
    """An element, or a run of text (`tag` is TEXT). `line` counts from 1 in the source."""

    index: int
    tag: str
    attrs: dict[str, str]
    parent: int
    depth: int
    line: int
    end: int = 0  # the index after the last descendant
    text: str = ""
    classes: tuple[str, ...] = ()
    silent: bool = False  # within what is not read as words

    def get(self, name: str) -> str:
        """An attribute, or ""."""
        return self.attrs.get(name, "")


@dataclass(slots=True)
class Tree:
    """All nodes of a page, and what its head's scripts hold as data."""

    nodes: list[Node]
    json_ld: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # letters and digits of words before each node

    def children(self, index: int) -> Iterator[Node]:
        """The nodes right within one, in order."""
        at, end = index + 1, self.nodes[index].end
        while at < end:
            yield self.nodes[at]
            at = self.nodes[at].end

    def ancestors(self, index: int) -> Iterator[Node]:
        """The elements around a node, from the inside out."""
        at = self.nodes[index].parent
        while at >= 0:
            yield self.nodes[at]
            at = self.nodes[at].parent

    def span(self, start: int, end: int) -> Iterator[Node]:
        """The nodes of a range, one by one: what stops early pays for no more."""
        return (self.nodes[at] for at in range(start, end))

    def find_all(self, *tags: str) -> Iterator[Node]:
        """The elements with one of these names, in order."""
        return (node for node in self.nodes if node.tag in tags)

    def words(self, start: int, end: int) -> str:
        """The words of a range of nodes, on one line."""
        parts = []
        for node in self.nodes[start:end]:
            if node.tag == TEXT and not node.silent:
                parts.append(node.text)
            elif node.tag not in INLINE or node.tag == "button":
                parts.append(" ")
        return " ".join("".join(parts).split())

    def words_of(self, index: int) -> str:
        """The words within an element, on one line."""
        return self.words(index, self.nodes[index].end)

    def events(self, start: int, end: int, left_out: Collection[int] = ()) -> Iterator[Event]:
        """The markup of a range of nodes, without those whose index is left out."""
        open_nodes: list[Node] = []
        at = start
        while at < end:
            node = self.nodes[at]
            while open_nodes and open_nodes[-1].end <= at:
                yield Close(open_nodes.pop().tag)
            if at in left_out or (node.silent and node.tag != TEXT):
                at = node.end
                continue
            if node.tag == TEXT:
                yield node.text
            else:
                yield Open(node.tag, node.attrs)
                open_nodes.append(node)
            at += 1
        while open_nodes:
            yield Close(open_nodes.pop().tag)

    def size(self, start: int, end: int) -> int:
        """How many letters and digits of words a range holds."""
        return self.sizes[end] - self.sizes[start]


def parse(text: str, name: str) -> Tree:
    """Return the tree of a page's markup.

    Raises ArrivalRefused for what is nested deeper, or has more elements, than any page has.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as fault:
        raise ArrivalRefused("the page's markup cannot be read", name) from fault
    if root is None:
        raise ArrivalRefused("the file holds no page", name)
    tree = _flatten(root, name)
    sizes = (
        sum(map(str.isalnum, node.text)) if node.tag == TEXT and not node.silent else 0
        for node in tree.nodes
    )
    tree.sizes = list(accumulate(sizes, initial=0))
    return tree


def _flatten(root: "etree._Element", name: str) -> Tree:
    tree = Tree([])
    nodes = tree.nodes
    open_nodes: list[Node] = []
    silent = 0

    def add_text(text: str | None) -> None:
        if not text:
            return
        if nodes and nodes[-1].tag == TEXT and nodes[-1].depth == len(open_nodes):
            nodes[-1].text += text
            return
        parent = open_nodes[-1].index if open_nodes else -1
        line = open_nodes[-1].line if open_nodes else 1
        node = Node(len(nodes), TEXT, _NO_ATTRIBUTES, parent, len(open_nodes), line)
        node.end, node.text, node.silent = len(nodes) + 1, text, silent > 0
        nodes.append(node)

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if len(open_nodes) >= DEPTH_LIMIT:
                raise ArrivalRefused("the page is nested deeper than any page", name)
            if len(nodes) >= NODE_LIMIT:
                raise ArrivalRefused(f"the page has more than {NODE_LIMIT:,} elements", name)
            node = _make_node(element, open_nodes, len(nodes))
            silent += node.tag in SILENT
            node.silent = silent > 0
            nodes.append(node)
            open_nodes.append(node)
            add_text(element.text)
            if node.tag == "script" and "ld+json" in node.get("type") and element.text:
                tree.json_ld.append(element.text)
        else:
            node = open_nodes.pop()
            node.end = len(nodes)
            silent -= node.tag in SILENT
            add_text(element.tail)
    return tree


def _make_node(element: "etree._Element", open_nodes: Sequence[Node], index: int) -> Node:
    attrs = _NO_ATTRIBUTES
    if len(element.attrib):
        attrs = {
            str(key).lower(): str(value)
            for key, value in element.attrib.items()
            if len(value) <= LONGEST_ATTRIBUTE
        }
    node = Node(
        index=index,
        tag=str(element.tag).lower(),
        attrs=attrs,
        parent=open_nodes[-1].index if open_nodes else -1,
        depth=len(open_nodes),
        line=element.sourceline or 1,
    )
    if "class" in attrs:
        node.classes = tuple(dict.fromkeys(_CLASS_WORD.findall(attrs["class"].lower())))
    return node


def count_between(places: Sequence[int], start: int, end: int) -> int:
    """How many of the ascending places lie in a range."""
    return bisect_left(places, end) - bisect_left(places, start)
