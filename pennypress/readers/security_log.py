"""What is logged of sign-ins and passwords: an event, an account's number, an address's hash.

No name and no address. The hash is the same for one address on one day (UTC), and means nothing
when the key of that day is thrown away.
"""

import logging

from django.http import HttpRequest

from pennypress.limits.clients import read_client
from pennypress.limits.day_keys import hash_today

logger = logging.getLogger("pennypress.security")

SIGNED_IN = "signed in"
SIGNED_IN_BY_LINK = "signed in by link"
WRONG_PASSWORD = "wrong password"  # noqa: S105 - an event
TOO_MANY_PASSWORDS = "too many wrong passwords"
PASSWORD_SET = "password set"  # noqa: S105
LINK_REFUSED = "link refused"
RESET_ASKED = "password reset asked for"
TOO_MANY = "too many attempts"


def log_event(event: str, request: HttpRequest | None, account: int | None = None) -> None:
    """Write one line: what happened, to which account, from which address."""
    hashed = "-"
    if request is not None:
        address = read_client(request.META.get("REMOTE_ADDR", "")).address
        hashed = hash_today(f"log {address}").hex()[:12]
    logger.info("%s: account %s, address %s", event, account or "-", hashed)
