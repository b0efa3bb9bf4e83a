"""Every public figure of the fund, computed from ledger entries alone."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Max, Sum

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact

from .actions import main_campaign
from .models import Campaign, Transfer
from .money import Money, exponent, format_money

FEE_COVER = "income:fee-cover"


@dataclass(frozen=True)
class Meter:
    """What the meter of a campaign shows; `language` decides how its sums are written."""

    campaign: Campaign
    raised: Money
    goal: Money | None
    contributors: int
    carried_over: Money
    language: str
    record_size: int = 0  # of the record, from which on these figures are true

    @property
    def start_text(self) -> str:
        return self._write(0)

    @property
    def midpoint_text(self) -> str:
        return self._write(self.goal.minor // 2) if self.goal else ""

    @property
    def goal_text(self) -> str:
        return self._write(self.goal.minor) if self.goal else ""

    @property
    def raised_text(self) -> str:
        return self._write(self.raised.minor)

    @property
    def carried_over_text(self) -> str:
        return self._write(self.carried_over.minor)

    @property
    def max(self) -> str:
        """The goal in major units, for the markup's `max`."""
        return _plain(self.goal) if self.goal else ""

    @property
    def midpoint(self) -> str:
        """Half the goal in major units."""
        return _plain(Money(self.goal.minor // 2, self.goal.currency)) if self.goal else ""

    @property
    def value(self) -> str:
        """The sum raised in major units, held between nothing and the goal, for `value`."""
        if not self.goal:
            return ""
        return _plain(Money(min(max(self.raised.minor, 0), self.goal.minor), self.raised.currency))

    @property
    def percent(self) -> int:
        """How much of the goal is raised in whole per cent, cut off, not clamped at 100."""
        return max(self.raised.minor, 0) * 100 // self.goal.minor if self.goal else 0

    def _write(self, minor: int) -> str:
        return format_money(minor, self.raised.currency, self.language)


def read_campaign(number: int) -> Campaign | None:
    """Return a campaign by its number, for a page that shows it."""
    depends_on(f"campaign:{number}")
    return Campaign.objects.filter(pk=number).first()


def read_meter(campaign: Campaign, language: str) -> Meter:
    """Compute a campaign's meter from the ledger."""
    depends_on(f"campaign:{campaign.pk}")
    credited, debited = _sums(campaign, "credit"), _sums(campaign, "debit")
    return Meter(
        campaign=campaign,
        raised=Money(credited["income"] - debited["income"], campaign.currency),
        goal=campaign.goal_money,
        contributors=credited["gifts"],
        carried_over=Money(credited["carried"], campaign.currency),
        language=language,
        record_size=max(credited["size"], debited["size"]),
    )


def main_campaign_number() -> int | None:
    """Return the number of the site's main campaign, or None while there is no campaign."""

    def read() -> int | None:
        depends_on("site")  # which campaign is the main one, or that there is none yet
        campaign = main_campaign()
        return campaign.pk if campaign else None

    return cached_fact(("main-campaign",), read)


def main_meter(language: str) -> Meter | None:
    """Return the meter of the site's main campaign, or None while there is no campaign."""
    number = main_campaign_number()
    campaign = read_campaign(number) if number else None
    return read_meter(campaign, language) if campaign else None


def raised_minor(campaign: Campaign) -> int:
    """Return what was received and not given back, in minor units.

    It is minus the balance (debits less credits) of the campaign's income accounts, covered fees
    left out.
    """
    return _sums(campaign, "credit")["income"] - _sums(campaign, "debit")["income"]


def _sums(campaign: Campaign, side: str) -> dict[str, int]:
    """Add up, in one pass, the transfers that credit (or debit) a campaign's accounts."""
    accounts = dict(campaign.accounts.values_list("pk", "code"))
    # By number, not by name: a million rows are then read in the order of their index.
    rows = (
        Transfer.objects.filter(**{f"{side}__in": list(accounts)})
        .values_list(side, "kind")
        .annotate(total=Sum("amount"), number=Count("*"), last=Max("entry"))
        .order_by()
    )
    sums = {"income": 0, "carried": 0, "gifts": 0, "size": 0}
    for account, kind, total, number, last in rows:
        sums["size"] = max(sums["size"], last + 1)
        if accounts[account].startswith("income:") and accounts[account] != FEE_COVER:
            sums["income"] += total
        if kind == Transfer.Kind.CARRIED_OVER:
            sums["carried"] += total
        if kind == Transfer.Kind.GIFT:
            sums["gifts"] += number
    return sums


def ledger_entries(campaign: Campaign | None = None) -> models.QuerySet[Transfer]:
    """The public ledger, latest day first."""
    depends_on(f"campaign:{campaign.pk}" if campaign else "ledger")
    rows = Transfer.objects.select_related("debit", "credit", "credit__campaign", "giver")
    if campaign is None:
        return rows
    return rows.filter(credit__in=list(campaign.accounts.values_list("pk", flat=True)))


@dataclass(frozen=True)
class PublicEntry:
    """A ledger entry as the public sees it."""

    number: int
    record_entry: int  # of the record
    day: dt.date
    kind: str
    kind_label: str
    name: str
    amount: Money
    amount_text: str
    debit: str
    credit: str
    campaign: Campaign | None

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"


def public_entry(row: Transfer, language: str) -> PublicEntry:
    """Turn a row of `ledger_entries` into what the page, the API and the files show."""
    giver = getattr(row, "giver", None)
    return PublicEntry(
        number=row.pk,
        record_entry=row.entry,
        day=row.day,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        name=giver.name if giver else "",
        amount=Money(row.amount, row.currency),
        amount_text=format_money(row.amount, row.currency, language),
        debit=row.debit.code,
        credit=row.credit.code,
        campaign=row.credit.campaign,
    )


def _plain(money: Money) -> str:
    digits = exponent(money.currency)
    text = f"{money.major:.{digits}f}" if digits else str(money.minor)
    return text.rstrip("0").rstrip(".") if "." in text else text
