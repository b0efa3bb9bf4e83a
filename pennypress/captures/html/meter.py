"""A page's fundraising meter: a sum raised and a goal, each said to be that, beside a bar.

A sentence alone is no meter, nor are sums to choose from: the figures must be named ("raised of",
"Ziel"), and something there must be drawn or named as a meter is.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from pennypress.captures.discussions.marks import Marks
from pennypress.formats.amounts import AbsurdSum, UnclearSum, is_sum, read_sums
from pennypress.formats.items import Amount, MeterItem
from pennypress.formats.tree import INLINE, TEXT, Node, Tree

LONGEST = 160  # characters of what says the figures
NEAR = 30  # nodes before and after it in which the bar is

_MARK = (
    r"(?:[$€£¥₹₽₺₴₪₩₫฿₦₱]|[A-Z]{2,3}\$|R\$|[A-Z]{3}(?![A-Za-z])|kr\.?|zł|Kč|Ft|лв\.?|руб\.?|грн\.?"
    r"|Fr\.?|euros?|Euro)"
)
_NUMBER = r"\d[\d.,'’\u00a0\u202f ]*\d|\d"
_SUM = re.compile(rf"{_MARK}\s?(?:{_NUMBER})(?:\s?[A-Z]{{3}}\b)?|(?:{_NUMBER})\s?{_MARK}")
_RAISED = re.compile(
    r"\braised\b|\bcollected\b|\bpledged\b|\bfunded\b|gesammelt|gespendet|eingegangen|erreicht"
    r"|\bhaben\b|récolté|collecté|recueilli|recaudad|reunid|conseguid|raccolt|arrecadad|angariad"
    r"|opgehaald|ingezameld|zebran|собран|зібран|vybrán|insamla|indsamlet|samlet|kerätty"
    r"|összegyűlt|strâns|toplandı|συγκεντρώ|събран|prikuplj|集ま|達成|已筹|모금|تم جمع|נאסף",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\bgoal\b|\btarget\b|ziel|objectif|\bobjetivo|\bmeta\b|obiettivo|\bdoel\b|streefbedrag|\bcel\b"
    r"|цель|цел[иь]|\bmål\b|\bcíl|tavoite|\bcél|obiectiv|hedef|στόχο|目標|目标|목표|الهدف|היעד|יעד",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?:of|out of|von|de|sur|su|di|van|z|ze|из|із|av|af|din|od|από|от|من|מתוך|/|／|:|of our"
    r"|out of our|pledged of|raised of|collected of|raised out of|raised of our|gesammelt von"
    r"|de un total de)",
    re.IGNORECASE,
)
_BAR = re.compile(
    r"progress|thermo|\bmeter\b|\bbar\b|balken|fund|donat|spend|campaign|crowd|raised|goal|barre"
    r"|jauge|collecte|barra|recaud|pledge|support",
    re.IGNORECASE,
)


def find_meter(
    tree: Tree, marks: Marks, taken: Sequence[tuple[int, int]], page: str
) -> MeterItem | None:
    """Return the meter, or None: no figure is ever made up."""
    covered = bytearray(len(tree.nodes))
    for start, end in taken:
        covered[start:end] = b"\1" * (end - start)
    found: dict[tuple[Decimal, Decimal], MeterItem] = {}
    for node, text in _texts(tree, covered):
        figures = read_figures(text)
        if figures and _has_bar(tree, marks, node):
            raised, goal = figures
            zero = Amount(Decimal(0), goal.symbol, "0")
            item = MeterItem(page, (zero, goal), raised, node.line)
            found.setdefault((raised.number, goal.number), item)
    return next(iter(found.values())) if len(found) == 1 else None


def _texts(tree: Tree, covered: bytearray) -> Iterator[tuple[Node, str]]:
    """Short blocks of words with figures, outside of the discussion."""
    for node in tree.nodes:
        if node.tag == TEXT or node.silent or covered[node.index] or node.tag in INLINE:
            continue
        if 4 <= tree.size(node.index, node.end) <= LONGEST and node.end - node.index < 40:
            text = tree.words_of(node.index)
            if any(char.isdigit() for char in text):
                yield node, text


def read_figures(text: str) -> tuple[Amount, Amount] | None:
    """The sum raised and the goal that a short text names: "$789 raised of $4,700"."""
    sums = [found for found in _SUM.finditer(text) if is_sum(found[0].strip())]
    if len(sums) != 2 or len(text) > LONGEST:
        return None
    first, second = sums
    before, between, after = (
        text[: first.start()],
        text[first.end() : second.start()],
        text[second.end() :],
    )
    said = _RAISED.search(text) is not None
    aimed = _GOAL.search(text) is not None
    if not (said or aimed):
        return None
    joined = _OF.fullmatch(between.strip(" ()·,:\u00a0")) is not None
    raised, goal = first, second
    if _RAISED.search(between) and not joined and _GOAL.search(before):
        raised, goal = second, first  # "Goal: $4,700 raised: $789"
    elif not joined and not (said and (_GOAL.search(between) or _GOAL.search(after))):
        words = re.findall(r"[^\W\d_]+", between)
        if not (_RAISED.search(between) and 0 < len(words) <= 3 and _OF.fullmatch(words[-1])):
            return None
    try:
        amounts = read_sums([raised[0].strip(), goal[0].strip()])
    except (AbsurdSum, UnclearSum):
        return None
    if amounts[1].number <= 0:
        return None
    return amounts[0], amounts[1]


def _has_bar(tree: Tree, marks: Marks, node: Node) -> bool:
    """Whether something near is drawn or named as a meter is."""
    around = tree.span(max(0, node.index - NEAR), min(len(tree.nodes), node.end + NEAR))
    for each in around:
        if each.tag in {"progress", "meter"} or each.get("role") == "progressbar":
            return True
        if re.search(r"width:\s*\d+(?:\.\d+)?%", each.get("style")) and not tree.size(
            each.index, each.end
        ):
            return True
    near = [node, *islice(tree.ancestors(node.index), 3)]
    return any(
        _BAR.search(marks.descriptions[each.index]) and tree.size(each.index, each.end) < 600
        for each in near
    )
