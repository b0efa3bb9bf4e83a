"""What templates may call: the frame, pictures, JSON-LD, dates. Available in every template."""

import datetime as dt
import json

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.stories.frame import Frame, site_frame
from pennypress.stories.models import Picture
from pennypress.stories.pictures import Sources, read_sources

register = template.Library()


@register.simple_tag
def frame() -> Frame:
    """The site around this page, in the page's language."""
    return site_frame(get_language() or "en")


@register.simple_tag
def sources_of(picture: Picture, use: str) -> Sources:
    """A picture's ready-made sizes for one use (`lead` or `card`)."""
    return read_sources(picture, use)


@register.filter
def as_json_ld(facts: dict) -> SafeString:
    """A JSON-LD data block. `<` is escaped, so no text can end the block."""
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.filter
def iso(time: dt.datetime | dt.date) -> str:
    """RFC 3339, in UTC for times, for `datetime` attributes."""
    if isinstance(time, dt.datetime):
        return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return time.isoformat()


@register.filter
def day(time: dt.datetime | dt.date) -> str:
    """A day in words, in the newsroom's time zone: “9 November 2026”."""
    return date_format(_local(time), "j F Y")


@register.filter
def day_and_time(time: dt.datetime) -> str:
    """A day and the time of day, in the newsroom's time zone."""
    return f"{date_format(_local(time), 'j F Y')}, {date_format(_local(time), 'H:i')}"


def _local(time):
    return timezone.localtime(time) if isinstance(time, dt.datetime) else time
