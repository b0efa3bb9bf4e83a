"""Amounts: read from people, written for people, exact in between."""

import ast
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pennypress.funding
from pennypress.funding.money import (
    MOST_MINOR,
    BadAmount,
    Money,
    exponent,
    format_money,
    format_number,
    parse_amount,
    to_minor,
)

pytestmark = pytest.mark.once

CURRENCIES = ("USD", "EUR", "JPY", "KWD", "HUF", "ISK", "RSD", "CLF")
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("BHD", 3), ("CLF", 4)]
    # Display shows these in whole units, banks count them in hundredths.
    + [(code, 2) for code in ("HUF", "RSD", "IDR", "TWD", "LAK", "MGA")],
)
def test_currencies_have_the_decimals_of_iso_4217(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["usd", "", "US", "USDX", "QQQ", "$", "ΑΒΓ"])
def test_what_is_no_currency_is_refused(code):
    with pytest.raises(BadAmount, match="not a currency"):
        exponent(code)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "USD", 1200),
        ("12.5", "USD", 1250),
        (" 12.50 ", "USD", 1250),
        ("+12.50", "USD", 1250),
        ("0.01", "USD", 1),
        ("000012", "USD", 1200),
        ("12.500000", "USD", 1250),
        ("１２．５０", "USD", 1250),
        ("500", "JPY", 500),
        ("500.0", "JPY", 500),
        ("0.001", "KWD", 1),
        ("1234.567", "KWD", 1_234_567),
        ("2350", "HUF", 235_000),
        ("10000000000000", "USD", MOST_MINOR),
    ],
)
def test_amounts_are_read_as_people_type_them(text, currency, minor):
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("10.005", "USD", "2 decimals"),
        ("0.5", "JPY", "0 decimals"),
        ("0.0001", "KWD", "3 decimals"),
        ("0", "USD", "more than zero"),
        ("-5", "USD", "more than zero"),
        ("10000000000000.01", "USD", "too large"),
        ("999999999999999999", "USD", "too large"),
        ("1e999999999", "USD", "not an amount"),
        ("1,000", "USD", "not an amount"),
        ("1.000,50", "EUR", "not an amount"),
        ("1 000", "USD", "not an amount"),
        (f"1{NARROW}000", "EUR", "not an amount"),
        ("1_000", "USD", "not an amount"),
        ("12.", "USD", "not an amount"),
        (".5", "USD", "not an amount"),
        ("--5", "USD", "not an amount"),
        ("$5", "USD", "not an amount"),
        ("5²", "USD", "not an amount"),
        ("½", "USD", "not an amount"),
        ("١٢", "USD", "not an amount"),
        ("NaN", "USD", "not an amount"),
        ("Infinity", "USD", "not an amount"),
        ("0x10", "USD", "not an amount"),
        ("", "USD", "not an amount"),
        ("9" * 10_000, "USD", "not an amount"),
        ("12\x00", "USD", "not an amount"),
    ],
)
def test_what_is_no_bookable_amount_is_refused_with_its_reason(text, currency, why):
    with pytest.raises(BadAmount, match=why):
        parse_amount(text, currency)


@pytest.mark.parametrize(
    "number",
    [
        "1E+999999999", "1E-999999999", "0.1E-999999", "NaN", "sNaN", "-Infinity", "0", "-1",
        "1.0000000000000000000000000000000000000000000001", "123456789012.0000000000000000000001",
    ],
)  # fmt: skip
def test_numbers_that_no_ledger_holds_are_refused_at_once(number):
    with pytest.raises(BadAmount):
        to_minor(Decimal(number), "USD")


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (235_000, "USD", "en", f"2,350{NBSP}$"),
        (235_000, "USD", "de", f"2.350{NBSP}$"),
        (235_000, "EUR", "fr", f"2{NARROW}350{NBSP}€"),
        (235_000, "USD", "ar", f"2,350{NBSP}$"),
        (235_050, "EUR", "de", f"2.350,50{NBSP}€"),
        (235_005, "USD", "en", f"2,350.05{NBSP}$"),
        (2_350, "JPY", "en", f"2,350{NBSP}¥"),
        (2_350_007, "KWD", "en", f"2,350.007{NBSP}KWD"),
        (123_456_700, "INR", "hi", f"12,34,567{NBSP}₹"),
        (0, "USD", "en", f"0{NBSP}$"),
        (-150, "USD", "en", f"-1.50{NBSP}$"),
        (MOST_MINOR, "USD", "en", f"10,000,000,000,000{NBSP}$"),
        (100, "USD", "xx", f"1{NBSP}$"),
        (100, "USD", "zh-hans", f"1{NBSP}$"),
    ],
)
def test_amounts_are_written_in_the_readers_number_format(minor, currency, language, written):
    assert format_money(minor, currency, language) == written


@settings(deadline=None)
@given(st.integers(1, MOST_MINOR), st.sampled_from(CURRENCIES))
def test_what_was_written_plainly_is_read_as_the_same_amount(minor, currency):
    whole, part = divmod(minor, 10 ** exponent(currency))
    text = f"{whole}.{part:0{exponent(currency)}d}" if exponent(currency) else str(whole)
    assert parse_amount(text, currency) == minor
    assert to_minor(Money(minor, currency).major, currency) == minor


@settings(deadline=None)
@given(
    st.integers(-MOST_MINOR, MOST_MINOR),
    st.sampled_from(CURRENCIES),
    st.sampled_from(("en", "de", "fr", "ar", "fa", "hi", "pl")),
)
def test_every_digit_of_an_amount_is_written(minor, currency, language):
    text = format_number(minor, currency, language)
    digits = "".join(character for character in text if character.isdigit())
    assert digits.isascii()
    shown = int(digits)
    decimals = exponent(currency)
    assert abs(minor) in {shown, shown * 10**decimals}
    assert (abs(minor) == shown) or minor % 10**decimals == 0


@settings(deadline=None)
@given(st.text(max_size=30), st.sampled_from(CURRENCIES))
def test_any_text_is_read_or_refused_and_never_anything_else(text, currency):
    with suppress(BadAmount):
        assert 0 < parse_amount(text, currency) <= MOST_MINOR


def test_currencies_are_never_added_up():
    with pytest.raises(BadAmount):
        Money(1, "USD") + Money(1, "EUR")
    assert Money(1, "USD") + Money(2, "USD") == Money(3, "USD")


def test_no_code_of_the_fund_computes_with_floats():
    for file in Path(pennypress.funding.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            where = f"{file.name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
            assert not (isinstance(node, ast.Name) and node.id in {"float", "round"}), where
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), where
            name = node.attr if isinstance(node, ast.Attribute) else ""
            assert name not in {"FloatField", "DecimalField"} or file.name == "admin.py", where
