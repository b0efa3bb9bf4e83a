"""How much evidence there is that a group of elements is a discussion."""

import re
from itertools import pairwise
from math import log2

from pennypress.formats.tree import Tree

from .groups import Group, measure_own, share
from .hints import (
    hints_around,
    hints_no_comment,
    hints_one_comment,
    hints_quote,
    rate_comment,
)
from .leads import has_heading, read_leads, share_linked
from .marks import Marks

FLOOR = 3.5  # the least evidence of a discussion: see `rate`
USUAL_WORDS = 25  # letters of an entry's words that are as good as any number

_MARGINAL = frozenset(("nav", "aside", "footer", "form"))
_MARGINAL_HINT = re.compile(
    r"sidebar|recent|related|popular|trending|most-?read|recommend|\bnav|menu|footer|teaser|promo"
    r"|archive-list|reflist|references"
)


def measure(tree: Tree, marks: Marks, group: Group) -> bool:
    """Set a group's evidence and quality; say whether it may be a discussion."""
    count = len(group.ranges)
    first = group.ranges[0][0]
    hint = rate_hint(marks, group)
    if count == 1 and (group.run or not hints_one_comment(group.key[1])):
        return False
    totals = marks.date_counts[-1] + marks.name_counts[-1] + marks.reply_counts[-1]
    if not totals:
        return False
    group.own = measure_own(marks, group.ranges)
    if _is_marginal(tree, marks, group):
        return False
    return rate(tree, marks, group, hint, first)


def rate_hint(marks: Marks, group: Group) -> float:
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


def rate(tree: Tree, marks: Marks, group: Group, hint: float, first: int) -> bool:
    own = group.own
    dated, named = group.dated, group.named
    answered = share([each.replies > 0 for each in own])
    worded = share([each.rest >= 1 or each.removed > 0 for each in own])
    linked = share([each.links > 0.7 * each.size and each.size > 0 for each in own])
    titled = share([each.titles > 0 for each in own])
    around = _around(tree, marks, first)
    headed = has_heading(tree, marks.headings, first)
    if dated >= 0.6 and named < 0.6 and len(own) > 1 and worded >= 0.5:
        leads = read_leads(tree, group.ranges, marks.reader)
        group.led = share([lead is not None for lead in leads])
        worded = share(
            [
                each.rest - len((lead or "").replace(" ", "")) >= 1 or each.removed > 0
                for each, lead in zip(own, leads, strict=True)
            ]
        )
    counted = share(
        [marks.claim_counts[end] > marks.claim_counts[start] for start, end in group.ranges]
    )
    if counted > 0.6 and hint < 0.8 and share_linked(tree, group.ranges) > 0.6:
        return False  # a list of other pages, with how many comments each has
    if worded < 0.5 or linked > 0.5 or (titled > 0.3 and not (hint >= 0.8 and answered > 0.5)):
        return False
    if len(own) == 1 and not (own[0].dates and (own[0].names or own[0].replies or around)):
        return False
    whole = share([each.dates > 0 and each.names > 0 for each in own])
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
    begun = share(
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
