"""Find the words of a discussion's entries, and what stands between them that is no word of it."""

from collections.abc import Sequence
from itertools import islice

from pennypress.captures.signs import is_furniture, read_in_reply
from pennypress.formats.dates import DateReader
from pennypress.formats.tree import TEXT, Node

from .hints import hints_furniture, hints_quote, hints_title, hints_words
from .marks import Marks
from .places import FURNITURE_LENGTH, Entry, Places, in_prose, is_label, plain

HEAD_LENGTH = 70  # letters of a line with name and date
LABEL = 40  # characters of a word beside a name, or of a time
TITLE_LENGTH = 120  # characters

_LINKING = frozenset(("a", "li", "ul", "span", "div", "td", "p", "small"))
_TITLES = frozenset(("h2", "h3", "h4", "h5", "h6", "div", "span", "strong", "b", "a", "td"))


def find_body(
    entries: Sequence[Entry], marks: Marks, places: Places, furniture: set[tuple[int, str]]
) -> int:
    """The place, one in each entry, where nearly all the words stand."""
    totals = [0] * len(places.parents)
    for entry in entries:
        until = 0  # the end of what is left out
        for at, place in entry.places.items():
            node = marks.tree.nodes[at]
            if at in entry.left_out:
                until = max(until, node.end)
            if node.tag != TEXT or at < until:
                continue
            if (place, plain(node.text)) in furniture:
                continue
            size = marks.tree.sizes[at + 1] - marks.tree.sizes[at]
            while place >= 0:
                totals[place] += size
                place = places.parents[place]
    once = [
        place
        for place in range(1, len(places.parents))
        if places.nodes[place] <= 1.05 * places.entries[place]
        and places.entries[place] >= 0.5 * len(entries)
        and marks.tree.nodes[places.samples[place]].tag not in (TEXT, "a")
        and totals[place] > 0
    ]
    body = 0
    for place in once:  # places come after those around them
        if _is_within(places, place, body) and _holds_words(
            marks, places, place, totals[place], totals[body]
        ):
            body = place
    return body


def _is_within(places: Places, place: int, outer: int) -> bool:
    while place > outer:
        place = places.parents[place]
    return place == outer


def _holds_words(marks: Marks, places: Places, place: int, size: int, whole: int) -> bool:
    description = marks.descriptions[places.samples[place]]
    if hints_furniture(description) and not hints_words(description):
        return size >= 0.97 * whole
    return size >= (0.6 if hints_words(description) else 0.93) * whole and size > 0


def find_words(
    entry: Entry,
    marks: Marks,
    places: Places,
    body: int,
    furniture: set[tuple[int, str]],
    reader: DateReader,
) -> None:
    """Set where an entry's words stand, and which nodes there are none of them."""
    nodes = marks.tree.nodes
    entry.body = [(at, nodes[at].end) for at, place in entry.places.items() if place == body]
    if body == 0 or not entry.body:
        entry.body = [(entry.start, entry.end)]
    entry.left_out.update(_find_heads(entry, marks, places, body))
    entry.left_out.update(start for start, _ in entry.inner)
    within = {start for start, _ in entry.body}
    repeated: list[int] = []  # texts that others have at the same place
    for at, place in entry.places.items():
        node = nodes[at]
        if node.tag == TEXT:
            text = node.text.strip()
            answers = read_in_reply(text) if text and len(text) < 100 else None
            if answers and not in_prose(marks, places, place):
                entry.answers = answers
                entry.left_out.add(at)
            elif text and (place, plain(text)) in furniture:
                if not (at in entry.left_out or is_furniture(text) or is_label(text)):
                    repeated.append(at)
                entry.left_out.add(at)
            elif 0 < len(text) < LABEL and is_label(text) and not in_prose(marks, places, place):
                entry.left_out.add(at)
        elif node.tag in {"button", "label", "form"} or (
            at not in within and _is_furniture(marks, places, node, place, entry)
        ):
            entry.left_out.add(at)
    if repeated and not _says_more(entry, marks):
        entry.left_out.difference_update(at for at in repeated if marks.tree.size(at, at + 1))


def _says_more(entry: Entry, marks: Marks) -> bool:
    """Whether an entry's body holds words beside what is left out."""
    until = 0
    for at in entry.places:
        node = marks.tree.nodes[at]
        if at in entry.left_out:
            until = max(until, node.end)
        inside = any(start <= at < end for start, end in entry.body[:4])
        if node.tag == TEXT and at >= until and inside and node.text.strip():
            return True
    return False


def _find_heads(entry: Entry, marks: Marks, places: Places, body: int) -> set[int]:
    """The elements around the name and the date that hold little else in any entry."""
    heads = set()
    for at in entry.left_out:
        best = None
        parent = marks.tree.nodes[at].parent
        while parent > entry.start and parent in entry.places:
            place = entry.places[parent]
            if not place or places.largest[place] > HEAD_LENGTH or _is_within(places, body, place):
                break
            best = parent
            parent = marks.tree.nodes[parent].parent
        if best is not None and places.entries[entry.places[best]] > 2:
            heads.add(best)
    return heads


def _is_furniture(marks: Marks, places: Places, node: Node, place: int, entry: Entry) -> bool:
    """Whether an element holds links or labels of an entry by what it is named, or says."""
    size = marks.tree.size(node.index, node.end)
    if not size:
        return False
    if _is_title(marks, places, node, place):
        return True
    if node.attrs and hints_furniture(marks.descriptions[node.index]):
        whole = sum(marks.tree.size(start, end) for start, end in entry.body)
        if (size <= FURNITURE_LENGTH or 2 * size < whole) and not hints_words(
            marks.descriptions[node.index]
        ):
            return True
    if size > FURNITURE_LENGTH or node.tag not in _LINKING:
        return False
    inner = marks.tree.span(node.index, node.end)
    if not any(each.tag in {"a", "button"} for each in inner):
        return False
    if node.tag == "a" or not in_prose(marks, places, place):
        return is_furniture(marks.tree.words_of(node.index))
    return False


def _is_title(marks: Marks, places: Places, node: Node, place: int) -> bool:
    """Whether an element is a comment's title, which stands above its words."""
    if node.tag not in _TITLES or not hints_title(marks.descriptions[node.index]):
        return False
    around = islice(marks.tree.ancestors(node.index), 2)
    if any(hints_quote(marks.descriptions[each.index]) for each in around):
        return False
    return marks.tree.size(node.index, node.end) <= TITLE_LENGTH and not in_prose(
        marks, places, place
    )
