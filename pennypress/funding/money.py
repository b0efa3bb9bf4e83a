"""Amounts of money: integers in a currency's minor units, read from and written for people."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_decimal, get_currency_symbol

MOST_MINOR = 10**15  # far above any newsroom's fund, far below what 64 bits hold

_CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))
# ISO 4217's minor units, where they are not hundredths. A table of our own: CLDR's digits are those
# of display (0 for RSD and HUF), and a change there would move the point in sums already booked.
_NOT_HUNDREDTHS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
# Full-width forms, as East Asian keyboards type them, to the plain signs.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class BadAmount(ValueError):
    """The text is not an amount that can be booked; the message says why."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (cents, pence, yen) of an ISO 4217 `currency`. Never mixed, never a float."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise BadAmount(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))


def exponent(currency: str) -> int:
    """Return how many decimals the currency has (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD.

    Raises BadAmount for a code that no currency has.
    """
    if currency not in _CURRENCIES:
        raise BadAmount(f"{currency!r} is not a currency (use an ISO code such as USD)")
    return _NOT_HUNDREDTHS.get(currency, 2)


def to_minor(number: Decimal, currency: str) -> int:
    """Return a positive amount of whole units as minor units.

    Raises BadAmount when it is not positive, too large, or finer than the currency's minor unit.
    """
    digits = exponent(currency)
    if not number.is_finite() or number <= 0:
        raise BadAmount("the amount must be more than zero")
    # Size first: writing 1E+999999999 or its inverse out would take that many digits.
    if number.adjusted() > 15:
        raise BadAmount("the amount is too large to be true")
    # Not with Decimal's own arithmetic, which rounds to 28 digits.
    minor = Fraction(number) * 10**digits if number.adjusted() >= -digits else None
    if minor is None or minor.denominator != 1:
        raise BadAmount(f"{currency} has {digits} decimals, the amount has more")
    if minor > MOST_MINOR:
        raise BadAmount("the amount is too large to be true")
    return int(minor)


def parse_amount(text: str, currency: str) -> int:
    """Read an amount as a person types it (`12`, `12.50`) and return minor units.

    Raises BadAmount naming what is wrong. Thousands separators are refused, not guessed at.
    """
    cleaned = text.translate(_FULL_WIDTH).strip()
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,12})?", cleaned, re.ASCII):
        raise BadAmount(f"{text[:40]!r} is not an amount (write it like 12 or 12.50)")
    return to_minor(Decimal(cleaned), currency)


def currency_symbol(currency: str, language: str = "en") -> str:
    """Return the shortest sign that readers of this language know the currency by."""
    sign = get_currency_symbol(currency, locale=_locale(language))
    return "$" if sign == "US$" else sign


def format_money(minor: int, currency: str, language: str) -> str:
    """Write an amount for readers: `2,350 $` in English, `2.350 $` in German.

    Decimals only where there are any. The sign follows the number in every language, joined by a
    no-break space: a house style, so that a column of sums aligns and none can be misread.
    """
    number, sign = format_number(minor, currency, language), currency_symbol(currency, language)
    return f"{number}\N{NO-BREAK SPACE}{sign}"


def format_number(minor: int, currency: str, language: str) -> str:
    """Write the number of an amount in the format of a language, without the currency."""
    digits = exponent(currency)
    number = Decimal(minor).scaleb(-digits)
    locale = _locale(language)
    pattern = locale.decimal_formats[None].pattern.partition(".")[0]  # how the language groups
    if minor % 10**digits:
        pattern += "." + "0" * digits
    return format_decimal(number, format=pattern, locale=locale, numbering_system="latn")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
