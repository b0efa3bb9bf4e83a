"""Pictures, and what is made of them for readers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition


class Picture(AbstractImage):
    """An image with whoever made it. Alternative text belongs to each use of it."""

    credit = models.CharField(max_length=200, blank=True, help_text=_("Who made it, who owns it"))

    admin_form_fields = (
        "title", "file", "description", "credit", "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip


class Rendition(AbstractRendition):
    """A picture at one size and in one format, made when the story is saved."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="stories_rendition_once"
            )
        ]
