"""What the record puts around every page: the way to it, and the day's fingerprint."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from pennypress.delivery.dependencies import depends_on
from pennypress.record.sealing import latest_day
from pennypress.record.tree import short_fingerprint
from pennypress.site.frame import Frame, Link, fills_place, frame_links


@frame_links("footer", order=30)
def record(frame: Frame) -> list[Link]:
    return [Link(_("The record"), reverse("record"))]


@fills_place("fingerprint")
def fingerprint(frame: Frame) -> str:
    """The day's checkpoint in a few letters, by which readers can compare what they see."""
    depends_on("day")
    day = latest_day()
    if day is None:
        return ""
    context = {"day": day, "fingerprint": short_fingerprint(bytes(day.checkpoint.root))}
    return render_to_string("accountability/fingerprint.html", context)
