"""What is held of the people themselves can be erased."""

from pennypress.record.registry import Declaration

from .models import Account, Guest


def erase_person(person: Account | Guest) -> int:
    """Delete a guest, or an account with its sign-in. What they wrote is other parts' to erase."""
    person.delete()
    return 1


DECLARATION = Declaration(part="readers", erase_person=erase_person)
