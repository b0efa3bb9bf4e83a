"""Old addresses: what a move leaves, what an editor enters, and where each leads in one hop."""

import importlib
import uuid
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from wagtail.models import Locale, Page, PageViewRestriction, ReferenceIndex

from pennypress.delivery.changes import read_changes
from pennypress.discussion.actions import post_comment
from pennypress.readers.models import Account
from pennypress.redirects.actions import (
    RedirectRefused,
    RedirectRow,
    add_redirect,
    add_redirects,
    change_redirect,
    remove_redirect,
)
from pennypress.redirects.finding import find_redirect, query_redirect_paths, redirected_addresses
from pennypress.redirects.models import Redirect
from pennypress.stories.actions import publish_story
from pennypress.stories.models import HousePage, Person, SectionPage, StoryPage

OLD = "/news/the-quay-is-open-again/"
Form, Origin = Redirect.Form, Redirect.Origin


def rename(page: Page, slug: str) -> Page:
    """Give a page another slug, as an editor does."""
    page = Page.objects.get(pk=page.pk).specific
    page.slug = slug
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def move(page: Page, parent: Page) -> Page:
    page = Page.objects.get(pk=page.pk).specific
    page.move(Page.objects.get(pk=parent.pk), pos="last-child")
    return type(page).objects.get(pk=page.pk)


def make_section(site, slug: str) -> SectionPage:
    home = Page.objects.get(pk=site.pk)
    return home.add_child(instance=SectionPage(title=slug, slug=slug))


def write(section, slug: str) -> StoryPage:
    story = StoryPage(title=slug, slug=slug, body=[("paragraph", "<p>It is so.</p>")])
    return publish_story(story, SectionPage.objects.get(pk=section.pk))


def follow(reader: Client, path: str) -> tuple[int, str]:
    """Status and address of an answer."""
    answer = reader.get(path)
    return answer.status_code, getattr(answer, "url", "")


@pytest.fixture
def sea(site) -> SectionPage:
    return make_section(site, "sea")


@pytest.fixture
def comment(discussion, publish_at_once):
    return post_comment(discussion, name="Ann", text="It is.").comment


# ── What a move leaves ─────────────────────────────────────────────────────────────────────────


def test_a_story_with_another_slug_is_found_at_its_old_address(reader, story):
    rename(story, "the-quay")
    assert follow(reader, OLD) == (301, "/news/the-quay/")
    assert follow(reader, OLD.rstrip("/")) == (301, "/news/the-quay/")
    (redirect,) = Redirect.objects.all()
    assert (redirect.form, redirect.origin, redirect.page_id) == ("prefix", "move", story.pk)


def test_what_lies_below_a_story_follows_with_it(reader, story, comment, sea):
    move(story, sea)
    new = "/sea/the-quay-is-open-again/"
    for below in ("discussion/", f"discussion/{comment.pk}/", "discussion/reply/"):
        status, there = follow(reader, f"{OLD}{below}")
        assert (status, there) == (301, f"{new}{below}")
        assert reader.get(there).status_code == 200
    assert follow(reader, f"{OLD}nothing/") == (404, "")
    assert follow(reader, f"{OLD}discussion/nothing/") == (404, "")


def test_the_full_size_picture_follows(reader, story):
    rename(story, "the-quay")
    assert follow(reader, f"{OLD}full-size/") == (301, "/news/the-quay/full-size/")


def test_the_query_is_kept(reader, story):
    rename(story, "the-quay")
    assert follow(reader, f"{OLD}discussion/?order=newest&utm=x%20y")[1] == (
        "/news/the-quay/discussion/?order=newest&utm=x%20y"
    )


def test_a_redirect_is_written_with_the_move_or_not_at_all(story):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        rename(story, "the-quay")
        assert Redirect.objects.count() == 1  # before any commit
        raise Stop
    assert not Redirect.objects.exists()


def test_a_section_leaves_one_redirect_for_all_its_stories(reader, site, section, story):
    other = write(section, "another")
    rename(section, "reports")
    assert Redirect.objects.count() == 1
    assert follow(reader, "/news/") == (301, "/reports/")
    assert follow(reader, "/news/?page=2") == (301, "/reports/?page=2")
    assert follow(reader, OLD) == (301, "/reports/the-quay-is-open-again/")
    assert follow(reader, f"/news/{other.slug}/discussion/") == (
        301,
        "/reports/another/discussion/",
    )
    assert follow(reader, "/news/nothing/") == (404, "")


def test_a_story_that_moves_within_a_section_that_moved_is_found_by_all_its_addresses(
    reader, section, story, sea
):
    section = rename(section, "reports")
    story = rename(story, "quay")
    story = move(story, sea)
    for old in (OLD, "/reports/the-quay-is-open-again/", "/reports/quay/", "/news/quay/"):
        assert follow(reader, old) == (301, "/sea/quay/")
    rename(section, "news")  # back: what was found by its redirect is found all the same
    for old in (OLD, "/reports/the-quay-is-open-again/", "/reports/quay/"):
        assert follow(reader, old) == (301, "/sea/quay/")


