"""Pictures of the time when originals were public: cleaned once, while pages stay whole."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection

from pennypress.accountability.checks import run_checks
from pennypress.delivery.changes import sequences_of
from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures import cleaning
from pennypress.pictures.cleaning import (
    MOST_ATTEMPTS,
    clean_old_pictures,
    delete_unused_files,
    put_away_leftovers,
)
from pennypress.pictures.models import Picture, Rendition
from pennypress.pictures.renditions import make_picture, picture_filter_key
from pennypress.stories.actions import publish_story
from pennypress.stories.content import committed_content, find_differences
from pennypress.stories.models import StoryPage
from pennypress.stories.pictures import make_story_pictures
from tests.picture_files import HEIGHT, MARK, WIDTH, is_upright, photograph, plain

pytestmark = pytest.mark.django_db
once = pytest.mark.once

SPECS = ("width-480|format-jpeg", "fill-480x320|format-jpeg", "max-165x165")


class Killed(BaseException):
    """As when the process is ended in this moment."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    return tmp_path


@pytest.fixture
def deleted(monkeypatch) -> list[str]:
    """The names of the files that are to be deleted later."""
    names: list[str] = []

    class Later:
        module_path = delete_unused_files.module_path

        def using(self, **options):
            assert options["run_after"]
            return self

        def enqueue(self, given: list[str]) -> None:
            names.extend(given)

    monkeypatch.setattr(cleaning, "delete_unused_files", Later())
    return names


def old_picture(
    folder: Path, name: str = "quay.jpg", content: bytes | None = None, **values: object
) -> Picture:
    """A picture as it was stored before, with three of its sizes and what they tell."""
    content = photograph("JPEG", 6) if content is None else content
    place = folder / "media" / "original_images" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    (picture,) = Picture.objects.bulk_create(
        [
            Picture(
                title=name,
                file=f"original_images/{name}",
                width=HEIGHT,
                height=WIDTH,  # as the file has it, before it is turned
                collection=Collection.get_first_root_node(),
                **values,
            )
        ]
    )
    (folder / "media" / "images").mkdir(exist_ok=True)
    for spec in SPECS:
        file = f"images/{Path(name).stem}.{spec.replace('|', '.')}.jpg"
        (folder / "media" / file).write_bytes(photograph("JPEG"))
        key = picture_filter_key(picture, spec)
        Rendition.objects.bulk_create(
            [
                Rendition(
                    image=picture,
                    filter_spec=spec,
                    focal_point_key=key,
                    file=file,
                    width=9,
                    height=9,
                )
            ]
        )
    return picture


@pytest.fixture
def picture(folder) -> Picture:
    return old_picture(folder)


@pytest.fixture
def story(section, picture) -> StoryPage:
    return publish_story(
        StoryPage(
            title="X", lead_picture=picture, lead_alt="A quay",
            body=[("paragraph", "<p>What happened.</p>")],
        ),
        section,
    )  # fmt: skip


def files_of(folder: Path) -> set[str]:
    places = (folder / "media", folder / "originals")
    return {
        str(path.relative_to(folder))
        for place in places
        for path in place.rglob("*")
        if path.is_file()
    }


def images_of(reader, story: StoryPage) -> list[bytes]:
    """All the images that a reader of the story gets. There is one at least, and none fails."""
    found = []
    for address in (story.url, f"{story.url}full-size/"):
        page = reader.get(address).content.decode()
        urls = set(re.findall(r"/media/[^\s\"]+", page))
        assert urls
        for url in urls:
            answer = reader.get(url)
            assert answer.status_code == 200
            found.append(b"".join(answer.streaming_content))
            Image.open(BytesIO(found[-1])).load()
    return found


def problems() -> list[str]:
    return next(result.problems for result in run_checks() if result.name == "pictures")


def test_an_old_picture_is_cleaned_with_all_that_was_made_of_it(folder, reader, story, deleted):
    assert any(MARK in image for image in images_of(reader, story))
    before = sequences_of([f"picture:{story.lead_picture_id}"])
    clean_old_pictures()
    picture = Picture.objects.get()
    assert sequences_of([f"picture:{picture.pk}"]) != before
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", picture.file.name)
    assert picture.public_sha256
    assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(SPECS)
    assert not any(MARK in image for image in images_of(reader, story))
    assert len(deleted) == 4
    assert delete_unused_files.call(deleted) == 4
    files = files_of(folder)
    assert len(files) == 2 + 3
    for name in files:
        content = (folder / name).read_bytes()
        assert MARK not in content
        assert "fill" in name or is_upright(Image.open(BytesIO(content)))
    for rendition in picture.renditions.all():
        assert rendition.width == Image.open(BytesIO(Path(rendition.file.path).read_bytes())).width
    assert make_picture.call(picture.pk) == 16
    assert problems() == []


