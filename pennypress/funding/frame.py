"""What the fund puts around every page: the main campaign's meter, and ways to its own pages."""

from django.urls import reverse
from django.utils.translation import gettext as _

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.fragments import place_fragment
from pennypress.site.frame import Frame, Link, fills_place, frame_links

from .actions import main_campaign


@fills_place("meter")
def meter(frame: Frame) -> str:
    """The main campaign's meter, which stands where there is no other."""
    depends_on("site")  # which campaign is the main one
    campaign = main_campaign()
    return place_fragment("meter", frame.language, campaign.pk) if campaign else ""


@frame_links("sections", order=20)
def fund(frame: Frame) -> list[Link]:
    return [Link(_("The fund"), reverse("funding"))]


@frame_links("footer", order=20)
def ledger(frame: Frame) -> list[Link]:
    return [Link(_("The open ledger"), reverse("funding"))]


@frame_links("footer", order=40)
def give(frame: Frame) -> list[Link]:
    return [Link(_("Give"), reverse("give"))]
