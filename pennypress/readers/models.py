"""The people: accounts for those who sign in, guests for those who only leave a name."""

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "Account":
        account = Account(email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save()
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "Account":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractUser):
    """Someone who can sign in: an editor, a moderator, a publisher, and in time any reader."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = AccountManager()  # type: ignore[assignment,misc]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Guest(models.Model):
    """A browser that posted without an account. Only a hash of its cookie's key is kept."""

    key_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, help_text="If given; never shown")
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"guest {self.pk}"
