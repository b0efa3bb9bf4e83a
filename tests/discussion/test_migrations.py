"""A database of an earlier version: what its comments and decisions are to this one."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pennypress.discussion.actions import post_comment, publish_comment, withdraw_comment
from pennypress.discussion.models import Comment, Decision
from pennypress.record.actions import append

pytestmark = pytest.mark.django_db


def test_what_the_newsroom_wrote_before_gets_its_badge(discussion, editor, settings):
    from importlib import import_module

    settings.FIRST_COMMENTS = "publish"
    by_editor, withdrawn = (
        post_comment(discussion, name="Ed", text="x", account=editor).comment for _ in range(2)
    )
    other = post_comment(discussion, name="Bo", text="x").comment
    withdraw_comment(withdrawn)
    Comment.objects.update(by_newsroom=False)  # as a new column is
    migration = import_module("pennypress.discussion.migrations.0008_unseen_comments")
    apps = MigrationLoader(connection).project_state([("discussion", "0008_unseen_comments")]).apps
    migration.mark_newsroom(apps, None)
    marked = Comment.objects.filter(by_newsroom=True).values_list("pk", flat=True)
    assert list(marked) == [by_editor.pk]
    assert other.pk not in marked


def test_decisions_with_their_entries_are_as_they_were(discussion, editor, settings):
    settings.FIRST_COMMENTS = "hold-all"
    comment = post_comment(discussion, name="Bo", text="x").comment
    facts = {"by": "policy", "discussion": discussion.pk}
    entry = append("comment.held", f"comment:{comment.pk}", comment.posted, facts)
    Decision.objects.update(entry=entry.index)
    publish_comment(comment, editor)
    held, published = Decision.objects.order_by("pk")
    assert (held.entry, published.entry) == (entry.index, entry.index + 2)
    assert not MigrationExecutor(connection).migration_plan(
        [("discussion", "0008_unseen_comments")]
    )
