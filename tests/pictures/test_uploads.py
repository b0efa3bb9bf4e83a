"""Pictures on their way in: whoever brings one, it is cleaned, and its original has no address."""

import hashlib
import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection, UploadedFile

from pennypress.foundation.images import BadImage
from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures.cleaning import delete_unused_files
from pennypress.pictures.models import Picture
from pennypress.pictures.renditions import make_picture
from pennypress.stories.actions import publish_story
from pennypress.stories.embeds import _fetch_picture
from pennypress.stories.json_ld import story_facts
from pennypress.stories.models import StoryPage
from tests.picture_files import (
    FORMATS,
    HEIGHT,
    MARK,
    TEXT,
    WIDTH,
    bomb,
    is_upright,
    name_of,
    noise,
    photograph,
    plain,
)

pytestmark = pytest.mark.django_db
once = pytest.mark.once

BAD = {
    "cut.jpg": (noise()[:3000], "damaged"),
    "words.png": (b"just words", "not a picture"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    "bomb.png": (bomb(9000, 9000), "81 million pixels"),
    "huge.png": (bomb(), "too many pixels"),
    "empty.jpg": (b"", "empty"),
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    pictures = (folder / "media", folder / "originals")
    return [path for one in pictures for path in one.rglob("*") if path.is_file()]


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")  # whatever it is


def add(newsroom, name: str, content: bytes):
    """The form for one picture."""
    fields = {"title": "A quay", "collection": Collection.get_first_root_node().pk}
    answer = newsroom.post(reverse("wagtailimages:add"), fields | {"file": upload(name, content)})
    form = answer.context and answer.context.get("form")
    return None if answer.status_code == 302 else " ".join(form.errors["file"])


def add_several(newsroom, name: str, content: bytes):
    """The page to which several pictures are dragged at once."""
    answer = newsroom.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "A quay", "files[]": upload(name, content)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    found = answer.json()
    return None if found["success"] else found["error_message"]


def choose(newsroom, name: str, content: bytes):
    """The chooser's form, beside a story that is being written."""
    prefix = "image-chooser-upload"
    answer = newsroom.post(
        reverse("wagtailimages_chooser:create"),
        {
            f"{prefix}-title": "A quay",
            f"{prefix}-collection": Collection.get_first_root_node().pk,
            f"{prefix}-file": upload(name, content),
        },
    )
    assert answer.status_code == 200
    found = json.loads(answer.content)
    return None if found["step"] == "chosen" else found["htmlFragment"]


def replace(newsroom, name: str, content: bytes):
    """The page of a picture that is there, for another file."""
    picture = Picture.objects.create(title="Before", file=ImageFile(BytesIO(plain()), name="b.png"))
    answer = newsroom.post(
        reverse("wagtailimages:edit", args=[picture.pk]),
        {
            "title": "A quay",
            "collection": picture.collection_id,
            "file": upload(name, content),
        },
    )
    if answer.status_code == 302:
        return None
    picture.refresh_from_db()
    assert picture.title == "Before"
    assert (picture.width, picture.height) == (60, 40)
    with picture.open_file() as file:
        assert file.read()
    return " ".join(answer.context["form"].errors["file"])


WAYS = pytest.mark.parametrize("way", [add, add_several, choose, replace])


@WAYS
def test_every_way_into_the_admin_cleans_what_comes(newsroom, folder, way):
    assert way(newsroom, name_of("JPEG"), photograph("JPEG", 6)) is None
    picture = Picture.objects.latest("pk")
    assert picture.title == "A quay"
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert (picture.public_width, picture.public_height) == (WIDTH, HEIGHT)
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", picture.file.name)
    assert re.fullmatch(r"pictures/[0-9a-f]{32}\.jpg", picture.public_file.name)
    assert picture.file.name not in picture.public_file.name
    assert all(MARK not in path.read_bytes() for path in files_in(folder))
    public = (folder / "media" / picture.public_file.name).read_bytes()
    assert picture.public_sha256 == hashlib.sha256(public).hexdigest()
    assert picture.public_type == "image/jpeg"
    original = (folder / "originals" / picture.file.name).read_bytes()
    assert picture.file_hash == hashlib.sha1(original).hexdigest()
    assert picture.file_size == len(original)


@once
@WAYS
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_taken_is_an_error_of_the_form_in_words(newsroom, folder, way, name):
    content, words = BAD[name]
    before = Picture.objects.count()
    error = way(newsroom, name, content)
    assert error
    assert words in error
    assert Picture.objects.count() - before == (way is replace)
    shown = [path for path in files_in(folder) if path.parent.name != "images"]
    assert len(shown) == 2 * (way is replace)


@once
@WAYS
def test_too_many_bytes_are_an_error_of_the_form(newsroom, settings, way):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000
    assert "1000\xa0bytes is the most" in way(newsroom, "quay.jpg", noise())


@once
@pytest.mark.parametrize("kind", FORMATS)
def test_every_kind_is_taken_for_what_it_is_and_nothing_of_it_is_told(newsroom, folder, kind):
    assert add_several(newsroom, "a lie.gif", photograph(kind)) is None
    picture = Picture.objects.get()
    assert make_picture.call(picture.pk) == 18
    files = files_in(folder)
    assert len(files) >= 20
    for path in files:
        content = path.read_bytes()
        assert MARK not in content
        image = Image.open(BytesIO(content))
        image.load()
        assert not {270, 274, 315, 700, 34665, 34853} & image.getexif().keys()
        assert "icc_profile" in image.info
        assert "fill" in path.name or is_upright(image)
    assert newsroom.get(reverse("wagtailimages:edit", args=[picture.pk])).status_code == 200
    assert newsroom.get(reverse("wagtailimages:index")).status_code == 200
    assert newsroom.get(reverse("wagtailimages_chooser:choose")).status_code == 200


@once
def test_nobody_guesses_the_name_of_a_file(newsroom, folder):
    add(newsroom, name_of("JPEG"), photograph())
    make_picture.call(Picture.objects.get().pk)
    for path in files_in(folder):
        assert re.match(r"[0-9a-f]{20}", path.name)
        assert "Ann" not in path.name


def test_a_picture_put_by_until_its_form_is_right_is_cleaned_too(newsroom, folder):
    answer = newsroom.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "long " * 60, "files[]": upload(name_of("JPEG"), photograph())},
    )
    assert Picture.objects.count() == 0
    put_by = UploadedFile.objects.get(pk=answer.json()["uploaded_file_id"])
    assert TEXT not in put_by.file.name
    assert all(MARK not in path.read_bytes() for path in files_in(folder))
    fields = {"title": "Short", "collection": Collection.get_first_root_node().pk}
    answer = newsroom.post(
        reverse("wagtailimages:create_multiple_from_uploaded_image", args=[put_by.pk]),
        {f"uploaded-image-{put_by.pk}-{name}": value for name, value in fields.items()},
    )
    assert answer.json()["success"]
    assert Picture.objects.get().public_sha256
    assert all(MARK not in path.read_bytes() for path in files_in(folder))


