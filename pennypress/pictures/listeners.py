"""Where what Wagtail does to pictures meets our verbs."""

from functools import partial

from django.db import transaction

from pennypress.delivery.actions import invalidate

from .models import Picture
from .renditions import delete_public_file
from .storage import random_name
from .uploads import clean_upload


def picture_deleted(sender, instance, **kwargs) -> None:
    """A picture is gone for good. Wagtail's views that delete one call no hook."""
    with transaction.atomic():
        invalidate(f"picture:{instance.pk}")
        if instance.public_file:
            transaction.on_commit(partial(delete_public_file, instance.public_file.name))


def upload_put_by(sender, instance, **kwargs) -> None:
    """Wagtail puts a picture by whose form has to be filled in once more: it is cleaned first."""
    if instance.for_content_type.model_class() is Picture and not instance.file._committed:
        clean = clean_upload(instance.file.file)
        instance.file.save(random_name(clean.picture.original.extension), clean, save=False)
