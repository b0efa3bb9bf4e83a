"""What of the fund stands on many pages, as fragments: the meter, and the appeal."""

from django.template.loader import render_to_string

from pennypress.delivery.fragments import fragment

from .figures import read_campaign, read_meter


@fragment("meter")
def meter_fragment(language: str, campaign: str) -> str:
    """The meter of a campaign (by its number), in a language."""
    found = read_campaign(int(campaign))
    if found is None:
        return ""
    return render_to_string("funding/meter.html", {"meter": read_meter(found, language)})


@fragment("appeal")
def appeal_fragment(language: str, campaign: str) -> str:
    """The appeal of a campaign, under every story that has none of its own."""
    found = read_campaign(int(campaign))
    appeal = found.appeal_in(language) if found else None
    if appeal is None or not appeal.heading:
        return ""
    return render_to_string("funding/appeal.html", {"appeal": appeal, "language": language})