def test_moving_back_removes_the_redirect_that_is_in_the_way_of_nothing(reader, story):
    rename(story, "the-quay")
    rename(story, "the-quay-is-open-again")
    assert reader.get(OLD).status_code == 200
    assert follow(reader, "/news/the-quay/") == (301, OLD)
    assert Redirect.objects.get().path == "/news/the-quay"


def test_many_renames_are_one_hop(reader, story):
    for slug in ("a", "b", "c", "d"):
        rename(story, slug)
    for slug in ("the-quay-is-open-again", "a", "b", "c"):
        assert follow(reader, f"/news/{slug}/") == (301, "/news/d/")


def test_a_page_that_takes_the_address_is_what_readers_get(reader, section, story):
    rename(story, "the-quay")
    other = write(section, "the-quay-is-open-again")
    assert reader.get(OLD).status_code == 200
    rename(other, "elsewhere")
    assert follow(reader, OLD) == (301, "/news/elsewhere/")


def test_two_stories_that_change_places_lead_nobody_in_circles(reader, section, story, comment):
    other = write(section, "other")
    rename(story, "between")
    rename(other, "the-quay-is-open-again")
    rename(story, "other")
    assert reader.get(f"{OLD}discussion/{comment.pk}/").status_code == 404
    assert reader.get(f"/news/other/discussion/{comment.pk}/").status_code == 200
    assert reader.get("/news/other/discussion/999/").status_code == 404
    assert follow(reader, "/news/between/discussion/999/") == (301, "/news/other/discussion/999/")


def test_sections_that_follow_each_other_at_an_address_lose_no_story(reader, site, section, story):
    rename(section, "old-news")
    other = make_section(site, "news")
    write(other, "fresh")
    assert follow(reader, OLD) == (301, "/old-news/the-quay-is-open-again/")
    rename(other, "new-news")
    assert follow(reader, "/news/") == (301, "/new-news/")
    assert follow(reader, "/news/fresh/") == (301, "/new-news/fresh/")
    assert follow(reader, OLD) == (301, "/old-news/the-quay-is-open-again/")


def test_a_draft_leaves_nothing(reader, section):
    section = SectionPage.objects.get(pk=section.pk)
    draft = section.add_child(instance=StoryPage(title="Draft", slug="draft", live=False))
    draft.slug = "secret"
    draft.save()
    assert not Redirect.objects.exists()
    move(draft, make_section(section.get_parent(), "sea"))
    assert not Redirect.objects.exists()


def test_nothing_is_said_of_what_is_not_public(reader, story, section):
    story = rename(story, "the-quay")
    story.unpublish()
    assert follow(reader, OLD) == (404, "")
    assert reader.get("/news/the-quay/").status_code == 410
    story.save_revision().publish()
    assert follow(reader, OLD) == (301, "/news/the-quay/")
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert follow(reader, OLD) == (404, "")


def test_one_that_is_unpublished_and_then_moves_is_found_once_it_is_back(reader, story):
    story.unpublish()
    story = StoryPage.objects.get(pk=story.pk)
    story.slug = "the-quay"
    story.save()
    assert follow(reader, OLD) == (404, "")
    story.save_revision().publish()
    assert follow(reader, OLD) == (301, "/news/the-quay/")


def test_a_page_that_is_deleted_takes_its_redirects_along(reader, site):
    house = HousePage.objects.get(role="contact")
    old = house.url
    rename(house, "write-to-us")
    assert reader.get(old).status_code == 301
    Page.objects.get(pk=house.pk).delete()
    assert follow(reader, old) == (404, "")
    assert not Redirect.objects.exists()


def test_pages_below_house_pages_follow(reader, site):
    about = HousePage.objects.get(role="about")
    rules = HousePage.objects.get(role="rules")
    old = rules.url
    rename(about, "who-we-are")
    assert follow(reader, old) == (301, f"/who-we-are/{rules.slug}/")
    rename(rules, "the-rules")
    assert follow(reader, old) == (301, "/who-we-are/the-rules/")


def test_a_page_may_move_below_its_old_address(reader, site):
    contact = move(HousePage.objects.get(role="contact"), site)
    rename(contact, "a")
    new = HousePage(title="A", slug="b")
    Page.objects.get(pk=site.pk).add_child(instance=new)
    rename(contact, "c")
    rename(new, "a")
    moved = move(contact, new)
    assert moved.url == "/a/c/"
    for path in ("/a/c/c/", "/a/nothing/", "/c/c/c/"):
        assert follow(reader, path) == (404, "")
    assert follow(reader, "/c/") == (301, "/a/c/")


