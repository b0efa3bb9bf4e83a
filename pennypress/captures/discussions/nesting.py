"""Who answers whom: from entries within each other, levels, indents, links, or lists that follow.

The first of these that the page shows is taken for all of its entries.
"""

import re
from collections.abc import Sequence
from itertools import chain

from pennypress.formats.tree import TEXT, Node

from .marks import Marks
from .places import Entry, own_nodes, shell_nodes

LONGEST_LABEL = 24  # characters of a text such as "level 2"
DEEPEST = 200  # levels
BOXES = 4  # elements around an entry that may hold its answers

_LEVEL = re.compile(
    r"(?:depth|level|lvl|indent(?:ed)?|nest(?:ing)?|ebene)[-_ ]?(\d{1,2})(?!\d)", re.IGNORECASE
)
_LEVEL_TEXT = re.compile(r"^(?:level|ebene|niveau|nivel|depth)\s*(\d{1,2})$", re.IGNORECASE)
_LEVEL_ATTRIBUTES = (
    "indent",
    "data-depth",
    "data-level",
    "depth",
    "level",
    "aria-level",
    "data-indent",
)
_PARENT_ATTRIBUTES = (
    "data-parent", "data-parent-id", "data-parentid", "data-parent-comment-id", "parentid",
    "parent-id", "data-reply-to", "data-in-reply-to", "data-comment-parent", "data-pid",
)  # fmt: skip
_PARENT_CLASS = re.compile(
    r"(?:^|\s)(?:parent|child-of|reply-to|replyto|in-reply-to)[-_]?(?:comment[-_]?)?(\d+)(?:\s|$)"
)
_STYLE = re.compile(
    r"(?:margin|padding)(?:-left|-inline-start)?\s*:\s*(?:[\d.]+\w*\s+){0,3}?(\d+(?:\.\d+)?)\s*(px|em|rem|%|pt)?"
)
_INDENT = re.compile(
    r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(\d+(?:\.\d+)?)\s*(?:px|em|rem|%|pt)?"
)
_WRAPPER = re.compile(r"child|indent|repl|thread|nested|sub|level|answer|antwort|respons|inner")
_LISTS = frozenset(("ul", "ol", "dl", "dd", "blockquote"))
_NUMBER = re.compile(r"\d{2,}|[a-z0-9]*\d[a-z0-9]*$")


def find_parents(entries: Sequence[Entry], marks: Marks) -> tuple[list[int | None], str | None]:
    """Return each entry's parent as its place in the list, and a doubt about all of them."""
    count = len(entries)
    if count < 2:
        return [None] * count, None
    by_link = _from_links(entries, marks)
    if by_link and sum(parent is not None for parent in by_link) >= 1:
        structural = _from_containment(entries) or [None] * count
        return _without_circles(
            [a if a is not None else b for a, b in zip(by_link, structural, strict=True)]
        ), None
    for find in (
        _from_containment,
        lambda all_: _from_boxes(all_, marks),
        _Leveller(marks).find,
        lambda all_: _from_wrappers(all_, marks),
    ):
        parents = find(entries)
        if parents and any(parent is not None for parent in parents):
            return parents, None
    return _from_names(entries)


def _from_names(entries: Sequence[Entry]) -> tuple[list[int | None], str | None]:
    """The last entry before each of the author that it says it answers."""
    latest: dict[str, int] = {}
    parents: list[int | None] = []
    for place, entry in enumerate(entries):
        parents.append(latest.get(entry.answers.casefold()) if entry.answers else None)
        if entry.author:
            latest[entry.author.casefold()] = place
    found = any(parent is not None for parent in parents)
    return parents, "nesting is told from the names that are answered" if found else None


def _from_containment(entries: Sequence[Entry]) -> list[int | None]:
    """The nearest entry around each."""
    parents: list[int | None] = []
    around: list[int] = []
    for place, entry in enumerate(entries):
        while around and entries[around[-1]].end <= entry.start:
            around.pop()
        parents.append(around[-1] if around else None)
        around.append(place)
    return parents


