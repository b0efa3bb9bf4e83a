"""What comes back from the plain text of a captured page."""

import re
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pennypress.captures.text.capture import (
    SIZE_LIMIT,
    decode_capture,
    looks_like_capture,
    read_capture,
)
from pennypress.formats.amounts import AbsurdSum, UnclearSum, is_sum, read_sum, read_sums
from pennypress.formats.items import (
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    MeterItem,
    PageItem,
    Picture,
)
from tests.captures.captures import Capture, TrueMeter, captures

pytestmark = pytest.mark.once

SHARED = Path(__file__).parents[2].parent / "shared"
MISSION = SHARED / "mission" / "captured-page.txt"
TEXT_CAPTURES = SHARED / "corpora" / "text-captures"

FIRST = "The first ferry left the north pier at six in the morning, with forty people aboard."
SECOND = "The council had promised a bridge; what it built instead was a waiting room."
STORY = f"Ferry Returns\n\n\nFerry Returns\n\n{FIRST}\n\n{SECOND}\n"
APPEAL = "\n\n\nDo you read us often? Help us stay.\n\n"
MARIGOLD = "  • Marigold\n\n    I rode it yesterday.\n"


def read(text: str) -> list[Item]:
    return list(read_capture(text.splitlines(keepends=True), name="page.txt"))


def pick(items: list[Item], kind: type) -> list:
    return [item for item in items if isinstance(item, kind)]


def read_discussion(discussion: str) -> list[tuple[int, str | None, str]]:
    comments = pick(read(STORY + APPEAL + discussion), CommentItem)
    return [(comment.depth, comment.author, comment.text) for comment in comments]


def doubted(items: list[Item]) -> set[str]:
    return {doubt.what for doubt in pick(items, Doubt)}


def refusal(text: str) -> ArrivalRefused:
    with pytest.raises(ArrivalRefused) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value) == f"{caught.value.why} ({caught.value.where})"
    return caught.value


# --- Whatever a page says comes back -------------------------------------------------------------


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(captures())
def test_a_written_page_comes_back_exactly(capture: Capture) -> None:
    truth, items = capture.truth, read(capture.text)

    page = items[0]
    assert isinstance(page, PageItem)
    assert (page.headline, page.paragraphs) == (truth.headline, truth.paragraphs)
    assert page.appeal == truth.appeal
    assert [
        TrueMeter(tuple(it.number for it in meter.scale), meter.raised.number, meter.raised.symbol)
        for meter in pick(items, MeterItem)
    ] == ([truth.meter] if truth.meter else [])
    assert len(pick(items, Picture)) == truth.image

    comments = pick(items, CommentItem)
    places = {comment.source_id: place for place, comment in enumerate(comments)}
    assert len(places) == len(comments), "a source id for each"
    assert [
        (comment.depth, places.get(comment.parent), comment.author, comment.text)
        for comment in comments
    ] == [(true.depth, true.parent, true.author, true.text) for true in truth.comments]
    assert [comment.position for comment in comments if comment.cut_off] == (
        [len(comments) - 1] if truth.cut_off else []
    )
    assert truth.doubts <= doubted(items) <= truth.doubts | truth.may_doubt


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(captures())
def test_every_item_says_on_which_line_it_begins(capture: Capture) -> None:
    lines = capture.text.splitlines()
    items = read(capture.text)
    for comment in pick(items, CommentItem):
        begin = comment.author or comment.text.split("\n")[0]
        assert lines[comment.line - 1].rstrip().endswith(begin.removesuffix("…").rstrip()) or (
            begin in lines[comment.line - 1]
        )
    assert lines[items[0].line - 1].strip() == items[0].headline
    for meter in pick(items, MeterItem):
        assert lines[meter.line - 1] == meter.scale[0].text
    for doubt in pick(items, Doubt):
        assert 1 <= doubt.line <= len(lines)
        assert doubt.page == items[0].source_id


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(captures(), st.data())
def test_a_page_cut_anywhere_is_read_or_refused(capture: Capture, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(capture.text)))
    for part in (capture.text[:end], capture.text[end:]):
        try:
            items = read(part)
        except ArrivalRefused:
            continue
        assert isinstance(items[0], PageItem)
        assert items[0].paragraphs
        ids = {None}
        for comment in pick(items, CommentItem):
            assert comment.parent in ids, "a parent comes before its replies"
            assert (comment.parent is None) == (comment.depth == 1)
            ids.add(comment.source_id)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["", " ", "0 $", "• a", "  - b", "1. c", "text.", "\ttext", "{", "<"]))
)
def test_no_file_is_too_odd_for_an_answer(lines: list[str]) -> None:
    try:
        assert isinstance(read("\n".join(lines))[0], PageItem)
    except ArrivalRefused as refused:
        assert refused.where.startswith("page.txt")


