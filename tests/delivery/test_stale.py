"""After any change: no page that would read differently is taken for fresh, others stay kept.

For each change all pages of a paper are kept, the change is made by its verb or in the admin, and
then every page that is still called fresh is rendered anew and compared.
"""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, Site

from pennypress.delivery.cache import CachedFragment
from pennypress.delivery.facts import FACTS
from pennypress.delivery.rendering import render, write_cached_fragment
from pennypress.discussion.actions import (
    Carried,
    carry_over_comments,
    hold_comment,
    post_comment,
    publish_comment,
    remove_comment,
    set_open,
    withdraw_comment,
)
from pennypress.discussion.models import Comment, DiscussionSettings, Rule
from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.funding.models import Campaign, FundSettings
from pennypress.pictures.models import Picture
from pennypress.pictures.renditions import make_picture
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.embeds import fetch_story_embeds
from pennypress.stories.models import Byline, HomePage, HousePage, Person, SectionPage, StoryPage
from pennypress.stories.pictures import make_story_pictures
from tests.stories.test_embeds import provider, reachable  # noqa: F401

from .paper import CLAIMS, Paper, draw_picture
from .served import Served

# What a change yields when all is prepared: the addresses that shall be kept besides the paper's
# usual ones. The change comes next. What it returns: addresses, each with words that its page must
# show afterwards.
Steps = Generator[list[str] | None, None, dict[str, str]]
EVERYTHING = "everything"
# Pages that have nothing to do with the quay, of every kind.
FAR = ("/news/ferry/", "/sea/tide/", "/about/", "/about/rules/", "/give/", "/people/nobody/")
FUND = ("/funding/", "/funding/?campaign=roof", "/campaigns/roof/", "/api/v1/funding")


@dataclass(frozen=True)
class Change:
    """A change, and the addresses that have nothing to do with it."""

    make: Callable[[Paper, Client], Steps]
    stays: tuple[str, ...]


CHANGES: dict[str, Change] = {}


def change(*stays: str):
    """Register a change: a generator that prepares, yields, and makes it."""

    def register(make):
        CHANGES[make.__name__.replace("_", " ")] = Change(make, stays)
        return make

    return register


def say(paper: Paper, text: str, parent: Comment | None = None) -> Comment:
    return post_comment(
        paper.discussion("quay"), name="Ann", text=text, parent=parent and parent.pk
    ).comment


# ── The discussion ─────────────────────────────────────────────────────────────────────────────


@change(*FAR, *FUND, "/people/nobody/", "/ar/")
def a_comment_is_posted(paper, office) -> Steps:
    yield
    comment = say(paper, "Words that are quite new.")
    quay = paper.url("quay")
    return {
        f"{quay}discussion/{comment.pk}/": "quite new",
        f"{quay}discussion/?order=newest": "quite new",
        "/": "comments</a>",
    }


@change(EVERYTHING)
def a_comment_waits_for_a_moderator(paper, office) -> Steps:
    from django.test import override_settings

    yield
    with override_settings(FIRST_COMMENTS="hold-all"):
        say(paper, "Not yet to be seen.")
    return {}


@change(*FAR, *FUND)
def a_comment_is_held_by_a_moderator(paper, office) -> Steps:
    comment = say(paper, "Held and shown again.")
    yield
    hold_comment(comment, paper.editor)
    return {}


@change(*FAR, *FUND)
def a_held_comment_is_made_visible(paper, office) -> Steps:
    comment = hold_comment(say(paper, "Shown after all."), paper.editor)
    yield
    office.post(reverse("moderation-decide", args=[comment.pk]), {"act": "publish"})
    return {f"{paper.url('quay')}discussion/?order=newest": "Shown after all"}


@change(*FAR, *FUND)
def a_comment_is_removed_under_a_rule(paper, office) -> Steps:
    comment = say(paper, "Gone in a moment.")
    yield
    remove_comment(comment, Rule.objects.get(number=3), paper.editor)
    return {f"{paper.url('quay')}discussion/{comment.pk}/": "Removed under"}


