"""A task that was queued before pictures got a folder of their own is carried out all the same."""

from django.db import migrations

BEFORE, AFTER = "pennypress.stories.pictures.make_picture", "pennypress.pictures.renditions.make_picture"


def rename_tasks(apps, schema_editor) -> None:
    queued = apps.get_model("django_tasks_database", "DBTaskResult").objects
    queued.filter(task_path=BEFORE).update(task_path=AFTER)


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0009_redirects_moved"),
        ("django_tasks_database", "0001_initial"),
    ]

    operations = [migrations.RunPython(rename_tasks, migrations.RunPython.noop)]