# --- Source ids ----------------------------------------------------------------------------------


def test_source_ids_stay_when_a_later_capture_is_longer() -> None:
    twice = f"{MARIGOLD}\n{MARIGOLD}"
    earlier = read(STORY + APPEAL + twice)
    later = read(
        f"0 $\n500 $\n20 $\n\n{STORY}{APPEAL}{twice}\n"
        f"    • Tolland\n\n      So did I.\n\n{MARIGOLD}"
    )
    assert re.fullmatch("capture:[0-9a-f]{20}", earlier[0].source_id)
    assert later[0].source_id == earlier[0].source_id
    ids = [comment.source_id for comment in pick(later, CommentItem)]
    assert [comment.source_id for comment in pick(earlier, CommentItem)] == ids[:2]
    assert len(set(ids)) == 4


def test_the_same_words_to_another_parent_are_another_comment() -> None:
    reply = "    • Tolland\n\n      So did I.\n"
    comments = pick(read(f"{STORY}{APPEAL}{MARIGOLD}\n{reply}\n{MARIGOLD}\n{reply}"), CommentItem)
    assert len({comment.source_id for comment in comments}) == 4


# --- The meter -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "scale", "raised"),
    [
        ("0 $\n2,350 $\n4,700 $\n789 $", [0, 2350, 4700], "789"),
        ("0 €\n1.000,00 €\n12,50 €", [0, 1000], "12.50"),
        ("€ 0\n€ 500\n\n€ 900", [0, 500], "900"),  # above the goal, set apart
        ("0 kr\n500 kr\n1 000 kr\n1 700 kr", [0, 500, 1000], "1700"),  # above, off an even scale
        ("$0\n$500\n$1,000\n$1,000", [0, 500, 1000], "1000"),
        ("CHF 789.–\n\nCHF 0.–\nCHF 1’000.–", [0, 1000], "789"),
        ("0\n2,350 $\n789 $", [0, 2350], "789"),  # a bare zero has no currency of its own
        ("٠ ر.س\n٤٬٧٠٠ ر.س\n٧٨٩ ر.س", [0, 4700], "789"),
        ("0 $\n3,333 $\n6,667 $\n10,000 $\n12,000 $", [0, 3333, 6667, 10000], "12000"),
    ],
)
def test_meter(figures: str, scale: list[int], raised: str) -> None:
    (meter,) = pick(read(f"{figures}\n\n{STORY}"), MeterItem)
    assert [amount.number for amount in meter.scale] == scale
    assert meter.raised.number == Decimal(raised)
    assert meter.line == 1


@pytest.mark.parametrize(
    "figures",
    [
        "5 €\n10 €\n25 €",
        "5 €\n\n10 €\n\n25 €\n\n50 €",
        "5 €\n10 €\n25 €\n\n10 €",
        "789 $",
        "0 $\n4,700 $",
        "0 $\n4,700 $\n5,200 $",  # a goal, or a sum above it?
        "0 $\n100 $\n200 $\n300 $",
        "0 $\n100 $\n50 $\n20 $",
        "0 $\n2,350 $\n4,700\n789 $",
        "0 $\n1.500 $\n2.50 $",
        "0 $\n12,34,5 $\n7 $",
        "5655255",
        "5 € / 10 € / 25 €",
        "5 €  10 €  25 €",
        "0 $ 2,350 $ 4,700 $ 789 $",
        "$0 | $500 | $20",
    ],
)
def test_sums_that_are_no_meter_are_doubted_and_not_read(figures: str) -> None:
    items = read(f"{figures}\n\n{STORY}")
    assert not pick(items, MeterItem)
    assert "meter" in doubted(items)
    assert items[0].headline == "Ferry Returns"
    assert items[0].paragraphs == (FIRST, SECOND)


