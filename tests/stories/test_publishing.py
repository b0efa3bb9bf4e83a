"""What goes live, by whatever door: with its version and its entry in one step, or not at all."""

import datetime as dt
import json
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, Page

from pennypress.foundation.jobs import JobFailed
from pennypress.pictures.models import Picture
from pennypress.record.models import Entry
from pennypress.record.sealing import seal
from pennypress.stories import outside_changes
from pennypress.stories.actions import publish_story
from pennypress.stories.content import committed_content
from pennypress.stories.models import Byline, HomePage, Person, StoryPage
from pennypress.stories.publishing import NotPublishable
from pennypress.stories.scheduling import publish_due_stories
from tests.stories.editing import add_story, edit_story, rich, stream

pytestmark = pytest.mark.django_db


def other_file() -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (32, 24), "#123456").save(data, "JPEG")
    data.name = "other.jpg"
    data.seek(0)
    return data


QUOTATION = ("text", "speaker", "role", "source")
PICTURE = ("image-image", "image-alt_text", "image-decorative", "caption")
BODY = [("paragraph", "<p>What happened.</p>")]


@pytest.fixture
def picture() -> Picture:
    data = BytesIO()
    Image.new("RGB", (640, 480), "#c4642b").save(data, "JPEG")
    data.seek(0)
    return Picture.objects.create(title="A quay", credit="Jo", file=ImageFile(data, name="q.jpg"))


def versions_of(story: StoryPage) -> list[tuple[int, str]]:
    return list(story.versions.order_by("number").values_list("number", "change"))


def assert_recorded() -> None:
    """Each live story is what its last version says; no other has a place before the public."""
    for story in StoryPage.objects.all():
        last = Entry.objects.filter(subject=f"story:{story.pk}").order_by("-index").first()
        if story.live:
            version = story.versions.latest("number")
            assert json.loads(version.content) == json.loads(json.dumps(committed_content(story)))
            assert last.kind in {"story.published", "story.restored"}
        else:
            assert last is None or last.kind == "story.unpublished"


# ── Drafts ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "form",
    [
        {"body": ()},
        {"body": (("heading", ""), ("quotation", dict.fromkeys(QUOTATION, "")))},
        {"body": (("picture", dict.fromkeys(PICTURE, "")),)},
        {"body": (("embed", {"url": "https://exa", "title": "", "author": ""}),)},
        {"body": (("embed", {"url": "not yet", "title": "", "author": ""}),)},
        {"sources": (("source", {"title": "", "publisher": "", "url": "htt", "seen": ""}),)},
        {"people": ("",)},
        {"published": "2031-01-01 10:00"},
        {"standfirst": "long " * 200},
        {"published": "next Tuesday"},
        {"lead_alt": "x" * 301, "lead_caption": "y" * 401, "dateline": "z" * 121},
        {"search_description": "s" * 5000},
        {"appeal": "a" * 301},
    ],
    ids=lambda form: ",".join(form)[:20],
)  # fmt: skip
def test_a_draft_is_saved_whatever_is_missing(newsroom, section, form):
    answer = add_story(newsroom, section, **form)
    assert answer.status_code == 302, answer.context["form"].errors
    story = StoryPage.objects.get()
    assert not story.live
    again = edit_story(newsroom, story, **form)
    assert again.status_code == 302, again.context["form"].errors
    assert newsroom.get(f"/admin/pages/{story.pk}/edit/").status_code == 200
    if "search_description" not in form:  # which may be as long as it likes
        assert edit_story(newsroom, story, "publish", **form).status_code == 200
        assert not StoryPage.objects.get().live


