"""Bringing a site's database up to the installed version."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from pennypress.foundation.progress import Progress, no_progress

from . import new_database
from .database_copies import BackupFailed, back_up_database, remove_old_backups
from .errors import OperationFailed, one_line
from .installation_cache import CacheUnusable
from .site_lock import database_lock

logger = logging.getLogger("pennypress.operations")


class UpgradeFailed(OperationFailed):
    """The database is not up to date; the message says why, and where its copy is if any."""


def upgrade_database(
    announce: Callable[[Path], object] = lambda copy: None,
    progress: Progress = no_progress,
) -> None:
    """Apply the migrations that are missing, if any.

    A new database is filled by a copy of a migrated one, where the installation has one that fits.
    One that is in use is copied before; `announce` is called with the copy's path. Of two processes
    at once the second one waits. Raises UpgradeFailed.
    """
    if not find_missing_migrations():
        return
    with database_lock():
        if not (missing := find_missing_migrations()):
            return  # another process was first
        if not database_holds_a_site():
            _make_database(progress)
            return
        try:
            copy = back_up_database()
        except BackupFailed as error:
            raise UpgradeFailed(
                f"the database has to be brought up to date, but {error}; "
                "use `pennypress upgrade --no-backup` to upgrade without a copy"
            ) from error
        announce(copy)
        apply_migrations(copy, progress=progress, count=len(missing))
        remove_old_backups(settings.BACKUPS_KEPT)


def _make_database(progress: Progress) -> None:
    """Fill a new database: from the installation's copy, else by migrating, and keep a copy."""
    if _filled_from_copy():
        return
    try:
        with new_database.making_copy():
            if not _filled_from_copy():  # unless another site's process has made one meanwhile
                apply_migrations(progress=progress)
                _keep_copy()
    except CacheUnusable as error:
        logger.info("a new database cannot be copied: %s", error)
        apply_migrations(progress=progress)


def _keep_copy() -> None:
    try:
        new_database.keep_copy()
    except CacheUnusable as error:
        logger.info("no copy of the new database is kept: %s", error)


def _filled_from_copy() -> bool:
    return new_database.fill_from_copy() and not find_missing_migrations()


def check_up_to_date() -> None:
    """Raise UpgradeFailed when the database lacks a migration."""
    if find_missing_migrations():
        raise UpgradeFailed("the database is not up to date: run `pennypress upgrade`")


def find_missing_migrations() -> list[str]:
    """Name the migrations that the database lacks, in their order."""
    if not _any_missing():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _any_missing() -> bool:
    """Whether a migration on the disk was not applied, by its name: this imports none of them."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return any(
        (app.label, file.stem) not in applied
        for app in apps.get_app_configs()
        for file in _migrations_of(app)
    )


def _migrations_of(app: AppConfig) -> Iterator[Path]:
    return Path(app.path).glob("migrations/[!_~]*.py")


def find_newer_migrations(applied: Iterable[str] | None = None) -> list[str]:
    """Name the migrations that this version does not know yet, of those that were applied.

    Those of the database itself, unless they are given. What is older than all that an app brings
    was left out of it since, because later ones do the same: that is no sign of a newer version.
    """
    if applied is None:
        keys = MigrationRecorder(connection).applied_migrations()
        applied = [f"{app}.{name}" for app, name in keys]
    latest = {
        app.label: max((file.stem for file in _migrations_of(app)), default="")
        for app in apps.get_app_configs()
    }
    apart = (name.partition(".") for name in applied)
    return sorted(f"{app}.{name}" for app, _, name in apart if app in latest and name > latest[app])


def database_holds_a_site() -> bool:
    """Say whether anything was ever made in the database."""
    return bool(MigrationRecorder(connection).applied_migrations())


def apply_migrations(
    copy: Path | None = None, *, progress: Progress = no_progress, count: int = 0
) -> None:
    """Apply the missing migrations: all of them, or none. `copy` is what there is to go back to.

    `progress` is told how many of `count` (0: all that there are) were applied. Raises
    UpgradeFailed naming the copy; without one, what the migration raised.
    """
    try:
        with _in_one_transaction():
            call_command(_Migrate(progress, count), verbosity=0, interactive=False)
    except Exception as error:
        if copy is None:
            raise
        raise UpgradeFailed(
            f"cannot bring the database up to date: {one_line(error)}; "
            f"the copy made before is {copy}"
        ) from error


@contextmanager
def _in_one_transaction() -> Iterator[None]:
    """Undo all migrations of the block when one of them fails, or the process is stopped.

    But for a new database, in which a migration is missing that cannot be undone: what is there
    then is of no worth.
    """
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not all(migration.atomic for migration, _ in plan):
        yield
        return
    # SQLite's tables are made anew, to which others refer: what they refer to is looked at once
    # for each migration. Within a transaction this cannot be turned off.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
    finally:
        connection.enable_constraint_checking()


class _Migrate(migrate.Command):
    """Django's command, which also tells how far it has come."""

    def __init__(self, progress: Progress, count: int) -> None:
        super().__init__()
        self._progress, self._count, self._done = progress, count, 0

    def migration_progress_callback(self, action, migration=None, fake=False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success":
            _settle_constraints()
            self._done += 1
            self._progress(self._done, self._count or _count_migrations())


def _settle_constraints() -> None:
    """Have PostgreSQL check now what it was to check in the end: else no table can be altered."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@cache
def _count_migrations() -> int:
    return sum(1 for app in apps.get_app_configs() for _ in _migrations_of(app))
