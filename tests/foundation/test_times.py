"""One way to write a time down, and to read it back."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.foundation.times import iso, read_iso, read_rfc3339, rfc3339

pytestmark = pytest.mark.once

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
FIRST, LAST = dt.date(1000, 1, 2), dt.date(9999, 12, 30)
TIMES = st.datetimes(
    dt.datetime.combine(FIRST, dt.time()), dt.datetime.combine(LAST, dt.time()), timezones=ZONES
)
FINENESS = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}


@given(TIMES)
def test_bytes_are_those_that_the_record_has_committed_to(time):
    assert iso(time) == time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert rfc3339(time, "microseconds") == time.astimezone(dt.UTC).strftime(
        "%Y-%m-%dT%H:%M:%S.%fZ"
    )
    assert iso(time.date()) == time.date().isoformat()


@given(TIMES, st.sampled_from(sorted(FINENESS)))
def test_what_is_written_is_read_back_to_its_fineness(time, to):
    cut = time.microsecond // FINENESS[to] * FINENESS[to]
    assert read_rfc3339(rfc3339(time, to)) == time.replace(microsecond=cut)
    assert read_rfc3339(time.isoformat()) == time
    assert read_iso(iso(time)) == time.replace(microsecond=0)
    assert read_iso(iso(time.date())) == time.date()


@given(st.lists(TIMES), st.sampled_from(sorted(FINENESS)))
def test_texts_sort_as_the_times_do(times, to):
    ordered = [rfc3339(time, to) for time in sorted(times)]
    assert ordered == sorted(ordered)


@given(st.datetimes())
def test_a_time_without_its_zone_is_refused(time):
    for write in (rfc3339, iso):
        with pytest.raises(ValueError, match="aware"):
            write(time)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-11-09", "2026-11-09T17:04:05", "2026-11-09 17:04:05Z"),
        *(
            "2026-11-09T17:04Z",
            "20261109T170405Z",
            "2026-W46-1T17:04:05Z",
            "2026-11-09T17:04:05,1Z",
        ),
        *("2026-13-09T17:04:05Z", "2026-11-09T24:04:05Z", "2026-12-31T23:59:60Z"),
        *("2026-11-09T17:04:05Z\n", "٢٠٢٦-11-09T17:04:05Z", "2026-11-09T17:04:05+0100"),
    ],
)
def test_what_is_no_rfc_3339_is_not_read(text):
    with pytest.raises(ValueError):
        read_rfc3339(text)


@given(st.text("0123456789-T:Z+.", max_size=30))
def test_any_text_is_a_time_or_a_plain_error(text):
    try:
        time = read_rfc3339(text)
    except ValueError:
        return
    assert time.utcoffset() is not None
    assert re.match(r"\d{4}-\d\d-\d\dT", text)
