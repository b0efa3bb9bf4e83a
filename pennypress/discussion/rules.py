"""House rules: what a removal names must not change in silence."""

import json

from django.db import transaction
from django.utils import timezone

from pennypress.delivery.actions import touch
from pennypress.record.actions import append, holds, lines_about

from .models import Rule


def record_rule(rule: Rule, change: str) -> None:
    """Record that a house rule was `made`, `changed` or `removed`; nothing if it is as it was.

    Called in the transaction of the change.
    """
    with transaction.atomic():
        lines = lines_about(f"rule:{rule.number}")
        if change == "changed" and lines and holds(lines[-1], "text", committed_rule(rule)):
            return
        append(
            "policy.changed",
            f"rule:{rule.number}",
            timezone.now(),
            {"change": change},
            {"text": committed_rule(rule)},
        )
        touch("rules")


def committed_rule(rule: Rule) -> bytes:
    """Return the exact bytes to which a rule's entry commits: its words as JSON."""
    words = {"label": rule.label, "text": rule.text, "title": rule.title}
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
