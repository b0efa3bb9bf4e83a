"""Counters that are kept in a row of their own: whoever moves one holds its row until the commit.

Written in SQL: every comment, gift and edit moves three of them, one statement each.
"""

from django.db import connection, models


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
