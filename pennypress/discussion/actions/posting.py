"""Opening and closing discussions, and posting comments to them."""

import hashlib
import json
from dataclasses import dataclass

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.foundation.hygiene import BadText
from pennypress.foundation.rows import insert
from pennypress.limits.actions import Counted, TooMany, take
from pennypress.limits.clients import Client
from pennypress.readers.models import Account, Guest
from pennypress.readers.senders import name_guest
from pennypress.record.actions import append, append_all
from pennypress.words.checks import check_name, check_text

from ..models import Comment, Decision, Discussion, SubmissionKey
from ..newsroom import find_imitated, is_of_newsroom
from .limiting import count_comment, count_refused, note_held
from .placing import (
    count_visible,
    lock_discussions,
    number_comments,
    place,
    show_replies,
    to_milliseconds,
)
from .policy import choose_policy, is_known, must_hold, policy_for_first_comments
from .recording import posted_fact, store_decision

State = Comment.State


class Closed(Exception):
    """The discussion takes no more comments."""


class KeyReused(Exception):
    """The same submission key came with another comment."""


def open_discussion(page: Page) -> Discussion:
    """Return the page's discussion, opened now if it had none."""
    return Discussion.objects.get_or_create(page_id=page.pk)[0]


def set_open(page: Page, is_open: bool) -> Discussion:
    """Open or close a page's discussion to new comments."""
    with transaction.atomic():
        lock_discussions()  # a comment that is just being posted comes before or after, not between
        discussion = open_discussion(page)
        if discussion.open != is_open:
            discussion.open = is_open
            discussion.save(update_fields=["open"])
            kind = "discussion.opened" if is_open else "discussion.closed"
            append(kind, f"discussion:{page.pk}", timezone.now())
            invalidate(f"discussion:{page.pk}")
    return discussion


@dataclass(frozen=True)
class Posted:
    """A comment as `post_comment` left it; `again` when its key had posted it before."""

    comment: Comment
    again: bool = False


def post_comment(
    discussion: Discussion,
    *,
    name: str,
    text: str,
    parent: int | None = None,
    guest: Guest | None = None,
    account: Account | None = None,
    key: str = "",
    sender: str = "",
    client: Client | None = None,
) -> Posted:
    """Post a reader's comment. It is visible at once or held, as the newsroom's policy says.

    Whatever that says, it is held when the name imitates one of the newsroom's, or its badge.

    `text` is Markdown. `parent` is the number of the comment that it answers. The same `key` of
    the same `sender` with the same words returns the comment that it made the first time; whoever
    else sends it posts another one. A `guest` who is not stored yet is stored with the comment, and
    the key is this guest's from then on, too.
    What a `client` sends is limited; nothing is where none is given.
    The discussion is opened if it was not yet. Raises TooMany, Closed, BadText (empty, too long,
    deceptive characters, a parent that cannot be answered) and KeyReused; nothing is stored then.
    """
    name, words = check_name(name), check_text(text)
    content = hashlib.sha256(json.dumps([name, words.text, parent]).encode()).hexdigest()
    key_hash = _hash_key(discussion, sender, key) if key else ""
    if key and (before := _posted_with(key_hash, content)):
        return Posted(before, again=True)
    # Before the lock, so that nobody waits for either. Should a moderator decide just now about
    # the reader's only comment, this one is held or not as if it had come a moment earlier. The
    # policy is read under the lock, with the discussion's state: no comment overtakes a change.
    by_newsroom = is_of_newsroom(account)
    known = by_newsroom or is_known(guest, account)
    buckets = count_comment(client, discussion.pk, guest, account, known)
    html = words.to_html()
    imitates = not by_newsroom and bool(find_imitated(name))
    try:
        with transaction.atomic():
            is_new = guest is not None and guest.pk is None
            if guest and is_new:
                guest.save()
            comment = Comment(
                discussion=discussion,
                author=name,
                text=words.text,
                html=html,
                guest=guest,
                account=account,
                by_newsroom=by_newsroom,
            )
            _store_posted(comment, parent, known, imitates, client, buckets)
            if key:
                hashes = [key_hash]
                if guest and is_new:  # whose next request brings the cookie
                    hashes.append(_hash_key(discussion, name_guest(guest), key))
                SubmissionKey.objects.bulk_create(
                    SubmissionKey(key=one, content=content, comment=comment) for one in hashes
                )
    except TooMany as refusal:
        count_refused(refusal)
        raise
    except IntegrityError:
        if key and (before := _posted_with(key_hash, content)):  # two at once with one key
            return Posted(before, again=True)
        raise
    return Posted(comment)