def test_translations_move_each_in_its_language(reader, site, section):
    arabic = Locale.objects.create(language_code="ar")
    site.copy_for_translation(arabic).save_revision().publish()
    news = section.copy_for_translation(arabic)
    news.save_revision().publish()
    news = rename(news, "أخبار")
    assert follow(reader, "/ar/news/") == (301, f"/ar/{quote('أخبار')}/")
    assert reader.get("/news/").status_code == 200
    news = rename(news, "الأخبار")
    assert follow(reader, f"/ar/{quote('أخبار')}/") == (301, f"/ar/{quote('الأخبار')}/")


def test_the_front_page_leaves_none(reader, site, story):
    rename(site, "house")
    assert not Redirect.objects.exists()
    assert reader.get(OLD).status_code == 200


def test_a_reordering_leaves_none(site, section, story):
    move(story, section)
    assert not Redirect.objects.exists()


def test_an_editor_moves_and_renames_in_the_admin(newsroom, reader, story, sea):
    url = reverse("wagtailadmin_pages:move_confirm", args=[story.pk, sea.pk])
    assert newsroom.post(url).status_code == 302
    assert follow(reader, OLD) == (301, "/sea/the-quay-is-open-again/")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    back = Page.objects.get(slug="news")
    newsroom.post(f"{bulk}?id={story.pk}", {"chooser": back.pk, "move_applicable": "on"})
    assert reader.get(OLD).status_code == 200
    assert follow(reader, "/sea/the-quay-is-open-again/") == (301, OLD)


def test_a_form_sent_to_the_old_address_keeps_its_words(reader, story):
    rename(story, "the-quay")
    answer = reader.post(f"{OLD}discussion/reply/", {"text": "Kept."})
    assert (answer.status_code, answer.url) == (308, "/news/the-quay/discussion/reply/")
    add_redirect("/gone/", "https://example.org/")
    assert reader.post("/gone/", {"text": "Not for others."}).status_code == 404
    assert reader.head("/gone/").status_code == 301


# Random histories: pages are made, renamed and moved among few addresses, so that they meet.
SLUGS = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(st.tuples(st.integers(0, 6), SLUGS, st.integers(0, 3)), max_size=12)


