"""Stored comments are put right by rendering them again; what was written stays."""

import pytest

from pennypress.accountability.checks import run_checks, run_repairs
from pennypress.discussion import rendering
from pennypress.discussion.actions import withdraw_comment
from pennypress.discussion.models import Comment
from pennypress.record.models import Entry

pytestmark = pytest.mark.django_db


def problems() -> list[str]:
    return [problem for check in run_checks() for problem in check.problems]


def test_comments_whose_words_were_lost_are_named_and_shown(site, reader, story, say):
    lost = say("- a\n  - deep words")
    plain = say("https://x.example/ stands bare")
    same = say("Nothing to put right.")
    Comment.objects.filter(pk=lost.pk).update(html="<ul>\n<li>a</li>\n</ul>")
    Comment.objects.filter(pk=plain.pk).update(html="<p>https://x.example/ stands bare</p>")
    record = list(Entry.objects.values_list("body", flat=True))
    assert "deep words" not in reader.get(story.url).content.decode()

    assert list(run_repairs()) == [
        f"comment {lost.pk} shows 2 words that were not shown",
        "2 comments are rendered anew",
    ]
    assert "deep words" in reader.get(story.url).content.decode()
    for comment in (lost, plain, same):
        before = (comment.text, comment.html)
        comment.refresh_from_db()
        assert (comment.text, comment.html) == before
    assert list(Entry.objects.values_list("body", flat=True)) == record
    assert problems() == list(run_repairs()) == []


def test_it_goes_on_from_batch_to_batch(say, monkeypatch):
    monkeypatch.setattr(rendering, "BATCH", 2)
    numbers = [say(f"Words {number}").pk for number in range(5)]
    Comment.objects.filter(pk__in=numbers).update(html="")
    assert list(run_repairs()) == [
        *(f"comment {number} shows 2 words that were not shown" for number in numbers),
        "5 comments are rendered anew",
    ]


def test_what_was_taken_back_stays_away(say):
    comment = say("Taken back.")
    withdraw_comment(comment)
    assert list(run_repairs()) == []
    comment.refresh_from_db()
    assert comment.html == comment.text == ""


def test_what_is_taken_back_meanwhile_stays_away(say, monkeypatch):
    comment = say("Taken back.")
    Comment.objects.filter(pk=comment.pk).update(html="")

    def lock_discussions() -> None:
        withdraw_comment(Comment.objects.get(pk=comment.pk))

    monkeypatch.setattr(rendering, "lock_discussions", lock_discussions)
    list(run_repairs())
    comment.refresh_from_db()
    assert comment.html == comment.text == ""
