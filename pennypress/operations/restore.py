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

from pennypress import __version__
from pennypress.accountability.erasure import erase_again
from pennypress.foundation.files import replace_file
from pennypress.foundation.progress import Progress, no_progress
from pennypress.readers.outbox import forget_waiting_mails
from pennypress.record.erasures import add_lines, read_erasures
from pennypress.record.keys import read_key, read_key_in
from pennypress.record.notes import BadNote, SigningKey, is_signed
from pennypress.record.sealing import seal
from pennypress.record.succession import continue_log

from .backup import DATABASES, Manifest, unpack_backup
from .database_copies import (
    BackupFailed,
    back_up_database,
    put_back_postgresql,
    read_copied_migrations,
)
from .errors import OperationFailed, one_line
from .models import Lease
from .site_folder import UNPACKING, SiteFolder
from .site_lock import exclusive_lock
from .upgrade import apply_migrations, find_newer_migrations


class CannotRestore(OperationFailed):
    """The backup was not put back; the message says why."""


@dataclass
class Restored:
    """What a restore did. `replaced` is where that lies which was there before, if anything.

    `knows_erasures`: there was a list of what was erased, which goes on after the backup.
    """

    manifest: Manifest
    replaced: Path | None
    knows_erasures: bool = False
    continued: bool = True
    erased: int = 0


def holds_a_site() -> bool:
    """Say whether a restore would overwrite anything."""
    folder: SiteFolder = settings.SITE_FOLDER
    if folder.database.exists() or folder.record_key.exists():
        return True
    return connection.vendor != "sqlite" and bool(connection.introspection.table_names())


def restore_backup(
    file: Path,
    *,
    force: bool,
    checkpoint: str = "",
    erasures: str = "",
    progress: Progress = no_progress,
) -> Restored:
    """Put a backup back, bring its database up to date and go on from there.

    The arguments are those of `put_back` and `finish_restore`. Raises what they raise, and
    SiteInUse while the site is being served.
    """
    read_erasures(erasures)  # a list that cannot be carried out is refused before anything is done
    with exclusive_lock():
        restored = put_back(file, force=force, checkpoint=checkpoint, progress=progress)
        apply_migrations()
        finish_restore(restored, checkpoint, erasures)
    return restored


def put_back(
    file: Path, *, force: bool, checkpoint: str = "", progress: Progress = no_progress
) -> Restored:
    """Put the files and the database of a backup into their places.

    What was there goes into a folder `replaced-<time>` beside them (the database of PostgreSQL into
    `backups/`), and is only touched once the backup was unpacked, and its files, keys, lists and
    the whole database were read. Without `force` an existing site is left alone. Raises
    CannotRestore, also for a `checkpoint` of another site, NotABackup and BackupFailed, and
    ValueError for a list of erasures, in the folder or in the backup, that cannot be carried out.
    """
    folder: SiteFolder = settings.SITE_FOLDER
    again, there = folder.restore_unfinished.exists(), holds_a_site()
    if there and not force and not again:
        raise CannotRestore(f"there is a site in {folder.home} already: --force overwrites it")
    _refuse_other_connections()
    with _unpacking_folder(folder) as unpacked:
        manifest = unpack_backup(file, unpacked, progress)
        _refuse_what_does_not_fit(file, manifest)
        _refuse_what_cannot_be_read(file, manifest, unpacked)
        known = _what_is_known(folder)
        _refuse_foreign_checkpoint(checkpoint, unpacked, known)
        listed = folder.erasures.exists()
        erasures = read_erasures(_text(folder.erasures))
        read_erasures(_text(unpacked / folder.erasures.name))
        replace_file(folder.restore_unfinished, json.dumps(known))
        try:
            if connection.vendor != "sqlite":
                _replace_postgresql(unpacked / DATABASES["postgresql"])
        except BackupFailed:
            if not again:
                folder.restore_unfinished.unlink()
            raise
        try:
            replaced = _exchange(folder, unpacked, keep=there or again)
        except BaseException as error:
            if connection.vendor == "sqlite" and not again:  # all is as it was
                folder.restore_unfinished.unlink()
            if not isinstance(error, OSError):
                raise
            raise CannotRestore(
                f"cannot put the files in their places: {error.strerror or error}"
            ) from error
        add_lines(erasures)
    connection.close()
    return Restored(manifest, replaced, knows_erasures=listed)


