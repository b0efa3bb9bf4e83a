"""Amounts of money: integers in a currency's minor units, read from and written for people."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_decimal, get_currency_symbol

MOST_MINOR = 10**15  # far above any newsroom's fund, far below what 64 bits hold

_CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))
_EXPONENTS: dict[str, tuple[int, int, int, int]] = get_global("currency_fractions")  # type: ignore[assignment]
# CLDR rounds these to whole units for display; their ISO 4217 minor unit is still 1/100.
_ISO_EXPONENTS = {"HUF": 2, "IDR": 2, "LBP": 2, "TWD": 2, "IRR": 2, "IQD": 3, "MRU": 2, "ALL": 2}


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
    if currency in _ISO_EXPONENTS:
        return _ISO_EXPONENTS[currency]
    return _EXPONENTS.get(currency, _EXPONENTS["DEFAULT"])[0]


def to_minor(number: Decimal, currency: str) -> int:
    """Return a positive amount of whole units as minor units.

    Raises BadAmount when it is not positive, too large, or finer than the currency's minor unit.
    """
    digits = exponent(currency)
    if not number.is_finite() or number <= 0:
        raise BadAmount("the amount must be more than zero")
    # Size first: scaling 1E+999999999 up would otherwise build a number of that many digits.
    if number.adjusted() > 15 or number.scaleb(digits) > MOST_MINOR:
        raise BadAmount("the amount is too large to be true")
    minor = number.scaleb(digits)
    if minor != minor.to_integral_value():
        raise BadAmount(f"{currency} has {digits} decimals, the amount has more")
    return int(minor)


def parse_amount(text: str, currency: str) -> int:
    """Read an amount as a person types it (`12`, `12.50`) and return minor units.

    Raises BadAmount naming what is wrong. Thousands separators are refused, not guessed at.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,12})?", cleaned, re.ASCII):
        raise BadAmount(f"{text[:40]!r} is not an amount (write it like 12 or 12.50)")
    try:
        return to_minor(Decimal(cleaned), currency)
    except InvalidOperation as error:  # pragma: no cover - the pattern lets none through
        raise BadAmount(f"{text[:40]!r} is not an amount") from error


def currency_symbol(currency: str, language: str = "en") -> str:
    """Return the shortest sign that readers of this language know the currency by."""
    sign = get_currency_symbol(currency, locale=_locale(language))
    return "$" if sign == "US$" else sign


def format_money(minor: int, currency: str, language: str) -> str:
    """Write an amount for readers: `2,350 $` in English, `2.350 $` in German.

    Decimals only where there are any. The sign follows the number in every language, joined by a
    no-break space: a house style, so that a column of sums aligns and none can be misread.
    """
    return f"{format_number(minor, currency, language)}\N{NO-BREAK SPACE}{currency_symbol(currency, language)}"


def format_number(minor: int, currency: str, language: str) -> str:
    """Write the number of an amount in the format of a language, without the currency."""
    digits = exponent(currency)
    number = Decimal(minor).scaleb(-digits)
    whole = number == number.to_integral_value()
    pattern = "#,##0" if whole else "#,##0." + "0" * digits
    return format_decimal(number, format=pattern, locale=_locale(language), numbering_system="latn")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
