"""Unseen comments are counted once each, and a day recorded once, by whoever does it at once."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone

from pennypress.discussion.actions import counting, record_unseen
from pennypress.discussion.actions.placing import lock_discussions
from pennypress.discussion.models import UnseenDay
from pennypress.record.models import Entry
from tests.record.committed import at_once
from tests.record.committed import committed as committed

pytestmark = pytest.mark.usefixtures("no_days")

DAY = dt.timedelta(days=1)


@pytest.fixture
def no_days(committed) -> Iterator[None]:
    """A committed database whose counted days go afterwards."""
    yield
    UnseenDay.objects.all().delete()


def counted() -> list[int]:
    return list(UnseenDay.objects.order_by("day").values_list("count", flat=True))


def test_two_leaders_at_once_record_a_day_once():
    yesterday = timezone.now().date() - DAY
    UnseenDay.objects.create(day=yesterday - DAY, count=3)
    UnseenDay.objects.create(day=yesterday, count=5)
    assert sorted(at_once(*[record_unseen] * 4)) == [0, 0, 0, 2]
    assert Entry.objects.filter(kind="spam.counted").count() == 2


def test_removals_at_once_are_all_counted():
    def remove() -> None:
        with transaction.atomic():
            lock_discussions()
            counting.count_unseen_now()

    at_once(*[remove] * 8)
    assert counted() == [8]


def test_refusals_are_written_soon_by_themselves(monkeypatch):
    unseen = counting.UnseenComments(0.05)
    monkeypatch.setattr(counting, "UNSEEN", unseen)
    for _ in range(3):
        counting.count_unseen("limit")
    unseen._timer.join(10)
    assert counted() == [3]
    counting.count_unseen("limit")
    unseen._timer.join(10)
    assert counted() == [4]
