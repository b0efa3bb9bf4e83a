"""Dates and times as pages write them: machines read UTC, people the newsroom's own time."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format


def iso(time: dt.datetime | dt.date) -> str:
    """RFC 3339, in UTC for times, for `datetime` attributes."""
    if isinstance(time, dt.datetime):
        return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return time.isoformat()


def day(time: dt.datetime | dt.date) -> str:
    """A day in words, in the newsroom's time zone: “9 November 2026”."""
    return date_format(_local(time), "j F Y")


def month(time: dt.datetime | dt.date) -> str:
    """A month in words: “November 2026”."""
    return date_format(_local(time), "F Y")


def clock(time: dt.datetime) -> str:
    """The time of day, in the newsroom's time zone: “18:04”."""
    return date_format(_local(time), "H:i")


def day_and_time(time: dt.datetime) -> str:
    """A day and the time of day, in the newsroom's time zone."""
    return f"{day(time)}, {clock(time)}"


def _local(time: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return timezone.localtime(time) if isinstance(time, dt.datetime) else time