@examples(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_every_old_address_leads_to_its_page_in_one_hop(steps, reader, site):
    with transaction.atomic():
        sections = [make_section(site, f"s{number}") for number in range(3)]
        pages = [*sections, *(write(sections[number % 3], f"p{number}") for number in range(4))]
        lived: dict[str, int] = {}

        def note() -> None:
            for page in pages:
                lived[Page.objects.get(pk=page.pk).url] = page.pk

        note()
        for which, slug, where in steps:
            page = Page.objects.get(pk=pages[which].pk)
            parent = page.get_parent()
            if where < 3 and which > 2:
                parent = Page.objects.get(pk=sections[where].pk)
            taken = parent.get_children().exclude(pk=page.pk)
            if parent.pk != page.get_parent().pk:
                if not taken.filter(slug=page.slug).exists():
                    move(page, parent)
            elif not taken.filter(slug=slug).exists():
                rename(page, slug)
            note()
        living = {Page.objects.get(pk=page.pk).url: page.pk for page in pages}
        for address, page in lived.items():
            if address in living:
                assert find_redirect(address) is None or reader.get(address).status_code == 200
                continue
            status, there = follow(reader, address)
            assert status == 301, (address, status)
            assert living.get(there) == page, (address, there)
            assert reader.get(there).status_code == 200
        for redirect in Redirect.objects.all():
            assert redirect.path != redirect.page.url.rstrip("/")
        transaction.set_rollback(True)


# ── What a person leaves ───────────────────────────────────────────────────────────────────────


def give_slug(person: Person, slug: str) -> None:
    person = Person.objects.get(pk=person.pk)
    person.slug = slug
    person.save()


@pytest.fixture
def ann() -> Person:
    return Person.objects.create(slug="ann", name="Ann")


def test_a_person_is_found_at_each_old_address_in_each_language(reader, site, ann):
    for slug in ("bea", "cleo", "ディー"):
        give_slug(ann, slug)
    for language in ("", "/ar", "/de"):
        there = f"{language}/people/{quote('ディー')}/"
        assert reader.get(there).status_code == 200
        for slug in ("ann", "bea", "cleo"):
            assert follow(reader, f"{language}/people/{slug}/") == (301, there)
            assert follow(reader, f"{language}/people/{slug}") == (301, f"{there}")
    assert set(Redirect.objects.values_list("origin", flat=True)) == {"move"}


def test_a_person_who_is_saved_otherwise_leaves_nothing(site, ann):
    ann.name = "Anna"
    ann.save()
    ann.slug = "bea"
    ann.save(update_fields=["name"])
    assert not Redirect.objects.exists()


def test_a_person_with_the_old_slug_again_is_found_there(reader, site, ann):
    for slug in ("bea", "cleo", "ann"):
        give_slug(ann, slug)
    assert reader.get("/people/ann/").status_code == 200
    for slug in ("bea", "cleo"):
        assert follow(reader, f"/people/{slug}/") == (301, "/people/ann/")
    assert not Redirect.objects.filter(path__endswith="/ann").exists()


def test_another_person_who_takes_the_slug_is_what_readers_get(reader, site, ann):
    add_redirect("/staff/ann", "/people/ann/#stories")
    give_slug(ann, "bea")
    other = Person.objects.create(slug="ann", name="Another Ann")
    assert "Another Ann" in reader.get("/people/ann/").content.decode()
    assert "/people/ann/" not in dict(redirected_addresses())
    assert follow(reader, "/staff/ann/") == (301, "/people/bea/#stories")
    give_slug(other, "dora")
    assert follow(reader, "/people/ann/") == (301, "/people/dora/")
    assert dict(redirected_addresses())["/de/people/ann/"] == "/de/people/dora/"


@pytest.mark.parametrize("at_once", [True, False])
def test_old_addresses_of_a_deleted_person_lead_nowhere(reader, site, ann, at_once):
    give_slug(ann, "bea")
    assert follow(reader, "/people/ann/") == (301, "/people/bea/")
    if at_once:
        Person.objects.filter(pk=ann.pk).delete()
    else:
        Person.objects.get(pk=ann.pk).delete()
    assert follow(reader, "/people/ann/") == (404, "")
    Person.objects.create(slug="bea", name="Another")
    assert follow(reader, "/people/ann/") == (404, "")


def test_a_person_leaves_redirects_with_the_new_slug_or_not_at_all(reader, site, ann):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        give_slug(ann, "bea")
        assert Redirect.objects.exists()
        raise Stop
    assert not Redirect.objects.exists()


def test_no_redirect_is_entered_where_a_person_is(site, ann):
    with pytest.raises(RedirectRefused, match="person") as refused:
        add_redirect("/people/ann/", "/give/")
    assert refused.value.field == "source"
    give_slug(ann, "bea")
    with pytest.raises(RedirectRefused, match="/people/bea/"):
        add_redirect("/x/", "/people/ann")


# ── What an editor enters ──────────────────────────────────────────────────────────────────────


def test_an_exact_one_holds_for_one_address(reader, story):
    add_redirect("/2019/05/quay.html", story)
    assert follow(reader, "/2019/05/quay.html") == (301, OLD)
    assert follow(reader, "/2019/05/quay.html/") == (301, OLD)
    assert follow(reader, "/2019/05/quay.html/discussion/") == (404, "")
    assert follow(reader, "/2019/05/Quay.html") == (404, "")


def test_a_prefix_keeps_the_end_of_the_address(reader, section, story):
    add_redirect("/old/news", section, form="prefix")
    add_redirect("/shop", "https://shop.example/all?from=us", form="prefix")
    assert follow(reader, "/old/news/the-quay-is-open-again/") == (301, OLD)
    assert follow(reader, "/old/news/nothing/") == (404, "")
    assert follow(reader, "/old/newspaper/") == (404, "")
    assert follow(reader, "/shop/mugs/1") == (301, "https://shop.example/all/mugs/1?from=us")
    assert follow(reader, "/shop/?q=1") == (301, "https://shop.example/all?from=us&q=1")


def test_the_longest_prefix_counts_and_an_exact_one_before_it(reader, section, story, sea):
    add_redirect("/x", section, form="prefix")
    add_redirect("/x/y", sea, form="prefix")
    add_redirect("/x/y/z", "/give/")
    assert follow(reader, "/x/")[1] == "/news/"
    assert follow(reader, "/x/y/")[1] == "/sea/"
    assert follow(reader, "/x/y/z/")[1] == "/give/"


@pytest.mark.parametrize(
    ("source", "asked", "leads"),
    [
        ("/?p=123", "/?p=123", True),
        ("/?p=123", "/?utm=1&p=123&x=2", True),
        ("/?p=123", "/?p=124", False),
        ("/?p=123", "/?q=123", False),
        ("/?p=", "/?p=", True),
        ("/index.php?id=5&lang=de", "/index.php?lang=de&id=5", True),
        ("/index.php?id=5&lang=de", "/index.php/?lang=de&id=5&id=6", True),
        ("/index.php?id=5&lang=de", "/index.php?id=5", False),
        ("/index.php?id=5&lang=de", "/index.php", False),
        ("/s?q=%D8%A3+b", "/s?q=%D8%A3%20b", True),
    ],
)
def test_parameters_lead_on_whatever_their_order(reader, story, source, asked, leads):
    add_redirect(source, story)
    status, there = follow(reader, asked)
    assert (there == OLD) is leads
    assert status == (301 if leads else 200 if asked.startswith("/?") else 404)


def test_a_cached_front_page_is_in_nobodys_way(reader, story):
    assert reader.get("/?p=1").status_code == 200
    add_redirect("/?p=1", story, permanent=False)
    assert follow(reader, "/?p=1") == (302, OLD)
    assert query_redirect_paths() == {"/"}


@pytest.mark.parametrize(
    "path",
    [
        "/أخبار/رصيف", "/новости/причал", "/新聞/碼頭", "/nachrichten/über-größe", "/a b/c",
        "/50% off",
        "/" + "рубрика/" * 200,
    ],
)  # fmt: skip
def test_paths_in_any_script_and_length(reader, story, path):
    add_redirect(quote(path), story)
    assert follow(reader, quote(path)) == (301, OLD)


def test_composed_and_decomposed_letters_are_one(reader, story):
    add_redirect("/caf\u00e9/", story)
    assert follow(reader, "/" + quote("cafe\u0301")) == (301, OLD)


def test_a_target_on_a_page_goes_with_the_page(reader, story, comment):
    add_redirect("/quay", f"{OLD}discussion/{comment.pk}/#comment-{comment.pk}")
    redirect = Redirect.objects.get()
    assert redirect.page_id == story.pk
    rename(story, "q")
    there = f"/news/q/discussion/{comment.pk}/#comment-{comment.pk}"
    assert follow(reader, "/quay/") == (301, there)


def test_paths_that_lead_to_each_other_later_are_one_hop(reader, site):
    add_redirect("/a", "/b/")
    assert follow(reader, "/a/") == (404, "")
    add_redirect("/b", "/c")
    add_redirect("/c", "/give/", permanent=False)
    assert follow(reader, "/a") == (302, "/give/")
    with pytest.raises(RedirectRefused, match="/give/"):
        add_redirect("/d", "/a/")


@pytest.mark.parametrize(
    ("target", "there"),
    [
        ("/give", "/give/"),
        ("/de/give?campaign=main#how", "/de/give/?campaign=main#how"),
        ("/people/ann", "/people/ann/"),
        ("/healthz", "/healthz"),
        ("/news", "/news/"),
        ("https://bücher.example:8000/straße?q=ü", "https://xn--bcher-kva.example:8000/stra%C3%9Fe?q=%C3%BC"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("https://a_b.example.:8000", "https://a_b.example.:8000"),
    ],
)  # fmt: skip
def test_a_target_is_sent_as_it_answers(reader, section, ann, target, there):
    add_redirect("/old/", target)
    assert follow(reader, "/old/") == (301, there)
    add_redirect("/older/", target, form="prefix")
    assert follow(reader, "/older/") == (301, there)


def test_what_runs_in_circles_leads_nowhere(reader, site):
    add_redirect("/a", "/b/c", form="prefix")
    add_redirect("/b", "/a/d", form="prefix")
    assert follow(reader, "/a/x/") == (404, "")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/?p=1", "/?p=1&x=2"),
        ("/?p=1&q=2", "/?q=2&p=1"),
        ("/news/?p=2", "/news/?p=2#x"),
        ("/nothing/?p=2", "/nothing?x=1&p=2"),
    ],
)
def test_parameters_do_not_lead_to_themselves(newsroom, reader, section, source, target):
    with pytest.raises(RedirectRefused, match="itself"):
        add_redirect(source, target)
    report = add_redirects([RedirectRow(source, target)])
    assert [words for _, words in report.refused] == ["It would lead to itself."]
    answer = enter(newsroom, reverse("redirects:add"), source=source, form="query", target=target)
    assert list(answer.context["form"].errors) == ["target"]
    assert not Redirect.objects.exists()
    with pytest.raises(RedirectRefused, match="itself"):
        change_redirect(add_redirect(source, "/give/"), source, target)
    assert follow(reader, source) == (301, "/give/")


