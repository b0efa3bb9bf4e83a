"""What can happen in a discussion. Views, the admin, the API and arrivals all call these verbs."""

import collections
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.actions import invalidate
from pennypress.foundation.rows import advance, insert
from pennypress.readers.models import Account, Guest
from pennypress.record.actions import Fact, append, append_all, lock_log
from pennypress.record.models import Entry, Salt

from .models import (
    MOST_DEPTH,
    Comment,
    Counter,
    Decision,
    Discussion,
    DiscussionSettings,
    Rule,
    SubmissionKey,
)
from .order import newest_key, path_step
from .text import BadText, check_name, check_text, render, take_as_is

State = Comment.State


class Closed(Exception):
    """The discussion takes no more comments."""


class KeyReused(Exception):
    """The same submission key came with another comment."""


class NotPossible(Exception):
    """The comment's state does not allow this act; the message says why."""


def open_discussion(page: Page) -> Discussion:
    """Return the page's discussion, opened now if it had none."""
    return Discussion.objects.get_or_create(page_id=page.pk)[0]


def set_open(page: Page, is_open: bool) -> Discussion:
    """Open or close a page's discussion to new comments."""
    with transaction.atomic():
        _take_numbers(0)  # a comment that is just being posted comes before or after, not between
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
) -> Posted:
    """Post a reader's comment. It is visible at once or held, as the newsroom's policy says.

    `text` is Markdown. `parent` is the number of the comment that it answers. The same `key` with
    the same words returns the comment that it made the first time.
    The discussion is opened if it was not yet. Raises Closed, BadText (empty, too long, deceptive
    characters, a parent that cannot be answered) and KeyReused; nothing is stored then.
    """
    name, text = check_name(name), check_text(text)
    content = hashlib.sha256(json.dumps([name, text, parent]).encode()).hexdigest()
    key_hash = hashlib.sha256(f"{discussion.pk}\n{key}".encode()).hexdigest() if key else ""
    if key and (before := _posted_with(key_hash, content)):
        return Posted(before, again=True)
    html = render(text, Comment.Markup.MARKDOWN)  # before the lock: nobody waits for it
    try:
        with transaction.atomic():
            comment = _store_posted(discussion, name, text, html, parent, guest, account)
            if key:
                SubmissionKey.objects.create(key=key_hash, content=content, comment=comment)
    except IntegrityError:
        if key and (before := _posted_with(key_hash, content)):  # two at once with one key
            return Posted(before, again=True)
        raise
    return Posted(comment)


def _posted_with(key_hash: str, content: str) -> Comment | None:
    used = SubmissionKey.objects.filter(key=key_hash).select_related("comment").first()
    if used and used.content != content:
        raise KeyReused
    return used.comment if used else None


def _store_posted(
    discussion: Discussion,
    name: str,
    text: str,
    html: str,
    parent_id: int | None,
    guest: Guest | None,
    account: Account | None,
) -> Comment:
    number = _take_numbers(1)  # first: this lock makes writers queue
    if not _is_open(discussion.pk):
        raise Closed
    parent = _answerable(discussion, parent_id) if parent_id is not None else None
    held = _must_hold(guest, account)
    now = _to_milliseconds(timezone.now())
    comment = _place(
        Comment(
            pk=number,
            discussion=discussion,
            author=name,
            text=text,
            html=html,
            guest=guest,
            account=account,
            posted=now,
            state=State.HELD if held else State.VISIBLE,
            shown=not held,
            first_visible=None if held else now,
        ),
        parent,
    )
    insert(comment)
    if held:
        entry = append(
            "comment.held",
            f"comment:{number}",
            now,
            {"by": "policy", "discussion": discussion.pk},
        )
        _decide(comment, Decision.Act.HOLD, now, entry.index, role="policy")
        invalidate("queue")
    else:
        entry = append_all([_posted_fact(comment, now)])[0]
        _count(discussion.pk, 1, entry.index + 1)
        _show(comment.parent_id)
        invalidate(f"discussion:{discussion.pk}")
    return comment