def finish_restore(restored: Restored, checkpoint: str = "", erasures: str = "") -> None:
    """Go on with the record or begin its successor, erase again what was erased, end all sign-ins.

    `checkpoint` is the latest that the operator knows to have been signed, `erasures` a list that
    was kept elsewhere. Raises CannotRestore for one that is not of this site, ValueError for a list
    that cannot be read, and what `seal` raises.
    """
    folder: SiteFolder = settings.SITE_FOLDER
    known = json.loads(folder.restore_unfinished.read_text(encoding="utf-8"))
    keys = [SigningKey.parse(key) for key in known["keys"]]
    if checkpoint and not any(is_signed(checkpoint, key) for key in (read_key(), *keys)):
        raise CannotRestore("the checkpoint is not signed with any key of this site")
    if erasures:
        restored.knows_erasures = True
        add_lines(read_erasures(erasures))
    notes = [*([checkpoint] if checkpoint else []), *known["notes"]]
    restored.continued = continue_log(notes, keys)
    Session.objects.all().delete()
    Lease.objects.all().delete()  # of processes that ran when the backup was made
    forget_waiting_mails()
    key = read_key_in(folder.record_key)
    restored.erased = erase_again(key.name if key else "", _text(folder.erasures))
    if key:
        seal()
    folder.restore_unfinished.unlink()


@contextmanager
def _unpacking_folder(folder: SiteFolder) -> Iterator[Path]:
    """A folder on the same disk, so that files get into their places in one step each."""
    unpacked = Path(tempfile.mkdtemp(prefix=UNPACKING, dir=folder.home))
    try:
        yield unpacked
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


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
            f"the database has {others} other connections: stop everything that uses it first"
        )


def _refuse_what_does_not_fit(file: Path, manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise CannotRestore(
            f"{file} is the backup of a site on {manifest.database}, and this site is on "
            f"{connection.vendor}: see DATABASE_URL"
        )
    if find_newer_migrations(manifest.migrations):
        raise CannotRestore(
            f"{file} was made by Pennypress {manifest.made_by}, which is newer than this one, "
            f"{__version__}"
        )


def _refuse_what_cannot_be_read(file: Path, manifest: Manifest, unpacked: Path) -> None:
    """Read the database from end to end, and the keys. Raises CannotRestore."""
    folder: SiteFolder = settings.SITE_FOLDER
    try:
        applied = read_copied_migrations(unpacked / DATABASES[connection.vendor])
        for path in (folder.record_key, folder.next_record_key):
            read_key_in(unpacked / path.name)
    except (BackupFailed, BadNote, UnicodeDecodeError) as error:
        raise CannotRestore(f"{file} cannot be restored: {one_line(error)}") from error
    if applied != sorted(manifest.migrations):
        raise CannotRestore(
            f"{file} cannot be restored: its database is not the one that its manifest describes"
        )


def _refuse_foreign_checkpoint(
    checkpoint: str, unpacked: Path, known: dict[str, list[str]]
) -> None:
    folder: SiteFolder = settings.SITE_FOLDER
    keys = [SigningKey.parse(key) for key in known["keys"]]
    if key := read_key_in(unpacked / folder.record_key.name):
        keys.append(key)
    if checkpoint and not any(is_signed(checkpoint, key) for key in keys):
        raise CannotRestore("the checkpoint is not signed with any key of this site")


def _replace_postgresql(archive: Path) -> None:
    if connection.introspection.table_names():
        back_up_database()
    connection.close()
    put_back_postgresql(archive)


def _what_is_known(folder: SiteFolder) -> dict[str, list[str]]:
    """The folder's latest signed checkpoint and its keys, and those noted by a run cut short."""
    known: dict[str, list[str]] = {"notes": [], "keys": []}
    if folder.restore_unfinished.exists():
        known = json.loads(folder.restore_unfinished.read_text(encoding="utf-8"))
    if note := _text(folder.record_last_signed):
        known["notes"].append(note)
    for path in (folder.record_key, folder.next_record_key):
        with suppress(BadNote):
            if key := read_key_in(path):
                known["keys"].append(key.as_text())
    return known


def _exchange(folder: SiteFolder, unpacked: Path, *, keep: bool) -> Path | None:
    """Put what was unpacked in the place of what is there; return where that went, if anything.

    Unless it is to `keep`, what is there is overwritten. Whatever it raises, OSError or what stops
    it, all is then as it was.
    """
    replaced = folder.replaced(datetime.now(UTC))
    moved: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        if source.exists():
            moved.append((source, target))
            source.rename(target)

    own = (*folder.database_files, *folder.replaced_by_restore)
    try:
        if keep and any(path.exists() for path in own):
            replaced.mkdir(mode=0o700)
            for path in own:
                move(path, replaced / path.name)
        if connection.vendor == "sqlite":
            move(unpacked / DATABASES["sqlite"], folder.database)
        for path in folder.replaced_by_restore:
            move(unpacked / path.name, path)
    except BaseException:
        for source, target in reversed(moved):
            if not source.exists():  # the last one may not have been moved
                target.rename(source)
        with suppress(OSError):
            replaced.rmdir()
        raise
    return replaced if replaced.exists() else None


def _text(path: Path) -> str:
    with suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8")
    return ""
