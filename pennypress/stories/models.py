"""What is published: home, sections, stories, people, house pages, and each published version."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from pennypress.delivery.actions import invalidate
from pennypress.delivery.dependencies import depends_on
from pennypress.discussion import views as discussion_views
from pennypress.discussion.models import Rule
from pennypress.foundation.paging import read_page
from pennypress.funding.actions import main_campaign
from pennypress.funding.models import Campaign

from .blocks import BodyBlock, HousePageBlock, SourceBlock
from .front import compose_front
from .json_ld import story_facts
from .panels import ArrivalNotesPanel

SECTION_STORIES = 24  # on one page of a section
HOME_STORIES = 80  # as many as a front page chooses from
# Of Wagtail's ways to show a page to some alone. What is published is the same for everybody.
NOT_PRIVATE: list[str] = []


class Picture(AbstractImage):
    """An image with whoever made it. Alternative text belongs to each use of it."""

    credit = models.CharField(max_length=200, blank=True, help_text=_("Who made it, who owns it"))

    admin_form_fields = (
        "title", "file", "description", "credit", "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    def save(self, *args, **kwargs) -> None:
        """Save it, and say so: its focal point and credit stand on pages."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            invalidate(f"picture:{self.pk}")


class Rendition(AbstractRendition):
    """A picture at one size and in one format, made when the story is saved."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="stories_rendition_once"
            )
        ]


class Person(index.Indexed, models.Model):
    """Someone who writes, draws or photographs, with a page of their own."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=160, blank=True, help_text=_("As in “harbour reporter”"))
    bio = RichTextField(blank=True, features=["bold", "italic", "link"])
    portrait = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name


class StoryQuerySet(PageQuerySet):
    """Stories as lists show them."""

    def listed(self) -> "StoryQuerySet":
        """Live and public ones, latest first, fetched with all that a list shows of them."""
        return (
            self.live()
            .public()
            .select_related("locale", "discussion")
            .prefetch_related("bylines__person", "lead_picture__renditions")
            .annotate(shown=Coalesce("published", "first_published_at"))
            .order_by("-shown", "-pk")
        )


class HomePage(Page):
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

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        stories = list(StoryPage.objects.descendant_of(self).listed()[:HOME_STORIES])
        sections = list(SectionPage.objects.child_of(self).live().order_by("path"))
        front = compose_front(stories, sections, self.lead_id)
        return super().get_context(request, *args, **kwargs) | {"front": front}


class SectionPage(Page):
    """A section, under which its stories lie."""

    summary = models.CharField(max_length=300, blank=True)

    private_page_options = NOT_PRIVATE
    template = "stories/section.html"
    parent_page_types = ["stories.HomePage"]
    subpage_types = ["stories.StoryPage"]
    content_panels = [*Page.content_panels, FieldPanel("summary")]

    def clean(self) -> None:
        super().clean()
        if self.slug in settings.RESERVED_SLUGS:
            raise ValidationError(
                {"slug": _("“%(slug)s” is an address of the site itself.") % {"slug": self.slug}}
            )

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        stories = read_page(
            StoryPage.objects.child_of(self).listed(), SECTION_STORIES, request.GET.get("page", "1")
        )
        return super().get_context(request, *args, **kwargs) | {"stories": stories}


class Byline(Orderable):
    """A person's name on a story."""

    story = ParentalKey("StoryPage", on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bylines")

    panels = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["story", "person"], name="stories_byline_once")
        ]

    def __str__(self) -> str:
        return str(self.person)