@pytest.mark.parametrize("offers", ["0 €\n\n5 €\n\n3 €", "5 €\n10 €", "5 € / 10 € / 25 €"])
def test_offers_below_the_story_are_no_meter(offers: str) -> None:
    items = read(f"{STORY}\n\n\nGive what you can!\n\n{offers}\n\n{MARIGOLD}")
    assert not pick(items, MeterItem)
    assert items[0].appeal == "Give what you can!"
    assert items[0].paragraphs == (FIRST, SECOND)


def test_the_meter_may_stand_right_below_the_headline() -> None:
    items = read(f"Ferry Returns\n\n0 £\n500 £\n20 £\n\n{FIRST}\n")
    assert pick(items, MeterItem)[0].raised.number == 20
    assert items[0].paragraphs == (FIRST,)


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        ("-5 $", "negative"),
        ("$−5", "negative"),
        ("1e9 $", "powers of ten"),
        ("1,000,000,000,001 $", "larger than any fund"),
        ("12.3456 $", "more decimals"),
        ("20 €", "mix currencies"),
    ],
)
def test_absurd_sums_refuse_the_page(figure: str, why: str) -> None:
    refused = refusal(f"0 $\n500 $\n{figure}\n\n{STORY}")
    assert why in refused.why
    assert refused.where.startswith("page.txt, line ")


def test_read_sum() -> None:
    assert read_sum("1,234.50 $").number == Decimal("1234.50")
    assert read_sum("1.234,50 €").number == Decimal("1234.50")
    assert read_sum("1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}kr").number == Decimal("1234.50")
    assert read_sum("CHF 1'234.50").symbol == "CHF"
    assert read_sum("₹ 12,34,567").number == 1234567
    assert read_sum("1.234 €").number == 1234
    assert read_sum("$0.50").number == Decimal("0.50")
    assert read_sum("5,– €").number == 5
    assert read_sum("$5 USD").symbol == "USD"
    assert read_sum("１，２３４円").number == 1234
    assert read_sum("\N{RIGHT-TO-LEFT MARK}500 ₪").text == "\N{RIGHT-TO-LEFT MARK}500 ₪"


def test_what_is_no_sum() -> None:
    for text in (
        "",
        "$",
        "500",
        "19.509 signatures",
        "- 5 €",
        "5–10 €",
        "0 $ 500 $",
        "€5 $",
        "3 MAY",
    ):
        assert not is_sum(text), text
    with pytest.raises(UnclearSum):
        read_sum("1.234 KWD")  # dinars have thousandths
    with pytest.raises(UnclearSum):
        read_sums(["1.000 €", "1,000 €"])
    with pytest.raises(AbsurdSum):
        read_sums(["0 kr", "5 $"])


# --- The story -----------------------------------------------------------------------------------


def test_headline_once_though_it_stands_twice_with_the_sites_name() -> None:
    items = read(f"Ferry Returns | Northern Wire\n\nFerry Returns\n\n{FIRST}\n")
    assert (items[0].headline, items[0].line) == ("Ferry Returns", 3)
    assert items[0].paragraphs == (FIRST,)


def test_links_above_the_headline_are_left_out_and_doubted() -> None:
    items = read(f"  • Home\n  • Sport\n\n{STORY}")
    assert items[0].headline == "Ferry Returns"
    assert "headline" in doubted(items)


def test_a_short_line_that_repeats_within_the_story_is_no_headline() -> None:
    items = read("Ferry Returns\n\nYes.\n\nNo.\n\nYes.\n\nThat was all of it.\n")
    assert items[0].headline == "Ferry Returns"
    assert items[0].paragraphs == ("Yes.", "No.", "Yes.", "That was all of it.")


