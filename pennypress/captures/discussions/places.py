"""The places of a discussion's entries: where in each of them an element or a text stands.

A place is the way from the entry down to it, by tags and classes. What is at one place in many
entries is of one kind.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pennypress.captures.signs import split_says
from pennypress.formats.tree import TEXT, Node

from .hints import hints_head, hints_words, is_volatile
from .marks import Marks

REPEATED = 0.4  # share of entries in which the same short text is furniture
FURNITURE_LENGTH = 60

_PROSE = frozenset(("p", "blockquote", "pre"))
_DIGITS = re.compile(r"\d+")
_HALF_DAY = re.compile(r"\b[ap]\.?m\b\.?")
_TIME = re.compile(r"\W*\d{1,2}[:.h]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?|uhr)?\W*", re.IGNORECASE)
_SEPARATORS = frozenset(("|", "·", "•", "-", "–", "—", "/", "(", ")", "[", "]", "»", "«", "#", ":"))


@dataclass(slots=True)
class Entry:
    """One entry: its nodes, what was told of it, and which of its nodes are not its words."""

    start: int
    end: int
    group: int
    inner: list[tuple[int, int]] = field(default_factory=list)  # entries right within it
    shell: int = -1  # the outermost element that holds this entry and no other beside it
    author: str | None = None
    posted: datetime | None = None
    dated: bool = False
    answers: str | None = None  # whom it says that it answers
    body: list[tuple[int, int]] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    places: dict[int, int] = field(default_factory=dict)  # of each own node


@dataclass(slots=True)
class Places:
    """The places of one group's entries, as numbers."""

    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    parents: list[int] = field(default_factory=lambda: [-1])
    samples: list[int] = field(default_factory=lambda: [-1])  # a node at each place
    entries: list[int] = field(default_factory=lambda: [0])  # how many have the place
    nodes: list[int] = field(default_factory=lambda: [0])  # how many nodes have it
    largest: list[int] = field(default_factory=lambda: [0])  # letters that any of them holds
    prose: dict[int, bool] = field(default_factory=dict)  # see `in_prose`


def own_nodes(marks: Marks, entry: Entry) -> Iterator[Node]:
    """An entry's nodes without those of the entries within it, and without silent ones."""
    nodes = marks.tree.nodes
    at = entry.start
    for start, end in [*entry.inner, (entry.end, entry.end)]:
        while at < start:
            node = nodes[at]
            if node.silent and node.tag != TEXT:
                at = node.end
                continue
            yield node
            at += 1
        at = max(at, end)


def shell_nodes(marks: Marks, entry: Entry) -> Iterator[Node]:
    """The elements around an entry that hold no other, and what stands in them before it."""
    if 0 <= entry.shell < entry.start:
        yield from marks.tree.span(entry.shell, entry.start)


def number_places(entries: Sequence[Entry], marks: Marks) -> Places:
    places = Places()
    for entry in entries:
        seen: set[int] = set()
        for node in own_nodes(marks, entry):
            parent = entry.places.get(node.parent, 0)
            if node.index == entry.start and node.end == entry.end:
                entry.places[node.index] = 0
                continue
            key = (parent, _label(node))
            number = places.numbers.get(key)
            if number is None:
                number = places.numbers[key] = len(places.parents)
                places.parents.append(parent)
                places.samples.append(node.index)
                places.entries.append(0)
                places.nodes.append(0)
                places.largest.append(0)
            entry.places[node.index] = number
            places.nodes[number] += 1
            size = marks.tree.size(node.index, min(node.end, entry.end))
            places.largest[number] = max(places.largest[number], size)
            if number not in seen:
                seen.add(number)
                places.entries[number] += 1
    return places


def _label(node: Node) -> str:
    if node.tag == TEXT:
        return TEXT
    kind = next((word for word in node.classes if not is_volatile(word)), "")
    if not kind and node.attrs:
        kind = node.attrs.get("itemprop", "") or node.attrs.get("property", "")
    if not kind and "id" in node.attrs:
        kind = _DIGITS.sub("#", node.attrs["id"])
    return f"{node.tag}.{kind}"


def names_around(marks: Marks, places: Places, place: int) -> Iterator[str]:
    while place > 0:
        yield marks.descriptions[places.samples[place]]
        place = places.parents[place]


def in_prose(marks: Marks, places: Places, place: int) -> bool:
    """Whether a place lies within a paragraph, or in what is named as the words."""
    path = []
    while place > 0 and place not in places.prose:
        path.append(place)
        place = places.parents[place]
    inside = places.prose.get(place, False)
    for each in reversed(path):
        node = marks.tree.nodes[places.samples[each]]
        description = marks.descriptions[node.index]
        inside = inside or (
            (hints_words(description) and not _holds_head(marks, node))
            or (node.tag in _PROSE and not (description and hints_head(description)))
        )
        places.prose[each] = inside
    return inside


def _holds_head(marks: Marks, node: Node) -> bool:
    """Whether an element holds a name and a date: it is more than the words."""
    dates = marks.date_counts[node.end] - marks.date_counts[node.index]
    return dates > 0 and marks.name_counts[node.end] > marks.name_counts[node.index]


# --- Furniture -------------------------------------------------------------------------------


def find_furniture(entries: Sequence[Entry], marks: Marks, places: Places) -> set[tuple[int, str]]:
    """The short texts that most entries have at the same place."""
    counts: Counter[tuple[int, str]] = Counter()
    for entry in entries:
        own = {
            (place, plain(marks.tree.nodes[at].text))
            for at, place in entry.places.items()
            if marks.tree.nodes[at].tag == TEXT
            and 0 < len(marks.tree.nodes[at].text.strip()) <= FURNITURE_LENGTH
        }
        counts.update(own)
    least = max(2, REPEATED * len(entries)) if len(entries) > 3 else max(2, 0.6 * len(entries))
    return {
        key
        for key, count in counts.items()
        if count >= least
        and not (in_prose(marks, places, key[0]) and not _in_link(marks, places, key[0]))
    }


def _in_link(marks: Marks, places: Places, place: int) -> bool:
    while place > 0:
        if marks.tree.nodes[places.samples[place]].tag in {"a", "button", "label"}:
            return True
        place = places.parents[place]
    return False


def plain(text: str) -> str:
    return _HALF_DAY.sub("am", _DIGITS.sub("0", " ".join(text.split())).casefold())


def is_label(text: str) -> bool:
    """Whether a short text is no word of anybody: "says:", a time of day, marks."""
    if not any(map(str.isalnum, text)):
        return text in _SEPARATORS
    if _TIME.fullmatch(text):
        return True
    said = split_says(f"X {text}")
    return said is not None and said.name == "X" and not said.rest
