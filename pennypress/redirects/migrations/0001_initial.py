"""Redirects get an app of their own: their table takes its name, and is otherwise as it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def rename_content_type(apps, schema_editor) -> None:
    """What groups may do with redirects, and what was logged of them, goes with their kind."""
    kinds = apps.get_model("contenttypes", "ContentType").objects.filter(model="redirect")
    kinds.filter(app_label="stories").update(app_label="redirects")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stories", "0008_known_changes"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Redirect',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('form', models.CharField(choices=[('exact', 'this address alone'), ('prefix', 'this address and all below it'), ('query', 'this address with these parameters')], default='exact', help_text='All below it: the end of an old address is kept. Parameters: what stands behind the “?”, in any order; others do not count.', max_length=6, verbose_name='holds for')),
                        ('path', models.TextField()),
                        ('query', models.TextField(blank=True)),
                        ('key', models.CharField(max_length=32)),
                        ('digest', models.CharField(max_length=32)),
                        ('rest', models.TextField(blank=True)),
                        ('address', models.TextField(blank=True)),
                        ('permanent', models.BooleanField(default=True, help_text='Search engines forget the old address. Otherwise it leads there for now.', verbose_name='for good')),
                        ('origin', models.CharField(choices=[('hand', 'by hand'), ('move', 'by a move'), ('arrival', 'by an arrival')], default='hand', max_length=7, verbose_name='made')),
                        ('made', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                        ('page', models.ForeignKey(blank=True, help_text='The address leads wherever it moves to, and nowhere while it is not public.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='to the page')),
                    ],
                    options={
                        'db_table': 'stories_redirect',
                        'verbose_name': 'redirect',
                        'verbose_name_plural': 'redirects',
                        'ordering': ['-made', '-pk'],
                        'indexes': [models.Index(fields=['key'], name='stories_redirect_key')],
                        'constraints': [models.UniqueConstraint(fields=('form', 'digest'), name='stories_redirect_once'), models.CheckConstraint(condition=models.Q(('form__in', ['exact', 'prefix', 'query'])), name='stories_redirect_known_form'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'query'), models.Q(('query', ''), _negated=True)), models.Q(models.Q(('form', 'query'), _negated=True), ('query', '')), _connector='OR'), name='stories_redirect_query_fits_form'), models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('page__isnull', False)), models.Q(('page', None), ('rest', ''), models.Q(('address', ''), _negated=True)), _connector='OR'), name='stories_redirect_one_target')],
                    },
                ),
            ],
        ),
        migrations.AlterModelTable(name='redirect', table=None),
        migrations.RunPython(rename_content_type, migrations.RunPython.noop),
    ]
