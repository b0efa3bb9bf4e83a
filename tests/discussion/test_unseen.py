"""What no reader ever saw does not make the record longer: it is counted, once for each day."""

import datetime as dt
import json
import threading
from types import SimpleNamespace

import jsonschema
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pennypress.accountability.checks import run_checks
from pennypress.accountability.claims import read_claims
from pennypress.accountability.erasure import erase_again, erase_person
from pennypress.discussion.actions import (
    NotPossible,
    carry_over_comments,
    counting,
    hold_comment,
    moderating,
    name_erasure,
    post_comment,
    publish_comment,
    record_unseen,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.declarations import erase_comment
from pennypress.discussion.models import Comment, Decision, UnseenDay
from pennypress.foundation.jobs import confirm_with
from pennypress.operations.leases import LeaseLost
from pennypress.operations.site_folder import SiteFolder
from pennypress.readers.actions import welcome_guest
from pennypress.record.actions import append
from pennypress.record.keys import read_key
from pennypress.record.models import Entry
from pennypress.record.sealing import seal
from pennypress.verifier.entries import read_entries
from pennypress.verifier.figures import Figures

from .conftest import carried
from .test_states import article, current, entries_of, is_nowhere

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock that days are told by: `clock(1)` is tomorrow."""
    start = timezone.now()

    def set_to(days: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: start + days * DAY)

    set_to(0)
    yield set_to


def counted() -> list[int]:
    """How many unseen comments each day had, in the order of days."""
    return list(UnseenDay.objects.order_by("day").values_list("count", flat=True))


def figures() -> Figures:
    """What the checker, which knows nothing of our models, makes of the record."""
    found = Figures()
    bodies = Entry.objects.order_by("index").values_list("body", flat=True)
    for entry in read_entries([bytes(body) for body in bodies]):
        found.add(entry)
    return found


def assert_sound() -> None:
    """The checks find nothing, and what is claimed is what the entries add up to."""
    assert [one for one in run_checks() if one.name == "discussions" and one.problems] == []
    claims, found = read_claims(), figures()
    claimed = {(d["act"], d["rule"]): d["count"] for d in claims["decisions"]}
    assert claimed == dict(found.decisions)
    assert {d["page"]: d["visible"] for d in claims["discussions"]}.items() >= found.visible.items()


# ── The record's length ────────────────────────────────────────────────────────────────────────


def test_a_flood_of_spam_adds_one_entry(held, editor, rule, clock):
    before = Entry.objects.count()
    for number in range(40):
        comment = held(f"Buy my pills, they are number {number}.")
        if number % 4 == 1:
            remove_comment(comment, rule, editor)
        elif number % 4 == 2:
            withdraw_comment(comment)
    assert Entry.objects.count() == before
    assert counted() == [20]
    assert record_unseen() == 0, "the day is not over"
    clock(1)
    assert [record_unseen(), record_unseen()] == [1, 0]
    (entry,) = Entry.objects.filter(index__gte=before)
    day = UnseenDay.objects.get().day.isoformat()
    body = json.loads(bytes(entry.body))
    assert (body["kind"], body["subject"]) == ("spam.counted", "discussion")
    assert body["facts"] == {"day": day, "count": 20}
    assert body["commitments"] == {}
    assert_sound()


def test_a_day_without_any_leaves_no_entry(say, held, editor, clock):
    publish_comment(held("Fine."), editor)
    hold_comment(say("Seen."), editor)
    before = Entry.objects.count()
    clock(1)
    assert record_unseen() == 0
    assert Entry.objects.count() == before
    assert counted() == []


def test_each_day_has_its_own_entry(held, editor, rule, clock):
    for day in range(3):
        clock(day)
        for _ in range(day + 1):
            remove_comment(held(), rule, editor)
    clock(7)
    assert record_unseen() == 3
    bodies = Entry.objects.filter(kind="spam.counted").order_by("index").values_list("body")
    assert [json.loads(bytes(body))["facts"]["count"] for (body,) in bodies] == [1, 2, 3]
    assert record_unseen() == 0


def test_a_day_that_is_recorded_counts_no_more(held, editor, rule, clock):
    """Another machine's clock may be behind: its removals count for the next day."""
    remove_comment(held(), rule, editor)
    clock(1)
    record_unseen()
    clock(0)
    remove_comment(held(), rule, editor)
    remove_comment(held(), rule, editor)
    assert counted() == [1, 2]
    clock(2)
    record_unseen()
    assert_sound()


def test_a_run_that_is_cut_off_or_not_the_leaders_any_more_leaves_nothing(
    held, editor, rule, clock, monkeypatch
):
    remove_comment(held(), rule, editor)
    clock(1)
    before = Entry.objects.count()

    def lost() -> None:
        raise LeaseLost("leader")

    confirm_with(lost)
    try:
        with pytest.raises(LeaseLost):
            record_unseen()
    finally:
        confirm_with(None)
    assert (Entry.objects.count(), UnseenDay.objects.get().entry) == (before, None)
    assert record_unseen() == 1
    assert Entry.objects.filter(kind="spam.counted").count() == 1


def test_the_entry_fits_its_schema_and_people_can_read_it(reader, held, editor, rule, clock):
    for _ in range(2):
        remove_comment(held(), rule, editor)
    clock(1)
    record_unseen()
    seal()
    entry = Entry.objects.get(kind="spam.counted")
    schema = reader.get("/record/schemas/spam.counted.json").json()
    body = json.loads(bytes(entry.body))
    jsonschema.validate(body, schema)
    for wrong in ({"day": "today", "count": 2}, {"day": "2026-01-01", "count": 0}, {"count": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(body | {"facts": wrong}, schema)
    for page in ("/record/", "/record/?of=comments", f"/record/{entry.index}/"):
        text = reader.get(page).content.decode()
        assert "refused, removed or withdrawn unseen" in text
        assert "2 comments" in text


# ── Each verb, for what was never seen ─────────────────────────────────────────────────────────


def test_what_was_removed_unseen_and_is_restored_is_shown_for_the_first_time(
    reader, story, held, editor, rule
):
    comment = remove_comment(held("A good word."), rule, editor)
    assert entries_of(comment) == []
    publish_comment(comment, editor)
    assert "A good word." in article(reader, story.url, comment).text
    assert entries_of(comment) == ["comment.posted", "comment.restored"]
    assert counted() == [1], "that it was counted stays true"
    remove_comment(current(comment), rule, editor)
    assert entries_of(comment)[-1] == "comment.removed"
    assert counted() == [1]
    assert_sound()


def test_what_was_removed_unseen_and_is_erased_later_counts_once(held, editor, rule):
    comment = remove_comment(held(), rule, editor)
    assert erase_comment(comment.pk)
    assert current(comment).state == "withdrawn"
    assert (entries_of(comment), counted()) == ([], [1])


def test_the_words_of_a_held_comment_are_committed_to_as_they_are_shown(held, editor):
    comment = publish_comment(held("A good word."), editor)
    entry = Entry.objects.get(kind="comment.posted", subject=f"comment:{comment.pk}")
    assert entry.salts.count() == 1


def test_a_mark_that_readers_see_has_its_entry(reader, story, discussion, editor, rule):
    """A parent that was held on arrival and removed unseen: then a reply to it is shown."""
    ids = carry_over_comments(
        discussion,
        [carried(1, hold="The word list."), carried(2, "c1", hold="The word list."), carried(3)],
    )
    parent, reply = (Comment.objects.get(pk=ids[name]) for name in ("c1", "c2"))
    assert (entries_of(parent), entries_of(reply)) == ([], [])
    remove_comment(parent, rule, editor)
    assert is_nowhere(reader, story, parent, "Words 1")
    assert (entries_of(parent), counted()) == ([], [1])
    publish_comment(reply, editor)
    assert article(reader, story.url, parent).attributes["data-state"] == "removed"
    assert entries_of(parent) == ["comment.removed"]
    entry = Entry.objects.get(subject=f"comment:{parent.pk}")
    assert json.loads(bytes(entry.body))["facts"]["rule"] == rule.number
    assert Decision.objects.get(comment=parent, act="remove").entry == entry.index
    assert parent.pk in figures().removed
    hold_comment(current(reply), editor)
    publish_comment(current(reply), editor)
    assert entries_of(parent) == ["comment.removed"], "once"
    assert_sound()


def test_a_held_place_that_readers_see_has_entries_of_what_happens_to_it(
    reader, story, discussion, editor, rule
):
    ids = carry_over_comments(discussion, [carried(1, hold="The word list."), carried(2, "c1")])
    parent = Comment.objects.get(pk=ids["c1"])
    assert article(reader, story.url, parent).attributes["data-state"] == "held"
    assert entries_of(parent) == []
    remove_comment(parent, rule, editor)
    assert entries_of(parent) == ["comment.removed"]
    assert counted() == []
    assert_sound()


def test_a_parent_withdrawn_unseen_has_its_entry_once_its_place_is_shown(
    discussion, editor, reader, story
):
    ids = carry_over_comments(
        discussion, [carried(1, hold="The list."), carried(2, "c1", hold="The list.")]
    )
    erase_comment(ids["c1"])
    publish_comment(Comment.objects.get(pk=ids["c2"]), editor)
    parent = Comment.objects.get(pk=ids["c1"])
    assert article(reader, story.url, parent).attributes["data-state"] == "withdrawn"
    assert entries_of(parent) == ["comment.withdrawn"]
    assert_sound()


def test_comments_held_by_an_earlier_version_keep_the_entry_they_have(held, editor, rule, say):
    """Its records say when a comment was held: they stay valid, and go on as they should."""
    for end in ("publish", "remove", "withdraw"):
        comment = held(f"Held before: {end}")
        with transaction.atomic():
            facts = {"by": "policy", "discussion": comment.discussion_id}
            entry = append("comment.held", f"comment:{comment.pk}", comment.posted, facts)
            Decision.objects.filter(comment=comment).update(entry=entry.index)
        if end == "publish":
            publish_comment(comment, editor)
            ending = ["comment.posted", "comment.published"]
        else:
            remove_comment(comment, rule, editor) if end == "remove" else withdraw_comment(comment)
            ending = []
        assert entries_of(comment) == ["comment.held", *ending]
    assert counted() == [2]
    assert figures().visible == {comment.discussion_id: 1}
    assert_sound()


def test_nothing_of_an_unseen_comment_moves_public_pages(held, editor, rule, story):
    from pennypress.delivery.models import Tag

    def moved() -> int:
        tag = Tag.objects.filter(name=f"discussion:{story.pk}").first()
        return tag.sequence if tag else 0

    first, second = held(), held("More.")
    before = moved()
    remove_comment(first, rule, editor)
    withdraw_comment(second)
    assert moved() == before


# ── Erasing ────────────────────────────────────────────────────────────────────────────────────


def test_a_person_whose_comments_nobody_saw_is_erased(discussion, settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    settings.FIRST_COMMENTS = "hold-all"
    guest, _key = welcome_guest("ann@example.org")
    comment = post_comment(discussion, name="Ann", text="Words.", guest=guest).comment
    entries = Entry.objects.count()
    assert erase_person(guest) == 2
    assert (current(comment).text, current(comment).author) == ("", None)
    assert Entry.objects.count() == entries
    listed = (tmp_path / "erasures").read_text()
    assert f"comment.erased comment:{comment.pk}." in listed
    assert "Ann" not in listed


def test_what_was_taken_back_unseen_stays_gone_after_a_restore(held, settings, tmp_path):
    """A backup brings it back as it was, and nothing in the record tells of it: the list does."""
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    comment = held("I should not have said this.")
    other = held("Another's words.")
    before = {name: getattr(comment, name) for name in ("author", "text", "html", "state")}
    seal()
    origin = read_key().name
    kind, subject = name_erasure(comment)
    listed = f"{origin} 7 {kind} {subject}\n"
    withdraw_comment(comment)
    Comment.objects.filter(pk=comment.pk).update(**before)  # as the backup has it
    assert erase_again(origin, listed) == 1
    assert current(comment).text == ""
    assert current(other).text == "Another's words."
    assert erase_again(origin, listed) == 0
    # The number was given anew meanwhile, to somebody else's words.
    moment = subject.partition(".")[2]
    stranger = f"{origin} 7 {kind} comment:{other.pk}.{moment}\n"
    assert erase_again(origin, stranger) == 0
    assert current(other).text == "Another's words."


def test_the_list_names_it_before_the_words_go(discussion, settings, tmp_path, monkeypatch):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    settings.FIRST_COMMENTS = "hold-all"
    comment = post_comment(discussion, name="Ann", text="Words.").comment
    text_when_named = []
    real = SiteFolder.erasures.fget

    def look(folder):
        text_when_named.append(Comment.objects.get(pk=comment.pk).text)
        return real(folder)

    outside = SimpleNamespace(in_atomic_block=False)  # as it is outside of a test's transaction
    monkeypatch.setattr(moderating, "connection", outside)
    with monkeypatch.context() as watched:
        watched.setattr(SiteFolder, "erasures", property(look))
        withdraw_comment(comment)
    assert text_when_named and set(text_when_named) == {"Words."}
    lines = (tmp_path / "erasures").read_text()
    assert lines.count("comment.erased") == 1
    with pytest.raises(NotPossible):
        withdraw_comment(comment)
    assert (tmp_path / "erasures").read_text() == lines, "a repetition adds no line"


# ── Refused before anything was stored ─────────────────────────────────────────────────────────


@pytest.fixture
def refusals():
    """What `count_unseen` counts into; nothing is written before `write` is called."""
    return counting.UNSEEN


def test_a_flood_of_refusals_is_one_write(refusals, django_assert_num_queries, clock):
    with django_assert_num_queries(0):
        for number in range(10_000):
            counting.count_unseen("limit" if number % 3 else "cap")
    refusals.write()
    refusals.write()
    assert counted() == [10_000]
    clock(1)
    record_unseen()
    assert b'"count":10000' in bytes(Entry.objects.get(kind="spam.counted").body)


def test_refusals_of_many_threads_are_all_counted(refusals):
    threads = [
        threading.Thread(target=lambda: [counting.count_unseen("limit") for _ in range(1_000)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusals.write()
    assert counted() == [8_000]


def test_refusals_that_cannot_be_written_wait(refusals, monkeypatch):
    def fail(number: int) -> None:
        raise DatabaseError("away")

    counting.count_unseen("limit")
    with monkeypatch.context() as broken:
        broken.setattr(counting, "count_unseen_now", fail)
        with pytest.raises(DatabaseError):
            refusals.write()
    counting.count_unseen("limit")
    refusals.write()
    assert counted() == [2]


def test_the_database_refuses_a_count_of_nothing_and_two_days_of_one_entry():
    for rows in (
        [UnseenDay(day="2026-01-01", count=0)],
        [UnseenDay(day=f"2026-01-0{n}", count=1, entry=5) for n in (1, 2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnseenDay.objects.bulk_create(rows)


# ── Any order of acts ──────────────────────────────────────────────────────────────────────────

ACTS = ("publish", "hold", "remove", "withdraw", "erase", "tomorrow", "record")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    held_first=st.lists(st.booleans(), min_size=1, max_size=3),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=14),
)
def test_entries_are_there_exactly_when_a_comment_was_shown(
    held_first, acts, discussion, editor, rule, say, held, clock
):
    """Whatever is done to comments in whatever order, and over days."""
    with transaction.atomic():
        days, unseen = 0, 0
        clock(0)
        comments = [(held if first else say)(f"No. {n}") for n, first in enumerate(held_first)]
        shown = {
            comment.pk for comment, first in zip(comments, held_first, strict=True) if not first
        }
        for act, which in acts:
            comment = current(comments[which % len(comments)])
            state, was_unseen = comment.state, comment.pk not in shown
            try:
                if act == "publish":
                    publish_comment(comment, editor)
                    shown.add(comment.pk)
                elif act == "hold":
                    hold_comment(comment, editor)
                elif act == "remove":
                    remove_comment(comment, rule, editor)
                elif act == "withdraw":
                    withdraw_comment(comment)
                elif act == "erase":
                    erase_comment(comment.pk)
                elif act == "tomorrow":
                    days += 1
                    clock(days)
                elif act == "record":
                    record_unseen()
            except NotPossible:
                continue
            gone = act in {"remove", "withdraw", "erase"}
            unseen += gone and was_unseen and state == "held"
            for one in comments:
                assert bool(entries_of(one)) == (one.pk in shown)
            assert sum(counted()) == unseen
        clock(days + 1)
        record_unseen()
        recorded = Entry.objects.filter(kind="spam.counted").values_list("body", flat=True)
        facts = [json.loads(bytes(body))["facts"] for body in recorded]
        assert sum(one["count"] for one in facts) == unseen
        assert len({one["day"] for one in facts}) == len(facts)
        assert_sound()
        transaction.set_rollback(True)
