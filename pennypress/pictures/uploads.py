"""Pictures on their way in: whoever brings one, it is cleaned before it is stored."""

from pathlib import PurePath
from typing import IO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File

from pennypress.foundation.images import CleanPicture, clean_picture


class CleanFile(ContentFile):
    """The cleaned original of a picture as a file, with the picture in full size beside it."""

    def __init__(self, picture: CleanPicture, name: str = "") -> None:
        """Take the picture, and the name of the file that it was; its extension becomes right."""
        stem = PurePath(name or "picture").stem or "picture"
        super().__init__(picture.original.content, name=f"{stem}{picture.original.extension}")
        self.picture = picture


def clean_upload(file: File, name: str = "") -> CleanFile:
    """Clean the file of a picture, unless it is clean. Raises BadImage for one not to be taken."""
    if isinstance(file, CleanFile):
        return file
    picture = clean_picture(
        cast(IO[bytes], file),
        most_bytes=settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE,
        most_pixels=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
    )
    return CleanFile(picture, name or file.name or "")
