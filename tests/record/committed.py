"""A database whose rows are really committed, for tests of writers that meet."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from pennypress.delivery.models import Sequence, Tag
from pennypress.funding.models import Campaign, GiverName, LedgerAccount, Transfer
from pennypress.record.append_only import protect, unprotect
from pennypress.record.models import Checkpoint, Cosignature, Day, Entry, Log, Salt, Tile

RECORD = (Day, Cosignature, Checkpoint, Tile, Salt, Entry, Log)
APPEND_ONLY = (Transfer, Entry, Cosignature, Checkpoint, Tile, Day)


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """No transaction around the test; what it left in fund, record and delivery goes afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            empty_tables()


def empty_tables() -> None:
    """Empty the append-only tables and those around them: only a test database ever needs it."""
    connection.close()  # whatever the test left open on it
    tables = [model._meta.db_table for model in APPEND_ONLY]
    with connection.schema_editor() as editor:
        for table in tables:
            unprotect(editor, table)
    for model in (GiverName, Transfer, LedgerAccount, Campaign, *RECORD, Tag, Sequence):
        model.objects.all().delete()
    with connection.schema_editor() as editor:
        for table in tables:
            protect(editor, table)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment, each on a connection of its own.

    Returns what each returned, or the exception that it raised.
    """
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=10)
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
