"""What a part can prove and erase, as it declares it: `accountability` composes these and no more.

A new kind of entry, claim or check is added in the part that it is about, in its `declarations.py`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .models import Entry

Schema = dict[str, Any]
Opened = tuple[int, str, bytes]  # entry, name of the commitment, the exact bytes committed to

NUMBER: Schema = {"type": "integer", "minimum": 0}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
TEXT: Schema = {"type": "string"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DAY_OR_NULL: Schema = {"type": ["string", "null"], "pattern": DAY}
CARRIED_OVER: dict[str, Schema] = {"carried_over": {"const": True}}


@dataclass(frozen=True)
class EntryKind:
    """A kind of entry. `facts` maps each fact to its JSON schema; those in `optional` may miss.

    `words` say to people what happened; `subject` is the pattern of what it happened to.
    """

    words: Any
    group: str
    subject: str
    facts: dict[str, Schema] = field(default_factory=dict)
    optional: dict[str, Schema] = field(default_factory=dict)
    commitments: tuple[str, ...] = ()
    by_day: bool = False

    def schema(self, name: str) -> Schema:
        """Return the JSON schema (draft 2020-12) of entries of this kind."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            "type": "object",
            "properties": {
                "kind": {"const": name},
                "subject": {"type": "string", "pattern": self.subject},
                "time": {"type": "string", "pattern": DAY if self.by_day else MOMENT},
                "facts": {
                    "type": "object",
                    "properties": self.facts | self.optional,
                    "required": sorted(self.facts),
                    "additionalProperties": False,
                },
                "commitments": {
                    "type": "object",
                    "properties": dict.fromkeys(self.commitments, HASH),
                    "required": sorted(self.commitments),
                    "additionalProperties": False,
                },
            },
            "required": ["commitments", "facts", "kind", "subject", "time"],
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class PublicThing:
    """What readers can see: how it is called, in which language, and where it is (or "")."""

    name: str
    url: str
    language: str = ""


@dataclass(frozen=True)
class Eraser:
    """Carries an erasure out once more, in a database that may know nothing of it.

    `erase` is given the subject's name (of `comment:12` that is `12`) and says whether there was
    anything to erase. Numbers are given anew after a restore: `first_entry` returns the index of
    the entry by which the subject of this name came into the record, None where there is none.
    """

    erase: Callable[[str], bool]
    first_entry: Callable[[str], int | None]


def first_about(subject: str) -> Callable[[str], int | None]:
    """For subjects of this word: they came with the first entry that is about them."""

    def find(name: str) -> int | None:
        found = Entry.objects.filter(subject=f"{subject}:{name}").order_by("index")
        return found.values_list("index", flat=True).first()

    return find


def entry_in_name(name: str) -> int | None:
    """For subjects that are named by the number of an entry: they came with that one."""
    return int(name) if Entry.objects.filter(index=int(name)).exists() else None


def known_by_name(name: str) -> int | None:
    """For subjects whose name nothing else ever has: they came before all entries."""
    return -1


FindPublic = Callable[[Collection[int]], Mapping[int, PublicThing]]


@dataclass(frozen=True)
class Declaration:
    """What one part declares.

    `groups` names groups of kinds for people. `links` find, by what a subject is (`story`), those
    of some numbers that readers can see: all at once, and nothing of the others. `mentions` names
    the subjects in an entry's facts, besides its own. `describe` says facts in a few words.
    `openings` yields what may be opened of a range of entries. `checks` yield what is wrong, by the
    check's name; `repairs`, by the same names, put right what earlier versions of the program
    stored wrongly, and say what that was.

    `erasable` erase, by what it is called (`comment`), the one of a number, and say whether there
    was anything to erase. `erasers` carry an erasure out once more, by the kind of its entry;
    `unrecorded_erasers` those of which the record has no entry. `erase_person` erases what the part
    holds of a person (an account or a guest) and returns how much that was;
    `unrecorded_erasures` names before, by kind and subject, what of that the record will not hold.
    """

    part: str
    kinds: Mapping[str, EntryKind] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, FindPublic] = field(default_factory=dict)
    mentions: Callable[[Mapping[str, Any]], list[str]] | None = None
    describe: Callable[[Mapping[str, Any]], list[str]] | None = None
    claims: Callable[[], dict[str, Any]] | None = None
    openings: Callable[[range], Iterator[Opened]] | None = None
    checks: Mapping[str, Callable[[], Iterator[str]]] = field(default_factory=dict)
    repairs: Mapping[str, Callable[[], Iterator[str]]] = field(default_factory=dict)
    erasable: Mapping[str, Callable[[int], bool]] = field(default_factory=dict)
    erasers: Mapping[str, Eraser] = field(default_factory=dict)
    unrecorded_erasers: Mapping[str, Eraser] = field(default_factory=dict)
    erase_person: Callable[[Any], int] | None = None
    unrecorded_erasures: Callable[[Any], list[tuple[str, str]]] | None = None


class AlreadyDeclared(ValueError):
    """Two parts declare the same thing; the message names it."""


UNIQUE = "kinds", "groups", "links", "checks", "erasable", "erasers", "unrecorded_erasers"

_declared: dict[str, Declaration] = {}


def declare(declaration: Declaration) -> None:
    """Add what a part declares; called once, when the site starts. Raises AlreadyDeclared."""
    for before in _declared.values():
        for what in UNIQUE:
            both = getattr(before, what).keys() & getattr(declaration, what).keys()
            if both and before.part != declaration.part:
                raise AlreadyDeclared(
                    f"{before.part} and {declaration.part} both declare {what} {sorted(both)}"
                )
    _declared[declaration.part] = declaration


def declarations() -> list[Declaration]:
    """Return what all parts declared, in the order in which the site lists its parts."""
    return list(_declared.values())


def entry_kinds() -> dict[str, EntryKind]:
    """Return all kinds of entries, by name."""
    return {name: kind for one in declarations() for name, kind in one.kinds.items()}


def erasers() -> dict[str, Eraser]:
    """Return what carries an erasure out once more, by the kind of its entry."""
    return {kind: eraser for one in declarations() for kind, eraser in one.erasers.items()}


def all_erasers() -> dict[str, Eraser]:
    """Return the same, with those of erasures that have no entry."""
    unrecorded = (one.unrecorded_erasers for one in declarations())
    return erasers() | {kind: eraser for some in unrecorded for kind, eraser in some.items()}


def entries_of_kind(kind: str, entries: range) -> dict[int, int]:
    """Return, by the number of their subject, which of these entries are of a kind; the last."""
    rows = Entry.objects.filter(index__gte=entries.start, index__lt=entries.stop, kind=kind)
    return {
        int(subject.partition(":")[2]): index
        for index, subject in rows.order_by("index").values_list("index", "subject")
    }
