"""One list of what nobody sees, held against Unicode's own, and asked at every door."""

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.foundation.hygiene import BadText, take_as_is
from pennypress.foundation.text import (
    CONTROLS,
    FORCED,
    HIDDEN,
    INVISIBLE,
    ISOLATES,
    closes_isolates,
    find_control,
    find_forced_direction,
    find_hidden,
    has_substance,
    nfc,
    one_line,
    piles_marks,
    remove_invisible,
)
from pennypress.funding.actions import FundingRefused, _clean_name
from pennypress.words.checks import check_name, check_text

pytestmark = pytest.mark.once

# Of category Cf, and not on the list: a script is written with them, or they are seen.
NEEDED = {
    *map(chr, [0x200C, 0x200D]),  # joiners
    *map(chr, [0x061C, 0x200E, 0x200F]),  # marks of direction
    *map(chr, [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]),  # signs
    *map(chr, range(0x13430, 0x13460)),  # how hieroglyphs stand
    *map(chr, range(0x1BCA0, 0x1BCA4)),  # shorthand
    *map(chr, range(0x1D173, 0x1D17B)),  # music
}
# Unicode's default-ignorable characters of other categories, unassigned ones among them.
IGNORABLE = {
    *map(chr, [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0]),
    *map(chr, range(0xFFF0, 0xFFF9)),
    *map(chr, range(0xE0000, 0xE1000)),
}
# What either door dropped before there was one list.
DROPPED_BEFORE = {
    *map(chr, [0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x3164, 0xFEFF]),
    *map(chr, [*range(0x2060, 0x2066), *range(0x206A, 0x2070), 0xFFA0]),
    *map(chr, [*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE1000)]),
}
ALL = [chr(code) for code in range(sys.maxunicode + 1)]

ODD = st.sampled_from(
    sorted({c for c in ALL if unicodedata.category(c) in {"Cf", "Cc", "Zl", "Zp"}} | IGNORABLE)
)
NAMES = st.lists(st.characters() | ODD | st.sampled_from("aé\u0301\u2800\ud800 "), max_size=40).map(
    "".join
)


def test_the_list_is_unicodes_format_characters_without_those_that_scripts_need():
    listed = {c for c in ALL if INVISIBLE.match(c)}
    forced = {c for c in ALL if FORCED.match(c) or ISOLATES.match(c)}
    format_characters = {c for c in ALL if unicodedata.category(c) == "Cf"}
    assert listed == format_characters - NEEDED - forced | IGNORABLE
    assert listed >= DROPPED_BEFORE
    assert forced == {
        c
        for c in ALL
        if unicodedata.bidirectional(c)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    }


def test_controls_are_unicodes_and_halves_of_surrogate_pairs():
    assert {c for c in ALL if CONTROLS.match(c)} == {
        c for c in ALL if unicodedata.category(c) in {"Cc", "Cs"}
    }


def taken(take, text):
    """What a door makes of a text; None where it refuses it."""
    try:
        return take(text)
    except (BadText, FundingRefused):
        return None


@settings(max_examples=400, deadline=None, derandomize=True)
@given(NAMES)
@example("A\u17b4n\u206an\ufff9\U000e0041")
@example("e\u200b\u0301")
@example("a \u200b b")
@example("\u2800\u200d")
@example("a" + "\u0301" * 9)
def test_both_doors_agree_on_what_a_name_is_to_the_eye(name):
    readers, givers = taken(check_name, name), taken(_clean_name, name)
    if readers is not None:
        assert givers == readers
    elif givers:  # a line break in a giver's name is a space
        assert taken(check_name, one_line(name)) == givers


def take_text(text: str) -> str:
    return check_text(text).text


DOORS = (take_text, check_name, take_as_is, _clean_name)


@pytest.mark.parametrize(
    "character", sorted(c for c in DROPPED_BEFORE if not HIDDEN.match(c)), ids=ascii
)
def test_what_nobody_sees_is_dropped_at_every_door(character):
    assert {door(f"An{character}n") for door in DOORS} == {"Ann"}


def test_text_that_nobody_sees_is_refused_to_those_who_type_and_dropped_from_arrivals():
    for code in range(0xE0000, 0xE1000):
        text = f"An{chr(code)}n"
        assert find_hidden(text) == 2
        assert take_as_is(text) == "Ann"
        if code in {0xE0000, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF}:
            for door in (take_text, check_name, _clean_name):
                with pytest.raises((BadText, FundingRefused), match=f"U\\+{code:X}"):
                    door(text)


@pytest.mark.parametrize("character", [c for c in ALL if FORCED.match(c) or ISOLATES.match(c)])
def test_what_forces_direction_is_refused_in_every_name(character):
    assert taken(check_name, f"An{character}n") is None
    assert taken(_clean_name, f"An{character}n") is None


@pytest.mark.parametrize(
    "name", ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚀", "❤\ufe0f", "א\u200f!", "٤\u0600"]
)
def test_what_scripts_are_written_with_stays(name):
    assert {door(name) for door in DOORS} == {name}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(NAMES)
def test_cleaning_twice_is_cleaning_once(text):
    clean = nfc(one_line(remove_invisible(text)))
    assert nfc(one_line(remove_invisible(clean))) == clean
    assert not INVISIBLE.search(clean)
    assert clean.splitlines() == ([clean] if clean else [])


def test_places_are_those_of_the_first():
    assert find_control("a\tb\x00\x01", allowed="\t") == 3
    assert find_control("a\tb") == 1
    assert find_control("a\u2028b") is None
    assert find_forced_direction("a\u2066b\u202e") == 1
    assert find_forced_direction("a\u2066b\u202e", isolates=True) == 3
    assert find_forced_direction("a\u200eb") is None


@pytest.mark.parametrize(
    ("text", "closed"),
    [("", True), ("\u2067a\u2069", True), ("\u2067a", False), ("\u2069\u2067", False)],
)
def test_isolates_are_closed_after_they_open(text, closed):
    assert closes_isolates(text) is closed


def test_marks_pile_up_from_the_seventh_on_whatever_form_they_come_in():
    assert not piles_marks("a" + "\u0301" * 6)
    assert piles_marks("a" + "\u0301" * 7)
    assert piles_marks("á" + "\u0301" * 6)


@pytest.mark.parametrize("text", ["", " ", "\u2800", "\u3164", "\u200d", "\u0301", "\ufe0f"])
def test_what_shows_nothing_has_no_substance(text):
    assert not has_substance(text)
    assert has_substance(f"{text}a")
