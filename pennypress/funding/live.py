"""A campaign's meter as its live stream tells it: the same markup that stands on the page."""

import json

from django.template.loader import render_to_string
from django.utils import translation

from pennypress.delivery.live import live_topic

from .figures import read_meter
from .models import Campaign


@live_topic("meter", tag="campaign:{}")
def write_meter(number: int, language: str) -> str:
    """A campaign's meter in a language as JSON; "" when there is no such campaign."""
    campaign = Campaign.objects.filter(pk=number).first()
    if campaign is None:
        return ""
    with translation.override(language):
        html = render_to_string("funding/meter.html", {"meter": read_meter(campaign, language)})
    return json.dumps({"topic": f"meter:{number}", "html": html.strip()}, ensure_ascii=False)
