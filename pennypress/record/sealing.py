"""Sealing: the entries written since last time go into tiles, and a checkpoint is signed over all.

Done in batches by one process of the site, some seconds after the entries were committed. Two that
do it at once (two machines on one database) make the same tiles and the same checkpoints.
"""

import datetime as dt
import json
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pennypress.delivery.actions import invalidate
from pennypress.foundation.jobs import periodic_job

from . import tiles
from .actions import append, log_size
from .erasures import note_erasures
from .keys import (
    KeyMissing,
    one_at_a_time,
    read_key,
    read_key_in,
    read_last_signed,
    read_or_make_key,
    write_key,
    write_last_signed,
)
from .models import Checkpoint, Day, Entry, Log
from .notes import BadNote, SigningKey, read_checkpoint, sign_checkpoint


class WouldFork(Exception):
    """The database is not the one that was signed last: to sign it would make a second history."""


@periodic_job(
    "sign-record",
    interval=2,
    longest_pause=60,
    summary="Signs the record's new entries, so that readers can check them.",
)
def seal() -> Checkpoint:
    """Sign a checkpoint over all committed entries, if there are new ones; return the latest.

    Raises WouldFork, KeyMissing, BadNote (a damaged key) and DamagedLog; nothing is signed then.
    """
    with one_at_a_time():
        return _seal()


def _seal() -> Checkpoint:
    latest = latest_checkpoint()
    key = read_or_make_key() if latest is None else read_key()
    if settings.SITE_FOLDER.next_record_key.exists():
        key = finish_rotation()
    size = log_size()
    if latest is None or latest.size < size:
        latest = _sign(key, size, latest.size if latest else 0)
    today = timezone.now().astimezone(dt.UTC).date()
    if not _days().filter(day=today).exists():
        latest = _sign_of_day(today, latest)
    return latest


def finish_rotation() -> SigningKey:
    """Take the next key where an entry passes on to it, and sign that with both; return the key.

    A next key that no entry names was never passed on to: it goes. Raises what `seal` raises.
    """
    key, following = read_key(), read_key_in(settings.SITE_FOLDER.next_record_key)
    if following is None or following == key:
        settings.SITE_FOLDER.next_record_key.unlink(missing_ok=True)
        return key
    rotation = Entry.objects.filter(subject="record", kind="key.rotated").order_by("-index").first()
    if rotation and json.loads(bytes(rotation.body))["facts"]["new"] == str(following.verifier):
        latest = latest_checkpoint()
        _sign(following, log_size(), latest.size if latest else 0, former=key)
        write_key(settings.SITE_FOLDER.record_key, following)
        with transaction.atomic():
            invalidate("checkpoint")  # its key stands beside it
        key = following
    settings.SITE_FOLDER.next_record_key.unlink()
    return key


def find_faults() -> Iterator[str]:
    """Say why the record could not be signed as it stands, or is not what was signed."""
    latest = latest_checkpoint()
    if latest is None and read_last_signed() is None:
        return
    try:
        key = read_key()
        signed = read_checkpoint(latest.note, key.verifier) if latest else None
        if signed and tiles.root_at(signed.size) != signed.root:
            yield f"the first {signed.size} entries are not those that the checkpoint signs"
        _refuse_fork(key, log_size())
    except (KeyMissing, BadNote, WouldFork, tiles.DamagedLog) as error:
        yield str(error)


def latest_checkpoint() -> Checkpoint | None:
    """Return the latest signed checkpoint, or None before the first."""
    return Checkpoint.objects.order_by("-size").first()


def latest_day() -> Day | None:
    """Return the latest day's checkpoint, or None before the first."""
    return _days().select_related("checkpoint").order_by("-day").first()


def _days() -> QuerySet[Day]:
    """The days of this log, without those of one that it continues."""
    begins = Log.objects.values_list("begins", flat=True).first() or 0
    return Day.objects.filter(entry__gte=begins)


def _sign(key: SigningKey, size: int, before: int, former: SigningKey | None = None) -> Checkpoint:
    """Sign the first `size` entries, of which `before` were signed already."""
    tiles.make_tiles(size)
    _refuse_fork(former or key, size)
    note_erasures(key.name, before, size)
    root = tiles.root_at(size)
    note = sign_checkpoint(key, size, root, former)
    write_last_signed(note)  # first: what may have been seen must never be contradicted
    with transaction.atomic():
        checkpoint, _ = Checkpoint.objects.get_or_create(
            size=size, defaults={"root": root, "note": note, "signed": timezone.now()}
        )
        invalidate("checkpoint")
    return checkpoint


def _refuse_fork(key: SigningKey, size: int) -> None:
    """Raise WouldFork unless the tree of `size` entries extends the one that was signed last."""
    note = read_last_signed()
    if note is None:
        return
    last = read_checkpoint(note, key.verifier)
    if last.size > size:
        raise WouldFork(f"the record had {last.size} entries when it was signed, and has {size}")
    if tiles.root_at(last.size) != last.root:
        raise WouldFork(f"the first {last.size} entries are not those that were signed")


def _sign_of_day(today: dt.date, checkpoint: Checkpoint) -> Checkpoint:
    """Make this checkpoint the day's: it stands on every page, and is an entry itself."""
    with transaction.atomic():
        entry = append(
            "checkpoint.daily",
            "record",
            timezone.now(),
            {"size": checkpoint.size, "root": bytes(checkpoint.root).hex()},
        )
        if _days().filter(day=today).exists():  # another was first, while this one waited
            transaction.set_rollback(True)
            return checkpoint
        Day.objects.create(day=today, checkpoint=checkpoint, entry=entry.index)
        invalidate("day")
    return _seal()