@change(*FAR, *FUND)
def a_removed_comment_is_restored(paper, office) -> Steps:
    comment = say(paper, "Back again.")
    comment = remove_comment(comment, Rule.objects.get(number=3), paper.editor)
    yield
    publish_comment(comment, paper.editor)
    return {f"{paper.url('quay')}discussion/{comment.pk}/": "Back again"}


@change(*FAR, *FUND)
def a_comment_is_withdrawn(paper, office) -> Steps:
    comment = say(paper, "My words, for now.")
    yield
    withdraw_comment(comment)
    return {f"{paper.url('quay')}discussion/{comment.pk}/": "Withdrawn by its author"}


@change("/news/quay/", "/sea/tide/", "/about/", *FUND)
def comments_are_carried_over(paper, office) -> Steps:
    yield
    items = [Carried("later", None, "Old Hand", "Carried over later.", None, 70)]
    carry_over_comments(paper.discussion("ferry"), items)
    return {paper.url("ferry"): "Carried over later"}


@change(*FAR, *FUND, "/", "/news/", "/people/ines/")
def a_discussion_is_closed(paper, office) -> Steps:
    yield
    set_open(Page.objects.get(pk=paper.stories["quay"].pk), False)
    return {paper.url("quay"): "This discussion is closed"}


@change(EVERYTHING)
def the_policy_for_comments_is_saved(paper, office) -> Steps:
    site = Site.objects.get()
    yield
    office.post(
        f"/admin/settings/discussion/discussionsettings/{site.pk}/",
        {"first_comments": "hold-all", "flagged_words": "spam"},
    )
    assert DiscussionSettings.objects.get().flagged_words == "spam"
    return {}


# ── The fund ───────────────────────────────────────────────────────────────────────────────────


@change("/news/ferry/", "/campaigns/roof/", "/funding/?campaign=roof")
def a_gift_is_recorded(paper, office) -> Steps:
    yield
    record_gift(paper.campaigns["main"], 1_111, "USD", name="A Friend")
    return {"/funding/": "A Friend", "/api/v1/funding": "", "/campaigns/main/": "A Friend"}


@change("/", "/news/quay/", "/about/", "/funding/", "/campaigns/main/")
def a_gift_for_one_campaign_is_booked_in_the_admin(paper, office) -> Steps:
    yield
    form = {"campaign": paper.campaigns["roof"].pk, "amount": "12.50", "day": "2026-01-02"}
    form |= {"received_in": "cash", "name": "Roof Friend", "reference": "box"}
    assert office.post("/admin/gifts/", form).status_code == 302
    return {"/campaigns/roof/": "Roof Friend", "/funding/?campaign=roof": "Roof Friend"}


@change("/news/ferry/", "/campaigns/roof/")
def a_sum_is_carried_over(paper, office) -> Steps:
    yield
    carry_over(paper.campaigns["main"], 2_222, "USD", source="another old site")
    return {"/funding/": "carried"}


@change(*[])
def a_campaign_is_opened(paper, office) -> Steps:
    yield
    save_campaign(Campaign(slug="press", title="A new press", currency="USD", goal=5_000))
    return {"/funding/": "A new press", "/api/v1/funding": "A new press"}


@change("/news/quay/", "/about/", "/", "/people/ines/")
def a_campaign_changes_title_and_goal(paper, office) -> Steps:
    yield
    campaign = Campaign.objects.get(slug="roof")
    campaign.title, campaign.goal = f"{campaign.title}, quite tight", campaign.goal + 100
    save_campaign(campaign)
    return {
        "/funding/": "quite tight", "/campaigns/roof/": "quite tight",
        "/de/funding/": "quite tight", "/funding/?campaign=roof": "quite tight",
    }  # fmt: skip


@change("/news/ferry/", "/campaigns/roof/")
def the_main_campaign_changes_its_appeal(paper, office) -> Steps:
    yield
    campaign = Campaign.objects.get(slug="main")
    campaign.appeal_heading = "Stay with us, stay with yourselves"
    save_campaign(campaign)
    return {paper.url("quay"): "Stay with us"}


