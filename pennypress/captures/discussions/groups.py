"""Groups of a page's elements that are of one kind: the same tag, and a class or form of id."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pennypress.formats.tree import INLINE, TEXT, Node, Tree

from .hints import is_volatile
from .marks import Marks

MOST_CLASSES = 12  # of one element that are looked at
MOST_GROUPS = 1_600  # that are measured, the largest first

_ID_FORM = re.compile(r"[a-z]*\d[a-z\d]*")
_ID_END = re.compile(r"(?<=[_-])[a-z\d]{5,12}$")
_NO_ENTRY = frozenset(
    re.findall(
        r"\w+",
        "html body head nav form button blockquote thead ul ol label figure figcaption img iframe "
        "address br hr tbody pre main",
    )
)
_BEGINNINGS = frozenset(("b", "strong", "a"))  # may begin an entry, but hold none


@dataclass(slots=True)
class Own:
    """What an entry holds apart from the entries within it. Sizes are characters of words."""

    size: int
    dates: int
    names: int
    replies: int
    removed: int
    links: int
    titles: int
    rest: int  # words that are no date, name or answer link


@dataclass(slots=True)
class Group:
    """Entries of one kind, as ranges of nodes that begin in ascending order.

    The entries of a `run` begin with a member and go on up to the next one.
    """

    key: tuple[str, str]
    ranges: list[tuple[int, int]]
    run: bool = False
    own: list[Own] = field(default_factory=list)
    evidence: float = 0.0
    quality: float = 0.0
    unsure: bool = False  # it looks like comments, but nothing says that it is
    led: float = 0.0  # share of the entries that begin as with a name

    @property
    def dated(self) -> float:
        return share([own.dates > 0 for own in self.own])

    @property
    def named(self) -> float:
        return share([own.names > 0 for own in self.own])


def make_groups(tree: Tree, marks: Marks) -> Iterator[Group]:
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for node in tree.nodes:
        if node.silent or node.tag == TEXT or node.tag in _NO_ENTRY:
            continue
        if node.tag == "a" and not node.get("name"):
            continue
        inline = node.tag in INLINE and "comment" not in node.get("class")
        if inline and node.tag not in _BEGINNINGS:
            continue
        for key in _keys(tree, node):
            members[key].append(node.index)
    kinds = sorted(members.items(), key=lambda item: (-len(item[1]), item[1][0]))
    seen: set[tuple[int, ...]] = set()
    for key, indexes in kinds[:MOST_GROUPS]:
        identity = tuple(indexes)
        if identity in seen:
            continue
        seen.add(identity)
        ranges = [(at, tree.nodes[at].end) for at in indexes]
        if key[0] not in _BEGINNINGS:
            yield Group(key, ranges)
        if len(indexes) > 1:
            runs = _make_runs(tree, indexes)
            if runs:
                yield Group(key, runs, run=True)


def _keys(tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    """What an element has in common with others of its kind."""
    tag = node.tag
    known = False
    for word in node.classes[:MOST_CLASSES]:
        if not is_volatile(word):
            known = True
            yield tag, f".{word}"
    identity = node.get("id").lower() or (node.get("name").lower() if tag == "a" else "")
    if identity and len(identity) < 100:
        form = _ID_FORM.sub("#", identity)
        if form != identity:
            known = True
            yield tag, f"#{form}"
        if _ID_END.search(identity):
            yield tag, f"#{_ID_END.sub('', identity)}"
    for name in ("itemprop", "itemtype", "typeof", "property", "data-testid", "role", "data-type"):
        value = node.attrs.get(name)
        if value and len(value) < 100:
            yield tag, f"{name}={value.lower()}"
    if "-" in tag:
        known = True
        yield tag, ""
    if not known and node.parent >= 0:
        parent = tree.nodes[node.parent]
        kind = parent.classes[0] if parent.classes else parent.get("id").lower()
        yield tag, f"<{parent.tag}.{kind}"


def _make_runs(tree: Tree, indexes: Sequence[int]) -> list[tuple[int, int]]:
    """The ranges from each member to the next one beside it; none where they stand alone.

    The last one goes on as long as what follows is of a kind that stands in the others.
    """
    nodes = tree.nodes
    by_parent: dict[int, list[int]] = defaultdict(list)
    for at in indexes:
        by_parent[nodes[at].parent].append(at)
    if 2 * len(by_parent) > len(indexes):
        return []
    ranges = []
    within = False
    for parent, starts in by_parent.items():
        kinds: set[tuple[str, str]] = set()
        for start, following in pairwise(starts):
            at = nodes[start].end
            within |= tree.size(at, following) > 0
            while at < following:
                kinds.add(_kind(nodes[at]))
                at = nodes[at].end
            ranges.append((start, following))
        limit = nodes[parent].end if parent >= 0 else len(nodes)
        at = nodes[starts[-1]].end
        while at < limit and (_kind(nodes[at]) in kinds or nodes[at].tag == TEXT):
            at = nodes[at].end
        ranges.append((starts[-1], at))
    return sorted(ranges) if within else []


def _kind(node: Node) -> tuple[str, str]:
    return node.tag, next((word for word in node.classes if not is_volatile(word)), "")


def measure_own(marks: Marks, ranges: Sequence[tuple[int, int]]) -> list[Own]:
    """Return what each range holds apart from those within it. The ranges ascend."""
    sizes = marks.tree.sizes
    own: list[Own] = []
    around: list[int] = []
    for place, (start, end) in enumerate(ranges):
        size = sizes[end] - sizes[start]
        marked = marks.marked_sizes[end] - marks.marked_sizes[start]
        own.append(
            Own(
                size=size,
                dates=marks.date_counts[end] - marks.date_counts[start],
                names=marks.name_counts[end] - marks.name_counts[start],
                replies=marks.reply_counts[end] - marks.reply_counts[start],
                removed=marks.removed_counts[end] - marks.removed_counts[start],
                links=marks.link_sizes[end] - marks.link_sizes[start],
                titles=marks.title_counts[end] - marks.title_counts[start],
                rest=size - marked,
            )
        )
        while around and ranges[around[-1]][1] <= start:
            around.pop()
        if around:
            _subtract(own[around[-1]], own[place])
        around.append(place)
    return own


def _subtract(outer: Own, inner: Own) -> None:
    """Take what an entry holds, with all within it, off the entry around it."""
    outer.size -= inner.size
    outer.dates -= inner.dates
    outer.names -= inner.names
    outer.replies -= inner.replies
    outer.removed -= inner.removed
    outer.links -= inner.links
    outer.titles -= inner.titles
    outer.rest -= inner.rest


def share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
