"""From a page to its counterpart in another language, and back."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from pennypress.delivery.changes import read_changes
from pennypress.stories.actions import publish_story
from pennypress.stories.declarations import check_versions
from pennypress.stories.models import HousePage, Person, StoryPage

from .test_publishing import picture  # noqa: F401 - a fixture

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


# ── What belongs to no page: a campaign's appeal, a picture's credit ───────────────────────────

APPEAL = {"heading": "هذه القصة دفع القرّاء ثمنها.", "text": "اترك قطعة نقد."}


def appeal_of(page: str) -> str:
    found = re.search(r'<section id="appeal".*?</p>', page, re.DOTALL)
    return re.sub(r"\s+", " ", found[0]) if found else ""


def credits_of(page: str) -> list[str]:
    found = re.findall(r'<span class="credit"[^>]*>[^<]*</span>', page)
    return [re.sub(r"\s+", " ", one) for one in found]


def campaign_form(campaign, **more: str) -> dict[str, str]:
    return {
        "title": campaign.title, "slug": campaign.slug, "currency": "USD", "goal_amount": "4700",
        "appeal_heading": "Readers paid for this story.", "appeal_text": "Leave a coin.",
    } | more  # fmt: skip


def test_the_appeal_is_in_the_pages_language_where_the_editor_wrote_one(
    reader, newsroom, story, arabic, campaign
):
    edit = f"/admin/snippets/funding/campaign/edit/{campaign.pk}/"
    asked = newsroom.get(edit).content.decode()
    assert "Appeal in العربيّة" in asked
    assert "Appeal in English" not in asked
    assert newsroom.post(edit, campaign_form(campaign)).status_code == 302
    for page, marked in ((story, False), (arabic, True)):
        shown = appeal_of(reader.get(page.url).content.decode())
        assert ('<div lang="en"> <h2 id="appeal-title"' in shown) == marked
        assert '<h2 id="appeal-title" dir="auto">Readers paid' in shown
        assert '<p dir="auto">Leave a coin.</p>' in shown
    words = {"appeal_heading_ar": APPEAL["heading"], "appeal_text_ar": APPEAL["text"]}
    before, _ = read_changes(0)
    assert newsroom.post(edit, campaign_form(campaign, **words)).status_code == 302
    assert f"campaign:{campaign.pk}" in read_changes(before)[1]
    assert APPEAL["heading"] in newsroom.get(edit).content.decode()
    assert "Readers paid" in appeal_of(reader.get(story.url).content.decode())
    shown = appeal_of(reader.get(arabic.url).content.decode())
    assert "<div lang=" not in shown
    assert f'<h2 id="appeal-title" dir="auto">{APPEAL["heading"]}</h2>' in shown
    assert f'<p dir="auto">{APPEAL["text"]}</p>' in shown


def test_an_appeal_without_a_heading_is_not_lost(newsroom, arabic, campaign):
    edit = f"/admin/snippets/funding/campaign/edit/{campaign.pk}/"
    answer = newsroom.post(edit, campaign_form(campaign, appeal_text_ar=APPEAL["text"]))
    assert answer.status_code == 200
    assert "without one the appeal is not shown" in answer.content.decode()
    assert APPEAL["text"] in answer.content.decode()


def test_a_credit_is_in_the_pages_language_where_the_editor_wrote_one(
    reader,
    newsroom,
    story,
    arabic,
    picture,  # noqa: F811
):
    picture.contextual_alt_text, picture.decorative = "A quay", False
    for page in (story, arabic):
        page.lead_picture, page.lead_alt = picture, "A quay"
        page.body = [*BODY, ("picture", {"image": picture, "caption": ""})]
        page.save_revision().publish()
    for page, marked in ((story, ""), (arabic, ' lang="en"')):
        shown = credits_of(reader.get(page.url).content.decode())
        assert shown == [f'<span class="credit"{marked} dir="auto">Jo</span>'] * 2
    edit = reverse("wagtailimages:edit", args=[picture.pk])
    assert "Credit in العربيّة" in newsroom.get(edit).content.decode()
    form = {"title": "A quay", "collection": picture.collection_id, "credit": "Jo"}
    numbers = [page.versions.count() for page in (story, arabic)]
    assert newsroom.post(edit, form | {"credit_ar": "تصوير جو"}).status_code == 302
    assert [page.versions.count() for page in (story, arabic)] == [numbers[0], numbers[1] + 1]
    assert "تصوير جو" in arabic.versions.latest("number").content
    assert list(check_versions()) == []
    text = reader.get(arabic.url).content.decode()
    assert credits_of(text) == ['<span class="credit" dir="auto">تصوير جو</span>'] * 2
    assert '"creditText": "تصوير جو"' in text or "\\u062a" in text
    assert credits_of(reader.get(f"{arabic.url}full-size/").content.decode()) == [
        '<span class="credit" dir="auto">تصوير جو</span>'
    ]
    assert credits_of(reader.get(story.url).content.decode())[0].endswith(">Jo</span>")
    refused = newsroom.post(edit, form | {"credit_ar": "تصوير\u202eجو"})
    assert "forces the direction" in refused.content.decode()
    assert newsroom.post(edit, form | {"credit_ar": ""}).status_code == 302
    assert credits_of(reader.get(arabic.url).content.decode())[0].endswith(">Jo</span>")


def test_a_form_that_does_not_ask_for_a_credit_leaves_it(newsroom, arabic, picture):  # noqa: F811
    """As the API changes some fields alone."""
    picture.credits = {"ar": "تصوير جو"}
    picture.save()
    edit = reverse("wagtailimages:edit", args=[picture.pk])
    newsroom.post(edit, {"title": "A pier", "collection": picture.collection_id, "credit": "Jo"})
    picture.refresh_from_db()
    assert (picture.title, picture.credits) == ("A pier", {"ar": "تصوير جو"})


def test_the_foot_leads_to_the_house_page_in_the_pages_language(reader, site, arabic):
    about = HousePage.objects.filter(role=HousePage.Role.ABOUT).get()
    foot = r'<footer class="site">.*?</footer>'
    (text,) = re.findall(foot, reader.get("/ar/").content.decode(), re.DOTALL)
    assert re.search(rf'href="{about.url}"\s+lang="en" hreflang="en" dir="auto"', text)
    Page.fix_tree()  # the front page was published before it had a child
    other = HousePage.objects.get(pk=about.pk).copy_for_translation(arabic.locale)
    other.title = "من نحن"
    other.save_revision().publish()
    (text,) = re.findall(foot, reader.get("/ar/").content.decode(), re.DOTALL)
    assert "من نحن" in text
    assert f'href="{about.url}"' not in text
