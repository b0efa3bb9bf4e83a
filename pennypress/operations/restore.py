"""Putting a backup back: its files into their places, and what they must not forget.

Two steps, because the database is brought up to date between them. Until the second one is done a
file in the folder keeps the site from being served, so that nothing is signed or shown too early.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from pennypress import __version__
from pennypress.accountability.erasure import erase_again
from pennypress.foundation.files import replace_file
from pennypress.record.erasures import add_lines, erasures_file, read_erasures
from pennypress.record.keys import (
    key_file,
    last_signed_file,
    next_key_file,
    read_key,
    read_key_in,
)
from pennypress.record.notes import BadNote, SigningKey, is_signed
from pennypress.record.sealing import seal
from pennypress.record.succession import continue_log

from .backup import DATABASES, Manifest, unpack_backup
from .database_copies import BackupFailed, back_up_database, put_back_postgresql
from .models import Lease

_DATABASE = ("pennypress.sqlite3", "pennypress.sqlite3-wal", "pennypress.sqlite3-shm")
_OWN = ("media", "secret-key", "record-key", "record-key-next", "record-last-signed", "erasures")


class CannotRestore(Exception):
    """The backup was not put back; the message says why."""


@dataclass
class Restored:
    """What a restore did. `replaced` is where that lies which was there before, if anything."""

    manifest: Manifest
    replaced: Path | None
    continued: bool = True
    erased: int = 0


def unfinished_file() -> Path:
    """There while a restore is not finished. It holds what the folder knew before."""
    return Path(settings.HOME) / "restore-unfinished"


def holds_a_site() -> bool:
    """Say whether a restore would overwrite anything."""
    home = Path(settings.HOME)
    if any((home / name).exists() for name in (*_DATABASE[:1], "record-key")):
        return True
    return connection.vendor != "sqlite" and bool(connection.introspection.table_names())


def put_back(file: Path, *, force: bool) -> Restored:
    """Put the files and the database of a backup into their places.

    What was there goes into a folder `replaced-<time>` beside them (the database of PostgreSQL into
    `backups/`), and is only touched once the backup was found to be whole. Without `force` an
    existing site is left alone. Raises CannotRestore, NotABackup and BackupFailed.
    """
    home = Path(settings.HOME)
    again, there = unfinished_file().exists(), holds_a_site()
    if there and not force and not again:
        raise CannotRestore(f"there is a site in {home} already: --force overwrites it")
    _refuse_other_connections()
    with _staging(home) as folder:
        manifest = unpack_backup(file, folder)
        _refuse_what_does_not_fit(file, manifest)
        erasures = read_erasures(_text(erasures_file()))
        replace_file(unfinished_file(), json.dumps(_what_is_known()))
        try:
            if connection.vendor != "sqlite":
                _replace_postgresql(folder / DATABASES["postgresql"])
        except BackupFailed:
            if not again:
                unfinished_file().unlink()
            raise
        replaced = _move_away(home) if there or again else None
        if connection.vendor == "sqlite":
            (folder / DATABASES["sqlite"]).rename(home / _DATABASE[0])
        for name in _OWN:
            if (folder / name).exists():
                (folder / name).rename(home / name)
        add_lines(erasures)
    connection.close()
    return Restored(manifest, replaced)


def finish_restore(restored: Restored, checkpoint: str = "", erasures: str = "") -> None:
    """Go on with the record or begin its successor, erase again what was erased, end all sign-ins.

    `checkpoint` is the latest that the operator knows to have been signed, `erasures` a list that
    was kept elsewhere. Raises CannotRestore for one that is not of this site, ValueError for a list
    that cannot be read, and what `seal` raises.
    """
    known = json.loads(unfinished_file().read_text(encoding="utf-8"))
    keys = [SigningKey.parse(key) for key in known["keys"]]
    if checkpoint and not any(is_signed(checkpoint, key) for key in (read_key(), *keys)):
        raise CannotRestore("the checkpoint given is not signed with a key of this site")
    if erasures:
        add_lines(read_erasures(erasures))
    notes = [*([checkpoint] if checkpoint else []), *known["notes"]]
    restored.continued = continue_log(notes, keys)
    Session.objects.all().delete()
    Lease.objects.all().delete()  # of processes that ran when the backup was made
    if key := read_key_in(key_file()):
        restored.erased = erase_again(key.name, _text(erasures_file()))
        seal()
    unfinished_file().unlink()


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """A folder on the same disk, so that files get into their places in one step each."""
    folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_other_connections() -> None:
    if connection.vendor == "sqlite":
        return  # servers of this folder are known by their lock
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        (others,) = cursor.fetchone()
    if others:
        raise CannotRestore(
            f"the database has {others} other connections: stop all that uses it first"
        )


def _refuse_what_does_not_fit(file: Path, manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise CannotRestore(
            f"{file} holds a database of {manifest.database}, and this site is set to "
            f"{connection.vendor}: see DATABASE_URL"
        )
    known = {
        ".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    if set(manifest.migrations) - known:
        raise CannotRestore(
            f"{file} was made by Pennypress {manifest.made_by}, which is newer than this one, "
            f"{__version__}"
        )


def _replace_postgresql(archive: Path) -> None:
    if connection.introspection.table_names():
        back_up_database()
    connection.close()
    put_back_postgresql(archive)


def _what_is_known() -> dict[str, list[str]]:
    """The folder's latest signed checkpoint and its keys, and those noted by a run cut short."""
    known: dict[str, list[str]] = {"notes": [], "keys": []}
    if unfinished_file().exists():
        known = json.loads(unfinished_file().read_text(encoding="utf-8"))
    if note := _text(last_signed_file()):
        known["notes"].append(note)
    for path in (key_file(), next_key_file()):
        with suppress(BadNote):
            if key := read_key_in(path):
                known["keys"].append(key.as_text())
    return known


def _move_away(home: Path) -> Path | None:
    there = [name for name in (*_DATABASE, *_OWN) if (home / name).exists()]
    if not there:
        return None
    replaced = home / datetime.now(UTC).strftime("replaced-%Y%m%dT%H%M%S.%fZ")
    replaced.mkdir(mode=0o700)
    for name in there:
        (home / name).rename(replaced / name)
    return replaced


def _text(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8")
    return ""
