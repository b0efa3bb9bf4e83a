"""Copies of the database, one file each: made for a backup, and before it is changed for good.

Those made before a change stay in `backups/`. They hold the database alone: neither pictures nor
keys. On SQLite a copy is a whole database that can be put back as it is; on PostgreSQL it is an
archive for `pg_restore`.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from pennypress.foundation.files import draft_beside, sync_path

from .errors import OperationFailed

_NAME = re.compile(r"([0-9]{8}T[0-9]{6}Z)(?:-([0-9]+))?\.(sqlite3|dump)")
_TIME = "%Y%m%dT%H%M%SZ"
# Its rows are in no copy: they are thrown away after two days, and copies stay for longer.
_LEFT_OUT = "limits_daykey"


class BackupFailed(OperationFailed):
    """No copy could be made; the message says why. Nothing is left behind."""


def back_up_database() -> Path:
    """Copy the database while it is in use, and return the copy's path.

    The copy is of one moment, checked, and on the disk when this returns. It holds readers'
    addresses, so only its owner can read it. Raises BackupFailed.
    """
    suffix = "sqlite3" if connection.vendor == "sqlite" else "dump"
    folder = settings.SITE_FOLDER.backups
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft_beside(folder / suffix, endings=("-journal", "-wal")) as draft:
            copy_database(draft)
            path = _give_name(draft, suffix)
        sync_path(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupFailed(f"cannot copy the database to {folder}: {reason}") from error
    return path


def copy_database(path: Path, snapshot: str = "") -> None:
    """Copy the database, in use or not, to this file: of one moment, checked, and on the disk.

    `snapshot` names an exported one of PostgreSQL whose moment it shall be. Raises BackupFailed.
    """
    try:
        if connection.vendor == "sqlite":
            _copy_sqlite(path)
        else:
            _copy_postgresql(path, snapshot)
        sync_path(path)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BackupFailed(f"cannot copy the database to {path.parent}: {reason}") from error


def read_copied_migrations(path: Path) -> list[str]:
    """Read a copy of the database from end to end; return the migrations that were applied to it.

    Raises BackupFailed when it is damaged, or no copy of the kind of database that the site is on.
    """
    if connection.vendor == "sqlite":
        return _read_sqlite(path)
    # All of it is read, and all that it holds is decompressed.
    script = path.with_name(f"{path.name}.migrations")
    try:
        _run("pg_restore", ["--file", os.devnull, path], {})
        _run("pg_restore", ["--data-only", "--table=django_migrations", "--file", script, path], {})
        rows = re.findall(r"^\d+\t([^\t]+)\t([^\t]+)\t", script.read_text("utf-8"), re.MULTILINE)
    finally:
        script.unlink(missing_ok=True)
    return sorted(f"{app}.{name}" for app, name in rows)


def _read_sqlite(path: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            copy.execute("PRAGMA trusted_schema=OFF")
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupFailed(f"the database in it is damaged: {verdict}")
            rows = copy.execute("SELECT app, name FROM django_migrations").fetchall()
    except sqlite3.Error as error:
        raise BackupFailed(f"the database in it cannot be read: {error}") from error
    return sorted(f"{app}.{name}" for app, name in rows)


def put_back_postgresql(path: Path) -> None:
    """Replace all that is in the PostgreSQL database by an archive, in one transaction.

    Raises BackupFailed; the database is then as it was.
    """
    script = path.with_name(f"{path.name}.sql")
    try:
        # psql carries the script out, because it can empty the database in the same transaction.
        _run("pg_restore", ["--no-owner", "--no-privileges", "--file", script, path], {})
        words, environment = _as_django_calls_psql()
        empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        options = ["--no-psqlrc", "--quiet", "--no-password", "--set", "ON_ERROR_STOP=1"]
        _run(
            "psql",
            [*options, "--single-transaction", "--command", empty, "--file", script, *words],
            environment,
        )
    finally:
        script.unlink(missing_ok=True)


def fill_postgresql(archive: Path) -> None:
    """Fill an empty PostgreSQL database from an archive, in one transaction.

    Raises BackupFailed; the database is then still empty.
    """
    words, environment = _as_django_calls_psql()
    name = connection.settings_dict["NAME"] or ""  # none where a service file gives it
    place = words[:-1] if name else words
    options = ["--no-owner", "--no-privileges", "--no-password", "--single-transaction"]
    _run("pg_restore", [*options, *place, "--dbname", name, archive], environment)


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
    folder = settings.SITE_FOLDER.backups
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if match := _NAME.fullmatch(path.name):
            with suppress(ValueError):  # no such day
                made = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
                yield made, int(match[2] or 0), path


def _give_name(draft: Path, suffix: str) -> Path:
    """Give the finished file the time as its name, with a number if that second has one already."""
    now = datetime.now(UTC).strftime(_TIME)
    path = draft.with_name(f"{now}.{suffix}")
    number = 0
    while path.exists():
        number += 1
        path = draft.with_name(f"{now}-{number}.{suffix}")
    return draft.rename(path)


def _copy_sqlite(draft: Path) -> None:
    source = connection.settings_dict["NAME"]
    with (
        closing(sqlite3.connect(source, timeout=30)) as original,
        closing(sqlite3.connect(draft)) as copy,
    ):
        original.backup(copy)  # in one step: in WAL mode nobody waits for it, nor it for anybody
        copy.execute("PRAGMA journal_mode=DELETE")  # all in one file
        _leave_out(copy)
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise BackupFailed(f"the copy of the database is damaged: {verdict}")


def _leave_out(copy: sqlite3.Connection) -> None:
    made = copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [_LEFT_OUT]).fetchone()
    if made:  # not yet where a copy is made before an upgrade
        copy.execute("PRAGMA secure_delete=ON")  # overwritten, not only marked as free
        copy.execute(f"DELETE FROM {_LEFT_OUT}")  # noqa: S608
        copy.commit()


def _copy_postgresql(draft: Path, snapshot: str) -> None:
    words, environment = _as_django_calls_psql()
    options: list[str | Path] = ["--format=custom", "--no-password", "--file", draft]
    options.append(f"--exclude-table-data={_LEFT_OUT}")
    if snapshot:
        options.append(f"--snapshot={snapshot}")
    _run("pg_dump", [*options, *words], environment)


def _as_django_calls_psql() -> tuple[list[str], dict[str, str]]:
    """The database as PostgreSQL's programs want it named: a password in the environment only."""
    from django.db.backends.postgresql.client import DatabaseClient

    words, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return words[1:], environment or {}


def _run(name: str, arguments: Sequence[str | Path], environment: dict[str, str]) -> None:
    """Run one of PostgreSQL's programs to its end. Raises BackupFailed with what it said."""
    program = shutil.which(name)
    if program is None:
        raise BackupFailed(f"{name} is not on the PATH")
    done = subprocess.run(  # noqa: S603
        [program, *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"{name}: {' '.join(done.stderr.split()) or done.returncode}")