def test_a_page_with_parameters_leads_not_to_itself(site, section):
    with pytest.raises(RedirectRefused, match="itself"):
        add_redirect("/news/?p=2", section, rest="?p=2")


def test_parameters_do_not_lead_to_each_other(newsroom, reader, section):
    add_redirect("/news/?p=3", "/news/?q=4")
    assert follow(reader, "/news/?p=3") == (301, "/news/?q=4")
    for target in ("/news/?p=3", "/news/?p=3&x=1"):
        with pytest.raises(RedirectRefused, match="itself"):
            add_redirect("/news/?q=4", target)
        assert add_redirects([RedirectRow("/news/?q=4", target)]).refused
    add_redirect("/news/?r=5", "/give/")
    with pytest.raises(RedirectRefused, match="/give/"):
        add_redirect("/old/", "/news/?r=5")
    assert add_redirects([RedirectRow("/old/", "/news/?r=5")]).made == 1
    assert Redirect.objects.get(path="/old").address == "/give/"


def test_no_answer_leads_on_by_parameters(reader, section, story):
    add_redirect("/old/", section)
    add_redirect("/news/?p=3", "/news/?q=4")
    add_redirect("/news/?q=4", "/news/?r=5", permanent=False)
    for old in ("/news/?p=3", "/old/?p=3", "/news/?q=4"):
        assert follow(reader, old) == (302, "/news/?r=5")
    add_redirect("/news/?r=5", story)
    assert follow(reader, "/old/?p=3") == (302, OLD)