def test_replacing_a_picture_makes_a_new_public_file_and_the_old_one_goes_later(
    newsroom, folder, django_capture_on_commit_callbacks, monkeypatch
):
    later: list[str] = []
    monkeypatch.setattr("pennypress.pictures.forms.delete_files_later", later.extend)
    picture = Picture.objects.create(title="Before", file=ImageFile(BytesIO(plain()), name="b.png"))
    make_picture.call(picture.pk)
    before, original = picture.public_file.name, picture.file.name
    with django_capture_on_commit_callbacks(execute=True):
        newsroom.post(
            reverse("wagtailimages:edit", args=[picture.pk]),
            {
                "title": "After",
                "collection": picture.collection_id,
                "file": upload("new.jpg", noise()),
            },
        )
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.title == "After"
    assert picture.public_file.name != before
    assert picture.renditions.count() == 0
    assert (folder / "media" / before).exists()
    assert (folder / "media" / picture.public_file.name).exists()
    assert delete_unused_files.call([*later, picture.public_file.name]) == 1
    assert not (folder / "media" / before).exists()
    assert (folder / "media" / picture.public_file.name).exists()
    assert not (folder / "originals" / original).exists()
    assert (folder / "originals" / picture.file.name).exists()


def test_when_a_picture_cannot_be_saved_none_of_its_files_stay(folder):
    picture = Picture(title=None, file=ImageFile(BytesIO(noise()), name="b.jpg"))
    with pytest.raises(IntegrityError), transaction.atomic():
        picture.save()
    assert files_in(folder) == []


