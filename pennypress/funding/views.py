"""The fund's pages: the open ledger, how to give, and each campaign."""

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.paging import read_page
from pennypress.site.frame import default_site

from .actions import main_campaign
from .figures import ledger_entries, main_meter, public_entry, read_meter
from .models import Campaign, FundSettings

LEDGER_PAGE = 200


def funding_page(request: HttpRequest) -> HttpResponse:
    """The open ledger: the meter, what counts towards it, and every entry that it sums."""
    depends_on("site", "campaigns")  # which there are, and what they are called
    language = get_language() or "en"
    slug = request.GET.get("campaign", "")
    if slug and not slug_re.fullmatch(slug):
        raise Http404("no such campaign")
    campaign = get_object_or_404(Campaign, slug=slug) if slug else main_campaign()
    page = read_page(ledger_entries(campaign), LEDGER_PAGE, request.GET.get("page", "1"))
    return render(
        request,
        "funding/funding.html",
        {
            "campaign": campaign,
            "campaigns": list(Campaign.objects.all()),
            "meter": read_meter(campaign, language) if campaign else None,
            "entries": [public_entry(row, language) for row in page],
            "entries_page": page,
        },
    )


def give_page(request: HttpRequest) -> HttpResponse:
    """How to give by transfer."""
    depends_on("fund")
    language = get_language() or "en"
    fund = FundSettings.objects.filter(site=default_site()).first() or FundSettings()
    return render(
        request,
        "funding/give.html",
        {
            "meter": main_meter(language),
            "account_holder": fund.account_holder,
            "account_lines": fund.account_details.split("\n") if fund.account_details else [],
            "reference_hint": fund.reference_hint,
        },
    )


def campaign_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A campaign: what it is for, its meter and its latest gifts."""
    language = get_language() or "en"
    campaign = get_object_or_404(Campaign, slug=slug)
    return render(
        request,
        "funding/campaign.html",
        {
            "campaign": campaign,
            "meter": read_meter(campaign, language),
            "entries": [public_entry(row, language) for row in ledger_entries(campaign)[:20]],
        },
    )