def test_parameters_in_circles_leave_the_page_to_readers(reader, section):
    """Such rows can be there from before they were refused."""
    add_redirect("/old/", section)
    for source, rest in (("p=3", "?q=4"), ("q=4", "?p=3"), ("s=1", "?s=1&t=2"), ("u=1", "?p=3")):
        row = add_redirect(f"/news/?{source}", "/give/")
        Redirect.objects.filter(pk=row.pk).update(address="", page=section, rest=rest)
    for query in ("p=3", "q=4", "s=1", "u=1"):
        assert follow(reader, f"/news/?{query}") == (200, "")
        assert follow(reader, f"/old/?{query}") == (404, "")


@pytest.mark.parametrize(
    "source",
    [
        "", " ", "old", "//elsewhere/x", "/%2Felsewhere/", "https://elsewhere.example/x", "/a\\b",
        "/a%5Cb", "/a\x00b", "/a%00b", "/a%0D%0Ab", "/%ff", "/" + "x" * 2_001, "/", "/news/", OLD,
        f"{OLD}discussion/", "/admin/x", "/static/x.css", "/api/v1/x", "/me/", "/record/1/",
        "/accounts/", "/ar/record/", "/healthz", "javascript:alert(1)", "/funding/",
    ],
)  # fmt: skip
def test_sources_that_are_refused(site, story, source):
    with pytest.raises(RedirectRefused) as refused:
        add_redirect(source, "https://example.org/")
    assert refused.value.field == "source"
    assert not Redirect.objects.exists()


def test_sources_that_do_not_fit_their_form(site):
    for source, form in (
        ("/", "prefix"),
        ("/x?y=1", "exact"),
        ("/x?y=1", "prefix"),
        ("/x", "query"),
    ):
        with pytest.raises(RedirectRefused) as refused:
            add_redirect(source, "https://example.org/", form=form)
        assert refused.value.field == "source"


@pytest.mark.parametrize(
    "target",
    [
        "", "news/", "//evil.example/", "/%2Fevil.example", "/%2f/evil.example", "/\\evil.example",
        "\\\\evil.example", "javascript:alert(1)", "data:text/html,x", "ftp://example.org/",
        "mailto:a@example.org", "https://", "https:///x", "https://a@example.org/",
        "https://example.org:x/", "https://example.org/\n", "/x\x1f", "/%0d%0aSet-Cookie:x=1",
        "https://example.org/" + "x" * 2_000, "/old/", "/old", "/OLD/../old\x7f",
        "http:\\\\evil.example", "https://ex ample.org", "https://ex%20ample.org/", "https://a<b>/",
        "https://mün chen.example/", "https://../", "https://-/",
    ],
)  # fmt: skip
def test_targets_that_are_refused(site, target):
    if target.endswith("\n"):
        target += "x"
    with pytest.raises(RedirectRefused) as refused:
        add_redirect("/old/", target)
    assert refused.value.field == "target"


def test_a_prefix_does_not_lead_below_itself(site):
    with pytest.raises(RedirectRefused):
        add_redirect("/old", "/old/er/", form="prefix")


def test_a_full_address_of_this_site_is_a_path(reader, story, settings):
    add_redirect(f"{settings.PUBLIC_URL}/old/", f"{settings.PUBLIC_URL}{OLD}")
    assert follow(reader, "/old/") == (301, OLD)
    assert Redirect.objects.get().page_id == story.pk


def test_no_answer_leads_to_another_host_by_what_was_asked(reader, section, story):
    add_redirect("/x", section, form="prefix")
    add_redirect("/y", "/give/", form="prefix")
    for path in (
        "/x//evil.example/",
        "/y//evil.example/",
        "/y/%2F%2Fevil.example",
        "/x/\\evil.example",
    ):
        there = follow(reader, path)[1]
        assert not there or (there.startswith("/") and not there.startswith(("//", "/\\")))


def test_one_source_leads_to_one_target(site, story):
    first = add_redirect("/old", story)
    with pytest.raises(RedirectRefused, match=OLD):
        add_redirect("/old/", "/give/")
    prefix = add_redirect("/old", "/give/", form="prefix")
    with pytest.raises(RedirectRefused):
        change_redirect(prefix, "/old", "/give/", form="exact")
    change_redirect(first, "/older", "https://example.org/", permanent=False)
    assert Redirect.objects.get(pk=first.pk).path == "/older"


