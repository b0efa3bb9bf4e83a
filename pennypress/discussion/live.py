"""A discussion as its live stream tells it: how many comments, and which came last.

Only what the public page shows: no words, no names, nothing held or removed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.live import live_topic
from pennypress.delivery.models import Tag
from pennypress.foundation.language import count, page_locale
from pennypress.foundation.times import rfc3339

from .models import Comment, Discussion

LATEST = 50  # comments that an event names
_SAMPLES = (*range(201), 1_000, 1_000_000)  # among them is each kind of number that languages know
_N = "{n}"


@dataclass(frozen=True)
class DiscussionSummary:
    """Where a page's discussion stands: what a script needs to hear of what comes after it.

    `since` is the number of the discussion's latest change, `latest` when the comment that came
    last became visible. `words` are the phrases, by kind of number, in the page's language.
    """

    topic: str
    since: int
    latest: str
    words: str


def read_summary(number: int) -> DiscussionSummary:
    """Read where the discussion of page `number` stands. Call it before the page's facts are read.

    In this order a comment that comes in between is told twice; in the other, not at all.
    """
    topic = f"discussion:{number}"
    since = Tag.objects.filter(name=topic).values_list("sequence", flat=True).first() or 0
    latest = _latest(number).values_list("first_visible", flat=True).first()
    words = _words(get_language() or "en")
    return DiscussionSummary(topic, since, rfc3339(latest, "microseconds") if latest else "", words)


@live_topic("discussion", tag="discussion:{}")
def write_discussion(number: int, language: str) -> str:
    """The state of a page's discussion as JSON; "" when there is no such public page."""
    discussion = Discussion.objects.filter(pk=number).first()
    if discussion is None or not Page.objects.live().public().filter(pk=number).exists():
        return ""
    rows = _latest(number).values_list("pk", "parent_id", "first_visible")[:LATEST]
    latest = [
        {"id": pk, "parent": parent, "at": rfc3339(visible, "microseconds")}
        for pk, parent, visible in rows
    ]
    state = {"topic": f"discussion:{number}", "count": discussion.count, "latest": latest}
    return json.dumps(state, separators=(",", ":"))


def _latest(number: int):
    """The visible comments of a discussion, those that became visible last first."""
    visible = Comment.objects.filter(discussion_id=number, state=Comment.State.VISIBLE)
    return visible.order_by("-first_visible", "-pk")


@cache
def _words(language: str) -> str:
    """The phrases of the page's language, which is the one in force; made once."""
    words = {
        "count": _forms(lambda n: ngettext("%(shown)s comment", "%(shown)s comments", n)),
        "none": _("No comments yet"),
        "new": _forms(lambda n: ngettext("%(shown)s new comment", "%(shown)s new comments", n)),
        "many": _("%(shown)s or more new comments") % {"shown": count(LATEST)},
    }
    return json.dumps(words)


def _forms(say: Callable[[int], str]) -> dict[str, str]:
    """What the page's language says for each kind of number that it knows (as CLDR names them)."""
    kind_of = page_locale().plural_form
    samples = {kind_of(number): number for number in reversed(_SAMPLES)}
    return {kind: say(number) % {"shown": _N} for kind, number in samples.items()}