def test_a_draft_with_a_picture_is_saved_before_anybody_says_what_it_shows(
    newsroom, section, picture
):
    form = {
        "lead_picture": picture.pk,
        "body": [
            ("picture", {"image-image": picture.pk, "image-alt_text": "", "caption": ""}),
            ("paragraph", rich("Typed since.")),
        ],
    }
    assert add_story(newsroom, section, **form).status_code == 302
    story = StoryPage.objects.get()
    page = edit_story(newsroom, story, "publish", **form).content.decode()
    assert "Say what the picture shows" in page
    assert "Typed since." in page
    assert "Typed since." in str(story.get_latest_revision_as_object().body)


def test_everything_that_publication_needs_is_asked_for_at_once(newsroom, section, picture):
    form = {"lead_picture": picture.pk, "body": (), "published": "2031-01-01 10:00"}
    answer = add_story(newsroom, section, "publish", **form)
    assert set(answer.context["form"].errors) == {"lead_alt", "body", "published"}
    page = answer.content.decode()
    for anchor, words in (
        ("id_lead_alt", "Say what the picture shows"),
        ("panel-child-content-body-section", "Write the text"),
        ("id_published", "This date is still to come"),
    ):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
        assert words in page
    assert not StoryPage.objects.exists()


def test_an_address_that_another_page_has_is_refused(newsroom, section, story):
    answer = add_story(newsroom, section, slug=story.slug)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"slug"}


def test_a_row_that_somebody_else_removed_is_a_new_one(newsroom, section):
    ann = Person.objects.create(name="Ann", slug="ann")
    add_story(newsroom, section, "publish", people=[ann.pk])
    story = StoryPage.objects.get()
    known = story.bylines.get().pk
    edit_story(newsroom, story, "publish")  # from a page without the byline
    form = {"bylines-INITIAL_FORMS": "1", "bylines-0-id": known}
    assert edit_story(newsroom, story, "publish", people=[ann.pk], **form).status_code == 302
    assert [author.name for author in StoryPage.objects.get().people] == ["Ann"]
    assert_recorded()


def test_a_byline_without_a_name_becomes_one_when_it_has_it(newsroom, section):
    ann = Person.objects.create(name="Ann", slug="ann")
    add_story(newsroom, section, people=[""])
    story = StoryPage.objects.get()
    # What the open page holds after its first save in the background.
    form = {"bylines-INITIAL_FORMS": "1"}
    edit_story(newsroom, story, people=[""], **form)
    edit_story(newsroom, story, "publish", people=[ann.pk], **form)
    assert [author.name for author in StoryPage.objects.get().people] == ["Ann"]


# ── Doors ──────────────────────────────────────────────────────────────────────────────────────


def test_an_address_in_a_draft_that_is_none_of_the_web_is_no_link(newsroom, section):
    bad = "javascript:alert(1)"
    add_story(
        newsroom, section,
        body=(("embed", {"url": bad, "title": "", "author": ""}),),
        sources=(("source", {"title": "T", "publisher": "", "url": bad, "seen": ""}),),
    )  # fmt: skip
    page = newsroom.get(f"/admin/pages/{StoryPage.objects.get().pk}/view_draft/").content.decode()
    assert "alert(1)" in page
    assert f'href="{bad}' not in page


@pytest.fixture
def scheduled(newsroom, section) -> StoryPage:
    """A story that an editor has scheduled for 2031."""
    answer = add_story(newsroom, section, "publish", go_live_at="2031-01-01 10:00")
    assert answer.status_code == 302, answer.context["form"].errors
    story = StoryPage.objects.get(slug="fog")
    assert not story.live
    return story


def copy_form(story: StoryPage, **more: str) -> dict[str, str]:
    parent = str(story.get_parent().pk)
    return {"new_title": "A copy", "new_slug": "copy", "new_parent_page": parent} | more


