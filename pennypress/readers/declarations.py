"""What is held of the people themselves can be erased."""

import datetime as dt

from pennypress.record.registry import Declaration, Eraser, known_by_name

from .models import Account, Guest, OutgoingMail
from .outbox import check_mail

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def erase_person(person: Account | Guest) -> int:
    """Delete a guest, or an account with its sign-in, and mail to them, whether it was sent or not.

    What they wrote is other parts' to erase.
    """
    mails = OutgoingMail.objects.filter(to__iexact=person.email) if person.email else None
    erased = mails.delete()[0] if mails is not None else 0
    person.delete()
    return erased + 1


def name_erasures(person: Account | Guest) -> list[tuple[str, str]]:
    """Name a person by number and moment of arrival: no other one ever has both."""
    what = "guest" if isinstance(person, Guest) else "account"
    return [(f"{what}.erased", f"{what}:{person.pk}.{_moment_of(person)}")]


def erase_guest_again(name: str) -> bool:
    """Delete a guest who came back with a backup; say whether there was one."""
    return _erase_again(Guest.objects.filter(pk=_number_in(name)).first(), name)


def erase_account_again(name: str) -> bool:
    """Delete an account that came back with a backup; say whether there was one."""
    return _erase_again(Account.objects.filter(pk=_number_in(name)).first(), name)


def _erase_again(person: Account | Guest | None, name: str) -> bool:
    if person is None or name != f"{person.pk}.{_moment_of(person)}":
        return False
    return bool(erase_person(person))


def _number_in(name: str) -> int:
    return int(name.partition(".")[0])


def _moment_of(person: Account | Guest) -> int:
    """When a person came, in microseconds since 1970."""
    moment = person.since if isinstance(person, Guest) else person.date_joined
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


DECLARATION = Declaration(
    part="readers",
    checks={"mail": check_mail},
    erase_person=erase_person,
    unrecorded_erasures=name_erasures,
    unrecorded_erasers={
        "guest.erased": Eraser(erase_guest_again, known_by_name),
        "account.erased": Eraser(erase_account_again, known_by_name),
    },
)