def test_a_standfirst_is_no_images_mark() -> None:
    items = read(f"Ferry Returns\n\nNine years were enough.\n\n{FIRST}\n")
    assert items[0].paragraphs == ("Nine years were enough.", FIRST)
    assert not pick(items, Picture)


@pytest.mark.parametrize("lines", ["By Marigold Pryce\n\n3 May 2019", "A look back\n\nEnlarge"])
def test_two_short_lines_below_the_headline_are_kept_and_doubted(lines: str) -> None:
    items = read(f"Ferry Returns\n\n{lines}\n\n{FIRST}\n")
    assert items[0].paragraphs == (*lines.split("\n\n"), FIRST)
    assert not pick(items, Picture)
    assert "image" in doubted(items)


@pytest.mark.parametrize(
    "line", ["3 May 2019", "northern.example", "Home | Sport", "a@example.org"]
)
def test_dates_and_addresses_are_no_images_mark(line: str) -> None:
    assert not pick(read(f"Ferry Returns\n\n{line}\n\n{FIRST}\n"), Picture)


def test_long_lines_set_apart_are_no_appeal() -> None:
    items = read(f"{STORY}\n\n\n{FIRST}\n{SECOND}\n\n{MARIGOLD}")
    assert items[0].appeal is None
    assert items[0].paragraphs[-1] == f"{FIRST}\n{SECOND}"
    assert "appeal" in doubted(items)


def test_a_story_of_dialogue_at_the_margin() -> None:
    items = read(f"Ferry Returns\n\n{FIRST}\n\n– And the rain?\n\n– What rain?\n\n{MARIGOLD}")
    assert items[0].paragraphs == (FIRST, "– And the rain?", "– What rain?")
    assert len(pick(items, CommentItem)) == 1


def test_lists_in_the_story_are_the_storys() -> None:
    items = read(f"{STORY}\n  • planks\n  • nails\n\n{FIRST}\n\n{MARIGOLD}")
    assert items[0].paragraphs == (FIRST, SECOND, "• planks\n• nails", FIRST)
    assert len(pick(items, CommentItem)) == 1
    items = read(f"{STORY}\n  • planks\n  • nails\n\n{MARIGOLD}")
    assert items[0].paragraphs == (FIRST, SECOND, "• planks\n• nails")
    assert "discussion" in doubted(items)


def test_a_heading_between_the_appeal_and_the_discussion_is_left_out_and_doubted() -> None:
    items = read(f"{STORY}{APPEAL}Your views\n\n{MARIGOLD}")
    assert items[0].appeal == APPEAL.strip()
    assert items[0].paragraphs == (FIRST, SECOND)
    assert "discussion" in doubted(items)
    items = read(f"{STORY}\nYour views\n\n{MARIGOLD}")
    assert items[0].paragraphs == (FIRST, SECOND, "Your views")
    assert "discussion" in doubted(items)


def test_a_story_set_apart_from_its_image_is_no_appeal() -> None:
    items = read(f"Ferry Returns\n\nEnlarge the photograph\n\n\n\n{FIRST}\n")
    assert items[0].paragraphs == (FIRST,)
    assert items[0].appeal is None
    assert pick(items, Picture)


def test_a_line_that_claims_a_number_of_comments() -> None:
    items = read(f"{STORY}{APPEAL}91 replies\n\n{MARIGOLD}")
    assert items[0].claimed_comments == 91
    assert any("91 claimed, 1 found" in doubt.why for doubt in pick(items, Doubt))


# --- The discussion ------------------------------------------------------------------------------


def test_a_bullet_with_one_block_names_nobody() -> None:
    assert read_discussion(f"{MARIGOLD}\n  • It rained all day,\n    and nobody came.\n") == [
        (1, "Marigold", "I rode it yesterday."),
        (1, None, "It rained all day,\nand nobody came."),
    ]


