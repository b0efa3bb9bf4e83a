"""Copies of the database, made before it is changed for good: one file each, in `backups/`.

They hold the database alone: neither pictures nor keys. On SQLite a copy is a whole database that
can be put back as it is; on PostgreSQL it is an archive for `pg_restore`.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

_NAME = re.compile(r"([0-9]{8}T[0-9]{6}Z)(?:-([0-9]+))?\.(sqlite3|dump)")
_TIME = "%Y%m%dT%H%M%SZ"


class BackupFailed(Exception):
    """No copy could be made; the message says why. Nothing is left behind."""


def backups_folder() -> Path:
    return Path(settings.HOME) / "backups"


def back_up_database() -> Path:
    """Copy the database while it is in use, and return the copy's path.

    The copy is of one moment, checked, and on the disk when this returns. It holds readers'
    addresses, so only its owner can read it. Raises BackupFailed.
    """
    suffix = "sqlite3" if connection.vendor == "sqlite" else "dump"
    copy = _copy_sqlite if connection.vendor == "sqlite" else _copy_postgresql
    try:
        backups_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        with _draft(suffix) as draft:
            copy(draft)
            _sync(draft)
            path = _give_name(draft, suffix)
        _sync(backups_folder())
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupFailed(f"cannot copy the database to {backups_folder()}: {reason}") from error
    return path


def remove_old_backups(keep: int, within: timedelta | None = None) -> int:
    """Remove all copies but the `keep` latest, and those older than `within`; return how many.

    The latest always stays. Other files in the folder are left alone.
    """
    found = sorted(_find_backups(), reverse=True)
    oldest = datetime.now(UTC) - within if within is not None else datetime.min.replace(tzinfo=UTC)
    old = [
        path
        for place, (made, _, path) in enumerate(found)
        if place > 0 and (place >= keep or made < oldest)
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _find_backups() -> Iterator[tuple[datetime, int, Path]]:
    """Each copy with the time in its name, and its number within that second."""
    if not backups_folder().is_dir():
        return
    for path in backups_folder().iterdir():
        if match := _NAME.fullmatch(path.name):
            with suppress(ValueError):  # no such day
                made = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
                yield made, int(match[2] or 0), path


@contextmanager
def _draft(suffix: str) -> Iterator[Path]:
    """A file under a name that nobody takes for a copy; gone afterwards, whatever happened."""
    path = backups_folder() / f".{os.getpid()}.{suffix}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield path
    finally:
        for left in (path, *(path.with_name(path.name + end) for end in ("-journal", "-wal"))):
            left.unlink(missing_ok=True)


def _give_name(draft: Path, suffix: str) -> Path:
    """Give the finished file the time as its name, with a number if that second has one already."""
    now = datetime.now(UTC).strftime(_TIME)
    path = backups_folder() / f"{now}.{suffix}"
    number = 0
    while path.exists():
        number += 1
        path = backups_folder() / f"{now}-{number}.{suffix}"
    return draft.rename(path)


def _sync(path: Path) -> None:
    """Wait until a file or a folder's list of files is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_sqlite(draft: Path) -> None:
    source = connection.settings_dict["NAME"]
    with (
        closing(sqlite3.connect(source, timeout=30)) as original,
        closing(sqlite3.connect(draft)) as copy,
    ):
        original.backup(copy)  # in one step: in WAL mode nobody waits for it, nor it for anybody
        copy.execute("PRAGMA journal_mode=DELETE")  # all in one file
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise BackupFailed(f"the copy of the database is damaged: {verdict}")


def _copy_postgresql(draft: Path) -> None:
    from django.db.backends.postgresql.client import DatabaseClient

    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not on the PATH, so the database cannot be copied")
    # As Django calls psql, so that a password is in the environment and not in the process list.
    words, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    done = subprocess.run(  # noqa: S603
        [program, "--format=custom", "--no-password", "--file", draft, *words[1:]],
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"pg_dump: {' '.join(done.stderr.split()) or done.returncode}")
