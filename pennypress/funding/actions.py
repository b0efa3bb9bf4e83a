"""What can happen to the fund: campaigns open and change, gifts and other sums are booked."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from pennypress.delivery.actions import invalidate
from pennypress.foundation.hygiene import BadText, clean_line
from pennypress.foundation.text import has_substance, one_line
from pennypress.record.actions import append, lock_log
from pennypress.record.models import Salt

from .models import Campaign, GiverName, LedgerAccount, Transfer
from .money import MOST_MINOR, exponent

REFERENCE_LENGTH = 100
NAME_LENGTH = 120


class FundingRefused(ValueError):
    """The ledger cannot take this; the message says why. Nothing was written."""


def main_campaign() -> Campaign | None:
    """Return the campaign whose meter stands on every page without one of its own: the first."""
    return Campaign.objects.order_by("pk").first()


def save_campaign(campaign: Campaign) -> Campaign:
    """Open a new campaign, or change one.

    Raises Refused for a field that cannot be stored, a slug that another campaign has, or a
    currency or slug changed after the first sum was booked (accounts are named by them), and
    BadAmount for an unknown currency.
    """
    check_campaign(campaign)
    new = campaign.pk is None
    with transaction.atomic():
        if new:
            campaign.save()
        append(
            "campaign.opened" if new else "campaign.changed",
            f"campaign:{campaign.pk}",
            timezone.now(),
            {
                "currency": campaign.currency,
                "goal": campaign.goal,
                "starts": campaign.starts.isoformat() if campaign.starts else None,
                "ends": campaign.ends.isoformat() if campaign.ends else None,
            },
            {"text": committed_text(campaign)},
        )
        if not new:
            check_campaign(campaign)  # again: writers queue from here on, and one may have booked
            campaign.save()
        # Pages made before a campaign was open carry no tag of it.
        invalidate(f"campaign:{campaign.pk}", "campaigns", *(["site"] if new else []))
    return campaign


def committed_text(campaign: Campaign) -> bytes:
    """Return the exact bytes to which a campaign's entry commits: title and text."""
    return "\n".join([campaign.title, campaign.text]).encode()


def check_campaign(campaign: Campaign) -> None:
    """Raise Refused or BadAmount when `save_campaign` would not take this campaign."""
    exponent(campaign.currency)  # raises BadAmount, a ValueError, for an unknown code
    if campaign.goal is not None and not 0 < campaign.goal <= MOST_MINOR:
        raise FundingRefused("the goal must be more than zero")
    if campaign.starts and campaign.ends and campaign.starts > campaign.ends:
        raise FundingRefused("the campaign ends before it starts")
    try:
        campaign.clean_fields()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise FundingRefused(f"{field}: {messages[0]}") from error
    if Campaign.objects.filter(slug=campaign.slug).exclude(pk=campaign.pk).exists():
        raise FundingRefused(f"there is already a campaign {campaign.slug}")
    if campaign.pk is None:
        return
    before = Campaign.objects.get(pk=campaign.pk)
    booked = Transfer.objects.filter(credit__campaign=campaign).exists()
    if booked and (before.currency, before.slug) != (campaign.currency, campaign.slug):
        raise FundingRefused("currency and slug are fixed once a sum is in the ledger")


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
    reference = _clean(reference, "reference", REFERENCE_LENGTH)
    key = f"gift:{reference}" if reference else ""
    if received_in not in {"bank", "cash"}:
        raise FundingRefused(f"a gift is received in bank or cash, not {received_in!r}")
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


def erase_giver(transfer: Transfer) -> bool:
    """Erase the name that a giver let us show; say whether there was one.

    The gift stays in the ledger and in the record, which holds no name. An entry says that a name
    was erased, so that the list outside the database knows of it.
    """
    with transaction.atomic():
        lock_log()
        if not GiverName.objects.filter(transfer=transfer).delete()[0]:
            return False
        Salt.objects.filter(entry=transfer.entry).delete()
        append("giver.erased", f"gift:{transfer.entry}", timezone.now())
        campaigns = {transfer.credit.campaign_id, transfer.debit.campaign_id} - {None}
        invalidate("ledger", *(f"campaign:{number}" for number in campaigns))
    return True


def carry_over(
    campaign: Campaign, minor: int, currency: str, *, source: str, day: dt.date | None = None
) -> Transfer:
    """Book the sum that another system stated when the site moved in; it is marked as such.

    `source` names the arriving page or file; the same one twice is Refused.
    """
    source = _clean(source, "source", REFERENCE_LENGTH)
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
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise FundingRefused("the amount must be a whole number of the currency's smallest unit")
    if not 0 < minor <= MOST_MINOR:
        raise FundingRefused("the amount must be more than zero")
    if day > today:
        raise FundingRefused(f"{day.isoformat()} has not come yet")
    name = _clean_name(name)
    try:
        with transaction.atomic():
            if key and Transfer.objects.filter(key=key).exists():
                raise FundingRefused(refusal)
            entry = append(
                ENTRY_KINDS[kind],
                f"campaign:{campaign.pk}",
                day,
                {"amount": minor, "currency": currency, "debit": debit, "credit": credit},
            )
            # Writers queue from here on: what the campaign is now, it is until the commit.
            _check_unchanged(campaign, currency)
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
            invalidate(f"campaign:{campaign.pk}", "ledger")
    except IntegrityError as error:
        # Two at once with one key: the database let one through.
        if Transfer.objects.filter(key=key).exists():
            raise FundingRefused(refusal) from error
        raise
    return transfer


ENTRY_KINDS: Mapping[str, str] = {
    Transfer.Kind.GIFT: "gift.received",
    Transfer.Kind.CARRIED_OVER: "sum.carried",
}


def _account(code: str, campaign: Campaign | None = None) -> LedgerAccount:
    return LedgerAccount.objects.get_or_create(code=code, defaults={"campaign": campaign})[0]


def _check_unchanged(campaign: Campaign, currency: str) -> None:
    """Raise Refused unless the campaign is stored in this currency, under the slug we know."""
    stored = Campaign.objects.filter(pk=campaign.pk).first()
    if stored is None or stored.slug != campaign.slug:
        raise FundingRefused(f"there is no campaign {campaign.slug}")
    if stored.currency != currency:
        raise FundingRefused(f"campaign {stored.slug} is in {stored.currency}, not {currency}")


def _clean_name(name: str) -> str:
    """Return a giver's name as readers see it, or nothing where they would see nothing."""
    name = _clean(name, "name", NAME_LENGTH)
    return name if has_substance(name) else ""


def _clean(text: str, what: str, most: int) -> str:
    """Return one line of text as it is kept. Raises Refused when it cannot be."""
    try:
        return clean_line(one_line(text), what, most)
    except BadText as error:
        raise FundingRefused(f"{what}: {error}") from error
