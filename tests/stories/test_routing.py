"""Which page stands at a path, whatever is asked for, and how much that may cost."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pennypress.delivery.changes import read_changes
from pennypress.delivery.facts import FACTS, FactCache
from pennypress.discussion.actions import post_comment
from pennypress.redirects.actions import add_redirect
from pennypress.stories.actions import home_of, publish_story
from pennypress.stories.models import HousePage, SectionPage, StoryPage


class Worker:
    """A process that caches facts: what it does not hear of, it does not know."""

    def __init__(self, reader) -> None:
        self.reader = reader
        self.sequence, _ = read_changes(0)

    def get(self, path: str):
        """Answer a request, after having heard of all changes until now."""
        self.sequence, moved = read_changes(self.sequence)
        if moved:
            FACTS.invalidate(moved)
        return self.reader.get(path)


@pytest.fixture
def worker(db, reader, monkeypatch) -> Iterator[Worker]:
    # The test's own transaction is no reason not to cache.
    monkeypatch.setattr(FactCache, "_can_be_used", lambda self: self._active)
    FACTS.begin()
    yield Worker(reader)
    FACTS.end()


# ── What stands where ──────────────────────────────────────────────────────────────────────────


def test_each_page_of_the_tree_is_found_again_and_again(worker, site, section, story):
    house = HousePage.objects.get(role="privacy")
    for page in (site, section, house, story):
        for _ in range(2):
            answer = worker.get(page.url)
            assert answer.status_code == 200
            assert page.title in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        "news/nothing/",
        "news/nothing/at/all/",
        "nothing/the-quay-is-open-again/",
        "the-quay-is-open-again/",
        "home/",
        "home/news/",
        "root/home/",
        "news/the-quay-is-open-again/nothing/",
        "news/the-quay-is-open-again/discussion/nothing/",
        "news/the-quay-is-open-again/discussion/0/",
        "news/" * 2,
        "a/" * 200,
        "a/" * 64,
        "news/" + "a/" * 200,
        "no-such-language/news/",
        "_/",
        "-/",
    ],
)
def test_where_nothing_stands_nothing_is_found(worker, story, path):
    for _ in range(2):
        assert worker.get(f"/{path}").status_code == 404


def test_a_story_that_appears_is_there_though_it_was_asked_for_before(worker, section):
    assert worker.get("/news/soon/").status_code == 404
    publish_story(
        StoryPage(title="Soon", slug="soon", body=[("paragraph", "<p>What happened.</p>")]), section
    )
    assert worker.get("/news/soon/").status_code == 200
    assert worker.get("/news/soon/discussion/").status_code == 200


def test_one_that_is_taken_down_is_gone_with_all_that_hangs_from_it(worker, story):
    addresses = (story.url, f"{story.url}discussion/", f"{story.url}discussion/reply/")
    assert [worker.get(address).status_code for address in addresses] == [200] * 3
    story.unpublish()
    assert [worker.get(address).status_code for address in addresses] == [410, 404, 404]
    story.save_revision().publish()
    assert [worker.get(address).status_code for address in addresses] == [200] * 3


def test_a_page_that_moves_answers_at_its_new_address_alone(worker, site, section, story):
    other = site.add_child(instance=SectionPage(title="Sea", slug="sea"))
    assert worker.get(story.url).status_code == 200
    StoryPage.objects.get(pk=story.pk).move(other, pos="last-child")
    assert worker.get("/sea/the-quay-is-open-again/").status_code == 200
    assert worker.get("/sea/the-quay-is-open-again/discussion/").status_code == 200
    answer = worker.get("/news/the-quay-is-open-again/")
    assert (answer.status_code, answer.url) == (301, "/sea/the-quay-is-open-again/")


def test_one_that_moves_this_very_second_is_found_before_anybody_says_so(worker, section, story):
    assert worker.get(story.url).status_code == 200
    moved = StoryPage.objects.get(pk=story.pk)
    moved.slug = "the-quay-is-closed"
    moved.save_revision().publish()
    worker.sequence = read_changes(0)[0]  # it does not hear of it
    assert worker.get("/news/the-quay-is-open-again/").status_code != 200
    other = publish_story(
        StoryPage(
            title="Another",
            slug="the-quay-is-open-again",
            body=[("paragraph", "<p>What happened.</p>")],
        ),
        section,
    )
    worker.sequence = read_changes(0)[0]
    assert "Another" in worker.get(other.url).content.decode()


def test_a_story_below_a_section_that_is_not_public_stays_at_its_address(worker, section, story):
    section.unpublish()
    assert worker.get("/news/").status_code == 404
    assert worker.get(story.url).status_code == 200


def test_a_page_in_another_language_answers_under_that_language_alone(worker, site, story):
    arabic = Locale.objects.create(language_code="ar")
    home = site.copy_for_translation(arabic)
    home.tagline = "المد"
    home.save_revision().publish()
    assert worker.get("/ar/").status_code == 200
    assert "المد" in worker.get("/ar/").content.decode()
    assert worker.get(f"/ar{story.url}").status_code == 404
    assert worker.get("/ar/news/").status_code == 404


def test_a_language_without_pages_has_none_and_one_that_is_removed_neither(worker, site):
    assert worker.get("/ar/").status_code == 404
    arabic = Locale.objects.create(language_code="ar")
    home = site.copy_for_translation(arabic)
    home.save_revision().publish()
    assert worker.get("/ar/").status_code == 200
    Page.objects.get(pk=home.pk).delete()
    arabic.delete()
    assert worker.get("/ar/").status_code == 404


def test_a_restricted_page_is_not_for_everybody_nor_is_what_lies_below_it(worker, section, story):
    assert worker.get(story.url).status_code == 200
    restriction = PageViewRestriction.objects.create(
        page=section, restriction_type=PageViewRestriction.LOGIN
    )
    for address in (section.url, story.url, f"{story.url}discussion/"):
        assert worker.get(address).status_code == 302
    restriction.delete()
    assert worker.get(story.url).status_code == 200


def test_a_redirect_leads_on(worker, site):
    add_redirect("/old/place", "/news/")
    answer = worker.get("/old/place/")
    assert (answer.status_code, answer.url) == (301, "/news/")


def test_without_a_site_there_is_no_page(worker, site):
    Site.objects.all().delete()
    assert worker.get("/news/").status_code == 404
    assert home_of() is None


# ── What it costs ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def comment(discussion, publish_at_once):
    return post_comment(discussion, name="Ann", text="It is.").comment


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("{story}discussion/reply/", 4),
        ("{story}discussion/{comment}/reply/", 5),
        ("{story}discussion/{comment}/", 8),
        ("{story}discussion/", 6),
        ("{story}", 12),
        ("/", 8),
        ("/me/comments/", 0),
        ("/give/", 4),
        ("/admin/login/", 1),
        ("/news/nothing/", 3),
        ("/nothing.php", 3),
    ],
)
def test_a_page_asks_no_more_than_it_must(address, most, worker, story, comment, campaign):
    path = address.format(story=story.url, comment=comment.pk)
    worker.get(path)
    with CaptureQueriesContext(connection) as asked:
        worker.reader.get(path)
    queries = [query["sql"] for query in asked]
    assert len(queries) <= most, "\n".join(queries)
