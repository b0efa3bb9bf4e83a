"""How often somebody may try: passwords, mails with links, links. Counted before any work."""

import unicodedata
from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from pennypress.limits.actions import Counted, buckets_for, refuse_early, take
from pennypress.limits.clients import Client, client_of_request

from .models import Account

# By it a browser is known in which an account was signed in: wrong passwords of others do not
# count against it (OWASP calls it a device cookie). It signs nobody in.
DEVICE_COOKIE = "pennypress_device"
DEVICE_SECONDS = 365 * 24 * 3600
_DEVICE_SALT = "pennypress.readers.device"


def count(buckets: Sequence[Counted]) -> None:
    """Count an attempt in a transaction of its own. Raises TooMany, and counts nothing then."""
    if not buckets:
        return  # and the database is not asked for its lock
    refuse_early(buckets)
    with transaction.atomic():
        take(buckets)


def sign_in_buckets(request: HttpRequest | None, email: str) -> list[Counted]:
    """What an attempt to sign in counts against, if its password turns out to be wrong.

    In a browser in which the account signed in before it counts there alone.
    """
    client = _client(request)
    if request is None or client is None:
        return []
    limits, account = settings.LIMITS, fold_address(email)
    strict = limits.sign_in_account_address
    if device := _device_of(request, account):
        return buckets_for("sign-in-device", strict, f"{account} {device}", personal=True)
    here = f"{account} {client.address}"
    return [
        *buckets_for("sign-in-account-address", strict, here, personal=True),
        *buckets_for("sign-in-account", limits.sign_in_account, account, personal=True),
        *password_buckets(client),
    ]


def password_buckets(client: Client) -> list[Counted]:
    """What any wrong password counts against: the address, and its network."""
    limits = settings.LIMITS
    return [
        *buckets_for("sign-in-address", limits.sign_in_address, client.address, personal=True),
        *buckets_for("sign-in-network", limits.sign_in_network, client.network, personal=True),
    ]


def reset_buckets(request: HttpRequest, email: str) -> list[Counted]:
    """What a request for a mail with a link to a new password counts against."""
    client = _client(request)
    if client is None:
        return []
    limits = settings.LIMITS
    return [
        *buckets_for("reset-account", limits.reset_account, fold_address(email), personal=True),
        *buckets_for("reset-address", limits.reset_address, client.address, personal=True),
        *buckets_for("reset-network", limits.reset_network, client.network, personal=True),
        *buckets_for("reset-site", limits.reset_site),
    ]


def link_buckets(request: HttpRequest) -> list[Counted]:
    """What a one-time link that is spent or false counts against."""
    client = _client(request)
    if client is None:
        return []
    return buckets_for(
        "links-address", settings.LIMITS.links_address, client.address, personal=True
    )


def page_password_buckets(request: HttpRequest) -> list[Counted]:
    """What a try of a page's or a folder's password counts against."""
    client = _client(request)
    return password_buckets(client) if client else []


def old_password_buckets(request: HttpRequest) -> list[Counted]:
    """What a try to change one's own password counts against: the account, wherever it is."""
    if not isinstance(request.user, Account) or _client(request) is None:
        return []
    limit = settings.LIMITS.sign_in_account_address
    return buckets_for("old-password-account", limit, request.user.pk)


def remember_device(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Give the browser in which an account signed in the cookie by which it is known."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([fold_address(account.email), get_random_string(16)], salt=_DEVICE_SALT),
        max_age=DEVICE_SECONDS,
        path=reverse("wagtailadmin_login"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _device_of(request: HttpRequest, account: str) -> str:
    """The name of this browser if the account signed in there before; else ""."""
    try:
        known, name = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=DEVICE_SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return name if known == account else ""


def _client(request: HttpRequest | None) -> Client | None:
    return client_of_request(request) if request is not None else None


def fold_address(email: str) -> str:
    """Return an address of e-mail as it counts, however it is written."""
    return unicodedata.normalize("NFKC", email).strip().casefold()