@change()
def a_campaign_without_a_sum_changes_its_slug(paper, office) -> Steps:
    campaign = save_campaign(Campaign(slug="ink", title="Ink", currency="USD"))
    yield
    campaign.slug = "ink-and-paper"
    save_campaign(campaign)
    return {"/funding/": "?campaign=ink-and-paper", "/api/v1/funding": "ink-and-paper"}


@change()
def a_campaign_is_deleted_in_the_admin(paper, office) -> Steps:
    campaign = save_campaign(Campaign(slug="lamp", title="A lamp", currency="USD"))
    yield
    office.post(f"/admin/snippets/funding/campaign/delete/{campaign.pk}/")
    assert not Campaign.objects.filter(pk=campaign.pk).exists()
    return {}


@change("/", "/news/quay/", "/funding/", "/about/")
def how_to_give_is_changed_in_the_admin(paper, office) -> Steps:
    fund = FundSettings.objects.get()
    yield
    office.post(
        f"/admin/settings/funding/fundsettings/{fund.site_id}/",
        {
            "currency": "USD", "account_holder": "Tide Press Ltd", "account_details": "IBAN 1",
            "reference_hint": "Tide",
        },
    )  # fmt: skip
    return {"/give/": "Tide Press Ltd"}


# ── Stories ────────────────────────────────────────────────────────────────────────────────────

FAR_FROM_STORIES = ("/sea/tide/", "/news/ferry/", *FUND, "/about/", "/about/rules/", "/give/")


def edit(paper: Paper, name: str, **facts) -> StoryPage:
    story = paper.story(name)
    for fact, value in facts.items():
        setattr(story, fact, value)
    return publish_story(story, SectionPage.objects.get(pk=story.get_parent().pk))


@change(*FAR_FROM_STORIES, "/news/quay/")
def a_story_is_published(paper, office) -> Steps:
    yield
    story = StoryPage(
        title="Quite a new story",
        standfirst="Read it.",
        body=[("paragraph", "<p>What happened.</p>")],
    )
    story.bylines = [Byline(person=paper.people["omar"])]
    publish_story(story, paper.sections["news"])
    headline = "Quite a new story"
    return {"/": headline, "/news/": headline, "/people/omar/": headline, story.url: headline}


@change(*FAR_FROM_STORIES)
def a_headline_changes(paper, office) -> Steps:
    yield
    edit(paper, "quay", title="Another headline for the quay")
    words = "Another headline"
    quay = paper.url("quay")
    return {
        "/": words, "/people/ines/": words, quay: words, f"{quay}discussion/": words,
        f"{quay}discussion/{paper.comments['first'].pk}/": words, f"{quay}full-size/": words,
        paper.api("quay"): words,
    }  # fmt: skip


@change(*FAR_FROM_STORIES)
def a_standfirst_and_a_text_change(paper, office) -> Steps:
    yield
    text = [("paragraph", "<p>A corrected sentence.</p>")]
    edit(paper, "quay", standfirst="What comes after the barrier.", body=text)
    return {paper.url("quay"): "after the barrier", "/people/ines/": "after the barrier"}


@change(*FAR_FROM_STORIES)
def a_byline_changes(paper, office) -> Steps:
    yield
    edit(paper, "fog", bylines=[Byline(person=paper.people["nobody"])])
    return {
        paper.url("fog"): "Nobody Yet", "/people/nobody/": "The fog story",
        paper.api("fog"): "Nobody Yet",
    }  # fmt: skip


@change(*FAR_FROM_STORIES)
def a_lead_picture_changes(paper, office) -> Steps:
    picture = draw_picture("Rope")
    yield
    edit(paper, "quay", lead_picture=picture, lead_alt="A rope")
    return {paper.url("quay"): "A rope", f"{paper.url('quay')}full-size/": "A rope"}


@change(*FAR_FROM_STORIES)
def a_story_shows_another_campaign(paper, office) -> Steps:
    yield
    edit(paper, "fog", campaign=paper.campaigns["roof"])
    return {paper.url("fog"): f'data-topic="meter:{paper.campaigns["roof"].pk}"'}


