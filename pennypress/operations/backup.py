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
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from pennypress import __version__
from pennypress.foundation.files import OWNER_ONLY, draft_beside, put_in_place, sync_file
from pennypress.foundation.progress import Progress, no_progress
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


def write_backup(file: Path, progress: Progress = no_progress) -> Manifest:
    """Write the whole site into one file, while it is in use, and return what it holds.

    The database is of one moment, and each picture that it names is there. Links are followed: a
    folder of pictures may lie on another disk. The file appears under its name when it is whole and
    on the disk; until then one of that name stays as it was. `progress` is told in bytes. Raises
    BackupFailed, also for a file that the site itself has, or among those that are backed up: it
    would be in the next one, and pictures are for everybody.
    """
    refuse_own_file(file)
    beside = file.with_name(f"{file.name}.database")
    try:
        with (
            draft_beside(file) as draft,  # nobody else may read them
            draft_beside(beside, endings=("-journal", "-wal", "-shm")) as copy,
        ):
            with draft.open("wb") as raw:
                with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
                    manifest = _Filling(archive, progress).fill(copy)
                sync_file(raw)
            put_in_place(draft, file)
    except OSError as error:
        raise BackupFailed(f"cannot write {file}: {error.strerror or error}") from error
    return manifest


def refuse_own_file(file: Path) -> None:
    """Raise BackupFailed for the path of what the site itself has, or will have."""
    folder: SiteFolder = settings.SITE_FOLDER
    path, home = file.resolve(), folder.home.resolve()
    for place in folder.backed_up_folders:
        if path.is_relative_to(place.resolve()):
            raise BackupFailed(f"cannot write {file} into {place}, which is backed up itself")
    if path.is_relative_to(home) and folder.is_taken(path.relative_to(home)):
        raise BackupFailed(f"cannot write {file}: the site itself needs what is there")


class _Filling:
    """Fills an archive, and keeps count of what is in it."""

    def __init__(self, archive: tarfile.TarFile, progress: Progress) -> None:
        self._archive, self._progress = archive, progress
        self._files: dict[str, dict[str, Any]] = {}
        self._done = self._all = 0  # bytes, not packed

    def fill(self, copy: Path) -> Manifest:
        folder: SiteFolder = settings.SITE_FOLDER
        self._all = sum(_size(path) for _, path in _find_files(folder.backed_up_folders))
        # Pictures first, and the new ones after the database: one that goes in the meantime is
        # there, and so is one that comes.
        self._add_all(_find_files(folder.backed_up_folders))
        entries, checkpoint = _copy_of_one_moment(copy)
        self._all += copy.stat().st_size
        self._add(DATABASES[connection.vendor], copy)
        copy.unlink()
        self._add_all(_find_files(folder.backed_up_folders))
        self._add_all((path.name, path) for path in folder.backed_up)
        return self._end(entries, checkpoint)

    def _end(self, entries: int, checkpoint: str | None) -> Manifest:
        now = rfc3339(datetime.now(UTC))
        applied = sorted(
            ".".join(key) for key in MigrationRecorder(connection).applied_migrations()
        )
        manifest = Manifest(
            now, __version__, connection.vendor, applied, entries, checkpoint, self._files
        )
        text = json.dumps(asdict(manifest), indent=1).encode()
        if len(text) > MOST_MANIFEST:
            raise BackupFailed(f"there are too many files for one backup: {len(self._files):,}")
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), OWNER_ONLY
        self._archive.addfile(info, io.BytesIO(text))
        return manifest

    def _add_all(self, found: Iterable[tuple[str, Path]]) -> None:
        """Add those files that are not in the archive yet, and are still there."""
        for name, path in found:
            if name not in self._files and path.exists():
                try:
                    self._add(name, path)
                except FileNotFoundError:  # it went in this moment
                    continue

    def _add(self, name: str, path: Path) -> None:
        with path.open("rb") as content:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(content.fileno()).st_size, OWNER_ONLY
            counted = _Counted(content, self._count)
            self._archive.addfile(info, counted)  # raises OSError when it is cut short meanwhile
        self._files[name] = {"bytes": info.size, "sha256": counted.digest.hexdigest()}

    def _count(self, size: int) -> None:
        self._done += size
        self._progress(self._done, max(self._all, self._done))


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


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):  # it went in this moment
        return path.stat().st_size
    return 0


class _Counted(io.RawIOBase):
    """Reads on, takes the hash of what was read, and tells how much it was."""

    def __init__(self, content: BinaryIO, tell: Callable[[int], None]) -> None:
        self.digest = hashlib.sha256()
        self._content, self._tell = content, tell

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        self._tell(len(piece))
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
def _opened(file: Path, progress: Progress) -> Iterator[tarfile.TarFile]:
    try:
        packed = file.open("rb")
    except OSError as error:
        why = "there is no file" if isinstance(error, FileNotFoundError) else "cannot read"
        raise NotABackup(f"{why} {file}: {error.strerror}") from error
    with packed:
        size, done = os.fstat(packed.fileno()).st_size, 0

        def count(read: int) -> None:
            nonlocal done
            done += read
            progress(done, size)

        try:
            counted = _Counted(packed, count)
            with tarfile.open(fileobj=counted, mode="r|gz", tarinfo=_Member) as archive:
                yield archive
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NotABackup(f"{file} is not a backup, or is damaged: {error}") from error


def unpack_backup(file: Path, folder: Path, progress: Progress = no_progress) -> Manifest:
    """Unpack a backup into an empty folder, hold each file against the manifest, and return it.

    Nothing is read into memory or written to the disk that there is no room for. `progress` is told
    in bytes of the file. Raises NotABackup; what was unpacked is then of no use.
    """
    found: dict[str, dict[str, Any]] = {}
    text: bytes | None = None
    with _opened(file, progress) as archive:
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
        with os.fdopen(handle, "wb") as file:
            while piece := content.read(_PIECE):
                digest.update(piece)
                size += file.write(piece)
            sync_file(file)
    except gzip.BadGzipFile:
        raise
    except OSError as error:  # a file where another one needs a folder, a full disk
        raise NotABackup(f"cannot unpack {str(name)!r}: {error.strerror or error}") from error
    return {"bytes": size, "sha256": digest.hexdigest()}