def test_when_a_form_cannot_be_saved_the_picture_of_before_stays(newsroom, folder, monkeypatch):
    picture = Picture.objects.create(title="Before", file=ImageFile(BytesIO(plain()), name="b.png"))
    before = sorted(files_in(folder))
    monkeypatch.setattr("pennypress.stories.outside_changes.invalidate", lambda tag: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        newsroom.post(
            reverse("wagtailimages:edit", args=[picture.pk]),
            {
                "title": "After",
                "collection": picture.collection_id,
                "file": upload("new.jpg", noise()),
            },
        )
    assert sorted(files_in(folder)) == before


@once
def test_code_that_brings_a_picture_has_it_cleaned_as_well(folder):
    picture = Picture(title="A quay")
    picture.file.save("x.jpg", ContentFile(photograph("JPEG", 8)))
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert all(MARK not in path.read_bytes() for path in files_in(folder))
    with pytest.raises(BadImage):
        Picture(title="None").file.save("x.jpg", ContentFile(b"GIF89a"))


@once
@pytest.mark.parametrize("content", [photograph("WEBP", 3), bomb(), b"<html>", noise()[:900]])
def test_the_picture_of_an_embed_is_cleaned_or_left_out(folder, monkeypatch, content):
    monkeypatch.setattr("pennypress.stories.embeds.fetch_public", lambda url: content)
    picture = _fetch_picture("https://video.example.org/thumb", "The council")
    assert (picture is not None) == content.startswith(b"RIFF")
    assert len(files_in(folder)) == 2 * (picture is not None)
    assert all(MARK not in path.read_bytes() for path in files_in(folder))


@once
def test_an_original_has_no_address(newsroom, reader, folder):
    add(newsroom, "a.png", plain())
    picture = Picture.objects.get()
    assert (folder / "originals" / picture.file.name).stat().st_mode & 0o777 == 0o600
    assert (folder / "originals").stat().st_mode & 0o777 == 0o700
    with pytest.raises(NotImplementedError):
        picture.file.storage.url(picture.file.name)
    assert picture.file.url == picture.public_file.url
    for client in (reader, newsroom):
        for path in (
            f"/media/{picture.file.name}",
            f"/media/originals/{picture.file.name}",
            f"/media/pictures/{picture.file.name}",
            f"/media/original_images/{picture.file.name}",
            f"/media/../originals/{picture.file.name}",
            f"/media/pictures/../../originals/{picture.file.name}",
            f"/media/pictures/%2e%2e/%2e%2e/originals/{picture.file.name}",
            f"/originals/{picture.file.name}",
        ):
            assert client.get(path).status_code == 404
    assert reader.get(f"/media/{picture.public_file.name}").status_code == 200


@once
def test_no_page_of_the_admin_names_an_original_or_fails_for_want_of_its_address(newsroom, site):
    picture = Picture.objects.create(title="A", file=ImageFile(BytesIO(plain()), name="a.png"))
    for address in (
        "/admin/api/main/images/?fields=*",
        f"/admin/api/main/images/{picture.pk}/?fields=*",
        f"/admin/images/{picture.pk}/preview/width-20/",
        f"/admin/images/{picture.pk}/delete/",
        f"/admin/images/usage/{picture.pk}/",
        "/admin/images/?layout=list",
        "/admin/images/?order=usage_count",
        "/admin/images/chooser/?layout=list",
        reverse("wagtailimages_chooser:chosen", args=[picture.pk]),
        f"/admin/images/chooser/{picture.pk}/select_format/",
    ):
        answer = newsroom.get(address)
        assert answer.status_code == 200, address
        links = re.findall(
            r"/[\w/.-]*" + picture.file.name.partition(".")[0] + r"[\w.-]*", text(answer)
        )
        assert all(link.startswith("/media/images/") for link in links), address
    listed = newsroom.get("/admin/api/main/images/?fields=*").json()["items"][0]
    assert listed["meta"]["download_url"].endswith(picture.public_file.url)


def text(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


@once
def test_a_deleted_picture_leaves_no_file(folder, settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    picture = Picture.objects.create(title="A quay", file=ImageFile(BytesIO(noise()), name="b.jpg"))
    make_picture.call(picture.pk)
    assert len(files_in(folder)) == 20
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert files_in(folder) == []


@once
def test_crawlers_are_told_the_picture_readers_get(section):
    picture = Picture.objects.create(
        title="A quay", file=ImageFile(BytesIO(photograph("JPEG", 6)), name="b.jpg")
    )
    story = publish_story(
        StoryPage(
            title="X", lead_picture=picture, lead_alt="A quay",
            body=[("paragraph", "<p>What happened.</p>")],
        ),
        section,
    )  # fmt: skip
    assert story_facts(story)["image"] == [
        {
            "@type": "ImageObject",
            "url": f"/media/{picture.public_file.name}",
            "sha256": hashlib.sha256(picture.public_file.read()).hexdigest(),
            "width": WIDTH,
            "height": HEIGHT,
        }
    ]
