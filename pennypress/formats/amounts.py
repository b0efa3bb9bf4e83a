"""Sums of money as pages write them: "2,350 $", "€ 1.234,50", "1 234,50 kr", "CHF 1'000.–".

Only a line that is nothing but one sum counts as one: a number with one currency mark before or
after it. The mark is known by its kind (a Unicode currency sign, an ISO 4217 code, a customary
abbreviation), the number by its groups and decimals, in the digits of any script.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.core import get_global

from .items import Amount

LARGEST = 10**12  # whole units; no newsroom's fund comes near, but a telephone number does
FINEST = 3  # decimals of the finest currencies that people pay with (dinars)
LONGEST = 40  # characters of a number

_CODES: frozenset[str] = frozenset(get_global("all_currencies"))
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# fmt: off
_ABBREVIATIONS = frozenset((
    "kr", "kč", "zł", "ft", "fr", "sfr", "rs", "rm", "rp", "tl", "lei", "din", "euro", "euros",
    "дин", "ден", "лв", "руб", "р", "грн", "сум", "тг", "евро", "ευρώ", "円", "元", "圆", "원",
    "ש״ח", "دينار", "درهم", "ريال", "جنيه", "ليرة", "د.إ", "ر.س", "ج.م", "د.ك",
))
# fmt: on
_SAME = str.maketrans(
    {"’": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'", "٬": "'", "．": ".", "，": ",", "،": ","}
    | {"−": "-", "–": "-", "—": "-", "＋": "+"}
)
_DIGIT = re.compile(r"\d")
_SUM = re.compile(r"(?P<before>[^0-9]*)(?P<number>[0-9](?:.*[0-9])?)(?P<after>[^0-9]*)")
_BETWEEN = re.compile(r"[\s/|·•;]+")
_NUMBER = re.compile(r"[0-9][0-9.,'٫ ]*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
_WITHOUT_CENTS = re.compile(r"[.,]-{1,2}")  # "5,–" is a round five


class AbsurdSum(ValueError):
    """A sum that nobody can have meant: negative, in powers of ten, beyond all bounds."""


class UnclearSum(ValueError):
    """A sum whose number can be read in two ways, or in none."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with the marks that it was written with."""

    value: Decimal
    group: str | None = None
    decimal: str | None = None
    either: bool = False  # the group mark could be a decimal mark: "1.234"


def is_sum(text: str) -> bool:
    """Say whether the text is nothing but one sum of money, be it an absurd one."""
    return _take_apart(text) is not None


def is_number(text: str) -> bool:
    """Say whether the text is a bare number, with no currency."""
    if len(text) > LONGEST or not _DIGIT.search(text):
        return False
    return _NUMBER.fullmatch(_simplify(text)) is not None


def is_row_of_sums(text: str) -> bool:
    """Say whether the text is nothing but several sums, as in "5 € / 10 € / 25 €"."""
    if len(text) > 5 * LONGEST or not _DIGIT.search(text):
        return False
    parts = [part for part in _BETWEEN.split(text) if part]
    symbols = sum(_is_symbol(_trim(part)) or is_sum(part) for part in parts)
    return symbols > 1 and symbols + sum(is_number(part) for part in parts) == len(parts)


def read_sum(text: str) -> Amount:
    """Return the one sum that the text is. Raises AbsurdSum or UnclearSum."""
    return read_sums([text])[0]


def read_sums(texts: Sequence[str]) -> tuple[Amount, ...]:
    """Return sums that stand together and so are written alike: one currency, one set of marks.

    Raises AbsurdSum for a sum that cannot be meant and for mixed currencies, UnclearSum for one
    that can be read in two ways or in none.
    """
    amounts, numbers = [], []
    for text in texts:
        parts = _take_apart(text)
        if parts is None:
            raise UnclearSum(f"“{text}” is not a sum of money")
        sign, number, symbol = parts
        if sign == "-":
            raise AbsurdSum(f"“{text}” is a negative sum")
        numbers.append(_read_number(number, text))
        amounts.append(Amount(numbers[-1].value, symbol, text))
    _compare_currencies(amounts)
    _compare_marks(numbers, amounts)
    return tuple(amounts)


def _compare_currencies(amounts: Sequence[Amount]) -> None:
    symbols = {amount.symbol.casefold(): amount.symbol for amount in amounts}
    if len(symbols) > 1:
        raise AbsurdSum(f"the sums mix currencies: {' and '.join(symbols.values())}")


def _compare_marks(numbers: Sequence[_Number], amounts: Sequence[Amount]) -> None:
    groups = {number.group for number in numbers} - {None}
    decimals = {number.decimal for number in numbers} - {None}
    if len(groups) > 1 or len(decimals) > 1 or groups & decimals:
        raise UnclearSum("the sums use different marks for thousands and decimals")
    if not decimals and any(
        number.either and amount.symbol.upper() in _THOUSANDTHS
        for number, amount in zip(numbers, amounts, strict=True)
    ):
        raise UnclearSum("three digits after the mark may be thousands or thousandths here")


