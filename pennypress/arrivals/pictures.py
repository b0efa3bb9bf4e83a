"""Writing the pictures of arriving pages, where the capture holds them."""

import hashlib
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.core.files import File

from pennypress.formats.items import ArrivalRefused
from pennypress.formats.items import Picture as PictureItem
from pennypress.foundation.http import FetchFailed
from pennypress.foundation.hygiene import take_as_is
from pennypress.foundation.images import BadImage
from pennypress.pictures.models import Picture
from pennypress.pictures.uploads import CleanFile, clean_upload
from pennypress.stories.fetch import fetch_public

from .models import Arrival, Origin, known_number, remember
from .report import ArrivalReport

TITLE_LENGTH = 200


def read_picture(
    item: PictureItem, report: ArrivalReport, *, may_fetch: bool = False
) -> tuple[str, CleanFile] | None:
    """Return a picture's source id and its cleaned file; None, and say why, when there is none.

    One that the capture does not hold is fetched from where it was, if that `may` be: from public
    addresses alone. This takes long and needs no database.
    """
    read = item.read
    if read is None and may_fetch and (item.source or "").startswith(("https://", "http://")):
        read = partial(fetch_public, item.source or "")
    if read is None:
        where = "image not in the capture" if item.lead else "not in the capture"
        report.skip("the lead picture" if item.lead else f"a picture ({item.source})", where)
        return None
    try:
        data = read()
        name = PurePosixPath(unquote(urlsplit(item.source or "").path)).name or "picture"
        return _source_of(data), clean_upload(File(BytesIO(data), name), name)
    except FetchFailed as error:
        report.skip(f"a picture ({item.source})", f"its server {error}")
        return None
    except (BadImage, ArrivalRefused, OSError) as error:
        why = error.why if isinstance(error, ArrivalRefused) else str(error)
        report.skip(f"a picture ({item.source})", why)
        return None


def write_picture(
    item: PictureItem, read: tuple[str, CleanFile], arrival: Arrival, report: ArrivalReport
) -> Picture:
    """Store a picture, or find it: the same file is stored once."""
    source, file = read
    if known := known_number(source):
        if picture := Picture.objects.filter(pk=known).first():
            return picture
        Origin.objects.filter(source=source).delete()  # it was deleted here, and is needed again
    title = take_as_is(item.alt or item.caption or file.name or "", multiline=False)
    picture = Picture(
        title=title[:TITLE_LENGTH] or "picture",
        description=take_as_is(item.alt or "", multiline=False)[:TITLE_LENGTH],
        credit=take_as_is(item.credit or "", multiline=False)[:TITLE_LENGTH],
        file=file,
    )
    picture.save()
    remember(source, Origin.What.PICTURE, picture.pk, arrival)
    report.made["images"] += 1
    return picture


def _source_of(data: bytes) -> str:
    return f"picture:{hashlib.sha256(data).hexdigest()}"
