"""A small paper made by the ordinary verbs, in which every kind of public page stands."""

from dataclasses import dataclass, field, fields, replace
from io import BytesIO
from urllib.parse import quote_plus, urlencode

from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale

from pennypress.discussion.actions import Carried, carry_over_comments, post_comment, remove_comment
from pennypress.discussion.models import Comment, Discussion, Rule
from pennypress.discussion.tree import read_threads
from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.funding.models import Campaign
from pennypress.newsroom.setup import set_up_site
from pennypress.pictures.models import Picture
from pennypress.readers.actions import welcome_guest
from pennypress.readers.models import Account
from pennypress.record.sealing import seal
from pennypress.record.tiles import signed_size
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import HomePage, Person, SectionPage, StoryPage

CLAIMS = "/record/claims.json"
VIDEO = "https://video.example.org/watch/12"

# Small bounds, so that a few comments and stories fill more than one page.
BOUNDS = {
    "pennypress.discussion.tree.WHOLE": 6,
    "pennypress.discussion.tree.THREADS": 3,
    "pennypress.discussion.tree.API_PAGE": 4,
    "pennypress.stories.models.pages.SECTION_STORIES": 2,
    "pennypress.funding.views.LEDGER_PAGE": 3,
}


def draw_picture(title: str, color: str = "#c4642b") -> Picture:
    """A picture so small that its cuts are made in no time."""
    data = BytesIO()
    Image.new("RGB", (24, 16), color).save(data, "PNG")
    data.seek(0)
    return Picture.objects.create(
        title=title, credit=f"Photo: {title}", file=ImageFile(data, name=f"{title}.png")
    )


@dataclass
class Paper:
    """The paper's parts by their names, and where they can be read."""

    home: HomePage
    arabic: HomePage
    sections: dict[str, SectionPage] = field(default_factory=dict)
    stories: dict[str, StoryPage] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    editor: Account | None = None

    def copy(self) -> "Paper":
        """The same parts, to which others may be added."""
        return replace(
            self,
            **{
                part.name: dict(getattr(self, part.name))
                for part in fields(self)
                if part.default_factory is dict
            },
        )

    def url(self, name: str) -> str:
        """The path of a story."""
        return StoryPage.objects.get(pk=self.stories[name].pk).url

    def api(self, name: str) -> str:
        """A story's address in the API."""
        return f"/api/v1/stories?{urlencode({'url': self.url(name)})}"

    def discussion(self, name: str) -> Discussion:
        return Discussion.objects.get(pk=self.stories[name].pk)

    def story(self, name: str) -> StoryPage:
        """A story as it is stored now."""
        return StoryPage.objects.get(pk=self.stories[name].pk)

    def addresses(self) -> list[str]:
        """Public addresses: one of each kind, and those that show most."""
        quay, number = self.url("quay"), self.stories["quay"].pk
        talk = f"{quay}discussion/"
        return [
            "/", "/ar/", "/news/", "/sea/",
            *(self.url(name) for name in ("quay", "ferry", "tide", "madd")),
            f"{quay}full-size/",
            talk, f"{talk}?order=newest", f"{talk}?after={self.cursor}&order=oldest",
            *(f"{talk}{self.comments[name].pk}/" for name in ("first", "removed")),
            "/people/ines/", "/people/nobody/", "/about/", "/about/rules/",
            "/funding/", "/funding/?campaign=roof", "/campaigns/roof/", "/give/", "/de/give/",
            self.api("quay"), f"/api/v1/stories/{number}/discussion", "/api/v1/funding",
            "/api/v1/funding/entries", "/api/v1/openapi.json", *self.record,
        ]  # fmt: skip

    @property
    def record(self) -> list[str]:
        """The record's addresses."""
        size = signed_size()
        return [
            "/record/", "/record/?of=fund", "/record/?before=5&of=comments", "/record/1/",
            "/record/how-to-check/", "/record/1/proof", "/record/checkpoint",
            f"/record/checkpoint?size={size}", "/record/key", CLAIMS, "/record/opened/0.json",
            "/record/schemas/gift.received.json", f"/record/tile/entries/000.p/{size}",
            f"/record/tile/0/000.p/{size}",
        ]  # fmt: skip

    @property
    def cursor(self) -> str:
        """Where the second page of the quay's discussion begins."""
        return quote_plus(read_threads(self.discussion("quay")).next or "")


