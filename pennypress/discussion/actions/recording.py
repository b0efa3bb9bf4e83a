"""What is recorded about a comment: its first entry, and each decision."""

import datetime as dt
import json

from django.utils import timezone

from pennypress.readers.models import Account
from pennypress.record.actions import Fact, append_all
from pennypress.record.models import Entry

from ..models import Comment, Decision, Rule

ERASED = "comment.erased"  # in the list of erasures alone

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

ENTRY_WORDS: dict[str, str] = {
    Decision.Act.HOLD: "held",
    Decision.Act.PUBLISH: "published",
    Decision.Act.REMOVE: "removed",
    Decision.Act.RESTORE: "restored",
}


def posted_fact(comment: Comment, now: dt.datetime, *, carried_over: bool = False) -> Fact:
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


def completed_fact(comment: Comment, now: dt.datetime) -> Fact:
    """The entry of a comment whose words had arrived cut off, and are whole now."""
    return Fact(
        "comment.completed",
        f"comment:{comment.pk}",
        now,
        {"discussion": comment.discussion_id},
        {"words": committed_words(comment)},
    )


def decided_fact(comment: Comment, act: str, now: dt.datetime, rule: Rule | None) -> Fact:
    """The entry of a moderator's decision about a comment that readers see, or saw."""
    facts = {
        "by": Decision.Role.MODERATOR.value,
        "rule": rule.number if rule else None,
        "discussion": comment.discussion_id,
    }
    return Fact(f"comment.{ENTRY_WORDS[act]}", f"comment:{comment.pk}", now, facts)


def withdrawn_fact(comment: Comment, now: dt.datetime) -> Fact:
    """The entry of a comment that its author took back."""
    return Fact("comment.withdrawn", f"comment:{comment.pk}", now)


def record_mark(comment: Comment) -> None:
    """Append the entry that a comment was spared while nobody saw anything of it.

    Replies to it are shown now, and under them a mark that says it was removed, and under which
    rule, or taken back. Does nothing for one whose entry is there.
    """
    entries = Entry.objects.filter(subject=f"comment:{comment.pk}")
    now = timezone.now()
    if comment.state == Comment.State.WITHDRAWN:
        if not entries.filter(kind="comment.withdrawn").exists():
            append_all([withdrawn_fact(comment, now)])
    elif comment.state == Comment.State.REMOVED:
        decision = comment.decisions.filter(act=Decision.Act.REMOVE).first()
        if decision and decision.entry is None:
            fact = decided_fact(comment, decision.act, now, comment.removed_under)
            decision.entry = append_all([fact])[0].index
            decision.save(update_fields=["entry"])


def name_erasure(comment: Comment) -> tuple[str, str]:
    """Name a comment for the list of erasures, by number and moment of arrival.

    No other one ever has both, though a restored site gives numbers anew. By its entries a comment
    is not known as long as nobody saw it: it has none.
    """
    moment = (comment.stored - _EPOCH) // dt.timedelta(microseconds=1)
    return ERASED, f"comment:{comment.pk}.{moment}"


def committed_words(comment: Comment) -> bytes:
    """Return the exact bytes to which a comment's entry commits: author and text as JSON."""
    return json.dumps(
        {"author": comment.author, "text": comment.text}, ensure_ascii=False, sort_keys=True
    ).encode()


def store_decision(
    comment: Comment,
    act: str,
    when: dt.datetime,
    entry: int | None,
    *,
    role: Decision.Role = Decision.Role.MODERATOR,
    account: Account | None = None,
    rule: Rule | None = None,
    why: str = "",
) -> Decision:
    """Store who decided what about a comment; `entry` is the record entry that says so.

    None where no reader sees anything of it: what was never shown has no entries.
    """
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
