"""Moderators' and authors' acts: what readers see of them, what is decided, what is recorded."""

import json
import re
import secrets

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pennypress.delivery.models import Tag
from pennypress.discussion.actions import (
    NotPossible,
    carry_over_comments,
    hold_comment,
    post_comment,
    publish_comment,
    remove_comment,
    set_open,
    withdraw_comment,
)
from pennypress.discussion.models import Comment, Decision, Discussion
from pennypress.discussion.views import private_path
from pennypress.readers.actions import welcome_guest
from pennypress.record.models import Entry, Salt
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage

from .conftest import carried
from .reading import Element, read_page, walk

pytestmark = pytest.mark.django_db


def current(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def entries_of(comment: Comment) -> list[str]:
    """Return the kinds of a comment's entries in the record, in order."""
    entries = Entry.objects.filter(subject=f"comment:{comment.pk}").order_by("index")
    return [entry.kind for entry in entries]


def count(discussion: Discussion) -> int:
    return Discussion.objects.get(pk=discussion.pk).count


def article(reader: Client, url: str, comment: Comment) -> Element:
    """Return a comment's own element on a page."""
    return read_page(reader, url).one("li", id=f"comment-{comment.pk}").elements[0]


def is_nowhere(reader: Client, story: StoryPage, comment: Comment, words: str) -> bool:
    """Say whether neither page nor API shows a comment or its words."""
    pages = [story.url, f"{story.url}discussion/", f"{story.url}discussion/?order=newest"]
    texts = [reader.get(url).content.decode() for url in pages]
    return (
        not any(words in text or f"comment-{comment.pk}" in text for text in texts)
        and comment.pk not in [c["id"] for c in walk(reader, story.pk)]
        and reader.get(f"{story.url}discussion/{comment.pk}/").status_code == 404
        and reader.get(f"{story.url}discussion/{comment.pk}/reply/").status_code == 404
    )


# ── Held, published ────────────────────────────────────────────────────────────────────────────


def test_a_held_comment_is_nowhere_until_a_moderator_publishes_it(
    reader, story, discussion, held, editor
):
    comment = held("Sesame seeds")
    assert is_nowhere(reader, story, comment, "Sesame")
    assert count(discussion) == 0
    assert entries_of(comment) == []
    publish_comment(comment, editor)
    assert "Sesame seeds" in article(reader, story.url, comment).text
    assert [c["text"] for c in walk(reader, story.pk)] == ["Sesame seeds"]
    assert count(discussion) == 1
    assert entries_of(comment) == ["comment.posted", "comment.published"]
    decided = Decision.objects.filter(comment=comment).order_by("pk")
    assert [(d.act, d.role, d.account) for d in decided] == [
        ("hold", "policy", None),
        ("publish", "moderator", editor),
    ]


def test_a_visible_comment_can_be_held_and_comes_back(reader, story, discussion, say, editor):
    comment = hold_comment(say("Sesame seeds"), editor)
    assert is_nowhere(reader, story, comment, "Sesame")
    assert count(discussion) == 0
    publish_comment(comment, editor)
    assert count(discussion) == 1
    assert entries_of(comment) == ["comment.posted", "comment.held", "comment.published"]


def test_a_held_comment_with_replies_keeps_its_place_without_words(
    reader, story, discussion, say, editor
):
    first = say("Sesame seeds", name="Ali")
    say("A reply", under=first, name="Bo")
    hold_comment(first, editor)
    tombstone = article(reader, story.url, first)
    assert tombstone.attributes["data-state"] == "held"
    assert "Sesame" not in tombstone.text
    assert "Ali" not in read_page(reader, story.url).text
    assert [(c["state"], c["text"], c["author"]) for c in walk(reader, story.pk)] == [
        ("held", "", None),
        ("visible", "A reply", {"name": "Bo"}),
    ]
    assert count(discussion) == 1


# ── Removed ────────────────────────────────────────────────────────────────────────────────────


def test_a_removal_names_its_rule_and_keeps_the_place(reader, story, discussion, say, editor, rule):
    first = say("Sesame seeds", name="Ali Baba")
    reply = say("A reply", under=first)
    remove_comment(first, rule, editor, why="It was a password.")
    for url in (story.url, f"{story.url}discussion/", f"{story.url}discussion/{first.pk}/"):
        tombstone = article(reader, url, first)
        assert tombstone.attributes["data-state"] == "removed"
        assert f"rule {rule.number} ({rule.label})" in tombstone.text
        assert any(
            a.attributes["href"].endswith(f"#rule-{rule.number}") for a in tombstone.all("a")
        )
        page = reader.get(url).content.decode()
        assert "Sesame" not in page
        assert "Ali Baba" not in page
        assert "password" not in page
        assert not list(tombstone.all(itemprop="author"))
        assert f"comment-{reply.pk}" in page
    top = walk(reader, story.pk)[0]
    assert (top["state"], top["rule"], top["author"], top["text"], top["html"]) == (
        "removed",
        rule.number,
        None,
        "",
        "",
    )
    assert count(discussion) == 1
    entry = Entry.objects.get(kind="comment.removed")
    assert json.loads(bytes(entry.body))["facts"] == {
        "by": "moderator",
        "discussion": discussion.pk,
        "rule": rule.number,
    }
    assert Decision.objects.get(act="remove").rule == rule
    assert Decision.objects.get(act="remove").entry == entry.index


def test_the_author_reads_on_the_private_page_why_it_was_removed(reader, say, editor, rule):
    comment = remove_comment(say("Sesame"), rule, editor, why="It was a password.")
    page = read_page(reader, private_path(comment))
    assert page.one(data_outcome="removed")
    assert "It was a password." in page.text
    assert rule.label in page.text


def test_spam_that_nobody_saw_leaves_no_mark(reader, story, held, editor, rule):
    comment = remove_comment(held("Buy my pills"), rule, editor)
    assert is_nowhere(reader, story, comment, "pills")
    assert entries_of(comment) == []
    assert Decision.objects.get(comment=comment, act="remove").entry is None


def test_what_was_seen_leaves_its_mark_even_without_replies(reader, story, say, editor, rule):
    comment = say("Seen by all")
    hold_comment(comment, editor)
    remove_comment(current(comment), rule, editor)
    assert article(reader, story.url, comment).attributes["data-state"] == "removed"


def test_a_removed_comment_can_be_restored(reader, story, discussion, say, editor, rule):
    comment = remove_comment(say("Sesame seeds"), rule, editor)
    assert count(discussion) == 0
    publish_comment(comment, editor)
    assert "Sesame seeds" in article(reader, story.url, comment).text
    assert count(discussion) == 1
    assert entries_of(comment)[-1] == "comment.restored"
    assert Decision.objects.filter(comment=comment).first().act == "restore"


# ── Withdrawn ──────────────────────────────────────────────────────────────────────────────────


def test_withdrawing_erases_words_name_and_salt(reader, story, discussion, say):
    comment = say("Sesame seeds", name="Ali Baba")
    say("A reply", under=comment)
    entry = Entry.objects.get(kind="comment.posted", subject=f"comment:{comment.pk}")
    assert Salt.objects.filter(entry=entry).exists()
    assert reader.post(private_path(comment)).status_code == 200
    tombstone = article(reader, story.url, comment)
    assert tombstone.attributes["data-state"] == "withdrawn"
    assert "Withdrawn by its author" in tombstone.text
    gone = current(comment)
    assert (gone.author, gone.text, gone.html) == (None, "", "")
    assert not Salt.objects.filter(entry=entry).exists()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert entries_of(comment) == ["comment.posted", "comment.withdrawn"]
    assert count(discussion) == 1
    everything = reader.get(story.url).content.decode() + str(walk(reader, story.pk))
    assert "Sesame" not in everything
    assert "Ali Baba" not in everything


def test_withdrawing_what_waits_leaves_nothing_to_see(reader, story, held):
    comment = held("Sesame seeds")
    read_page(reader, private_path(comment))
    reader.post(private_path(comment))
    assert current(comment).state == "withdrawn"
    assert is_nowhere(reader, story, comment, "Sesame")


def test_withdrawing_what_was_seen_and_is_held_leaves_its_mark(reader, story, say, editor):
    parent = say("Above")
    comment = say("Sesame seeds", under=parent)
    hold_comment(comment, editor)
    withdraw_comment(comment)
    assert article(reader, story.url, comment).attributes["data-state"] == "withdrawn"
    assert current(parent).replies_shown == 1


def test_nothing_is_left_to_recognise_withdrawn_words_by(discussion, publish_at_once):
    comment = post_comment(discussion, name="Ali", text="Sesame", key="k").comment
    before = {str(row) for row in comment.submissionkey_set.values_list("content")}
    withdraw_comment(comment)
    after = {str(row) for row in comment.submissionkey_set.values_list("content")}
    assert not before & after


def test_a_late_repetition_does_not_bring_withdrawn_words_back(reader, story, publish_at_once):
    def send():
        return reader.post(
            f"/api/v1/stories/{story.pk}/comments",
            {"name": "Ali", "text": "Sesame"},
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )

    withdraw_comment(Comment.objects.get(pk=send().json()["id"]))
    assert send().status_code == 422
    assert Comment.objects.count() == 1


def test_what_is_withdrawn_or_removed_cannot_be_withdrawn(reader, say, editor, rule):
    comment = say()
    reader.post(private_path(comment))
    assert reader.post(private_path(comment)).status_code == 409
    removed = remove_comment(say(), rule, editor)
    assert reader.post(private_path(removed)).status_code == 409
    assert current(removed).state == "removed"


def test_a_private_address_cannot_be_guessed(reader, say):
    comment = say()
    good = private_path(comment)
    for token in (str(comment.pk), good.split("/")[-2][:-1] + "_", "x:y:z"):
        assert reader.get(reverse("my-comment", args=[token])).status_code == 404
        assert reader.post(reverse("my-comment", args=[token])).status_code == 404
    assert current(comment).state == "visible"


def test_who_decided_stands_in_the_record_in_the_words_of_the_decision(
    reader, discussion, say, held, editor
):
    held("By the policy")
    hold_comment(say("By a moderator"), editor)
    carry_over_comments(discussion, [carried(1, hold="The word list marks it.")])
    bodies = Entry.objects.filter(kind="comment.held").order_by("index").values_list("body")
    by = [re.search(rb'"by":"[^"]*"', bytes(body))[0].decode() for (body,) in bodies]
    assert by == ['"by":"moderator"'], "what nobody saw is not in the record"
    roles = Decision.objects.order_by("pk").values_list("role", flat=True)
    assert list(roles) == ["policy", "moderator", "word list"]
    schema = reader.get("/record/schemas/comment.held.json").json()
    published = schema["properties"]["facts"]["properties"]["by"]["enum"]
    assert published == ["policy", "word list", "moderator"], "as older records have it"
    assert set(roles) <= set(published) < set(Decision.Role.values)


# ── Two at once ────────────────────────────────────────────────────────────────────────────────


def test_a_decision_about_a_state_that_has_changed_is_refused(discussion, say, held, editor, rule):
    """What one moderator decides while another's page still shows the old state."""
    acts = {
        "publish": lambda comment: publish_comment(comment, editor),
        "hold": lambda comment: hold_comment(comment, editor),
        "remove": lambda comment: remove_comment(comment, rule, editor),
        "withdraw": withdraw_comment,
    }
    possible = {
        "visible": ("hold", "remove", "withdraw"),
        "held": ("publish", "remove", "withdraw"),
    }
    for state, make in (("visible", say), ("held", held)):
        for first in possible[state]:
            for second in possible[state][:-1]:
                comment = make(f"{first} then {second}")
                stale = current(comment)
                decided = acts[first](comment)
                with pytest.raises(NotPossible):
                    acts[second](stale)
                assert current(comment).state == decided.state
                assert current(comment).text == decided.text


def test_what_is_gone_cannot_be_decided(say, editor, rule):
    gone = withdraw_comment(say())
    for act in (
        lambda: publish_comment(gone, editor),
        lambda: hold_comment(gone, editor),
        lambda: remove_comment(gone, rule, editor),
    ):
        with pytest.raises(NotPossible):
            act()
    assert current(gone).state == "withdrawn"


# ── Moderators in the admin ────────────────────────────────────────────────────────────────────


def test_only_moderators_decide(reader, held, editor, newsroom, rule):
    comment = held("Waiting words")
    queue, decide = reverse("moderation-queue"), reverse("moderation-decide", args=[comment.pk])
    assert reader.get(queue).status_code == 302
    assert reader.post(decide, {"act": "publish"}).status_code == 302
    assert current(comment).state == "held"
    assert "Waiting words" in newsroom.get(queue).content.decode()
    newsroom.post(decide, {"act": "remove"})  # without a rule
    assert current(comment).state == "held"
    newsroom.post(decide, {"act": "remove", "rule": rule.pk})
    assert current(comment).removed_under == rule
    newsroom.post(decide, {"act": "publish"})
    assert current(comment).state == "visible"
    newsroom.post(decide, {"act": "hold"})
    assert current(comment).state == "held"
    assert set(Decision.objects.values_list("account", flat=True)) == {None, editor.pk}


# ── The record ─────────────────────────────────────────────────────────────────────────────────


def test_no_act_puts_a_name_words_or_an_address_into_the_record(
    story, discussion, editor, rule, settings
):
    mark = secrets.token_hex(8)  # in everything that a person typed
    guest, _key = welcome_guest(f"{mark}@example.org")
    editor.first_name = editor.last_name = mark
    editor.email = f"editor-{mark}@example.org"
    editor.save()

    def post(policy: str, under: Comment | None = None) -> Comment:
        settings.FIRST_COMMENTS = policy
        return (
            post_comment(
                discussion,
                name=f"name {mark}",
                text=f"words {mark}",
                parent=under.pk if under else None,
                guest=guest,
                key=f"key {mark}",
            ).comment
            if under is None
            else post_comment(
                discussion,
                name=f"name {mark}",
                text=f"answer {mark}",
                parent=under.pk,
                account=editor,
            ).comment
        )

    visible = post("publish")
    reply = post("publish", visible)
    waiting = post_comment(discussion, name=mark, text=f"{mark} 2", account=editor).comment
    settings.FIRST_COMMENTS = "hold-all"
    held = post_comment(discussion, name=mark, text=f"{mark} 3").comment
    publish_comment(held, editor, why=mark)
    hold_comment(waiting, editor, why=mark)
    remove_comment(current(waiting), rule, editor, why=mark)
    publish_comment(current(waiting), editor, why=mark)
    withdraw_comment(reply)
    carry_over_comments(
        discussion,
        [
            carried(1, author=mark, text=mark, source=f"source-{mark}"),
            carried(2, author=mark, text=mark, hold=f"The word list marks “{mark}”."),
            carried(3, author=mark, text=mark, removed_under=rule),
        ],
    )
    set_open(story, False)
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= {
        "comment.posted", "comment.held", "comment.published", "comment.removed",
        "comment.restored", "comment.withdrawn", "discussion.closed",
    }  # fmt: skip
    for entry in Entry.objects.all():
        assert mark not in bytes(entry.body).decode(), entry
        assert mark not in entry.subject
    for entry in Entry.objects.filter(kind="comment.posted"):
        body = json.loads(bytes(entry.body))
        assert set(body["commitments"]) == {"words"}
        assert set(body["facts"]) <= {"discussion", "parent", "carried_over"}


def test_every_act_announces_itself(reader, story, discussion, say, held, editor, rule):
    def moved(act, *names: str) -> None:
        before = dict(Tag.objects.values_list("name", "sequence"))
        act()
        after = dict(Tag.objects.values_list("name", "sequence"))
        for name in names:
            assert after[name] > before.get(name, 0), name

    tag = f"discussion:{discussion.pk}"
    moved(say, tag)
    moved(held, "queue")
    comment = Comment.objects.get(state="held")
    moved(lambda: publish_comment(comment, editor), tag, "queue")
    moved(lambda: hold_comment(current(comment), editor), tag, "queue")
    moved(lambda: remove_comment(current(comment), rule, editor), tag, "queue")
    moved(lambda: publish_comment(current(comment), editor), tag, "queue")
    moved(lambda: withdraw_comment(comment), tag, "queue")
    moved(lambda: carry_over_comments(discussion, [carried(1)]), tag)
    moved(lambda: set_open(story, False), tag)


# ── What the database refuses ──────────────────────────────────────────────────────────────────


def refused(**changed: object):
    """Change the only comment behind the verbs' back; the database must not have it."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(**changed)


def test_the_database_refuses_what_must_never_be_true(say, discussion, rule, section):
    comment = say()
    refused(state="removed")  # without a rule
    refused(removed_under=rule)  # and yet visible
    refused(shown=False)  # visible, and not shown
    refused(state="withdrawn")  # with its words
    refused(depth=2)  # without a parent
    refused(depth=101)
    other = publish_story(
        StoryPage(title="Another story", body=[("paragraph", "<p>What happened.</p>")]), section
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.create(
            pk=comment.pk + 1,
            discussion_id=other.pk,
            parent=comment,
            depth=2,
            path=comment.path * 2,
            newest=comment.newest,
            state="visible",
            shown=True,
        )
    reply = say(under=comment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=reply.pk).update(discussion_id=other.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            comment=comment, act="remove", role="moderator", decided=comment.stored, entry=10**9
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            comment=comment, act="hold", role="somebody", decided=comment.stored, entry=10**9
        )
    assert current(comment).state == "visible"


def test_a_discussion_with_comments_is_not_deleted_with_its_page(say, story):
    say()
    with pytest.raises(Exception, match="protected"), transaction.atomic():
        story.delete()
    assert Comment.objects.exists()
