"""Versions of stories: what is frozen when, and what the record says of it."""

import datetime as dt
import json
from importlib import import_module
from io import BytesIO

import pytest
import rfc8785
from django.apps import apps
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image

from pennypress.accountability.checks import run_checks, run_repairs
from pennypress.arrivals.actions import receive
from pennypress.pictures.models import Picture
from pennypress.record.models import Entry
from pennypress.stories.actions import freeze_missing_versions, publish_story
from pennypress.stories.content import committed_content
from pennypress.stories.declarations import REPAIR
from pennypress.stories.models import Byline, Person, StoryPage
from pennypress.stories.publishing import publish_version
from tests.arrivals.test_arrivals import write_capture

pytestmark = pytest.mark.django_db


def published() -> list[tuple[int, bool]]:
    """The number of each version in the record, and whether it is said to be carried over."""
    said = [
        json.loads(bytes(entry.body))["facts"]
        for entry in Entry.objects.filter(kind="story.published").order_by("index")
    ]
    return [(facts["version"], facts.get("carried_over", False)) for facts in said]


def test_a_version_is_frozen_when_something_changed_and_only_then(story, section):
    publish_story(story, section)
    assert published() == [(1, False)]
    story.standfirst = "After twelve weeks the barrier is gone."
    publish_story(story, section)
    assert published() == [(1, False), (2, False)]


def test_the_first_version_of_a_story_from_an_arrival_is_carried_over(site, reader, tmp_path):
    report = receive([write_capture(tmp_path)])
    story = StoryPage.objects.get(slug=str(report.stories[0]["url"]).rstrip("/").split("/")[-1])
    assert published() == [(1, True)]
    line = story.versions.get().entry
    assert "carried over" in reader.get(f"/record/{line}/").content.decode()
    story.title = "The old ferry, in our own words"
    publish_story(story, story.section)
    assert published() == [(1, True), (2, False)]


def test_a_copy_of_a_story_from_an_arrival_is_our_own(site, tmp_path):
    receive([write_capture(tmp_path)])
    story = StoryPage.objects.get()
    story.copy(update_attrs={"slug": "a-copy", "title": "A copy"}, keep_live=False)
    copy = StoryPage.objects.get(slug="a-copy")
    publish_story(copy, copy.section)
    assert published() == [(1, True), (1, False)]


def test_a_live_story_without_a_version_gets_one_that_is_carried_over(story):
    story.versions.all().delete()
    assert freeze_missing_versions() == 1
    assert published() == [(1, False), (1, True)]
    assert freeze_missing_versions() == 0


def test_a_change_that_went_out_without_a_version_gets_one(story):
    StoryPage.objects.filter(pk=story.pk).update(
        standfirst="Approved just as the power failed.", last_published_at=timezone.now()
    )
    assert freeze_missing_versions() == 1
    assert published() == [(1, False), (2, True)]
    assert freeze_missing_versions() == 0


def test_a_story_that_is_public_again_leaves_a_line_whether_it_changed_or_not(story, section):
    for change in ("", "And a word more."):
        StoryPage.objects.get(pk=story.pk).unpublish()
        story = StoryPage.objects.get(pk=story.pk)
        story.standfirst += change
        story = publish_story(story, section)
    about = Entry.objects.filter(subject=f"story:{story.pk}").order_by("index")
    assert list(about.values_list("kind", flat=True)) == [
        "story.published",
        "story.unpublished",
        "story.restored",
        "story.unpublished",
        "story.published",
    ]


# ── What is looked for, and put right ──────────────────────────────────────────────────────────


def problems() -> list[str]:
    return [words for check in run_checks() if check.name == "versions" for words in check.problems]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": "Another headline"}, "headline"),
        ({"standfirst": "Another standfirst"}, "standfirst"),
        ({"body": '[{"type":"heading","value":"New","id":"1"}]'}, "body"),
        ({"appeal": "Pay for it"}, "appeal"),
        ({"first_published_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "date"),
    ],
)
def test_what_a_story_shows_otherwise_than_its_version_is_named_and_repaired(story, change, named):
    assert problems() == []
    StoryPage.objects.filter(pk=story.pk).update(**change)
    (problem,) = problems()
    assert f"in {named}:" in problem
    assert list(run_repairs()) == [f"story {story.pk} has version 2, carried over: {named}"]
    assert published() == [(1, False), (2, True)]
    assert problems() == list(run_repairs()) == []


def test_a_name_that_was_left_behind_is_named_and_repaired(story):
    ann = Person.objects.create(name="Ann", slug="ann")
    story.bylines = [Byline(person=ann)]
    publish_story(story, story.section)
    Person.objects.update(name="Ann Marie")
    assert len(problems()) == 1
    assert list(run_repairs()) == [f"story {story.pk} has version 3, carried over: bylines"]
    assert problems() == []