@change(EVERYTHING)
def a_draft_is_saved(paper, office) -> Steps:
    yield
    story = paper.story("quay")
    story.title = "A headline of a draft"
    story.save_revision()
    return {}


@change(*FAR_FROM_STORIES)
def a_story_is_taken_down(paper, office) -> Steps:
    publish_story(
        StoryPage(
            title="Soon gone",
            slug="soon-gone",
            bylines=[Byline(person=paper.people["omar"])],
            body=[("paragraph", "<p>What happened.</p>")],
        ),
        paper.sections["news"],
    )
    yield
    story = StoryPage.objects.get(slug="soon-gone")
    office.post(f"/admin/pages/{story.pk}/unpublish/")
    assert not StoryPage.objects.get(pk=story.pk).live
    return {}


@change()
def a_story_moves_to_another_section(paper, office) -> Steps:
    publish_story(
        StoryPage(
            title="On the move", slug="on-the-move", body=[("paragraph", "<p>What happened.</p>")]
        ),
        paper.sections["news"],
    )
    story = StoryPage.objects.get(slug="on-the-move")
    yield
    sea = SectionPage.objects.get(slug="sea")
    office.post(f"/admin/pages/{story.pk}/move/{sea.pk}/confirm/")
    assert StoryPage.objects.get(pk=story.pk).url == "/sea/on-the-move/"
    return {"/sea/": "On the move", "/": "/sea/on-the-move/"}


@change()
def a_story_gets_another_address(paper, office) -> Steps:
    yield
    edit(paper, "boat", slug="boats")
    return {"/sea/boats/": "The boat story", "/sea/": "/sea/boats/"}


@change("/sea/tide/", *FUND)
def what_another_site_says_of_an_embed_arrives(paper, office) -> Steps:
    yield [paper.url("fog"), paper.url("boat")]
    # Two stories show it; the task is one story's.
    assert fetch_story_embeds.call(paper.stories["fog"].pk) == 1
    title = "The council, in full"
    return {paper.url("fog"): title, paper.url("boat"): title}


# ── Sections, house pages, home pages ──────────────────────────────────────────────────────────


def publish(page: Page, **facts) -> None:
    for fact, value in facts.items():
        setattr(page, fact, value)
    page.save_revision().publish()


@change("/api/v1/openapi.json")
def a_section_is_made(paper, office) -> Steps:
    yield
    find_or_make_section("culture", "Culture")
    return {"/": "Culture", paper.url("quay"): "Culture", "/funding/": "Culture"}


@change("/api/v1/openapi.json")
def a_section_gets_another_title(paper, office) -> Steps:
    yield
    publish(SectionPage.objects.get(slug="sea"), title="Sea and Shore")
    return {"/": "Sea and Shore", paper.url("tide"): "Sea and Shore", "/sea/": "Sea and Shore"}


@change()
def a_section_gets_another_address(paper, office) -> Steps:
    section = find_or_make_section("wharf", "The Wharf")
    publish_story(
        StoryPage(
            title="By the wharf", slug="by-the-wharf", body=[("paragraph", "<p>What happened.</p>")]
        ),
        section,
    )
    yield
    publish(SectionPage.objects.get(slug="wharf"), slug="wharves")
    return {"/": "/wharves/", "/wharves/by-the-wharf/": "By the wharf"}


@change()
def a_section_is_taken_down(paper, office) -> Steps:
    find_or_make_section("empty", "Empty Section")
    yield
    SectionPage.objects.get(slug="empty").unpublish()
    return {}


@change()
def sections_change_their_order(paper, office) -> Steps:
    yield
    sea, news = (SectionPage.objects.get(slug=slug, locale=1) for slug in ("sea", "news"))
    sea.move(news, pos="left")
    return {}


@change("/about/rules/", "/news/quay/", *FUND)
def a_house_page_changes_its_text(paper, office) -> Steps:
    yield
    page = HousePage.objects.get(role="about")
    publish(page, body=[("paragraph", "<p>Who we are now.</p>")])
    return {"/about/": "Who we are now"}


