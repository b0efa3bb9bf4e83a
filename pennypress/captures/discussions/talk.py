"""Talk pages of MediaWiki: comments end with a signature, and indents say what they answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from pennypress.formats.tree import TEXT, Node, Tree
from pennypress.formats.units import find_units

from .marks import DateMark, Marks
from .nesting import from_levels
from .places import Entry

TALK = -1  # the group of a talk page's entries
LEAST_SIGNED = 2  # comments on a page that does not say that it is a talk page
TAIL = 60  # characters of words that may follow the date of a signature
BETWEEN = 30  # characters of words between the links of a signature

_LISTS = frozenset(("dl", "ul", "ol"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SKIPPED = re.compile(
    r"\btoc\b|tmbox|mw-editsection|bandeau|navbox|talkheader|talkpageheader|catlinks"
)
_USER_PAGE = re.compile(r"(?:/wiki/|[?&]title=|^\./|/index\.php/)([^?&#]+)")
_SIGNED = re.compile(r"autosigned|unsigned")


@dataclass(slots=True)
class _Comment:
    level: int
    section: int
    author: str
    mark: DateMark
    ranges: list[tuple[int, int]]
    left_out: set[int] = field(default_factory=set)


def read_talk(tree: Tree, marks: Marks) -> tuple[list[Entry], list[int | None]] | None:
    """Return a talk page's entries and their parents; None where the page is none."""
    body = next(tree.find_all("body"), None)
    names = marks.descriptions[body.index] if body else ""
    is_talk = "ns-talk" in names
    if not is_talk and not any("mw-parser-output" in n.classes for n in tree.nodes if n.classes):
        return None
    comments = list(_read_comments(tree, marks))
    if len(comments) < (1 if is_talk else LEAST_SIGNED):
        return None
    entries = []
    for comment in comments:
        start, end = comment.ranges[0][0], comment.ranges[-1][1]
        entry = Entry(start, end, TALK)
        entry.author, entry.posted, entry.dated = comment.author, comment.mark.moment, True
        entry.body, entry.left_out = comment.ranges, comment.left_out
        entries.append(entry)
    return entries, _find_parents(comments)


def _find_parents(comments: Sequence[_Comment]) -> list[int | None]:
    parents: list[int | None] = []
    start = 0
    for place in range(1, len(comments) + 1):
        if place < len(comments) and comments[place].section == comments[start].section:
            continue
        inside = from_levels([float(each.level) for each in comments[start:place]])
        parents += [None if at is None else at + start for at in inside]
        start = place
    return parents


def _read_comments(tree: Tree, marks: Marks) -> Iterator[_Comment]:
    dates = {mark.start: mark for mark in marks.dates}
    root = _find_root(tree)
    skipped = {
        node.index
        for node in tree.span(root.index, root.end)
        if node.attrs and _SKIPPED.search(marks.descriptions[node.index])
    }
    levels = _Levels(tree, root)
    pending: list[tuple[int, int]] = []
    depths: list[int] = []
    section = 0
    for start, end in find_units(tree, skipped):
        if not root.index <= start < root.end:
            continue
        if any(tree.nodes[at].tag in _HEADINGS for at in (start, tree.nodes[start].parent)):
            pending, depths = [], []
            section += 1
            continue
        level = levels.of(start)
        pending.append((start, end))
        depths.append(level)
        signed = _find_signature(tree, marks, dates, start, end)
        if signed:
            author, mark, left_out = signed
            yield _Comment(min(depths), section, author, mark, pending, left_out)
            pending, depths = [], []


def _find_root(tree: Tree) -> Node:
    for node in tree.nodes:
        if node.get("id") == "mw-content-text" or "mw-parser-output" in node.classes:
            return node
    return tree.nodes[0]


class _Levels:
    """How many lists are around each node, up to the page's content."""

    def __init__(self, tree: Tree, root: Node) -> None:
        self._tree = tree
        self._known = {root.index: 0}

    def of(self, at: int) -> int:
        path = []
        while at >= 0 and at not in self._known:
            path.append(at)
            at = self._tree.nodes[at].parent
        level = self._known.get(at, 0)
        for each in reversed(path):
            level += self._tree.nodes[each].tag in _LISTS
            self._known[each] = level
        return level


def _find_signature(
    tree: Tree, marks: Marks, dates: dict[int, DateMark], start: int, end: int
) -> tuple[str, DateMark, set[int]] | None:
    """The author, the date and the nodes of a signature that ends a block."""
    nodes = tree.nodes
    at = next((at for at in range(end - 1, start - 1, -1) if at in dates), None)
    if at is None or tree.size(at + 1, end) > TAIL:
        return None
    author, first, gap = None, at, 0
    for place in range(at - 1, start - 1, -1):
        node = nodes[place]
        if node.tag == "a":
            name = _read_user(node)
            if name:
                author, first, gap = author or name, place, 0
        elif node.tag == TEXT and nodes[node.parent].tag != "a":
            gap += tree.size(place, place + 1)
            if gap > BETWEEN and author:
                break
            if gap > 3 * BETWEEN:
                break
    if author is None:
        return None
    first = _widen(tree, marks, first, start)
    left_out = set()
    place = first
    while place < end:
        left_out.add(place)
        place = nodes[place].end
    return author, dates[at], left_out


def _widen(tree: Tree, marks: Marks, first: int, start: int) -> int:
    """Where a signature begins whose author's link stands in an element of its own."""
    at = first
    while at > start:
        parent = tree.nodes[tree.nodes[at].parent]
        if parent.index <= start:
            break
        if _SIGNED.search(marks.descriptions[parent.index]) or parent.index + 1 == at:
            first = at = parent.index
        else:
            at = parent.index
    return first


def _read_user(node: Node) -> str | None:
    """The name of the user to whose page a link leads."""
    found = _USER_PAGE.search(node.get("href"))
    title = unquote(found[1]).replace("_", " ") if found else node.get("title")
    space, colon, name = title.partition(":")
    if not colon or not name or len(space) > 30:
        return None
    if "/" in name:
        first, _, last = name.partition("/")
        return last if re.match(r"Special|Sp[eé]cial|Spezial|Służ|Служ|特別", space) else first
    return name
