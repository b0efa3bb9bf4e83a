"""Scheduling: nothing is frozen or shown before its time, and then exactly once."""

import datetime as dt

import pytest
from django.utils import timezone

from pennypress.foundation.jobs import JobFailed
from pennypress.stories.models import StoryPage
from pennypress.stories.scheduling import publish_due_stories

pytestmark = pytest.mark.django_db

BODY = [("paragraph", "<p>What happened.</p>")]


def test_a_scheduled_story_is_frozen_when_it_goes_out_and_not_before(reader, section, monkeypatch):
    story = StoryPage(title="Tomorrow", slug="tomorrow", live=False, body=BODY)
    section.add_child(instance=story)
    due = story.go_live_at = timezone.now() + dt.timedelta(hours=1)
    story.save_revision().publish()
    assert story.versions.count() == 0
    assert reader.get("/news/tomorrow/").status_code == 404
    publish_due_stories()
    assert story.versions.count() == 0
    monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
    publish_due_stories()
    assert story.versions.count() == 1
    assert reader.get("/news/tomorrow/").status_code == 200


def test_a_story_that_expires_is_taken_down(reader, story):
    story.expire_at = timezone.now() + dt.timedelta(hours=1)
    story.save_revision().publish()
    StoryPage.objects.filter(pk=story.pk).update(expire_at=timezone.now())
    publish_due_stories()
    assert reader.get(story.url).status_code == 410


def test_a_draft_of_a_live_story_changes_nothing_for_readers(reader, story):
    story.title = "A draft headline"
    story.save_revision()
    assert b"A draft headline" not in reader.get(story.url).content
    assert story.versions.count() == 1


def test_one_that_lacks_something_when_its_time_comes_stops_no_other_and_is_named(
    newsroom, section, monkeypatch
):
    due = timezone.now() + dt.timedelta(hours=1)
    for slug in ("lacking", "whole"):
        story = StoryPage(title=slug, slug=slug, live=False, go_live_at=due, body=BODY)
        section.add_child(instance=story)
        story.save_revision().publish()
    lacking = StoryPage.objects.get(slug="lacking")
    revision = lacking.get_latest_revision()
    revision.content["body"] = "[]"
    revision.save()
    monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
    with pytest.raises(JobFailed, match=f"page {lacking.pk} cannot go out: Write the text"):
        publish_due_stories()
    assert StoryPage.objects.live().get().slug == "whole"
    assert "could not go out" in newsroom.get("/admin/").content.decode()