@change()
def a_house_page_gets_another_title(paper, office) -> Steps:
    yield
    publish(HousePage.objects.get(role="about"), title="All about us")
    return {"/": "All about us", paper.url("quay"): "All about us", "/about/": "All about us"}


@change()
def a_house_page_is_deleted(paper, office) -> Steps:
    page = HousePage.objects.get(role="about").add_child(
        instance=HousePage(title="Contact us here", slug="here", role="contact")
    )
    publish(page)
    yield
    office.post(f"/admin/pages/{page.pk}/delete/")
    assert not HousePage.objects.filter(pk=page.pk).exists()
    return {}


@change()
def the_home_page_gets_a_tagline_and_a_lead(paper, office) -> Steps:
    yield
    publish(HomePage.objects.get(locale=1), tagline="High and low", lead=paper.stories["tide"])
    return {"/": "High and low", "/about/": "High and low"}


@change()
def another_languages_home_page_changes(paper, office) -> Steps:
    yield
    publish(HomePage.objects.get(pk=paper.arabic.pk), title="المد والجزر", tagline="كل يوم")
    return {"/ar/": "كل يوم"}


@change()
def a_language_gets_a_home_page(paper, office) -> Steps:
    yield
    german = Locale.objects.get_or_create(language_code="de")[0]
    home = HomePage.objects.get(locale=1).copy_for_translation(german)
    publish(home, title="Die Tide", slug="de", tagline="Ebbe und Flut")
    return {"/de/funding/": "Ebbe und Flut", "/de/": "Ebbe und Flut"}


# ── What the admin saves beside pages ──────────────────────────────────────────────────────────


@change("/news/fog/", "/about/", *FUND)
def a_person_gets_another_name(paper, office) -> Steps:
    person = paper.people["ines"]
    yield
    office.post(
        f"/admin/snippets/stories/person/edit/{person.pk}/",
        {
            "name": "Ines Calder-Rey",
            "slug": "ines",
            "role": "Editor",
            "bio": "null",
            "portrait": "",
        },
    )
    assert Person.objects.get(pk=person.pk).role == "Editor"
    name = "Ines Calder-Rey"
    return {
        "/people/ines/": name, paper.url("quay"): name, "/": name, paper.url("madd"): name,
        paper.api("quay"): name,
    }  # fmt: skip


@change(EVERYTHING)
def a_person_is_added(paper, office) -> Steps:
    yield
    form = {"name": "Newcomer", "slug": "newcomer", "role": "", "bio": "null", "portrait": ""}
    office.post("/admin/snippets/stories/person/add/", form)
    return {"/people/newcomer/": "Newcomer"}


@change("/", "/news/quay/", "/people/ines/")
def a_person_is_deleted(paper, office) -> Steps:
    person = Person.objects.create(slug="gone", name="Soon Gone")
    paper.people["gone"] = person
    yield
    office.post(f"/admin/snippets/stories/person/delete/{person.pk}/")
    assert not Person.objects.filter(pk=person.pk).exists()
    return {}


@change("/", "/news/quay/", "/people/ines/")
def people_are_deleted_together(paper, office) -> Steps:
    people = [Person.objects.create(slug=f"gone-{n}", name="Soon Gone") for n in (1, 2)]
    paper.people |= {person.slug: person for person in people}
    yield
    ids = "&".join(f"id={person.pk}" for person in people)
    office.post(f"/admin/bulk/stories/person/delete/?{ids}")
    assert not Person.objects.filter(name="Soon Gone").exists()
    return {}


@change("/", "/news/ferry/", "/sea/tide/", "/about/", "/funding/")
def a_rule_gets_another_name(paper, office) -> Steps:
    rule = Rule.objects.get(number=3)
    yield
    office.post(
        f"/admin/snippets/discussion/rule/edit/{rule.pk}/",
        {"number": 3, "label": "guesses at motives", "title": "No guessing", "text": "Ask."},
    )
    assert Rule.objects.get(pk=rule.pk).label == "guesses at motives"
    removed = paper.comments["removed"].pk
    return {
        "/about/rules/": "No guessing",
        f"{paper.url('quay')}discussion/{removed}/": "guesses at motives",
    }


