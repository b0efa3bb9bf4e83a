"""Stories, with their bylines."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.forms import TextInput
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from pennypress.delivery.dependencies import depends_on
from pennypress.discussion.pages import HasDiscussion
from pennypress.funding.figures import main_campaign_number
from pennypress.funding.models import Campaign
from pennypress.pictures.models import Picture

from ..blocks import BodyBlock, SourcesBlock
from ..content import read_credits
from ..json_ld import story_facts
from ..openings import opens_large, summarize
from ..panels import ArrivalNotesPanel, ProblemsPanel, address_panels
from ..publishing import publish_version, record_unpublished
from .paper_page import PaperPage
from .people import Person

# Of Wagtail's ways to show a page to some alone. What is published is the same for everybody.
NOT_PRIVATE: list[str] = []


class StoryQuerySet(PageQuerySet):
    """Stories as lists show them."""

    def in_order(self) -> "StoryQuerySet":
        """Live and public ones, latest first."""
        return (
            self.live()
            .public()
            .annotate(shown=Coalesce("published", "first_published_at"))
            .order_by("-shown", "-pk")
        )

    def listed(self) -> "StoryQuerySet":
        """The same, fetched with all that a list shows of them."""
        return (
            self.in_order()
            .select_related("locale", "discussion")
            .prefetch_related("bylines__person", "lead_picture__renditions")
        )


@dataclass(frozen=True)
class Author:
    """Who a byline names, and how: as the story's last version does."""

    name: str
    slug: str


class Byline(Orderable):
    """A person's name on a story."""

    story = ParentalKey("StoryPage", on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bylines")
    name = models.CharField(
        max_length=160, blank=True, help_text=_("As the story's last version has it")
    )

    panels = [FieldPanel("person")]
    why_kept = _(
        "This person cannot be deleted: stories name them in their byline. Take the name off those "
        "stories first."
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["story", "person"], name="stories_byline_once")
        ]

    def __str__(self) -> str:
        return str(self.person)


class StoryTag(TaggedItemBase):
    """What a story is about, in a word."""

    content_object = ParentalKey("StoryPage", on_delete=models.CASCADE, related_name="tagged_items")


