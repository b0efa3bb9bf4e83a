"""What earlier versions show, noted where it is looked up now."""

import json

from django.db import migrations


def name_authors(apps, schema_editor):
    """Each byline says the name that readers see, which was the person's until now."""
    Byline = apps.get_model("stories", "Byline")
    for byline in Byline.objects.select_related("person").iterator():
        byline.name = byline.person.name
        byline.save(update_fields=["name"])


def note_pictures(apps, schema_editor):
    """Note which pictures each version shows, as far as they are still there."""
    Version = apps.get_model("stories", "Version")
    Picture = apps.get_model("stories", "Picture")
    VersionPicture = apps.get_model("stories", "VersionPicture")
    by_hash = {}
    for number, digest in Picture.objects.values_list("pk", "file_hash"):
        by_hash.setdefault(digest, []).append(number)
    known = {number for numbers in by_hash.values() for number in numbers}
    for version in Version.objects.iterator():
        content = json.loads(version.content)
        lead = by_hash.get((content["picture"] or {}).get("sha1"), [])
        body = {
            block["value"]["image"]["image"]
            for block in content["body"]
            if block["type"] == "picture" and isinstance(block["value"].get("image"), dict)
        }
        VersionPicture.objects.bulk_create(
            VersionPicture(version=version, picture_id=number)
            for number in {*lead, *body} & known
        )


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0005_publishing'),
    ]

    operations = [
        migrations.RunPython(name_authors, migrations.RunPython.noop),
        migrations.RunPython(note_pictures, migrations.RunPython.noop),
    ]
