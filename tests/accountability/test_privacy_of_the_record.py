"""No name, address, headline or word of anybody enters the record, whichever verb writes it."""

import json
from dataclasses import replace
from functools import partial

import pytest
from django.apps import apps

from pennypress.arrivals.actions import receive
from pennypress.arrivals.models import Arrival
from pennypress.arrivals.taking_back import take_back_arrival
from pennypress.discussion.actions import (
    Carried,
    carry_over_comments,
    committed_words,
    complete_comment,
    hold_comment,
    post_comment,
    publish_comment,
    remove_comment,
    set_open,
    withdraw_comment,
)
from pennypress.discussion.models import Comment
from pennypress.discussion.rules import record_rule
from pennypress.funding.actions import carry_over, erase_giver, record_gift, save_campaign
from pennypress.funding.models import Campaign
from pennypress.readers.actions import make_editor, welcome_guest
from pennypress.record.actions import holds
from pennypress.record.models import Entry
from pennypress.stories.actions import (
    find_or_make_section,
    freeze_missing_versions,
    publish_story,
)
from pennypress.stories.models import Byline, Person, StoryPage

pytestmark = pytest.mark.django_db

MARK = "Quixwort"  # in every word that a person could write
CAPTURE = f"""\
0 $
2,350 $
4,700 $
789 $

{MARK} lamp on Gannet Head is lit again

{MARK} The lamp was lit on Monday at dusk, for the first time since the keeper left the island.

“I only changed a {MARK} fuse,” the harbour master said on Tuesday morning.

Do you read us often? Help us stay independent.

  • {MARK} Pryce

    I saw it from the ferry. {MARK}
"""

KINDS = {
    "arrival.finished",
    "arrival.withdrawn",
    "campaign.changed",
    "campaign.opened",
    "comment.completed",
    "comment.held",
    "comment.posted",
    "comment.published",
    "comment.removed",
    "comment.restored",
    "comment.withdrawn",
    "discussion.closed",
    "discussion.opened",
    "gift.received",
    "giver.erased",
    "policy.changed",
    "story.published",
    "story.restored",
    "story.unpublished",
    "sum.carried",
}


@pytest.fixture
def every_verb(site, rule, tmp_path, settings) -> None:
    """Let everything happen once, with the mark in all that people write."""
    settings.FIRST_COMMENTS = "hold"
    editor = make_editor(f"{MARK}@example.org")
    guest, _key = welcome_guest(f"{MARK}.guest@example.org")
    _the_newsroom_publishes()
    discussion = StoryPage.objects.get().discussion
    comment = post_comment(
        discussion, name=f"{MARK} Ann", text=f"{MARK} **word**", guest=guest, key=MARK
    ).comment
    for decide in (
        partial(publish_comment, why=f"{MARK} why"),
        partial(hold_comment, why=f"{MARK} why"),
        partial(publish_comment, why=f"{MARK} why"),
    ):
        comment = decide(comment, account=editor)
    rule.title, rule.text = f"{MARK} rule", f"{MARK} words of a rule"
    rule.save()
    record_rule(rule, "changed")
    comment = remove_comment(comment, rule, editor, f"{MARK} why")
    comment = publish_comment(comment, editor, f"{MARK} why")
    items = [
        Carried(f"{MARK}:{number}", None, f"{MARK} Bo", f"{MARK} text", None, number, hold=hold)
        for number, hold in enumerate(["", f"{MARK} is flagged"])
    ]
    carry_over_comments(discussion, items)
    cut = Carried(f"{MARK}:cut", None, f"{MARK} Bo", f"{MARK} te…", None, 9, cut_off=True)
    (number,) = carry_over_comments(discussion, [cut]).values()
    complete_comment(number, replace(cut, text=f"{MARK} text", cut_off=False))
    withdraw_comment(comment)
    _the_fund_moves()
    file = tmp_path / f"{MARK}.txt"
    file.write_text(CAPTURE, encoding="utf-8")
    report = receive([file])
    take_back_arrival(Arrival.objects.get(pk=report.arrival), None)


def _the_newsroom_publishes() -> None:
    section = find_or_make_section("marked", f"{MARK} section")
    person = Person.objects.create(slug="marked", name=f"{MARK} Reporter")
    story = StoryPage(
        title=f"{MARK} headline",
        standfirst=f"{MARK} standfirst",
        dateline=f"{MARK} town",
        body=[("paragraph", f"<p>{MARK} body</p>")],
        appeal=f"{MARK} appeal",
    )
    story.bylines = [Byline(person=person)]
    story = publish_story(story, section)
    story.title = f"{MARK} another headline"
    story = publish_story(story, section)
    set_open(story, False)
    set_open(story, True)
    story.unpublish()
    story.save_revision().publish()
    freeze_missing_versions()


def _the_fund_moves() -> None:
    campaign = save_campaign(
        Campaign(
            slug="main",
            title=f"{MARK} year",
            text=f"{MARK} text",
            currency="USD",
            appeal_heading=f"{MARK} heading",
            appeal_text=f"{MARK} appeal",
        )
    )
    campaign.goal = 470_000
    save_campaign(campaign)
    record_gift(campaign, 500, "USD", name=f"{MARK} Giver", reference=f"{MARK}-IBAN")
    erase_giver(record_gift(campaign, 500, "USD", name=f"{MARK} Other", reference=f"{MARK}-2"))
    carry_over(campaign, 500, "USD", source=f"{MARK} box")


def entries() -> list[dict]:
    return [json.loads(bytes(entry.body)) for entry in Entry.objects.order_by("pk")]


def test_every_kind_of_entry_was_written(every_verb):
    assert {entry["kind"] for entry in entries()} == KINDS


def test_no_entry_holds_a_word_or_a_name(every_verb):
    for entry in Entry.objects.all():
        everything = f"{entry.kind} {entry.subject} {bytes(entry.body).decode()}"
        assert MARK.casefold() not in everything.casefold(), everything
        assert "@" not in everything, everything
    # The mark is no idle one: it is all over the rest of the database.
    assert Comment.objects.filter(text__contains=MARK).exists()


def test_entries_say_what_they_are_about_in_plain_numbers(every_verb):
    for entry in entries():
        part, _colon, number = entry["subject"].partition(":")
        assert part in {"story", "discussion", "comment", "campaign", "gift", "arrival", "rule"}
        assert number.isdigit(), entry["subject"]
        for value in entry["facts"].values():
            assert value is None or isinstance(value, bool | int | str | dict), entry


def test_what_entries_commit_to_is_what_the_database_holds(every_verb):
    shown = Comment.objects.filter(state="visible")
    assert shown.count() == 3
    for comment in shown:
        # One that arrived cut off is whole by now, and so says its last entry.
        said = Entry.objects.filter(
            subject=f"comment:{comment.pk}", kind__in=["comment.posted", "comment.completed"]
        )
        assert holds(said.latest("pk").pk, "words", committed_words(comment))
    for version in apps.get_model("stories", "Version").objects.all():
        assert holds(version.entry, "content", version.content.encode())


def test_withdrawn_words_take_their_salt_along(every_verb):
    withdrawn = Comment.objects.get(state="withdrawn")
    posted = Entry.objects.get(subject=f"comment:{withdrawn.pk}", kind="comment.posted")
    assert "words" in json.loads(bytes(posted.body))["commitments"]
    assert not posted.salts.exists()
