"""Where comments stand: their numbers, their places in the tree, and how many are visible."""

import datetime as dt

from django.db import connection, models

from pennypress.foundation.rows import advance
from pennypress.record.actions import lock_log

from ..models import MOST_DEPTH, Comment, Counter
from ..order import newest_key, path_step
from .recording import record_mark


def lock_discussions() -> None:
    """Make everybody who changes a discussion queue, until the transaction ends.

    Comes first in a verb: what is read after it stays true. There is one lock for all discussions,
    the record's, since each change ends in the record.
    """
    lock_log()


def number_comments(count: int) -> range:
    """Return the numbers of `count` new comments. Locks discussions as `lock_discussions` does."""
    lock_discussions()
    last = advance(Counter, "last", count)
    return range(last - count + 1, last + 1)


def place(comment: Comment, parent: Comment | None) -> Comment:
    """Give a new comment its place: path, depth and parent. Too deep, it hangs from depth 100."""
    if parent and parent.depth >= MOST_DEPTH:
        comment.answers = parent
        parent = parent.parent
    comment.parent = parent
    comment.depth = parent.depth + 1 if parent else 1
    step = path_step(comment.posted, comment.position, comment.pk)
    comment.path = (parent.path if parent else "") + step
    comment.newest = (
        parent.newest if parent else newest_key(comment.posted, comment.position, comment.pk)
    )
    return comment


def to_milliseconds(time: dt.datetime) -> dt.datetime:
    """Cut a time to milliseconds, the grain in which paths sort."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def count_visible(discussion_id: int, more: int, size: int) -> None:
    """Count visible comments more, or fewer; true once the record has `size` entries."""
    if more:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE discussion_discussion SET count = count + %s, counted = %s "
                "WHERE page_id = %s",
                [more, size, discussion_id],
            )


def place_changed(comment: Comment, was_shown: bool) -> None:
    """Tell the comments above when this one came into sight or went out of it."""
    if comment.shown and not was_shown:
        show_replies(comment.parent_id)
    elif was_shown and not comment.shown:
        _hide_reply(comment.parent_id)


def show_replies(parent_id: int | None, replies: int = 1) -> None:
    """Replies came into sight: their parent has more, and comes into sight itself if it wasn't.

    A parent that was removed or taken back unseen has a mark now that says so, and its entry.
    """
    while parent_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE discussion_comment SET replies_shown = replies_shown + %s WHERE id = %s "
                "RETURNING shown, parent_id",
                [replies, parent_id],
            )
            shown, above = cursor.fetchone()
        if shown:
            return
        Comment.objects.filter(pk=parent_id).update(shown=True)
        record_mark(Comment.objects.select_related("removed_under").get(pk=parent_id))
        parent_id, replies = above, 1


def _hide_reply(parent_id: int | None) -> None:
    """A reply went out of sight: a parent that was only kept as its place goes with it."""
    while parent_id is not None:
        Comment.objects.filter(pk=parent_id).update(replies_shown=models.F("replies_shown") - 1)
        parent = Comment.objects.get(pk=parent_id)
        if parent.has_place:
            return
        Comment.objects.filter(pk=parent_id).update(shown=False)
        parent_id = parent.parent_id