def test_pages_are_whole_wherever_a_run_is_killed_and_the_next_one_leaves_nothing_behind(
    folder, reader, story, deleted, monkeypatch
):
    """Each write is the last one that a run comes to, and so is each step around it."""
    steps = 0
    last = 0

    def counted(function: Callable) -> Callable:
        def call(*arguments, **named):
            nonlocal steps
            steps += 1
            if steps == last:
                raise Killed
            result = function(*arguments, **named)
            steps += 1
            if steps == last:
                raise Killed
            return result

        return call

    for name in ("clean_picture", "replace_file", "picture_changed"):
        monkeypatch.setattr(cleaning, name, counted(getattr(cleaning, name)))
    seen = {"kills": 0}
    while Picture.objects.filter(public_file="").exists():
        steps, last = 0, last + 1
        Picture.objects.update(cleaning_attempts=0)
        with suppress(Killed):
            clean_old_pictures()
            break
        seen["kills"] += 1
        assert images_of(reader, story)
    assert seen["kills"] >= 13
    assert not any(MARK in image for image in images_of(reader, story))
    delete_unused_files.call(deleted)
    assert len(files_of(folder)) == 2 + 3


def test_the_focal_point_stays_where_it_was_in_the_picture(folder, deleted):
    focus = {"x": 48, "y": 16, "width": 12, "height": 8}  # of 96 by 64, as it was told to be
    old_picture(folder, **{f"focal_point_{name}": value for name, value in focus.items()})
    clean_old_pictures()
    picture = Picture.objects.get()
    assert (picture.focal_point_x, picture.focal_point_y) == (32, 24)  # of 64 by 96
    assert (picture.focal_point_width, picture.focal_point_height) == (8, 12)
    for rendition in picture.renditions.all():
        assert rendition.focal_point_key == picture_filter_key(picture, rendition.filter_spec)


def test_a_version_of_before_still_names_the_picture_and_a_newer_one_gets_another(
    folder, story, deleted
):
    uploaded = (folder / "media" / story.lead_picture.file.name).read_bytes()
    before = committed_content(story, 1)
    assert before["picture"]["sha1"] == hashlib.sha1(uploaded).hexdigest()
    clean_old_pictures()
    story = StoryPage.objects.get(pk=story.pk)
    assert committed_content(story, 1) == before
    last = story.versions.latest("number")
    assert last.number == 2
    assert json.loads(last.content)["picture"]["sha256"] == story.lead_picture.public_sha256
    assert find_differences(story, last.content) == []


def test_one_that_cannot_be_cleaned_is_told_of_and_stops_no_other(folder, reader, site, deleted):
    broken = old_picture(folder, "broken.jpg", photograph()[:1500])
    lost = old_picture(folder, "lost.jpg")
    (folder / "media" / lost.file.name).unlink()
    whole = old_picture(folder, "whole.jpg")
    clean_old_pictures()
    assert Picture.objects.get(pk=whole.pk).public_file
    assert [line.partition(":")[0] for line in problems()] == [
        f"picture {number} cannot be cleaned and is shown as it was uploaded"
        for number in (broken.pk, lost.pk)
    ]
    assert "is damaged" in problems()[0]
    assert "file is missing" in problems()[1]
    assert (folder / "media" / broken.file.name).exists()
    before = Picture.objects.get(pk=broken.pk).cleaning_attempts
    clean_old_pictures()
    assert Picture.objects.get(pk=broken.pk).cleaning_attempts == before == MOST_ATTEMPTS


def test_one_that_kills_its_process_is_left_alone_after_a_few_times(folder, site, monkeypatch):
    picture = old_picture(folder)

    def kill(*arguments, **named):
        raise Killed

    monkeypatch.setattr(cleaning, "clean_picture", kill)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            clean_old_pictures()
    clean_old_pictures()
    (problem,) = problems()
    assert problem.startswith(f"picture {picture.pk} cannot be cleaned")
    assert "interrupted each time" in problem


def test_a_full_disk_is_no_fault_of_the_picture(folder, monkeypatch, deleted):
    first, second = old_picture(folder, "a.jpg"), old_picture(folder, "b.jpg")
    write = cleaning._write_files

    def full(picture, clean):
        if picture.pk == first.pk:
            raise OSError(28, "No space left on device")
        return write(picture, clean)

    monkeypatch.setattr(cleaning, "_write_files", full)
    with pytest.raises(OSError, match="No space"):
        clean_old_pictures()
    assert Picture.objects.get(pk=second.pk).public_file
    assert problems() == []
    monkeypatch.setattr(cleaning, "_write_files", write)
    clean_old_pictures()
    assert Picture.objects.get(pk=first.pk).public_file


