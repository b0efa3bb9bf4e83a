"""What tests of the discussion share: ways to fill a discussion quickly, and a moderator."""

import datetime as dt
from collections.abc import Callable

import pytest

from pennypress.discussion.actions import Carried, carry_over_comments, post_comment
from pennypress.discussion.models import Comment, Discussion

START = dt.datetime(2024, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def say(discussion, settings) -> Callable[..., Comment]:
    """Post a comment that is visible at once: `say("words", under=comment)`."""

    def post(text: str = "Well said.", under: Comment | None = None, name: str = "Ada") -> Comment:
        settings.FIRST_COMMENTS = "publish"
        return post_comment(
            discussion, name=name, text=text, parent=under.pk if under else None
        ).comment

    return post


@pytest.fixture
def held(discussion, settings) -> Callable[..., Comment]:
    """Post a comment that waits for a moderator."""

    def post(text: str = "Buy my pills.", under: Comment | None = None) -> Comment:
        settings.FIRST_COMMENTS = "hold-all"
        return post_comment(
            discussion, name="Waiting", text=text, parent=under.pk if under else None
        ).comment

    return post


def carried(number: int, parent: int | str | None = None, **other) -> Carried:
    """A comment from elsewhere, `number` minutes after the first; source `c<number>`."""
    return Carried(
        **{
            "source": f"c{number}",
            "parent": parent,
            "author": f"Reader {number}",
            "text": f"Words {number}",
            "posted": START + dt.timedelta(minutes=number),
            "position": number,
        }
        | other
    )


def carry_over_many(discussion: Discussion, count: int) -> list[int]:
    """Store so many top-level comments; return their numbers in order."""
    made: list[int] = []
    for start in range(0, count, 1000):
        batch = [carried(number) for number in range(start, min(count, start + 1000))]
        made += carry_over_comments(discussion, batch).values()
    return made
