"""Find a page's discussion: elements of one kind that repeat, each with a name, a date and words.

Elements with the same tag and class (or the same form of id) are a group. A group whose members
hold what comments hold is the discussion; another that stands beside it or within it, such as
comments below answers, belongs to it too.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log2

from pennypress.formats.tree import INLINE, TEXT, Node, Tree

from .hints import (
    hints_around,
    hints_no_comment,
    hints_one_comment,
    hints_quote,
    is_volatile,
    rate_comment,
)
from .leads import has_heading, read_leads, share_linked
from .marks import Marks

FLOOR = 3.5  # the least evidence of a discussion: see `_rate`
MOST_RATED = 40  # groups that may belong together
MOST_CHOSEN = 4
MOST_CLASSES = 12  # of one element that are looked at
MOST_GROUPS = 400  # that are measured, the largest first
USUAL_WORDS = 25  # characters of words of an entry that are as good as any number

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
_MARGINAL = frozenset(("nav", "aside", "footer", "form"))
_MARGINAL_HINT = re.compile(
    r"sidebar|recent|related|popular|trending|most-?read|recommend|\bnav|menu|footer|teaser|promo"
    r"|archive-list|reflist|references"
)


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
        return _share([own.dates > 0 for own in self.own])

    @property
    def named(self) -> float:
        return _share([own.names > 0 for own in self.own])


def find_discussion(tree: Tree, marks: Marks) -> tuple[list[Group], Group | None]:
    """Return the groups of entries that are the page's discussion; none where there is none.

    The second is a group that may be one, on a page where no other is.
    """
    groups: list[Group] = []
    unsure: Group | None = None
    for group in _make_groups(tree, marks):
        if _measure(tree, marks, group):
            groups.append(group)
        elif group.unsure and (unsure is None or len(group.ranges) > len(unsure.ranges)):
            unsure = group
    groups.sort(key=lambda group: (-group.quality, group.ranges[0]))
    del groups[MOST_RATED:]
    chosen: list[Group] = groups[:1]
    rest = groups[1:]
    while rest and len(chosen) < MOST_CHOSEN:
        rest = [group for group in rest if _belongs(tree, marks, chosen, group)]
        if rest:
            chosen.append(max(rest, key=lambda group: group.quality))
            rest.remove(chosen[-1])
    return chosen, None if chosen else unsure


# --- Groups ----------------------------------------------------------------------------------


def _make_groups(tree: Tree, marks: Marks) -> Iterator[Group]:
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
    for key, indexes in kinds[: 4 * MOST_GROUPS]:
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


# --- Measuring -------------------------------------------------------------------------------


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


def _measure(tree: Tree, marks: Marks, group: Group) -> bool:
    """Set a group's evidence and quality; say whether it may be a discussion."""
    count = len(group.ranges)
    first = group.ranges[0][0]
    hint = _rate_hint(marks, group)
    if count == 1 and (group.run or not hints_one_comment(group.key[1])):
        return False
    totals = marks.date_counts[-1] + marks.name_counts[-1] + marks.reply_counts[-1]
    if not totals:
        return False
    group.own = measure_own(marks, group.ranges)
    if _is_marginal(tree, marks, group):
        return False
    return _rate(tree, marks, group, hint, first)


