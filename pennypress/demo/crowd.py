"""A crowd for the demo newspaper: a long, busy discussion about the times of the Sunday ferry.

The comments are put together from the parts of sentences in `crowd.toml`. People keep their
occupation, their opinion and their way of writing the time throughout, so that two comments under
one name can stand together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from .data import FOLDER, DemoComment, read_toml

# keep: the last boat stays at 19:40; adjust: something in between; move: 16:10 will do.
Opinion: TypeAlias = Literal["keep", "adjust", "move"]


class Voice(BaseModel):
    """Someone with a reason to care: how they begin, and what only they would say.

    `ages` are the youngest and the oldest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    opinion: Opinion
    ages: tuple[int, int] = (30, 60)
    openings: tuple[str, ...]
    middles: tuple[str, ...]


class Phrases(BaseModel):
    """The parts of sentences, and the names of those who say them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    general_openings: tuple[str, ...]
    agreeing: tuple[str, ...]
    differing: tuple[str, ...]
    listening: tuple[str, ...]
    returning: tuple[str, ...]
    answering_nobody: tuple[str, ...]
    middles: dict[Opinion, tuple[str, ...]]
    endings: dict[Opinion, tuple[str, ...]]
    voices: dict[str, Voice]


@cache
def load_phrases() -> Phrases:
    """Read what the crowd says; raises BadDemoData."""
    return read_toml(FOLDER / "crowd.toml", Phrases)


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMERALS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

MOST_DEPTH = 8
FEWEST_WORDS, MOST_WORDS = 15, 60
TOP_LEVEL_SHARE = 0.35
NAMELESS_SHARE = 0.08
RETURNING_SHARE = 0.4  # of the replies that could answer an answer to one's own comment
DEALS_OF_REST = 60  # about fifteen comments
# A few comments that everybody answers: which thread each begins, and its share of all comments.
MAGNETS = {1: 0.06, 8: 0.035, 21: 0.025, 55: 0.018}
# The story is two days old and came out at nine: nobody comments on it from the future.
FIRST_MINUTE, LAST_MINUTE = 3, 2_300
HOUR_OF_STORY = 9

_CHOICE = re.compile(r"\[([^\[\]]+)\]")
_SLOT = re.compile(r"\{(\w+)\}")
# First words that are not somebody's first name.
_NO_FIRST_NAME = {"Mrs", "Old", "The", "Two", "G.", "R.", "סבא"}
_TIMES = {"first": (9, 10), "noon": (12, 40), "new": (16, 10), "last": (19, 40), "early": (7, 30)}
# Times of day that a comment is free to name: from and until, in five-minute steps.
_TIME_RANGES = {
    "dawn": ((3, 20), (4, 50)),
    "morning": ((6, 40), (7, 45)),
    "afternoon": ((16, 45), (18, 0)),
    "evening": ((20, 15), (21, 0)),
}
_WORD_RANGES = {"few": (2, 6), "small": (4, 9), "teens": (12, 19), "small_age": (11, 15)}
_FIGURE_RANGES = {"more": (21, 64), "hundreds": (110, 480), "minutes": (11, 34)}


@dataclass(frozen=True)
class CrowdMember:
    """A reader who comments. `proposal` is their favourite time, in minutes after midnight."""

    name: str | None
    voice: Voice
    age: int
    years: int
    clock: Literal["colon", "point", "words"]
    proposal: int

    @property
    def called(self) -> str:
        """What others call them: the first name where there is one."""
        name = self.name or ""
        first = name.split()[0] if name else ""
        east_asian = first > "\u2e80"
        return name if first in _NO_FIRST_NAME or east_asian else first

    @property
    def writes_right_to_left(self) -> bool:
        """Whether the name is in Arabic or Hebrew script."""
        return unicodedata.bidirectional((self.name or " ")[0]) in {"R", "AL"}


@dataclass
class Place:
    """A comment's place in the discussion."""

    key: str
    person: CrowdMember
    minutes: int
    parent: Place | None = None
    attracts: int = 0  # direct replies still to come, for a comment that everybody answers

    @property
    def depth(self) -> int:
        return 1 if self.parent is None else self.parent.depth + 1