def test_what_was_taken_down_is_gone_unless_an_editor_says_where_to_look(reader, section, story):
    other = write(section, "other")
    story.unpublish()
    assert reader.get(OLD).status_code == 410
    redirect = add_redirect(OLD, other)
    assert follow(reader, OLD) == (301, "/news/other/")
    remove_redirect(redirect)
    assert reader.get(OLD).status_code == 410


def test_every_change_of_the_table_moves_its_tag(site, story):
    sequence, _ = read_changes(0)
    redirect = add_redirect("/old", story)
    for change in (
        lambda: change_redirect(redirect, "/older", story),
        lambda: remove_redirect(redirect),
        lambda: add_redirects([RedirectRow("/a", "/give/")]),
        lambda: rename(story, "x"),
    ):
        sequence, moved = read_changes(sequence)
        assert "redirects" in moved
        change()
    assert "redirects" in read_changes(sequence)[1]


def test_many_at_once_and_once_more(reader, story, section):
    rows = [
        RedirectRow("/?p=1", story),
        RedirectRow("/2019/quay/", OLD),
        RedirectRow("/blog", section, form="prefix", permanent=False),
        RedirectRow("/feed.xml", "/2019/quay/"),
        RedirectRow("/news/", "/give/"),
        RedirectRow("/bad", "javascript:x"),
    ]
    report = add_redirects(rows)
    assert (report.made, report.changed, report.unchanged) == (4, 0, 0)
    assert [row.source for row, _ in report.refused] == ["/news/", "/bad"]
    assert Redirect.objects.get(path="/feed.xml").page_id == story.pk
    sequence, _ = read_changes(0)
    report = add_redirects(rows)
    assert (report.made, report.changed, report.unchanged) == (0, 0, 4)
    assert read_changes(sequence)[1] == {}
    report = add_redirects([RedirectRow("/?p=1", "/give/")])
    assert (report.made, report.changed, report.unchanged) == (0, 1, 0)
    add_redirect("/hand", "/give/")
    report = add_redirects([RedirectRow("/hand", story), RedirectRow("/hand", "/give/")])
    assert (report.unchanged, len(report.refused)) == (1, 1)
    assert set(Redirect.objects.values_list("origin", flat=True)) == {"arrival", "hand"}


# ── Where it is asked ──────────────────────────────────────────────────────────────────────────


def test_the_api_finds_a_story_by_an_address_that_it_had(reader, story, section):
    rename(story, "quay")
    rename(section, "reports")
    for old in (OLD, "/news/quay/", "/reports/quay/"):
        answer = reader.get("/api/v1/stories", {"url": old})
        assert answer.status_code == 200, old
        assert answer.json()["url"] == "/reports/quay/"
    assert reader.get("/api/v1/stories", {"url": "/news/"}).status_code == 404
    assert reader.get("/api/v1/stories", {"url": f"{OLD}discussion/"}).status_code == 404


def test_what_is_not_found_costs_one_question_more(reader, story):
    for number in range(50):
        add_redirect(f"/old/{number}", story)
    for path in ("/news/nothing/", "/nothing.php", "/old/51/x/y/z/"):
        reader.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(path).status_code == 404
        assert sum("redirects_redirect" in query["sql"] for query in asked) == 1


def test_an_answer_is_kept_by_nobody(reader, story):
    rename(story, "quay")
    answer = reader.get(OLD)
    assert answer["Cache-Control"] == "max-age=0, must-revalidate"
    assert not answer.cookies
    assert not answer.cached_page.cacheable


def test_a_copy_of_the_site_knows_which_addresses_lead_on(story, section):
    rename(section, "reports")
    add_redirect("/quay.html", story)
    add_redirect("/?p=1", story)
    assert dict(redirected_addresses()) == {
        "/news/": "/reports/",
        OLD: "/reports/the-quay-is-open-again/",
        "/quay.html": "/reports/the-quay-is-open-again/",
    }


# ── In the admin ───────────────────────────────────────────────────────────────────────────────


def enter(client: Client, url: str, **given: str):
    fields = {"source": "/old/", "form": "exact", "page": "", "target": "", "permanent": "on"}
    return client.post(url, fields | given)


