"""Erasing, composed of what the parts declare: once more after a restore, and all of one person."""

from django.db import transaction

from pennypress.readers.models import Account, Guest
from pennypress.record.erasures import due_erasures, read_erasures
from pennypress.record.registry import declarations, erasers


def erase_again(origin: str, listed: str) -> int:
    """Carry out the listed erasures that the present database does not know of; return how many.

    `origin` is its record's; `listed` is the text of the list that lies outside the database.
    Raises ValueError for a list that cannot be read.
    """
    erase = erasers()
    due = due_erasures(origin, read_erasures(listed))
    return sum(erase[kind](int(subject.partition(":")[2])) for kind, subject in due)


def erase_person(person: Account | Guest) -> int:
    """Erase all that any part holds of a person; return how much that was.

    What stands in the record stays: it holds no name and no words.
    """
    erasing = [one.erase_person for one in declarations() if one.erase_person]
    with transaction.atomic():
        return sum(erase(person) for erase in erasing)
