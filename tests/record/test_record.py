"""The record's rows: canonical, gap-free, committing to what they do not say, never changed."""

import datetime as dt
import hashlib
import json
from functools import partial
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from pennypress.foundation.rows import NotInTransaction
from pennypress.record.actions import (
    ENTRY_BYTES,
    Fact,
    append,
    append_all,
    commitment,
    holds,
)
from pennypress.record.append_only import is_protected
from pennypress.record.models import Entry, Log, Salt

from .committed import at_once

NOON = dt.datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=dt.UTC)


def canonical(value: object) -> bytes:
    """RFC 8785 for our range of values, without the library that wrote the entries.

    No number has a fraction, so JSON's shortest form is the canonical one. Names sort by UTF-16.
    """
    return json.dumps(
        _sorted(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.django_db
@settings(deadline=None)
@given(facts=st.dictionaries(_words, _values, max_size=5))
def test_an_entry_is_the_canonical_json_of_what_it_says(facts):
    with transaction.atomic():
        entry = append("test.said", "story:12", NOON, facts, {"words": b"kept"})
        body = bytes(Entry.objects.get(pk=entry.pk).body)
        transaction.set_rollback(True)
    said = json.loads(body)
    assert body == canonical(said)
    assert said.pop("commitments").keys() == {"words"}
    assert said == {
        "facts": facts,
        "kind": "test.said",
        "subject": "story:12",
        "time": "2026-03-01T12:00:00Z",
    }


@pytest.mark.django_db
def test_a_commitment_is_salted_and_verifies_with_its_salt_alone():
    contents = {"words": b"the same words", "title": b"", "picture": bytes(range(256))}
    first = append("test.said", "x", NOON, {}, contents)
    second = append("test.said", "x", NOON, {}, contents)
    salts = {(salt.entry_id, salt.name): bytes(salt.salt) for salt in Salt.objects.all()}
    assert len(set(salts.values())) == 6
    assert {len(salt) for salt in salts.values()} == {32}
    for entry in (first, second):
        claimed = json.loads(bytes(entry.body))["commitments"]
        for name, content in contents.items():
            salt = salts[entry.pk, name]
            assert claimed[name] == hashlib.sha256(salt + content).hexdigest()
            assert claimed[name] == commitment(salt, content)
            assert holds(entry.pk, name, content)
            assert not holds(entry.pk, name, content + b"!")
    assert first.body != second.body
    assert not holds(first.pk, "unknown", b"")


@pytest.mark.django_db
def test_erasing_a_salt_leaves_the_entry_and_proves_nothing_any_more():
    entry = append("test.said", "x", NOON, {}, {"words": b"secret"})
    Salt.objects.filter(entry=entry).delete()
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert not holds(entry.pk, "words", b"secret")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"a": 1.5}, {"a": [1, {"b": 2.0}]}, {"a": NOON}, {"a": b"x"}, {"a": {1, 2}}, {"a": 2**53},
        {"a": float("nan")}, {"a": "\ud800"}, {"a": object()},
    ],
)  # fmt: skip
def test_what_the_record_cannot_hold_is_refused_and_takes_no_number(facts):
    append("test.said", "x", NOON)
    with pytest.raises(ValueError), transaction.atomic():
        append_all([Fact("test.said", "x", NOON), Fact("test.said", "x", NOON, facts)])
    assert Log.objects.get().size == Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["", "said", "Test.said", "test.", "test said", "test.said\n", "é.a"]
)
def test_a_kind_is_named_in_plain_words(kind):
    with pytest.raises(ValueError, match="kind"):
        append(kind, "x", NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "subject", ["", "Ann", "comment:Ann", "comment:", "ann@example.org", "comment:1 ", "story:1\n"]
)
def test_a_subject_is_a_number_of_ours_never_a_name(subject):
    with pytest.raises(ValueError, match="subject"):
        append("test.said", subject, NOON)


