"""The run's own databases: copies of the migrated template, an empty one and others with content.

What several tests begin with is made once and committed; each test rolls back what it adds.
"""

import contextlib
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings

from .templates import MIGRATED, sqlite_template

_numbers = itertools.count(1)


class Databases:
    """Databases of growing content, each made when a test first needs it.

    `levels` names what each holds beyond the one before, and the function that adds it.
    """

    def __init__(self, levels: dict[str, Callable[[], object]]) -> None:
        self._levels = {"empty": lambda: None} | levels
        self._names: dict[str, str] = {}
        self._folder = Path(tempfile.mkdtemp(dir=os.environ["PENNYPRESS_HOME"]))

    def lead_to(self, level: str) -> None:
        """Let connections lead to the database of this level.

        Where a module has moved to a database of its own, nothing changes.
        """
        if not self._names:
            self._names["empty"] = _copy_template(self._folder)
            _point_at(self._names["empty"])
        if connection.settings_dict["NAME"] not in self._names.values():
            return
        if level not in self._names:
            self._make(level)
        if connection.settings_dict["NAME"] != self._names[level]:
            _point_at(self._names[level])

    def _make(self, level: str) -> None:
        order = list(self._levels)
        self.lead_to(order[order.index(level) - 1])
        self._names[level] = copy_database(self._folder / f"{level}.sqlite3")
        _point_at(self._names[level])
        with (
            override_settings(
                TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
            ),
            transaction.atomic(),
        ):
            self._levels[level]()
        cache.clear()


def _point_at(name: str) -> None:
    """All threads' connections share their settings."""
    connection.close()
    connection.settings_dict["NAME"] = name


def _copy_template(folder: Path) -> str:
    if connection.vendor == "sqlite":
        return str(shutil.copy(sqlite_template(), folder / "empty.sqlite3"))
    name = f"run_{os.getpid()}"
    with as_operator() as operator:
        operator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{MIGRATED}"')
    return name


def copy_database(file: Path) -> str:
    """Copy the database that connections lead to now; return the copy's name: `file` on SQLite."""
    connection.close()
    original = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        copy_sqlite(original, str(file))
        return str(file)
    name = f"run_{os.getpid()}_{next(_numbers)}"
    with as_operator() as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original]
        )
        operator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    return name


def copy_sqlite(source: str, target: str) -> None:
    """Copy a database that may be in use over another, which may be too."""
    with (
        contextlib.closing(sqlite3.connect(source)) as there,
        contextlib.closing(sqlite3.connect(target)) as here,
    ):
        here.execute("PRAGMA journal_mode=WAL")
        there.backup(here)


@contextlib.contextmanager
def as_operator() -> Iterator[psycopg.Connection]:
    """A connection to PostgreSQL beside the site's."""
    place = connection.settings_dict
    with psycopg.connect(
        host=place["HOST"], user=place["USER"], dbname="postgres", autocommit=True
    ) as operator:
        yield operator