def _rate_hint(marks: Marks, group: Group) -> float:
    """How much the names of the members hint at comments."""
    word = group.key[1]
    sample = [start for start, _ in group.ranges[:: max(1, len(group.ranges) // 8)]]
    described = sum(rate_comment(marks.descriptions[at]) for at in sample) / len(sample)
    return max(rate_comment(f"{word} {group.key[0]}"), 0.8 * described)


def _is_marginal(tree: Tree, marks: Marks, group: Group) -> bool:
    """Whether a group is links, references or quotations by its names or by where it stands."""
    start = group.ranges[0][0]
    word = group.key[1]
    if hints_no_comment(word) or hints_quote(word):
        return True
    whole = tree.sizes[-1]
    for node in tree.ancestors(start):
        if node.tag in {"html", "body", "main"}:
            break
        if 2 * tree.size(node.index, node.end) > whole:
            continue
        description = marks.descriptions[node.index]
        if node.tag in _MARGINAL and not hints_around(description):
            return True
        if _MARGINAL_HINT.search(description) and not hints_around(
            _MARGINAL_HINT.sub("", description)
        ):
            return True
        if re.search(r"recent|latest|related", description):
            return True
    return False


def _rate(tree: Tree, marks: Marks, group: Group, hint: float, first: int) -> bool:
    own = group.own
    dated, named = group.dated, group.named
    answered = _share([each.replies > 0 for each in own])
    worded = _share([each.rest >= 2 or each.removed > 0 for each in own])
    linked = _share([each.links > 0.7 * each.size and each.size > 0 for each in own])
    titled = _share([each.titles > 0 for each in own])
    around = _around(tree, marks, first)
    headed = has_heading(tree, marks.headings, first)
    if dated >= 0.6 and named < 0.6 and len(own) > 1 and worded >= 0.5:
        leads = read_leads(tree, group.ranges, marks.reader)
        group.led = _share([lead is not None for lead in leads])
        worded = _share(
            [
                each.rest - len((lead or "").replace(" ", "")) >= 2 or each.removed > 0
                for each, lead in zip(own, leads, strict=True)
            ]
        )
    counted = _share(
        [marks.claim_counts[end] > marks.claim_counts[start] for start, end in group.ranges]
    )
    if counted > 0.6 and hint < 0.8 and share_linked(tree, group.ranges) > 0.6:
        return False  # a list of other pages, with how many comments each has
    if worded < 0.5 or linked > 0.5 or (titled > 0.3 and not (hint >= 0.8 and answered > 0.5)):
        return False
    if len(own) == 1 and not (own[0].dates and (own[0].names or own[0].replies or around)):
        return False
    whole = _share([each.dates > 0 and each.names > 0 for each in own])
    if min(dated, named) >= 0.4 and whole < 0.2:
        return False  # parts of entries: the names here, the dates there
    group.evidence = 2 * dated + 1.5 * max(named, group.led) + 2 * answered + 2 * hint
    group.evidence += 1.5 * around + 1.5 * headed
    sure = (
        (hint >= 0.8 and max(dated, named, answered) >= 0.5)
        or (answered >= 0.5 and max(dated, named) >= 0.5)
        or ((hint or around) and min(dated, named) >= 0.6)
        or (headed and len(own) > 2 and dated >= 0.8 and max(named, group.led) >= 0.8)
    )
    if not sure or group.evidence < FLOOR:
        group.unsure = len(own) > 2 and dated >= 0.8 and max(named, group.led) >= 0.8
        return False
    mean_rest = sum(min(each.rest, 400) for each in own) / len(own)
    mean_dates = sum(each.dates for each in own) / len(own)
    single = min(1.0, 1.6 / mean_dates) if mean_dates else 1.0
    nested = any(inner[0] < outer[1] for outer, inner in pairwise(group.ranges))
    group.quality = (
        group.evidence**2
        * log2(1 + len(own))
        * min(1.0, mean_rest / USUAL_WORDS) ** 0.5
        * worded
        * single
        * (1.1 if nested else 1.0)
        * (_rate_run(tree, marks, group) if group.run else 1.0)
        * (0.9 if group.key[1].startswith("<") else 1.0)
        * (1.05 if tree.nodes[first].get("id") else 1.0)
    )
    return True


def _rate_run(tree: Tree, marks: Marks, group: Group) -> float:
    """Runs begin with a name or a date, rather than with the words of the entry before."""
    heads = [(start, tree.nodes[start].end) for start, _ in group.ranges]
    begun = _share(
        [
            marks.date_counts[end] + marks.name_counts[end]
            > marks.date_counts[start] + marks.name_counts[start]
            for start, end in heads
        ]
    )
    return 0.55 + 0.3 * begun


def _around(tree: Tree, marks: Marks, index: int) -> bool:
    """Whether an element around the group is named as a discussion is."""
    for node in tree.ancestors(index):
        if node.tag in {"html", "body"}:
            return False
        if hints_around(marks.descriptions[node.index]):
            return True
    return False


# --- Several groups --------------------------------------------------------------------------


def _belongs(tree: Tree, marks: Marks, chosen: list[Group], group: Group) -> bool:
    """Whether a further group holds other comments of the same discussion.

    Its entries have what the chosen ones have, and take nothing from these that makes them
    comments; groups that hold the same comments once more, from inside or outside, do not belong.
    """
    best = chosen[0]
    if group.evidence < 0.8 * best.evidence or group.run != best.run:
        return False
    taken = {entry for each in chosen for entry in each.ranges}
    new = [entry for entry in group.ranges if entry not in taken]
    if len(new) < len(group.ranges):
        return False
    together = sorted([*taken, *new], key=lambda entry: (entry[0], -entry[1]))
    if not _is_laminar(together):
        return False
    own = dict(zip(together, measure_own(marks, together), strict=True))
    alone, group.own = group.own, [own[entry] for entry in group.ranges]
    fits = _rate(tree, marks, group, _rate_hint(marks, group), group.ranges[0][0])
    if any(_holds(group.ranges, each.ranges) for each in chosen):
        group.quality *= 1.1
    if (
        not fits
        or (best.dated > 0.7 and group.dated < 0.7)
        or (best.named > 0.7 and group.named < 0.7)
    ):
        group.own = alone
        return False
    if not _stay_whole(marks, chosen, new, own):
        return False
    for each in (*chosen, group):
        after = [own[entry] for entry in each.ranges]
        if _share([one.rest >= 2 or one.removed > 0 for one in after]) < 0.8:
            return False
        if each.dated > 0.7 and _share([one.dates > 0 for one in after]) < 0.7:
            return False
        if each.named > 0.7 and _share([one.names > 0 for one in after]) < 0.7:
            return False
    return not any(_is_part(each.ranges, new) or _is_part(new, each.ranges) for each in chosen)


def _stay_whole(
    marks: Marks,
    chosen: list[Group],
    new: Sequence[tuple[int, int]],
    own: dict[tuple[int, int], Own],
) -> bool:
    """Whether most entries that hold new ones keep a date and words of their own."""
    touched = kept = 0
    for group in chosen:
        for entry, before in zip(group.ranges, group.own, strict=True):
            at = bisect_right(new, entry)
            if at < len(new) and new[at][0] < entry[1]:
                after = own[entry]
                touched += 1
                kept += (after.dates > 0 or not before.dates) and (after.rest >= 2)
    return kept >= 0.7 * touched


def _holds(outer: Sequence[tuple[int, int]], inner: Sequence[tuple[int, int]]) -> bool:
    """Whether any of the ranges holds one of the others."""
    return any(
        start < inner[at][0] < end
        for start, end in outer
        if (at := bisect_right(inner, (start, end))) < len(inner)
    )


def _is_part(outer: Sequence[tuple[int, int]], inner: Sequence[tuple[int, int]]) -> bool:
    """Whether nearly each outer entry holds exactly one of the inner ones: a part of it."""
    starts = [start for start, _ in inner]
    hits = 0
    place = 0
    for start, end in outer:
        while place < len(starts) and starts[place] <= start:
            place += 1
        hits += place < len(starts) and starts[place] < end
    return hits >= 0.8 * len(outer) and len(inner) <= 1.3 * len(outer)


def _is_laminar(ranges: Sequence[tuple[int, int]]) -> bool:
    around: list[int] = []
    for start, end in ranges:
        while around and around[-1] <= start:
            around.pop()
        if around and end > around[-1]:
            return False
        around.append(end)
    return True


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