@pytest.mark.django_db
def test_times_are_utc_and_days_stay_days():
    east = dt.timezone(dt.timedelta(hours=14))
    times = [dt.datetime(2026, 3, 1, 1, 0, tzinfo=east), dt.date(2026, 3, 1)]
    entries = append_all(Fact("test.said", "x", time) for time in times)
    said = [json.loads(bytes(entry.body))["time"] for entry in entries]
    assert said == ["2026-02-28T11:00:00Z", "2026-03-01"]
    with pytest.raises(ValueError, match="aware"):
        append("test.said", "x", dt.datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.django_db
def test_an_entry_has_at_most_what_a_bundle_of_entries_can_hold():
    empty = len(bytes(append("test.said", "x", NOON, {"a": ""}).body))
    most = ENTRY_BYTES - empty
    assert len(bytes(append("test.said", "x", NOON, {"a": "x" * most}).body)) == 65_535
    with pytest.raises(ValueError, match="65536 bytes"):
        append("test.said", "x", NOON, {"a": "x" * (most + 1)})


# ── Numbers ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_entries_are_numbered_from_zero_in_the_order_given():
    assert append_all([]) == []
    assert append("test.said", "a", NOON).index == 0
    many = append_all(Fact("test.said", f"story:{number}", NOON) for number in range(1_200))
    assert [entry.index for entry in many] == [*range(1, 1_201)]
    stored = list(Entry.objects.order_by("pk").values_list("pk", "subject"))
    assert stored == [(0, "a"), *((number + 1, f"story:{number}") for number in range(1_200))]
    assert Log.objects.get().size == 1_201


@pytest.mark.django_db
def test_what_is_rolled_back_takes_no_number():
    append("test.said", "a", NOON)
    with pytest.raises(RuntimeError), transaction.atomic():
        append("test.said", "lost", NOON, {}, {"words": b"lost"})
        raise RuntimeError
    assert append("test.said", "b", NOON).index == 1
    assert Salt.objects.count() == 0


def test_outside_of_a_transaction_nothing_is_appended(committed):
    for call in (partial(append, "test.said", "x", NOON), partial(append_all, [])):
        with pytest.raises(NotInTransaction):
            call()
    assert Log.objects.count() == Entry.objects.count() == 0


def test_writers_at_once_leave_no_gap_even_when_some_fail(committed):
    def write(writer: int) -> int:
        kept = 0
        for number in range(8):
            try:
                with transaction.atomic():
                    append_all(
                        [Fact("test.said", f"story:{writer}{number}", NOON)] * (number % 3 + 1)
                    )
                    if (writer + number) % 4 == 0:
                        raise LookupError
                kept += number % 3 + 1
            except LookupError:
                pass
        return kept

    kept = at_once(*[partial(write, writer) for writer in range(4)])
    assert all(isinstance(number, int) for number in kept), kept
    indexes = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert indexes == [*range(sum(kept))]
    assert Log.objects.get().size == sum(kept)


def test_a_process_that_dies_before_its_commit_leaves_nothing(committed):
    def die() -> None:
        block = transaction.atomic()
        block.__enter__()
        append("test.said", "lost", NOON)
        connection.connection.close()  # as when the process is killed
        connection.connection = None

    thread = Thread(target=die)
    thread.start()
    thread.join()
    with transaction.atomic():
        assert append("test.said", "kept", NOON).index == 0
    assert Entry.objects.count() == 1


# ── What the database itself refuses ───────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda entry: Entry.objects.update(kind="test.other"),
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.all().delete(),
        lambda entry: Entry.objects.bulk_create(
            [Entry(index=entry.index, kind="a.b", subject="", body=b"{}")],
            update_conflicts=True,
            unique_fields=["index"],
            update_fields=["body"],
        ),
        "UPDATE record_entry SET body = ''",
        "UPDATE record_entry SET subject = subject",
        "DELETE FROM record_entry",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(change):
    entry = append("test.said", "x", NOON, {"a": 1})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if callable(change):
            change(entry)
        else:
            connection.cursor().execute(change)
    stored = Entry.objects.get()
    assert (bytes(stored.body), stored.subject) == (bytes(entry.body), "x")


@pytest.mark.django_db
def test_the_database_refuses_two_entries_in_one_place_and_two_logs():
    entry = append("test.said", "x", NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.bulk_create([Entry(index=entry.index, kind="a.b", subject="", body=b"{}")])
    with pytest.raises(DatabaseError), transaction.atomic():
        Log.objects.create(pk=2)


@pytest.mark.django_db
def test_an_unprotected_table_is_noticed():
    assert is_protected(connection, "record_entry")
    assert is_protected(connection, "funding_transfer")
    assert not is_protected(connection, "record_salt")
