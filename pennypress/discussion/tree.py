"""Reading a discussion in bounded pieces, whose cost does not depend on the size of the thread."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from pennypress.delivery.dependencies import depends_on

from .models import STEP, Comment, Discussion
from .order import after_subtree, make_cursor, read_cursor

WHOLE = 200  # up to so many comments stand whole on the story page
THREADS = 20  # threads on one page of a larger discussion
REPLIES = 3  # replies shown per comment there
LEVELS = 3  # levels shown there, threads included
BRANCH_REPLIES = 50  # direct replies on one page of a large branch
API_PAGE = 100  # comments on one page of the API

ORDERS = ("oldest", "newest", "best")


class ShownComment(NamedTuple):
    """What a page shows of a comment and no more, and the keys of its place in the order.

    Many are read for each page, and instances of the model take longer. `answers_…` are of the
    comment that it answered where it was said, if that is not the one above it.
    """

    pk: int
    parent_id: int | None
    path: str
    newest: str
    author: str | None
    by_newsroom: bool
    html: str
    cut_off: bool
    posted: dt.datetime | None
    state: str
    replies_shown: int
    answers_id: int | None
    answers_author: str | None
    answers_state: str | None
    rule: int | None
    rule_label: str | None

    @property
    def visible(self) -> bool:
        """Whether its words are public."""
        return self.state == Comment.State.VISIBLE


_SHOWN = (
    "pk", "parent_id", "path", "newest", "author", "by_newsroom", "html", "cut_off", "posted",
    "state", "replies_shown", "answers_id", "answers__author", "answers__state",
    "removed_under__number", "removed_under__label",
)  # fmt: skip


@dataclass
class Node:
    """A comment with those of its replies that a page shows, and how many it leaves out."""

    comment: ShownComment
    replies: list["Node"] = field(default_factory=list)
    more: int = 0


@dataclass
class ListedComment:
    """A comment with those of its replies that stand on the same page of the walk."""

    comment: Comment
    replies: list["ListedComment"] = field(default_factory=list)


@dataclass
class View:
    """A piece of a discussion: its threads in order, and the cursor of the next piece."""

    threads: list[Node]
    order: str
    next: str | None = None
    whole: bool = False


@dataclass
class Branch:
    """One comment's page: its ancestors from the top, and the branch that hangs from it."""

    ancestors: list[ShownComment]
    node: Node
    next: str | None = None


def read_discussion(number: int) -> Discussion:
    """The discussion of page `number`; one that was never opened reads as open and empty."""
    depends_on(f"discussion:{number}")
    return Discussion.objects.filter(pk=number).first() or Discussion(page_id=number, open=True)


def shown_comments(discussion: Discussion) -> QuerySet[Comment]:
    """Every comment that has a place on the page, tombstones too."""
    depends_on(f"discussion:{discussion.pk}")
    return Comment.objects.filter(discussion_id=discussion.pk, shown=True)


def show(comments: QuerySet[Comment]) -> list[ShownComment]:
    """Read comments as pages show them, in the order of the query."""
    return [ShownComment(*row) for row in comments.values_list(*_SHOWN)]


def read_whole(discussion: Discussion, order: str = "oldest") -> View | None:
    """Return the whole discussion when it has at most WHOLE comments, else None."""
    if discussion.count > WHOLE:
        return None
    rows = show(_in_order(shown_comments(discussion), order)[: WHOLE + 1])
    if len(rows) > WHOLE:
        return None
    return View(_nest(rows), order, whole=True)


def read_threads(discussion: Discussion, order: str = "oldest", after: str | None = None) -> View:
    """Return one page of threads, each bounded in width and depth. Raises BadCursor."""
    threads = _after(shown_comments(discussion).filter(depth=1), order, after)
    rows = show(_in_order(threads, order)[: THREADS + 1])
    following = _cursor(rows[THREADS - 1], order) if len(rows) > THREADS else None
    return View(_grow([Node(row) for row in rows[:THREADS]], LEVELS - 1, REPLIES), order, following)


