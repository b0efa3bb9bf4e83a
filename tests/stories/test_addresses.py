"""Addresses in any script: of stories, sections and people, composed or not."""

import unicodedata
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pennypress.stories.actions import free_slug, publish_story
from pennypress.stories.models import Person, SectionPage, StoryPage

from .editing import story_form

pytestmark = pytest.mark.django_db

BODY = [("paragraph", "<p>It came in at noon.</p>")]
HINDI, THAI = "हिन्दी में समाचार", "ข่าววันนี้"


def publish(section, title: str, **fields) -> StoryPage:
    return publish_story(StoryPage(title=title, body=BODY, **fields), section)


@pytest.mark.parametrize(
    ("title", "slug"),
    [(HINDI, "हिन्दी-में-समाचार"), (THAI, THAI), ("יְרוּשָׁלַיִם", unicodedata.normalize("NFC", "יְרוּשָׁלַיִם"))],
)
def test_a_story_is_at_its_title_with_all_its_letters(site, section, reader, title, slug):
    story = publish(section, title)
    assert story.slug == slug
    answer = reader.get(f"/news/{slug}/")
    assert answer.status_code == 200
    for below in ("discussion/", "discussion/reply/"):
        assert reader.get(f"/news/{slug}/{below}").status_code == 200
    found = reader.get(f"/api/v1/stories?url={quote(f'/news/{slug}/')}").json()
    assert found["id"] == story.pk


def test_sections_and_people_have_such_addresses_too(site, section, reader):
    home = section.get_parent()
    home.add_child(instance=SectionPage(title=THAI, slug=free_slug(home, THAI), live=True))
    assert reader.get(f"/{THAI}/").status_code == 200
    person = Person(name="सुनीता शर्मा", slug="सुनीता-शर्मा")
    person.full_clean()
    person.save()
    assert reader.get("/people/सुनीता-शर्मा/").status_code == 200
    assert reader.get(reverse("person", args=[person.slug])).status_code == 200


@pytest.mark.parametrize("slug", ["a b", "a.b", "❤️", "a\u200db", ""])
def test_a_page_refuses_what_is_no_slug(site, section, slug):
    page = section.add_child(instance=StoryPage(title="!", slug="fine", body=BODY, live=False))
    page.slug = slug
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "slug" in refused.value.message_dict


def test_an_editor_may_write_such_a_slug_and_one_that_is_none_becomes_one(newsroom, section):
    add = reverse("wagtailadmin_pages:add", args=["stories", "storypage", section.pk])
    newsroom.post(add, story_form(title=HINDI, slug="हिन्दी में समाचार!"))
    story = StoryPage.objects.get(title=HINDI)
    assert story.slug == "हिन्दी-में-समाचार"
    copy = reverse("wagtailadmin_pages:copy", args=[story.pk])
    newsroom.post(copy, {"new_title": "x", "new_slug": "समाचार-दो", "new_parent_page": section.pk})
    assert StoryPage.objects.filter(slug="समाचार-दो").exists()


def test_a_slug_that_had_lost_its_vowel_signs_leads_to_the_one_that_has_them(site, section, reader):
    story = publish(section, HINDI, slug="हनद-म-समचर")
    story.slug = "हिन्दी-में-समाचार"
    publish_story(story, section)
    answer = reader.get("/news/हनद-म-समचर/discussion/")
    assert answer.status_code == 301
    assert answer["Location"] == quote("/news/हिन्दी-में-समाचार/discussion/")


# ── Composed and decomposed ────────────────────────────────────────────────────────────────────


def decomposed(path: str) -> str:
    return unicodedata.normalize("NFD", path)


@pytest.mark.parametrize(
    "path",
    [
        "/news/café-été/",
        "/news/café-été/discussion/",
        "/nöthing/",
        "/people/jürgen/",
        "/ärchiv/x.html",
    ],
)
def test_a_decomposed_address_leads_to_the_composed_one(site, section, reader, path):
    publish(section, "Café Été")
    answer = reader.get(decomposed(path) + "?a=b&c=%2F")
    assert (answer.status_code, answer["Location"]) == (301, f"{quote(path)}?a=b&c=%2F")


def test_a_form_that_was_posted_there_keeps_its_words(site, section, reader):
    publish(section, "Café Été")
    answer = reader.post(decomposed("/news/café-été/discussion/reply/"), {"text": "x"})
    assert (answer.status_code, answer["Location"]) == (
        308, quote("/news/café-été/discussion/reply/"),
    )  # fmt: skip


def test_the_api_finds_a_story_by_a_decomposed_address(site, section, reader):
    story = publish(section, "Café Été")
    for path in ("/news/café-été/", decomposed("/news/café-été/")):
        for url in (path, quote(path)):
            assert reader.get("/api/v1/stories", {"url": url}).json()["id"] == story.pk


def test_no_address_leads_to_another_site(site, reader):
    answer = reader.get(decomposed("//evil.example/é/"))
    assert not answer.get("Location", "").startswith("//")


def test_names_of_files_are_as_they_are_on_the_disk(site, reader):
    assert reader.get(decomposed("/media/original_images/é.jpg")).status_code == 404
