"""What stands around every page: the name of the paper, the meter, sections, house pages."""

from dataclasses import dataclass

from django.utils import translation
from wagtail.models import Site

from pennypress.funding.figures import Meter, main_meter

from .actions import home_of
from .models import HomePage, HousePage, SectionPage


@dataclass(frozen=True)
class Link:
    """A link in navigation."""

    title: str
    url: str
    language: str


@dataclass(frozen=True)
class Frame:
    """The site around a page, in one language."""

    title: str
    tagline: str
    home_url: str
    language: str
    direction: str
    sections: list[Link]
    house: dict[str, Link]
    meter: Meter | None


def site_frame(language: str) -> Frame:
    """Return the frame of the site's pages in a language."""
    home = home_of(language)
    site = Site.objects.filter(is_default_site=True).first()
    return Frame(
        title=(site.site_name if site else "") or "Pennypress",
        tagline=home.tagline if home else "",
        home_url=home.url if home else "/",
        language=language,
        direction="rtl" if translation.get_language_info(language)["bidi"] else "ltr",
        sections=_sections(home),
        house=_house_pages(language),
        meter=main_meter(language),
    )


def _sections(home: HomePage | None) -> list[Link]:
    if home is None:
        return []
    sections = SectionPage.objects.child_of(home).live().in_menu().order_by("path")
    return [Link(section.title, section.url, home.locale.language_code) for section in sections]


def _house_pages(language: str) -> dict[str, Link]:
    """House pages by role: in this language where there is one, else in the site's own."""
    found: dict[str, Link] = {}
    pages = HousePage.objects.live().exclude(role=HousePage.Role.OTHER).select_related("locale")
    for page in sorted(pages, key=lambda page: page.locale.language_code == language):
        found[page.role] = Link(page.title, page.url, page.locale.language_code)
    return found
