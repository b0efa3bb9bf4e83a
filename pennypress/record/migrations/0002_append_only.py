from django.db import migrations

from pennypress.record.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [AppendOnly("Entry")]
