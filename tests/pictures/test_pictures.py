"""Pictures: cut ahead of readers, only looked up for them."""

import importlib
from io import BytesIO

import pytest
from django.apps import apps
from django.core.files.images import ImageFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image
from willow.image import Image as WillowImage

from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures.models import Picture, Rendition
from pennypress.pictures.renditions import make_picture, read_sources
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage
from pennypress.stories.pictures import make_story_pictures
from pennypress.stories.publishing import NotPublishable

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_FOLDER = SiteFolder(tmp_path)


@pytest.fixture
def picture() -> Picture:
    data = BytesIO()
    Image.new("RGB", (1200, 900), "#c4642b").save(data, "JPEG")
    data.seek(0)
    return Picture.objects.create(title="A quay", credit="Jo", file=ImageFile(data, name="q.jpg"))


@pytest.fixture
def illustrated(section, picture) -> StoryPage:
    return publish_story(
        StoryPage(
            title="With a picture",
            lead_picture=picture,
            lead_alt="A quay at dawn",
            body=[("paragraph", "<p>What happened.</p>")],
        ),
        section,
    )


def test_until_they_are_cut_the_whole_picture_stands_in_and_no_reader_waits(reader, illustrated):
    page = reader.get(illustrated.url).content.decode()
    assert illustrated.lead_picture.public_file.url in page
    assert 'alt="A quay at dawn"' in page
    assert Rendition.objects.count() == 0


def test_once_cut_readers_get_three_formats_in_several_widths(reader, illustrated):
    made = make_story_pictures.call(illustrated.pk)
    assert made == 18
    assert make_story_pictures.call(illustrated.pk) == 0
    page = reader.get(illustrated.url).content.decode()
    assert 'type="image/avif"' in page
    assert 'type="image/webp"' in page
    assert "480w" in page
    assert "720w" in page
    assert "960w" in page
    assert Rendition.objects.count() == 18


def test_a_small_original_is_never_enlarged(illustrated, picture):
    make_picture.call(picture.pk)
    assert read_sources(picture, "lead").width == 1200


def test_moving_the_focal_point_asks_for_new_cuts(picture):
    make_picture.call(picture.pk)
    before = read_sources(picture, "card").src
    picture.focal_point_x, picture.focal_point_y = 100, 100
    picture.focal_point_width = picture.focal_point_height = 50
    picture.save()
    picture = Picture.objects.get(pk=picture.pk)
    assert read_sources(picture, "card").src == picture.public_file.url
    make_picture.call(picture.pk)
    picture = Picture.objects.get(pk=picture.pk)
    assert read_sources(picture, "card").src not in {before, picture.public_file.url}


def test_the_full_size_view_is_a_page_of_its_own(reader, illustrated, story):
    page = reader.get(f"{illustrated.url}full-size/")
    assert page.status_code == 200
    image = f'<img src="{illustrated.lead_picture.public_file.url}" width="1200" height="900"'
    assert image in " ".join(page.content.decode().split())
    assert reader.get(f"{story.url}full-size/").status_code == 404


def test_a_lead_picture_needs_alternative_text(section, picture):
    story = StoryPage(
        title="X", slug="x", lead_picture=picture, body=[("paragraph", "<p>What happened.</p>")]
    )
    with pytest.raises(NotPublishable, match="cannot see"):
        publish_story(story, section)


def test_a_task_queued_before_the_move_is_still_carried_out(picture):
    migration = importlib.import_module("pennypress.stories.migrations.0010_picture_tasks")
    queued = DBTaskResult.objects.create(
        status="READY",
        args_kwargs={"args": [picture.pk], "kwargs": {}},
        task_path="pennypress.stories.pictures.make_picture",
        backend_name="default",
        run_after=timezone.now(),
    )
    migration.rename_tasks(apps, None)
    queued.refresh_from_db()
    assert queued.task.func is make_picture.func


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_avif_is_written_at_the_speed_that_was_chosen(mode):
    image = Image.effect_noise((240, 160), 60).convert(mode)
    if mode == "RGBA":
        image.putalpha(120)
    source, expected, written = BytesIO(), BytesIO(), BytesIO()
    image.save(source, "PNG", icc_profile=b"a profile")
    image.save(expected, "AVIF", quality=50, speed=8, icc_profile=b"a profile")
    source.seek(0)
    WillowImage.open(source).save_as_avif(written, quality=50)
    assert written.getvalue() == expected.getvalue()
    read = Image.open(written)
    assert (read.mode, read.size) == (mode, (240, 160))
    assert read.info["icc_profile"] == b"a profile"
