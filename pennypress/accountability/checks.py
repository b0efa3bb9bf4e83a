"""What `pennypress check` proves: database, settings, and what each part declares."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core import checks as django_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pennypress.foundation.progress import Progress, no_progress
from pennypress.record.registry import declarations


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check; `problems` is empty when it found none."""

    name: str
    problems: list[str]


def run_checks(progress: Progress = no_progress) -> list[CheckResult]:
    """Run every check and return what each found. Changes nothing."""
    declared = {name: check for one in declarations() for name, check in one.checks.items()}
    checks = {"database": _check_database, "configuration": _check_configuration, **declared}
    found: list[CheckResult] = []
    for number, (name, check) in enumerate(checks.items(), 1):
        found.append(CheckResult(name, list(check())))
        progress(number, len(checks))
        if name == "database" and found[0].problems:
            break  # the others would fail on it
    return found


def run_repairs() -> Iterator[str]:
    """Put right what parts know to be wrong from earlier versions; yield what was done."""
    for one in declarations():
        for repair in one.repairs.values():
            yield from repair()


def _check_database() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"{len(plan)} migrations are not applied: `pennypress serve` applies them"
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] not in {"wal", "memory"}:
                yield "SQLite does not run in WAL mode"
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                yield "SQLite would lose acknowledged commits on power loss (synchronous < FULL)"
            cursor.execute("PRAGMA quick_check")
            if (verdict := cursor.fetchone()[0]) != "ok":
                yield f"SQLite finds damage: {verdict}"


def _check_configuration() -> Iterator[str]:
    for message in django_checks.run_checks():
        if message.level >= django_checks.ERROR:
            yield f"{message.id}: {message.msg}"
