"""Dates and times as pages write them: machines read UTC, people the newsroom's own time."""

import datetime as dt
from functools import cache, lru_cache

from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .language import locale_of, page_locale


def iso(time: dt.datetime | dt.date) -> str:
    """RFC 3339, in UTC for times, for `datetime` attributes."""
    if isinstance(time, dt.datetime):
        return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return time.isoformat()


def day(time: dt.datetime | dt.date) -> str:
    """A day in words, in the newsroom's time zone: “9 November 2026”, “9. November 2026”."""
    return _day_in(_local_day(time), get_language() or "en")


def month(time: dt.datetime | dt.date) -> str:
    """A month in words: “November 2026”."""
    return format_skeleton("yMMMM", _local_day(time), locale=page_locale())


def clock(time: dt.datetime) -> str:
    """The time of day, in the newsroom's time zone: “18:04”."""
    local = timezone.localtime(time)
    return f"{local.hour:02}:{local.minute:02}"


def day_and_time(time: dt.datetime) -> str:
    """A day and the time of day, in the newsroom's time zone."""
    local = timezone.localtime(time)
    language = get_language() or "en"
    return _form_in(language) % {
        "day": _day_in(local.date(), language),
        "time": f"{local.hour:02}:{local.minute:02}",
    }


# A page of a discussion says a hundred times and more when something was written.


@lru_cache(maxsize=4096)
def _day_in(day: dt.date, language: str) -> str:
    return format_date(day, "long", locale=locale_of(language))


@cache
def _form_in(language: str) -> str:
    """How the language, which is the one in force, joins a day and a time."""
    return _("%(day)s, %(time)s")


def _local_day(time: dt.datetime | dt.date) -> dt.date:
    return timezone.localtime(time).date() if isinstance(time, dt.datetime) else time