def test_a_first_line_too_long_for_a_name_is_text_and_doubted() -> None:
    discussion = f"{MARIGOLD}\n  • {FIRST}\n\n    I was one of them.\n"
    assert read_discussion(discussion)[1] == (1, None, f"{FIRST}\n\nI was one of them.")
    assert "name" in doubted(read(STORY + APPEAL + discussion))


@pytest.mark.parametrize(
    ("name", "doubts"),
    [
        ("Ask me tomorrow", False),
        ("J. R. Tolland", False),
        ("Ada L.", False),
        ("Ada Pryce Jr.", False),
        ("I think so too.", True),
        ("Who knows?", True),
        ("それは知らない。", True),
        ("- Dash -", False),
        ("5 $", False),
    ],
)
def test_names_that_look_like_sentences(name: str, doubts: bool) -> None:
    discussion = f"  • {name}\n\n    I rode it yesterday.\n"
    assert read_discussion(discussion) == [(1, name, "I rode it yesterday.")]
    assert ("name" in doubted(read(STORY + APPEAL + discussion))) == doubts


def test_a_lone_name_is_no_invented_author() -> None:
    items = read(f"{STORY}{APPEAL}{MARIGOLD}\n  • Tolland")
    last = pick(items, CommentItem)[-1]
    assert (last.author, last.text, last.cut_off) == (None, "Tolland", True)
    assert "name" in doubted(items)


def test_lists_and_sums_within_a_comment_are_its_text() -> None:
    text = "I need:\n- planks\n• nails\n\n- time\n\n1. money\n\n0 $"
    indented = "\n".join(f"    {line}".rstrip() for line in text.split("\n"))
    discussion = f"  • Marigold\n\n{indented}\n\n    • Tolland\n\n      Me too.\n"
    assert read_discussion(discussion) == [(1, "Marigold", text), (2, "Tolland", "Me too.")]


def test_a_list_with_the_discussions_own_bullet_is_doubted() -> None:
    discussion = f"{MARIGOLD}\n    • some planks\n\n    • some nails\n"
    assert [depth for depth, _, _ in read_discussion(discussion)] == [1, 2, 2]
    assert "comment" in doubted(read(STORY + APPEAL + discussion))


def test_a_list_without_blank_lines_names_nobody() -> None:
    discussion = "  • Marigold\n    I rode it yesterday.\n  • Tolland\n    So did I.\n"
    assert read_discussion(discussion) == [
        (1, None, "Marigold\nI rode it yesterday."),
        (1, None, "Tolland\nSo did I."),
    ]
    assert {"discussion", "name"} <= doubted(read(STORY + APPEAL + discussion))


def test_links_at_the_end_are_no_discussion() -> None:
    items = read(f"{STORY}\n\n\n  • Imprint\n  • Contact\n")
    assert not pick(items, CommentItem)


def test_columns_that_fit_no_grid_leave_the_nesting_unknown() -> None:
    discussion = "".join(
        f"{' ' * column}• Reader {name}\n\n{' ' * column}  Words.\n\n"
        for column, name in ((2, "A"), (4, "B"), (7, "C"), (2, "D"))
    )
    assert {depth for depth, _, _ in read_discussion(discussion)} == {1}
    assert "nesting" in doubted(read(STORY + APPEAL + discussion))


def test_a_level_left_out_leaves_the_nesting_unknown() -> None:
    discussion = "".join(
        f"{' ' * column}• Reader {name}\n\n{' ' * column}  Words.\n\n"
        for column, name in ((2, "A"), (6, "B"), (4, "C"))
    )
    assert {depth for depth, _, _ in read_discussion(discussion)} == {1}


def test_numbers_aligned_at_their_right_end() -> None:
    discussion = "\n".join(f"{n:>4}. Reader\n\n      Words {n}.\n" for n in range(8, 12))
    assert read_discussion(discussion) == [(1, "Reader", f"Words {n}.") for n in range(8, 12)]


def test_a_date_that_begins_a_paragraph_is_no_entry_of_a_numbered_list() -> None:
    discussion = "  1. Marigold\n\n    8. May is the day.\n\n  2. Tolland\n\n    Good.\n"
    assert read_discussion(discussion) == [
        (1, "Marigold", "8. May is the day."),
        (1, "Tolland", "Good."),
    ]


