"""What can happen to the fund: campaigns open and change, gifts and carried-over sums are booked."""

import datetime as dt
import unicodedata
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from pennypress.delivery.actions import touch
from pennypress.record.actions import append

from .models import Account, Campaign, GiverName, Transfer
from .money import MOST_MINOR, exponent

CAMPAIGN_FIELDS = (
    "slug", "title", "text", "currency", "goal", "starts", "ends", "appeal_heading", "appeal_text",
)  # fmt: skip


class Refused(ValueError):
    """The ledger cannot take this; the message says why. Nothing was written."""


def main_campaign() -> Campaign | None:
    """Return the campaign whose meter stands on every page without one of its own: the first."""
    return Campaign.objects.order_by("pk").first()


def save_campaign(campaign: Campaign) -> Campaign:
    """Open a new campaign, or change one.

    Raises Refused for an unknown currency, a goal that is not positive, or a currency or slug
    changed after the first sum was booked (accounts are named by them).
    """
    check_campaign(campaign)
    kind = "campaign.changed" if campaign.pk else "campaign.opened"
    with transaction.atomic():
        campaign.save()
        append(
            kind,
            f"campaign:{campaign.pk}",
            timezone.now(),
            {
                "currency": campaign.currency,
                "goal": campaign.goal,
                "starts": campaign.starts.isoformat() if campaign.starts else None,
                "ends": campaign.ends.isoformat() if campaign.ends else None,
            },
            {"text": "\n".join([campaign.title, campaign.text]).encode()},
        )
        touch(f"campaign:{campaign.pk}")
    return campaign


def check_campaign(campaign: Campaign) -> None:
    """Raise Refused or BadAmount when `save_campaign` would not take this campaign."""
    exponent(campaign.currency)  # raises BadAmount, a ValueError, for an unknown code
    if campaign.goal is not None and not 0 < campaign.goal <= MOST_MINOR:
        raise Refused("the goal must be more than zero")
    if campaign.starts and campaign.ends and campaign.starts > campaign.ends:
        raise Refused("the campaign ends before it starts")
    if campaign.pk is None:
        if Campaign.objects.filter(slug=campaign.slug).exists():
            raise Refused(f"there is already a campaign {campaign.slug}")
        return
    before = Campaign.objects.get(pk=campaign.pk)
    booked = Transfer.objects.filter(credit__campaign=campaign).exists()
    if booked and (before.currency, before.slug) != (campaign.currency, campaign.slug):
        raise Refused("currency and slug are fixed once a sum is in the ledger")


def record_gift(
    campaign: Campaign,
    minor: int,
    currency: str,
    *,
    name: str = "",
    reference: str = "",
    day: dt.date | None = None,
    received_in: str = "bank",
) -> Transfer:
    """Book a gift that was received outside (bank transfer, cash). It counts at once.

    `minor` is in minor units of `currency`, which must be the campaign's. `name` is shown to the
    public only because the giver asked for it. `reference` is the bank's or the newsroom's own;
    the same one twice is Refused, as are amounts that are not positive and days in the future.
    """
    key = f"gift:{reference}" if reference else ""
    if received_in not in {"bank", "cash"}:
        raise Refused(f"a gift is received in bank or cash, not {received_in!r}")
    return _book(
        Transfer.Kind.GIFT,
        campaign,
        minor,
        currency,
        debit=f"assets:{received_in}",
        credit=f"income:gifts:{campaign.slug}",
        key=key,
        day=day,
        name=name,
        refusal=f"a gift with reference {reference!r} is already in the ledger",
    )


def carry_over(
    campaign: Campaign, minor: int, currency: str, *, source: str, day: dt.date | None = None
) -> Transfer:
    """Book the sum that another system stated when the site moved in; it is marked as such.

    `source` names the arriving page or file; the same source twice is Refused.
    """
    return _book(
        Transfer.Kind.CARRIED_OVER,
        campaign,
        minor,
        currency,
        debit="equity:carried-over",
        credit=f"income:carried-over:{campaign.slug}",
        key=f"carried-over:{source}",
        day=day,
        refusal=f"the sum of {source} was already carried over",
    )


def _book(
    kind: str,
    campaign: Campaign,
    minor: int,
    currency: str,
    *,
    debit: str,
    credit: str,
    key: str,
    day: dt.date | None,
    refusal: str,
    name: str = "",
) -> Transfer:
    today = timezone.localdate()
    day = day or today
    if currency != campaign.currency:
        raise Refused(f"campaign {campaign.slug} is in {campaign.currency}, not {currency}")
    if not 0 < minor <= MOST_MINOR:
        raise Refused("the amount must be more than zero")
    if day > today:
        raise Refused(f"{day.isoformat()} has not come yet")
    if len(key) > 120:
        raise Refused("the reference is longer than 100 characters")
    name = _clean_name(name)
    try:
        with transaction.atomic():
            if key and Transfer.objects.filter(key=key).exists():
                raise Refused(refusal)
            entry = append(
                _ENTRY_KINDS[kind],
                f"campaign:{campaign.pk}",
                day,
                {"amount": minor, "currency": currency, "debit": debit, "credit": credit},
            )
            transfer = Transfer.objects.create(
                kind=kind,
                key=key or f"entry:{entry.index}",
                debit=_account(debit),
                credit=_account(credit, campaign),
                amount=minor,
                currency=currency,
                day=day,
                entry=entry.index,
            )
            if name:
                GiverName.objects.create(transfer=transfer, name=name)
            touch(f"campaign:{campaign.pk}", "ledger")
    except IntegrityError as error:
        # Two at once with one key: the database let one through.
        if Transfer.objects.filter(key=key).exists():
            raise Refused(refusal) from error
        raise
    return transfer


_ENTRY_KINDS: Mapping[str, str] = {
    Transfer.Kind.GIFT: "gift.received",
    Transfer.Kind.CARRIED_OVER: "sum.carried",
}


def _account(code: str, campaign: Campaign | None = None) -> Account:
    return Account.objects.get_or_create(code=code, defaults={"campaign": campaign})[0]


def _clean_name(name: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if len(name) > 120:
        raise Refused("the name is longer than 120 characters")
    if any(
        unicodedata.category(c) in {"Cc", "Cs"} or c in "\u202a\u202b\u202c\u202d\u202e"
        for c in name
    ):
        raise Refused("the name holds control characters")
    return name