@change("/", "/news/ferry/", "/about/")
def a_rule_is_added(paper, office) -> Steps:
    yield
    form = {"number": 42, "label": "songs", "title": "No singing", "text": "Please."}
    office.post("/admin/snippets/discussion/rule/add/", form)
    return {"/about/rules/": "No singing"}


@change("/", "/news/ferry/", "/about/")
def rules_are_deleted_together(paper, office) -> Steps:
    rules = [Rule.objects.create(number=n, label="x", title=f"No {n}", text="x") for n in (50, 51)]
    yield
    ids = "&".join(f"id={rule.pk}" for rule in rules)
    office.post(f"/admin/bulk/discussion/rule/delete/?{ids}")
    assert not Rule.objects.filter(number__gte=50).exists()
    return {}


@change("/sea/tide/", "/news/ferry/", "/about/", *FUND)
def a_picture_gets_another_credit(paper, office) -> Steps:
    picture = Picture.objects.get(pk=paper.story("quay").lead_picture_id)
    yield
    office.post(
        f"/admin/images/{picture.pk}/",
        {"title": picture.title, "credit": "Photo: somebody else", "collection": 1, "tags": ""},
    )
    assert Picture.objects.get(pk=picture.pk).credit == "Photo: somebody else"
    return {paper.url("quay"): "somebody else", f"{paper.url('quay')}full-size/": "somebody else"}


@change("/sea/tide/", "/news/ferry/", "/about/", *FUND)
def a_picture_is_changed_among_several(paper, office) -> Steps:
    picture = Picture.objects.get(pk=paper.story("quay").lead_picture_id)
    yield
    prefix = f"image-{picture.pk}"
    form = {"title": picture.title, "credit": "Photo: one of many", "collection": 1, "tags": ""}
    answer = office.post(
        f"/admin/images/multiple/{picture.pk}/",
        {f"{prefix}-{name}": value for name, value in form.items()},
    )
    assert answer.json()["success"]
    return {paper.url("quay"): "one of many", f"{paper.url('quay')}full-size/": "one of many"}


@change("/news/fog/", "/about/", *FUND)
def pictures_are_deleted_together(paper, office) -> Steps:
    pictures = [draw_picture("Torn"), draw_picture("Burnt")]
    story = StoryPage(
        title="Torn", lead_picture=pictures[0], lead_alt="Torn",
        body=[("paragraph", "<p>What happened.</p>")],
    )  # fmt: skip
    publish_story(story, paper.sections["news"]).unpublish()  # no version of it is public now
    yield
    ids = "&".join(f"id={picture.pk}" for picture in pictures)
    office.post(f"/admin/bulk/stories/picture/delete/?{ids}")
    assert not Picture.objects.filter(title__in=["Torn", "Burnt"]).exists()
    return {}


@change("/news/fog/", "/about/", *FUND)
def a_portrait_is_deleted(paper, office) -> Steps:
    person, portrait = paper.people["omar"], draw_picture("Omar, younger")
    person.portrait = portrait
    person.save()
    yield
    office.post(f"/admin/images/{portrait.pk}/delete/")
    assert not Picture.objects.filter(pk=portrait.pk).exists()
    return {"/people/omar/": "Omar"}


@change(EVERYTHING)
def a_picture_that_a_public_version_shows_is_not_deleted(paper, office) -> Steps:
    lead, buoy = draw_picture("Torn"), draw_picture("Buoy")
    buoy.contextual_alt_text, buoy.decorative = "A buoy", False
    edit(
        paper, "ferry", lead_picture=lead, lead_alt="Torn",
        body=[("picture", {"image": buoy, "caption": "Red"})],
    )  # fmt: skip
    yield
    for picture in (lead, buoy):
        office.post(f"/admin/images/{picture.pk}/delete/")
        office.post(f"/admin/bulk/stories/picture/delete/?id={picture.pk}")
        assert Picture.objects.filter(pk=picture.pk).exists()
    return {}