def test_a_stray_line_does_not_end_the_discussion() -> None:
    items = read(f"{STORY}{APPEAL}{MARIGOLD}\nAdvertisement\n\n{MARIGOLD}")
    assert len(pick(items, CommentItem)) == 2
    assert "discussion" in doubted(items)


def test_a_line_below_the_replies_belongs_to_the_comment_above_them() -> None:
    discussion = f"{MARIGOLD}\n    • Tolland\n\n      So did I.\n\n    Edited later.\n"
    assert read_discussion(discussion)[0] == (
        1,
        "Marigold",
        "I rode it yesterday.\n\nEdited later.",
    )
    assert "comment" in doubted(read(STORY + APPEAL + discussion))


def test_what_stands_below_the_discussion_is_left_out_and_doubted() -> None:
    items = read(f"{STORY}{APPEAL}{MARIGOLD}\nNorthern Wire\n\n  • Imprint\n  • Contact\n")
    assert [comment.author for comment in pick(items, CommentItem)] == ["Marigold"]
    assert "discussion" in doubted(items)


def test_a_list_within_the_story_is_no_discussion() -> None:
    items = read(f"{STORY}\n{MARIGOLD}\n" + f"{FIRST} {SECOND}\n\n" * 3)
    assert not pick(items, CommentItem)
    assert len(items[0].paragraphs) == 7
    assert "discussion" in doubted(items)


@pytest.mark.parametrize(
    ("end", "cut_off", "doubts"),
    [
        ("and so …", True, False),
        ("and so ....", True, False),
        ("and so …\n", True, True),
        ("and so", True, True),
        ("and so.", False, False),
        ("and so\n", False, False),
    ],
)
def test_the_last_comment_may_be_cut_off(end: str, cut_off: bool, doubts: bool) -> None:
    items = read(f"{STORY}{APPEAL}{MARIGOLD}\n  • Tolland\n\n    We waited {end}")
    assert [comment.cut_off for comment in pick(items, CommentItem)] == [False, cut_off]
    assert ("cut off" in doubted(items)) == doubts


def make_discussion(deep: int, wide: int) -> str:
    nested = "\n".join(
        f"{' ' * (2 * depth)}• Reader\n\n{' ' * (2 * depth)}  Words {depth}.\n"
        for depth in range(1, deep)
    )
    plain = "\n".join(
        f"  • Reader {number}x\n\n    - one\n\n    Words.\n" for number in range(wide)
    )
    return f"{STORY}{APPEAL}{nested}\n{plain}"


def count_calls(text: str) -> int:
    """How many functions are called to read a capture."""
    calls = 0

    def count(frame, event: str, argument) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return calls


def test_a_long_and_deep_discussion_is_read_whole_and_at_a_cost_that_grows_with_it() -> None:
    comments = pick(read(make_discussion(600, 5000)), CommentItem)
    assert len(comments) == 5599
    assert max(comment.depth for comment in comments) == 599
    assert count_calls(make_discussion(200, 1000)) < 2.5 * count_calls(make_discussion(100, 500))


# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ('{"headline": "Ferry",\n\n"text": "It returns."}', "JSON"),
        ('{"id": 1}\n{"id": 2}\n', "JSON"),
        ("[1, 2, 3]", "JSON"),
        ("<?xml version='1.0'?>\n<rss/>", "XML"),
        ("\n<!DOCTYPE html>\n<p>Ferry</p>", "HTML"),
        ("id,name,text\n1,a,b\n2,c,d\n", "CSV"),
        ("id;name\n1;a\n", "CSV"),
        ("import os\n\n\ndef main() -> None:\n    x = 1\n    return x\n", "source code"),
        ("#include <a.h>\n\nint main() {\n  return 0;\n}\n", "source code"),
        ("WARC/1.0\nWARC-Type: response\n\nFerry\n", "WARC"),
        ("0 $\n500 $\n20 $\n", "no story"),
        (MARIGOLD, "no story"),
        (f"0 $\n500 $\n20 $\n\n{MARIGOLD}", "no story"),
        (f"Ferry Returns\n\n\nFerry Returns\n\n{MARIGOLD}", "no story"),
        (f"{FIRST * 5}\n\n{SECOND}\n", "no headline"),
    ],
)
def test_what_is_no_capture_is_refused(text: str, why: str) -> None:
    assert why in refusal(text).why