def test_no_story_is_an_alias_however_it_is_asked_for(newsroom, reader, scheduled):
    form = copy_form(scheduled, alias="on", publish_copies="on")
    newsroom.post(f"/admin/pages/{scheduled.pk}/copy/", form)
    copy = StoryPage.objects.get(slug="copy")
    assert (copy.alias_of_id, copy.live) == (None, False)
    scheduled.create_alias(update_slug="draft")
    with pytest.raises(NotPublishable, match="alias"):
        CreatePageAliasAction(scheduled, update_slug="alias").execute()
    asked = newsroom.post(
        f"/admin/api/main/pages/{scheduled.pk}/action/create_alias/",
        json.dumps({"slug": "alias"}),
        content_type="application/json",
    )
    assert asked.status_code == 400
    assert "copy that page instead" in asked.content.decode()
    assert not StoryPage.objects.filter(alias_of__isnull=False).exists()
    for slug in ("fog", "copy", "draft", "alias"):
        assert reader.get(f"/news/{slug}/").status_code == 404
    assert "Fog on" not in reader.get("/").content.decode()
    assert_recorded()


def test_a_copy_of_a_live_story_is_a_draft(newsroom, story):
    newsroom.post(f"/admin/pages/{story.pk}/copy/", copy_form(story, publish_copies="on"))
    assert not StoryPage.objects.get(slug="copy").live
    assert_recorded()


def test_a_copy_that_is_kept_live_has_its_version(story, section):
    story.copy(update_attrs={"slug": "copy"}, keep_live=True)
    section.copy(recursive=True, update_attrs={"slug": "sea", "title": "Sea"}, keep_live=True)
    assert StoryPage.objects.live().count() == 4
    copy = StoryPage.objects.child_of(section).get(slug="copy")
    assert copy.first_published_at > story.first_published_at
    assert len(versions_of(copy)) < 3  # a second one if the clock's second passed meanwhile
    assert_recorded()


def test_a_scheduled_story_goes_live_by_its_schedule_alone(newsroom, section, scheduled):
    with pytest.raises(NotPublishable, match="scheduled for later"):
        scheduled.live = True
        scheduled.save()
    assert not StoryPage.objects.get().live
    assert_recorded()


def test_a_translation_is_a_draft_until_it_is_published(site, story):
    german = Locale.objects.create(language_code="de")
    copy = story.copy_for_translation(german, copy_parents=True)
    assert not copy.live
    arabic = Locale.objects.create(language_code="ar")
    other = story.copy_for_translation(arabic, copy_parents=True, alias=True)
    assert (other.live, other.alias_of_id) == (False, None)
    assert other.translation_key == story.translation_key
    with pytest.raises(NotPublishable, match="Publish the front page"):
        copy.save_revision().publish()
    HomePage.objects.get(locale=german).save_revision().publish()
    StoryPage.objects.get(pk=copy.pk).save_revision().publish()
    assert_recorded()


def test_what_is_not_complete_is_not_published_in_bulk(newsroom, section):
    add_story(newsroom, section, body=(("quotation", dict.fromkeys(QUOTATION, "")),))
    add_story(newsroom, section, slug="whole")
    ids = list(StoryPage.objects.values_list("pk", flat=True))
    bulk = f"/admin/bulk/wagtailcore/page/publish/?next=/admin/pages/{section.pk}/" + "".join(
        f"&id={i}" for i in ids
    )
    answer = newsroom.post(bulk, {}, headers={"referer": f"http://testserver{bulk}"}, follow=True)
    assert answer.status_code == 200
    assert "Something is missing or wrong in part 1" in answer.content.decode()
    assert not StoryPage.objects.live().exists()
    newsroom.post(bulk.replace(f"&id={ids[0]}", ""), {})
    assert StoryPage.objects.live().count() == 1
    assert_recorded()


def test_unpublishing_by_whatever_door_is_recorded_once(newsroom, section, story):
    publish_story(StoryPage(title="Second", body=BODY), section)
    publish_story(StoryPage(title="Third", body=BODY), section)
    first, second, third = StoryPage.objects.order_by("pk")
    newsroom.post(f"/admin/pages/{first.pk}/unpublish/", {})
    type(first.page_ptr).objects.get(pk=second.pk).unpublish()
    newsroom.post(f"/admin/bulk/wagtailcore/page/unpublish/?next=/admin/&id={third.pk}", {})
    assert not StoryPage.objects.live().exists()
    assert Entry.objects.filter(kind="story.unpublished").count() == 3
    assert_recorded()


