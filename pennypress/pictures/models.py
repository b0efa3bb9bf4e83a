"""Pictures, and what is made of them for readers."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.encoding import filepath_to_uri
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.utils.file import hash_filelike

from pennypress.foundation.clean_fields import CleanText
from pennypress.foundation.files import sync_path
from pennypress.foundation.images import CleanPicture

from .shown import count_where_shown, picture_changed
from .storage import FOLDER, is_legacy, originals, random_name
from .uploads import CleanFile, clean_upload

# Pictures were made part of stories, and go by that name in every reference to them: in databases,
# in the settings, and in Wagtail's logs and permissions.
APP_LABEL = "stories"


class OriginalFile(WagtailImageFieldFile):
    """The original of a picture: nothing is stored that was not cleaned."""

    def save(self, name: str | None, content: Any, save: bool = True) -> None:
        """Clean and store a file, and the picture in full size beside it. Raises BadImage."""
        clean = clean_upload(content, name or "")
        super().save(clean.name, clean, save=False)
        self.instance.note_stored("file", self.name)
        self.instance.store_public_file(clean.picture)
        if save:
            self.instance.save()

    save.alters_data = True  # type: ignore[attr-defined]

    @property
    def url(self) -> str:
        """The address of the picture in full size, for whoever asks: the original has none."""
        shown = self.instance.full_size
        return shown.url if shown else self.storage.url(self.name)

    def get_image_dimensions(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        content = getattr(self, "_file", None)
        if isinstance(content, CleanFile):
            return content.picture.original.width, content.picture.original.height
        return super().get_image_dimensions()


class OriginalField(WagtailImageField):
    """A field for the original of a picture."""

    attr_class = OriginalFile


@dataclass(frozen=True)
class FullSize:
    """A picture in full size as readers get it. Width and height are in pixels."""

    url: str
    width: int
    height: int


def place_public_file(picture: "Picture", name: str) -> str:
    """Return where a picture in full size is stored within the media folder."""
    return f"{FOLDER}/{random_name(Path(name).suffix)}"


class Picture(CleanText, AbstractImage):
    """An image with whoever made it. Alternative text belongs to each use of it.

    Its `file`, the original, is for making others of it and has no address. Readers get the public
    file, which is made once, when the original is stored, and never changes.
    """

    file = OriginalField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=originals,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField(max_length=200, blank=True, help_text=_("Who made it, who owns it"))
    # In other languages than the site's first, by their codes.
    credits = models.JSONField(default=dict, blank=True, editable=False)
    public_file = models.FileField(upload_to=place_public_file, blank=True, editable=False)
    public_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    public_type = models.CharField(max_length=20, blank=True, editable=False)
    public_width = models.PositiveIntegerField(null=True, editable=False)
    public_height = models.PositiveIntegerField(null=True, editable=False)
    # What could not be done with it: see cleaning.py and renditions.py.
    cleaning_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    cleaning_fault = models.CharField(max_length=20, blank=True, editable=False)
    renditions_missing = models.TextField(blank=True, editable=False)  # their names, by spaces

    admin_form_fields = (
        "title", "file", "description", "credit", "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    class Meta(AbstractImage.Meta):
        app_label = APP_LABEL

    credit_language = ""  # of the credit as a page shows it, where that is known

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stored: list[tuple[str, str]] = []
        super().__init__(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        """Return a name that says nothing of the picture, and that nobody can guess."""
        return random_name(Path(filename).suffix)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, and how stories credit it: each live one gets a minor version.

        Raises ValidationError for another file in place of one that public versions show. When it
        fails, the files that were stored for it are removed.
        """
        try:
            with transaction.atomic():
                before = Picture.objects.filter(pk=self.pk or 0).values_list("public_sha256")
                shown = before.first()
                super().save(*args, **kwargs)
                if shown and shown != ("",) and shown != (self.public_sha256,):
                    self.refuse_another_file()
                if shown:
                    picture_changed(self)
        except BaseException:
            self.discard_stored()
            raise
        transaction.on_commit(self._stored.clear)

    def refuse_another_file(self) -> None:
        """Raise ValidationError when versions that readers can see show the file that is there."""
        stories = count_where_shown(self)
        if stories:
            raise ValidationError(
                ngettext(
                    "%(count)d published story shows this picture, and whoever looks its version "
                    "up must see it as it was. Upload the other one as a new picture, and choose "
                    "it in the story.",
                    "%(count)d published stories show this picture, and whoever looks their "
                    "versions up must see it as it was. Upload the other one as a new picture, and "
                    "choose it in the stories.",
                    stories,
                )
                % {"count": stories}
            )

    def credit_in(self, language: str) -> str:
        """Return its credit in a language, or as the site's first language has it."""
        return self.credits.get(language) or self.credit

    def store_public_file(self, clean: CleanPicture) -> None:
        """Store the picture in full size and say what it is; saving the picture is the caller's."""
        made = clean.full_size
        self.public_file.save(f"full-size{made.extension}", ContentFile(made.content), save=False)
        self.note_stored("public_file", str(self.public_file.name))
        self.public_sha256, self.public_type = made.sha256, made.type
        self.public_width, self.public_height = made.width, made.height
        self.file_size = len(clean.original.content)
        self.file_hash = hash_filelike(BytesIO(clean.original.content))

    def note_stored(self, field: str, name: str) -> None:
        """Remember a file that is of no use unless the picture is saved. It is on the disk then."""
        self._stored.append((field, name))
        sync_path(Path(getattr(self, field).storage.path(name)))

    def discard_stored(self) -> None:
        """Remove what was stored for a picture that could not be saved."""
        while self._stored:
            field, name = self._stored.pop()
            getattr(self, field).storage.delete(name)

    @property
    def full_size(self) -> FullSize | None:
        """What readers get as the picture itself; None while there is nothing to show."""
        if self.public_file:
            return FullSize(self.public_file.url, self.public_width or 0, self.public_height or 0)
        if is_legacy(self.file.name):  # not cleaned yet: as it was always shown
            url = f"{settings.MEDIA_URL}{filepath_to_uri(self.file.name)}"
            return FullSize(url, self.width, self.height)
        return None


class Rendition(AbstractRendition):
    """A picture at one size and in one format, made when the story is saved."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        app_label = APP_LABEL
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="stories_rendition_once"
            )
        ]
