"""What the paper's pages put around every page: the front page's address, sections, house pages."""

from pennypress.delivery.dependencies import depends_on
from pennypress.site.errors import knows_what_was_taken_down
from pennypress.site.frame import Frame, Link, frame_links, frame_value
from pennypress.site.middleware import language_of_path

from .actions import home_of
from .models import HomePage, HousePage, SectionPage, StoryPage


@frame_value("home")
def home(frame: Frame) -> HomePage | None:
    """The front page in the frame's language, or in the site's own."""
    depends_on("navigation")
    return home_of(frame.language)


@frame_value("tagline")
def tagline(frame: Frame) -> str:
    return frame.home.tagline if frame.home else ""


@frame_value("home_url")
def home_url(frame: Frame) -> str:
    return frame.home.url if frame.home else "/"


@frame_links("sections", order=10)
def sections(frame: Frame) -> list[Link]:
    """The sections that the menu shows."""
    if frame.home is None:
        return []
    shown = SectionPage.objects.child_of(frame.home).live().in_menu().order_by("path")
    language = frame.home.locale.language_code
    return [Link(section.title, section.url, language) for section in shown]


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


@knows_what_was_taken_down
def was_taken_down(path: str) -> bool:
    """Whether a story was once published at this path and is so no more."""
    language = language_of_path(path)
    home = home_of(language)
    if home is None:
        return False
    below = path.lstrip("/").removeprefix(f"{language}/")
    return StoryPage.objects.filter(
        live=False, url_path=home.url_path + below, versions__isnull=False
    ).exists()
