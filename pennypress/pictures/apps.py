from django.apps import AppConfig


class PicturesConfig(AppConfig):
    """Hears what Wagtail does to pictures: it makes no call that we could take."""

    name = "pennypress.pictures"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, pre_save
        from wagtail.models import UploadedFile

        from pennypress.record.registry import declare

        from . import cleaning, listeners  # noqa: F401 - cleaning registers its job
        from .avif import hasten_avif
        from .declarations import DECLARATION
        from .models import Picture

        declare(DECLARATION)
        hasten_avif()
        post_delete.connect(listeners.picture_deleted, sender=Picture)
        pre_save.connect(listeners.upload_put_by, sender=UploadedFile)
