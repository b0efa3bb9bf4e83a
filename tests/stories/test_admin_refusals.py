"""What the admin refuses it refuses whole and in words, whatever door was tried."""

import datetime as dt
import json
from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image
from wagtail.models import Locale, Page

from pennypress.pictures.models import Picture
from pennypress.stories.models import HousePage, Person, SectionPage, StoryPage
from pennypress.stories.scheduling import publish_due_stories
from tests.stories.editing import add_story, edit_story, rich, story_form

pytestmark = pytest.mark.django_db


def act(client, page: Page, name: str, **data):
    """Act on a page through the admin's API."""
    return client.post(
        f"/admin/api/main/pages/{page.pk}/action/{name}/",
        json.dumps(data),
        content_type="application/json",
    )


@pytest.fixture
def picture() -> Picture:
    data = BytesIO()
    Image.new("RGB", (24, 16), "#c4642b").save(data, "JPEG")
    data.seek(0)
    return Picture.objects.create(title="A quay", credit="Jo", file=ImageFile(data, name="q.jpg"))


@pytest.fixture
def german(section) -> SectionPage:
    """The section in German, live under a German home page."""
    locale = Locale.objects.create(language_code="de")
    translated = section.copy_for_translation(locale, copy_parents=True)
    for page in (translated.get_parent().specific, translated):
        page.save_revision().publish()
    return SectionPage.objects.get(pk=translated.pk)


def test_what_the_api_refuses_leaves_the_schedule_as_it_was(newsroom, section):
    add_story(newsroom, section, "publish", go_live_at="2031-01-01 10:00")
    story = StoryPage.objects.get(slug="fog")
    scheduled = story.scheduled_revision
    draft = scheduled.as_object()
    draft.body, draft.go_live_at = [], None
    draft.save_revision(clean=False)  # beside what is scheduled
    answer = act(newsroom, story, "publish")
    assert answer.status_code == 400
    assert "Write the text" in answer.content.decode()
    assert StoryPage.objects.get(pk=story.pk).scheduled_revision == scheduled


@pytest.mark.parametrize(
    "sent",
    [
        {"body-count": "7"},
        {"body-count": "x"},
        {"body-0-order": "x"},
        {"body-0-value": "no json"},
    ],
    ids=lambda sent: "=".join(*sent.items()),
)
def test_a_form_that_did_not_arrive_whole_is_refused_in_words(newsroom, section, sent):
    address = f"/admin/pages/add/stories/storypage/{section.pk}/"
    answer = newsroom.post(address, story_form() | sent)
    assert answer.status_code == 409
    assert "Part of the form did not arrive" in answer.content.decode()
    assert not StoryPage.objects.exists()
    assert not newsroom.post(f"{address}preview/", story_form() | sent).json()["is_valid"]
    assert newsroom.get(f"{address}preview/").status_code == 200


@pytest.mark.parametrize("name", ["move", "delete"])
def test_a_page_and_another_below_it_are_not_moved_or_deleted_at_once(newsroom, site, name):
    about, rules = (HousePage.objects.get(role=role) for role in ("about", "rules"))
    bulk = f"/admin/bulk/wagtailcore/page/{name}/?next=/admin/&id={about.pk}&id={rules.pk}"
    before = list(Page.objects.values_list("pk", "path"))
    answer = newsroom.post(bulk, {"chooser": site.pk}, follow=True)
    assert "“House rules” lies below “About this paper”" in answer.content.decode()
    assert list(Page.objects.values_list("pk", "path")) == before


@pytest.mark.parametrize("by", ["form", "api"])
def test_a_copy_has_the_language_of_where_it_lies(newsroom, reader, story, german, by):
    if by == "api":
        done = act(newsroom, story, "copy", destination_page_id=german.pk, slug="kai")
        assert done.status_code == 201
    else:
        form = {"new_title": "A copy", "new_slug": "kai", "new_parent_page": german.pk}
        newsroom.post(f"/admin/pages/{story.pk}/copy/", form)
        act(newsroom, StoryPage.objects.get(slug="kai"), "publish")
    copy = StoryPage.objects.get(slug="kai")
    assert copy.live
    assert copy.locale == german.locale
    assert json.loads(copy.versions.latest("number").content)["language"] == "de"
    assert reader.get("/de/news/kai/").status_code == 200