def test_an_alias_from_before_becomes_a_page_of_its_own_or_is_taken_down(story, section):
    for number in (2, 3):
        publish_story(StoryPage(title=f"Story {number}", body=story.body), section)
    _, whole, empty = StoryPage.objects.order_by("pk")
    StoryPage.objects.filter(pk=whole.pk).update(alias_of=story.pk)
    StoryPage.objects.filter(pk=empty.pk).update(alias_of=story.pk, body="[]")
    done = list(run_repairs())
    assert f"page {whole.pk} was an alias: it is a page of its own" in done
    assert any(words.startswith(f"page {empty.pk} was an alias: it was taken") for words in done)
    assert set(StoryPage.objects.values_list("pk", "live", "alias_of")) == {
        (story.pk, True, None),
        (whole.pk, True, None),
        (empty.pk, False, None),
    }
    assert problems() == list(run_repairs()) == []


def test_a_story_whose_state_the_record_contradicts_is_named_and_repaired(story, section):
    StoryPage.objects.filter(pk=story.pk).update(live=False)
    assert problems() == [f"story {story.pk} is not live, but public by the record: {REPAIR}"]
    assert list(run_repairs()) == [
        f"story {story.pk} was taken down, and the record says so now",
    ]  # fmt: skip
    assert problems() == []
    StoryPage.objects.filter(pk=story.pk).update(live=True)
    assert problems() == [
        f"story {story.pk} is live, but by the record it was taken down: {REPAIR}"
    ]
    assert list(run_repairs()) == [f"story {story.pk} is public again, and the record says so now"]
    assert problems() == list(run_repairs()) == []
    early = StoryPage(title="Later", body=story.body, live=False)
    early = section.add_child(instance=early)
    later = timezone.now() + dt.timedelta(days=9)
    StoryPage.objects.filter(pk=early.pk).update(live=True, go_live_at=later)
    assert list(run_repairs()) == [
        f"story {early.pk} was live before its time, and is so no longer",
    ]  # fmt: skip
    assert problems() == []


def test_what_is_damaged_stops_neither_check_nor_repair(story, section):
    other = publish_story(StoryPage(title="Other", body=story.body), section)
    third = publish_story(StoryPage(title="Third", body=story.body), section)
    story.versions.update(content="no JSON")
    StoryPage.objects.filter(pk=other.pk).update(title="Another title")
    entry = third.versions.get().entry
    third.versions.all().delete()
    found = problems()
    assert any(f"story {story.pk} cannot be compared" in words for words in found)
    assert any(f"story {other.pk} shows something else" in words for words in found)
    assert f"the version that entry {entry} of the record commits to is gone" in found
    done = list(run_repairs())
    assert any(words.startswith(f"story {story.pk} could not be repaired") for words in done)
    assert f"story {other.pk} has version 2, carried over: headline" in done


def test_versions_from_before_are_read_by_their_own_schema(story):
    version = story.versions.get()
    content = rfc8785.dumps(committed_content(story, 1)).decode()
    story.versions.filter(pk=version.pk).update(content=content)
    assert not [problem for problem in problems() if "shows something else" in problem]
    assert publish_version(story) is None
    story.title = "Another headline"
    publish_story(story, story.section)
    assert [json.loads(each.content).get("schema", 1) for each in story.versions.all()] == [1, 2]
    assert not [problem for problem in problems() if "shows something else" in problem]


def test_the_migration_notes_names_and_pictures_of_versions_from_before(story):
    data = BytesIO()
    Image.new("RGB", (64, 48), "#c4642b").save(data, "JPEG")
    data.seek(0)
    lead, within = (
        Picture.objects.create(title=name, credit="Jo", file=ImageFile(data, name=f"{name}.jpg"))
        for name in ("lead", "within")
    )
    within.contextual_alt_text, within.decorative = "A buoy", False
    story.bylines = [Byline(person=Person.objects.create(name="Ann", slug="ann"))]
    story.lead_picture, story.lead_alt = lead, "A quay"
    story.body = [("picture", {"image": within, "caption": ""})]
    story = publish_story(story, story.section)
    last = story.versions.latest("number")
    content = rfc8785.dumps(committed_content(story, 1)).decode()
    story.versions.filter(pk=last.pk).update(content=content)
    story.versions.exclude(pk=last.pk).delete()
    last.pictures.all().delete()
    Byline.objects.update(name="")
    migration = import_module("pennypress.stories.migrations.0006_what_versions_show")
    migration.name_authors(apps, None)
    migration.note_pictures(apps, None)
    assert Byline.objects.get().name == "Ann"
    assert within.pk in set(last.pictures.values_list("picture_id", flat=True))
    assert lead.pk in set(last.pictures.values_list("picture_id", flat=True))
