"""A backup: the whole site in one file, taken while it is served.

The file is an ordinary compressed tar archive: the copy of the database, the folders with pictures
and documents, the keys, the list of erasures, and at its end `manifest.json` with the size and
SHA-256 of each. It is as secret as the site's folder is.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from pennypress import __version__
from pennypress.foundation.files import OWNER_ONLY, draft_beside, put_in_place, sync_file
from pennypress.foundation.times import rfc3339

from .database_copies import BackupFailed, copy_database
from .errors import OperationFailed
from .site_folder import SiteFolder

FORMAT = "pennypress backup 1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_PIECE = 1 << 20  # bytes
MOST_MANIFEST = 256 << 20  # bytes: of some 1.4 million files
MOST_MEMBERS = 2_000_000
_ROOM_LEFT = 64 << 20  # bytes of the disk that a restore leaves
_MOST_ATTRIBUTES = 1 << 20  # bytes
_READ_AT_ONCE = {
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
}  # fmt: skip
_LAYOUT = SiteFolder(Path())  # in a backup the site's files have the names of its folder


class NotABackup(OperationFailed):
    """The file is not a complete backup; the message says why."""


@dataclass
class Manifest:
    """What a backup holds. `files` maps a name to its bytes and SHA-256.

    `entries` is how long the record is, `checkpoint` the latest that was signed over it.
    """

    made: str
    made_by: str
    database: str
    migrations: list[str]
    entries: int
    checkpoint: str | None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: str = FORMAT


def write_backup(file: Path) -> Manifest:
    """Write the whole site into one file, while it is in use, and return what it holds.

    The database is of one moment, and each picture that it names is there. Links are followed: a
    folder of pictures may lie on another disk. The file appears under its name when it is whole and
    on the disk; until then one of that name stays as it was. Raises BackupFailed, also for a file
    among those that are backed up: it would be in the next one, and pictures are for everybody.
    """
    for folder in settings.SITE_FOLDER.backed_up_folders:
        if file.resolve().is_relative_to(folder.resolve()):
            raise BackupFailed(f"cannot write {file} into {folder}, which is backed up itself")
    beside = file.with_name(f"{file.name}.database")
    try:
        with (
            draft_beside(file) as draft,  # nobody else may read them
            draft_beside(beside, endings=("-journal", "-wal", "-shm")) as copy,
        ):
            with draft.open("wb") as raw:
                with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
                    manifest = _fill(archive, copy)
                sync_file(raw)
            put_in_place(draft, file)
    except OSError as error:
        raise BackupFailed(f"cannot write {file}: {error.strerror or error}") from error
    return manifest


def _fill(archive: tarfile.TarFile, copy: Path) -> Manifest:
    files: dict[str, dict[str, Any]] = {}
    folder: SiteFolder = settings.SITE_FOLDER
    # Pictures first, and the new ones after the database: one that goes in the meantime is there,
    # and so is one that comes.
    _add_all(archive, files, _find_files(folder.backed_up_folders))
    entries, checkpoint = _copy_of_one_moment(copy)
    _add(archive, files, DATABASES[connection.vendor], copy)
    copy.unlink()
    _add_all(archive, files, _find_files(folder.backed_up_folders))
    _add_all(archive, files, ((path.name, path) for path in folder.backed_up))
    now = rfc3339(datetime.now(UTC))
    applied = sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())
    manifest = Manifest(now, __version__, connection.vendor, applied, entries, checkpoint, files)
    text = json.dumps(asdict(manifest), indent=1).encode()
    if len(text) > MOST_MANIFEST:
        raise BackupFailed(f"there are too many files for one backup: {len(files):,}")
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(text), OWNER_ONLY
    archive.addfile(info, io.BytesIO(text))
    return manifest


def _find_files(folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Find all files of folders, also where links lead. Raises BackupFailed for what is none."""
    for folder in folders:
        if folder.is_symlink() and not folder.exists():
            raise BackupFailed(f"cannot back up {folder}: it leads nowhere")
        for at, below, names in os.walk(folder, followlinks=True, onerror=_raise):
            here = Path(at)
            _refuse_circles(here, below, folder)
            below.sort()
            for name in sorted(names):
                path = here / name
                if path.is_file():
                    yield path.relative_to(folder.parent).as_posix(), path
                elif path.is_symlink() or path.exists():
                    what = "leads nowhere" if path.is_symlink() else "is no file"
                    raise BackupFailed(f"cannot back up {path}: it {what}")


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder that was not needed yet, or went
        raise error


def _refuse_circles(here: Path, below: Iterable[str], top: Path) -> None:
    """Raise BackupFailed for a link to a folder that it lies in, which has no end."""
    for name in below:
        link = here / name
        if link.is_symlink():
            target = link.resolve()
            if here.resolve().is_relative_to(target) or top.resolve().is_relative_to(target):
                raise BackupFailed(f"cannot back up {link}: it leads to a folder that it lies in")


def _add_all(
    archive: tarfile.TarFile, files: dict[str, dict[str, Any]], found: Iterator[tuple[str, Path]]
) -> None:
    """Add those files that are not in the archive yet, and are still there."""
    for name, path in found:
        if name not in files and path.exists():
            try:
                _add(archive, files, name, path)
            except FileNotFoundError:  # it went in this moment
                continue


