"""Saying what a change makes stale. Called by other parts' verbs, inside their transaction."""

from django.db import connection

from pennypress.foundation.rows import advance, require_transaction

from .changes import CHANNEL
from .models import Sequence


def invalidate(*names: str) -> int:
    """Move the named tags to the next number of the global sequence and return that number.

    Call it last in a verb, after the record entry (or `lock_log`): both lock one row until commit,
    and one order for all verbs means that writers never wait for each other in a circle.
    Raises NotInTransaction outside of a transaction.
    """
    require_transaction("tags move inside the transaction of the change")
    number = advance(Sequence, "value", 1)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO delivery_tag (name, sequence) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence",
            [(name, number) for name in sorted(set(names))],
        )
        if connection.vendor == "postgresql":  # on SQLite others see a commit by themselves
            cursor.execute(f"NOTIFY {CHANNEL}")  # sent with the commit, and only then
    return number
