"""What the fund can prove: every sum that was booked, and each campaign."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from pennypress.delivery.dependencies import depends_on
from pennypress.record.checks import find_unprotected, read_body
from pennypress.record.models import Entry
from pennypress.record.registry import (
    DAY_OR_NULL,
    POSITIVE,
    Declaration,
    EntryKind,
    Eraser,
    Opened,
    PublicThing,
    Schema,
    entry_in_name,
)

from .actions import ENTRY_KINDS, committed_text, erase_giver
from .figures import raised_minor, read_meter
from .models import Campaign, Transfer
from .money import format_money

CAMPAIGN = "^campaign:[0-9]+$"
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
ACCOUNT: Schema = {"type": "string", "pattern": "^(assets|income|expenses|equity)(:[^ ]+)+$"}

_BOOKED = {"amount": POSITIVE, "currency": CURRENCY, "debit": ACCOUNT, "credit": ACCOUNT}
_CAMPAIGN = {
    "currency": CURRENCY,
    "goal": {"type": ["integer", "null"], "minimum": 1},
    "starts": DAY_OR_NULL,
    "ends": DAY_OR_NULL,
}


def link_campaigns(numbers: Collection[int]) -> dict[int, PublicThing]:
    """The campaigns' pages, by their titles."""
    depends_on(*(f"campaign:{number}" for number in numbers))
    return {
        campaign.pk: PublicThing(campaign.title, reverse("campaign", args=[campaign.slug]))
        for campaign in Campaign.objects.filter(pk__in=numbers)
    }


def link_gifts(entries: Collection[int]) -> dict[int, PublicThing]:
    """Gifts, by the entries that booked them: the campaigns that they were for."""
    gifts = Transfer.objects.filter(entry__in=entries, credit__campaign__isnull=False).order_by()
    campaigns = dict(gifts.values_list("entry", "credit__campaign"))
    public = link_campaigns(set(campaigns.values()))
    return {entry: public[campaign] for entry, campaign in campaigns.items()}


def erase_giver_of(entry: int) -> bool:
    """Erase a giver's name by the entry that booked the gift; say whether there was one."""
    transfer = Transfer.objects.filter(entry=entry).select_related("debit", "credit").first()
    return transfer is not None and erase_giver(transfer)


def describe(facts: Mapping[str, Any]) -> list[str]:
    if "amount" not in facts:
        return []
    return [format_money(facts["amount"], facts["currency"], get_language() or "en")]


def claim_sums() -> dict[str, Any]:
    """Return each campaign's figures, and each account's balance: debits less credits."""
    return {
        "campaigns": [_figures(campaign) for campaign in Campaign.objects.order_by("pk")],
        "accounts": [
            {"account": code, "currency": currency, "balance": balance}
            for (code, currency), balance in sorted(_balances().items())
        ],
    }


def _figures(campaign: Campaign) -> dict[str, Any]:
    meter = read_meter(campaign, "en")
    return {
        "number": campaign.pk,
        "slug": campaign.slug,
        "currency": campaign.currency,
        "goal": campaign.goal,
        "raised": meter.raised.minor,
        "carried_over": meter.carried_over.minor,
        "contributors": meter.contributors,
    }


def _balances() -> dict[tuple[str, str], int]:
    balances: dict[tuple[str, str], int] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = Transfer.objects.order_by().values_list(f"{side}__code", "currency")
        for code, currency, total in sums.annotate(total=Sum("amount")):
            balances[code, currency] = balances.get((code, currency), 0) + sign * total
    return balances


def open_campaigns(entries: range) -> Iterator[Opened]:
    """Yield campaigns' words. Of a campaign only the latest are known."""
    depends_on("campaigns")
    for campaign in Campaign.objects.all():
        depends_on(f"campaign:{campaign.pk}")
        entry = Entry.objects.filter(
            subject=f"campaign:{campaign.pk}", kind__in=["campaign.opened", "campaign.changed"]
        ).last()
        if (
            entry
            and entry.index in entries
            and "text" in json.loads(bytes(entry.body))["commitments"]
        ):
            yield entry.index, "text", committed_text(campaign)


def check_ledger() -> Iterator[str]:
    """Yield what is wrong with the ledger: its sums, its rows, and whether it could be changed."""
    if wrong := Transfer.objects.filter(Q(amount__lte=0) | Q(debit=F("credit"))).count():
        yield f"{wrong} transfers are not balanced"
    for row in Transfer.objects.filter(credit__campaign__isnull=False).exclude(
        currency=F("credit__campaign__currency")
    ):
        yield f"transfer {row.pk} is in {row.currency}, its campaign is not"
    for campaign in Campaign.objects.all():
        total = sum(
            Transfer.objects.filter(credit__campaign=campaign).values_list("amount", flat=True)
        ) - sum(Transfer.objects.filter(debit__campaign=campaign).values_list("amount", flat=True))
        if total != (shown := raised_minor(campaign)):
            yield f"campaign {campaign.slug}: the meter says {shown}, the entries {total}"
    yield from _check_against_record()
    yield from find_unprotected(Transfer)


def _check_against_record() -> Iterator[str]:
    """Compare every transfer with the record entry that was written with it."""
    body = Entry.objects.filter(pk=OuterRef("entry")).values("body")[:1]
    rows = Transfer.objects.select_related("debit", "credit").annotate(body=Subquery(body))
    for row in rows.order_by("pk").iterator():
        facts = {
            "amount": row.amount,
            "currency": row.currency,
            "debit": row.debit.code,
            "credit": row.credit.code,
        }
        recorded = read_body(row.body)
        if (recorded.get("facts"), recorded.get("time")) != (facts, row.day.isoformat()):
            yield f"transfer {row.pk} is not what entry {row.entry} of the record says"
    booked = Exists(Transfer.objects.filter(entry=OuterRef("pk")))
    for entry in Entry.objects.filter(kind__in=ENTRY_KINDS.values()).exclude(booked):
        yield f"entry {entry.pk} of the record says {entry.kind}, the ledger has no such entry"


DECLARATION = Declaration(
    part="funding",
    groups={"fund": gettext_lazy("The fund")},
    kinds={
        "campaign.opened": EntryKind(
            gettext_lazy("A campaign was opened"),
            "fund",
            CAMPAIGN,
            _CAMPAIGN,
            commitments=("text",),
        ),
        "campaign.changed": EntryKind(
            gettext_lazy("A campaign was changed"),
            "fund",
            CAMPAIGN,
            _CAMPAIGN,
            commitments=("text",),
        ),
        "gift.received": EntryKind(
            gettext_lazy("A gift was received"), "fund", CAMPAIGN, _BOOKED, by_day=True
        ),
        "giver.erased": EntryKind(
            gettext_lazy("The name that a giver had shown was erased"), "fund", "^gift:[0-9]+$"
        ),
        "sum.carried": EntryKind(
            gettext_lazy("A sum was carried over from an earlier site or box"),
            "fund",
            CAMPAIGN,
            _BOOKED,
            by_day=True,
        ),
    },
    links={"campaign": link_campaigns, "gift": link_gifts},
    erasable={"gift": erase_giver_of},
    erasers={"giver.erased": Eraser(lambda entry: erase_giver_of(int(entry)), entry_in_name)},
    describe=describe,
    claims=claim_sums,
    openings=open_campaigns,
    checks={"ledger": check_ledger},
)
