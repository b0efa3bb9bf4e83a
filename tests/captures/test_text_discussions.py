"""Discussions are found in every form that a page's text takes, and none is made up."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pennypress.captures.text.capture import decode_capture, read_capture
from pennypress.formats.items import CommentItem, Doubt, Item, MeterItem, PageItem

pytestmark = pytest.mark.once

LEAD = "The first ferry left the north pier at six in the morning, with forty people aboard."
MORE = (
    "The council had promised a bridge; what it built instead was a waiting room with two benches, "
    "and nobody who lives on the island remembers having been asked about either of them."
)
STORY = f"Ferry returns to the harbour\n\n{LEAD}\n\n{MORE}\n\n"
LINKS = "".join(f"  • {name}\n" for name in ("Home", "Harbour", "Weather", "About us", "Contact"))
TREE = [  # depth, name, words
    (1, "Marigold Pryce", "I rode it yesterday, and it was on time for once."),
    (2, "old_salt_77", "Lucky you. Mine was late by an hour, in the rain."),
    (3, "J. R. Tolland", "It was not raining."),
    (1, "Ask me tomorrow", "Who pays for the lamps on the pier?\n\nNobody told us."),
    (2, "Marigold Pryce", "We do."),
    (1, "Perrine", "The waiting room has two benches and a broken clock, that is all."),
]


def read(text: str, **options: object) -> list[Item]:
    return list(read_capture(text.splitlines(keepends=True), name="page.txt", **options))


def pick(items: list[Item], kind: type) -> list:
    return [item for item in items if isinstance(item, kind)]


def found(text: str) -> list[tuple[int, str | None, str]]:
    return [(it.depth, it.author, it.text) for it in pick(read(text), CommentItem)]


def doubts(items: list[Item]) -> dict[str, bool]:
    """What is doubted, and whether gravely."""
    said: dict[str, bool] = {}
    for doubt in pick(items, Doubt):
        said[doubt.what] = said.get(doubt.what, False) or doubt.grave
    return said


def flat(tree: Sequence[tuple[int, str, str]] = TREE) -> list[tuple[int, str | None, str]]:
    return [(1, name, words) for _, name, words in tree]


def write(
    head: str, *, step: int = 2, start: int = 2, mark: str = "•", end: str = "", gap: bool = True
) -> str:
    """Print the tree, each comment with a head ("{name} | {date}") and perhaps links at its end.

    No mark makes a list without bullets.
    """
    lines: list[str] = []
    for number, (depth, name, words) in enumerate(TREE, 1):
        indent = " " * (start + step * (depth - 1)) if step else ""
        under = indent + " " * (len(mark) + 1 if mark else 0)
        date = f"{number} May 2020 at 1{number}:30"
        first, *others = head.format(name=name, date=date, number=number).split("\n")
        lines.append(f"{indent}{mark} {first}" if mark else indent + first)
        lines += [under + other if other else "" for other in others]
        lines += ["", *[under + line if line else "" for line in words.split("\n")], ""]
        lines += [*(under + line for line in end.split("\n")), ""] if end else []
    return "\n".join(lines) + "\n"


# --- Heads of comments -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "{name} {date} Reply",
        "{name} | {date}",
        "{name} says:\n{date}",
        "{name} says:\n{date} | Permalink",
        "{name}\n\n{date}",
        "{date}\n{name}",
        "{date} · {name}",
        "#{number} {name}, {date}",
        "By {name} on {date}",
        "[avatar.png] {name} – {date}",
        "{name}\nMember\n12 posts\n{date}\n#{number}",
    ],
)
@pytest.mark.parametrize("end", ["Reply", "Reply\nReport", ""])
def test_heads(head: str, end: str) -> None:
    assert found(f"{STORY}6 comments\n\n{write(head, end=end)}") == TREE


@pytest.mark.parametrize(
    ("says", "reply"),
    [
        ("sagt:", "Antworten"),
        ("a écrit :", "Répondre"),
        ("dijo:", "Responder"),
        ("пишет:", "Ответить"),
        ("schrieb am 3. Mai 2020 um 12:30:", "antworten | melden"),
    ],
)
def test_words_of_other_languages(says: str, reply: str) -> None:
    assert found(STORY + write("{name} " + says, end=reply)) == TREE


def test_dates_are_read() -> None:
    comments = pick(read(f"{STORY}Comments\n\n" + write("{name} {date}")), CommentItem)
    assert comments[1].posted == datetime(2020, 5, 2, 12, 30, tzinfo=UTC)


def test_a_date_may_count_back_from_the_capture() -> None:
    text = (
        f"{STORY}Comments\n\nMarigold, 2 hours ago\n\nI rode it.\n\n"
        "Tolland, 1 hour ago\n\nMe too.\n"
    )
    moment = datetime(2020, 5, 3, 12, tzinfo=UTC)
    comments = pick(read(text, captured=moment), CommentItem)
    assert [comment.posted for comment in comments] == [
        moment.replace(hour=10),
        moment.replace(hour=11),
    ]


@pytest.mark.parametrize(
    "mark", ["•", "◎", "△", "▸", "✱", "»", "—", "✓", ">", "#", "*", "+", "o", "•\u200b"]
)
def test_bullets(mark: str) -> None:
    assert found(STORY + write("{name} {date}", mark=mark, end="Reply")) == TREE


@pytest.mark.parametrize("step", [2, 3, 4, 5])
def test_columns_a_level(step: int) -> None:
    assert found(STORY + write("{name} says:", step=step, end="Reply")) == TREE


def test_comments_without_bullets_or_nesting() -> None:
    items = read(STORY + write("{name} {date}", step=0, mark="", end="Reply"))
    assert [(it.depth, it.author, it.text) for it in pick(items, CommentItem)] == flat()
    assert "nesting" in doubts(items)


def test_comments_without_dates_end_with_a_link_to_answer() -> None:
    text = STORY + "Comments\n\n" + write("{name}", step=0, mark="", end="Reply")
    assert found(text) == flat()


def test_names_below_the_words() -> None:
    comments = "".join(
        f"  • {words}\n    – {name}\n    {number} May 2020 at 12:30\n"
        for number, (_, name, words) in enumerate(TREE, 1)
        if "\n" not in words
    )
    assert found(f"{STORY}Comments\n\n{comments}") == [
        (1, name, words) for _, name, words in TREE if "\n" not in words
    ]


def test_depth_in_words() -> None:
    text = "".join(
        f"level {depth}\n{name} · 3 yr. ago\n\n{words}\n\n{12 + depth}\nReply\n\n"
        for depth, name, words in TREE
    )
    assert found(f"{STORY}6 comments\n\n{text}") == TREE


def test_whom_a_comment_answers() -> None:
    text = (
        "Marigold\n3 May 2020 12:30\n\nI rode it.\n\nReply\n\n"
        "Tolland\nin reply to Marigold\n3 May 2020 12:40\n\nSo did I.\n\nReply\n\n"
        "Perrine\n3 May 2020 12:50\n\nNot me.\n\nReply\n\n"
    )
    assert found(f"{STORY}Comments\n\n{text}") == [
        (1, "Marigold", "I rode it."),
        (2, "Tolland", "So did I."),
        (1, "Perrine", "Not me."),
    ]


def test_signatures_end_the_comments_of_a_talk_page() -> None:
    text = (
        f"{STORY}The lamp\n\n"
        "It was lit in 1862. Or was it? Marigold (talk) 3 May 2020 12:30 (UTC)\n\n"
        "In 1867, says the book. old salt 3rd (talk) 3 May 2020 14:10 (UTC)\n\n"
        "Thank you.\n\nI change it. Marigold (talk) 3 May 2020 14:30 (UTC)\n"
    )
    assert found(text) == [
        (1, "Marigold", "It was lit in 1862. Or was it?"),
        (1, "old salt 3rd", "In 1867, says the book."),
        (1, "Marigold", "Thank you.\n\nI change it."),
    ]


def test_a_forums_first_post_is_the_story_gravely_doubted() -> None:
    posts = "".join(
        f"Reply with quote\n\n{title}\nby {name} » 3 May 2020, 12:{minute}\n\n{words}\n\n{name}\n"
        f"Member\nPosts: {minute}\n\n"
        for title, name, minute, words in (
            ("My clock stops", "Marigold", 10, "It goes for ten minutes, and then it stops."),
            ("Re: My clock stops", "old_salt", 20, "Is it level?"),
            ("Re: My clock stops", "Perrine", 30, "Mine did the same."),
            ("Re: My clock stops", "Marigold", 40, "It was not level, thank you."),
        )
    )
    items = read(f"Clocks and watches\n\n{LINKS}\nMy clock stops\n\n{posts}{LINKS}")
    assert items[0].headline == "My clock stops"
    assert items[0].paragraphs == ("It goes for ten minutes, and then it stops.",)
    assert items[0].bylines == ("Marigold",)
    assert [(it.author, it.text) for it in pick(items, CommentItem)] == [
        ("old_salt", "Is it level?"),
        ("Perrine", "Mine did the same."),
        ("Marigold", "It was not level, thank you."),
    ]
    assert doubts(items)["story"]


def test_marks_of_markdown_are_left_out() -> None:
    links = "".join(f"  * [{name}](/{name})\n" for name in ("Home", "Harbour", "Weather"))
    comments = "".join(
        f"  {number}. [{name}](/people/{number}) **says:**  \n{number} May 2020 at 12:30\n\n"
        f"Words _of_ number {number}, with a [link](/there).\n\n[Reply](?reply={number})\n\n"
        for number, name in enumerate(("Marigold", "Tolland", "Perrine"), 1)
    )
    items = read(f"{links}\n# Ferry returns\n\n{LEAD}\n\n{MORE}\n\n## 3 comments\n\n{comments}")
    assert items[0].headline == "Ferry returns"
    assert [(it.author, it.text) for it in pick(items, CommentItem)] == [
        (name, f"Words of number {number}, with a link.")
        for number, name in enumerate(("Marigold", "Tolland", "Perrine"), 1)
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_few_comments(number: int) -> None:
    names = ("Marigold", "Tolland", "Perrine")[:number]
    comments = "".join(f"{name}\n{at} May 2020 at 12:30\n\nSo it is.\n\nReply\n\n" for at, name in
                       enumerate(names, 1))  # fmt: skip
    assert found(f"{LINKS}\n{STORY}{number} comments\n\n{comments}{LINKS}") == [
        (1, name, "So it is.") for name in names
    ]


# --- What stands in and around comments ------------------------------------------------------


def test_lists_and_code_in_a_comment_are_its_words() -> None:
    comments = (
        "  • Marigold says:\n    3 May 2020 at 12:30\n\n    I need:\n\n"
        "    • planks\n    • nails\n\n    1. time\n\n"
        "    for plank in pier:\n        paint(plank)\n\n    Reply\n"
        "    • Tolland says:\n      3 May 2020 at 12:40\n\n      Me too.\n\n      Reply\n"
        "  • Perrine says:\n    3 May 2020 at 12:50\n\n    Fine.\n\n    Reply\n"
    )
    text = "I need:\n\n• planks\n• nails\n\n1. time\n\nfor plank in pier:\npaint(plank)"
    assert found(STORY + comments) == [
        (1, "Marigold", text),
        (2, "Tolland", "Me too."),
        (1, "Perrine", "Fine."),
    ]


def test_what_stands_around_the_discussion_is_no_part_of_it() -> None:
    form = "Leave a Reply\n\nYour email address will not be published.\n\nName *\n\nEmail *\n\n"
    text = (
        f"Skip to content\n\n{LINKS}\n{STORY}Share\n\n3 comments\n\n"
        f"{write('{name} says:', end='Reply')}{form}Recent posts\n\n{LINKS}\n"
        "© Northern Wire\n"
    )
    items = read(text)
    assert [(it.depth, it.author, it.text) for it in pick(items, CommentItem)] == TREE
    assert items[0].headline == "Ferry returns to the harbour"
    assert items[0].paragraphs == (LEAD, MORE)


def test_a_footer_ends_the_last_comment() -> None:
    text = f"{STORY}Comments\n\n{write('{name} {date}')}Northern Wire\n\n{LINKS}"
    assert found(text) == TREE


def test_removed_comments_keep_their_place() -> None:
    text = STORY + write("{name} says:", end="Reply").replace(TREE[1][2], "[deleted]")
    comments = pick(read(text), CommentItem)
    assert [comment.removed for comment in comments] == [False, True, False, False, False, False]
    assert comments[2].parent == comments[1].source_id
    assert comments[1].text == ""


@pytest.mark.parametrize("more", ["Load more comments", "Weitere Kommentare anzeigen"])
def test_comments_that_are_not_in_the_page_are_doubted(more: str) -> None:
    items = read(f"{STORY}37 comments\n\n{write('{name} {date}', end='Reply')}{more}\n")
    assert items[0].claimed_comments == 37
    assert pick(items, CommentItem)[-1].text == TREE[-1][2]
    assert doubts(items)["comments"] is False


def test_the_lines_that_a_browser_wrapped_are_joined() -> None:
    import textwrap

    story = "\n\n".join(textwrap.fill(part, 72) for part in (LEAD, MORE, MORE + LEAD, MORE * 3))
    words = [f"{MORE} {LEAD}", f"{LEAD} {MORE} {LEAD}", MORE]
    comments = "".join(
        f"  • Reader {number} says:\n    3 May 2020 at 12:30\n\n"
        + textwrap.indent(textwrap.fill(text, 68), "    ")
        + "\n\n    Reply\n"
        for number, text in enumerate(words)
    )
    items = read(f"Ferry returns to the harbour\n\n{story}\n\n{comments}")
    assert [comment.text for comment in pick(items, CommentItem)] == words
    assert items[0].paragraphs == (LEAD, MORE, MORE + LEAD, MORE * 3)
    assert "form" in doubts(items)


# --- Pages without comments ------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        "More stories\n\n"
        + "".join(
            f"Bridge opens on day {day}\n\n{day} May 2020, 10:00\n\n{LEAD}\n\nRead more\n\n"
            for day in range(1, 7)
        ),
        "".join(
            f"  • Harbour {day}\n\n    The pier is closed for repairs, says the council.\n\n"
            for day in range(1, 7)
        )
        + LINKS,
        "References\n\n"
        + "".join(
            f"  {number}. Pryce, M. ({2000 + number}). On ferries. Harbour Press.\n"
            for number in range(1, 9)
        ),
        "Comments (0)\n\nNo comments yet\n\n" + LINKS,
    ],
)
def test_no_comment_is_made_up(more: str) -> None:
    items = read(f"{LINKS}\n{STORY}{more}")
    assert not pick(items, CommentItem)
    assert items[0].headline == "Ferry returns to the harbour"


@pytest.mark.parametrize("sign", ["37 comments", "Kommentare (91)", "Reply\n\nReply\n\nReply"])
def test_signs_of_readers_without_their_words_are_doubted_gravely(sign: str) -> None:
    items = read(f"{LINKS}\n{STORY}{sign}\n")
    assert not pick(items, CommentItem)
    assert doubts(items)["comments"]


def test_comments_that_another_system_keeps_are_doubted() -> None:
    shell = "Please enable JavaScript to view the comments powered by Disqus."
    items = read(f"{LINKS}\n{STORY}{shell}\n\n{LINKS}")
    assert not pick(items, CommentItem)
    assert any("Disqus" in doubt.why for doubt in pick(items, Doubt))


# --- A meter in words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "raised", "goal"),
    [
        ("$789 raised of $4,700", 789, 4700),
        ("Raised: 789 $\n\nGoal: 4,700 $", 789, 4700),
        ("789 € von 4.700 € gesammelt", 789, 4700),
        ("$21,340 raised of $50K goal", 21_340, 50_000),
        ("16% funded\n\n$7,050 of $4,700 raised", 7050, 4700),
        ("Собрано 789 ₽ из 4700 ₽", 789, 4700),
    ],
)
def test_a_meter_that_says_what_it_is(line: str, raised: int, goal: int) -> None:
    (meter,) = pick(read(f"{STORY}{line}\n\n{LINKS}"), MeterItem)
    assert (meter.raised.number, meter.scale[-1].number) == (raised, goal)
    assert meter.scale[0].number == 0


@pytest.mark.parametrize(
    "line",
    ["Raised: 789 $", "7,050 of 4,700", "$50K", "Donate $5\n\nDonate $10", "Only 5 € of 10 €"],
)
def test_sums_that_do_not_say_what_they_are_make_no_meter(line: str) -> None:
    assert not pick(read(f"{STORY}{line}\n\n{LINKS}"), MeterItem)


# --- Encodings and cost ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет всем, это страница, на которой стоят слова.", "windows-1251"),
        ("嵐が来る。桟橋が閉じた。", "shift-jis"),
        ("暴风雨来了，码头关闭。", "gb18030"),
        ("暴風雨來了，碼頭關閉。", "big5"),
        ("폭풍이 온다. 부두가 닫혔다.", "euc-kr"),
    ],
)
def test_other_encodings_are_told_and_doubted(text: str, encoding: str) -> None:
    said: list[Doubt] = []
    assert decode_capture(f"{text}\n".encode(encoding), "page.txt", doubts=said) == f"{text}\n"
    assert [doubt.what for doubt in said] == ["encoding"]
    assert decode_capture(text.encode(encoding), "page.txt", encoding=encoding) == text


def test_one_bad_byte_does_not_refuse_a_file() -> None:
    said: list[Doubt] = []
    text = decode_capture(
        "Χαίρετε, αυτή είναι η σελίδα".encode() + b"\xff and more", "a.txt", doubts=said
    )
    assert text == "Χαίρετε, αυτή είναι η σελίδα\N{REPLACEMENT CHARACTER} and more"
    assert [doubt.what for doubt in said] == ["encoding"]


def test_the_cost_grows_with_the_page() -> None:
    def count(comments: int, first: int) -> int:
        """Count calls for comments whose words no other page has."""
        calls = 0

        def note(frame, event: str, argument) -> None:
            nonlocal calls
            calls += event in {"call", "c_call"}

        text = STORY + "".join(
            f"  • Reader {number} says:\n    3 May 2020 at 12:30\n\n"
            f"    Words {number}.\n\n    Reply\n"
            for number in range(first, first + comments)
        )
        sys.setprofile(note)
        try:
            items = read(text)
        finally:
            sys.setprofile(None)
        assert len(pick(items, CommentItem)) == comments
        assert isinstance(items[0], PageItem)
        return calls

    count(20, 1000)  # what is loaded but once
    few, many = count(200, 2000), count(400, 3000)
    assert many < 2.2 * few


def test_words_around_sums_cost_what_they_are_long() -> None:
    line = "raised of " * 17 + "$5"
    assert not pick(read(f"{STORY}{line}\n\n{LINKS}"), MeterItem)
