from django.conf import settings
from django.db import migrations, models

BADGE = models.BooleanField(
    db_default=False,
    default=False,
    help_text="Written by somebody of the newsroom, who was signed in",
)


def mark_newsroom(apps, schema_editor):
    """What the newsroom's own accounts wrote carries their badge from now on."""
    comments = apps.get_model("discussion", "Comment").objects
    staff = apps.get_model("readers", "Account").objects.filter(is_staff=True)
    gone = ["withdrawn", "erased"]
    comments.filter(account__in=staff).exclude(state__in=gone).update(by_newsroom=True)


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0007_decision_role"),
        ("readers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnseenDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("count", models.PositiveBigIntegerField()),
                ("entry", models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0)),
                        name="discussion_unseen_day_counts_some",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="decision",
            name="entry",
            field=models.BigIntegerField(
                help_text="Its entry in the public record; none where no reader saw the comment",
                null=True,
                unique=True,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="decision", name="discussion_decided_by_a_known_role"
        ),
        migrations.AlterField(
            model_name="decision",
            name="role",
            field=models.CharField(
                choices=[
                    ("policy", "policy"),
                    ("word list", "word list"),
                    ("look-alike", "look-alike name"),
                    ("moderator", "moderator"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["policy", "word list", "look-alike", "moderator"])
                ),
                name="discussion_decided_by_a_known_role",
            ),
        ),
        # By statement: for a new field SQLite would copy the table, and lose its triggers.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE discussion_comment "
                    "ADD COLUMN by_newsroom boolean DEFAULT false NOT NULL",
                    "ALTER TABLE discussion_comment DROP COLUMN by_newsroom",
                )
            ],
            state_operations=[migrations.AddField("comment", "by_newsroom", BADGE)],
        ),
        migrations.RunPython(mark_newsroom, migrations.RunPython.noop),
    ]