def _from_boxes(entries: Sequence[Entry], marks: Marks) -> list[int | None] | None:
    """Containment of the elements around the entries, as far up as each has one of its own."""
    nodes = marks.tree.nodes
    boxes = [entry.start for entry in entries]
    for _ in range(BOXES):
        above = [nodes[at].parent for at in boxes]
        if -1 in above or len(set(above)) < len(above):
            return None
        boxes = above
        spans = [
            Entry(at, max(nodes[at].end, entry.end), entry.group)
            for at, entry in zip(boxes, entries, strict=True)
        ]
        parents = _from_containment(spans)
        if any(parent is not None for parent in parents):
            return parents
    return None


def _from_links(entries: Sequence[Entry], marks: Marks) -> list[int | None] | None:
    """What attributes or "in reply to" links say about the entry that is answered."""
    by_id: dict[str, int] = {}
    for place, entry in enumerate(entries):
        for identity in identities(entry, marks):
            by_id.setdefault(identity, place)
    parents: list[int | None] = []
    for place, entry in enumerate(entries):
        found = None
        for wanted in _wanted(entry, marks):
            found = by_id.get(wanted)
            if found is not None and found != place:
                break
            found = None
        parents.append(found)
    return parents if any(parent is not None for parent in parents) else None


def identities(entry: Entry, marks: Marks) -> list[str]:
    """The ids that an entry goes by: whole, and their number alone."""
    nodes = marks.tree.nodes
    found: list[str] = []
    for node in (nodes[entry.start], *_heads(entry, marks)):
        for name in ("id", "data-id", "data-comment-id", "data-commentid", "data-post-id", "name"):
            value = node.attrs.get(name, "")
            if not value or len(value) > 100 or (name == "name" and node.tag != "a"):
                continue
            found.append(value.lower())
            number = re.search(r"(\d+)$", value)
            if number:
                found.append(number[1])
    return found


def _heads(entry: Entry, marks: Marks) -> list[Node]:
    """The elements that may carry an entry's id: those around it alone, and the first in it."""
    heads = [node for node in shell_nodes(marks, entry) if node.attrs][:8]
    for node in own_nodes(marks, entry):
        if node.tag != TEXT and node.attrs:
            heads.append(node)
            if len(heads) >= 16:
                break
    return heads


def _wanted(entry: Entry, marks: Marks) -> list[str]:
    nodes = marks.tree.nodes
    wanted = []
    for node in (nodes[entry.start], *_heads(entry, marks)):
        for name in _PARENT_ATTRIBUTES:
            value = node.attrs.get(name, "").lower().lstrip("#")
            if value and value not in {"0", "null", "none"} and len(value) < 100:
                wanted.append(value)
                if number := re.search(r"(\d+)$", value):
                    wanted.append(number[1])
        if node.classes and (said := _PARENT_CLASS.search(" ".join(node.classes))):
            wanted.append(said[1])
    for node in own_nodes(marks, entry):
        if node.tag == "a" and "#" in node.get("href") and _answers(node, entry, marks):
            target = node.get("href").rpartition("#")[2].lower()
            wanted.append(target)
            if number := re.search(r"(\d+)$", target):
                wanted.append(number[1])
    return wanted


_IN_REPLY = re.compile(r"in-?reply|reply-?to|parent|in_reply")


def _answers(node: Node, entry: Entry, marks: Marks) -> bool:
    """Whether a link leads to the entry that this one answers."""
    from pennypress.captures.signs import read_in_reply

    description = marks.descriptions[node.index]
    href = node.get("href")
    if re.search(r"respond|reply-?form|replytocom|comment-?form", href):
        return False
    if _IN_REPLY.search(description) and "comment-reply-link" not in description:
        return True
    text = marks.tree.words_of(node.index)
    if read_in_reply(text) and not text.startswith("@"):
        return True
    parent = node.parent
    if parent > entry.start:
        around = marks.tree.nodes[parent]
        if (
            _IN_REPLY.search(marks.descriptions[parent])
            and marks.tree.size(parent, around.end) < 80
        ):
            return True
        before = marks.tree.words(max(parent, entry.start), node.index)[-60:]
        if before and len(before) < 40 and read_in_reply(f"{before} {text}"):
            return True
    return False


