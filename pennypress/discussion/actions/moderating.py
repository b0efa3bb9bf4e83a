"""Moderators' decisions, and authors who take a comment back.

What readers see of them, or saw, is in the record, each by its own entry. What is removed or taken
back before anybody saw it has none: it is counted (see `counting`), so that spam does not make the
record longer. A comment that was removed unseen and is restored gets its entries then, as one that
is shown for the first time; that it was counted stays true.
"""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress.delivery.actions import invalidate
from pennypress.limits.actions import waits_no_longer
from pennypress.readers.models import Account
from pennypress.record.actions import append_all
from pennypress.record.erasures import note_unrecorded
from pennypress.record.models import Entry, Salt

from ..models import Comment, Decision, Rule, SubmissionKey
from .counting import count_unseen_now
from .placing import count_visible, lock_discussions, place_changed
from .recording import decided_fact, name_erasure, posted_fact, store_decision, withdrawn_fact

State = Comment.State


class NotPossible(Exception):
    """The comment's state does not allow this act; the message says why."""


def publish_comment(comment: Comment, account: Account | None, why: str = "") -> Comment:
    """Make a held comment visible, or restore a removed one. Raises NotPossible otherwise."""
    if comment.state not in {State.HELD, State.REMOVED}:
        raise NotPossible(_("Only a held or removed comment can be made visible."))
    act = Decision.Act.PUBLISH if comment.state == State.HELD else Decision.Act.RESTORE
    return _move(comment, State.VISIBLE, act, account=account, why=why)


def hold_comment(comment: Comment, account: Account | None, why: str = "") -> Comment:
    """Take a visible comment off the page until a moderator has decided. Raises NotPossible."""
    if comment.state != State.VISIBLE:
        raise NotPossible(_("Only a visible comment can be held."))
    return _move(comment, State.HELD, Decision.Act.HOLD, account=account, why=why)


def remove_comment(comment: Comment, rule: Rule, account: Account | None, why: str = "") -> Comment:
    """Remove a held or visible comment under a named rule. Raises NotPossible otherwise."""
    if comment.state not in {State.HELD, State.VISIBLE}:
        raise NotPossible(_("Only a held or visible comment can be removed."))
    return _move(comment, State.REMOVED, Decision.Act.REMOVE, account=account, rule=rule, why=why)


def withdraw_comment(comment: Comment, *, even_removed: bool = False) -> Comment:
    """Take a comment back on its author's wish: words and name go, its place stays marked.

    Raises NotPossible where it is withdrawn already, or removed: `even_removed` is for one that its
    author took back later, in a history that was lost. So that no backup brings the words back, the
    list of erasures names the comment before they go; within a transaction the caller sees to that.
    """
    possible = {State.HELD, State.VISIBLE} | ({State.REMOVED} if even_removed else set())
    if not connection.in_atomic_block:
        note_unrecorded([name_erasure(_in_state(comment, possible))])
    with transaction.atomic():
        lock_discussions()
        comment = _in_state(comment, possible)
        before, was_shown = comment.state, comment.shown
        comment.state = State.WITHDRAWN
        comment.removed_under = None
        comment.author, comment.text, comment.html = None, "", ""
        comment.by_newsroom = False
        comment.shown = comment.has_place
        comment.save()
        if before == State.HELD:
            waits_no_longer(comment.pk)
        # In two steps, each over one index: as a join PostgreSQL was seen to read all salts.
        entries = Entry.objects.filter(subject=f"comment:{comment.pk}")
        Salt.objects.filter(entry__in=list(entries.values_list("pk", flat=True))).delete()
        # The key stays used, so that a late repetition does not bring the words back.
        SubmissionKey.objects.filter(comment=comment).update(content="")
        if not (comment.was_seen or was_shown):
            if before == State.HELD:  # what was removed is counted already
                count_unseen_now()
            invalidate("queue")
            return comment
        (entry,) = append_all([withdrawn_fact(comment, timezone.now())])
        if before == State.VISIBLE:
            count_visible(comment.discussion_id, -1, entry.index + 1)
        place_changed(comment, was_shown)
        invalidate(f"discussion:{comment.discussion_id}", "queue")
    return comment


def _in_state(comment: Comment, possible: set[State]) -> Comment:
    """Return the comment as it is now. Raises NotPossible in another state than these."""
    comment = Comment.objects.get(pk=comment.pk)
    if comment.state not in possible:
        raise NotPossible(_("This comment is no longer there to withdraw."))
    return comment


def _move(
    comment: Comment,
    state: str,
    act: str,
    *,
    account: Account | None,
    rule: Rule | None = None,
    why: str = "",
) -> Comment:
    """Change a comment's state by a moderator's decision, with its entry, counts and tags.

    The decision is about the state in which the moderator saw the comment: should it have moved on
    since (decided by another, withdrawn), NotPossible is raised and nothing changes.
    """
    seen = comment.state
    with transaction.atomic():
        lock_discussions()
        comment = Comment.objects.get(pk=comment.pk)  # as it is now, under the lock
        before, was_shown = comment.state, comment.shown
        if before != seen:
            raise NotPossible(_("Someone else has just decided this."))
        now = timezone.now()
        comment.state = state
        comment.removed_under = rule
        first_time = state == State.VISIBLE and comment.first_visible is None
        if first_time:
            comment.first_visible = now
        comment.shown = comment.has_place
        comment.save()
        if before == State.HELD:
            waits_no_longer(comment.pk)
        if not (comment.was_seen or was_shown):  # removed from the queue
            store_decision(comment, act, now, None, account=account, rule=rule, why=why)
            count_unseen_now()
            invalidate("queue")
            return comment
        facts = [posted_fact(comment, now)] if first_time else []
        entry = append_all([*facts, decided_fact(comment, act, now, rule)])[-1]
        store_decision(comment, act, now, entry.index, account=account, rule=rule, why=why)
        more = (state == State.VISIBLE) - (before == State.VISIBLE)
        count_visible(comment.discussion_id, more, entry.index + 1)
        place_changed(comment, was_shown)
        invalidate(f"discussion:{comment.discussion_id}", "queue")
    return comment