def _add(archive: tarfile.TarFile, files: dict[str, dict[str, Any]], name: str, path: Path) -> None:
    with path.open("rb") as content:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(content.fileno()).st_size, OWNER_ONLY
        counted = _Counted(content)
        archive.addfile(info, counted)  # raises OSError when it is cut short meanwhile
    files[name] = {"bytes": info.size, "sha256": counted.digest.hexdigest()}


class _Counted(io.RawIOBase):
    """Reads on, and takes the hash of what was read."""

    def __init__(self, content: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self._content = content

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        return piece


def _copy_of_one_moment(copy: Path) -> tuple[int, str | None]:
    """Copy the database, and return how long its record is and its latest checkpoint."""
    if connection.vendor == "sqlite":
        copy_database(copy)
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as database:
            return _read_record(database.execute)
    with closing(connection.copy()) as other:  # its moment is the snapshot's, and no earlier
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            copy_database(copy, cursor.fetchone()[0])

            def ask(question: str) -> Any:
                cursor.execute(question)
                return cursor

            return _read_record(ask)


def _read_record(ask: Callable[[str], Any]) -> tuple[int, str | None]:
    ((entries,),) = ask("SELECT coalesce(max(size), 0) FROM record_log").fetchall()
    notes = ask("SELECT note FROM record_checkpoint ORDER BY size DESC LIMIT 1").fetchall()
    return entries, notes[0][0] if notes else None


class _Member(tarfile.TarInfo):
    """A member whose long names and attributes, which are read into memory, have a bound."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in _READ_AT_ONCE and self.size > _MOST_ATTRIBUTES:
            raise tarfile.ReadError("a name in it is too long")
        return super()._proc_member(archive)  # type: ignore[misc]


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, mode="r|gz", tarinfo=_Member) as archive:
            yield archive
    except FileNotFoundError as error:
        raise NotABackup(f"there is no file {file}") from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NotABackup(f"{file} is not a backup, or is damaged: {error}") from error


def unpack_backup(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, hold each file against the manifest, and return it.

    Nothing is read into memory or written to the disk that there is no room for. Raises NotABackup;
    what was unpacked is then of no use.
    """
    found: dict[str, dict[str, Any]] = {}
    text: bytes | None = None
    with _opened(file) as archive:
        for count, member in enumerate(archive, 1):
            # tarfile keeps what it read, though it cannot go back to it.
            archive.members.clear()  # type: ignore[attr-defined]
            if count > MOST_MEMBERS:
                raise NotABackup(f"{file} is not a backup: it holds too many files")
            if member.isdir() and _is_in_folder(PurePosixPath(member.name)):
                continue  # packed by hand: folders follow from the files
            content = archive.extractfile(member) if member.isreg() and not member.sparse else None
            if content is None or not _is_ours(member.name):
                raise NotABackup(f"{file} is not a backup: it holds {member.name!r}")
            if member.name in found or (member.name == MANIFEST and text is not None):
                raise NotABackup(f"{file} is not a backup: it holds {member.name!r} twice")
            _refuse_what_is_too_large(file, member, folder)
            if member.name == MANIFEST:
                text = content.read()
            else:
                found[member.name] = _unpack(content, folder, PurePosixPath(member.name))
    manifest = _read_manifest(file, text or b"")
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            raise NotABackup(f"{file} is damaged: {name} is not what was backed up")
    if DATABASES.get(manifest.database) not in found:
        raise NotABackup(f"{file} is not a backup: it holds no database")
    return manifest


def _refuse_what_is_too_large(file: Path, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    if member.name == MANIFEST:
        most = MOST_MANIFEST
    elif path.name in DATABASES.values() or _is_in_folder(path):
        most = shutil.disk_usage(_nearest(folder)).free - _ROOM_LEFT
    else:  # keys, and a list that is read into memory
        most = MOST_MANIFEST
    if member.size > most:
        why = "there is room for" if most != MOST_MANIFEST else "one can be"
        raise NotABackup(f"{file}: {member.name} has {member.size:,} bytes, more than {why}")


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that is there already."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _read_manifest(file: Path, text: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotABackup(f"{file} is not a backup, or is incomplete: it has no manifest") from error
    if manifest.format != FORMAT:
        raise NotABackup(f"{file} has a format that this version of Pennypress cannot read")
    if not isinstance(manifest.files, dict) or not isinstance(manifest.migrations, list):
        raise NotABackup(f"{file} is not a backup: its manifest lists nothing")
    return manifest


def _is_ours(name: str) -> bool:
    """Whether a backup of ours can hold this name. None leads out of the folder."""
    path = PurePosixPath(name)
    if name != path.as_posix() or path.is_absolute() or ".." in path.parts or "\0" in name:
        return False
    own = {MANIFEST, *DATABASES.values(), *(file.name for file in _LAYOUT.backed_up)}
    return name in own or (_is_in_folder(path) and len(path.parts) > 1)


def _is_in_folder(name: PurePosixPath) -> bool:
    return name.parts[:1] in {folder.parts for folder in _LAYOUT.backed_up_folders}


def _unpack(content: Any, folder: Path, name: PurePosixPath) -> dict[str, Any]:
    path = folder / name
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as error:  # a file where another one needs a folder, a name that is too long
        raise NotABackup(f"cannot unpack {str(name)!r}: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            size += file.write(piece)
        sync_file(file)
    return {"bytes": size, "sha256": digest.hexdigest()}
