"""Discussions as JSON: reading a page of one, and posting to it."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.hygiene import BadText
from pennypress.foundation.pages import IS_FOR_ALL
from pennypress.limits.clients import client_of_request
from pennypress.readers.senders import name_sender

from .actions import Closed, KeyReused, post_comment
from .models import Discussion
from .order import BadCursor
from .pages import HasDiscussion
from .tree import ORDERS, ListedComment, read_discussion, read_walk

router = Router()

_LARGEST_NUMBER = 2**31 - 1  # of a page: what the database compares it with


class CommentIn(Schema):
    """A comment to post: Markdown text under a name, at the top or under `parent`."""

    name: str = ""
    email: str | None = None
    text: str = ""
    parent: int | None = None


class CommentOut(Schema):
    """A comment at its place; a tombstone has no author and no words."""

    id: int
    parent: int | None
    depth: int
    author: dict[str, str] | None
    staff: bool = Field(description="Written by somebody of the newsroom, who was signed in")
    state: str
    posted: str | None
    text: str
    html: str
    cut_off: bool
    rule: int | None = Field(None, description="House rule under which it was removed")
    replies: list["CommentOut"]


class DiscussionOut(Schema):
    """One page of a walk through a discussion in reading order."""

    count: int
    open: bool
    comments: list[CommentOut]
    next: str | None


@router.get("/{int:story}/discussion", response=DiscussionOut, summary="Walk through a discussion")
def walk(
    request: HttpRequest, story: int, after: str | None = None, order: str = "oldest"
) -> dict[str, Any]:
    """Return a page of comments; `next` is the cursor of the following one, or null."""
    _check_public(story)
    discussion = read_discussion(story)
    if order not in ORDERS:
        raise HttpError(422, f"order is one of {', '.join(ORDERS)}")
    try:
        listed, following = read_walk(discussion, order, after)
    except BadCursor as error:
        raise HttpError(422, f"after: {error}") from error
    return {
        "count": discussion.count,
        "open": discussion.open,
        "comments": [comment_json(item) for item in listed],
        "next": following,
    }


@router.post(
    "/{int:story}/comments",
    response={201: CommentOut, 202: CommentOut},
    summary="Post a comment",
    openapi_extra={
        "parameters": [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "schema": {"type": "string", "maxLength": 200},
                "description": "The same sender's key with the same words posts once",
            }
        ]
    },
)
def post(request: HttpRequest, story: int, comment: CommentIn) -> HttpResponse:
    """Post a comment: 201 when it is visible, 202 when it is held for a moderator."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 200:
        raise HttpError(422, "Idempotency-Key: at most 200 characters")
    _check_public(story)
    try:
        posted = post_comment(
            Discussion(page_id=story),
            name=comment.name,
            text=comment.text,
            parent=comment.parent,
            key=f"api:{key}" if key else "",
            sender=name_sender(request) if key else "",
            client=client_of_request(request),
        ).comment
    except BadText as error:
        raise HttpError(422, f"{error.field}: {error}") from error
    except Closed as error:
        raise HttpError(403, "this discussion is closed") from error
    except KeyReused as error:
        raise HttpError(422, "Idempotency-Key: it came before with another comment") from error
    return JsonResponse(
        comment_json(ListedComment(posted), own=True), status=201 if posted.visible else 202
    )


def _check_public(story: int) -> None:
    """Raise Http404 unless there is a live, public page of this number that has a discussion."""
    depends_on(f"story:{story}", "rules")
    if story > _LARGEST_NUMBER:
        raise Http404("there is no such story")
    with connection.cursor() as cursor:
        # In SQL: Wagtail's `live().public()` is two queries, and every comment comes by here.
        cursor.execute(
            "SELECT page.content_type_id FROM wagtailcore_page page "  # noqa: S608
            f"WHERE page.id = %s AND page.live AND {IS_FOR_ALL}",
            [story],
        )
        row = cursor.fetchone()
    model = ContentType.objects.get_for_id(row[0]).model_class() if row else None
    if model is None or not issubclass(model, HasDiscussion):
        raise Http404("there is no such story")


def comment_json(item: ListedComment, *, own: bool = False) -> dict[str, Any]:
    """Turn a comment and its replies here into JSON. `own` words show to who posted them."""
    comment = item.comment
    words = comment.visible or own
    return {
        "id": comment.pk,
        "parent": comment.parent_id,
        "depth": comment.depth,
        "author": {"name": comment.author} if words and comment.author else None,
        "staff": words and comment.by_newsroom,
        "state": comment.state,
        "posted": _rfc3339(comment.posted),
        "text": comment.text if words else "",
        "html": comment.html if words else "",
        "cut_off": comment.cut_off,
        "rule": comment.removed_under.number if comment.removed_under else None,
        "replies": [comment_json(reply) for reply in item.replies],
    }


def _rfc3339(time: dt.datetime | None) -> str | None:
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds") if time else None