@change("/news/fog/", "/about/", *FUND)
def a_storys_pictures_are_cut(paper, office) -> Steps:
    edit(paper, "tide", lead_picture=draw_picture("Ebb"), lead_alt="Ebb")
    yield
    assert make_story_pictures.call(paper.stories["tide"].pk)
    return {paper.url("tide"): "image/avif"}


@change("/news/fog/", "/about/", *FUND)
def a_portrait_is_cut(paper, office) -> Steps:
    person, portrait = paper.people["omar"], draw_picture("Omar")
    form = {"name": "Omar Rey", "slug": "omar", "role": "", "bio": "null", "portrait": portrait.pk}
    office.post(f"/admin/snippets/stories/person/edit/{person.pk}/", form)
    yield
    assert make_picture.call(portrait.pk)
    return {"/people/omar/": "image/avif"}


@change("/api/v1/openapi.json")
def the_paper_gets_another_name(paper, office) -> Steps:
    site = Site.objects.get()
    yield
    office.post(
        f"/admin/sites/edit/{site.pk}/",
        {
            "hostname": "tide.example.org", "port": 443, "site_name": "The Evening Tide",
            "root_page": site.root_page_id, "is_default_site": "on",
        },
    )  # fmt: skip
    assert Site.objects.get().site_name == "The Evening Tide"
    return {
        "/": "The Evening Tide", "/funding/": "The Evening Tide",
        paper.url("quay"): "https://tide.example.org/news/quay/",
    }  # fmt: skip


# ── The proof ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def office(paper) -> Client:
    """A browser in which the editor is signed in."""
    client = Client()
    client.force_login(paper.editor)
    return client


def finish(steps: Steps) -> dict[str, str]:
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    raise AssertionError("a change yields once")


def keep_all(served: Served, addresses: list[str]) -> None:
    """Have these pages kept, and no others."""
    served.catch_up()
    for address in set(served.kept) - set(addresses):
        served.drop(address)
    for address in addresses:
        served.get(address)


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_touches_is_stale_and_what_it_does_not_is_kept(
    name, paper, office, served, counts
):
    change = CHANGES[name]
    steps = change.make(paper, office)
    also = next(steps) or []
    stays = paper.addresses() if EVERYTHING in change.stays else [*change.stays]
    addresses = [*dict.fromkeys([*paper.addresses(), *stays, *also])]
    keep_all(served, addresses)
    assert all(served.kept[address] for address in addresses)
    shown = finish(steps)
    served.catch_up()
    still_fresh = [address for address, fresh in served.kept.items() if fresh]
    truth = Truth()
    lies = [address for address in still_fresh if not truth.is_told_by(served, address)]
    counts.forget()
    for address in stays:
        served.get(address)
    rendered = list(counts.rendered)
    for address in lies:  # the next change shall not find them
        served.drop(address)
    assert not lies, "kept as fresh, and no longer true"
    assert not rendered, "rendered again for nothing"
    for address, words in shown.items():
        answer = served.get(address)
        assert (answer.status, words in answer.text) == (200, True), address
        assert served.kept[address], "what was just rendered is kept, and fresh"


class Truth:
    """What pages would read if they were rendered now; each part is written once."""

    def __init__(self) -> None:
        FACTS.forget_all()  # what is cached of them may be the lie
        self._parts: dict[tuple[str, ...], CachedFragment] = {}

    def is_told_by(self, served: Served, address: str) -> bool:
        """Whether a kept page reads so."""
        if address == CLAIMS:
            return True  # it says of which size of the record it is true, and stays so
        now = render(address, with_marks=True)
        if now is None or now.status != 200:
            return False
        for key in now.fragment_keys:
            if key not in self._parts:
                self._parts[key] = write_cached_fragment(key, 0)
        now.join(self._parts)
        return _without_size(now.text.decode(errors="replace")) == _without_size(
            served.text_of(address)
        )


def _without_size(text: str) -> str:
    """Without the size of the record at which a figure was true: it stays true of that size."""
    return re.sub(r' data-record-size="[0-9]+"', "", text)
