"""What the live stream of a discussion tells, and what it never does."""

import datetime as dt
import json
import re

import pytest
from django.utils import translation
from wagtail.models import PageViewRestriction

from pennypress.delivery.models import Tag
from pennypress.discussion.actions import (
    carry_over_comments,
    hold_comment,
    publish_comment,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.live import LATEST, read_summary, write_discussion
from pennypress.discussion.models import Comment
from pennypress.stories.models import StoryPage

from .conftest import carried, carry_over_many

pytestmark = pytest.mark.django_db


def told(discussion) -> dict:
    return json.loads(write_discussion(discussion.pk, "en"))


def numbers(discussion) -> list[int]:
    return [row["id"] for row in told(discussion)["latest"]]


def test_it_tells_the_count_and_where_the_latest_comments_stand(discussion, say):
    first = say("First words.")
    reply = say("Second words.", under=first, name="Second Name")
    state = told(discussion)
    assert state["topic"] == f"discussion:{discussion.pk}"
    assert state["count"] == 2
    assert [(row["id"], row["parent"]) for row in state["latest"]] == [
        (reply.pk, first.pk),
        (first.pk, None),
    ]
    assert [set(row) for row in state["latest"]] == [{"id", "parent", "at"}] * 2
    for row, comment in zip(state["latest"], (reply, first), strict=True):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row["at"])
        assert dt.datetime.fromisoformat(row["at"]) == comment.first_visible


def test_words_names_and_what_is_not_visible_are_never_told(discussion, say, held, rule, editor):
    waiting = held("Buy my pills.")
    removed = remove_comment(say("An insult."), rule, editor, why="an insult")
    withdrawn = withdraw_comment(say("I take it back."))
    taken_off = hold_comment(say("Is it so?"), editor)
    tombstone = say("Gone, with an answer.", name="Zebedee")
    answer = say("Quite.", under=tombstone)
    remove_comment(Comment.objects.get(pk=tombstone.pk), rule, editor)
    assert told(discussion)["count"] == 1
    assert numbers(discussion) == [answer.pk]
    text = write_discussion(discussion.pk, "en")
    for secret in ("pills", "insult", "Zebedee", "Ada", "Waiting", "Quite"):
        assert secret not in text
    for comment in (waiting, removed, withdrawn, taken_off):
        assert f'"id":{comment.pk},' not in text


def test_a_held_comment_is_new_when_it_becomes_visible_and_a_restored_one_is_not(
    discussion, say, held, rule, editor
):
    waiting = held()
    restored = say("Early.")
    late = say("Late.")
    remove_comment(restored, rule, editor)
    publish_comment(waiting, editor)
    publish_comment(Comment.objects.get(pk=restored.pk), editor)
    assert numbers(discussion) == [waiting.pk, late.pk, restored.pk]


def test_it_is_bounded_whatever_the_size_of_the_discussion(
    discussion, django_assert_max_num_queries
):
    made = carry_over_many(discussion, LATEST + 30)
    with django_assert_max_num_queries(4):
        state = told(discussion)
    assert state["count"] == LATEST + 30
    assert len(state["latest"]) == LATEST
    assert {row["id"] for row in state["latest"]} <= set(made)
    assert len(write_discussion(discussion.pk, "en")) < 5_000


def test_without_a_public_page_nothing_is_told(discussion, say, section):
    say("Words.")
    assert write_discussion(10**9, "en") == ""
    assert write_discussion(section.pk, "en") == ""
    story = StoryPage.objects.get(pk=discussion.pk)
    story.unpublish()
    assert write_discussion(story.pk, "en") == ""


def test_a_page_behind_a_password_tells_nothing(discussion, say):
    say("Words.")
    PageViewRestriction.objects.create(
        page_id=discussion.page_id, restriction_type="password", password="x"
    )
    assert write_discussion(discussion.pk, "en") == ""


# ── What the page says ─────────────────────────────────────────────────────────────────────────


def attributes(reader, address: str) -> dict[str, str]:
    """The data attributes of the discussion's region."""
    html = reader.get(address).content.decode()
    region = re.search(r'<section id="discussion"[^>]*>', html)
    assert region
    found = re.findall(r'data-([a-z]+)="([^"]*)"', region[0])
    return {name: value.replace("&quot;", '"').replace("&amp;", "&") for name, value in found}


def test_story_and_discussion_say_up_to_where_they_tell(reader, story, discussion, say):
    topic = f"discussion:{story.pk}"
    before = attributes(reader, story.url)
    assert (before["topic"], before["latest"]) == (topic, "")
    say("First words.")
    for address in (story.url, f"{story.url}discussion/"):
        now = attributes(reader, address)
        assert int(now["since"]) == Tag.objects.get(name=topic).sequence > int(before["since"])
        assert now["latest"] == told(discussion)["latest"][0]["at"]
        assert now["address"] == f"{story.url}discussion/"
        assert now["order"] == "oldest"
    assert attributes(reader, f"{story.url}discussion/?order=newest")["order"] == "newest"


def test_they_load_the_script_that_listens_and_other_pages_do_not(reader, story, say, campaign):
    comment = say("Words.")
    live = [story.url, f"{story.url}discussion/"]
    still = ["/", "/news/", "/funding/", "/about/", f"{story.url}discussion/{comment.pk}/"]
    loads = {address: b"js/live.js" in reader.get(address).content for address in live + still}
    assert loads == dict.fromkeys(live, True) | dict.fromkeys(still, False)


def test_the_newest_comment_of_those_visible_counts(discussion, say, rule, editor):
    first = say("First.")
    last = say("Last.")
    assert read_summary(discussion.pk).latest == told(discussion)["latest"][0]["at"]
    remove_comment(last, rule, editor)
    assert numbers(discussion) == [first.pk]
    assert read_summary(discussion.pk).latest == told(discussion)["latest"][0]["at"]


@pytest.mark.parametrize(
    ("language", "kinds"),
    [
        ("en", {"one", "other"}),
        ("de", {"one", "other"}),
        ("ar", {"zero", "one", "two", "few", "many", "other"}),
    ],
)
def test_the_page_brings_the_words_for_every_kind_of_number(discussion, language, kinds):
    with translation.override(language):
        words = json.loads(read_summary(discussion.pk).words)
    assert set(words["count"]) == set(words["new"]) == kinds
    assert "{n}" in words["new"]["other"]
    assert words["new"]["other"] != words["count"]["other"]
    if language == "en":
        assert words["new"] == {"one": "{n} new comment", "other": "{n} new comments"}
        assert words["none"] == "No comments yet"
        assert words["many"] == f"{LATEST} or more new comments"


def test_comments_that_arrive_from_elsewhere_are_told_too(discussion):
    made = carry_over_comments(discussion, [carried(1), carried(2, hold="a word")])
    assert numbers(discussion) == [made["c1"]]


def test_what_is_told_is_the_same_in_every_language(discussion, say):
    say("Words.")
    assert write_discussion(discussion.pk, "en") == write_discussion(discussion.pk, "ar")
