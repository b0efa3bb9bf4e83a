"""Pictures in several widths and formats: made ahead of readers, only looked up for them."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django_tasks import task

from pennypress.delivery.actions import invalidate
from pennypress.delivery.dependencies import depends_on

from .cleaning import clean_stored_picture
from .models import FullSize, Picture, Rendition

logger = logging.getLogger("pennypress.pictures.renditions")

FORMATS = ("avif", "webp", "jpeg")  # best first: browsers take the first that they know
_BEST = FORMATS[:1]  # for widths between the others: old browsers do without
# How a picture is used decides its shape: as it is (lead, body, full size) or cut around its focal
# point (card).
USES = {
    "lead": {"width-480": FORMATS, "width-720": _BEST, "width-960": FORMATS, "width-1600": FORMATS},
    "card": {
        "fill-288x192": _BEST,
        "fill-480x320": FORMATS,
        "fill-720x480": _BEST,
        "fill-960x640": FORMATS,
    },
}


@dataclass(frozen=True)
class Sources:
    """What a `<picture>` needs: a srcset for each format, and the plain image."""

    srcsets: list[tuple[str, str]]  # (MIME type, srcset)
    src: str
    srcset: str
    width: int
    height: int


def make_renditions(picture: Picture) -> int:
    """Make every rendition of a picture that is missing; return how many were made.

    One that cannot be made does not stop the others: the picture says which are missing. Pages that
    show it become stale: until now the picture in full size stood in. Raises OSError for what may
    be better the next time.
    """
    if not picture.public_file:  # nothing is made of what is not clean
        if not clean_stored_picture(picture.pk):
            return 0
        picture.refresh_from_db()
    wanted = [
        f"{shape}|format-{kind}"
        for shapes in USES.values()
        for shape, kinds in shapes.items()
        for kind in kinds
    ]
    there = set(picture.renditions.values_list("filter_spec", "focal_point_key"))
    missing = [spec for spec in wanted if (spec, picture_filter_key(picture, spec)) not in there]
    failed = _make_all(picture, missing)
    words = " ".join(failed)
    if len(failed) < len(missing) or words != picture.renditions_missing:
        with transaction.atomic():
            Picture.objects.filter(pk=picture.pk).update(renditions_missing=words)
            invalidate(f"picture:{picture.pk}")
    return len(missing) - len(failed)


def _make_all(picture: Picture, specs: list[str]) -> list[str]:
    """Make renditions, together if that goes well; return those that cannot be made."""
    if not specs:
        return []
    try:
        picture.get_renditions(*specs)
    except Exception as error:
        logger.info("picture %d: %s; now one by one", picture.pk, type(error).__name__)
    else:
        return []
    failed = []
    for spec in specs:
        try:
            picture.get_rendition(spec)
        except Exception as error:
            if isinstance(error, OSError) and error.errno:  # a full disk, not the picture
                raise
            logger.warning("picture %d: no %s: %s", picture.pk, spec, type(error).__name__)
            failed.append(spec)
    return failed


def picture_filter_key(picture: Picture, spec: str) -> str:
    """Return the part of a rendition's key that follows the picture's focal point."""
    from wagtail.images.models import Filter

    return Filter(spec=spec).get_cache_key(picture)


def read_sources(picture: Picture, use: str) -> Sources:
    """Look up what was made of a picture for one use. Makes nothing: readers never wait for it.

    Until the renditions are there, the picture in full size stands in. `picture.renditions` may be
    prefetched.
    """
    depends_on(f"picture:{picture.pk}")
    by_format: dict[str, list[Rendition]] = {}
    keys: dict[str, str] = {}
    for rendition in picture.renditions.all():
        shape, _, kind = rendition.filter_spec.partition("|format-")
        if shape not in USES[use] or kind not in FORMATS:
            continue
        key = keys.setdefault(
            rendition.filter_spec, picture_filter_key(picture, rendition.filter_spec)
        )
        if rendition.focal_point_key == key:
            by_format.setdefault(kind, []).append(rendition)
    plain = _by_width(by_format.get("jpeg", []))
    if not plain:
        whole = picture.full_size or FullSize("", picture.width, picture.height)
        return Sources([], whole.url, "", whole.width, whole.height)
    largest = plain[-1]
    return Sources(
        srcsets=[
            (f"image/{kind}", _srcset(by_format[kind]))
            for kind in FORMATS[:-1]
            if kind in by_format
        ],
        src=plain[len(plain) // 2].url,
        srcset=_srcset(plain),
        width=largest.width,
        height=largest.height,
    )


def _by_width(renditions: Iterable[Rendition]) -> list[Rendition]:
    # A small original is never enlarged, so several shapes can come out at one width.
    return sorted({r.width: r for r in renditions}.values(), key=lambda r: r.width)


def _srcset(renditions: Iterable[Rendition]) -> str:
    return ", ".join(f"{r.url} {r.width}w" for r in _by_width(renditions))


def delete_public_file(name: str) -> None:
    """Delete the file of a picture in full size. One that is gone already is none the less gone.

    Nothing may show it any more: `name` is what a picture's `public_file` was called.
    """
    default_storage.delete(name)


@task()
def make_picture(picture_id: int) -> int:
    """Make the renditions of one picture (a portrait)."""
    picture = Picture.objects.filter(pk=picture_id).first()
    return make_renditions(picture) if picture else 0
