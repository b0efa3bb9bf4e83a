"""The fund: campaigns, and a double-entry ledger from which every public figure is computed."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from pennypress.foundation.clean_fields import CleanText

from .money import Money, exponent


@dataclass(frozen=True)
class Appeal:
    """What a campaign asks of readers, and the language in which it does."""

    heading: str
    text: str
    language: str


class Campaign(CleanText, models.Model):
    """What readers are asked to pay for. The first one made is the site's main campaign."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text=_("What the money is for; shown on its page"))
    currency = models.CharField(
        max_length=3, help_text=_("ISO code; fixed once the first sum is in the ledger")
    )
    goal = models.BigIntegerField(
        null=True, blank=True, help_text=_("In minor units (cents); empty for no goal")
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    appeal_heading = models.CharField(max_length=200, blank=True)
    appeal_text = models.TextField(blank=True, help_text=_("Stands under each story"))
    # In other languages than the site's first: {language: {"heading": …, "text": …}}.
    appeals = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(goal__isnull=True) | Q(goal__gt=0), name="funding_goal_positive"
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(starts__lte=F("ends")),
                name="funding_starts_before_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def appeal_in(self, language: str) -> Appeal:
        """Return its appeal in a language, or as the site's first language has it."""
        if words := self.appeals.get(language):
            return Appeal(words["heading"], words["text"], language)
        return Appeal(self.appeal_heading, self.appeal_text, settings.LANGUAGE_CODE)

    @property
    def goal_money(self) -> Money | None:
        return Money(self.goal, self.currency) if self.goal else None

    @property
    def decimals(self) -> int:
        return exponent(self.currency)


class LedgerAccount(models.Model):
    """A ledger account, named by a path: `assets:bank`, `income:gifts:<campaign>`."""

    code = models.CharField(max_length=120, unique=True)
    campaign = models.ForeignKey(
        Campaign, null=True, on_delete=models.PROTECT, related_name="accounts"
    )

    why_kept = _(
        "This campaign cannot be deleted: the public ledger has accounts of it. To end it, give it "
        "a last day."
    )

    class Meta:
        db_table = "funding_account"
        ordering = ["code"]
        verbose_name = _("ledger account")

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """One transaction of the ledger: one account debited, one credited, the same positive amount.

    Balanced by construction. The database refuses to change or delete a row: a mistake is
    corrected by a transfer the other way.
    """

    class Kind(models.TextChoices):
        GIFT = "gift", _("Gift")
        CARRIED_OVER = "carried-over", _("Carried over")

    key = models.CharField(max_length=120, unique=True, help_text=_("Books one fact once"))
    kind = models.CharField(max_length=20, choices=Kind)
    debit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="credits")
    amount = models.BigIntegerField(help_text=_("In minor units of the currency"))
    currency = models.CharField(max_length=3)
    day = models.DateField(help_text=_("The day on which it was received"))
    booked_at = models.DateTimeField(auto_now_add=True)
    entry = models.BigIntegerField(unique=True, help_text=_("Its entry in the public record"))

    why_kept = _(
        "This account cannot be deleted: the public ledger has entries in it, and nothing that was "
        "booked is ever removed."
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["credit", "kind", "amount"], name="funding_meter"),
            models.Index(fields=["debit", "amount"], name="funding_given_back"),
            models.Index(fields=["credit", "-day", "-id"], name="funding_ledger_page"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="funding_amount_positive"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="funding_two_different_accounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.amount} {self.currency}"


class GiverName(models.Model):
    """The name a giver chose to show. Beside the ledger, so that it can be erased."""

    transfer = models.OneToOneField(
        Transfer, on_delete=models.CASCADE, primary_key=True, related_name="giver"
    )
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


@register_setting(icon="pick")
class FundSettings(CleanText, BaseSiteSetting):
    """The site's currency, and how readers can give by transfer."""

    currency = models.CharField(max_length=3, default="USD", help_text=_("ISO code"))
    account_holder = models.CharField(max_length=160, blank=True)
    account_details = models.TextField(
        blank=True, help_text=_("One line each: bank, IBAN, BIC, or whatever your readers need")
    )
    reference_hint = models.CharField(
        max_length=160, blank=True, help_text=_("What to write as the transfer's reference")
    )

    class Meta:
        verbose_name = _("fund")
