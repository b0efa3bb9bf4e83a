"""Erasing, composed of what the parts declare: once more after a restore, and all of one person."""

from django.db import transaction

from pennypress.readers.models import Account, Guest
from pennypress.record.erasures import due_erasures, note_unrecorded, read_erasures
from pennypress.record.registry import all_erasers, declarations


class NothingToErase(Exception):
    """There is no such thing, or it was erased before; the message says what was looked for."""


def erase_again(origin: str, listed: str) -> int:
    """Carry out the listed erasures that the present database does not know of; return how many.

    `origin` is its record's; `listed` is the text of the list that lies outside the database.
    Raises ValueError for a list that cannot be read.
    """
    erasing = all_erasers()
    due = due_erasures(origin, read_erasures(listed))
    return sum(erasing[kind].erase(subject.partition(":")[2]) for kind, subject in due)


def erasable_things() -> list[str]:
    """Return what can be erased by its number, in words for `erase_thing`."""
    return sorted(what for one in declarations() for what in one.erasable)


def erase_thing(what: str, number: int) -> None:
    """Erase what somebody let us show: the comment, or the name on the gift, of this number.

    Raises NothingToErase, and KeyError for what no part can erase.
    """
    erasable = {name: erase for one in declarations() for name, erase in one.erasable.items()}
    if not erasable[what](number):
        raise NothingToErase(f"there is nothing to erase of {what} {number}")


def erase_person(person: Account | Guest) -> int:
    """Erase all that any part holds of a person; return how much that was.

    What stands in the record stays: it holds no name and no words.
    """
    naming = [one.unrecorded_erasures for one in declarations() if one.unrecorded_erasures]
    erasing = [one.erase_person for one in declarations() if one.erase_person]
    note_unrecorded(line for name in naming for line in name(person))
    with transaction.atomic():
        return sum(erase(person) for erase in erasing)


def erase_people(email: str) -> int:
    """Erase everybody with this address, account or guest, and all of them; return how much.

    Raises NothingToErase.
    """
    email = email.strip()
    accounts = Account.objects.filter(email__iexact=email)
    guests = Guest.objects.filter(email__iexact=email)
    people: list[Account | Guest] = [*accounts, *guests] if email else []
    if not people:
        raise NothingToErase(f"nobody here has the address {email}")
    return sum(map(erase_person, people))
