"""Stored comments rendered again, as this version of the program renders what readers wrote."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from django.db import transaction

from pennypress.delivery.actions import invalidate
from pennypress.words.writing import render

from .actions.placing import lock_discussions
from .models import Comment

BATCH = 200  # comments that are stored at once: those who post wait for one batch at most


def repair_renderings() -> Iterator[str]:
    """Render all comments again from their source; say which were shown without some words.

    What readers wrote, and so what the record holds of it, stays as it is.
    """
    last = changed = 0
    while batch := _read_batch(last):
        last = batch[-1].pk
        written = {comment.pk: _render(comment) for comment in batch}
        other = {comment.pk: comment for comment in batch if comment.html != written[comment.pk]}
        changed += _store(other, written)
        for number, comment in other.items():
            lost = _words(written[number]) - _words(comment.html)
            if lost:
                yield f"comment {number} shows {lost.total()} words that were not shown"
    if changed:
        yield f"{changed:,} comments are rendered anew"


def _read_batch(after: int) -> list[Comment]:
    rows = Comment.objects.filter(pk__gt=after).exclude(text="").order_by("pk")
    return list(rows.only("pk", "text", "markup", "html", "discussion")[:BATCH])


def _render(comment: Comment) -> str:
    return render(comment.text, markdown=comment.markup == Comment.Markup.MARKDOWN)


def _store(comments: dict[int, Comment], written: dict[int, str]) -> int:
    """Store what was written of comments, unless somebody took one back meanwhile."""
    if not comments:
        return 0
    with transaction.atomic():
        lock_discussions()
        rows = Comment.objects.filter(pk__in=list(comments)).only("pk", "text")
        same = [row for row in rows if row.text == comments[row.pk].text]
        for row in same:
            row.html = written[row.pk]
        Comment.objects.bulk_update(same, ["html"])
        invalidate(*{f"discussion:{comments[row.pk].discussion_id}" for row in same})
    return len(same)


def _words(html: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", " ", html))))
