"""Taking over comments that another system showed."""

import collections
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from pennypress.delivery.actions import invalidate
from pennypress.foundation.hygiene import take_as_is
from pennypress.record.actions import Fact, append_all
from pennypress.words.writing import render

from ..models import Comment, Decision, Discussion, Rule
from .placing import (
    count_visible,
    lock_discussions,
    number_comments,
    place,
    show_replies,
    to_milliseconds,
)
from .recording import completed_fact, posted_fact

State = Comment.State
Role = Decision.Role


@dataclass(frozen=True)
class Carried:
    """A comment that another system showed: taken as it is, past the policy for new ones.

    `parent` is the number of a comment already stored, or a `Carried.source` of the same call that
    comes earlier. `posted` is None where the source gave no date; `position` is its place there.
    """

    source: str
    parent: int | str | None
    author: str | None
    text: str
    posted: dt.datetime | None
    position: int
    cut_off: bool = False
    hold: str = ""  # why it must be held, if it must
    markup: str = Comment.Markup.PLAIN
    removed_under: Rule | None = None
    html: str | None = None  # its rendered text, once it has been prepared


def prepare_comment(item: Carried) -> Carried:
    """Return a comment with its words cleaned and rendered.

    That takes longer than storing it, and is done before others have to wait for it.
    """
    if item.html is not None:
        return item
    text = take_as_is(item.text)
    author = take_as_is(item.author, multiline=False)[:300] if item.author else None
    html = render(text, markdown=item.markup == Comment.Markup.MARKDOWN)
    return replace(item, text=text, author=author or None, html=html)


def carry_over_comments(discussion: Discussion, items: Sequence[Carried]) -> dict[str, int]:
    """Store comments that arrive from elsewhere; the bulk form of `post_comment`.

    One transaction and one set of tags for the whole call (up to 1,000 items). Those that are not
    prepared are so before it. Returns the number of each source. Raises KeyError for a parent
    neither stored nor earlier in the call.
    """
    items = [prepare_comment(item) for item in items]
    made: dict[str, Comment] = {}
    with transaction.atomic():
        numbers = number_comments(len(items))
        stored = {
            row.pk: row
            for row in Comment.objects.filter(
                discussion=discussion,
                pk__in=[item.parent for item in items if isinstance(item.parent, int)],
            )
        }
        for number, item in zip(numbers, items, strict=True):
            parent = (
                None
                if item.parent is None
                else stored[item.parent]
                if isinstance(item.parent, int)
                else made[item.parent]
            )
            made[item.source] = _carried(discussion, number, item, parent)
        _mark_shown(made.values())
        Comment.objects.bulk_create(made.values(), batch_size=500)
        size = _record_carried(items, made)
        shown_under = collections.Counter(c.parent_id for c in made.values() if c.shown)
        for parent_id in shown_under.keys() & stored.keys():
            show_replies(parent_id, shown_under[parent_id])
        count_visible(discussion.pk, sum(row.state == State.VISIBLE for row in made.values()), size)
        invalidate(f"discussion:{discussion.pk}", "queue")
    return {source: row.pk for source, row in made.items()}


def complete_comment(number: int, whole: Carried) -> bool:
    """Give a comment that arrived cut off the words that a later capture has whole.

    `whole` is prepared before the lock is taken. Says whether there was anything to do: a comment
    that is whole, or gone, stays as it is.
    """
    whole = prepare_comment(whole)
    with transaction.atomic():
        lock_discussions()
        comment = Comment.objects.filter(pk=number, cut_off=True).first()
        if comment is None or comment.state in {State.WITHDRAWN, State.ERASED}:
            return False
        comment.text, comment.html = whole.text, whole.html or ""
        comment.markup, comment.cut_off = whole.markup, whole.cut_off
        comment.save(update_fields=["text", "html", "markup", "cut_off"])
        if comment.first_visible is not None:
            append_all([completed_fact(comment, timezone.now())])
        invalidate(f"discussion:{comment.discussion_id}", "queue")
    return True


def _carried(discussion: Discussion, number: int, item: Carried, parent: Comment | None) -> Comment:
    state = State.HELD if item.hold else State.REMOVED if item.removed_under else State.VISIBLE
    return place(
        Comment(
            pk=number,
            discussion=discussion,
            author=item.author,
            text=item.text,
            html=item.html or "",
            markup=item.markup,
            cut_off=item.cut_off,
            posted=to_milliseconds(item.posted) if item.posted else None,
            position=item.position,
            state=state,
            removed_under=item.removed_under,
            shown=state != State.HELD,
            first_visible=None if state == State.HELD else timezone.now(),
        ),
        parent,
    )


def _mark_shown(rows: Iterable[Comment]) -> None:
    """Count direct replies; a held comment under which something is shown keeps a marked place."""
    by_number = {row.pk: row for row in rows}
    for row in sorted(by_number.values(), key=lambda row: -row.depth):
        row.shown = row.has_place
        parent = by_number.get(row.parent_id) if row.parent_id else None
        if row.shown and parent:
            parent.replies_shown += 1


def _record_carried(items: Sequence[Carried], made: dict[str, Comment]) -> int:
    """Append the entries of comments that arrived; return the size of the record after them.

    One that is held has none until it is shown.
    """
    now = timezone.now()
    facts = []
    for item in items:
        row = made[item.source]
        if row.state == State.VISIBLE:
            facts.append(posted_fact(row, now, carried_over=True))
        elif row.removed_under:
            facts.append(
                Fact(
                    "comment.removed",
                    f"comment:{row.pk}",
                    now,
                    {
                        "by": Role.MODERATOR.value,
                        "rule": row.removed_under.number,
                        "discussion": row.discussion_id,
                        "carried_over": True,
                    },
                )
            )
    entries = {entry.subject: entry.index for entry in append_all(facts)}
    Decision.objects.bulk_create(
        Decision(
            comment=made[item.source],
            act=Decision.Act.HOLD if item.hold else Decision.Act.REMOVE,
            rule=item.removed_under,
            role=Role.WORD_LIST if item.hold else Role.MODERATOR,
            why=item.hold,
            decided=now,
            entry=None if item.hold else entries[f"comment:{made[item.source].pk}"],
        )
        for item in items
        if item.hold or item.removed_under
    )
    return max(entries.values(), default=-1) + 1
