"""The fund: gifts that arrived outside of the site."""

from typing import Any

import click

from .command import cli, command, option
from .output import say
from .problem import Problem


def _check_amount(amount: str, currency: str, **options: Any) -> None:
    from ..funding.money import BadAmount, parse_amount

    try:
        parse_amount(amount, currency.upper())
    except BadAmount as error:
        raise Problem(str(error)) from error


@cli.command(context_settings={"ignore_unknown_options": True})  # so that -1 is an amount
@click.argument("amount")
@click.argument("currency")
@option("--campaign", "slug", help="Slug of the campaign; without it, the main campaign.")
@option("--name", default="", help="Shown to everybody: only if the giver wants that.")
@option("--reference", default="", help="Yours or the bank's; the same one is booked once.")
@option("--cash", is_flag=True, help="Received in cash, not in the bank account.")
@command(upgrade=True, first=_check_amount)
def gift(
    amount: str, currency: str, slug: str | None, name: str, reference: str, cash: bool
) -> None:
    """Record a gift that was received outside: bank transfer or cash. It counts at once."""
    from ..funding.actions import main_campaign, record_gift
    from ..funding.figures import read_meter
    from ..funding.models import Campaign
    from ..funding.money import format_money, parse_amount

    campaign = Campaign.objects.filter(slug=slug).first() if slug else main_campaign()
    if campaign is None:
        raise Problem(
            f"there is no campaign {slug}"
            if slug
            else "there is no campaign yet: open one in the admin"
        )
    currency = currency.upper()
    minor = parse_amount(amount, currency)
    record_gift(
        campaign,
        minor,
        currency,
        name=name,
        reference=reference,
        received_in="cash" if cash else "bank",
    )
    raised = read_meter(campaign, "en").raised_text
    say(f"Recorded {format_money(minor, currency, 'en')} for {campaign.title}; raised {raised}")