def _take_apart(text: str) -> tuple[str, str, str] | None:
    """Return the sum's sign, number and symbol; None when the text is no lone sum."""
    if len(text) > 2 * LONGEST or not _DIGIT.search(text):
        return None
    match = _SUM.fullmatch(_simplify(text))
    if match is None:
        return None
    number = match["number"]
    if not (_NUMBER.fullmatch(number) or _SCIENTIFIC.fullmatch(number)):
        return None
    before, after = match["before"], _WITHOUT_CENTS.sub("", match["after"], count=1)
    sign = ""
    if before[:1] in ("-", "+") and not before[1:2].isspace():  # "- 5 €" is an entry of a list
        sign, before = before[0], before[1:]
    elif before[-1:] in ("-", "+"):
        sign, before = before[-1], before[:-1]
    symbol = _choose_symbol(_trim(before), _trim(after))
    return (sign, number, symbol) if symbol else None


def _choose_symbol(before: str, after: str) -> str | None:
    marks = [mark for mark in (before, after) if mark]
    if not marks or not all(_is_symbol(mark) for mark in marks):
        return None
    codes = [mark for mark in marks if mark.upper() in _CODES]
    if len(marks) == 2 and len(codes) != 1:  # "$5 USD" is usual, "€5 $" is not
        return None
    return codes[0] if codes else marks[0]


def _is_symbol(mark: str) -> bool:
    if mark in _CODES or mark.casefold() in _ABBREVIATIONS:
        return True
    signs = [char for char in mark if unicodedata.category(char) == "Sc"]
    rest = "".join(char for char in mark if char not in signs)
    return len(signs) == 1 and re.fullmatch("[A-Z]{0,3}", rest) is not None


def _trim(mark: str) -> str:
    """A currency mark without space and without the dot that ends an abbreviation."""
    return mark.strip().removesuffix(".").strip()


def _simplify(text: str) -> str:
    """The text with ASCII digits, plain spaces and marks, and no marks of direction."""
    simple = []
    for char in text.translate(_SAME):
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            simple.append(str(digit))
        elif char.isspace():
            simple.append(" ")
        elif unicodedata.category(char) != "Cf":
            simple.append(unicodedata.normalize("NFKC", char) if char in "＄￥￠￡￦" else char)
    return "".join(simple).strip()


def _read_number(written: str, text: str) -> _Number:
    """Read the digits. Raises AbsurdSum or UnclearSum, naming the whole text."""
    if _SCIENTIFIC.fullmatch(written):
        raise AbsurdSum(f"“{text}” is written in powers of ten")
    if len(written) > LONGEST:
        raise AbsurdSum("a sum has more digits than any fund")
    number = _resolve_marks(written, text)
    if number.value > LARGEST:
        raise AbsurdSum(f"“{text}” is larger than any fund")
    return number


def _resolve_marks(written: str, text: str) -> _Number:
    """Tell the marks of thousands from the mark of decimals.

    Two kinds of mark: the last one is the decimal mark. One kind that occurs once, a comma or a
    point: thousands if exactly three digits follow one to three that don't begin with zero, else
    decimals. Anything else marks thousands.
    """
    marks = re.findall("[^0-9]", written)
    pieces = re.split("[^0-9]", written)
    kinds = list(dict.fromkeys(marks))
    if not marks:
        return _Number(Decimal(written))
    if "" in pieces or len(kinds) > 2:
        raise UnclearSum(f"“{text}” is not a number that can be read")
    decimal, either = None, False
    if len(kinds) == 2:
        decimal = marks[-1]
    elif len(marks) == 1 and marks[0] in ".,٫":
        either = marks[0] != "٫" and re.fullmatch("[1-9][0-9]{0,2}.[0-9]{3}", written) is not None
        decimal = None if either else marks[0]
    fraction = pieces.pop() if decimal else ""
    if decimal and (decimal not in ".,٫" or marks.count(decimal) > 1):
        raise UnclearSum(f"“{text}” is not a number that can be read")
    if len(fraction) > FINEST:
        raise AbsurdSum(f"“{text}” has more decimals than any currency")
    group = kinds[0] if len(pieces) > 1 else None
    if group and not _are_groups(pieces, group):
        raise UnclearSum(f"“{text}” is not grouped as a number is")
    digits = "".join(pieces) + ("." + fraction if fraction else "")
    return _Number(Decimal(digits), group, decimal, either)


def _are_groups(pieces: Sequence[str], mark: str) -> bool:
    """Groups of three digits, or as in India the last of three and the others of two."""
    first, middle, last = pieces[0], pieces[1:-1], pieces[-1]
    if len(last) != 3 or len(first) > 3:
        return False
    by_twos = mark == "," and len(first) <= 2 and all(len(piece) == 2 for piece in middle)
    return by_twos or all(len(piece) == 3 for piece in middle)
