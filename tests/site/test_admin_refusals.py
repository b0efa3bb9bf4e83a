"""What an editor asks for and does not get: a sentence that says why, and what to do instead."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Collection, Page, Site

from pennypress.discussion.actions import post_comment, publish_comment, remove_comment
from pennypress.discussion.models import Rule
from pennypress.funding.actions import record_gift
from pennypress.funding.models import Campaign
from pennypress.readers.models import Account
from pennypress.stories.models import Byline, Person, SectionPage, StoryPage
from tests.stories.editing import edit_story, story_form

pytestmark = pytest.mark.django_db

ASKED = "/admin/"


def ask(client, address: str, data: dict | None = None) -> str:
    """Confirm something as a browser does, and return what the editor reads then."""
    headers = {"referer": f"http://testserver{ASKED}"}
    answer = client.post(address, data or {}, headers=headers, follow=True)
    assert answer.status_code < 500
    return answer.content.decode()


def bulk(act: str, *pages: Page) -> str:
    chosen = "&".join(f"id={page.pk}" for page in pages)
    return f"/admin/bulk/wagtailcore/page/{act}/?next=/admin/pages/&{chosen}"


def test_a_published_story_is_not_deleted_alone_nor_among_others(newsroom, section, story):
    draft = section.add_child(instance=StoryPage(title="Draft", live=False))
    for address in (
        f"/admin/pages/{story.pk}/delete/",
        bulk("delete", story),
        bulk("delete", draft, story),
        bulk("delete", section),
        f"/admin/pages/{section.pk}/delete/",
    ):
        assert "cannot be deleted. Unpublish instead." in ask(newsroom, address)
    assert StoryPage.objects.count() == 2
    assert SectionPage.objects.filter(pk=section.pk).exists()
    ask(newsroom, bulk("delete", draft))
    assert StoryPage.objects.count() == 1


def test_a_rule_that_a_decision_names_is_not_deleted(newsroom, discussion, rule, editor):
    comment = publish_comment(post_comment(discussion, name="Ann", text="Ha!").comment, editor)
    remove_comment(comment, rule, editor)
    for address in (
        f"/admin/snippets/discussion/rule/delete/{rule.pk}/",
        f"/admin/bulk/discussion/rule/delete/?id={rule.pk}",
    ):
        assert "Change its words instead" in ask(newsroom, address)
    assert Rule.objects.filter(pk=rule.pk).exists()
    unused = Rule.objects.exclude(pk=rule.pk).first()
    ask(newsroom, f"/admin/snippets/discussion/rule/delete/{unused.pk}/")
    assert not Rule.objects.filter(pk=unused.pk).exists()


def test_a_campaign_with_a_ledger_is_not_deleted(newsroom, campaign):
    record_gift(campaign, 500, "USD")
    for address in (
        f"/admin/snippets/funding/campaign/delete/{campaign.pk}/",
        f"/admin/bulk/funding/campaign/delete/?id={campaign.pk}",
    ):
        assert "give it a last day" in ask(newsroom, address)
    assert Campaign.objects.filter(pk=campaign.pk).exists()


def test_a_person_on_a_byline_is_not_deleted(newsroom, section, story):
    ann, ben = (Person.objects.create(name=name, slug=name.lower()) for name in ("Ann", "Ben"))
    story.bylines = [Byline(person=ann)]
    story.save_revision().publish()
    for address in (
        f"/admin/snippets/stories/person/delete/{ann.pk}/",
        f"/admin/bulk/stories/person/delete/?id={ann.pk}&id={ben.pk}",
    ):
        assert "Take the name off those stories first" in ask(newsroom, address)
    assert Person.objects.count() == 2
    ask(newsroom, f"/admin/snippets/stories/person/delete/{ben.pk}/")
    assert Person.objects.get() == ann


@pytest.mark.parametrize(
    "address",
    [
        "/admin/collections/{collection}/delete/",
        "/admin/users/{user}/delete/",
        "/admin/groups/{group}/delete/",
        "/admin/sites/{site}/delete/",
        "/admin/pages/{home}/delete/",
        "/admin/pages/{home}/move/{section}/confirm/",
        "/admin/pages/{home}/unpublish/",
        "/admin/pages/{section}/unpublish/",
        "/admin/pages/{story}/unpublish/",
    ],
)
def test_nothing_else_that_may_be_deleted_or_taken_down_is_a_fault(
    newsroom, section, site, story, address
):
    collection = Collection.get_first_root_node().add_child(name="Pictures of the sea")
    user = Account.objects.create_user("colleague@example.org", "a long password")
    group = Group.objects.create(name="A group")
    numbers = {
        "collection": collection.pk, "user": user.pk, "group": group.pk,
        "site": Site.objects.get().pk, "home": site.pk, "section": section.pk, "story": story.pk,
    }  # fmt: skip
    ask(newsroom, address.format(**numbers))
    assert newsroom.get("/admin/").status_code == 200
    for path in ("/", "/news/", story.url):
        assert newsroom.get(path).status_code in {200, 404, 410}


def test_where_words_were_typed_the_page_leads_back_to_them(newsroom, site, section, story):
    ann = Person.objects.create(name="Ann", slug="ann")
    form = {"name": "Bea", "slug": ann.slug, "role": "", "bio": "null", "portrait": ""}
    answer = newsroom.post("/admin/snippets/stories/person/add/", form)
    assert answer.status_code == 200  # a field says so
    assert "Bea" in answer.content.decode()


def test_of_two_editors_neither_loses_what_was_typed(newsroom, section, story):
    opened = story.get_latest_revision()
    edit_story(newsroom, story, "publish", title="By the first")
    form = story_form(title="By the second", loaded_revision_id=opened.pk)
    saved = newsroom.post(f"/admin/pages/{story.pk}/edit/", form)
    assert saved.status_code in {200, 302}
    titles = [r.content["title"] for r in story.revisions.order_by("pk")]
    assert titles[-2:] == ["By the first", "By the second"]
    quiet = newsroom.post(
        f"/admin/pages/{story.pk}/edit/", form | {"title": "By nobody"},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert quiet.status_code < 500
    assert "By nobody" not in [r.content["title"] for r in story.revisions.all()]
