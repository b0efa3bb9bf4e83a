"""Find a page's discussion: elements of one kind that repeat, each with a name, a date and words.

Elements with the same tag and class (or the same form of id) are a group. A group whose members
hold what comments hold is the discussion; another that stands beside it or within it, such as
comments below answers, belongs to it too.
"""

from bisect import bisect_right
from collections.abc import Sequence

from pennypress.formats.tree import Tree

from .groups import Group, Own, make_groups, measure_own, share
from .marks import Marks
from .rating import measure, rate, rate_hint

MOST_RATED = 40  # groups that may belong together
MOST_CHOSEN = 4


def find_discussion(tree: Tree, marks: Marks) -> tuple[list[Group], Group | None]:
    """Return the groups of entries that are the page's discussion; none where there is none.

    The second is a group that may be one, on a page where no other is.
    """
    groups: list[Group] = []
    unsure: Group | None = None
    for group in make_groups(tree, marks):
        if measure(tree, marks, group):
            groups.append(group)
        elif group.unsure and (unsure is None or len(group.ranges) > len(unsure.ranges)):
            unsure = group
    groups.sort(key=lambda group: (-group.quality, group.ranges[0]))
    del groups[MOST_RATED:]
    if groups:
        _prefer_wholes(groups)
    chosen: list[Group] = groups[:1]
    rest = groups[1:]
    while rest and len(chosen) < MOST_CHOSEN:
        rest = [group for group in rest if _belongs(tree, marks, chosen, group)]
        if rest:
            chosen.append(max(rest, key=lambda group: group.quality))
            rest.remove(chosen[-1])
    return chosen, None if chosen else unsure


def _prefer_wholes(groups: list[Group]) -> None:
    """Put the group first whose entries hold name and date, if the first has but parts of them."""
    first = groups[0]
    whole = share([own.dates > 0 and own.names > 0 for own in first.own])
    for place, group in enumerate(groups[1:], 1):
        surer = group.evidence > 1.1 * first.evidence and len(group.ranges) > 1
        if whole < 0.7 and surer and _covers(group.ranges, first.ranges):
            groups.insert(0, groups.pop(place))
            return


def _covers(outer: Sequence[tuple[int, int]], inner: Sequence[tuple[int, int]]) -> bool:
    """Whether nearly each inner range lies in an outer one, and several share one."""
    starts = [start for start, _ in outer]
    inside = [bisect_right(starts, start) - 1 for start, _ in inner]
    hits = [
        at for (_, end), at in zip(inner, inside, strict=True) if at >= 0 and end <= outer[at][1]
    ]
    return len(hits) >= 0.9 * len(inner) and len(set(hits)) < len(hits)


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
    fits = rate(tree, marks, group, rate_hint(marks, group), group.ranges[0][0])
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
        before = share([one.rest >= 1 or one.removed > 0 for one in each.own])
        if share([one.rest >= 1 or one.removed > 0 for one in after]) < 0.8 * before:
            return False
        if each.dated > 0.7 and share([one.dates > 0 for one in after]) < 0.7:
            return False
        if each.named > 0.7 and share([one.names > 0 for one in after]) < 0.7:
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