def _is_open(discussion_id: int) -> bool:
    """Whether the discussion takes comments; it is opened if it never was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT open FROM discussion_discussion WHERE page_id = %s", [discussion_id])
        row = cursor.fetchone()
    return bool(row[0]) if row else Discussion.objects.create(pk=discussion_id).open


_OF_A_PARENT = ("id", "parent_id", "depth", "path", "newest", "state", "shown")  # in this order


def _answerable(discussion: Discussion, parent_id: int) -> Comment:
    with connection.cursor() as cursor:
        # In SQL: the ORM takes twenty times as long as the question.
        cursor.execute(
            f"SELECT {', '.join(_OF_A_PARENT)} FROM discussion_comment "  # noqa: S608
            "WHERE id = %s AND discussion_id = %s",
            [min(max(parent_id, 0), models.BigIntegerField.MAX_BIGINT), discussion.pk],
        )
        row = cursor.fetchone()
    parent = Comment.from_db(connection.alias, _OF_A_PARENT, row) if row else None
    # Not there, in another discussion and not yet visible look the same to a reader.
    if parent is None or not parent.shown or parent.state == State.HELD:
        raise BadText(_("The comment that you answer is not in this discussion."), "parent")
    if parent.state != State.VISIBLE:
        raise BadText(_("The comment that you answer is no longer there."), "parent")
    return parent


def _must_hold(guest: Guest | None, account: Account | None) -> bool:
    policy = policy_for_first_comments()
    if policy == DiscussionSettings.FirstComments.HOLD_ALL:
        return True
    if policy == DiscussionSettings.FirstComments.PUBLISH:
        return False
    if account and account.is_staff:
        return False
    seen = Comment.objects.filter(first_visible__isnull=False, state=State.VISIBLE)
    if account:
        return not seen.filter(account=account).exists()
    return not (guest and seen.filter(guest=guest).exists())


def policy_for_first_comments() -> str:
    """Return `hold`, `publish` or `hold-all`: the environment's word, else the admin's setting."""
    if settings.FIRST_COMMENTS:
        return settings.FIRST_COMMENTS
    chosen = DiscussionSettings.objects.values_list("first_comments", flat=True).first()
    return chosen or DiscussionSettings.FirstComments.HOLD


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
    author took back later, in a history that was lost.
    """
    with transaction.atomic():
        _take_numbers(0)
        comment = Comment.objects.get(pk=comment.pk)
        possible = {State.HELD, State.VISIBLE} | ({State.REMOVED} if even_removed else set())
        if comment.state not in possible:
            raise NotPossible(_("This comment is no longer there to withdraw."))
        before, was_shown = comment.state, comment.shown
        comment.state = State.WITHDRAWN
        comment.removed_under = None
        comment.author, comment.text, comment.html = None, "", ""
        comment.shown = comment.has_place
        comment.save()
        # In two steps, each over one index: as a join PostgreSQL was seen to read all salts.
        entries = Entry.objects.filter(subject=f"comment:{comment.pk}")
        Salt.objects.filter(entry__in=list(entries.values_list("pk", flat=True))).delete()
        # The key stays used, so that a late repetition does not bring the words back.
        SubmissionKey.objects.filter(comment=comment).update(content="")
        entry = append("comment.withdrawn", f"comment:{comment.pk}", timezone.now())
        if before == State.VISIBLE:
            _count(comment.discussion_id, -1, entry.index + 1)
        _place_changed(comment, was_shown)
        invalidate(f"discussion:{comment.discussion_id}", "queue")
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
        _take_numbers(0)
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
        if first_time:
            append_all([_posted_fact(comment, now)])
        entry = append(
            f"comment.{ENTRY_WORDS[act]}",
            f"comment:{comment.pk}",
            now,
            {
                "by": "moderator",
                "rule": rule.number if rule else None,
                "discussion": comment.discussion_id,
            },
        )
        _decide(comment, act, now, entry.index, account=account, rule=rule, why=why)
        more = (state == State.VISIBLE) - (before == State.VISIBLE)
        _count(comment.discussion_id, more, entry.index + 1)
        _place_changed(comment, was_shown)
        invalidate(f"discussion:{comment.discussion_id}", "queue")
    return comment


ENTRY_WORDS: dict[str, str] = {
    Decision.Act.HOLD: "held",
    Decision.Act.PUBLISH: "published",
    Decision.Act.REMOVE: "removed",
    Decision.Act.RESTORE: "restored",
}


def _decide(
    comment: Comment,
    act: str,
    when: dt.datetime,
    entry: int,
    *,
    role: str = "moderator",
    account: Account | None = None,
    rule: Rule | None = None,
    why: str = "",
) -> Decision:
    return Decision.objects.create(
        comment=comment,
        act=act,
        rule=rule,
        role=role,
        account=account,
        why=why,
        decided=when,
        entry=entry,
    )


# ── Arrivals ───────────────────────────────────────────────────────────────────────────────────


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