def make_paper() -> Paper:
    """Make it. First comments must be published at once."""
    home = set_up_site("The Test Tide")
    arabic = home.copy_for_translation(Locale.objects.get_or_create(language_code="ar")[0])
    arabic.title, arabic.slug = "المد", "ar"
    arabic.save_revision().publish()
    paper = Paper(home, HomePage.objects.get(pk=arabic.pk))
    for slug, title in (("news", "News"), ("sea", "The Sea")):
        paper.sections[slug] = find_or_make_section(slug, title)
    there = SectionPage(title="أخبار", slug="news", show_in_menus=True, locale=arabic.locale)
    paper.arabic.add_child(instance=there)
    there.save_revision().publish()
    paper.sections["ar"] = there
    for name in ("Quay", "Portrait", "Boat"):
        paper.pictures[name.lower()] = draw_picture(name)
    for slug, name in (("ines", "Ines Calder"), ("omar", "Omar Rey"), ("nobody", "Nobody Yet")):
        paper.people[slug] = Person.objects.create(slug=slug, name=name, role="Reporter")
    Person.objects.filter(slug="ines").update(portrait=paper.pictures["portrait"])
    paper.campaigns["main"] = save_campaign(
        Campaign(
            slug="main", title="A year of the Tide", currency="USD", goal=470_000,
            appeal_heading="Help us stay", appeal_text="A penny a day.",
        )
    )  # fmt: skip
    paper.campaigns["roof"] = save_campaign(
        Campaign(slug="roof", title="A roof for the press", currency="USD", goal=90_000)
    )
    _publish_stories(paper)
    _let_readers_speak(paper)
    for number in range(4):
        record_gift(paper.campaigns["main"], 1_000 + number, "USD", name=f"Giver {number}")
    record_gift(paper.campaigns["roof"], 5_000, "USD")
    carry_over(paper.campaigns["main"], 78_900, "USD", source="the old site")
    paper.editor = Account.objects.create_superuser("editor@example.org", "a long password")
    seal()
    return paper


def _publish_stories(paper: Paper) -> None:
    def publish(name: str, section: str, by: str = "", **facts) -> None:
        words = ("paragraph", f"<p>What there is to say of {name}.</p>")
        body = [*facts.pop("body", []), words]
        story = StoryPage(title=f"The {name} story", slug=name, body=body, **facts)
        story.bylines = [
            StoryPage.bylines.field.model(person=paper.people[slug]) for slug in by.split()
        ]
        paper.stories[name] = publish_story(story, paper.sections[section])

    publish(
        "quay", "news", "ines omar", standfirst="The barrier is gone.", dateline="Merrow",
        lead_picture=paper.pictures["quay"], lead_alt="A quay at dawn", lead_caption="At dawn",
        sources=[("source", {"title": "The log", "publisher": "Harbour", "url": "", "seen": None})],
    )  # fmt: skip
    publish("ferry", "news", "omar", campaign=paper.campaigns["roof"])
    embed = ("embed", {"url": VIDEO, "title": "", "author": ""})
    publish("fog", "news", body=[embed])
    publish("tide", "sea", "ines", kind="opinion", appeal="An appeal of its own")
    boat = paper.pictures["boat"]
    boat.contextual_alt_text, boat.decorative = "A boat", False
    publish("boat", "sea", body=[("picture", {"image": boat, "caption": "Hers"}), embed])
    publish("madd", "ar", "ines", standfirst="قصة")


def _let_readers_speak(paper: Paper) -> None:
    quay = paper.discussion("quay")
    guest, _ = welcome_guest()

    def say(name: str, text: str, parent: str = "") -> None:
        answered = paper.comments[parent].pk if parent else None
        paper.comments[name] = post_comment(
            quay, name=name.title(), text=text, parent=answered, guest=guest
        ).comment

    say("first", "I was **there** at six.")
    say("reply", "So was I.", "first")
    say("removed", "You lie, all of you.")
    say("below", "He does not.", "removed")
    for number in range(4):
        say(f"another{number}", f"Another word, number {number}.")
    rule = Rule.objects.get(number=3)
    paper.comments["removed"] = remove_comment(paper.comments["removed"], rule, None)
    carry_over_comments(
        paper.discussion("ferry"),
        [Carried(f"s{n}", None, "Old Hand", f"Said before, {n}.", None, n) for n in range(2)],
    )
