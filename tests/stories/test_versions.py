"""Versions of stories: what is frozen when, and what the record says of it."""

import json

import pytest
from django.utils import timezone

from pennypress.arrivals.actions import receive
from pennypress.record.models import Entry
from pennypress.stories.actions import freeze_missing_versions, publish_story
from pennypress.stories.models import StoryPage
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
