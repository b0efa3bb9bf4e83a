"""The fund as JSON, in minor units."""

import re
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BeforeValidator

from pennypress.delivery.dependencies import depends_on

from .actions import main_campaign
from .figures import ledger_entries, public_entry, read_meter
from .models import Campaign, Transfer

router = Router()

NUMBER = re.compile("0|[1-9][0-9]{0,99}")

ENTRIES_PAGE = 200


def _read_number(value: object) -> object:
    """Let a number pass that is written in the one way in which we write it."""
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError("is not a number in plain digits")
    return value


EntryNumber = Annotated[int, BeforeValidator(_read_number)]
_FROM_START = Query(0, ge=0)


class CampaignOut(Schema):
    """A campaign's meter. `goal` and `raised` are in minor units of `currency`."""

    slug: str
    title: str
    currency: str
    goal: int | None
    raised: int
    carried_over: int
    contributors: int
    main: bool


class FundOut(Schema):
    campaigns: list[CampaignOut]


class EntryOut(Schema):
    """A ledger entry: `amount`, in minor units, moved from account `credit` to account `debit`."""

    number: int
    day: str
    kind: str
    amount: int
    currency: str
    debit: str
    credit: str
    campaign: str | None
    name: str | None


class EntriesOut(Schema):
    """One page of the ledger, oldest entry first."""

    entries: list[EntryOut]
    next: int | None


@router.get("", response=FundOut, summary="The meters of all campaigns")
def fund(request: HttpRequest) -> dict:
    depends_on("site")  # which campaigns there are
    main = main_campaign()
    return {
        "campaigns": [
            {
                "slug": campaign.slug,
                "title": campaign.title,
                "currency": campaign.currency,
                "goal": campaign.goal,
                "raised": meter.raised.minor,
                "carried_over": meter.carried_over.minor,
                "contributors": meter.contributors,
                "main": campaign == main,
            }
            for campaign in Campaign.objects.all()
            for meter in [read_meter(campaign, "en")]
        ]
    }


@router.get("/entries", response=EntriesOut, summary="The public ledger, page by page")
def entries(request: HttpRequest, response: HttpResponse, after: EntryNumber = _FROM_START) -> dict:
    """Return entries with a number above `after`; `next` is the `after` of the following page."""
    rows = list(ledger_entries().filter(pk__gt=after).order_by("pk")[: ENTRIES_PAGE + 1])
    if not rows and after and not ledger_entries().filter(pk=after).exists():
        response["Cache-Control"] = "no-store"  # of numbers that nothing has there is no end
    return {
        "entries": [_entry(row) for row in rows[:ENTRIES_PAGE]],
        "next": rows[ENTRIES_PAGE - 1].pk if len(rows) > ENTRIES_PAGE else None,
    }


def _entry(row: Transfer) -> dict:
    entry = public_entry(row, "en")
    return {
        "number": entry.number,
        "day": entry.day.isoformat(),
        "kind": entry.kind,
        "amount": entry.amount.minor,
        "currency": entry.amount.currency,
        "debit": entry.debit,
        "credit": entry.credit,
        "campaign": entry.campaign.slug if entry.campaign else None,
        "name": entry.name or None,
    }
