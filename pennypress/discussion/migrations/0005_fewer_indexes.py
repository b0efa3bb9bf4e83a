import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Of the indexes that Django made for foreign keys: most comments have no account, answer nobody
# by name and are not removed, and what a discussion holds is found by its path. By statement: a
# changed field would have SQLite copy the table, and lose its triggers.
DROPPED = {
    "discussion_comment_account_id_584ac1c3": "account_id",
    "discussion_comment_answers_id_06413942": "answers_id",
    "discussion_comment_discussion_id_458a5179": "discussion_id",
    "discussion_comment_guest_id_41aa6271": "guest_id",
    "discussion_comment_parent_id_f04051d3": "parent_id",
    "discussion_comment_removed_under_id_5a593f15": "removed_under_id",
}


def key(to, **options):
    options = {"on_delete": django.db.models.deletion.PROTECT} | options
    return models.ForeignKey(db_index=False, to=to, **options)


SET_NULL = django.db.models.deletion.SET_NULL
FIELDS = {
    "account": key(
        settings.AUTH_USER_MODEL, null=True, on_delete=SET_NULL, related_name="comments"
    ),
    "answers": key(
        "discussion.comment",
        blank=True,
        help_text="Whom it answers, where that one lies too deep to be its parent",
        null=True,
        related_name="+",
    ),
    "discussion": key("discussion.discussion", related_name="comments"),
    "guest": key("readers.guest", null=True, on_delete=SET_NULL, related_name="comments"),
    "parent": key("discussion.comment", blank=True, null=True, related_name="replies"),
    "removed_under": key("discussion.rule", null=True, related_name="comments"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0004_latest_comments"),
        ("readers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX {name}",
                    f"CREATE INDEX {name} ON discussion_comment ({column})",
                )
                for name, column in DROPPED.items()
            ],
            state_operations=[
                migrations.AlterField("comment", name, field) for name, field in FIELDS.items()
            ],
        ),
        migrations.RemoveIndex("comment", "discussion_queue"),
        migrations.AddIndex(
            "comment", models.Index(fields=["state", "id"], name="discussion_queue")
        ),
        *(
            migrations.AddIndex(
                "comment",
                models.Index(
                    condition=models.Q((f"{name}__isnull", False)),
                    fields=[name],
                    name=f"discussion_{name}",
                ),
            )
            for name in ("answers", "guest", "account", "removed_under")
        ),
    ]
