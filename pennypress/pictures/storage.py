"""Where the files of pictures lie: originals apart from everything that has an address."""

import secrets
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible

FOLDER = "pictures"  # of pictures in full size, in the media folder
LEGACY = "original_images/"  # in the media folder: where originals were once public


@deconstructible
class OriginalsStorage(FileSystemStorage):
    """The folder of originals. Nothing in it has an address.

    Names that begin with LEGACY are of pictures that were not cleaned yet: they lie in the media
    folder.
    """

    def __init__(self) -> None:
        """Files are the owner's alone."""
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> Path:
        """The folder, as the settings have it now."""
        return settings.SITE_FOLDER.originals

    @property
    def location(self) -> str:
        """The folder's absolute path."""
        return str(self.base_location)

    def path(self, name: str) -> str:
        """Return where a file lies."""
        if is_legacy(name):
            return str(legacy_path(name))
        return super().path(name)

    def url(self, name: str | None) -> str:
        """Originals have no address: what readers get is the picture in full size."""
        raise NotImplementedError("the original of a picture has no address")


def originals() -> Storage:
    """The storage of originals, for the model's field."""
    return storages["pictures"]


def is_legacy(name: str | None) -> bool:
    """Say whether a file's name is of the time when originals lay in the media folder."""
    return bool(name) and str(name).startswith(LEGACY)


def legacy_path(name: str) -> Path:
    """Return where an original lies that was not cleaned yet. Raises ValueError for other names."""
    if not is_legacy(name) or ".." in PurePosixPath(name).parts:
        raise ValueError(f"{name!r} is not the name of an original in the media folder")
    return Path(settings.MEDIA_ROOT) / name


def random_name(extension: str) -> str:
    """Return a name that nobody can guess: a draft's picture is nobody's yet."""
    return f"{secrets.token_hex(16)}{extension}"
