"""What the tests of served pages share: a database of their own, a paper in it, workers."""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases

from tests.record.committed import committed  # noqa: F401

from .paper import BOUNDS, Paper, make_paper
from .served import Counts, Served, count_renders

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def migrated(django_db_setup, django_db_keepdb, django_db_blocker) -> Iterator[None]:
    """The run's empty test database. It is not there yet when no test of the run is marked so."""
    if connection.settings_dict["NAME"] == connection.creation._get_test_db_name():
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(0, interactive=False, keepdb=django_db_keepdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@contextlib.contextmanager
def moved_to(name: str) -> Iterator[None]:
    """Let all threads' connections lead to another database; they share their settings."""
    connection.close()
    original = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    _forget_what_was_read()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        _forget_what_was_read()


def _forget_what_was_read() -> None:
    """What libraries remember of one database is not so in another."""
    cache.clear()
    ContentType.objects.clear_cache()


@contextlib.contextmanager
def copied(folder: Path) -> Iterator[str]:
    """A copy of the database that connections lead to now; yields its name. `folder` is empty."""
    connection.close()
    original = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        name = str(folder / "copy.sqlite3")
        copy_sqlite(original, name)
        yield name
        return
    name = f"{original[:40]}_{next(_numbers)}"
    with as_operator() as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original]
        )
        operator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        try:
            yield name
        finally:
            operator.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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


@pytest.fixture(scope="session")
def printed(migrated, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Paper, str, Path]]:
    """The paper, made once in a run, with its database and its folder of pictures."""
    media = tmp_path_factory.mktemp("media")
    with copied(tmp_path_factory.mktemp("database")) as name:
        with django_db_blocker.unblock(), _settings(media), moved_to(name):
            made = make_paper()
        yield made, name, media


def _settings(media: Path) -> override_settings:
    return override_settings(
        MEDIA_ROOT=media,
        FIRST_COMMENTS="publish",
        ALLOWED_HOSTS=["testserver", "localhost", "127.0.0.1"],
        TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
    )


@pytest.fixture(scope="module")
def paper(printed, django_db_blocker, tmp_path_factory) -> Iterator[Paper]:
    """The paper in a database of this module's own, in which rows are really committed.

    Bounds are so small that a few words fill pages.
    """
    made, name, media = printed
    with (
        django_db_blocker.unblock(),
        _settings(media),
        pytest.MonkeyPatch.context() as patch,
        moved_to(name),
        copied(tmp_path_factory.mktemp("database")) as own,
        moved_to(own),
    ):
        for place, bound in BOUNDS.items():
            patch.setattr(place, bound)
        yield made.copy()


@pytest.fixture
def serve_worker() -> Iterator[Callable[..., Served]]:
    """Starts workers: `serve_worker(limit=…)`. They end with the test."""
    with contextlib.ExitStack() as running:
        yield lambda **options: running.enter_context(Served(**options))


@pytest.fixture(scope="module")
def served(paper) -> Iterator[Served]:
    """One worker for the whole module, before the paper."""
    with Served() as served:
        yield served


@pytest.fixture
def counts(monkeypatch) -> Counts:
    """Which pages and parts are rendered during the test."""
    return count_renders(monkeypatch)
