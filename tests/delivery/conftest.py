"""What the tests of served pages share: a database of their own, a paper in it, workers."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

from tests.databases import copy_database
from tests.record.committed import committed  # noqa: F401

from .paper import BOUNDS, Paper, make_paper
from .served import Counts, Served, count_renders


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


@pytest.fixture(scope="session")
def printed(databases, django_db_blocker, tmp_path_factory) -> tuple[Paper, str, Path]:
    """The paper, made once in a run, with its database and its folder of pictures."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock():
        databases.lead_to("empty")
        name = copy_database(tmp_path_factory.mktemp("database") / "paper.sqlite3")
        with _settings(media), moved_to(name):
            made = make_paper()
    return made, name, media


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
        moved_to(copy_database(tmp_path_factory.mktemp("database") / "copy.sqlite3")),
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
