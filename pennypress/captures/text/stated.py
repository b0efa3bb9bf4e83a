"""A fundraising meter in words: "$789 raised of $4,700", "Gesammelt: 789 €", "Goal: $50K".

A figure is taken only where it says itself what it is. Lines hold nothing but sums and the words
for what was raised and what it should come to; a sentence is none, nor a sum that is offered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pennypress.captures.signs import WORDS, phrases, simplify
from pennypress.formats.amounts import AbsurdSum, UnclearSum, is_number, is_sum, read_sums
from pennypress.formats.items import Amount

from .lines import CapturedLine, width

LONGEST = 90  # columns of a line
LONGEST_PHRASE = 6  # words
LINES = 4  # a meter's lines, one below the other

_RAISED, _GOAL, _FILLERS = (phrases(WORDS[name]) for name in ("raised", "goal", "of_goal"))
_OF = frozenset(("of", "von", "de", "sur", "di", "из", "z", "ze", "av", "af", "od", "/", "out of",
                 "van", "do", "з", "の", "中"))  # fmt: skip
_SIGNS = r"[€£₽¥₹₪₩₴₺$]"
_SUM = re.compile(
    rf"(?:(?:CHF|EUR|USD|GBP|AUD|CAD|Fr\.?|kr\.?|Rs\.?|(?:[A-Z]{{1,3}})?{_SIGNS})\s?)?"
    r"\d[\d.,'’\s\u00a0\u202f]*(?:[kK]\b)?"
    rf"\s?(?:{_SIGNS}|(?:EUR|USD|CHF|GBP|kr|Kč|zł|Ft|lei|руб|грн|евро|euros?)\b\.?|[円元원])?"
)
_PERCENT = re.compile(r"\(?\s*\d+(?:[.,]\d+)?\s?%\s*\)?")


@dataclass(frozen=True, slots=True)
class Stated:
    """What lines state: a sum raised, a goal, or both; the first of them is line `number`."""

    number: int
    raised: Amount | None
    goal: Amount | None


def find_stated(lines: Sequence[CapturedLine]) -> Stated | str | None:
    """Return the meter that the lines state in words; a reason where it is unclear, else None."""
    found = list(_find_all(lines))
    whole = [each for each in found if each.raised and each.goal]
    if not whole:
        whole = [
            Stated(one.number, one.raised or two.raised, one.goal or two.goal)
            for one, two in pairwise(found)
            if two.number - one.number <= LINES and not (one.raised and two.raised)
            and not (one.goal and two.goal)
        ]  # fmt: skip
    if not whole:
        return "a sum raised or a goal is stated, but not both" if found else None
    first = whole[0]
    for other in whole[1:]:
        if (other.raised, other.goal) != (first.raised, first.goal) and (
            other.raised.number != first.raised.number or other.goal.number != first.goal.number  # type: ignore[union-attr]
        ):
            return "the page states more than one sum raised"
    return first


def _find_all(lines: Sequence[CapturedLine]) -> Iterator[Stated]:
    index = 0
    while index < len(lines):
        taken = 1
        if width(lines[index].text) <= LONGEST:
            for count in range(LINES, 0, -1):
                run = lines[index : index + count]
                if len(run) == count and (stated := _read_run(run)):
                    yield stated
                    taken = count
                    break
        index += taken


def _read_run(run: Sequence[CapturedLine]) -> Stated | None:
    if any(width(line.text) > LONGEST or line.gap > 2 for line in run[1:]):
        return None
    text = " ".join(line.content if line.mark else line.text for line in run)
    if len(text) > 2 * LONGEST or not any(char.isdigit() for char in text):
        return None
    text = _PERCENT.sub(" ", text)
    sums = [match for match in _SUM.finditer(text) if any(c.isdigit() for c in match[0])]
    if not 1 <= len(sums) <= 2:
        return None
    amounts = _read_amounts([match[0].strip() for match in sums])
    if amounts is None:
        return None
    edges = [0, *(edge for match in sums for edge in match.span()), len(text)]
    between = [
        simplify(text[start:end]) for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    meanings = _read_meanings(between, len(sums))
    if meanings is None:
        return None
    named = dict(zip(meanings, amounts, strict=True))
    return Stated(run[0].number, named.get("raised"), named.get("goal"))


def _read_meanings(between: Sequence[str], sums: int) -> list[str] | None:
    """Say what each sum is, by the words before, between and after; None if they say more."""
    kinds = [_kind(words) for words in between]
    if None in kinds:
        return None
    if sums == 1:
        kind = {kind for kind in kinds if kind}
        return [kind.pop()] if len(kind) == 1 and kind <= {"raised", "goal"} else None
    before, middle, after = kinds
    if middle == "raised of" or (middle == "of" and "raised" in (before, after)):
        return ["raised", "goal"]
    if (before, middle) == ("raised", "goal") and not after:
        return ["raised", "goal"]
    if (before, middle) == ("goal", "raised") and not after:
        return ["goal", "raised"]
    if not before and (middle, after) == ("raised", "goal"):
        return ["raised", "goal"]
    if not before and (middle, after) == ("goal", "raised"):
        return ["goal", "raised"]
    if middle == "of" and after == "goal" and not before:
        return ["raised", "goal"]
    return None


def _kind(words: str) -> str | None:
    """Say what words beside a sum mean: "" for none, None for words that say something else."""
    if not words:
        return ""
    if words in _RAISED:
        return "raised"
    if words in _OF:
        return "of"
    if words in _GOAL:
        return "goal"
    if words in _FILLERS:
        return "raised of"
    parts = words.split(" ")
    for at in range(1, min(len(parts), LONGEST_PHRASE)):
        head, tail = " ".join(parts[:at]), " ".join(parts[at:])
        if head in _RAISED and (tail in _OF or tail in _FILLERS):
            return "raised of"
        if head in _OF and tail in _GOAL:
            return "of"
    return None


def _read_amounts(texts: Sequence[str]) -> list[Amount] | None:
    """Read sums that stand together; a bare number beside one with a currency has the same."""
    thousands = [text.rstrip().lower().endswith("k") for text in texts]
    bare = [
        text.rstrip().rstrip("kK").strip() if k else text
        for text, k in zip(texts, thousands, strict=True)
    ]
    money = [text for text in bare if is_sum(text)]
    if not money or any(not is_sum(text) and not is_number(text) for text in bare):
        return None
    try:
        symbol = read_sums(money)[0].symbol
        read = read_sums([text if is_sum(text) else f"{text} {symbol}" for text in bare])
    except (AbsurdSum, UnclearSum):
        return None
    return [
        replace(amount, number=amount.number * (Decimal(1000) if k else 1), text=text)
        for amount, text, k in zip(read, texts, thousands, strict=True)
    ]