@dataclass
class Deck:
    """Deals parts of sentences so that neighbours, and one person's comments, differ."""

    rng: Random
    dealt: int = 0
    last_dealt: dict[str, int] = field(default_factory=dict)
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def deal(self, pool: Sequence[str], holders: Sequence[str]) -> str:
        """Return the part of `pool` that the holders have used least, preferring a rested one."""
        uses = {part: sum(self.spent[holder, part] for holder in holders) for part in pool}
        for part in pool:
            uses[part] += self.dealt - self.last_dealt.get(part, -DEALS_OF_REST) < DEALS_OF_REST
        fewest = min(uses.values())
        fresh = [part for part in pool if uses[part] == fewest]
        fresh.sort(key=lambda part: self.last_dealt.get(part, 0))
        part = self.rng.choice(fresh[: (len(fresh) + 1) // 2])
        self.dealt += 1
        self.last_dealt[part] = self.dealt
        self.spent.update((holder, part) for holder in holders)
        return part


def make_crowd(count: int, seed: int) -> Iterator[DemoComment]:
    """Yield `count` comments on the Sunday ferry, parents first and in order of time.

    The same `count` and `seed` always give the same comments.
    """
    rng = Random(seed)
    people = [_make_person(name, number, rng) for number, name in enumerate(load_phrases().names)]
    rng.shuffle(people)
    # A few people talk a great deal and most of them a little.
    loudness = [1 / (rank + 10) ** 0.6 for rank in range(len(people))]
    deck = Deck(rng)
    placed: list[Place] = []
    threads = 0
    for number, (kind, minutes) in enumerate(
        zip(_draw_kinds(count, rng), _draw_times(count, rng), strict=True), start=1
    ):
        parent = None if kind == "thread" else _choose_parent(kind, placed, minutes, rng)
        person = _choose_person(parent, people, loudness, rng)
        place = Place(f"ferry-{number}", person, minutes, parent)
        if parent is None:
            place.attracts = round(MAGNETS.get(threads, 0) * count)
            threads += 1
        elif parent.attracts:
            parent.attracts -= 1
        placed.append(place)
        yield DemoComment(
            key=place.key,
            parent=parent.key if parent else None,
            name=person.name,
            text=_compose(place, deck),
            minutes_after=minutes,
        )


def _draw_kinds(count: int, rng: Random) -> list[str]:
    """What each comment is: a new thread, a reply to one of the magnets, or another reply."""
    threads = round(count * TOP_LEVEL_SHARE)
    drawn_in = sum(round(count * share) for share in MAGNETS.values())
    kinds = ["thread"] * threads + ["magnet"] * drawn_in
    kinds += ["reply"] * (count - len(kinds))
    rng.shuffle(kinds)
    return kinds


def _draw_times(count: int, rng: Random) -> list[int]:
    """Minutes after the story, ascending: lively at first, fading, and quiet at night."""
    times: list[int] = []
    while len(times) < count:
        minutes = rng.randrange(FIRST_MINUTE, LAST_MINUTE)
        hour = (HOUR_OF_STORY + minutes / 60) % 24
        awake = 0.05 if hour < 6 else 1
        if rng.random() < awake / (1 + minutes / 900):
            times.append(minutes)
    return sorted(times)


def _choose_parent(kind: str, placed: list[Place], minutes: int, rng: Random) -> Place | None:
    """The comment to answer; None, so a new thread, while there is nothing to answer yet."""
    if kind == "magnet":
        magnets = [place for place in placed if place.attracts and place.minutes < minutes]
        if magnets:
            return rng.choices(magnets, [place.attracts for place in magnets])[0]
    # Half of the replies carry on a conversation, the others turn back to something older.
    reach, least_depth = rng.choice([(15, 3), (15, 2), (90, 1), (len(placed), 1)])
    for candidates in (placed[-reach:], placed):
        open_to_replies = [
            place
            for place in candidates
            if place.minutes < minutes and least_depth <= place.depth < MOST_DEPTH
            if not place.attracts
        ]
        if open_to_replies:
            return rng.choice(open_to_replies)
        least_depth = 1
    return None


def _make_person(name: str | None, number: int, rng: Random) -> CrowdMember:
    voices = list(load_phrases().voices.values())
    voice = voices[number % len(voices)]
    return CrowdMember(
        name=name,
        voice=voice,
        age=rng.randint(*voice.ages),
        years=rng.randint(7, 33),
        clock=rng.choice(("colon", "colon", "point", "words")),
        proposal=rng.randrange(17 * 60 + 5, 18 * 60 + 45, 5),
    )


def _choose_person(
    parent: Place | None, people: list[CrowdMember], loudness: list[float], rng: Random
) -> CrowdMember:
    if rng.random() < NAMELESS_SHARE:
        return _make_person(None, rng.randrange(len(load_phrases().voices)), rng)
    if parent and parent.parent and parent.parent.person.name and rng.random() < RETURNING_SHARE:
        return parent.parent.person
    while True:
        person = rng.choices(people, loudness)[0]
        if parent is None or person != parent.person:
            return person


def _compose(place: Place, deck: Deck) -> str:
    """A comment's text, of FEWEST_WORDS to MOST_WORDS words."""
    person, rng = place.person, deck.rng
    # What was said by this person, in the comment answered or beside it is not dealt again soon.
    holders = [place.key]
    if person.name:
        holders.append(person.name)
    if place.parent:
        holders.append(place.parent.key)
    opinion = person.voice.opinion
    own_middle = deck.deal(person.voice.middles, holders)
    shared_middle = deck.deal(load_phrases().middles[opinion], holders)
    middles = [own_middle, shared_middle] if rng.random() < 0.5 else [shared_middle, own_middle]
    openings = _choose_openings(place, rng)
    if place.parent and place.parent.person.writes_right_to_left:
        # A first word in Arabic or Hebrew script would turn the whole comment round.
        openings = [part for part in openings if not part.startswith("{name}")]
    opening = deck.deal(openings, holders)
    ending = deck.deal(load_phrases().endings[opinion], holders)
    plan = rng.choices(
        [
            [opening, middles[0], ending],
            [opening, middles[0]],
            [opening, *middles],
            [opening, *middles, ending],
            [middles[0], ending],
        ],
        [45, 25, 12, 8, 10 if place.parent is None else 0],
    )[0]
    drawn: set[str] = set()
    sentences = [_fill(part, place, drawn, rng) for part in plan]
    if _count_words(sentences) < FEWEST_WORDS:
        sentences.insert(-1, _fill(middles[1], place, drawn, rng))
    while _count_words(sentences) > MOST_WORDS:
        sentences.pop()
    text = " ".join(sentences)
    if len(sentences) > 2 and _count_words(sentences) > 35 and rng.random() < 0.4:
        text = " ".join(sentences[:-1]) + "\n\n" + sentences[-1]
    return text


def _choose_openings(place: Place, rng: Random) -> Sequence[str]:
    """The beginnings to choose from, by what is answered and whether the two agree."""
    person, parent, phrases = place.person, place.parent, load_phrases()
    if parent is None or (parent.parent is None and rng.random() < 0.25):
        return person.voice.openings if rng.random() < 0.5 else phrases.general_openings
    if parent.person.name is None:
        return phrases.answering_nobody
    if parent.parent and parent.parent.person == person:
        return phrases.returning
    if rng.random() < 0.35:
        return phrases.listening
    same = parent.person.voice.opinion == person.voice.opinion
    return phrases.agreeing if same else phrases.differing


def _fill(part: str, place: Place, drawn: set[str], rng: Random) -> str:
    """Choose among the alternatives, fill the slots and begin with a capital."""
    text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), part)
    text = _SLOT.sub(lambda found: _fill_slot(found[1], place, drawn, rng), text)
    return text if part.startswith("{name}") else text[0].upper() + text[1:]


