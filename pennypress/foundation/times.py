"""Dates and times as pages write them: machines read UTC, people the newsroom's own time."""

import datetime as dt
import re
from functools import cache, lru_cache
from typing import Literal

from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .language import locale_of, page_locale

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def rfc3339(
    time: dt.datetime, to: Literal["seconds", "milliseconds", "microseconds"] = "seconds"
) -> str:
    """Return an aware time as RFC 3339 in UTC: “2026-11-09T17:04:05Z”. What is finer is cut off.

    Texts to the same fineness sort as the times do. Raises ValueError for a naive time.
    """
    if time.utcoffset() is None:
        raise ValueError("times that others read are aware")
    return f"{time.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec=to)}Z"


def read_rfc3339(text: str) -> dt.datetime:
    """Return the aware time that RFC 3339 says, in the zone that it says.

    Digits beyond microseconds are cut off. Raises ValueError for all else, also for a leap second,
    which Python's clocks do not have.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError("not a time as RFC 3339 writes them")
    return dt.datetime.fromisoformat(text)


def iso(time: dt.datetime | dt.date) -> str:
    """A day as it is, a time as `rfc3339` writes it: for the record and `datetime` attributes."""
    return rfc3339(time) if isinstance(time, dt.datetime) else time.isoformat()


def read_iso(text: str) -> dt.datetime | dt.date:
    """Return what `iso` wrote. Raises ValueError for all else that is no RFC 3339."""
    return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else read_rfc3339(text)


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
