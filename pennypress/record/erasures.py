"""The list of erasures, outside the database: what was taken back stays gone after a restore.

A backup holds what was erased later. The list says what to erase again: `erasures` in the site's
folder, one line for each erasure, `<origin> <entry> <kind> <subject>`. The entry is the one that
erases, or where the record has none (of a guest) the next that there was. The list holds numbers
alone. A log that continues another after a restore is named, too: `<origin> <entries taken over>
record.restored <the other's origin>`, so that numbers are understood in the log that gave them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from pennypress.foundation.files import replace_file

from .actions import log_size
from .keys import one_at_a_time, read_or_make_key
from .models import Entry
from .registry import all_erasers, erasers

RESTORED = "record.restored"

_SUBJECT = re.compile("[a-z]+:[0-9.]+")


@dataclass(frozen=True)
class Erasure:
    """A line of the list. `subject` is the other log's origin where the kind is RESTORED."""

    origin: str
    entry: int
    kind: str
    subject: str

    @property
    def name(self) -> str:
        """What stands after the colon of the subject."""
        return self.subject.partition(":")[2]

    def __str__(self) -> str:
        return f"{self.origin} {self.entry} {self.kind} {self.subject}"


def read_erasures(text: str) -> list[Erasure]:
    """Read a list.

    Raises ValueError naming the line that is none of a list's, or that erases what this version
    does not know how to erase: to pass over it would bring back what somebody took back.
    """
    erasures, known = [], {RESTORED, *all_erasers()}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if len(parts) != 4 or not re.fullmatch("[0-9]+", parts[1]):
            raise ValueError(f"line {number} of the list of erasures cannot be read")
        if parts[2] not in known:
            raise ValueError(
                f"line {number} of the list of erasures is of a kind that this version does not "
                f"know: {parts[2][:40]!r}. Restore with the version that wrote it, or a later one"
            )
        if parts[2] != RESTORED and not _SUBJECT.fullmatch(parts[3]):
            raise ValueError(f"line {number} of the list of erasures names nothing to erase")
        erasures.append(Erasure(parts[0], int(parts[1]), parts[2], parts[3]))
    return erasures


def note_erasures(origin: str, first: int, size: int) -> None:
    """Add the erasures among the entries from `first` up to `size`, on the disk when this returns.

    A list that is not there yet is made from all entries.
    """
    path = settings.SITE_FOLDER.erasures
    if not path.exists():
        first = 0
    rows = Entry.objects.filter(index__gte=first, index__lt=size, kind__in=list(erasers()))
    found = rows.order_by("index").values_list("index", "kind", "subject")
    lines = [Erasure(origin, *row) for row in found]
    if lines or not path.exists():
        add_lines(lines)


def note_unrecorded(erasures: Iterable[tuple[str, str]]) -> None:
    """Add erasures, by kind and subject, of which the record will hold no entry.

    Called before they are carried out, and outside of any transaction: signing waits meanwhile.
    """
    with one_at_a_time():
        origin, size = read_or_make_key().name, log_size()
        if not settings.SITE_FOLDER.erasures.exists():
            note_erasures(origin, 0, size)
        add_lines(Erasure(origin, size, kind, subject) for kind, subject in erasures)


def add_lines(erasures: Iterable[Erasure]) -> None:
    """Add those lines that the list has not, on the disk when this returns."""
    path = settings.SITE_FOLDER.erasures
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = set(text.splitlines())
    added = "".join(f"{line}\n" for one in erasures if (line := str(one)) not in known)
    replace_file(path, text + added)


def due_erasures(origin: str, erasures: Iterable[Erasure]) -> Iterator[tuple[str, str]]:
    """Name what is to be erased (again) in the present database: kind and subject.

    Numbers are given anew by a log that continues another, so that the same one may mean something
    else. A line counts when its subject is older than the place where the two logs part.
    """
    erasures, erasing = list(erasures), all_erasers()
    edges = [
        *_restorations(origin),
        *((e.origin, e.entry, e.subject) for e in erasures if e.kind == RESTORED),
    ]
    mine = _shared(origin, edges)
    for erasure in erasures:
        if erasure.kind == RESTORED:
            continue
        theirs = _shared(erasure.origin, edges)
        common = max(
            (min(mine[one], theirs[one]) for one in mine.keys() & theirs.keys()), default=0
        )
        first = erasing[erasure.kind].first_entry(erasure.name)
        if first is not None and first < common:
            yield erasure.kind, erasure.subject


def _restorations(origin: str) -> Iterator[tuple[str, int, str]]:
    """The logs that the present database's log continued, from the latest back."""
    rows = Entry.objects.filter(subject="record", kind=RESTORED).order_by("-index")
    for entry in rows:
        before = json.loads(bytes(entry.body))["facts"]["origin"]
        yield origin, entry.index, before
        origin = before


def _shared(origin: str, edges: list[tuple[str, int, str]]) -> dict[str, int]:
    """How many of its first entries a log shares with each log that it continues, and itself."""
    shared = {origin: 2**62}
    waiting = [origin]
    while waiting:
        here = waiting.pop()
        for after, size, before in edges:
            if after == here and before not in shared:
                shared[before] = min(size, shared[here])
                waiting.append(before)
    return shared
