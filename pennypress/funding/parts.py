"""What of the fund stands on many pages: the meter."""

from django.template.loader import render_to_string

from pennypress.delivery.fragments import fragment

from .figures import read_campaign, read_meter


@fragment("meter")
def meter_part(language: str, campaign: str) -> str:
    """The meter of a campaign (by its number), in a language."""
    found = read_campaign(int(campaign))
    if found is None:
        return ""
    return render_to_string("parts/meter.html", {"meter": read_meter(found, language)})
