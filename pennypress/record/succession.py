"""Passing on: from one key to the next, and from a log that was restored to the one after it.

Both are entries, and both are signed with the key that passes on: nobody who came by the site
alone can name himself its successor.
"""

from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pennypress.delivery.actions import invalidate

from . import tiles
from .actions import Fact, append, append_all, log_size
from .erasures import RESTORED, Erasure, add_lines
from .keys import (
    KeyMissing,
    make_key,
    one_at_a_time,
    read_key,
    read_key_in,
    write_key,
    write_last_signed,
)
from .models import Log
from .notes import BadNote, Signed, SigningKey, VerifierKey, read_checkpoint, sign_note
from .sealing import finish_rotation, latest_checkpoint, seal


def rotate_key() -> tuple[VerifierKey, VerifierKey]:
    """Let the record's key pass on to a new one; return both.

    The entry says so, signed with the old key; the checkpoint over it is signed with both. A run
    that is cut short is finished by the next sealing, or leaves all as it was. Raises KeyMissing
    and what `seal` raises.
    """
    seal()
    with one_at_a_time():
        finish_rotation()
        old = read_key()
        new = make_key(old.name)
        write_key(settings.SITE_FOLDER.next_record_key, new)
        statement = f"key.rotated\n{old.verifier}\n{new.verifier}\n"
        facts = {
            "old": str(old.verifier),
            "new": str(new.verifier),
            "note": sign_note(old, statement),
        }
        with transaction.atomic():
            append("key.rotated", "record", timezone.now(), facts)
    seal()
    return old.verifier, new.verifier


def continue_log(notes: list[str], keys: list[SigningKey]) -> bool:
    """After the database was put back: go on with its log, or begin a successor; say which.

    `notes` are the checkpoints that are known to have been signed last, of whatever log; those
    signed with none of `keys` nor the present key are not believed. The log goes on only if one of
    them is of its own origin and all that it covers is in the database: else it may have been
    signed further than anybody here knows, and going on would fork it. Returns True when it goes
    on. Raises BadNote and DamagedLog.
    """
    key, latest = read_key_in(settings.SITE_FOLDER.record_key), latest_checkpoint()
    if key is None and latest is None:
        return True  # nothing was ever signed
    if key is None:
        raise KeyMissing("the record was signed, and its key is not in the backup")
    found: dict[str, _Last] = {}
    for note in notes:
        for one in (key, *keys):
            with suppress(BadNote):
                last = _Last(one, read_checkpoint(note, one.verifier), note)
                known = found.get(last.signed.origin)
                if known is None or known.signed.size < last.signed.size:
                    found[last.signed.origin] = last
                break
    own = found.get(key.name)
    if own and own.key == key and _is_whole(own.signed):
        write_last_signed(own.note)
        return True
    if own is None and latest is not None:
        signed = read_checkpoint(latest.note, key.verifier)
        found[key.name] = _Last(key, signed, latest.note)
    _succeed(list(found.values()))
    return False


@dataclass(frozen=True)
class _Last:
    """The last known checkpoint of a log, and the key that signed it."""

    key: SigningKey
    signed: Signed
    note: str


def _is_whole(last: Signed) -> bool:
    """Say whether all that a checkpoint covers is in the database."""
    if last.size > log_size():
        return False
    tiles.make_tiles(last.size)
    return tiles.root_at(last.size) == last.root


def _succeed(befores: list[_Last]) -> None:
    """Begin a log of a new origin and key that takes over the entries which are there."""
    new, first = make_key(), log_size()
    settings.SITE_FOLDER.record_last_signed.unlink(missing_ok=True)
    write_key(settings.SITE_FOLDER.record_key, new)
    settings.SITE_FOLDER.next_record_key.unlink(missing_ok=True)
    with transaction.atomic():
        append_all(
            Fact("record.restored", "record", timezone.now(), _restored(before, new))
            for before in befores
        )
        Log.objects.update(begins=first)
        invalidate("checkpoint", "day")
    add_lines(Erasure(new.name, first, RESTORED, before.signed.origin) for before in befores)


def _restored(before: _Last, new: SigningKey) -> dict[str, object]:
    """The facts of the entry that names a log before, and what is last known of it."""
    old = before.key
    statement = f"record.restored\n{old.verifier}\n{new.verifier}\n"
    return {
        "origin": before.signed.origin,
        "size": before.signed.size,
        "root": before.signed.root.hex(),
        "checkpoint": before.note,
        "old": str(old.verifier),
        "new": str(new.verifier),
        "note": sign_note(old, statement),
    }
