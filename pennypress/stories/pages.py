"""What each page of the site shows, gathered before its template runs."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from wagtail.query import PageQuerySet

from pennypress.discussion.models import Discussion, Rule
from pennypress.discussion.tree import read_threads, read_whole
from pennypress.funding.figures import Meter, main_meter, read_meter

from .frame import site_frame
from .models import Byline, HomePage, HousePage, Person, Picture, SectionPage, StoryPage

SECTION_PAGE = 24  # stories on one page of a section
HOME_STORIES = 80  # as many as a front page chooses from
HOME_LATEST = 8
HOME_SECTION = 4


def listed(stories: PageQuerySet) -> PageQuerySet:
    """Fetch with stories what lists of them show, and order them latest first."""
    return (
        stories.live()
        .public()
        .select_related("locale", "discussion")
        .prefetch_related(
            Prefetch("bylines", Byline.objects.select_related("person")),
            Prefetch("lead_picture", Picture.objects.prefetch_related("renditions")),
        )
        .annotate(shown=Coalesce("published", "first_published_at"))
        .order_by("-shown", "-pk")
    )


def home_context(home: HomePage) -> dict:
    """The front page: a lead, a second tier, the latest, opinion apart, and each section's own."""
    stories = list(listed(StoryPage.objects.descendant_of(home))[:HOME_STORIES])
    lead = _lead(home, stories)
    rest = [story for story in stories if story != lead]
    opinion = [story for story in rest if story.kind == StoryPage.Kind.OPINION][:2]
    news = [story for story in rest if story not in opinion]
    second = news[:3]
    used = {story.pk for story in [*second, *opinion] + ([lead] if lead else [])}
    sections: list[dict] = []
    for section in SectionPage.objects.child_of(home).live().order_by("path"):
        own = [s for s in news if s.pk not in used and s.path.startswith(section.path)]
        if own:
            sections.append(_section_block(section, own[:HOME_SECTION], len(sections)))
            used.update(story.pk for story in own[:HOME_SECTION])
    latest = [story for story in stories if story != lead][:HOME_LATEST]
    return {
        "lead": lead,
        "second": second,
        "latest": latest,
        "opinion": opinion,
        "section_blocks": sections,
        "story_count": len(stories),
    }


def _section_block(section: SectionPage, stories: list[StoryPage], place: int) -> dict:
    """One section on the front page. The forms take turns, so that it looks edited, not listed."""
    form = "led" if len(stories) == 1 else ("led", "row", "brief")[place % 3]
    return {
        "section": section,
        "form": form,
        "stories": stories,
        "first": stories[0],
        "rest": stories[1:],
    }


def _lead(home: HomePage, stories: Sequence[StoryPage]) -> StoryPage | None:
    chosen = next((story for story in stories if story.pk == home.lead_id), None)
    marked = next((story for story in stories if story.is_lead), None)
    return chosen or marked or (stories[0] if stories else None)


def section_context(section: SectionPage, page: str) -> dict:
    """A section's stories, latest first, page by page. Raises Http404 for a page that is none."""
    stories = listed(StoryPage.objects.child_of(section))
    paginator = Paginator(stories, SECTION_PAGE)
    number = page or "1"
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= paginator.num_pages):
        raise Http404("no such page of this section")
    return {"stories": paginator.page(int(number))}


def story_context(story: StoryPage) -> dict:
    """A story with its bylines, its meter and the first piece of its discussion."""
    language = story.locale.language_code
    discussion = getattr(story, "discussion", None) or Discussion(
        page_id=story.pk, open=story.discussion_open
    )
    view = read_whole(discussion) or read_threads(discussion)
    meter = read_meter(story.campaign, language) if story.campaign else main_meter(language)
    bylines = [byline.person for byline in story.bylines.select_related("person")]
    return {
        "story": story,
        "section": story.get_parent().specific,
        "people": bylines,
        "meter": meter,
        "discussion": discussion,
        "view": view,
        "appeal": _appeal(story, meter),
        "json_ld": json_ld(story, bylines, discussion),
    }


def _appeal(story: StoryPage, meter: Meter | None) -> dict[str, str] | None:
    """The story's own appeal, else its campaign's; None when neither has words."""
    if story.appeal:
        return {"heading": story.appeal, "text": ""}
    campaign = meter.campaign if meter else None
    if campaign and campaign.appeal_heading:
        return {"heading": campaign.appeal_heading, "text": campaign.appeal_text}
    return None


def json_ld(story: StoryPage, people: Sequence[Person], discussion: Discussion) -> dict:
    """The story's facts in schema.org's words. What is not known is absent."""
    frame = site_frame(story.locale.language_code)
    kinds = {
        StoryPage.Kind.NEWS: "NewsArticle",
        StoryPage.Kind.ANALYSIS: "AnalysisNewsArticle",
        StoryPage.Kind.OPINION: "OpinionNewsArticle",
    }
    facts = {
        "@context": "https://schema.org",
        "@type": kinds[StoryPage.Kind(story.kind)],
        "headline": story.title,
        "url": story.full_url,
        "inLanguage": story.locale.language_code,
        "isAccessibleForFree": True,
        "description": story.standfirst,
        "dateline": story.dateline,
        "datePublished": story.date.isoformat() if story.date else None,
        "author": [
            {"@type": "Person", "name": person.name, "url": reverse("person", args=[person.slug])}
            for person in people
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": frame.title},
        "image": story.lead_picture.file.url if story.lead_picture else None,
        "commentCount": discussion.count,
        "citation": [
            {
                key: value
                for key, value in {
                    "@type": "CreativeWork",
                    "name": source.value["title"],
                    "publisher": source.value["publisher"],
                    "url": source.value["url"],
                }.items()
                if value
            }
            for source in story.sources
        ],
    }
    return {key: value for key, value in facts.items() if value not in (None, "", [])}


def house_page_context(page: HousePage) -> dict:
    """A house page; the one in the role of the rules lists them."""
    return {"rules": list(Rule.objects.all()) if page.role == HousePage.Role.RULES else []}


def person_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A person with what they wrote, latest first."""
    person = get_object_or_404(Person.objects.select_related("portrait"), slug=slug)
    stories = listed(StoryPage.objects.filter(bylines__person=person))[:60]
    return render(request, "stories/person.html", {"person": person, "stories": stories})
