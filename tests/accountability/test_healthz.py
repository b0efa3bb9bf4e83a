"""/healthz: 200 when the site can serve and write, 503 when it cannot."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction

from pennypress.delivery.actions import invalidate
from pennypress.delivery.models import Sequence


@contextmanager
def a_writer_at_work() -> Iterator[None]:
    """Another connection is in the middle of a long change."""
    begun, done = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                invalidate("home")
                begun.set()
                done.wait(20)
        finally:
            connections.close_all()

    thread = Thread(target=write)
    thread.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.django_db
def test_a_site_that_can_write_is_well_and_nothing_is_written(reader):
    invalidate("home")
    before = Sequence.objects.get().value
    response = reader.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert Sequence.objects.get().value == before
    assert reader.head("/healthz").status_code == 200


def test_a_database_that_is_gone_is_503(committed, reader):
    place = "NAME" if connection.vendor == "sqlite" else "HOST"
    connection.close()
    known = connection.settings_dict[place]
    connection.settings_dict[place] = "/nowhere/at/all"
    try:
        response = reader.get("/healthz")
    finally:
        connection.close()
        connection.settings_dict[place] = known
    assert response.status_code == 503
    assert response.json() == {"status": "unwell", "database": "OperationalError"}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite has one writer at a time")
def test_a_locked_sqlite_is_503(committed, reader):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        with a_writer_at_work():
            assert reader.get("/healthz").status_code == 503
        assert reader.get("/healthz").status_code == 200
    finally:
        connection.close()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="rows are locked one by one")
def test_a_long_change_does_not_make_postgresql_look_dead(committed, reader):
    with transaction.atomic():
        invalidate("home")
    with a_writer_at_work():
        start = time.monotonic()
        assert reader.get("/healthz").status_code == 200
        assert time.monotonic() - start < 3


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the settings of SQLite")
def test_sqlite_runs_so_that_no_acknowledged_commit_is_lost(committed):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    connection.close()
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            assert cursor.execute(f"PRAGMA {name}").fetchone()[0] == value, name
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
