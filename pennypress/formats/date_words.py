"""The words of dates in many languages, from Unicode's CLDR: months, weekdays, "3 days ago"."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta

# The languages that are tried when a page's own does not know a word; the first one wins.
# fmt: off
COMMON = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "cs", "sk", "hu", "ro", "sv", "nb",
    "da", "fi", "is", "tr", "el", "bg", "hr", "sr", "sr_Latn", "sl", "mk", "sq", "lt", "lv", "et",
    "ca", "eu", "gl", "be", "ar", "fa", "he", "hi", "bn", "id", "ms", "vi", "th", "ja", "zh", "ko",
)
_UNITS = {
    "year": timedelta(days=365), "month": timedelta(days=30), "week": timedelta(days=7),
    "day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
# CLDR has no words for these in the data that Babel carries.
_DAYS_BACK = {
    "today": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "oggi": 0, "hoje": 0, "vandaag": 0,
    "dzisiaj": 0, "dziś": 0, "сегодня": 0, "сьогодні": 0, "dnes": 0, "ma": 0, "i dag": 0,
    "idag": 0, "tänään": 0, "bugün": 0, "σήμερα": 0, "днес": 0, "danas": 0, "اليوم": 0, "היום": 0,
    "今日": 0, "今天": 0, "오늘": 0, "hôm nay": 0, "hari ini": 0, "azi": 0, "astăzi": 0,
    "yesterday": 1, "gestern": 1, "hier": 1, "ayer": 1, "ieri": 1, "ontem": 1, "gisteren": 1,
    "wczoraj": 1, "вчера": 1, "вчора": 1, "včera": 1, "tegnap": 1, "i går": 1, "igår": 1,
    "eilen": 1, "dün": 1, "χθες": 1, "jučer": 1, "juče": 1, "أمس": 1, "אתמול": 1, "昨日": 1,
    "昨天": 1, "어제": 1, "hôm qua": 1, "kemarin": 1, "vorgestern": 2, "avant-hier": 2,
}
# fmt: on
_DAY_BACK = re.compile("|".join(map(re.escape, sorted(_DAYS_BACK, key=len, reverse=True))))
_WORD = re.compile(r"[^\W\d_]+")
_ONE = re.compile(r"\b(?:an?|one|eine[mnr]?|un[ae]?)\b", re.IGNORECASE)
_SHORT_AGO = re.compile(
    r"(\d{1,3})\s*(yrs?|years?|mths?|mos?|months?|wks?|weeks?|w|days?|d|hrs?|hours?|h|mins?|minutes?"
    r"|m|secs?|seconds?|s)\.?\s+ago",
    re.IGNORECASE,
)
_SHORT_UNITS = {
    "y": "year", "mo": "month", "mt": "month", "w": "week", "d": "day", "h": "hour",
    "mi": "minute", "m": "minute", "s": "second",
}  # fmt: skip


def fold(word: str) -> str:
    """A word as it is looked up: whatever its case, without its final dot."""
    return unicodedata.normalize("NFC", word).casefold().rstrip(".")


@cache
def month_words(language: str | None) -> dict[str, int]:
    """The names of months in one language, or in all common ones (None), folded."""
    if language is None:
        merged: dict[str, int] = {}
        for each in COMMON:
            merged = month_words(each) | merged
        return merged
    words: dict[str, int] = {}
    locale = _load(language)
    for use in ("format", "stand-alone") if locale else ():
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[use][width].items():  # type: ignore[union-attr]
                word = fold(str(name))
                if len(word) > 1 and not any(char.isdigit() for char in word):
                    words.setdefault(word, number)
    if language.startswith("en"):
        words["sept"] = 9
    if language.startswith("de"):
        words |= {"jänner": 1, "mär": 3, "mrz": 3, "maerz": 3}
    return words


@cache
def weekday_words(language: str | None) -> frozenset[str]:
    """The names of weekdays, folded."""
    if language is None:
        return frozenset().union(*(weekday_words(each) for each in COMMON))
    locale = _load(language)
    return frozenset(
        fold(str(name))
        for use in (("format", "stand-alone") if locale else ())
        for width in ("wide", "abbreviated")
        for name in locale.days[use][width].values()  # type: ignore[union-attr]
        if len(name) > 1
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """A way of saying how long ago something was: the number stands where the group is."""

    pattern: re.Pattern[str]
    length: timedelta
    words: frozenset[str]


@cache
def _ago_forms(language: str) -> dict[str, list[_Form]]:
    """How a language says that something was some time ago, by the longest word of each way."""
    locale = _load(language)
    forms: dict[str, _Form] = {}
    for unit, length in _UNITS.items() if locale else ():
        for number in (1, 2, 5, 21):
            for width in ("long", "short", "narrow"):
                said = format_timedelta(
                    -number * length,
                    unit,  # type: ignore[arg-type]
                    threshold=10**6,
                    add_direction=True,
                    format=width,
                    locale=locale,
                )
                said = " ".join(said.split())
                if said.count(str(number)) == 1 and len(said) > len(str(number)) + 1:
                    before, after = said.split(str(number))
                    form = rf"{re.escape(before)}(\d{{1,3}}){re.escape(after)}"
                    pattern = re.compile(form.replace(r"\ ", r"\s*"), re.IGNORECASE)
                    forms.setdefault(form, _Form(pattern, length, frozenset(_words(said))))
    by_word: dict[str, list[_Form]] = {}
    for each in forms.values():
        if each.words:
            by_word.setdefault(max(each.words, key=lambda word: (len(word), word)), []).append(each)
    return by_word


@cache
def _all_forms(languages: tuple[str, ...]) -> dict[str, list[tuple[int, _Form]]]:
    """The ways of several languages, with their rank among these."""
    merged: dict[str, list[tuple[int, _Form]]] = {}
    for rank, language in enumerate(languages):
        for word, forms in _ago_forms(language).items():
            merged.setdefault(word, []).extend((rank, form) for form in forms)
    return merged


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def find_ago(text: str, languages: Iterable[str]) -> tuple[timedelta, int, int] | None:
    """Find how long ago something was, said in one of these languages, and where it is said."""
    short = _SHORT_AGO.search(text)
    if short:
        word = short[2].lower()
        unit = _SHORT_UNITS.get(word[:2]) or _SHORT_UNITS[word[0]]
        return int(short[1]) * _UNITS[unit], short.start(), short.end()
    if not any(char.isdigit() for char in text):
        whole = len(text)
        text = _ONE.sub("1", text, count=1)
        one = find_ago(text, languages) if "1" in text else None
        return (one[0], 0, whole) if one else None
    words = set(_words(text))
    forms = _all_forms(tuple(languages))
    best: tuple[int, int, timedelta, int, int] | None = None
    for rank, form in (each for word in words for each in forms.get(word, ())):
        found = form.pattern.search(text) if form.words <= words else None
        if found:
            length = found.end() - found.start()
            this = (-rank, length, int(found[1]) * form.length, found.start(), found.end())
            best = this if best is None or this[:2] > best[:2] else best
    return (best[2], best[3], best[4]) if best else None


def find_day_back(text: str) -> tuple[int, int, int] | None:
    """Find "today", "yesterday" and their like: how many days back, and where it is said."""
    folded = text[:40].lower().replace("’", "'")
    for found in _DAY_BACK.finditer(folded):
        around = folded[found.start() - 1 : found.start()] + folded[found.end() : found.end() + 1]
        if found.start() > 12:
            break
        if not (found[0].isascii() and any(char.isalpha() for char in around)):
            return _DAYS_BACK[found[0]], found.start(), found.end()
    return None


def _load(language: str) -> Locale | None:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        pass
    try:
        return Locale.parse(re.split("[-_]", language)[0])
    except (UnknownLocaleError, ValueError):
        return None
