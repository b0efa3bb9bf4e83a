"""Bringing a site up to the installed version: its database, and its collected static files."""

import json
from collections.abc import Callable
from pathlib import Path

import wagtail
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from pennypress import __version__

from .database_copies import BackupFailed, back_up_database, remove_old_backups
from .errors import OperationFailed, one_line


class UpgradeFailed(OperationFailed):
    """The database is not up to date; the message says why, and where its copy is if any."""


def upgrade_database(announce: Callable[[Path], object] = lambda copy: None) -> None:
    """Apply the migrations that are missing, if any.

    A database that is in use is copied before; `announce` is called with the copy's path. Raises
    UpgradeFailed.
    """
    if not find_missing_migrations():
        return
    if not database_holds_a_site():
        apply_migrations()
        return
    try:
        copy = back_up_database()
    except BackupFailed as error:
        raise UpgradeFailed(
            f"the database has to be brought up to date, but {error}; "
            "use `pennypress upgrade --no-backup` to upgrade without a copy"
        ) from error
    announce(copy)
    apply_migrations(copy)
    remove_old_backups(settings.BACKUPS_KEPT)


def check_up_to_date() -> None:
    """Raise UpgradeFailed when the database lacks a migration."""
    if find_missing_migrations():
        raise UpgradeFailed("the database is not up to date: run `pennypress upgrade`")


def find_missing_migrations() -> list[str]:
    """Name the migrations that the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def database_holds_a_site() -> bool:
    """Say whether anything was ever made in the database."""
    return bool(MigrationRecorder(connection).applied_migrations())


def apply_migrations(copy: Path | None = None) -> None:
    """Apply the missing migrations. `copy` is what there is to go back to.

    Raises UpgradeFailed naming the copy; without one, what the migration raised.
    """
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Exception as error:
        if copy is None:
            raise
        raise UpgradeFailed(
            f"cannot bring the database up to date: {one_line(error)}; "
            f"the copy made before is {copy}"
        ) from error


def collect_static_files() -> bool:
    """Gather static files into the site's folder; say whether the installed ones had changed."""
    own = [path.stat().st_mtime_ns for path in sorted(settings.STATICFILES_DIRS[0].rglob("*"))]
    current = json.dumps([__version__, wagtail.__version__, own])
    stamp: Path = settings.SITE_FOLDER.static_stamp
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(current)
    return True
