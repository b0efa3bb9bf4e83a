import django.db.models.deletion
from django.db import migrations, models

INDEX = "record_salt_entry_id_92efa6b0"  # the constraint's own index begins with the entry, too


class Migration(migrations.Migration):
    dependencies = [("record", "0002_append_only")]

    operations = [
        # By statement: a changed field would have SQLite copy the table, and lose its triggers.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX {INDEX}", f"CREATE INDEX {INDEX} ON record_salt (entry_id)"
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "salt",
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="salts",
                        to="record.entry",
                    ),
                )
            ],
        )
    ]
