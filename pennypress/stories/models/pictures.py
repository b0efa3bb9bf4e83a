"""Pictures, and what is made of them for readers."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from pennypress.delivery.actions import invalidate


class Picture(AbstractImage):
    """An image with whoever made it. Alternative text belongs to each use of it."""

    credit = models.CharField(max_length=200, blank=True, help_text=_("Who made it, who owns it"))

    admin_form_fields = (
        "title", "file", "description", "credit", "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    def save(self, *args, **kwargs) -> None:
        """Save it, and say so: its focal point and credit stand on pages."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            invalidate(f"picture:{self.pk}")


class Rendition(AbstractRendition):
    """A picture at one size and in one format, made when the story is saved."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="stories_rendition_once"
            )
        ]
