from django.db import migrations


class Migration(migrations.Migration):
    """The model's name alone: the table stays, and with it the triggers on what refers to it."""

    dependencies = [("funding", "0002_append_only")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Account", "LedgerAccount"),
                migrations.AlterModelTable("LedgerAccount", "funding_account"),
            ]
        )
    ]
