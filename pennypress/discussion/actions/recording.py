"""What is recorded about a comment: its first entry, and each decision."""

import datetime as dt
import json

from pennypress.readers.models import Account
from pennypress.record.actions import Fact

from ..models import Comment, Decision, Rule


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


def committed_words(comment: Comment) -> bytes:
    """Return the exact bytes to which a comment's entry commits: author and text as JSON."""
    return json.dumps(
        {"author": comment.author, "text": comment.text}, ensure_ascii=False, sort_keys=True
    ).encode()


def store_decision(
    comment: Comment,
    act: str,
    when: dt.datetime,
    entry: int,
    *,
    role: Decision.Role = Decision.Role.MODERATOR,
    account: Account | None = None,
    rule: Rule | None = None,
    why: str = "",
) -> Decision:
    """Store who decided what about a comment; `entry` is the record entry that says so."""
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
