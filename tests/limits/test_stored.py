"""Limits in the database: they hold across workers and days, and no address can be read there."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from pennypress.foundation.rows import NotInTransaction
from pennypress.limits import day_keys
from pennypress.limits.actions import (
    REFUSALS,
    TooMany,
    TooManyWait,
    buckets_for,
    clear,
    give_back,
    note_waiting,
    refuse_early,
    take,
    waits_no_longer,
)
from pennypress.limits.cleaning import forget_addresses
from pennypress.limits.clients import Client
from pennypress.limits.models import Bucket, DayKey, Waiting
from pennypress.limits.windows import Limit
from tests.record.committed import at_once, committed  # noqa: F401

FIVE = Limit(5, 6, 60)  # one more each ten seconds
ADA = Client("203.0.113.7/32", "203.0.113.0/24")
BOB = Client("203.0.113.8/32", "203.0.113.0/24")


def try_one(buckets) -> int:
    """Count one event; return the seconds to wait, 0 where it passed."""
    try:
        with transaction.atomic():
            take(buckets)
    except TooMany as refusal:
        return refusal.seconds
    return 0


@pytest.mark.django_db
def test_so_many_pass_and_then_one_each_step(limits_clock):
    buckets = buckets_for("things", FIVE, "here")
    assert [try_one(buckets) for _ in range(6)] == [0] * 5 + [10]
    limits_clock.move(4)
    assert try_one(buckets) == 6
    limits_clock.move(6)
    assert [try_one(buckets) for _ in range(2)] == [0, 10]
    assert try_one(buckets_for("things", FIVE, "there")) == 0
    assert try_one(buckets_for("things", None, "here")) == 0


@pytest.mark.django_db
def test_what_is_refused_by_one_limit_counts_for_none(limits_clock):
    both = [*buckets_for("tight", Limit(1, 1, 60), "x"), *buckets_for("wide", FIVE, "x")]
    assert try_one(both) == 0
    assert [try_one(both) for _ in range(20)] == [60] * 20
    assert [try_one(buckets_for("wide", FIVE, "x")) for _ in range(5)] == [0, 0, 0, 0, 10]


@pytest.mark.django_db
def test_a_refusal_is_remembered_until_it_ends_and_costs_no_query(
    limits_clock, django_assert_num_queries
):
    buckets = buckets_for("things", FIVE, "here")
    refuse_early(buckets)
    for _ in range(6):
        try_one(buckets)
    limits_clock.move(9)
    with django_assert_num_queries(0), pytest.raises(TooMany) as refusal:
        refuse_early(buckets)
    assert refusal.value.seconds == 1
    assert refusal.value.again
    limits_clock.move(1)
    refuse_early(buckets)
    assert try_one(buckets) == 0


@pytest.mark.django_db
def test_what_turned_out_not_to_count_is_given_back_or_cleared(limits_clock):
    buckets = buckets_for("things", FIVE, "here")
    for _ in range(30):
        assert try_one(buckets) == 0
        give_back(buckets)
    assert [try_one(buckets) for _ in range(6)] == [0] * 5 + [10]
    clear(buckets)
    refuse_early(buckets)
    assert try_one(buckets) == 0


@pytest.mark.django_db
def test_midnight_opens_no_limit_for_an_address(limits_clock):
    limits_clock.set(dt.datetime(2026, 3, 1, 23, 59, 58, tzinfo=dt.UTC))
    before = buckets_for("things", FIVE, ADA.address, personal=True)
    assert [try_one(before) for _ in range(6)] == [0] * 5 + [10]
    limits_clock.move(3)  # the next day
    day_keys.forget()
    REFUSALS.forget()
    after = buckets_for("things", FIVE, ADA.address, personal=True)
    assert len(after) == 2
    assert try_one(after) == 7
    assert try_one(buckets_for("things", FIVE, BOB.address, personal=True)) == 0
    limits_clock.move(FIVE.width / 1_000_000)
    later = buckets_for("things", FIVE, ADA.address, personal=True)
    assert len(later) == 1
    assert [try_one(later) for _ in range(6)] == [0] * 5 + [10]


@pytest.mark.django_db
def test_no_address_is_stored_and_its_key_is_gone_after_two_days(limits_clock):
    with transaction.atomic():
        take(buckets_for("things", FIVE, ADA.address, personal=True))
        note_waiting(7, ADA, of_address=10, of_site=10)
    stored = [*Bucket.objects.values_list(), *Waiting.objects.values_list()]
    assert "203.0" not in str(stored)
    first = DayKey.objects.get()
    assert len(bytes.fromhex(first.key)) == 32
    limits_clock.move(86_400)
    forget_addresses()
    assert DayKey.objects.filter(pk=first.pk).exists()  # what was counted yesterday still counts
    assert day_keys.hash_yesterday("x") is not None
    assert day_keys.hash_yesterday("x") != day_keys.hash_today("x")
    assert Waiting.objects.get().sender
    limits_clock.move(86_400)
    forget_addresses()
    assert not DayKey.objects.filter(pk=first.pk).exists()
    assert Waiting.objects.get().sender == ""  # it still waits, nobody knows whose it is


@pytest.mark.django_db
def test_buckets_go_when_they_are_full_again_and_what_a_wrong_clock_filled(limits_clock):
    with transaction.atomic():
        take(buckets_for("things", FIVE, "here"))
    Bucket.objects.create(id=7, full_at=limits_clock.at + 3 * 86_400_000_000)
    limits_clock.move(9)
    forget_addresses()
    assert Bucket.objects.get().pk != 7
    limits_clock.move(1)
    forget_addresses()
    assert not Bucket.objects.exists()


@pytest.mark.django_db
def test_so_many_wait_of_an_address_and_of_the_site_also_after_midnight(limits_clock):
    def note(number: int, client: Client) -> str:
        try:
            with transaction.atomic():
                note_waiting(number, client, of_address=3, of_site=5)
        except TooManyWait:
            return "refused"
        return "noted"

    assert [note(n, ADA) for n in range(4)] == ["noted"] * 3 + ["refused"]
    limits_clock.move(86_400)
    assert note(4, ADA) == "refused"
    waits_no_longer(1)
    assert note(4, ADA) == "noted"
    assert [note(n, BOB) for n in range(5, 8)] == ["noted"] * 2 + ["refused"]
    limits_clock.move(2 * 86_400)
    forget_addresses()
    assert note(9, ADA) == "refused"  # the site's are still as many
    waits_no_longer(0)
    assert note(9, ADA) == "noted"


@pytest.mark.django_db
def test_a_key_of_a_database_that_was_put_back_is_read_within_a_minute(limits_clock):
    first = day_keys.hash_today("x")
    DayKey.objects.update(key="ab" * 32)
    assert day_keys.hash_today("x") == first
    limits_clock.move(61)
    assert day_keys.hash_today("x") != first


@pytest.fixture
def emptied():
    yield
    Bucket.objects.all().delete()
    DayKey.objects.all().delete()
    Waiting.objects.all().delete()


@pytest.mark.usefixtures("committed", "emptied")
def test_of_many_at_once_on_connections_of_their_own_no_more_pass_than_may(limits_clock):
    def attempt() -> list[int]:
        return [try_one(buckets_for("things", FIVE, ADA.address, personal=True)) for _ in range(4)]

    found = at_once(*[attempt] * 6)
    assert not [one for one in found if isinstance(one, DatabaseError)], found
    assert sum(one == 0 for some in found for one in some) == 5
    assert DayKey.objects.count() == 1


@pytest.mark.usefixtures("committed")
def test_nothing_is_counted_outside_of_the_events_transaction(limits_clock):
    with pytest.raises(NotInTransaction):
        take(buckets_for("things", FIVE, "here"))
    assert not connection.in_atomic_block
