"""What editors type is held to the rules for what readers type, and runs in its own direction."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Revision

from pennypress.discussion.models import Rule
from pennypress.foundation.directions import set_directions
from pennypress.foundation.jobs import JobFailed
from pennypress.funding.actions import FundingRefused, save_campaign
from pennypress.funding.models import Campaign, FundSettings
from pennypress.pictures.models import Picture
from pennypress.stories import oembed
from pennypress.stories.actions import publish_story
from pennypress.stories.models import Person, StoryPage
from pennypress.stories.scheduling import publish_due_stories

from .editing import add_story, rich

pytestmark = pytest.mark.django_db

PERSON = Person, {"slug": "ada", "name": "Ada", "role": "x"}
PICTURE = Picture, {"title": "Quay", "file": "x.jpg", "width": 1, "height": 1}
RULE = Rule, {"number": 77, "label": "l", "title": "t", "text": "x"}

BODY = [("paragraph", "<p>It came in at noon.</p>")]
RLO, TAG = "\u202e", "\U000e0041"


@pytest.mark.parametrize(
    ("field", "typed", "named"),
    [
        ("title", f"Price {RLO}001$", "U+202E"),
        ("title", f"Quay{TAG}", "U+E0041"),
        ("title", "Quay \u2067abc", "not closed"),
        ("standfirst", f"a\n{RLO}b", "U+202E"),
        ("lead_caption", f"{RLO}b", "U+202E"),
        ("lead_alt", "b\x07", "U+0007"),
        ("dateline", "Z" + "\u0313" * 9, "marks"),
        ("appeal", f"{RLO}give", "U+202E"),
        ("search_description", f"{RLO}give", "U+202E"),
        ("tags", f"quay, {RLO}give", "U+202E"),
    ],
)
def test_what_deceives_is_refused_in_each_field(newsroom, section, field, typed, named):
    answer = add_story(newsroom, section, **{field: typed})
    assert answer.status_code == 200
    assert named in answer.content.decode()
    assert not StoryPage.objects.exists()


@pytest.mark.parametrize(
    "block",
    [
        ("paragraph", rich(f"It was {RLO}noon.")),
        ("heading", f"Noon{TAG}"),
        ("quotation", {"text": "x", "speaker": f"Ada{RLO}", "role": "", "source": ""}),
        ("pull_quote", f"{RLO}x"),
    ],
)
def test_what_deceives_is_refused_in_each_block(newsroom, section, block):
    answer = add_story(newsroom, section, body=[("paragraph", rich("It came in.")), block])
    assert re.search(r"U\+(202E|E0041)", answer.content.decode())
    assert not StoryPage.objects.exists()


def test_what_deceives_is_refused_of_a_source(newsroom, section):
    source = {"title": f"Minutes{RLO}", "publisher": "", "url": "", "seen": ""}
    answer = add_story(newsroom, section, sources=[("source", source)])
    assert "U+202E" in answer.content.decode()
    assert not StoryPage.objects.exists()


def test_what_another_site_says_of_itself_loses_what_deceives():
    said = {"type": "rich", "title": f"A {RLO}film{TAG}\n\x00", "author_name": "Zoe\u0308"}
    found = oembed._read(said)
    assert (found["title"], found["author_name"]) == ("A film", "Zoë")


def test_a_draft_of_before_that_is_refused_now_stops_no_other_that_is_due(section):
    due = []
    for title in (f"Price {RLO}001$", "Fog"):
        story = StoryPage(title="Fog", slug=f"fog-{len(due)}", live=False, body=BODY)
        section.add_child(instance=story)
        story.title = title
        revision = story.save_revision(clean=False)
        Revision.objects.filter(pk=revision.pk).update(
            approved_go_live_at=timezone.now() - dt.timedelta(minutes=2 - len(due))
        )
        due.append(story)
    with pytest.raises(JobFailed, match=r"U\+202E"):
        publish_due_stories()
    live = [StoryPage.objects.get(pk=story.pk).live for story in due]
    assert live == [False, True]


def test_what_is_typed_is_kept_in_one_form(section):
    story = publish_story(
        StoryPage(
            title="Cafe\u0301  \u200bnews \u2067א\u2069",
            standfirst="a\r\nb\u00ad",
            body=[("paragraph", "<p>x</p>")],
        ),
        section,
    )
    assert (story.title, story.standfirst) == ("Café news \u2067א\u2069", "a\nb")


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        (PERSON, "name"),
        (PERSON, "role"),
        (PICTURE, "title"),
        (PICTURE, "credit"),
        (RULE, "label"),
        (RULE, "text"),
    ],
)
def test_what_deceives_is_refused_of_people_pictures_and_rules(thing, field):
    kind, values = thing
    thing = kind(**values)
    before = getattr(thing, field)
    setattr(thing, field, f"A{RLO}da")
    with pytest.raises(ValidationError) as refused:
        thing.clean_fields(exclude=["collection", "file", "file_hash"])
    assert list(refused.value.message_dict) == [field]
    setattr(thing, field, before or "x")
    thing.clean_fields(exclude=["collection", "file", "file_hash"])


def test_what_deceives_is_refused_of_where_gifts_go(site):
    fund = FundSettings(account_holder=f"Paper{RLO}", account_details="x")
    with pytest.raises(ValidationError) as refused:
        fund.clean_fields(exclude=["site"])
    assert list(refused.value.message_dict) == ["account_holder"]


def test_a_name_changes_no_direction_even_if_it_ends_with_it():
    with pytest.raises(ValidationError, match=r"U\+2067"):
        Person(slug="ada", name="\u2067Ada\u2069").clean_fields()


def test_what_deceives_is_refused_of_a_campaign():
    campaign = Campaign(slug="boat", title=f"Boat{RLO}", currency="EUR")
    with pytest.raises(FundingRefused, match=r"title: .*U\+202E"):
        save_campaign(campaign)


# ── Directions ─────────────────────────────────────────────────────────────────────────────────


def test_each_part_of_a_story_runs_in_its_own_direction(reader, section):
    story = publish_story(
        StoryPage(
            title="Fog",
            body=[
                ("paragraph", "<p>It came in.</p><p>جاء <b>noon</b></p>"),
                ("quotation", {"text": "اقتباس", "speaker": "Ada"}),
                ("list", {"ordered": True, "items": ["<p>two</p>", "<p>واحد</p>"]}),
                ("note", "<p>ملاحظة</p>"),
            ],
        ),
        section,
    )
    page = reader.get(story.url).content.decode()
    body = page[page.index('<div class="body"') : page.index("</article>")]
    found = re.findall(r"<(blockquote|p|footer|ol|li)(?: [^>]*?)?(?: dir=\"(...)\")>", body)
    assert found[:11] == [
        ("p", "ltr"),
        ("p", "rtl"),
        ("blockquote", "rtl"),
        ("p", "rtl"),
        ("footer", "ltr"),
        ("ol", "ltr"),
        ("li", "ltr"),
        ("p", "ltr"),
        ("li", "rtl"),
        ("p", "rtl"),
        ("p", "rtl"),
    ]


@pytest.mark.parametrize(
    ("html", "directed"),
    [
        ("", ""),
        ("words", "words"),
        ("<p>a</p>", '<p dir="ltr">a</p>'),
        ("<p>1 &#8207; א</p>", '<p dir="rtl">1 &#8207; א</p>'),
        ('<p class="x>y">א</p>', '<p dir="rtl" class="x>y">א</p>'),
        ('<p dir="auto">א</p>', '<p dir="auto">א</p>'),
        ("<p><br>12</p><p>a</p>", '<p><br>12</p><p dir="ltr">a</p>'),
        (
            "<ul><li>12</li><li>א</li></ul>",
            '<ul dir="rtl"><li>12</li><li dir="rtl">א</li></ul>',
        ),
        ("</p><p>a", '</p><p dir="ltr">a'),
        ("<p>\u2067א\u2069 a</p>", '<p dir="ltr">\u2067א\u2069 a</p>'),
    ],
)
def test_blocks_of_html_say_their_direction(html, directed):
    assert set_directions(html) == directed
