"""How many pass: never more than was said, over any span, and waiting as long as is said helps."""

import bisect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.limits.windows import (
    SECOND,
    Limit,
    MemoryLimiter,
    RecentRefusals,
    read_limit,
    to_seconds,
)

pytestmark = pytest.mark.once

LIMITS = st.builds(
    Limit,
    burst=st.integers(1, 20),
    refill=st.integers(1, 50),
    period=st.sampled_from([1, 60, 3600]),
)
PAUSES = st.lists(
    st.one_of(st.integers(0, 5), st.integers(0, 3 * SECOND), st.integers(0, 4000 * SECOND)),
    max_size=120,
)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1_000 * SECOND

    def __call__(self) -> int:
        return self.at


@given(LIMITS, PAUSES)
def test_over_any_span_no_more_pass_than_the_limit_says(limit, pauses):
    clock = Hand()
    limiter = MemoryLimiter(clock=clock)
    passed = []
    for pause in pauses:
        clock.at += pause
        if not limiter.take([("key", limit)]):
            passed.append(clock.at)
    for first, begin in enumerate(passed):
        for last in range(first, len(passed)):
            span = (passed[last] - begin) / SECOND
            assert last - first + 1 <= limit.most_in(span)


@given(LIMITS, PAUSES)
def test_who_waits_as_long_as_is_said_passes_and_who_waits_less_may_not(limit, pauses):
    clock = Hand()
    limiter = MemoryLimiter(clock=clock)
    for pause in pauses:
        clock.at += pause
        if wait := limiter.take([("key", limit)]):
            clock.at += wait * SECOND
            assert limiter.take([("key", limit)]) == 0


@given(st.lists(st.integers(0, 120 * SECOND), max_size=300))
def test_it_refuses_no_one_whom_an_exact_count_would_pass(pauses):
    """A bucket of 80 and 20 a minute lets all through that come 80 in four minutes at most."""
    limit = Limit(80, 20, 60)
    clock = Hand()
    limiter = MemoryLimiter(clock=clock)
    came: list[int] = []
    for pause in pauses:
        clock.at += pause
        since = bisect.bisect_left(came, clock.at - limit.width)
        refused = limiter.take([("key", limit)])
        came.append(clock.at)
        if len(came) - since <= limit.burst:
            assert not refused


def test_one_of_several_limits_refuses_for_all_and_counts_for_none():
    clock = Hand()
    limiter = MemoryLimiter(clock=clock)
    tight, wide = Limit(1, 1, 60), Limit(3, 1, 60)
    assert limiter.take([("a", tight), ("network", wide)]) == 0
    for _ in range(50):
        assert limiter.take([("a", tight), ("network", wide)]) == 60
    assert limiter.take([("b", tight), ("network", wide)]) == 0
    assert limiter.take([("c", tight), ("network", wide)]) == 0
    assert limiter.take([("d", tight), ("network", wide)]) > 0
    assert limiter.take([("d", tight), ("network", None)]) == 0


def test_a_limiter_holds_so_many_keys_and_keeps_those_that_come_again():
    limiter = MemoryLimiter(most=100, clock=Hand())
    limit = Limit(5, 1, 60)
    for number in range(10_000):
        limiter.take([(f"key {number}", limit)])
        limiter.take([("busy", limit)])
    assert len(limiter) <= 100
    assert limiter.take([("busy", limit)]) > 0


def test_refusals_are_remembered_within_bounds():
    refusals = RecentRefusals(most=10)
    for number in range(1_000):
        refusals.add(f"key {number}", 5_000)
    assert len(refusals) == 10
    assert refusals.wait_for(["key 999"], 4_000) == 1_000
    assert refusals.wait_for(["key 999"], 6_000) == 0
    assert refusals.wait_for(["key 1"], 0) == 0
    assert refusals.wait_for([], 0) == 0


@pytest.mark.parametrize("text", ["80+20/minute", " 1+1/second", "600+300/hour", "100+100/day"])
def test_a_limit_is_written_as_it_is_read(text):
    assert str(read_limit(text)) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "80", "0+1/hour", "1+0/hour", "-1+1/hour", "80/minute", "80+20/week", "100+1/day"]
)
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="must be"):
        read_limit(text)


def test_none_is_no_limit_and_seconds_are_rounded_up():
    assert read_limit("none") is None
    assert [to_seconds(us) for us in (0, 1, SECOND, SECOND + 1)] == [1, 1, 1, 2]