class _Leveller:
    """Depths from numbers: `depth-2`, `indent="1"`, "level 2", or an indent in pixels."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks

    def find(self, entries: Sequence[Entry]) -> list[int | None] | None:
        for read in (self._class, self._attribute, self._text, self._image, self._style):
            levels = [read(entry) for entry in entries]
            known = [level for level in levels if level is not None]
            if len(known) >= 0.6 * len(entries) and len(set(known)) > 1:
                least = min(known)
                return from_levels([least if level is None else level for level in levels])
        return None

    def _class(self, entry: Entry) -> float | None:
        nodes = self.marks.tree.nodes
        for node in (nodes[entry.start], *_heads(entry, self.marks)[:12]):
            if node.classes and (found := _LEVEL.search(" ".join(node.classes))):
                return float(found[1])
        return None

    def _attribute(self, entry: Entry) -> float | None:
        nodes = self.marks.tree.nodes
        for node in (nodes[entry.start], *_heads(entry, self.marks)):
            for name in _LEVEL_ATTRIBUTES:
                value = node.attrs.get(name, "")
                if value.isdecimal() and int(value) < DEEPEST:
                    return float(value)
        return None

    def _text(self, entry: Entry) -> float | None:
        for node in chain(shell_nodes(self.marks, entry), own_nodes(self.marks, entry)):
            if node.tag == TEXT and 0 < len(node.text.strip()) <= LONGEST_LABEL:
                found = _LEVEL_TEXT.match(" ".join(node.text.split()))
                if found:
                    return float(found[1])
        return None

    def _image(self, entry: Entry) -> float | None:
        """The width of an empty picture that moves the entry to the right."""
        for node in chain(shell_nodes(self.marks, entry), own_nodes(self.marks, entry)):
            if node.tag == "img":
                width, height = node.get("width"), node.get("height")
                if width.isdecimal() and height in {"1", "0"}:
                    return float(width)
                return None
        return None

    def _style(self, entry: Entry) -> float | None:
        nodes = self.marks.tree.nodes
        for node in (nodes[entry.start], *_heads(entry, self.marks)[:8]):
            found = _INDENT.search(node.attrs.get("style", ""))
            if found:
                return float(found[1])
        return 0.0


def from_levels(levels: Sequence[float]) -> list[int | None]:
    """The entry before each one that stands further left, nearest first."""
    parents: list[int | None] = []
    branch: list[int] = []
    for place, level in enumerate(levels):
        while branch and levels[branch[-1]] >= level:
            branch.pop()
        parents.append(branch[-1] if branch else None)
        branch.append(place)
    return parents


def _from_wrappers(entries: Sequence[Entry], marks: Marks) -> list[int | None] | None:
    """Answers in a list, or in an element named for that, which follows the entry answered."""
    nodes = marks.tree.nodes
    parents: list[int | None] = []
    branch: list[int] = []
    for place, entry in enumerate(entries):
        while branch and not _is_wrapped(entries[branch[-1]], entry, nodes):
            branch.pop()
        parents.append(branch[-1] if branch else None)
        branch.append(place)
    return parents if any(parent is not None for parent in parents) else None


def _is_wrapped(above: Entry, entry: Entry, nodes: Sequence[Node]) -> bool:
    """Whether an element after the one above, and beside it, holds the entry and is for answers."""
    beside = nodes[above.start].parent
    at = nodes[entry.start].parent
    wrapper = None
    while at > beside:
        wrapper = nodes[at]
        at = wrapper.parent
    if wrapper is None or at != beside or wrapper.index < above.end:
        return False
    if wrapper.tag in _LISTS:
        return True
    return _WRAPPER.search(" ".join([*wrapper.classes, wrapper.get("id").lower()])) is not None


def _without_circles(parents: list[int | None]) -> list[int | None]:
    """The same parents, but none that lies within its own answers."""
    state = [0] * len(parents)  # 1: being looked at, 2: sound
    for place in range(len(parents)):
        path = []
        at: int | None = place
        while at is not None and not state[at]:
            state[at] = 1
            path.append(at)
            at = parents[at]
        if at is not None and state[at] == 1:
            parents[path[-1]] = None
        for each in path:
            state[each] = 2
    return parents
