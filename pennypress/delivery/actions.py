"""Saying what a change makes stale. Called by other parts' verbs, inside their transaction."""

from django.db import connection, models

from .changes import CHANNEL
from .models import Sequence, Tag


class NotInTransaction(RuntimeError):
    """A tag must move in the transaction of the change that it announces."""


def touch(*names: str) -> int:
    """Move the named tags to the next number of the global sequence and return that number.

    Call it last in a verb, after the record entry (or `take_turn`): both lock one row until commit,
    and one order for all verbs means that writers never wait for each other in a circle.
    Raises NotInTransaction outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("tags move inside the transaction of the change")
    if not Sequence.objects.filter(pk=1).update(value=models.F("value") + 1):
        Sequence.objects.bulk_create([Sequence(pk=1, value=0)], ignore_conflicts=True)
        Sequence.objects.filter(pk=1).update(value=models.F("value") + 1)
    number = Sequence.objects.values_list("value", flat=True).get(pk=1)
    Tag.objects.bulk_create(
        [Tag(name=name, sequence=number) for name in sorted(set(names))],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["sequence"],
    )
    if connection.vendor == "postgresql":  # SQLite's other connections see a commit by themselves
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")  # sent with the commit, and only then
    return number
