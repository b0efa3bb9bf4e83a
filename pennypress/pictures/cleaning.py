"""Pictures from the time when originals were public: each is cleaned once, and moved away.

A job goes through them, the oldest first. What it makes of one gets its names by the site's secret
key, so that a run which was killed leaves nothing behind that the next one does not write over; and
it is shown from one moment to the next, in one transaction. What was shown before goes some minutes
later: somebody may be reading a page with it. A picture that cannot be cleaned stays as it is, and
`pennypress check` and the newsroom are told.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import Filter
from wagtail.utils.file import hash_filelike

from pennypress.foundation.files import replace_file
from pennypress.foundation.images import BadImage, CleanPicture, clean_picture, say_fault
from pennypress.foundation.jobs import confirm_leader, periodic_job

from .models import Picture, Rendition
from .shown import picture_changed
from .storage import FOLDER, LEGACY, is_legacy

logger = logging.getLogger("pennypress.pictures.cleaning")

MOST_ATTEMPTS = 5  # a picture that kills its process does so a few times
MOST_SECONDS = 60  # of one run
BATCH = 20
OLD_FILES_STAY = timedelta(minutes=10)
MISSING, INTERRUPTED = "missing", "interrupted"  # besides the faults of a file
UNUSED = "unused"  # the folder of originals for which there is no picture


@periodic_job(
    "clean-pictures",
    interval=60,
    timeout=15 * 60,
    summary="Takes coordinates and camera data out of pictures that were uploaded long ago.",
)
def clean_old_pictures() -> None:
    """Clean pictures for a minute at most. What fails for now does not keep the others waiting."""
    failed: Exception | None = None
    tried: set[int] = set()
    until = time.monotonic() + MOST_SECONDS
    while numbers := list(
        waiting_pictures().exclude(pk__in=tried).values_list("pk", flat=True)[:BATCH]
    ):
        for number in numbers:
            tried.add(number)
            try:
                clean_stored_picture(number)
            except Exception as error:
                logger.warning("picture %d is not cleaned yet: %s", number, type(error).__name__)
                failed = error
            if time.monotonic() >= until:
                break
        if time.monotonic() >= until:
            break
    if failed is not None:
        raise failed
    if not waiting_pictures().exists():
        put_away_leftovers()


def waiting_pictures() -> QuerySet[Picture]:
    """Return the pictures that are to be cleaned, the oldest first."""
    waiting = Picture.objects.filter(public_file="", cleaning_attempts__lt=MOST_ATTEMPTS)
    return waiting.order_by("pk")


def clean_stored_picture(number: int) -> bool:
    """Clean one picture that is stored uncleaned, and all that was made of it; say whether it is.

    The file of one that cannot be cleaned stays where it is. Raises OSError for what may be better
    the next time.
    """
    picture = waiting_pictures().filter(pk=number).first()
    if picture is None:
        return False
    same = Picture.objects.filter(pk=number, file=picture.file.name, public_file="")
    same.update(cleaning_attempts=F("cleaning_attempts") + 1)
    try:
        with Path(picture.file.path).open("rb") as file:
            clean = clean_picture(
                file,
                most_bytes=2 * settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE,  # taken when more was
                most_pixels=settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS,
            )
    except (BadImage, FileNotFoundError) as error:
        fault = error.fault if isinstance(error, BadImage) else MISSING
        same.update(cleaning_attempts=MOST_ATTEMPTS, cleaning_fault=fault)
        logger.warning("picture %d cannot be cleaned: %s", number, fault)
        return False
    made = _write_files(picture, clean)
    if not _show(picture, made):
        made.remove()
        return False
    logger.info("picture %d is cleaned", number)
    return True


@dataclass(frozen=True)
class _Made:
    """What was made of a picture: its new values, its renditions, and those to be without."""

    values: dict[str, object]
    renditions: list[Rendition]
    given_up: list[Rendition]
    old_files: list[str]

    def remove(self) -> None:
        """Remove the files: the picture is another one meanwhile."""
        Path(settings.SITE_FOLDER.originals / str(self.values["file"])).unlink(missing_ok=True)
        for name in (self.values["public_file"], *(one.file.name for one in self.renditions)):
            default_storage.delete(str(name))


def _write_files(picture: Picture, clean: CleanPicture) -> _Made:
    original, public = clean.original, clean.full_size
    before = str(picture.file.name)
    values: dict[str, object] = {
        "file": _secret_name(picture, "original") + original.extension,
        "width": original.width,
        "height": original.height,
        "file_size": len(original.content),
        # Of what was uploaded: versions of before name the picture by it, and it is the same one.
        "file_hash": picture.file_hash or _hash_of(picture),
        "public_file": f"{FOLDER}/{_secret_name(picture, 'public')}{public.extension}",
        "public_sha256": public.sha256,
        "public_type": public.type,
        "public_width": public.width,
        "public_height": public.height,
        **_scaled_focal_point(picture, original.width, original.height),
    }
    originals: Path = settings.SITE_FOLDER.originals
    originals.mkdir(mode=0o700, exist_ok=True)
    replace_file(originals / str(values["file"]), original.content)
    _write_public(str(values["public_file"]), public.content)
    renditions, given_up, missing = _renew_renditions(picture, values, original.content)
    values["renditions_missing"] = " ".join(missing)
    there = Rendition.objects.filter(image=picture).values_list("file", flat=True)
    return _Made(values, renditions, given_up, [before, *there])


def _renew_renditions(
    picture: Picture, values: dict[str, object], content: bytes
) -> tuple[list[Rendition], list[Rendition], list[str]]:
    """Make anew what was made of the picture as it is: return these, those to go, and failures."""
    clean = Picture.objects.get(pk=picture.pk)
    for name, value in values.items():
        clean.__dict__[name] = value  # as if it were loaded so: nothing is opened
    renewed, given_up, missing = [], [], []
    for rendition in picture.renditions.all():
        spec = Filter(rendition.filter_spec)
        try:
            is_current = rendition.focal_point_key == spec.get_cache_key(picture)
        except InvalidFilterSpecError:
            is_current = False
        if not is_current:
            given_up.append(rendition)
            continue
        try:
            source = File(BytesIO(content), name=str(values["file"]))
            file = clean.generate_rendition_file(spec, source=source)
            file.seek(0)
            name = rendition.get_upload_to(str(file.name))
            _write_public(name, file.read())
        except Exception as error:
            if isinstance(error, OSError) and error.errno:
                raise
            logger.warning("picture %d: no %s: %s", picture.pk, spec.spec, type(error).__name__)
            given_up.append(rendition)
            missing.append(spec.spec)
            continue
        rendition.purge_from_cache()
        rendition.file = name
        rendition.focal_point_key = spec.get_cache_key(clean)
        renewed.append(rendition)
    return renewed, given_up, missing


def _show(picture: Picture, made: _Made) -> bool:
    """From now on the clean picture is shown. Say no when it is another picture meanwhile."""
    with transaction.atomic():
        same = Picture.objects.filter(pk=picture.pk, file=picture.file.name, public_file="")
        if not same.update(**made.values):
            return False
        kept = [rendition.pk for rendition in made.renditions]
        picture.renditions.exclude(pk__in=kept).delete()
        fields = ["file", "width", "height", "focal_point_key"]
        Rendition.objects.bulk_update(made.renditions, fields)
        delete_files_later(made.old_files)
        picture_changed(Picture.objects.get(pk=picture.pk), witnessed=False)
        confirm_leader()
    return True


def delete_files_later(names: list[str]) -> None:
    """Have files of the media folder deleted that nothing shows any more, some minutes from now.

    Somebody may be reading a page with them.
    """
    later = timezone.now() + OLD_FILES_STAY
    delete_unused_files.using(run_after=later).enqueue([name for name in names if name])


@task()
def delete_unused_files(names: list[str]) -> int:
    """Delete files of the media folder that no picture shows any more; return how many."""
    used = {
        *Picture.objects.filter(file__in=names).values_list("file", flat=True),
        *Picture.objects.filter(public_file__in=names).values_list("public_file", flat=True),
        *Rendition.objects.filter(file__in=names).values_list("file", flat=True),
    }
    unused = set(names) - used
    for name in unused:
        default_storage.delete(name)
    return len(unused)


def put_away_leftovers() -> int:
    """Move originals that no picture names out of the media folder; return how many.

    They are of uploads that failed, or of pictures that were deleted: nobody misses them, but
    everybody who knew their names could read them.
    """
    folder = Path(settings.MEDIA_ROOT) / LEGACY
    if not folder.is_dir() or _are_files_to_be_deleted():
        return 0
    long_ago = time.time() - 2 * OLD_FILES_STAY.total_seconds()
    unused = Path(settings.SITE_FOLDER.originals) / UNUSED
    moved = 0
    for path in sorted(folder.iterdir()):
        name = f"{LEGACY}{path.name}"
        if path.stat().st_ctime > long_ago or Picture.objects.filter(file=name).exists():
            continue
        unused.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.rename(unused / path.name)
        moved += 1
    if moved:
        logger.info("%d files without a picture were put away in %s", moved, unused)
    if not any(folder.iterdir()):
        folder.rmdir()
    return moved


def _are_files_to_be_deleted() -> bool:
    tasks = DBTaskResult.objects.filter(task_path=delete_unused_files.module_path)
    waiting = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return tasks.filter(status__in=waiting).exists()


def _secret_name(picture: Picture, what: str) -> str:
    """A name that nobody can guess, and that is the same when the run is repeated."""
    secret = f"{picture.pk}:{picture.file.name}:{what}"
    return salted_hmac("pennypress.stories.cleaning", secret, algorithm="sha256").hexdigest()[:32]


def _scaled_focal_point(picture: Picture, width: int, height: int) -> dict[str, object]:
    """The focal point of a picture whose width and height were told the wrong way round."""
    if (
        not picture.width
        or not picture.height
        or (picture.width, picture.height) == (width, height)
    ):
        return {}
    across, down = width / picture.width, height / picture.height
    shares = {"x": across, "width": across, "y": down, "height": down}
    return {
        f"focal_point_{name}": round(value * share)
        for name, share in shares.items()
        if (value := getattr(picture, f"focal_point_{name}")) is not None
    }


def _hash_of(picture: Picture) -> str:
    with Path(picture.file.path).open("rb") as file:
        return hash_filelike(file)


def _write_public(name: str, content: bytes) -> None:
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, content)


# ── What people are told ───────────────────────────────────────────────────────────────────────


def uncleaned_pictures() -> QuerySet[Picture]:
    """Return the pictures that could not be cleaned."""
    return Picture.objects.filter(public_file="", cleaning_attempts__gte=MOST_ATTEMPTS)


def describe_cleaning_fault(picture: Picture) -> str:
    """Say why a picture could not be cleaned."""
    fault = picture.cleaning_fault or INTERRUPTED
    if fault == MISSING:
        return _("Its file is missing.")
    if fault == INTERRUPTED:
        return _("Cleaning it was interrupted each time.")
    return say_fault(fault)


def faulty_pictures() -> QuerySet[Picture]:
    """Return the pictures of which the newsroom should know something, the latest first."""
    known = Q(pk__in=uncleaned_pictures()) | ~Q(renditions_missing="")
    return Picture.objects.filter(known).order_by("-pk")


def describe_faults(picture: Picture) -> list[str]:
    """Say to an editor what is wrong with a picture, in sentences; none when all is well."""
    found = []
    if not picture.public_file and picture.cleaning_attempts >= MOST_ATTEMPTS:
        found.append(
            _(
                "Where and with what it was taken could not be removed from this picture, and "
                "readers may find it in the file. %(why)s Choose another file, or delete the "
                "picture."
            )
            % {"why": describe_cleaning_fault(picture)}
        )
    if picture.renditions_missing:
        sizes = [name_rendition(spec) for spec in picture.renditions_missing.split()]
        found.append(
            _(
                "Some sizes of this picture could not be made: %(sizes)s. Readers get another size "
                "or format instead. If it looks wrong to them, choose another file."
            )
            % {"sizes": ", ".join(sizes)}
        )
    return found


def name_rendition(spec: str) -> str:
    """Return what an editor calls a size and format of a picture."""
    shape, _sep, kind = spec.partition("|format-")
    size = shape.partition("-")[2].replace("x", " × ")
    return f"{size} {kind.upper()}".strip()


def check_pictures() -> Iterator[str]:
    """Yield the pictures that readers may get with whatever their files tell."""
    for picture in uncleaned_pictures().order_by("pk"):
        where = " and is shown as it was uploaded" if is_legacy(picture.file.name) else ""
        yield (
            f"picture {picture.pk} cannot be cleaned{where}: {describe_cleaning_fault(picture)} "
            "(in the admin, give it another file or delete it)"
        )
