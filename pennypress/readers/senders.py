"""Who sent a request, as far as that is known: what an idempotency key belongs to."""

from django.http import HttpRequest

from .actions import recognise_guest
from .models import Account, Guest


def name_account(account: Account) -> str:
    """Return how an account is named as a sender."""
    return f"account {account.pk}"


def name_guest(guest: Guest) -> str:
    """Return how a guest, who must be stored, is named as a sender."""
    return f"guest {guest.pk}"


def name_sender(request: HttpRequest) -> str:
    """Return a name for whoever sent this: the account, the guest, else the client's address.

    The address is a person's: the name is to be hashed with a key, and never stored or logged.
    """
    if isinstance(request.user, Account):
        return name_account(request.user)
    guest = recognise_guest(request)
    return name_guest(guest) if guest else f"address {request.META.get('REMOTE_ADDR', '')}"
