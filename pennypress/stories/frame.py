"""What stands around every page: the name of the paper, the meter, sections, house pages."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Site

from pennypress.delivery.dependencies import depends_on
from pennypress.funding.actions import main_campaign

from .actions import home_of
from .models import HomePage, HousePage, SectionPage


@dataclass(frozen=True)
class Link:
    """A link in navigation."""

    title: str
    url: str
    language: str


class Frame:
    """The site around a page, in one language. Each thing is read when a page first shows it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"

    @cached_property
    def title(self) -> str:
        """The name of the paper."""
        depends_on("site")
        site = Site.objects.filter(is_default_site=True).first()
        return (site.site_name if site else "") or "Pennypress"

    @property
    def tagline(self) -> str:
        return self._home.tagline if self._home else ""

    @property
    def home_url(self) -> str:
        return self._home.url if self._home else "/"

    @cached_property
    def sections(self) -> list[Link]:
        """The sections that the menu shows."""
        if self._home is None:
            return []
        language = self._home.locale.language_code
        sections = SectionPage.objects.child_of(self._home).live().in_menu().order_by("path")
        return [Link(section.title, section.url, language) for section in sections]

    @cached_property
    def house(self) -> dict[str, Link]:
        """House pages by role: in this language where there is one, else in the site's own."""
        depends_on("navigation")
        found: dict[str, Link] = {}
        pages = HousePage.objects.live().exclude(role=HousePage.Role.OTHER)
        for page in sorted(
            pages.select_related("locale"), key=lambda p: p.locale.language_code == self.language
        ):
            found[page.role] = Link(page.title, page.url, page.locale.language_code)
        return found

    @cached_property
    def campaign(self) -> int | None:
        """The number of the main campaign, whose meter stands where there is no other."""
        depends_on("site")
        campaign = main_campaign()
        return campaign.pk if campaign else None

    @cached_property
    def _home(self) -> HomePage | None:
        depends_on("navigation")
        return home_of(self.language)


def site_frame(language: str) -> Frame:
    """Return the frame of the site's pages in a language."""
    return Frame(language)