class StoryPage(RoutablePageMixin, Page):
    """A story. Its title is the headline."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        ANALYSIS = "analysis", _("Analysis")
        OPINION = "opinion", _("Opinion")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEWS)
    standfirst = models.TextField(blank=True, max_length=600)
    dateline = models.CharField(max_length=120, blank=True, help_text=_("Where it was written"))
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
    lead_alt = models.CharField(
        max_length=300, blank=True, verbose_name=_("alternative text"),
        help_text=_("What the picture shows, for those who cannot see it"),
    )  # fmt: skip
    lead_caption = models.CharField(max_length=400, blank=True, verbose_name=_("caption"))
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
    sources = StreamField([("source", SourceBlock())], blank=True)
    is_lead = models.BooleanField(default=False, verbose_name=_("lead story"))
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Whose meter it shows; empty: the main campaign's"),
    )
    appeal = models.CharField(
        max_length=300, blank=True, help_text=_("Its own appeal; empty: the campaign's")
    )
    discussion_open = models.BooleanField(default=True, verbose_name=_("readers may comment"))

    objects = PageManager.from_queryset(StoryQuerySet)()

    private_page_options = NOT_PRIVATE
    exclude_fields_in_copy = ["carried_over"]  # a copy is a story of this paper
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
        ArrivalNotesPanel(heading=_("From the arrival")),
        *Page.content_panels,
        FieldPanel("standfirst"),
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("dateline"), FieldPanel("published")],
            heading=_("Kind, place and date"),
        ),
        InlinePanel("bylines", label=_("Byline")),
        MultiFieldPanel(
            [FieldPanel("lead_picture"), FieldPanel("lead_alt"), FieldPanel("lead_caption")],
            heading=_("Lead picture"),
        ),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("is_lead"), FieldPanel("campaign"), FieldPanel("appeal")],
            heading=_("On the site"),
        ),
        FieldPanel("discussion_open"),
        *Page.promote_panels,
    ]

    @property
    def date(self):
        """When it was published, aware UTC; None when its source did not say."""
        return None if self.date_unknown else self.published or self.first_published_at

    @cached_property
    def section(self) -> "SectionPage":
        """The section it lies in. Lists that know it set it, so that it is not asked for again."""
        return SectionPage.objects.get(pk=self.get_parent().pk)

    @property
    def people(self) -> list[Person]:
        """Those on its byline, in order."""
        people = [byline.person for byline in self.bylines.all()]
        depends_on(*(f"person:{person.pk}" for person in people))
        return people

    def clean(self) -> None:
        super().clean()
        if self.lead_picture and not self.lead_alt.strip():
            raise ValidationError(
                {"lead_alt": _("Say what the picture shows, for those who cannot see it.")}
            )

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return super().get_context(request, *args, **kwargs) | {
            "campaign": self.campaign or main_campaign(),
            "appeal": {"heading": self.appeal, "text": ""} if self.appeal else None,
            "facts": story_facts(self),
            "version": self.versions.order_by("-number").first() if self.pk else None,
        }

    @path("full-size/")
    def full_size(self, request: HttpRequest) -> HttpResponse:
        """The lead picture alone, as large as it is."""
        if not self.lead_picture:
            raise Http404
        depends_on(f"picture:{self.lead_picture_id}")
        return self.render(request, template="stories/full_size.html")

    @path("discussion/")
    def discussion_page(self, request: HttpRequest) -> HttpResponse:
        return discussion_views.discussion_page(request, self)

    @path("discussion/reply/")
    def post_page(self, request: HttpRequest) -> HttpResponse:
        return discussion_views.reply_page(request, self)

    @path("discussion/<int:number>/")
    def comment_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return discussion_views.comment_page(request, self, number)

    @path("discussion/<int:number>/reply/")
    def reply_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return discussion_views.reply_page(request, self, number)


class Version(models.Model):
    """A published state of a story, frozen: `content` is the exact text the record commits to."""

    story = models.ForeignKey(StoryPage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published = models.DateTimeField()
    content = models.TextField(help_text=_("Canonical JSON"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content"))
    entry = models.BigIntegerField(unique=True, help_text=_("Its entry in the public record"))

    class Meta:
        ordering = ["story", "number"]
        constraints = [
            models.UniqueConstraint(fields=["story", "number"], name="stories_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of story {self.story_id}"


class EmbedCard(models.Model):
    """What another site said about an embedded address, kept so that readers ask nobody."""

    url_hash = models.CharField(max_length=64, unique=True)
    url = models.URLField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    author = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=120, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    fetched = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title or self.url


class HousePage(Page):
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
    content_panels = [*Page.content_panels, FieldPanel("role"), FieldPanel("body")]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        rules = []
        if self.role == self.Role.RULES:
            depends_on("rules")
            rules = list(Rule.objects.all())
        return super().get_context(request, *args, **kwargs) | {"rules": rules}