class StoryPage(PaperPage, HasDiscussion, Page):
    """A story. Its title is the headline."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        ANALYSIS = "analysis", _("Analysis")
        OPINION = "opinion", _("Opinion")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEWS)
    standfirst = models.TextField(blank=True, max_length=600)
    # In texts of any length a draft finds room; `max_length` is asked for on publication.
    dateline = models.TextField(max_length=120, blank=True, help_text=_("Where it was written"))
    published = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Shown as its date. Empty: when it was first published here"),
    )
    date_unknown = models.BooleanField(
        default=False, help_text=_("It came from a capture that gave no date")
    )
    lead_picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lead_alt = models.TextField(
        max_length=300, blank=True, verbose_name=_("alternative text"),
        help_text=_("What the picture shows, for those who cannot see it"),
    )  # fmt: skip
    lead_caption = models.TextField(max_length=400, blank=True, verbose_name=_("caption"))
    carried_over = models.BooleanField(
        default=False,
        help_text=_("It was published elsewhere, and came here with an arrival"),
    )
    picture_missing = models.BooleanField(
        default=False, help_text=_("The captured page had a picture that its text does not hold")
    )
    arrival_notes = models.TextField(
        blank=True, help_text=_("What an import was not sure of; shown to editors alone")
    )
    body = StreamField(BodyBlock(), blank=True)
    sources = StreamField(SourcesBlock(), blank=True)
    is_lead = models.BooleanField(default=False, verbose_name=_("lead story"))
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whose meter it shows; empty: the main campaign's"),
    )
    appeal = models.TextField(
        max_length=300, blank=True, help_text=_("Its own appeal; empty: the campaign's")
    )
    discussion_open = models.BooleanField(default=True, verbose_name=_("readers may comment"))
    tags = ClusterTaggableManager(through=StoryTag, blank=True)

    objects = PageManager.from_queryset(StoryQuerySet)()

    private_page_options = NOT_PRIVATE
    exclude_fields_in_copy = ["carried_over"]  # a copy is a story of this paper
    shown_fields = PaperPage.shown_fields | {
        "title", "kind", "standfirst", "dateline", "published", "date_unknown",
        "first_published_at", "lead_picture", "lead_alt", "lead_caption", "body", "sources",
        "appeal", "locale", "discussion_open",
    }  # fmt: skip
    template = "stories/story.html"
    parent_page_types = ["stories.SectionPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("body"),
        index.FilterField("kind"),
    ]
    content_panels = [
        ProblemsPanel(),
        ArrivalNotesPanel(heading=_("From the arrival")),
        *Page.content_panels,
        FieldPanel("standfirst"),
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("dateline", widget=TextInput), FieldPanel("published")],
            heading=_("Kind, place and date"),
        ),
        InlinePanel("bylines", label=_("Byline")),
        MultiFieldPanel(
            [
                FieldPanel("lead_picture"),
                FieldPanel("lead_alt", widget=TextInput),
                FieldPanel("lead_caption", widget=TextInput),
            ],
            heading=_("Lead picture"),
        ),
        FieldPanel("body"),
        FieldPanel("sources"),
        FieldPanel("tags"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("is_lead"), FieldPanel("campaign"), FieldPanel("appeal", widget=TextInput)],
            heading=_("On the site"),
        ),
        FieldPanel("discussion_open"),
        *address_panels(),
    ]

    @property
    def date(self):
        """When it was published, aware UTC; None when its source did not say."""
        return None if self.date_unknown else self.published or self.first_published_at

    @cached_property
    def section(self) -> Page:
        """The section it lies in. Lists that know it set it, so that it is not asked for again."""
        return self.get_parent()

    @property
    def people(self) -> list[Author]:
        """Those on its byline, in order, by the names that the last version says."""
        depends_on(*(f"person:{byline.person_id}" for byline in self._bylines))
        return [
            Author(byline.name or byline.person.name, byline.person.slug)
            for byline in self._bylines
        ]

    @cached_property
    def _bylines(self) -> list[Byline]:
        fetched = "bylines" in getattr(self, "_prefetched_objects_cache", ())
        return list(self.bylines.all() if fetched else self.bylines.select_related("person"))

    @cached_property
    def tag_names(self) -> list[str]:
        """What it is about, in alphabetical order."""
        return sorted(item.tag.name for item in self.tagged_items.select_related("tag"))

    @property
    def description(self) -> str:
        """What its page says of itself to search engines."""
        return self.search_description or self.standfirst or summarize(self.body)

    @property
    def opens_large(self) -> bool:
        """Whether its text begins with a large letter."""
        return opens_large(self.body)

    @property
    def pictures(self) -> list[Picture]:
        """The pictures it shows: the lead, and those in its body."""
        found = [self.lead_picture] if self.lead_picture else []
        return found + [
            block.value["image"]
            for block in self.body
            if block.block_type == "picture" and block.value["image"]
        ]

    def with_content_json(self, content) -> "StoryPage":
        """What a draft or a scheduled revision holds, with everybody's present name.

        Who was deleted since it was written is on its byline no more.
        """
        named = content.get("bylines", [])
        known = Person.objects.in_bulk([byline["person"] for byline in named])
        there = [byline for byline in named if byline["person"] in known]
        story = super().with_content_json(content | {"bylines": there})
        for byline in story.bylines.all():
            byline.name = byline.person.name
        return story

    @property
    def cache_tag(self) -> str:
        return f"story:{self.pk}"

    @property
    def tags_around(self) -> tuple[str, ...]:  # type: ignore[override]
        return (f"section:{self.get_parent().pk}", "home")

    def find_missing_facts(self) -> dict[str, list[str]]:
        missing = {}
        if not self.body:
            missing["body"] = [_now("Write the text: a story cannot be published without one.")]
        if self.lead_picture_id and not self.lead_alt.strip():
            missing["lead_alt"] = [_now("Say what the picture shows, for those who cannot see it.")]
        latest = max(filter(None, (timezone.now(), self.go_live_at)))
        date = self.published or self.first_published_at
        if date and date > latest:
            missing["published"] = [
                _now(
                    "This date is still to come. To publish the story then, set a date and time "
                    "under “Status”, “Schedule publishing”; its own date must not be later."
                )
            ]
        return missing

    def record_state(self) -> None:
        """Freeze what is live as a version, or record that it was taken down."""
        story = StoryPage.objects.get(pk=self.pk)
        if story.live:
            publish_version(story)
        else:
            record_unpublished(story)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        version = self.versions.order_by("-number").first() if self.pk else None
        is_preview = getattr(request, "is_preview", False)
        self._credit_pictures(None if is_preview else version)
        return super().get_context(request, *args, **kwargs) | {
            "campaign": self.campaign_id or main_campaign_number(),
            "appeal": {"heading": self.appeal, "text": ""} if self.appeal else None,
            "facts": story_facts(self),
            "version": version,
        }

    def _credit_pictures(self, version) -> None:
        """Show each picture's credit as the version has it, which may be about to change.

        Where it is the one of the site's first language, it says so.
        """
        credits = read_credits(version.content) if version else {}
        language = self.locale.language_code
        for picture in self.pictures:
            own = picture.credit
            shown = credits.get(picture.public_sha256, picture.credit_in(language))
            picture.credit = shown
            foreign = shown == own and language not in picture.credits
            picture.credit_language = settings.LANGUAGE_CODE if foreign else language

    @path("full-size/")
    def full_size(self, request: HttpRequest) -> HttpResponse:
        """The lead picture alone, as large as it is."""
        if not self.lead_picture:
            raise Http404
        depends_on(f"picture:{self.lead_picture_id}")
        return self.render(request, template="stories/full_size.html")
