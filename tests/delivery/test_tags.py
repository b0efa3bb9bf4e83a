"""What each change makes stale: the tags that it moves, in its own transaction."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from pennypress.delivery.actions import invalidate
from pennypress.delivery.models import Sequence, Tag
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
from pennypress.discussion.models import Comment
from pennypress.foundation.rows import NotInTransaction
from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import HousePage, SectionPage, StoryPage
from tests.record.committed import at_once


def moved(call: Callable[[], object]) -> tuple[set[str], int]:
    """Make the call; return the names of the tags that it moved and by how many numbers."""
    before = Sequence.objects.values_list("value", flat=True).first() or 0
    call()
    after = Sequence.objects.values_list("value", flat=True).first() or 0
    names = set(Tag.objects.filter(sequence__gt=before).values_list("name", flat=True))
    assert not Tag.objects.filter(sequence__gt=after).exists()
    return names, after - before


# ── Touching ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_tags_moved_together_share_a_number_and_the_next_ones_have_a_higher():
    first = invalidate("story:1", "home", "home")
    second = invalidate("home")
    assert second == first + 1 == Sequence.objects.get().value
    assert dict(Tag.objects.values_list("name", "sequence")) == {"story:1": first, "home": second}


@pytest.mark.django_db
def test_what_is_rolled_back_moves_nothing():
    invalidate("home")
    rows = list(Tag.objects.values_list()), Sequence.objects.get().value
    with pytest.raises(RuntimeError), transaction.atomic():
        invalidate("home", "story:1")
        raise RuntimeError
    assert (list(Tag.objects.values_list()), Sequence.objects.get().value) == rows


def test_outside_of_a_transaction_no_tag_moves(committed):
    with pytest.raises(NotInTransaction):
        invalidate("home")
    assert Tag.objects.count() == Sequence.objects.count() == 0


def test_changes_at_once_each_take_a_number_of_their_own(committed):
    def change(name: str) -> list[int]:
        numbers = []
        for _ in range(6):
            with transaction.atomic():
                numbers.append(invalidate(name, "site"))
        return numbers

    outcomes = at_once(*[partial(change, f"story:{number}") for number in range(4)])
    assert sorted(number for outcome in outcomes for number in outcome) == [*range(1, 25)]
    assert Tag.objects.get(name="site").sequence == 24
    for number, outcome in enumerate(outcomes):
        assert Tag.objects.get(name=f"story:{number}").sequence == max(outcome)


# ── What each verb touches ─────────────────────────────────────────────────────────────────────


def test_a_story_makes_its_page_section_discussion_and_the_front_page_stale(story, section):
    other = f"translations:{story.translation_key}"
    tags = {f"story:{story.pk}", f"discussion:{story.pk}", f"section:{section.pk}", "home", other}
    story.standfirst = "Another standfirst."
    assert moved(partial(publish_story, story, section)) == (tags, 1)
    unchanged = moved(partial(publish_story, story, section))
    assert unchanged == (tags - {f"discussion:{story.pk}"}, 1)
    down = moved(StoryPage.objects.get(pk=story.pk).unpublish)
    assert down == ({f"story:{story.pk}", f"section:{section.pk}", "home", other}, 1)


def test_a_new_story_does_too(section):
    story = StoryPage(title="Fog", body=[("paragraph", "<p>It came in.</p>")])
    tags, numbers = moved(partial(publish_story, story, section))
    story = StoryPage.objects.get()
    assert tags == {
        f"story:{story.pk}",
        f"discussion:{story.pk}",
        f"section:{section.pk}",
        f"translations:{story.translation_key}",
        "home",
    }
    assert numbers == 1


def test_sections_and_house_pages_stand_on_every_page(site):
    everywhere = {"site", "navigation", "home"}
    made = moved(partial(find_or_make_section, "sea", "Sea"))[0]
    sea = SectionPage.objects.get(slug="sea")
    assert made == {f"section:{sea.pk}", f"translations:{sea.translation_key}", *everywhere}
    assert moved(partial(find_or_make_section, "sea", "Sea")) == (set(), 0)
    house = HousePage.objects.first()
    assert moved(house.save_revision().publish)[0] == {
        f"page:{house.pk}",
        f"translations:{house.translation_key}",
        "navigation",
    }


def test_a_comment_moves_its_discussion_alone(discussion, publish_at_once):
    post = partial(post_comment, discussion, name="Ann", text="A word.", key="k1")
    assert moved(post) == ({f"discussion:{discussion.pk}"}, 1)
    assert moved(post) == (set(), 0)  # the same key again changes nothing


def test_a_held_comment_moves_the_queue_alone(discussion):
    assert moved(partial(post_comment, discussion, name="Ann", text="A word.")) == ({"queue"}, 1)


def test_a_decision_moves_discussion_and_queue(discussion, rule, editor):
    comment = post_comment(discussion, name="Ann", text="A word.").comment
    both = ({f"discussion:{discussion.pk}", "queue"}, 1)
    for decide in (
        partial(publish_comment, comment, editor),
        partial(hold_comment, comment, editor),
        partial(publish_comment, comment, editor),
        partial(remove_comment, comment, rule, editor),
        partial(publish_comment, comment, editor),
        partial(withdraw_comment, comment),
    ):
        comment.refresh_from_db()
        assert moved(decide) == both


def test_closing_a_discussion_moves_it_once(discussion):
    close = partial(set_open, discussion.page, False)
    assert moved(close) == ({f"discussion:{discussion.pk}"}, 1)
    assert moved(close) == (set(), 0)


def test_many_comments_carried_over_move_their_discussion_once(discussion):
    items = [
        Carried(f"s{number}", None, "Ann", "A word.", posted=None, position=number)
        for number in range(30)
    ]
    tags = {f"discussion:{discussion.pk}", "queue"}
    assert moved(partial(carry_over_comments, discussion, items)) == (tags, 1)
    assert Comment.objects.count() == 30


def test_a_sum_moves_its_campaign_and_the_ledger(campaign):
    tags = {f"campaign:{campaign.pk}", "ledger"}
    assert moved(partial(record_gift, campaign, 5, "USD")) == (tags, 1)
    assert moved(partial(carry_over, campaign, 5, "USD", source="x")) == (tags, 1)
    named = {f"campaign:{campaign.pk}", "campaigns"}
    assert moved(partial(save_campaign, campaign)) == (named, 1)
