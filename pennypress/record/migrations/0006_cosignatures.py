import django.db.models.deletion
from django.db import migrations, models

from pennypress.record.append_only import AppendOnly


class Migration(migrations.Migration):
    """What witnesses signed is kept beside the checkpoints that they saw."""

    dependencies = [("record", "0005_successors")]

    operations = [
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("witness", models.CharField(max_length=200)),
                ("line", models.TextField(help_text="C2SP tlog-cosignature, as it is served")),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="record.checkpoint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["checkpoint", "witness"], name="record_one_line_per_witness"
                    )
                ],
            },
        ),
        AppendOnly("Cosignature"),
    ]
