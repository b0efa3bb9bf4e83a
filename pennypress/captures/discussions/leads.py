"""What begins an entry, and what stands above a list of them, where no class says what they are."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from pennypress.captures.signs import (
    is_furniture,
    is_heading,
    read_claim,
    split_by,
    split_says,
    trim_joints,
)
from pennypress.formats.dates import DateReader
from pennypress.formats.tree import INLINE, TEXT, Node, Tree

NAME_WORDS = 2.7  # words of a name, on the average
LONGEST_NAME = 40  # characters
LONGEST_HEADING = 60
REPEATED = 2  # times that a heading may stand
LOOKED_AT = 12  # nodes in which an entry's first words must stand
_MARKS = " \u00a0,;:|·•∙–—-/»«"

TITLE = 15  # characters of a title, at least
BETWEEN = 200  # characters of words between a heading and the first entry

_HEADS = frozenset(re.findall(r"\w+", "h1 h2 h3 h4 h5 h6 b strong legend caption th dt"))


def find_headings(tree: Tree) -> list[int]:
    """Where "Comments", "Leserkommentare (12)" and their like stand as headings, not as labels."""
    found = []
    counts: Counter[str] = Counter()
    for node in tree.nodes:
        if node.tag != TEXT or node.silent or not 1 < len(node.text) <= 2 * LONGEST_HEADING:
            continue
        text = " ".join(node.text.split())
        if not 1 < len(text) <= LONGEST_HEADING:
            continue
        heads = any(each.tag in _HEADS for each in _around(tree, node.index))
        if heads and (is_heading(text) or read_claim(text) is not None):
            found.append((node.index, text))
            counts[text] += 1
    return [at for at, text in found if counts[text] <= REPEATED]


def _around(tree: Tree, at: int) -> list[Node]:
    around = []
    for each in tree.ancestors(at):
        around.append(each)
        if each.tag not in INLINE or len(around) == 3:
            break
    return around


def _last_words(tree: Tree, start: int, end: int, reader: DateReader) -> str | None:
    """The name beside a date that ends an entry."""
    for at in range(end - 1, max(start, end - LOOKED_AT) - 1, -1):
        node = tree.nodes[at]
        if node.tag != TEXT or node.silent or not node.text.strip():
            continue
        text = " ".join(node.text.split())
        date = reader.find(text) if len(text) <= 2 * LONGEST_NAME else None
        name = drop_joint(text[: date.start], right=True) if date else ""
        return name if 1 < len(name) <= LONGEST_NAME else None
    return None


def has_heading(tree: Tree, headings: Sequence[int], first: int) -> bool:
    """Whether such a heading stands right above a group's first entry."""
    at = bisect_left(headings, first) - 1
    return at >= 0 and tree.size(headings[at] + 1, first) <= BETWEEN


def read_leads(
    tree: Tree, ranges: Sequence[tuple[int, int]], reader: DateReader
) -> list[str | None]:
    """The short texts that entries begin, or end, with, different ones as names are."""
    first = _check([_first_words(tree, start, end, reader) for start, end in ranges])
    if sum(lead is not None for lead in first) >= 0.8 * len(first):
        return first
    last = _check([_last_words(tree, start, end, reader) for start, end in ranges])
    return max(first, last, key=lambda leads: sum(lead is not None for lead in leads))


def _check(leads: list[str | None]) -> list[str | None]:
    """The same, if they are as short and as different as names are."""
    texts = [text for text in leads if text]
    different = len(set(texts)) >= 0.3 * len(texts)
    short = sum(text.count(" ") + 1 for text in texts) <= NAME_WORDS * len(texts)
    return leads if different and short else [None] * len(leads)


def drop_joint(text: str, *, right: bool) -> str:
    """A text without the marks, and the small word, that join it to a date beside it."""
    text = _strip(text)
    if trim_joints(f"X {text}", right=True) == "X" and text.islower():
        return ""
    head, _, last = text.rpartition(" ")
    apart = last.islower() or head.endswith(tuple(_MARKS))
    if right and head and apart and trim_joints(f"X {last}", right=True) == "X":
        return _strip(head)
    first, _, rest = text.partition(" ")
    if not right and rest and first.islower() and trim_joints(f"{first} X", left=True) == "X":
        return _strip(rest)
    return text


def _strip(text: str) -> str:
    """A text without marks at its ends; what stands in brackets there stays."""
    text = text.strip(_MARKS)
    if text.endswith((")", "]")) and not re.search(r"[(\[]", text):
        text = text[:-1].strip(_MARKS)
    if text.startswith(("(", "[")) and not re.search(r"[)\]]", text):
        text = text[1:].strip(_MARKS)
    return text


def _first_words(tree: Tree, start: int, end: int, reader: DateReader) -> str | None:
    seen = 0
    for node in tree.nodes[start : min(end, start + 4 * LOOKED_AT)]:
        if node.tag != TEXT or node.silent or not node.text.strip():
            continue
        seen += 1
        text = " ".join(node.text.split())
        if len(text) > 2 * LONGEST_NAME or seen > 3:
            return None
        date = reader.find(text)
        if date:
            before = drop_joint(text[: date.start], right=True)
            text = before if len(before) > 1 else drop_joint(text[date.end :], right=False)
        said = split_says(text.rstrip(" ."))
        text = said.name if said else split_by(text) or text
        text = re.sub(r"^[\W_]+|[\W_]+$", "", text)
        if not any(map(str.isalpha, text)) or is_furniture(text) or split_by(f"{text} X") == "X":
            continue
        if len(text) > LONGEST_NAME:
            return None
        return text
    return None


def share_linked(tree: Tree, ranges: Sequence[tuple[int, int]]) -> float:
    """The share of entries that begin with a link of several words, as to another page."""
    linked = 0
    for start, end in ranges:
        first = next(
            (node for node in tree.span(start, end) if node.tag == TEXT and node.text.strip()), None
        )
        if first is not None and len(first.text.strip()) >= TITLE:
            linked += any(node.tag == "a" for node in islice(tree.ancestors(first.index), 2))
    return linked / len(ranges)
