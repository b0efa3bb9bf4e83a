"""Filling a new database: by a copy of one that was migrated before, where there is one that fits.

Some two hundred migrations take ten seconds and more; the copy takes none. It is made by the first
site of an installation and kept in the cache folder under the fingerprint of the migrations.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

import pennypress
from pennypress.foundation.imports import modules_imported_by

from . import installation_cache as installation
from .database_copies import BackupFailed, copy_database, fill_postgresql

ROOT = Path(pennypress.__file__).resolve().parent


def migrations_fingerprint(root: Path = ROOT) -> str:
    """Return a short hash of all that decides what migrating a new database makes.

    These are the migrations of all parts and libraries, what those of `root` import from it, the
    kind and version of the database, and the site's main language, which Wagtail's write down.
    """
    return installation.fingerprint(_what_decides(root))


def _what_decides(root: Path) -> Iterator[str | bytes]:
    yield f"{django.get_version()} {settings.LANGUAGE_CODE} {connection.vendor}"
    if connection.vendor == "postgresql":
        yield str(connection.get_database_version()[0])
    files: set[Path] = set()
    for app in apps.get_app_configs():
        found = sorted(Path(app.path).glob("migrations/*.py"))
        for file in found:
            yield f"{app.label} {file.name}"
            yield file.read_bytes()
        if Path(app.path).is_relative_to(root):
            files.update(found)
    for file in sorted(modules_imported_by(files, root)):
        yield f"{file.relative_to(root)}"
        yield file.read_bytes()


def fill_from_copy() -> bool:
    """Fill the new database from the installation's copy; say whether there was one that fits.

    Where not, or where it is damaged, the database is still new.
    """
    copy = installation.find(_kind(), migrations_fingerprint())
    if copy is None:
        return False
    try:
        if connection.vendor == "sqlite":
            _fill_sqlite(copy)
        else:
            _fill_postgresql(copy)
    except (sqlite3.Error, BackupFailed, OSError):
        return False
    return True


def keep_copy() -> None:
    """Keep a copy of the database, which was just migrated and holds nothing else yet.

    Raises CacheUnusable, also where PostgreSQL's programs are missing or too old.
    """
    with installation.draft_of(_kind(), migrations_fingerprint()) as draft:
        try:
            copy_database(draft)
        except BackupFailed as error:
            raise installation.CacheUnusable(str(error)) from error


def making_copy() -> AbstractContextManager[None]:
    """Be the only process that makes the installation's copy. Raises CacheUnusable."""
    return installation.making(_kind())


def _kind() -> str:
    return f"database-{connection.vendor}"


def _fill_sqlite(copy: Path) -> None:
    """Raises sqlite3.Error when the copy is damaged."""
    connection.ensure_connection()
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as source:
        verdict = source.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok" or not source.execute("SELECT 1 FROM django_migrations").fetchone():
            raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
        source.backup(connection.connection)
    connection.close()  # the copy keeps no log; the next connection makes one again


def _fill_postgresql(copy: Path) -> None:
    """Raises BackupFailed when the copy is damaged, or the database is not empty."""
    if connection.introspection.table_names():
        raise BackupFailed("the database is not empty")
    connection.close()
    fill_postgresql(copy)
