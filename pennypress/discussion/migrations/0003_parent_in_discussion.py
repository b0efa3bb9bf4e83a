from django.db import migrations

from pennypress.discussion import triggers


class Migration(migrations.Migration):
    dependencies = [("discussion", "0002_initial")]
    operations = [
        migrations.RunPython(triggers.create, triggers.drop),
        migrations.RunPython(triggers.sort_by_bytes, migrations.RunPython.noop),
    ]
