"""Redirects are an app of their own now: see `redirects/migrations`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0008_known_changes"),
        ("redirects", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Redirect")],
        ),
    ]
