"""Dates are read as pages write them, in any language, and nothing else is taken for one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel.dates import format_datetime

from pennypress.formats.dates import DateReader, read_offset, read_stamp

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "moment"),
    [
        ("de", "23. Juni 2016 um 17:21\u00a0Uhr", "2016-06-23T17:21"),
        ("de", "14. 01. 2020, \n\t13:47", "2020-01-14T13:47"),
        ("en", "February 23, 2017 at 12:33 pm", "2017-02-23T12:33"),
        ("en", "12:33 am on February 23, 2017", "2017-02-23T00:33"),
        ("en", "5/13/2020 4:05:06 PM", "2020-05-13T16:05:06"),
        ("fr", "le 3 août 2019 à 14h33", "2019-08-03T14:33"),
        ("es", "5 de mayo de 2021 a las 9:07", "2021-05-05T09:07"),
        ("ru", "12 мая 2020 в 14:05", "2020-05-12T14:05"),
        ("hu", "2020. május 3. 14:22", "2020-05-03T14:22"),
        ("el", "3 Μαΐου 2020 στις 2:05 μ.μ.", "2020-05-03T14:05"),
        ("ar", "٣ مايو ٢٠٢٠ ١٤:٠٥", "2020-05-03T14:05"),
        ("vi", "ngày 5 tháng 6 năm 2020 lúc 10:00", "2020-06-05T10:00"),
        ("ja", "2020年5月3日 14時05分", "2020-05-03T14:05"),
        ("ko", "2020년 5월 3일 오후 3:05", "2020-05-03T15:05"),
        ("en", "Thu, 05 Mar 2020 10:00:00 +0200", "2020-03-05T08:00"),
        ("de", "5. März 2020, 10:00 MEZ", "2020-03-05T09:00"),
        ("en", "3 yr. ago", "2023-11-28T12:00"),
        ("en", "an hour ago", "2026-11-27T11:00"),
        ("de", "vor 3 Tagen", "2026-11-24T12:00"),
        ("ja", "3時間前", "2026-11-27T09:00"),
        ("en", "Yesterday at 3:05 PM", "2026-11-26T15:05"),
        ("sv", "igår 14:05", "2026-11-26T14:05"),
        ("en", "May 3", "2026-05-03T00:00"),
        ("en", "December 3", "2025-12-03T00:00"),
    ],
)
def test_a_date_is_read(language, text, moment):
    reader = DateReader(captured=NOW, language=language)
    assert reader.read(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


LANGUAGES = (
    "en de fr es it pt nl pl cs sk ru uk be bg sr hr sl mk ro hu el tr sv da nb fi is et lv lt ca "
    "gl sq id ms ja zh ko ar he fa hi bn ta hy"
)


@pytest.mark.parametrize("language", LANGUAGES.split())
@pytest.mark.parametrize("form", ["long", "medium"])
def test_dates_of_this_language_are_read_as_unicode_writes_them(language, form):
    for month in range(1, 13):
        moment = datetime(2019, month, 29 - 2 * month, 15 - month, 7, tzinfo=UTC)
        text = format_datetime(moment, form, locale=language)
        found = DateReader(language=language).read(text)
        assert found is not None, text
        assert found.replace(second=0) == moment, text


@pytest.mark.parametrize(
    "text",
    ["12 likes", "Reply", "3 comments", "1.234,50 €", "99/99/2020", "31.31.2020", "room 101"],
)
def test_no_date_is_read_into_other_words(text):
    assert DateReader(captured=NOW, language="en").find(text) is None


def test_a_date_is_found_within_a_line():
    found = DateReader(language="de").find("Anna am 3. Mai 2020 um 10:00 Uhr schrieb:")
    assert (found.start, found.end, found.timed) == (8, 32, True)


def test_what_counts_from_an_unknown_day_has_no_moment():
    found = DateReader(language="en").find("2 hours ago")
    assert found.moment is None
    assert (found.start, found.end) == (0, 11)


def test_the_order_of_day_and_month_is_learnt_from_the_page():
    reader = DateReader(language="en")
    assert reader.read("03/04/2011") == datetime(2011, 3, 4, tzinfo=UTC)
    reader = DateReader(language="en")
    reader.learn(["25/12/2011"])
    assert reader.read("03/04/2011") == datetime(2011, 4, 3, tzinfo=UTC)


def test_times_without_a_zone_are_in_the_pages():
    reader = DateReader(language="de", offset=timezone(timedelta(hours=2)))
    assert reader.read("3.5.2020 10:00") == datetime(2020, 5, 3, 8, tzinfo=UTC)


def test_stamps_for_machines_are_read():
    assert read_stamp("2020-01-14T13:47:02+01:00") == datetime(2020, 1, 14, 12, 47, 2, tzinfo=UTC)
    assert read_stamp("2014-02-07 10:53:03Z") == datetime(2014, 2, 7, 10, 53, 3, tzinfo=UTC)
    assert read_stamp("1579006022") == datetime(2020, 1, 14, 12, 47, 2, tzinfo=UTC)
    assert read_stamp("2020-13-45T99:99") is None
    assert read_stamp("yesterday") is None
    assert read_offset("2020-01-14T13:47:02+01:00") == timezone(timedelta(hours=1))
    assert read_offset("2020-01-14") is None
