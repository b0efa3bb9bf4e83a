"""From a page to its counterpart in another language, and back."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client
from wagtail.models import Locale

from pennypress.delivery.changes import read_changes
from pennypress.stories.actions import publish_story
from pennypress.stories.models import Person, StoryPage

pytestmark = pytest.mark.django_db

BODY = [("paragraph", "<p>It came in at noon.</p>")]


def alternates(page: str) -> dict[str, str]:
    """The addresses that a page's head names, by language."""
    found = re.findall(r'<link rel="alternate" hreflang="(\w+)" href="https?://[^/]+([^"]*)"', page)
    return {language: unquote(path) for language, path in found}


def switch(page: str) -> list[str]:
    """The languages that a reader can choose."""
    nav = re.search(r'<nav class="languages".*?</nav>', page, re.DOTALL)
    return re.findall(r'hreflang="(\w+)"', nav[0]) if nav else []


@pytest.fixture
def arabic(site, section, story, settings) -> StoryPage:
    """The story in Arabic, under the Arabic front page and section."""
    locale = Locale.objects.get_or_create(language_code="ar")[0]
    copies = [page.copy_for_translation(locale) for page in (site, section)]
    for copy in copies:
        copy.save_revision().publish()
    copy = story.copy_for_translation(locale)
    copy.title, copy.slug = "الرصيف مفتوح", "الرصيف-مفتوح"
    copy.save_revision().publish()
    return StoryPage.objects.get(pk=copy.pk)


def test_each_of_two_pages_leads_to_the_other(reader, story, arabic):
    wanted = {"en": story.url, "ar": "/ar/news/الرصيف-مفتوح/"}
    for page, other in ((story, "ar"), (arabic, "en")):
        text = reader.get(page.url).content.decode()
        assert alternates(text) == wanted
        assert switch(text) == [other]
    for path in ("/", "/news/"):
        assert switch(reader.get(path).content.decode()) == ["ar"]
        assert switch(reader.get(f"/ar{path}").content.decode()) == ["en"]


def test_a_page_that_is_in_no_other_language_says_nothing(reader, section, arabic):
    alone = publish_story(StoryPage(title="Fog", body=BODY), section)
    text = reader.get(alone.url).content.decode()
    assert (alternates(text), switch(text)) == ({}, [])


@pytest.mark.parametrize("path", ["/funding/", "/people/jo/", "/record/"])
def test_the_sites_own_pages_are_in_all_languages(reader, arabic, path):
    Person.objects.create(name="Jo", slug="jo")
    assert alternates(reader.get(path).content.decode()) == {"en": path, "ar": f"/ar{path}"}
    assert switch(reader.get(f"/ar{path}").content.decode()) == ["en"]


def test_what_is_nowhere_is_in_no_language(reader, arabic):
    assert switch(reader.get("/nothing/").content.decode()) == []
    assert switch(reader.get("/ar/nothing/").content.decode()) == []


def test_a_paper_in_one_language_has_no_switch(reader, site, section, story):
    for path in ("/", story.url, "/funding/"):
        text = reader.get(path).content.decode()
        assert (alternates(text), switch(text)) == ({}, [])


def test_the_switch_follows_what_is_published_and_what_is_not(reader, story, arabic):
    tag = f"translations:{story.translation_key}"
    for change, wanted in (("unpublish", []), ("publish", ["ar"])):
        before, _ = read_changes(0)
        page = StoryPage.objects.get(pk=arabic.pk)
        page.unpublish() if change == "unpublish" else page.save_revision().publish()
        assert tag in read_changes(before)[1]
        assert switch(reader.get(story.url).content.decode()) == wanted


@pytest.mark.parametrize("path", ["/people/nobody/", "/campaigns/nothing/", "/record/999999/"])
def test_a_page_that_says_that_nothing_is_there_leads_nowhere(reader, arabic, path):
    for asked in (path, "/nothing/", f"/ar{path}"):
        answer = reader.get(asked)
        text = answer.content.decode()
        assert answer.status_code == 404
        assert (alternates(text), switch(text)) == ({}, [])
        assert path not in text


def test_a_refusal_at_a_private_address_tells_nobody_of_it(arabic):
    asked = Client(enforce_csrf_checks=True).post("/me/comments/a-private-token/")
    again = Client(enforce_csrf_checks=True).post("/me/other/")
    for answer in (asked, again):
        assert "a-private-token" not in answer.content.decode()
    assert Client().get("/nothing/").status_code == 404
