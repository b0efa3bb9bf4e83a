"""What the site claims in figures, in one document, for those who add up the record themselves."""

from typing import Any

from django.db.models import Count, Sum

from pennypress.delivery.dependencies import collect_dependencies
from pennypress.discussion.actions import ENTRY_WORDS
from pennypress.discussion.models import Decision, Discussion
from pennypress.funding.figures import read_meter
from pennypress.funding.models import Campaign, Transfer
from pennypress.record.actions import at_one_size
from pennypress.stories.models import StoryPage, Version


def read_claims() -> dict[str, Any]:
    """Return every public figure, and the size of the record at which all of them are true.

    Sums are in minor units. The figures are those that pages show: none is read from the record.
    """
    with collect_dependencies():  # the document follows checkpoints, not each fact in it
        size, claims = at_one_size(_compute)
    return {"size": size, **claims}


def _compute() -> dict[str, Any]:
    return {
        "campaigns": [_campaign(campaign) for campaign in Campaign.objects.order_by("pk")],
        "accounts": _accounts(),
        "stories": _stories(),
        "discussions": [
            {"page": number, "url": None, "visible": visible}
            for number, visible in Discussion.objects.order_by("pk").values_list("pk", "count")
        ],
        "decisions": [
            {"act": ENTRY_WORDS[act], "rule": rule, "count": number}
            for act, rule, number in Decision.objects.order_by("act", "rule__number")
            .values_list("act", "rule__number")
            .annotate(number=Count("*"))
        ],
    }


def _campaign(campaign: Campaign) -> dict[str, Any]:
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


def _accounts() -> list[dict[str, Any]]:
    """The balance of each ledger account: debits less credits."""
    balances: dict[tuple[str, str], int] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = Transfer.objects.order_by().values_list(f"{side}__code", "currency")
        for code, currency, total in sums.annotate(total=Sum("amount")):
            balances[code, currency] = balances.get((code, currency), 0) + sign * total
    return [
        {"account": code, "currency": currency, "balance": balance}
        for (code, currency), balance in sorted(balances.items())
    ]


def _stories() -> list[dict[str, Any]]:
    """Each story that readers can see, with its versions."""
    versions: dict[int, list[dict[str, Any]]] = {}
    for version in Version.objects.order_by("story", "number").defer("content"):
        versions.setdefault(version.story_id, []).append(
            {
                "version": version.number,
                "entry": version.entry,
                "published": version.published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
    stories = StoryPage.objects.live().public().select_related("locale").order_by("pk")
    return [
        {"number": story.pk, "url": story.url, "versions": versions.get(story.pk, [])}
        for story in stories
        if story.url
    ]