def test_a_section_that_is_copied_whole_takes_its_stories_into_the_other_language(
    newsroom, reader, section, story, german
):
    home = german.get_parent()
    done = act(newsroom, section, "copy", destination_page_id=home.pk, slug="kopie", recursive=True)
    assert done.status_code == 201
    assert reader.get(f"/de/kopie/{story.slug}/").status_code == 200
    copy = StoryPage.objects.get(url_path=f"{home.url_path}kopie/{story.slug}/")
    copy.save_revision().publish()
    assert StoryPage.objects.get(pk=copy.pk).locale == german.locale


def test_stories_of_a_section_that_was_taken_down_name_no_section(newsroom, reader, story):
    section = story.get_parent()
    newsroom.post(f"/admin/pages/{section.pk}/unpublish/", {})
    for address in ("/", story.url):
        page = reader.get(address)
        assert page.status_code == 200
        assert story.title in page.content.decode()
        assert f'href="{section.url}"' not in page.content.decode()
    assert reader.get(section.url).status_code == 404


def test_a_draft_that_names_somebody_who_was_deleted_can_be_opened_and_goes_out(
    newsroom, section, monkeypatch
):
    ann = Person.objects.create(name="Ann", slug="ann")
    add_story(newsroom, section, "publish")
    story = StoryPage.objects.get()
    due = timezone.now() + dt.timedelta(hours=1)
    times = {"go_live_at": due.strftime("%Y-%m-%d %H:%M")}
    edit_story(newsroom, story, "publish", title="Later", people=[ann.pk], **times)
    newsroom.post(f"/admin/snippets/stories/person/delete/{ann.pk}/")
    assert not Person.objects.exists()
    for door in ("edit", "view_draft", "usage"):
        assert newsroom.get(f"/admin/pages/{story.pk}/{door}/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
    publish_due_stories()
    story = StoryPage.objects.get()
    assert (story.title, story.people) == ("Later", [])


def test_two_editors_who_add_the_same_name_to_a_draft_add_it_once(newsroom, section):
    ann = Person.objects.create(name="Ann", slug="ann")
    add_story(newsroom, section)
    story = StoryPage.objects.get()
    for title in ("Mine", "Theirs"):  # from pages that were opened before
        assert edit_story(newsroom, story, title=title, people=[ann.pk]).status_code == 302
    draft = StoryPage.objects.get().get_latest_revision_as_object()
    assert (draft.title, [author.name for author in draft.people]) == ("Theirs", ["Ann"])


@pytest.mark.parametrize("parent", [{}, {"new_parent_page": 99_999}], ids=["none", "deleted"])
def test_a_copy_to_where_no_section_is_any_more_is_refused_in_words(newsroom, story, parent):
    form = {"new_title": "A copy", "new_slug": "copy"} | parent
    answer = newsroom.post(f"/admin/pages/{story.pk}/copy/", form)
    assert answer.status_code == 409
    assert StoryPage.objects.count() == 1


def test_revisions_with_a_picture_that_was_deleted_can_be_compared(newsroom, section, picture):
    within = {"image-image": picture.pk, "image-alt_text": "A quay", "caption": "At dawn"}
    add_story(newsroom, section, body=[("picture", within)])
    story = StoryPage.objects.get()
    edit_story(newsroom, story, body=[("paragraph", rich("Without it."))])
    newsroom.post(f"/admin/images/{picture.pk}/delete/")
    assert not Picture.objects.exists()
    page = newsroom.get(f"/admin/pages/{story.pk}/revisions/compare/earliest...latest/")
    assert page.status_code == 200
    assert "A picture that was deleted" in page.content.decode()
