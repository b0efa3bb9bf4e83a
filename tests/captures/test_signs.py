"""Words around readers' words are found where they are a line, and not within sentences."""

import pytest

from pennypress.captures.hosted import find_hosted, find_hosted_mark
from pennypress.captures.signs import (
    Sign,
    is_furniture,
    is_heading,
    is_invitation,
    is_label,
    is_load_more,
    is_removed,
    is_reply,
    read_claim,
    read_furniture,
    read_in_reply,
    split_by,
    split_says,
    trim_joints,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "line",
    [
        "Reply",
        "↩ Reply (3)",
        "Reply | Report",
        "Antworten Melden Teilen",
        "+5 -2 Reply",
        "Répondre à ce commentaire",
        "Responder",
        "Ответить · Пожаловаться",
        "返信",
        "いいね！ 返信",
        "답글",
        "رد",
        "回复",
    ],
)
def test_links_that_answer(line: str) -> None:
    assert is_reply(line)


@pytest.mark.parametrize("line", ["12 Likes · Share", "Permalink", "Gefällt mir 3", "举报"])
def test_other_furniture(line: str) -> None:
    assert read_furniture(line) == Sign.OTHER


@pytest.mark.parametrize("line", ["I reply to you", "Like a ferry", "Share the bread", "", "12"])
def test_sentences_are_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("37 comments", 37),
        ("Comments (37)", 37),
        ("Kommentare (91)", 91),
        ("91 Ergänzungen", 91),
        ("댓글 12", 12),
        ("コメント 5件", 5),
        ("共12条评论", 12),
        ("Комментарии: 12", 12),
        ("One response to “Ferry”", 1),
        ("12 réponses à « Le bac »", 12),
        ("25.4k comments", 25_400),
        ("1,234 Comments", 1234),
        ("Comments: 7 | Share", 7),
        ("37 Comments Add yours", 37),
        ("No comments yet", 0),
        ("Comments", None),
        ("2017 comments policy", None),
        ("37 comments on the plan were received in May.", None),
        ("I have 3 comments", None),
    ],
)
def test_claimed_counts(line: str, count: int | None) -> None:
    assert read_claim(line) == count


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Anna says:", ("Anna", "")),
        ("Anna schreibt am 3. Mai 2020:", ("Anna", "am 3. Mai 2020:")),
        ("Anna dit :", ("Anna", "")),
        ("Anna wrote on May 3", ("Anna", "on May 3")),
        ("小王说：", ("小王", "")),
        ("花子より:", ("花子", "")),
        ("As he said it was true", None),
        ("Anna says: Great thing", None),
    ],
)
def test_names_that_say(line: str, said: tuple[str, str] | None) -> None:
    assert split_says(line) == said


def test_names_at_other_places() -> None:
    assert split_by("Posted by Anna") == "Anna"
    assert split_by("Nothing by Anna") is None
    assert read_in_reply("In reply to Anna") == "Anna"
    assert read_in_reply("Annaさんへの返信") == "Anna"
    assert read_in_reply("They came in reply to Anna") is None
    assert trim_joints("Anna am", right=True) == "Anna"
    assert trim_joints("um 12:30 Uhr", left=True) == "12:30 Uhr"


def test_other_lines_around_a_discussion() -> None:
    assert is_heading("Leserkommentare")
    assert is_invitation("Leave a Reply Cancel reply")
    assert is_label("Your email address will not be published. Required fields are marked *")
    assert is_load_more("Load more comments")
    assert is_removed("[deleted]")
    assert is_removed("Dieser Kommentar wurde gelöscht.")
    assert not is_removed("Removed")


def test_systems_that_keep_the_comments_elsewhere() -> None:
    assert find_hosted_mark("disqus_thread") == "Disqus"
    assert find_hosted_mark("commentoptions") is None
    assert find_hosted("Please enable JavaScript to view the comments powered by Disqus.") == (
        "Disqus"
    )
