"""Tell an entry's name, date and words apart by where they stand in all entries of its kind.

A place is the way from the entry down to an element: tags and classes. What stands at the same
place in most entries, short and different each time, is the name; what says a date is the date;
what is the same again and again is furniture; where most of the rest stands are the words.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from pennypress.formats.dates import DateReader
from pennypress.formats.tree import count_between

from .groups import Group
from .hints import hints_ping
from .marks import DateMark, Marks
from .names import find_names
from .places import Entry, Places, find_furniture, in_prose, names_around, number_places
from .words import find_body, find_words

SHELLS = 5  # elements around an entry that may be its alone
SHELL_WORDS = 60  # characters of words in them before the entry

_LATER = re.compile(r"edit|join|regist|modif|update|bearbeit|geander|member-?since|last")


def read_entries(groups: Sequence[Group], marks: Marks, reader: DateReader) -> list[Entry]:
    """Return the discussion's entries in the page's order, each told apart."""
    entries = [
        Entry(start, end, number)
        for number, group in enumerate(groups)
        for start, end in group.ranges
        if not hints_ping(marks.descriptions[start])
    ]
    entries.sort(key=lambda entry: (entry.start, -entry.end))
    _nest(entries)
    _find_shells(entries, marks)
    for number in range(len(groups)):
        _tell_apart([entry for entry in entries if entry.group == number], marks, reader)
    return entries


def _nest(entries: Sequence[Entry]) -> None:
    around: list[Entry] = []
    for entry in entries:
        while around and around[-1].end <= entry.start:
            around.pop()
        if around:
            around[-1].inner.append((entry.start, entry.end))
        around.append(entry)


def _find_shells(entries: Sequence[Entry], marks: Marks) -> None:
    """Set each entry's outermost element that holds it, and none beside it."""
    starts = [entry.start for entry in entries]
    for entry in entries:
        entry.shell = entry.start
        within = count_between(starts, entry.start, entry.end)
        for node in islice(marks.tree.ancestors(entry.start), SHELLS):
            if (
                node.tag in {"body", "html", "main", "ol", "ul"}
                or node.end < entry.end
                or count_between(starts, node.index, node.end) != within
                or marks.tree.size(node.index, entry.start) > SHELL_WORDS
            ):
                break
            entry.shell = node.index


def _tell_apart(entries: list[Entry], marks: Marks, reader: DateReader) -> None:
    if not entries:
        return
    places = number_places(entries, marks)
    _find_dates(entries, marks, places)
    furniture = find_furniture(entries, marks, places)
    find_names(entries, marks, places, reader, furniture)
    body = find_body(entries, marks, places, furniture)
    for entry in entries:
        find_words(entry, marks, places, body, furniture, reader)


# --- Dates -----------------------------------------------------------------------------------


def _find_dates(entries: Sequence[Entry], marks: Marks, places: Places) -> int | None:
    """Set each entry's date: the one at the place that most entries have."""
    by_start = {mark.start: mark for mark in marks.dates}
    found: list[list[tuple[int, DateMark]]] = []
    counts: Counter[int] = Counter()
    for entry in entries:
        own = [(entry.places[at], by_start[at]) for at in entry.places if at in by_start]
        found.append(own)
        counts.update({place for place, _ in own})
    if not counts:
        return None

    def worth(place: int) -> tuple[float, int]:
        later = any(_LATER.search(text) for text in names_around(marks, places, place))
        prose = places.samples[place] >= 0 and in_prose(marks, places, place)
        sample = marks.tree.nodes[places.samples[place]] if place else None
        stamped = sample is not None and (sample.tag == "time" or "datetime" in sample.attrs)
        return counts[place] * (0.4 if later or prose else 1.0) * (1.3 if stamped else 1.0), -place

    best = max(counts, key=worth)
    for entry, own in zip(entries, found, strict=True):
        mark = next((mark for place, mark in own if place == best), None)
        if mark is None and own:
            likely = [mark for place, mark in own if not in_prose(marks, places, place)]
            mark = likely[0] if likely and counts[best] < 0.9 * len(entries) else None
        if mark:
            entry.posted, entry.dated = mark.moment, True
            if mark.whole or not in_prose(marks, places, best):
                entry.left_out.add(mark.start)
        for place, other in own:
            if other.whole and other is not mark and not in_prose(marks, places, place):
                entry.left_out.add(other.start)
    return best
