"""House rules: what a removal names must not change in silence."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from pennypress.delivery.actions import invalidate
from pennypress.record.actions import append, entries_about, holds, lock_log

from .models import Rule


def record_rule(rule: Rule, change: str, *, witnessed: bool = True) -> None:
    """Record that a house rule was `made`, `changed` or `removed`; nothing if it is as it was.

    Called in the transaction of the change. The record says "carried over" of what is not
    `witnessed`: it was so before the record knew of it.
    """
    with transaction.atomic():
        entries = entries_about(f"rule:{rule.number}")
        if change == "changed" and entries and holds(entries[-1], "text", committed_rule(rule)):
            return
        facts: dict[str, Any] = {"change": change}
        if not witnessed:
            facts["carried_over"] = True
        append(
            "policy.changed",
            f"rule:{rule.number}",
            timezone.now(),
            facts,
            {"text": committed_rule(rule)},
        )
        invalidate("rules")


def record_missing_rules() -> int:
    """Record the house rules of which the record has no entry yet; return how many.

    Sites that were made before rules had entries have them from their next start on.
    """
    if not _rules_without_lines():
        return 0
    with transaction.atomic():
        lock_log()  # another machine of the site may start at the same moment
        missing = _rules_without_lines()
        for rule in missing:
            record_rule(rule, "made", witnessed=False)
    return len(missing)


def _rules_without_lines() -> list[Rule]:
    rules = Rule.objects.order_by("number")
    return [rule for rule in rules if not entries_about(f"rule:{rule.number}")]


def committed_rule(rule: Rule) -> bytes:
    """Return the exact bytes to which a rule's entry commits: its words as JSON."""
    words = {"label": rule.label, "text": rule.text, "title": rule.title}
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
