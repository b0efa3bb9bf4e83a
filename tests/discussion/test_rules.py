"""House rules in the record: each has an entry from the beginning."""

import json

import pytest

from pennypress.discussion.models import Rule
from pennypress.discussion.rules import committed_rule, record_missing_rules
from pennypress.record.actions import holds
from pennypress.record.models import Entry

pytestmark = pytest.mark.django_db


def facts_about(rule: Rule) -> list[dict]:
    entries = Entry.objects.filter(kind="policy.changed", subject=f"rule:{rule.number}")
    return [json.loads(bytes(entry.body))["facts"] for entry in entries.order_by("pk")]


def test_the_rules_of_a_new_site_are_in_the_record(site):
    rules = list(Rule.objects.all())
    assert rules
    for rule in rules:
        assert facts_about(rule) == [{"change": "made"}]
        entry = Entry.objects.get(subject=f"rule:{rule.number}")
        assert holds(entry.pk, "text", committed_rule(rule))


def test_a_rule_that_is_older_than_the_record_of_rules_is_carried_over_once(site):
    rule = Rule.objects.create(number=99, label="old", title="An old rule", text="Be brief.")
    assert record_missing_rules() == 1
    assert record_missing_rules() == 0
    assert facts_about(rule) == [{"change": "made", "carried_over": True}]