def read_branch(comment: Comment, after: str | None = None) -> Branch:
    """Return a comment with its ancestors and its branch, whole or bounded. Raises BadCursor."""
    depends_on(f"discussion:{comment.discussion_id}")
    here = Comment.objects.filter(discussion_id=comment.discussion_id)
    *ancestors, shown = show(here.filter(path__in=_prefixes(comment.path)).order_by("path"))
    below = here.filter(shown=True, path__gt=comment.path, path__lt=after_subtree(comment.path))
    if after is None:
        rows = show(below.order_by("path")[: WHOLE + 1])
        if len(rows) <= WHOLE:
            return Branch(ancestors, Node(shown, _nest(rows)))
    replies = below.filter(parent=comment).order_by("path")
    if after is not None:
        replies = replies.filter(path__gt=read_cursor(after, "branch", 1)[0])
    rows = show(replies[: BRANCH_REPLIES + 1])
    following = (
        make_cursor("branch", rows[BRANCH_REPLIES - 1].path) if len(rows) > BRANCH_REPLIES else None
    )
    nodes = _grow([Node(row) for row in rows[:BRANCH_REPLIES]], LEVELS - 1, REPLIES)
    return Branch(ancestors, Node(shown, nodes), following)


def read_walk(
    discussion: Discussion, order: str = "oldest", after: str | None = None
) -> tuple[list[ListedComment], str | None]:
    """Return one page of the walk through all comments in reading order, and the next cursor.

    Replies are nested under a parent on the same page; the others stand at the top. Over all pages
    each comment comes exactly once. Raises BadCursor.
    """
    comments = shown_comments(discussion).select_related("removed_under")
    rows = list(_in_order(_after(comments, order, after), order)[: API_PAGE + 1])
    following = _cursor(rows[API_PAGE - 1], order) if len(rows) > API_PAGE else None
    top: list[ListedComment] = []
    listed = {row.pk: ListedComment(row) for row in rows[:API_PAGE]}
    for item in listed.values():
        parent = listed.get(item.comment.parent_id or 0)
        (parent.replies if parent else top).append(item)
    return top, following


def _in_order(rows: QuerySet[Comment], order: str) -> QuerySet[Comment]:
    # Until there are votes every rank is equal, and "best" falls to its tie-break: oldest first.
    return rows.order_by("newest", "path") if order == "newest" else rows.order_by("path")


def _after(rows: QuerySet[Comment], order: str, after: str | None) -> QuerySet[Comment]:
    if after is None:
        return rows
    if order == "newest":
        thread, path = read_cursor(after, order, 2)
        # The first condition alone says where the index is entered.
        return rows.filter(Q(newest__gte=thread), Q(newest__gt=thread) | Q(path__gt=path))
    return rows.filter(path__gt=read_cursor(after, order, 1)[0])


def _cursor(last: Comment | ShownComment, order: str) -> str:
    keys = (last.newest, last.path) if order == "newest" else (last.path,)
    return make_cursor(order, *keys)


def _nest(rows: Iterable[ShownComment]) -> list[Node]:
    """Hang each comment under its parent where that came before it; the rest stay at the top."""
    top: list[Node] = []
    nodes: dict[int, Node] = {}
    for row in rows:
        node = nodes[row.pk] = Node(row)
        parent = nodes.get(row.parent_id) if row.parent_id else None
        (parent.replies if parent else top).append(node)
    return top


def _grow(nodes: list[Node], levels: int, width: int) -> list[Node]:
    """Give each node up to `width` replies, `levels` levels down; count what is left out."""
    level = nodes
    for _ in range(levels):
        parents = {node.comment.pk: node for node in level if node.comment.replies_shown}
        if not parents:
            break
        found = _first_replies(list(parents), width)
        level = []
        for reply in found:
            node = Node(reply)
            parents[reply.parent_id].replies.append(node)  # type: ignore[index]
            level.append(node)
        for node in parents.values():
            node.more = node.comment.replies_shown - len(node.replies)
    else:
        for node in level:
            node.more = node.comment.replies_shown
    return nodes


def _first_replies(parents: Sequence[int], width: int) -> list[ShownComment]:
    """Return up to `width` shown replies of each parent: one short index scan per parent.

    The cost depends on what is shown, not on how many replies a parent has: a window function
    would read them all, and SQLite knows no LATERAL.
    """
    one = (
        "SELECT * FROM (SELECT id FROM discussion_comment WHERE parent_id = %s AND shown "
        "ORDER BY path LIMIT %s) AS few"
    )
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(parents), 100):
            some = parents[start : start + 100]
            cursor.execute(
                " UNION ALL ".join([one] * len(some)),
                [value for parent in some for value in (parent, width)],
            )
            ids += [row[0] for row in cursor.fetchall()]
    return show(Comment.objects.filter(pk__in=ids).order_by("path"))


def _prefixes(path: str) -> list[str]:
    """The paths of a comment's ancestors, and its own."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]