def test_looks_like_capture() -> None:
    assert looks_like_capture(STORY)
    assert looks_like_capture("[logo]\n\nFerry Returns\n\nIt left at six.")
    assert looks_like_capture(STORY.replace("\n", "\r\n"))
    for head in ("", "one line", '{"a":\n\n 1}', "<rss>\n\n</rss>", "a,b\n1,2\n3,4\n", "a\n\n\0"):
        assert not looks_like_capture(head), head


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    doubts: list[Doubt] = []
    data = "Émile\r\n\r\nχαίρετε\r\n".encode(encoding)
    assert decode_capture(data, "page.txt", doubts=doubts) == "Émile\n\nχαίρετε\n"
    assert not doubts


def test_other_encodings_are_a_doubted_last_resort() -> None:
    doubts: list[Doubt] = []
    data = "Fine words.\n“Naïve” is one, for 5 €.\n".encode("windows-1252")
    assert decode_capture(data, "page.txt", doubts=doubts).endswith("“Naïve” is one, for 5 €.\n")
    assert [(doubt.what, doubt.line) for doubt in doubts] == [("encoding", 2)]


def test_a_file_that_ends_within_a_character() -> None:
    doubts: list[Doubt] = []
    assert decode_capture("Naïve words, naï".encode()[:-1], "page.txt", doubts=doubts)[-2:] == "na"
    assert [doubt.what for doubt in doubts] == ["encoding"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"words\0more", "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (bytes(range(1, 32)) * 4, "binary"),
        (b"\xff\xfea", "UTF-16"),
        (b"a" * (SIZE_LIMIT + 1), "larger than 20 MiB"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ArrivalRefused, match=why) as caught:
        decode_capture(data, "page.txt")
    assert caught.value.where.startswith("page.txt")


# --- Real pages ----------------------------------------------------------------------------------


@pytest.mark.skipif(not MISSION.exists(), reason="the real captured page is not here")
def test_the_real_page() -> None:
    items = read(decode_capture(MISSION.read_bytes(), MISSION.name))
    page, meter = items[0], pick(items, MeterItem)[0]
    source = [line.strip() for line in MISSION.read_text().split("\n")]
    assert page.headline == source[5] == source[8]
    assert list(page.paragraphs) == [source[line] for line in range(12, 23, 2)]
    assert page.appeal == source[26]
    assert [(it.number, it.symbol) for it in meter.scale] == [(0, "$"), (2350, "$"), (4700, "$")]
    assert (meter.raised.number, meter.raised.text) == (789, "789 $")
    assert [image.line for image in pick(items, Picture)] == [11]

    comments = pick(items, CommentItem)
    assert Counter(comment.depth for comment in comments) == {1: 9, 2: 7, 3: 4, 4: 1}
    names = [comment.author for comment in comments if comment.author]
    assert (len(names), len(set(names)), len(comments)) == (17, 15, 21)
    assert [comment.cut_off for comment in comments] == [False] * 20 + [True]
    assert doubted(items) == {"image"}
    bullets = [line.removeprefix("•").strip() for line in source[28:]]
    kept = "\n".join(comment.author or "" for comment in comments) + "".join(
        comment.text for comment in comments
    )
    assert all(line in kept for line in bullets), "no word is lost"


@pytest.mark.skipif(not TEXT_CAPTURES.exists(), reason="the pages of real sites are not here")
def test_no_meter_is_invented_on_real_pages() -> None:
    for path in sorted(TEXT_CAPTURES.glob("*.txt")):
        items = read(decode_capture(path.read_bytes(), path.name))
        assert not pick(items, MeterItem), path.name
        assert pick(items, Doubt), path.name