def _fill_slot(slot: str, place: Place, drawn: set[str], rng: Random) -> str:
    """The words for one slot. `drawn` keeps a comment from naming one month twice."""
    person = place.person
    if slot in _TIMES:
        hour, minute = _TIMES[slot]
        return _tell_time(hour * 60 + minute, person.clock)
    if slot in _TIME_RANGES:
        start, end = (hour * 60 + minute for hour, minute in _TIME_RANGES[slot])
        return _tell_time(rng.randrange(start, end + 1, 5), person.clock)
    if slot in _WORD_RANGES:
        return _spell(rng.randint(*_WORD_RANGES[slot]))
    if slot in _FIGURE_RANGES:
        return str(rng.randint(*_FIGURE_RANGES[slot]))
    if slot == "month":
        month = rng.choice([month for month in MONTHS if month not in drawn])
        drawn.add(month)
        return month
    return {
        "name": place.parent.person.called if place.parent else "",
        "proposal": _tell_time(person.proposal, person.clock),
        "age": _spell(person.age),
        "years": _spell(person.years),
        "old_age": _spell(90 + person.years % 7),
        "part": ("fifth", "quarter", "third", "sixth")[person.years % 4],
    }[slot]


def _tell_time(minutes: int, clock: str) -> str:
    """A time of day as this person writes it: 17:20, 17.20 or twenty past five."""
    hour, minute = divmod(minutes, 60)
    if clock != "words":
        return f"{hour:02}{':' if clock == 'colon' else '.'}{minute:02}"
    nearest = hour if minute <= 30 else hour + 1
    hour_word = NUMERALS[(nearest - 1) % 12 + 1]
    if minute == 0:
        return f"{hour_word} o’clock"
    distance = min(minute, 60 - minute)
    words = {15: "quarter", 30: "half"}.get(distance) or _spell(distance)
    return f"{words} {'past' if minute <= 30 else 'to'} {hour_word}"


def _spell(number: int) -> str:
    """A whole number below one hundred in words."""
    if number < len(NUMERALS):
        return NUMERALS[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f"-{NUMERALS[ones]}" if ones else "")


def _count_words(sentences: Sequence[str]) -> int:
    return len(" ".join(sentences).split())
