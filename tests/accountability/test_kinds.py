"""Every entry that the verbs write is of a known kind, and says what its schema allows."""

import json

import jsonschema
import pytest

from pennypress.discussion.actions import (
    hold_comment,
    post_comment,
    publish_comment,
    record_unseen,
    remove_comment,
    set_open,
    withdraw_comment,
)
from pennypress.discussion.models import Rule, UnseenDay
from pennypress.discussion.rules import record_rule
from pennypress.funding.actions import erase_giver, record_gift, save_campaign
from pennypress.record.models import Entry
from pennypress.record.registry import declarations, entry_kinds
from pennypress.record.sealing import seal
from pennypress.record.succession import continue_log, rotate_key
from pennypress.stories.publishing import publish_version, record_unpublished
from tests.delivery.paper import make_paper

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KINDS = entry_kinds()
GROUPS = {name for one in declarations() for name in one.groups}


def test_what_the_verbs_write_fits_the_published_schemas(settings, reader):
    settings.FIRST_COMMENTS = "publish"
    paper = make_paper()
    talk = paper.discussion("quay")
    comment = post_comment(talk, name="Ann", text="One more.").comment
    comment = publish_comment(hold_comment(comment, None), None)
    comment = publish_comment(remove_comment(comment, Rule.objects.first(), None), None)
    withdraw_comment(comment)
    UnseenDay.objects.create(day="2026-01-02", count=3)
    record_unseen()
    for is_open in (False, True):
        set_open(paper.story("quay"), is_open)
    save_campaign(paper.campaigns["main"])
    record_unpublished(paper.story("ferry"))
    publish_version(paper.story("ferry"))
    record_rule(Rule.objects.first(), "changed")
    erase_giver(record_gift(paper.campaigns["main"], 500, "USD", name="Ann"))
    rotate_key()
    continue_log([], [])
    seal()
    schemas = {}
    for entry in Entry.objects.all():
        if entry.kind not in schemas:
            schemas[entry.kind] = reader.get(f"/record/schemas/{entry.kind}.json").json()
        jsonschema.validate(json.loads(bytes(entry.body)), schemas[entry.kind])
    # An import is tested where imports are.
    assert set(KINDS) - set(schemas) == {
        "arrival.finished",
        "arrival.withdrawn",
        "comment.completed",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_sound_schema_and_a_group(kind):
    jsonschema.Draft202012Validator.check_schema(KINDS[kind].schema(kind))
    assert KINDS[kind].group in GROUPS


def test_an_unknown_kind_has_no_schema(reader):
    assert reader.get("/record/schemas/story.guessed.json").status_code == 404
