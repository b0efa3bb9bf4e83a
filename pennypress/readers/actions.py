"""Letting people in: the editor's one-time link, and the cookie by which a guest is known again."""

import hashlib
import secrets

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from .models import Account, Guest

GUEST_COOKIE = "pennypress_guest"
GUEST_COOKIE_SECONDS = 180 * 24 * 3600


class SignInTokens(PasswordResetTokenGenerator):
    """Tokens that die with the first sign-in: the account's last sign-in is part of the hash."""

    key_salt = "pennypress.readers.sign-in"


sign_in_tokens = SignInTokens()


def make_editor(email: str) -> Account:
    """Return the account of this address with all rights, made now if there was none."""
    account = Account.objects.filter(email__iexact=email).first()
    if account is None:
        account = Account.objects.create_superuser(email)
    return account


def sign_in_path(account: Account) -> str:
    """Return the path of a link that signs this account in once, within three days."""
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    return reverse("sign-in-once", args=[uid, sign_in_tokens.make_token(account)])


def account_of_link(uid: str, token: str) -> Account | None:
    """Return the account that a one-time link signs in, or None when the link is spent or false."""
    try:
        account = Account.objects.get(pk=int(force_str(urlsafe_base64_decode(uid))))
    except (ValueError, OverflowError, Account.DoesNotExist):
        return None
    return account if sign_in_tokens.check_token(account, token) else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def recognise_guest(request: HttpRequest) -> Guest | None:
    """Return the guest whose cookie this request carries, if any."""
    key = request.COOKIES.get(GUEST_COOKIE, "")
    return Guest.objects.filter(key_hash=_hash(key)).first() if key else None


def new_guest(email: str = "") -> tuple[Guest, str]:
    """Return a guest, not yet stored, with the key for its cookie, which is kept nowhere else."""
    key = secrets.token_urlsafe(24)
    return Guest(key_hash=_hash(key), email=email), key


def welcome_guest(email: str = "") -> tuple[Guest, str]:
    """Store a new guest; return it with the key for its cookie, as `new_guest` does."""
    guest, key = new_guest(email)
    guest.save()
    return guest, key


def remember_guest(response: HttpResponse, key: str, *, secure: bool) -> None:
    """Give the guest's browser its cookie: HttpOnly, for this site alone, for half a year."""
    response.set_cookie(
        GUEST_COOKIE,
        key,
        max_age=GUEST_COOKIE_SECONDS,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