def test_an_editor_who_replaces_the_picture_meanwhile_has_the_last_word(
    folder, picture, monkeypatch, deleted
):
    write = cleaning._write_files

    def late(picture, clean):
        made = write(picture, clean)
        newer = Picture.objects.get(pk=picture.pk)
        newer.file = ImageFile(BytesIO(plain()), name="newer.png")
        newer.save()
        return made

    monkeypatch.setattr(cleaning, "_write_files", late)
    clean_old_pictures()
    picture = Picture.objects.get()
    assert picture.file.name.endswith(".png")
    assert (picture.width, picture.height) == (60, 40)
    assert deleted == []
    assert len([name for name in files_of(folder) if name.startswith("originals/")]) == 1
    assert len([name for name in files_of(folder) if "media/pictures/" in name]) == 1


def test_files_that_a_picture_shows_again_are_not_deleted(folder, picture):
    names = [
        picture.file.name,
        *picture.renditions.values_list("file", flat=True),
        "images/gone.jpg",
    ]
    before = files_of(folder)
    assert delete_unused_files.call(names) == 1
    assert files_of(folder) == before


def test_nothing_is_made_of_a_picture_that_is_not_clean(folder, story, deleted):
    assert make_story_pictures.call(story.pk) == 16
    assert Picture.objects.get().public_file
    for rendition in Rendition.objects.all():
        assert MARK not in Path(rendition.file.path).read_bytes()
    broken = old_picture(folder, "broken.jpg", b"GIF89a")
    assert make_picture.call(broken.pk) == 0


def test_originals_without_a_picture_are_put_away(folder, reader, picture, deleted):
    stray = folder / "media" / "original_images" / "stray.jpg"
    stray.write_bytes(photograph())
    assert reader.get("/media/original_images/stray.jpg").status_code == 200
    clean_old_pictures()
    assert stray.exists(), "it may be younger than its row"
    delete_unused_files.call(deleted)
    long_ago = time.time() + 24 * 60 * 60
    put_away = put_away_leftovers
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning.time, "time", lambda: long_ago)
        assert put_away() == 1
    assert not stray.parent.exists()
    assert reader.get("/media/original_images/stray.jpg").status_code == 404
    assert (folder / "originals" / "unused" / "stray.jpg").exists()
    assert put_away() == 0


@once
def test_a_rendition_that_cannot_be_made_stops_no_other_and_is_named(folder, monkeypatch):
    picture = Picture.objects.create(title="A", file=ImageFile(BytesIO(plain()), name="a.png"))
    make = Picture.generate_rendition_file

    def fail(self, filter, **named):
        if "avif" in filter.spec:
            raise OSError("encoder error -2")
        return make(self, filter, **named)

    monkeypatch.setattr(Picture, "generate_rendition_file", fail)
    assert make_picture.call(picture.pk) == 10
    picture.refresh_from_db()
    assert picture.renditions_missing.split() == [
        *(f"width-{width}|format-avif" for width in (480, 720, 960, 1600)),
        "fill-288x192|format-avif",
        "fill-480x320|format-avif",
        "fill-720x480|format-avif",
        "fill-960x640|format-avif",
    ]
    monkeypatch.setattr(Picture, "generate_rendition_file", make)
    assert make_picture.call(picture.pk) == 8
    picture.refresh_from_db()
    assert picture.renditions_missing == ""


@once
def test_a_full_disk_lets_the_task_be_tried_again(folder, monkeypatch):
    picture = Picture.objects.create(title="A", file=ImageFile(BytesIO(plain()), name="a.png"))

    def full(self, filter, **named):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Picture, "generate_rendition_file", full)
    with pytest.raises(OSError, match="No space"):
        make_picture.call(picture.pk)
    picture.refresh_from_db()
    assert picture.renditions_missing == ""


@once
def test_the_newsroom_is_told_what_is_wrong_with_a_picture(newsroom, site, folder):
    picture = old_picture(
        folder,
        "damaged.jpg",
        cleaning_attempts=MOST_ATTEMPTS,
        cleaning_fault="damaged",
        renditions_missing="width-480|format-avif fill-960x640|format-webp",
    )
    for address in ("/admin/", reverse("wagtailimages:edit", args=[picture.pk])):
        page = newsroom.get(address).content.decode()
        assert "could not be removed from this picture" in page
        assert "is damaged or was cut off" in page
        assert "could not be made: 480 AVIF, 960 × 640 WEBP." in page
    whole = Picture.objects.create(title="A", file=ImageFile(BytesIO(plain()), name="a.png"))
    page = newsroom.get(reverse("wagtailimages:edit", args=[whole.pk])).content.decode()
    assert "could not be" not in page


@once
def test_a_picture_too_tall_for_some_formats_is_told_of(folder):
    picture = Picture.objects.create(
        title="A", file=ImageFile(BytesIO(plain(size=(2, 17_000))), name="a.png")
    )
    make_picture.call(picture.pk)
    picture.refresh_from_db()
    assert set(picture.renditions_missing.split()) == {
        f"width-{width}|format-webp" for width in (480, 960, 1600)
    }
