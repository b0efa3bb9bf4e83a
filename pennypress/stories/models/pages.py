"""Pages around the stories: home pages, sections, and those about the house itself."""

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.discussion.models import Rule
from pennypress.foundation.paging import read_page

from ..blocks import HousePageBlock
from ..front import compose_front
from ..openings import summarize
from ..panels import ProblemsPanel
from .paper_page import PaperPage
from .stories import NOT_PRIVATE, StoryPage

SECTION_STORIES = 24  # on one page of a section
HOME_STORIES = 80  # as many as a front page chooses from


class HomePage(PaperPage, Page):
    """The front page of the site, or of one of its languages."""

    tagline = models.CharField(max_length=200, blank=True)
    lead = models.ForeignKey(
        "StoryPage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The story that leads; empty: the latest one marked as a lead, or the latest"),
    )

    private_page_options = NOT_PRIVATE
    template = "stories/home.html"
    max_count_per_parent = 1
    subpage_types = ["stories.SectionPage", "stories.HousePage"]
    content_panels = [*Page.content_panels, FieldPanel("tagline"), FieldPanel("lead")]

    @property
    def cache_tag(self) -> str:
        return "home"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        stories = list(StoryPage.objects.descendant_of(self).listed()[:HOME_STORIES])
        sections = list(SectionPage.objects.child_of(self).live().order_by("path"))
        front = compose_front(stories, sections, self.lead_id)
        return super().get_context(request, *args, **kwargs) | {"front": front}


class SectionPage(PaperPage, Page):
    """A section, under which its stories lie."""

    summary = models.CharField(max_length=300, blank=True)

    private_page_options = NOT_PRIVATE
    template = "stories/section.html"
    parent_page_types = ["stories.HomePage"]
    subpage_types = ["stories.StoryPage"]
    content_panels = [*Page.content_panels, FieldPanel("summary")]

    @property
    def cache_tag(self) -> str:
        return f"section:{self.pk}"

    def clean(self) -> None:
        super().clean()
        self.refuse_reserved_slug()  # before it knows where it will lie, too: below a front page

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        stories = read_page(
            StoryPage.objects.child_of(self).listed(), SECTION_STORIES, request.GET.get("page", "1")
        )
        return super().get_context(request, *args, **kwargs) | {"stories": stories}


class HousePage(PaperPage, Page):
    """A page about the house itself: who we are, the rules, privacy, imprint, contact."""

    class Role(models.TextChoices):
        ABOUT = "about", _("About")
        RULES = "rules", _("House rules")
        PRIVACY = "privacy", _("Privacy")
        IMPRINT = "imprint", _("Imprint")
        CONTACT = "contact", _("Contact")
        OTHER = "other", _("Other")

    role = models.CharField(
        max_length=10,
        choices=Role,
        default=Role.OTHER,
        help_text=_("Footers, forms and tombstones link to pages by their role"),
    )
    body = StreamField(HousePageBlock(), blank=True)

    private_page_options = NOT_PRIVATE
    template = "stories/house_page.html"
    parent_page_types = ["stories.HomePage", "stories.HousePage"]
    subpage_types = ["stories.HousePage"]
    content_panels = [
        ProblemsPanel(), *Page.content_panels, FieldPanel("role"), FieldPanel("body"),
    ]  # fmt: skip
    tags_around = ("navigation",)  # named in the footer alone
    allowed_slugs = frozenset({"about"})  # which is a page about the house

    @property
    def description(self) -> str:
        """What it says of itself to search engines."""
        return self.search_description or summarize(self.body) or self.title

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        rules = []
        if self.role == self.Role.RULES:
            depends_on("rules")
            rules = list(Rule.objects.all())
        return super().get_context(request, *args, **kwargs) | {"rules": rules}
