from django.db import migrations, models


def state_the_size(apps, schema_editor) -> None:
    """What is counted now is true at the size that the record has now."""
    size = apps.get_model("record", "Log").objects.values_list("size", flat=True).first() or 0
    apps.get_model("discussion", "Discussion").objects.update(counted=size)


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0005_fewer_indexes"),
        ("record", "0004_tiles_and_checkpoints"),
    ]

    operations = [
        migrations.AddField(
            "discussion",
            "counted",
            models.BigIntegerField(
                help_text="Size of the record from which on `count` is true", null=True
            ),
        ),
        migrations.RunPython(state_the_size, migrations.RunPython.noop),
    ]
