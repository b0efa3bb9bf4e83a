"""Who signs in with a password: throttled before it is hashed, and logged."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from pennypress.limits.actions import TooMany, clear, give_back

from .attempts import count, sign_in_buckets
from .models import Account
from .security_log import SIGNED_IN, TOO_MANY_PASSWORDS, WRONG_PASSWORD, log_event


class ThrottledBackend(ModelBackend):
    """Django's own, with limits before it. Stands before Django's, which knows older sessions."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> Account | None:
        """Return the account of this address and password.

        Raises TooMany before anything is hashed, whatever the password is; PermissionDenied for
        a wrong one, so that no other backend is asked. An unknown account and a wrong password
        take the same work.
        """
        email = username if username is not None else fields.get(Account.USERNAME_FIELD)
        if email is None or password is None:
            return None
        buckets = sign_in_buckets(request, email)
        try:
            count(buckets)  # before the password is looked at: of many at once none passes unseen
        except TooMany as refusal:
            if not refusal.again:
                log_event(TOO_MANY_PASSWORDS, request, _number_of(email))
            raise
        account = super().authenticate(request, username=email, password=password)
        if not isinstance(account, Account):
            log_event(WRONG_PASSWORD, request, _number_of(email))
            raise PermissionDenied
        with transaction.atomic():  # only wrong ones count
            own = [b for b in buckets if b.name in {"sign-in-account-address", "sign-in-device"}]
            clear(own)
            give_back([bucket for bucket in buckets if bucket not in own])
        log_event(SIGNED_IN, request, account.pk)
        return account


def _number_of(email: str) -> int | None:
    return Account.objects.filter(email=email).values_list("pk", flat=True).first()
