"""Facts that a worker reads once for many pages, until a tag of theirs moves."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from pennypress.delivery import facts
from pennypress.delivery.dependencies import collect_dependencies, depends_on, expires_at
from pennypress.delivery.facts import FACTS, FactCache, cached_fact

pytestmark = pytest.mark.once


@pytest.fixture
def cache(monkeypatch) -> Iterator[FactCache]:
    """A cache of the test's own, outside of any transaction."""
    own = FactCache()
    monkeypatch.setattr(facts, "FACTS", own)
    own.begin()
    return own


class Read:
    """A fact that says how often it was read."""

    def __init__(self, *tags: str) -> None:
        self.tags = tags
        self.times = 0

    def __call__(self) -> int:
        depends_on(*self.tags)
        self.times += 1
        return self.times


def test_a_fact_is_read_once_until_a_tag_of_its_moves(cache):
    read = Read("site", "campaigns")
    assert [cached_fact(("title",), read) for _ in range(3)] == [1, 1, 1]
    cache.invalidate(["home"])
    assert cached_fact(("title",), read) == 1
    cache.invalidate(["campaigns", "home"])
    assert cached_fact(("title",), read) == 2


def test_each_key_has_its_own(cache):
    read = Read("site")
    assert [cached_fact(("title", language), read) for language in ("en", "ar", "en")] == [1, 2, 1]


def test_a_page_depends_on_what_its_facts_depend_on_cached_or_not(cache):
    end = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)

    def read() -> str:
        expires_at(end)
        depends_on("site")
        return "The Tide"

    for _ in range(2):
        with collect_dependencies() as found:
            assert cached_fact(("title",), read) == "The Tide"
        assert (found.tags, found.until) == ({"site"}, end)


def test_a_fact_ends_when_time_changes_it(cache):
    def read() -> int:
        expires_at(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
        return counted()

    counted = Read("site")
    assert [cached_fact(("day",), read) for _ in range(2)] == [1, 2]


def test_one_that_says_of_nothing_that_it_depends_on_it_is_read_each_time(cache):
    read = Read()
    assert [cached_fact(("anything",), read) for _ in range(2)] == [1, 2]


def test_a_change_while_it_is_read_keeps_it_out(cache):
    def read() -> int:
        cache.invalidate(["another"])  # nobody can tell what the reading has seen
        return counted()

    counted = Read("site")
    assert [cached_fact(("title",), read) for _ in range(2)] == [1, 2]


def test_nothing_is_cached_where_nobody_tells_of_changes(cache):
    cache.end()
    read = Read("site")
    assert [cached_fact(("title",), read) for _ in range(2)] == [1, 2]


def test_another_database_has_other_facts(cache):
    read = Read("site")
    cached_fact(("title",), read)
    cache.forget_all()
    assert cached_fact(("title",), read) == 2


def test_what_fails_is_not_cached(cache):
    def fail() -> int:
        depends_on("site")
        raise LookupError

    with pytest.raises(LookupError):
        cached_fact(("title",), fail)
    assert cached_fact(("title",), Read("site")) == 1


def test_the_oldest_make_room(cache, monkeypatch):
    monkeypatch.setattr(facts, "MOST_FACTS", 3)
    read = Read("site")
    for number in range(5):
        cached_fact((str(number),), read)
    assert cached_fact(("4",), read) == 5
    assert cached_fact(("0",), read) == 6


def test_a_transaction_neither_leaves_what_it_sees_nor_takes_what_others_saw(cache, monkeypatch):
    read = Read("site")
    connection = SimpleNamespace(in_atomic_block=True)
    monkeypatch.setattr(facts, "connection", connection)
    assert [cached_fact(("title",), read) for _ in range(2)] == [1, 2]
    connection.in_atomic_block = False
    assert [cached_fact(("title",), read) for _ in range(2)] == [3, 3]
    connection.in_atomic_block = True
    assert cached_fact(("title",), read) == 4


def test_outside_of_workers_nothing_is_cached():
    read = Read("site")
    assert [cached_fact(("title",), read) for _ in range(2)] == [1, 2]
    assert FACTS.find(("title",)) is None