def test_a_draft_that_is_saved_as_a_mere_page_was_never_taken_down(newsroom, section):
    add_story(newsroom, section)
    Page.objects.get(pk=StoryPage.objects.get().pk).save()
    assert not Entry.objects.filter(kind="story.unpublished").exists()
    assert_recorded()


def test_a_front_page_is_not_taken_down_from_above_what_is_live(newsroom, reader, site, story):
    for address in (
        f"/admin/pages/{site.pk}/unpublish/",
        f"/admin/bulk/wagtailcore/page/unpublish/?next=/admin/&id={site.pk}",
        f"/admin/api/main/pages/{site.pk}/action/unpublish/",
    ):
        assert newsroom.post(address, {}).status_code < 500
        assert HomePage.objects.get(pk=site.pk).live
    assert reader.get(story.url).status_code == 200
    HomePage.objects.filter(pk=site.pk).update(expire_at=timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(JobFailed, match="take these down first"):
        publish_due_stories()
    assert reader.get(story.url).status_code == 200
    assert_recorded()


@pytest.mark.parametrize("slug", ["give", "admin", "record", "de", "search"])
def test_no_page_below_the_front_page_has_an_address_of_the_site(newsroom, site, slug):
    for kind in ("sectionpage", "housepage"):
        for act in ({}, {"action-publish": "1"}):
            form = {"title": "Ours", "slug": slug, "role": "other", "summary": ""}
            form |= stream("body", []) | act
            address = f"/admin/pages/add/stories/{kind}/{site.pk}/"
            answer = newsroom.post(address, form)
            assert "is an address of the site itself" in answer.content.decode()
    assert not Page.objects.filter(slug=slug).exists()


def test_an_earlier_revision_that_is_published_again_is_a_version(newsroom, section):
    add_story(newsroom, section, "publish")
    story = StoryPage.objects.get()
    edit_story(newsroom, story, "publish", title="Fog again")
    revision = story.revisions.order_by("pk").first()
    edit_story(newsroom, story, "publish", title="Fog on the Sound", revision=revision.pk)
    assert versions_of(story) == [(1, ""), (2, ""), (3, "")]
    assert_recorded()


# ── What stands outside of a story ─────────────────────────────────────────────────────────────


def test_a_person_who_is_renamed_is_renamed_by_minor_versions(newsroom, reader, section):
    ann = Person.objects.create(name="Ann", slug="ann")
    for slug in ("one", "two"):
        add_story(newsroom, section, "publish", slug=slug, people=[ann.pk])
    add_story(newsroom, section, slug="draft", people=[ann.pk])
    newsroom.post(
        f"/admin/snippets/stories/person/edit/{ann.pk}/",
        {"name": "Ann Marie", "slug": "ann", "role": "", "bio": "null", "portrait": ""},
    )
    for story in StoryPage.objects.live():
        assert versions_of(story) == [(1, ""), (2, "minor")]
        assert "Ann Marie" in reader.get(story.url).content.decode()
    entry = story.versions.latest("number").entry
    seal()
    assert "version 2, a minor change" in reader.get(f"/record/{entry}/").content.decode()
    assert_recorded()


def test_a_person_with_many_bylines_is_renamed_little_by_little(section, monkeypatch):
    monkeypatch.setattr(outside_changes, "AT_ONCE", 2)
    ann = Person.objects.create(name="Ann", slug="ann")
    for number in range(5):
        story = StoryPage(title=f"Story {number}", body=BODY)
        story.bylines = [Byline(person=ann)]
        publish_story(story, section)
    ann.name = "Ann Marie"
    ann.save()
    shown = [story.people[0].name for story in StoryPage.objects.live().order_by("pk")]
    assert shown == ["Ann Marie"] * 2 + ["Ann"] * 3
    assert_recorded()  # each page says what its version says, at every moment
    outside_changes.carry_names.call(ann.pk)
    assert {story.people[0].name for story in StoryPage.objects.live()} == {"Ann Marie"}
    assert_recorded()


def picture_form(picture: Picture, **changes: object) -> dict[str, object]:
    return {"title": picture.title, "credit": picture.credit, "collection": 1, "tags": ""} | changes


def test_a_pictures_credit_changes_by_minor_versions(newsroom, reader, section, picture):
    within = [("picture", {"image-image": picture.pk, "image-alt_text": "A", "caption": ""})]
    add_story(newsroom, section, "publish", slug="one", lead_picture=picture.pk, lead_alt="A quay")
    add_story(newsroom, section, "publish", slug="two", body=within)
    newsroom.post(f"/admin/images/{picture.pk}/", picture_form(picture, credit="Ann"))
    for story in StoryPage.objects.live():
        assert versions_of(story) == [(1, ""), (2, "minor")]
        assert "Ann" in reader.get(story.url).content.decode()
    newsroom.post(f"/admin/images/{picture.pk}/", picture_form(picture, credit="Ann", title="T"))
    assert {versions_of(story)[-1][0] for story in StoryPage.objects.live()} == {2}
    assert_recorded()


def test_a_picture_in_many_stories_changes_little_by_little(section, picture, reader, monkeypatch):
    monkeypatch.setattr(outside_changes, "AT_ONCE", 1)
    monkeypatch.setattr(outside_changes, "IN_A_BATCH", 1)
    for number in range(4):
        story = StoryPage(title=f"S{number}", body=BODY, lead_picture=picture, lead_alt="A quay")
        publish_story(story, section)
    picture.credit = "Ann"
    picture.save()
    stories = StoryPage.objects.live().order_by("pk")
    pages = [reader.get(story.url).content.decode() for story in stories]
    assert [">Ann<" in page for page in pages] == [True, False, False, False]
    assert [">Jo<" in page for page in pages] == [False, True, True, True]
    assert [versions_of(story)[-1] for story in stories] == [(2, "minor"), *[(1, "")] * 3]
    outside_changes.show_pictures.call(picture.pk, True)
    assert {versions_of(story)[-1] for story in stories} == {(2, "minor")}
    assert_recorded()


def test_a_picture_that_is_public_is_not_replaced(newsroom, reader, section, picture):
    add_story(newsroom, section, "publish", lead_picture=picture.pk, lead_alt="A quay")
    story = StoryPage.objects.get()
    before = picture.public_sha256
    for address in (f"/admin/images/{picture.pk}/",):
        form = picture_form(picture, file=other_file())
        answer = newsroom.post(address, form)
        assert "1 published story shows this picture" in answer.content.decode()
    picture = Picture.objects.get()
    picture.file = ImageFile(other_file(), name="other.jpg")
    with pytest.raises(ValidationError, match="1 published story"):
        picture.save()
    assert Picture.objects.get().public_sha256 == before
    story.unpublish()
    assert (
        newsroom.post(
            f"/admin/images/{picture.pk}/", picture_form(picture, file=other_file())
        ).status_code
        == 302
    )
    assert Picture.objects.get().public_sha256 != before
    assert_recorded()


def test_a_focal_point_changes_how_lists_cut_a_picture_and_no_version(newsroom, section, picture):
    add_story(newsroom, section, "publish", lead_picture=picture.pk, lead_alt="A quay")
    focus = {f"focal_point_{name}": 10 for name in ("x", "y", "width", "height")}
    newsroom.post(f"/admin/images/{picture.pk}/", picture_form(picture, **focus))
    assert Picture.objects.get().focal_point_x == 10
    assert versions_of(StoryPage.objects.get()) == [(1, "")]