def carry_over_comments(discussion: Discussion, items: Sequence[Carried]) -> dict[str, int]:
    """Store comments that arrive from elsewhere; the bulk form of `post_comment`.

    One transaction and one touch for the whole call (up to 1,000 items). Returns each source's
    number. Raises KeyError for a parent that is neither stored nor earlier in the call.
    """
    made: dict[str, Comment] = {}
    with transaction.atomic():
        first = _take_numbers(len(items)) - len(items) + 1
        stored = {
            row.pk: row
            for row in Comment.objects.filter(
                discussion=discussion,
                pk__in=[item.parent for item in items if isinstance(item.parent, int)],
            )
        }
        for number, item in enumerate(items, start=first):
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
            _show(parent_id, shown_under[parent_id])
        _count(discussion.pk, sum(row.state == State.VISIBLE for row in made.values()), size)
        invalidate(f"discussion:{discussion.pk}", "queue")
    return {source: row.pk for source, row in made.items()}


def _carried(discussion: Discussion, number: int, item: Carried, parent: Comment | None) -> Comment:
    state = State.HELD if item.hold else State.REMOVED if item.removed_under else State.VISIBLE
    text = take_as_is(item.text)
    author = take_as_is(item.author, multiline=False)[:300] if item.author else None
    return _place(
        Comment(
            pk=number,
            discussion=discussion,
            author=author or None,
            text=text,
            html=render(text, item.markup),
            markup=item.markup,
            cut_off=item.cut_off,
            posted=_to_milliseconds(item.posted) if item.posted else None,
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
    """Append the entries of comments that arrived; return the size of the record after them."""
    now = timezone.now()
    facts = []
    for item in items:
        row = made[item.source]
        if row.state == State.VISIBLE:
            facts.append(_posted_fact(row, now, carried_over=True))
        elif row.state == State.HELD:
            said = {"by": "word list", "discussion": row.discussion_id}
            facts.append(Fact("comment.held", f"comment:{row.pk}", now, said))
        elif row.removed_under:
            facts.append(
                Fact(
                    "comment.removed",
                    f"comment:{row.pk}",
                    now,
                    {
                        "by": "moderator",
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
            role="word list" if item.hold else "moderator",
            why=item.hold,
            decided=now,
            entry=entries[f"comment:{made[item.source].pk}"],
        )
        for item in items
        if item.hold or item.removed_under
    )
    return max(entries.values(), default=-1) + 1


# ── What the verbs share ───────────────────────────────────────────────────────────────────────


def _take_numbers(count: int) -> int:
    """Number `count` new comments and return the last number; the lock makes writers queue."""
    lock_log()
    return advance(Counter, "last", count)


def _place(comment: Comment, parent: Comment | None) -> Comment:
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


def _to_milliseconds(time: dt.datetime) -> dt.datetime:
    """Cut a time to milliseconds, the grain in which paths sort."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _count(discussion_id: int, more: int, size: int) -> None:
    """Count visible comments more, or fewer; true once the record has `size` entries."""
    if more:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE discussion_discussion SET count = count + %s, counted = %s "
                "WHERE page_id = %s",
                [more, size, discussion_id],
            )


def _place_changed(comment: Comment, was_shown: bool) -> None:
    """Tell the comments above when this one came into sight or went out of it."""
    if comment.shown and not was_shown:
        _show(comment.parent_id)
    elif was_shown and not comment.shown:
        _hide(comment.parent_id)


def _show(parent_id: int | None, replies: int = 1) -> None:
    """Replies came into sight: their parent has more, and comes into sight itself if it wasn't."""
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
        parent_id, replies = above, 1


def _hide(parent_id: int | None) -> None:
    """A reply went out of sight: a parent that was only kept as its place goes with it."""
    while parent_id is not None:
        Comment.objects.filter(pk=parent_id).update(replies_shown=models.F("replies_shown") - 1)
        parent = Comment.objects.get(pk=parent_id)
        if parent.has_place:
            return
        Comment.objects.filter(pk=parent_id).update(shown=False)
        parent_id = parent.parent_id


def _posted_fact(comment: Comment, now: dt.datetime, *, carried_over: bool = False) -> Fact:
    """The entry of a comment that becomes visible for the first time."""
    facts: dict[str, object] = {
        "discussion": comment.discussion_id,
        "parent": comment.parent_id,
    }
    if carried_over:
        facts["carried_over"] = True
    return Fact(
        "comment.posted", f"comment:{comment.pk}", now, facts, {"words": committed_words(comment)}
    )


def committed_words(comment: Comment) -> bytes:
    """Return the exact bytes to which a comment's entry commits: author and text as JSON."""
    return json.dumps(
        {"author": comment.author, "text": comment.text}, ensure_ascii=False, sort_keys=True
    ).encode()
