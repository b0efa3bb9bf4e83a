"""A mirror as a reader opens it: a folder, and a browser without any server."""

from pathlib import Path

import pytest

from tests.cli.command import Site, make_database

MAKE_A_STORY = """
from io import BytesIO
from django.core.files.images import ImageFile
from PIL import Image
from pennypress.discussion.actions import post_comment
from pennypress.discussion.models import Discussion
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.pictures.models import Picture
from pennypress.stories.models import StoryPage
from pennypress.stories.pictures import make_story_pictures

data = BytesIO()
Image.new("RGB", (1200, 900), "#c4642b").save(data, "JPEG")
data.seek(0)
picture = Picture.objects.create(title="A quay", file=ImageFile(data, name="quay.jpg"))
story = StoryPage(title="The quay is open", lead_picture=picture, lead_alt="A quay at dawn",
                  body=[("paragraph", "<p>What happened.</p>")])
story = publish_story(story, find_or_make_section("news", "News"))
make_story_pictures.call(story.pk)
talk = Discussion.objects.get(pk=story.pk)
first = post_comment(talk, name="Ann", text="I was there.").comment
post_comment(talk, name="Ben", text="So was I.", parent=first.pk)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    site = Site(tmp_path_factory.mktemp("mirrored") / "site", make_database())
    site.must("init", "--title", "The Test Tide")
    site.must("manage", "shell", "-c", MAKE_A_STORY, PENNYPRESS_FIRST_COMMENTS="publish")
    folder = site.home.with_name("mirror")
    site.must("mirror", str(folder))
    return folder


def test_a_story_is_read_from_a_folder(chromium, folder):
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(folder.as_uri() + "/index.html")
    page.click("text=The quay is open")
    page.wait_for_load_state("networkidle")
    assert page.url == folder.as_uri() + "/news/the-quay-is-open/index.html"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith(
        '"Newsreader Display"'
    )
    assert page.evaluate("document.fonts.check('20px Newsreader')")
    picture = page.locator("figure img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 400
    assert page.locator("#discussion article").count() == 2
    assert "So was I." in page.locator("#discussion ol ol").inner_text()
    page.locator("#discussion ol ol a.when").click()
    assert page.locator("li[data-focus]").inner_text().count("So was I.") == 1
    page.locator("header.discussion-of a").click()
    page.locator("figcaption a").click()
    assert page.url.endswith("/full-size/index.html")
    assert page.locator("figure img").evaluate("image => image.naturalWidth") == 1200
    assert asked
    assert [url for url in asked if not url.startswith(folder.as_uri() + "/")] == []
    context.close()
