from django.db import migrations, models

from pennypress.record.append_only import AppendOnly, unprotect


def make_room(apps, schema_editor) -> None:
    """Lift the table's protection, and its key where the database does not remake the table."""
    unprotect(schema_editor, "record_day")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE record_day DROP CONSTRAINT record_day_pkey")


class Migration(migrations.Migration):
    """A log may continue another one, and a day may have a checkpoint of each."""

    dependencies = [("record", "0004_tiles_and_checkpoints")]

    operations = [
        migrations.AddField(
            model_name="log",
            name="begins",
            field=models.BigIntegerField(
                null=True,
                help_text="The first entry under the present origin, where another log's precede",
            ),
        ),
        migrations.RunPython(make_room, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="day",
            name="entry",
            field=models.BigIntegerField(
                primary_key=True, serialize=False, help_text="Its own line in the record"
            ),
        ),
        migrations.AlterField(
            model_name="day",
            name="day",
            field=models.DateField(db_index=True),
        ),
        AppendOnly("Day"),
    ]
