"""What the fund puts around every page: the main campaign's meter, and ways to its own pages."""

from django.urls import reverse
from django.utils.translation import gettext as _

from pennypress.delivery.fragments import place_fragment
from pennypress.site.frame import Frame, Link, fills_place, frame_links

from .figures import main_campaign_number


@fills_place("meter")
def meter(frame: Frame) -> str:
    """The main campaign's meter, which stands where there is no other."""
    number = main_campaign_number()
    return place_fragment("meter", frame.language, number) if number else ""


@frame_links("sections", order=20)
def fund(frame: Frame) -> list[Link]:
    return [Link(_("The fund"), reverse("funding"))]


@frame_links("footer", order=20)
def ledger(frame: Frame) -> list[Link]:
    return [Link(_("The open ledger"), reverse("funding"))]


@frame_links("footer", order=40)
def give(frame: Frame) -> list[Link]:
    return [Link(_("Give"), reverse("give"))]
