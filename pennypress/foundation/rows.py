"""Rows that every comment, gift and edit writes: in SQL, one statement each.

Django's ORM builds such a statement anew each time, at several times the cost of running it.
"""

from functools import lru_cache

from django.db import connection, models


class NotInTransaction(RuntimeError):
    """Called outside of a transaction what must share that of the change it belongs to."""


def require_transaction(what: str) -> None:
    """Raise NotInTransaction outside of a transaction; `what` says what belongs into one."""
    if not connection.in_atomic_block:
        raise NotInTransaction(what)


def advance(counter: type[models.Model], column: str, by: int) -> int:
    """Add `by` to the counter's row (number 1, made when missing) and return its value after.

    Other writers wait at the row until the transaction ends, so nothing is numbered twice and no
    number is skipped by one that is rolled back. Inside a transaction only.
    """
    table = counter._meta.db_table
    move = f"UPDATE {table} SET {column} = {column} + %s WHERE id = 1 RETURNING {column}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(move, [by])
        row = cursor.fetchone()
        if row is None:
            counter._default_manager.bulk_create(
                [counter(pk=1, **{column: 0})], ignore_conflicts=True
            )
            cursor.execute(move, [by])
            row = cursor.fetchone()
    return row[0]


def insert(row: models.Model) -> None:
    """Store a new row that has its key already. No signals are sent.

    Raises IntegrityError where the database does.
    """
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in row._meta.concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insert_into(type(row), connection.vendor), values)
    row._state.adding = False
    row._state.db = connection.alias


@lru_cache
def _insert_into(model: type[models.Model], vendor: str) -> str:
    """The statement that stores a row of a model in the connected kind of database."""
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in model._meta.concrete_fields]
    places = ", ".join("%s" for _ in columns)
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
