"""Pages as readers get them: stories, lists, house pages, and what is not there."""

import pytest
from django.core.exceptions import ValidationError

from pennypress.stories.actions import publish_story
from pennypress.stories.models import SectionPage, StoryPage

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_story_shows_its_headline_and_paragraphs(reader, story):
    page = reader.get(story.url).content.decode()
    assert '<h1 itemprop="headline" dir="auto">The quay is open again</h1>' in page
    assert page.count('<p dir="ltr">The barrier came down at six.</p>') == 1


def test_what_never_was_is_404_and_what_was_taken_down_is_410(reader, story):
    assert reader.get("/news/never/").status_code == 404
    address = story.url
    story.unpublish()
    gone = reader.get(address)
    assert gone.status_code == 410
    assert b"no longer here" in gone.content


def test_a_section_cannot_take_an_address_of_the_site(site):
    for slug in ("funding", "admin", "give", "ar", "about"):
        with pytest.raises(ValidationError):
            SectionPage(title="X", slug=slug).clean()


def test_publishing_freezes_a_version_and_republishing_the_same_does_not(story, section):
    assert [version.number for version in story.versions.all()] == [1]
    publish_story(story, section)
    assert story.versions.count() == 1
    story.standfirst = "After twelve weeks the barrier is gone."
    publish_story(story, section)
    assert [version.number for version in story.versions.all()] == [1, 2]
    assert "twelve weeks" in story.versions.get(number=2).content


def test_closing_a_discussion_in_the_editor_closes_it_for_readers(reader, story, section):
    story.discussion_open = False
    publish_story(story, section)
    assert b"This discussion is closed" in reader.get(story.url).content
    story.discussion_open = True
    publish_story(story, section)
    assert b"Write a comment" in reader.get(story.url).content


def test_home_leads_with_the_marked_story(reader, section, story):
    lead = publish_story(
        StoryPage(
            title="The harbour is sold", is_lead=True, body=[("paragraph", "<p>What happened.</p>")]
        ),
        section,
    )
    for number in range(11):
        publish_story(
            StoryPage(title=f"Story {number}", body=[("paragraph", "<p>What happened.</p>")]),
            section,
        )
    page = reader.get("/").content.decode()
    assert page.index(lead.title) < page.index("Story 10")
    assert "teaser first" in page


def test_a_section_is_paged_and_refuses_pages_that_are_none(reader, section):
    for number in range(30):
        publish_story(
            StoryPage(title=f"Story {number}", body=[("paragraph", "<p>What happened.</p>")]),
            section,
        )
    assert b"Story 0<" not in reader.get("/news/").content
    assert b"Story 0<" in reader.get("/news/?page=2").content
    for page in ("0", "3", "-1", "x", "²", "1" * 400):
        assert reader.get("/news/", {"page": page}).status_code == 404


def test_house_pages_list_the_rules_that_removals_name(reader, site):
    page = reader.get("/about/rules/").content.decode()
    for number in range(1, 7):
        assert f'id="rule-{number}"' in page
    for role in ("about", "about/privacy", "about/imprint", "about/contact"):
        assert reader.get(f"/{role}/").status_code == 200
