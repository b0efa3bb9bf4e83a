"""Dates as pages write them: "23. Juni 2016 um 17:21 Uhr", "03/03/2011 14:17", "3 days ago"."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from .date_words import COMMON, find_ago, find_day_back, fold, month_words, weekday_words

LONGEST = 120  # characters of a text that is looked at
EARLIEST = 1990  # nobody commented on the web before
_CACHED = 20_000  # texts that a reader remembers

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?:[T ]\s?(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?")
_YMD = re.compile(
    r"(?<!\d)(\d{4})\s?(?:[./年년-])\s?(\d{1,2})\s?(?:[./月월-])\s?(\d{1,2})(?!\d)[日일.]?"
)
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
# A word of any script: marks of vowels are no letters for \w.
_WORD = r"""([^\W\d_][^\s\d.,،:;|/()\[\]<>"_–—-]+(?:[-'’][^\W\d_]+)?)"""
_OF = r"(?:\s*(?:(?:de|del|of|di|den|do|da)\b|d['’]))?"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|º|°|ª|er\b|st\b|nd\b|rd\b|th\b|-?го\b|[ae]\b)?{_OF}[\s\-/]*{_WORD}"
    rf"(?:\.?[,،]?{_OF}[\s\-/]*(?:ค\.ศ\.|พ\.ศ\.)?\s*(\d{{4}}|['’]\d\d)(?!\d|:))?"
)
_MONTH_DAY = re.compile(
    rf"{_WORD}\.?[\s\-]*(\d{{1,2}})(?!\d|:)(?:st|nd|rd|th)?(?:[,،]?\s*(\d{{4}})(?!\d|:))?"
)
_YEAR_MONTH_DAY = re.compile(
    rf"(?<!\d)(\d{{4}})\.?[\s\-/]*{_WORD}\.?[\s\-/]*(\d{{1,2}})(?!\d|:)\.?"
)
_YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4})\D{1,10}$")  # "2019. gada 5. marts"
_VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})(?:[\s,]+(?:năm\s+)?(\d{4}))?")
_TIME = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후)?\s*(?<!\d)(?P<h>\d{1,2})"
    r"(?:\s?[:h時시点點]\s?|\.(?=\d\d(?:\.\d\d)?(?:\s|$|uhr)))(?P<m>\d\d|\d(?=분))?"
    r"(?:[:.분分]\s?(?P<s>\d\d?))?(?!\d)초?"
    r"(?:\s*(?P<after>[ap]\.?\s?m\b\.?|[πμ]\.?\s?μ\.?|[mp]\.d\.|ptg\b|pg\b|[مص](?!\w)))?(?:\s*uhr\b)?"
    r"|(?<!\d)(?P<hh>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)",
    re.IGNORECASE,
)
_AFTER_NOON = frozenset(("pm", "μμ", "md", "ptg", "م"))
_BEFORE_NOON = frozenset(("am", "πμ", "pd", "pg", "ص"))
_ZONE = re.compile(
    r"\s*(?:\(?(?:GMT|UTC)?\s?([+-])(\d\d?):?(\d\d)?\b\)?"
    r"|\(?\b(Z|UTC|GMT|MEZ|MESZ|CET|CEST|WET|WEST|BST|EET|EEST|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT"
    r"|JST)\b\)?)"
)
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "MEZ": 1, "CET": 1, "MESZ": 2,
    "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9,
}  # fmt: skip
_APART = 16  # characters between a date and its time
_AFTERNOON, _MORNING = ("下午", "午後", "오후"), ("上午", "午前", "오전")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A moment in UTC, and which characters of the text say it.

    The moment is None where it counts from a time of capture that is not known.
    """

    moment: datetime | None
    start: int
    end: int
    timed: bool


class DateReader:
    """Reads the dates of one page, which are all in one language and written in one way.

    `captured` is when the page was saved: what "3 days ago" counts from. `offset` is the zone of
    times that name none.
    """

    def __init__(
        self,
        *,
        captured: datetime | None = None,
        language: str | None = None,
        offset: tzinfo = UTC,
    ) -> None:
        self.captured = captured.astimezone(offset) if captured else None
        self.language = language
        self.offset = offset
        self.day_first = language is None or language.lower() not in {"en", "en-us", "en_us"}
        self._seen: dict[str, FoundDate | None] = {}
        self._languages = list(dict.fromkeys([*([language] if language else []), *COMMON]))

    def learn(self, texts: Iterable[str]) -> None:
        """Learn from numeric dates whether days stand before months."""
        first = second = 0
        for text in texts:
            found = _NUMERIC.search(text)
            if found:
                first += int(found[1]) > 12
                second += int(found[3]) > 12
        if first != second:
            self.day_first = first > second

    def read(self, text: str) -> datetime | None:
        """The moment that a text says, wherever in it; None where it says none."""
        found = self.find(text)
        return found.moment if found else None

    def find(self, text: str) -> FoundDate | None:
        """The first date in a short text."""
        if len(text) > LONGEST or not may_hold_date(text):
            return None
        if text not in self._seen:
            if len(self._seen) >= _CACHED:
                self._seen.clear()
            self._seen[text] = self._find_in(text)
        return self._seen[text]

    def _find_in(self, text: str) -> FoundDate | None:
        """Find a date, whatever marks of direction stand within it."""
        if text.isascii() or not any(unicodedata.category(char) == "Cf" for char in text):
            return self._find(_simplify(text))
        places = [at for at, char in enumerate(text) if unicodedata.category(char) != "Cf"]
        found = self._find(_simplify("".join(text[at] for at in places)))
        if found is None:
            return None
        start, end = places[found.start], places[found.end - 1] + 1
        return FoundDate(found.moment, start, end, found.timed)

    def _find(self, text: str) -> FoundDate | None:
        for year, month, day, start, end in self._dates(text):
            if not (1 <= month <= 12 and 1 <= day <= 31):
                continue
            try:
                date = datetime(year, month, day, tzinfo=self.offset)
            except ValueError:
                continue
            return self._with_time(text, date, start, end)
        return self._find_relative(text)

    def _dates(self, text: str) -> Iterator[tuple[int, int, int, int, int]]:
        """Year, month, day, and where they stand."""
        for form in (_ISO, _YMD):
            if found := form.search(text):
                year = _full_year(found[1])
                if year:
                    yield year, int(found[2]), int(found[3]), found.start(), found.end(3)
        yield from self._named_dates(text)
        for found in _NUMERIC.finditer(text):
            day, month = int(found[1]), int(found[3])
            if month > 12 or (day <= 12 and not self.day_first and found[2] != "."):
                day, month = month, day
            if year := _full_year(found[4]):
                yield year, month, day, found.start(), found.end()
        if found := _VIETNAMESE.search(text):
            year = self._year(found[3], int(found[2]), int(found[1]))
            if year:
                yield year, int(found[2]), int(found[1]), found.start(), found.end()

    def _named_dates(self, text: str) -> Iterator[tuple[int, int, int, int, int]]:
        for form, groups in (
            (_DAY_MONTH, (3, 2, 1)),
            (_YEAR_MONTH_DAY, (1, 2, 3)),
            (_MONTH_DAY, (3, 1, 2)),
        ):
            at = 0
            while found := form.search(text, at):
                month = self._month(found[groups[1]])
                day = int(found[groups[2]])
                if month and 1 <= day <= 31:
                    start, written = found.start(), found[groups[0]]
                    earlier = _YEAR_BEFORE.search(text, 0, start) if not written else None
                    if earlier:
                        start, written = earlier.start(), earlier[1]
                    year = self._year(written, month, day)
                    if year:
                        yield year, month, day, start, found.end()
                at = found.start() + 1

    def _month(self, word: str) -> int | None:
        folded = fold(word)
        if folded[:1] == "ב" and len(folded) > 3:  # "in", in Hebrew
            folded = folded[1:]
        if self.language:
            month = month_words(self.language).get(folded)
            if month:
                return month
        if len(folded) < 3 and folded.isascii():
            return None  # short for a month in one language, and a word in another
        return month_words(None).get(folded)

    def _year(self, written: str | None, month: int, day: int) -> int | None:
        """The year that is written, else the last one in which that day has been."""
        if written:
            return _full_year(written.strip("'’"))
        if self.captured is None:
            return None
        now = self.captured
        return now.year if (month, day) <= (now.month, now.day + 1) else now.year - 1

    def _with_time(self, text: str, date: datetime, start: int, end: int) -> FoundDate:
        found = _TIME.search(text, end)
        if found and found.start() - end <= _APART and not text[end : found.start()].count("("):
            moment, after = self._at(text, date, found)
            if moment:
                return FoundDate(moment, self._before(text, start), after, True)
        for found in _TIME.finditer(text, 0, start):
            if start - found.end() <= _APART:
                moment, _after = self._at(text, date, found)
                if moment:
                    return FoundDate(moment, found.start(), end, True)
        return FoundDate(date.astimezone(UTC), self._before(text, start), end, False)

    def _before(self, text: str, start: int) -> int:
        """Where a date begins, with the weekday before it."""
        found = re.search(r"([^\W\d_]+)\.?,?\s*$", text[:start])
        if found and fold(found[1]) in weekday_words(None):
            return found.start()
        return start

    def _at(self, text: str, date: datetime, found: re.Match[str]) -> tuple[datetime | None, int]:
        hour = int(found["h"] or found["hh"])
        half = re.sub(r"[\s.]", "", found["after"] or found["half"] or "").lower()
        before = found["before"] or ""
        if half in _AFTER_NOON or before in _AFTERNOON:
            hour = hour % 12 + 12
        elif hour == 12 and (half in _BEFORE_NOON or before in _MORNING):
            hour = 0
        minute, second = int(found["m"] or 0), int(found["s"] or 0)
        if hour > 23 or minute > 59 or second > 59:
            return None, 0
        zone, end = _read_zone(text, found.end())
        moment = date.replace(hour=hour, minute=minute, second=second)
        if zone is not None:
            moment = moment.replace(tzinfo=zone)
        try:
            return moment.astimezone(UTC), end
        except OverflowError:
            return None, 0

    def _find_relative(self, text: str) -> FoundDate | None:
        back = find_day_back(text)
        if back:
            if self.captured is None:
                return FoundDate(None, back[1], back[2], False)
            date = self.captured - timedelta(days=back[0])
            date = date.replace(hour=0, minute=0, second=0, microsecond=0)
            return self._with_time(text, date, back[1], back[2])
        ago = find_ago(text, self._languages)
        if ago is None or ago[0] > timedelta(days=365 * 40):
            return None
        moment = (self.captured - ago[0]).astimezone(UTC) if self.captured else None
        return FoundDate(moment, ago[1], ago[2], False)


def read_stamp(text: str, offset: tzinfo = UTC) -> datetime | None:
    """The moment that a machine-readable stamp says: ISO 8601, or seconds since 1970."""
    text = text.strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    found = _ISO.match(text)
    if found is None or not EARLIEST <= int(found[1]) <= 2100:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in found.groups()), tzinfo=offset)  # type: ignore[misc,arg-type]
        zone, _end = _read_zone(text, found.end())
        return (moment.replace(tzinfo=zone) if zone is not None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_offset(text: str) -> tzinfo | None:
    """The zone that a machine-readable stamp names."""
    found = _ISO.match(text.strip())
    return _read_zone(text.strip(), found.end())[0] if found and found[4] else None


def may_hold_date(text: str) -> bool:
    """Say whether a text can say a date at all; quick."""
    if any(char.isdigit() for char in text):
        return True
    return len(text) < 40 and (find_day_back(text) is not None or " ago" in text)


def _read_zone(text: str, at: int) -> tuple[tzinfo | None, int]:
    found = _ZONE.match(text, at)
    if found is None:
        return None, at
    if found[4]:
        hours = _ZONES[found[4]]
        return (UTC if not hours else timezone(timedelta(hours=hours))), found.end()
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if size > timedelta(hours=14):
        return None, at
    return timezone(size if found[1] == "+" else -size), found.end()


def _full_year(written: str) -> int | None:
    year = int(written)
    if len(written) == 2:
        year += 2000 if year < 70 else 1900
    if 2480 < year < 2643:  # counted from the Buddha
        year -= 543
    return year if EARLIEST <= year <= 2100 else None


def _simplify(text: str) -> str:
    """The same text, character by character, with ASCII digits and plain spaces."""
    if text.isascii():
        return text.replace("\n", " ").replace("\t", " ")
    simple = []
    for char in text:
        digit = unicodedata.decimal(char, None)
        simple.append(str(digit) if digit is not None else " " if char.isspace() else char)
    return "".join(simple)
