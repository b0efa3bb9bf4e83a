"""Writing the public record. Called by other parts' verbs, inside their transaction."""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import rfc8785
from django.db import connection, transaction

from pennypress.foundation.rows import advance, require_transaction
from pennypress.foundation.times import iso

from .models import Entry, Log, Salt

SALT_BYTES = 32
ENTRY_BYTES = 65_535  # C2SP tlog-tiles: the length of an entry in a bundle is a uint16
T = TypeVar("T")

_ATTEMPTS = 3
_KIND = re.compile(r"[a-z]+(\.[a-z]+)+")
_SUBJECT = re.compile(r"[a-z]+(:[0-9]+)?")  # a number of ours, never a name


@dataclass(frozen=True)
class Fact:
    """What a new entry says, before it has a place in the log.

    `facts` holds strings, integers, booleans, None, lists and objects of these; no number with a
    fraction, and nothing that may have to be erased. `commitments` maps a name to the exact bytes
    committed to: only their salted hash enters the entry. `time` is an aware datetime, or a date
    where the hour would say too much about a person (gifts).
    """

    kind: str
    subject: str
    time: dt.datetime | dt.date
    facts: Mapping[str, object] = field(default_factory=dict)
    commitments: Mapping[str, bytes] = field(default_factory=dict)


def append(
    kind: str,
    subject: str,
    time: dt.datetime | dt.date,
    facts: Mapping[str, object] | None = None,
    commitments: Mapping[str, bytes] | None = None,
) -> Entry:
    """Append one entry to the record and return it. See `Fact` for the arguments.

    Raises NotInTransaction outside of a transaction and ValueError for facts that the record
    cannot hold.
    """
    return append_all([Fact(kind, subject, time, facts or {}, commitments or {})])[0]


def append_all(facts: Iterable[Fact]) -> list[Entry]:
    """Append entries in the order given, numbered without a gap; the bulk form of `append`."""
    require_transaction("record entries are appended inside the transaction of the change")
    sealed = [_seal(fact) for fact in facts]
    if not sealed:
        return []
    first = _reserve(len(sealed))
    entries, rows, salts = [], [], []
    for index, (fact, body, fact_salts) in enumerate(sealed, start=first):
        entries.append(Entry(index=index, kind=fact.kind, subject=fact.subject, body=body))
        rows.append((index, fact.kind, fact.subject, body))
        salts += [(index, name, salt) for name, salt in fact_salts.items()]
    # In SQL: this is on the way of every comment, and the objects are written as they are.
    with connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO record_entry ("index", kind, subject, body) VALUES (%s, %s, %s, %s)',
            rows,
        )
        cursor.executemany(
            "INSERT INTO record_salt (entry_id, name, salt) VALUES (%s, %s, %s)", salts
        )
    return entries


def lock_log() -> None:
    """Make writers queue: lock the log's row until commit, before any other row is locked.

    A verb that locks rows of its own calls this first. One order for all verbs means that none
    waits for another in a circle. (On SQLite a transaction that writes holds the one lock from its
    beginning, see `transaction_mode` in the settings.)
    """
    if connection.vendor != "sqlite":
        _reserve(0)


def at_one_size(compute: Callable[[], T]) -> tuple[int, T]:
    """Return the number of entries, and what `compute` read of the database at that very size.

    A public figure says so at which size of the record it is true: whoever adds up the entries up
    to there must come to the same.
    """
    for _attempt in range(_ATTEMPTS):
        size = log_size()
        found = compute()
        if log_size() == size:
            return size, found
    with transaction.atomic():  # the record grows all the time: make it wait for once
        lock_log()
        return log_size(), compute()


def log_size() -> int:
    """Return the number of entries written and committed."""
    return Log.objects.values_list("size", flat=True).first() or 0


def entries_about(subject: str) -> list[int]:
    """Return the numbers of the entries about one thing, such as `comment:12`, in their order."""
    found = Entry.objects.filter(subject=subject).order_by("index")
    return list(found.values_list("index", flat=True))


def last_kind_about(subject: str) -> str:
    """Return the kind of the latest entry about one thing; "" when there is none."""
    found = Entry.objects.filter(subject=subject).order_by("-index")
    return found.values_list("kind", flat=True).first() or ""


def latest_kinds(what: str) -> dict[int, str]:
    """Return the kind of the latest entry about each of one sort of things, by its number."""
    found = Entry.objects.filter(subject__startswith=f"{what}:").order_by("index")
    return {
        int(subject.partition(":")[2]): kind
        for subject, kind in found.values_list("subject", "kind").iterator()
    }


def entry_numbers(kind: str) -> list[int]:
    """Return the numbers of all entries of a kind, in their order."""
    return list(Entry.objects.filter(kind=kind).order_by("index").values_list("index", flat=True))


def commitment(salt: bytes, content: bytes) -> str:
    """Return SHA-256(salt ‖ content) in hexadecimal: what an entry holds instead of content."""
    return hashlib.sha256(salt + content).hexdigest()


def holds(index: int, name: str, content: bytes) -> bool:
    """Say whether the entry at `index` commits to exactly this content under `name`."""
    salt = Salt.objects.filter(entry_id=index, name=name).select_related("entry").first()
    if salt is None:
        return False
    try:
        claimed = json.loads(bytes(salt.entry.body))["commitments"][name]
    except (ValueError, LookupError, TypeError):
        return False  # the entry itself is damaged
    return claimed == commitment(bytes(salt.salt), content)


def _reserve(count: int) -> int:
    """Take the next `count` numbers. The row stays locked until commit, so none can be skipped."""
    return advance(Log, "size", count) - count


def _seal(fact: Fact) -> tuple[Fact, bytes, dict[str, bytes]]:
    """Return the fact with its canonical bytes and the salts of its commitments."""
    if not _KIND.fullmatch(fact.kind):
        raise ValueError(f"not a kind of entry: {fact.kind!r}")
    if not _SUBJECT.fullmatch(fact.subject):
        raise ValueError(f"not a subject of an entry: {fact.subject!r}")
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in fact.commitments}
    body = rfc8785.dumps(
        {
            "commitments": {
                name: commitment(salts[name], content) for name, content in fact.commitments.items()
            },
            "facts": _plain(fact.facts),
            "kind": fact.kind,
            "subject": fact.subject,
            "time": iso(fact.time),
        }
    )
    if len(body) > ENTRY_BYTES:
        raise ValueError(f"an entry of {len(body)} bytes is too long for the record")
    return fact, body, salts


def _plain(value):
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise ValueError(f"the record holds no {type(value).__name__}: {value!r}")
