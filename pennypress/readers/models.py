"""The people: accounts for those who sign in, guests for those who only leave a name."""

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone


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


class OutgoingMail(models.Model):
    """A mail to one person that waits to be sent, or that was. Once sent it has no words."""

    to = models.EmailField(max_length=320)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(
        max_length=255, unique=True, help_text="The same each time: a repetition can be told"
    )
    created = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(
        default=timezone.now, help_text="Later than now too while somebody is sending it"
    )
    error = models.CharField(max_length=300, blank=True, help_text="Of the latest attempt")
    sent = models.DateTimeField(null=True)
    given_up = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(given_up__isnull=True),
                name="readers_mail_sent_or_given_up",
            ),
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(subject="", text="", html=""),
                name="readers_sent_mail_has_no_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(sent__isnull=True, given_up__isnull=True),
                name="readers_mail_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"
