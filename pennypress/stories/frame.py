"""What the paper's pages put around every page: the front page's address, sections, house pages."""

from django.conf import settings

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact
from pennypress.site.frame import Frame, Link, frame_links, frame_value

from .actions import home_of
from .models import HomePage, HousePage, SectionPage


@frame_value("tagline")
def tagline(frame: Frame) -> str:
    home = _home(frame)
    return home.tagline if home else ""


@frame_value("home_url")
def home_url(frame: Frame) -> str:
    home = _home(frame)
    return home.url if home else "/"


@frame_links("sections", order=10)
def sections(frame: Frame) -> list[Link]:
    """The sections that the menu shows."""
    home = _home(frame)
    if home is None:
        return []
    shown = SectionPage.objects.child_of(home).live().in_menu().order_by("path")
    language = home.locale.language_code
    return [Link(section.title, section.url, language) for section in shown]


@frame_value("spoken_languages")
def spoken_languages(frame: Frame) -> list[str]:
    """The languages in which the paper has a front page, the site's own first."""
    depends_on("site")
    homes = HomePage.objects.live().select_related("locale").order_by("path")
    known = dict(settings.LANGUAGES)
    codes = {home.locale.language_code for home in homes} & known.keys()
    return sorted(codes, key=lambda code: (code != settings.LANGUAGE_CODE, code))


def _home(frame: Frame) -> HomePage | None:
    """The front page in the frame's language, or in the site's own. Nobody may change it."""

    def read() -> HomePage | None:
        depends_on("navigation")
        home = home_of(frame.language)
        if home is not None:
            _ = home.locale  # is read along
        return home

    return cached_fact(("home", frame.language), read)


@frame_value("house")
def house(frame: Frame) -> dict[str, Link]:
    """House pages by role: in this language where there is one, else in the site's own."""
    depends_on("navigation")
    found: dict[str, Link] = {}
    pages = HousePage.objects.live().exclude(role=HousePage.Role.OTHER)
    for page in sorted(
        pages.select_related("locale"), key=lambda p: p.locale.language_code == frame.language
    ):
        found[page.role] = Link(page.title, page.url, page.locale.language_code)
    return found


@frame_links("footer", order=10)
def house_links(frame: Frame) -> list[Link]:
    return list(frame.house.values())
