"""Writing the meters of arriving pages: a campaign for each goal, a sum carried over once."""

from pennypress.formats.items import ArrivalRefused, MeterItem
from pennypress.funding.actions import carry_over, main_campaign, save_campaign
from pennypress.funding.models import Campaign, FundSettings, Transfer
from pennypress.funding.money import BadAmount, format_money, to_minor

from .currencies import currency_of
from .models import Arrival, Origin, known_number, remember
from .report import ArrivalReport


def read_figures(meter: MeterItem, asked: str | None, where: str) -> tuple[str, int | None, int]:
    """Return a meter's currency, goal and sum raised, in minor units.

    `asked` is the currency that the operator named. Raises ArrivalRefused.
    """
    site = FundSettings.objects.values_list("currency", flat=True).first() or "USD"
    amounts = [*meter.scale, *([meter.raised] if meter.raised else [])]
    currency = currency_of(amounts[0].symbol, site=site, asked=asked, where=where)
    try:
        goal = to_minor(meter.scale[-1].number, currency) if meter.scale else None
        raised = (
            to_minor(meter.raised.number, currency) if meter.raised and meter.raised.number else 0
        )
    except BadAmount as error:
        raise ArrivalRefused(str(error), where) from error
    return currency, goal, raised


def write_meter(
    figures: tuple[str, int | None, int], arrival: Arrival | None, report: ArrivalReport
) -> Campaign | None:
    """Open the campaign that a page's meter shows, or find it, and carry its sum over once.

    Without an arrival nothing is written.
    """
    currency, goal, raised = figures
    # Every page of a captured site shows the same meter; its goal and currency tell it apart.
    source = f"capture:campaign:{currency}:{goal or 'no-goal'}"
    known = known_number(f"{source}:raised")
    campaign = _find_or_open_campaign(source, goal, currency, arrival)
    if known:
        booked = Transfer.objects.get(pk=known)
        if booked.amount != raised:
            report.skip(
                f"a sum of {format_money(raised, currency, 'en')}",
                f"{format_money(booked.amount, currency, 'en')} were carried over before",
            )
    elif raised and arrival is None:
        report.made["sums"] += 1
    elif raised and campaign and arrival:
        transfer = carry_over(campaign, raised, currency, source=f"{source}:raised")
        remember(f"{source}:raised", Origin.What.SUM, transfer.pk, arrival)
        report.made["sums"] += 1
    return campaign


def _find_or_open_campaign(
    source: str, goal: int | None, currency: str, arrival: Arrival | None
) -> Campaign | None:
    if known := known_number(source):
        return Campaign.objects.get(pk=known)
    if arrival is None:
        return None
    slug, number = "main" if main_campaign() is None else "carried-over", 2
    while Campaign.objects.filter(slug=slug).exists():
        slug, number = f"carried-over-{number}", number + 1
    campaign = save_campaign(Campaign(slug=slug, title="The fund", currency=currency, goal=goal))
    remember(source, Origin.What.CAMPAIGN, campaign.pk, arrival)
    return campaign