def test_an_editor_adds_changes_finds_and_removes_one(newsroom, reader, story):
    assert enter(newsroom, reverse("redirects:add"), page=str(story.pk)).status_code == 302
    assert follow(reader, "/old/") == (301, OLD)
    redirect = Redirect.objects.get()
    rows = newsroom.get(reverse("redirects:index")).content.decode()
    assert "/old" in rows
    assert OLD in rows
    url = reverse("redirects:edit", args=[redirect.pk])
    assert newsroom.get(url).status_code == 200
    assert (
        enter(newsroom, url, source="/older/?p=1", form="query", target="/give/").status_code == 302
    )
    assert follow(reader, "/older/?p=1") == (301, "/give/")
    index = reverse("redirects:index_results")
    assert "/older" in newsroom.get(index, {"q": "give"}).content.decode()
    assert "/older" not in newsroom.get(index, {"q": "nowhere"}).content.decode()
    assert "/older" not in newsroom.get(index, {"origin": "move"}).content.decode()
    assert "/older" in newsroom.get(index, {"origin": "hand", "form": "query"}).content.decode()
    assert newsroom.post(reverse("redirects:delete", args=[redirect.pk])).status_code == 302
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "/news/", "target": "/give/"}, "source"),
        ({"source": "/admin/x", "target": "/give/"}, "source"),
        ({"target": "//evil.example"}, "target"),
        ({}, "target"),
        ({"source": "", "target": "/give/"}, "source"),
    ],
)
def test_an_editor_reads_at_the_field_what_is_wrong(newsroom, section, given, field):
    answer = enter(newsroom, reverse("redirects:add"), **given)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Redirect.objects.exists()


def test_editors_may_and_others_may_not(site):
    for group, status in (("Editors", 200), (None, 302)):
        account = Account.objects.create_user(f"{group}@example.org", "a long password")
        if group:
            account.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(account)
        assert client.get(reverse("redirects:index")).status_code == status


def test_no_other_menu_of_redirects_is_left(newsroom, site):
    page = newsroom.get(reverse("wagtailadmin_home")).content.decode()
    assert page.count(reverse("redirects:index")) == 1


# ── From Wagtail's own table ───────────────────────────────────────────────────────────────────


class AppsThen:
    """The models by the names that they had when redirects came to the site."""

    def get_model(self, app: str, name: str) -> type:
        return Redirect if name == "Redirect" else apps.get_model(app, name)


def test_what_wagtail_kept_is_carried_over(reader, story, section):
    migration = importlib.import_module("pennypress.stories.migrations.0007_redirects")
    kind = ContentType.objects.create(app_label="wagtailredirects", model="redirect")
    Permission.objects.create(content_type=kind, codename="add_redirect", name="Can add redirect")
    ReferenceIndex.objects.create(
        content_type=kind, base_content_type=kind, object_id="1", to_content_type=kind,
        to_object_id=str(story.pk), model_path="redirect_page", content_path="redirect_page",
        content_path_hash=uuid.uuid4(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        moment = "timestamptz" if connection.vendor == "postgresql" else "datetime"
        cursor.execute(
            "CREATE TABLE wagtailredirects_redirect (id integer PRIMARY KEY, "
            "old_path varchar(255), site_id integer, is_permanent bool, redirect_page_id integer, "
            "redirect_page_route_path varchar(255), redirect_link varchar(255), "
            f"automatically_created bool, created_at {moment})"
        )
        rows = [
            ("/2019/quay", None, True, story.pk, "", "", False),
            ("/news/old-quay", 1, True, story.pk, "", "", True),
            ("/over", None, False, None, "", "https://example.org/x", False),
            ("/over", 1, True, story.pk, "/discussion/", "", False),
            ("/x?b=2&a=1", None, True, None, "", "/give/", False),
            ("/nowhere", None, True, None, "", "", False),
            ("/أخبار", None, True, section.pk, "", "", False),
        ]
        for number, row in enumerate(rows, 1):
            cursor.execute(
                "INSERT INTO wagtailredirects_redirect VALUES "
                "(%s, %s, %s, %s, %s, %s, %s, %s, '2024-05-06 07:08:09')",
                [number, *row],
            )
    with connection.cursor() as cursor:
        # SQLite's own makes none within the test's transaction.
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        migration.carry_over(AppsThen(), editor)
        migration.carry_over(AppsThen(), editor)  # where there is no such table: nothing
    assert follow(reader, "/2019/quay/") == (301, OLD)
    assert follow(reader, "/news/old-quay/discussion/") == (301, f"{OLD}discussion/")
    assert follow(reader, "/over/") == (301, f"{OLD}discussion/")
    assert follow(reader, "/x/?a=1&b=2") == (301, "/give/")
    assert follow(reader, f"/{quote('أخبار')}/") == (301, "/news/")
    assert Redirect.objects.count() == 5
    assert {redirect.made.year for redirect in Redirect.objects.all()} == {2024}
    assert Redirect.objects.get(path="/news/old-quay").origin == "move"
    assert "wagtailredirects_redirect" not in connection.introspection.table_names()
    assert not ReferenceIndex.objects.filter(content_type=kind).exists()
    assert not Permission.objects.filter(content_type=kind).exists()