def _hash_key(discussion: Discussion, sender: str, key: str) -> str:
    """A hash with the site's key: nobody can try addresses on it who has the database alone."""
    told = json.dumps([discussion.pk, sender, key])
    return salted_hmac("pennypress.discussion.submission-key", told, algorithm="sha256").hexdigest()


def _posted_with(key_hash: str, content: str) -> Comment | None:
    used = SubmissionKey.objects.filter(key=key_hash).select_related("comment").first()
    if used and used.content != content:
        raise KeyReused
    return used.comment if used else None


def _store_posted(
    comment: Comment,
    parent_id: int | None,
    known: bool,
    imitates: bool,
    client: Client | None,
    buckets: list[Counted],
) -> None:
    """Give a new comment its number, place and state, and store it; its entry if it is shown."""
    (comment.pk,) = number_comments(1)  # first: this lock makes writers queue
    take(buckets)
    is_open, policy = _read_terms(comment.discussion_id)
    if not is_open:
        raise Closed
    parent = _answerable(comment.discussion_id, parent_id) if parent_id is not None else None
    held = imitates or must_hold(policy, known)
    now = to_milliseconds(timezone.now())
    comment.posted = now
    comment.state = State.HELD if held else State.VISIBLE
    comment.shown = not held
    comment.first_visible = None if held else now
    insert(place(comment, parent))
    if held:  # its entries come when it is shown, if ever
        note_held(comment.pk, client)
        role = Decision.Role.LOOKALIKE if imitates else Decision.Role.POLICY
        store_decision(comment, Decision.Act.HOLD, now, None, role=role)
        invalidate("queue")
    else:
        entry = append_all([posted_fact(comment, now)])[0]
        count_visible(comment.discussion_id, 1, entry.index + 1)
        show_replies(comment.parent_id)
        invalidate(f"discussion:{comment.discussion_id}")


def _read_terms(discussion_id: int) -> tuple[bool, str]:
    """Whether the discussion takes comments, and the policy; opens one that never was open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT open, (SELECT first_comments FROM discussion_discussionsettings "
            "ORDER BY id LIMIT 1) FROM discussion_discussion WHERE page_id = %s",
            [discussion_id],
        )
        row = cursor.fetchone()
    if row is None:
        return Discussion.objects.create(pk=discussion_id).open, policy_for_first_comments()
    return bool(row[0]), choose_policy(row[1])


_OF_A_PARENT = ("id", "parent_id", "depth", "path", "newest", "state", "shown")  # in this order


def _answerable(discussion_id: int, parent_id: int) -> Comment:
    with connection.cursor() as cursor:
        # In SQL: the ORM takes twenty times as long as the question.
        cursor.execute(
            f"SELECT {', '.join(_OF_A_PARENT)} FROM discussion_comment "  # noqa: S608
            "WHERE id = %s AND discussion_id = %s",
            [min(max(parent_id, 0), models.BigIntegerField.MAX_BIGINT), discussion_id],
        )
        row = cursor.fetchone()
    parent = Comment.from_db(connection.alias, _OF_A_PARENT, row) if row else None
    # Not there, in another discussion and not yet visible look the same to a reader.
    if parent is None or not parent.shown or parent.state == State.HELD:
        raise BadText(_("The comment that you answer is not in this discussion."), "parent")
    if parent.state != State.VISIBLE:
        raise BadText(_("The comment that you answer is no longer there."), "parent")
    return parent
