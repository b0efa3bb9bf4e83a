"""The newsroom's badge, and names that imitate the newsroom."""

import re
import time

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from pennypress.discussion import newsroom as newsroom_module
from pennypress.discussion.actions import (
    carry_over_comments,
    hold_comment,
    post_comment,
    publish_comment,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.newsroom import find_imitated, is_of_newsroom
from pennypress.discussion.views import private_path
from pennypress.readers.actions import welcome_guest
from pennypress.readers.models import Account
from pennypress.record.models import Entry
from pennypress.stories.models import Person

from .conftest import carried
from .reading import read_page, walk
from .test_states import article, current, entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(editor, site):
    """Anna Weber, who writes; Ilya Fisher, of the staff; and a signed-in reader."""
    editor.first_name, editor.last_name = "Ilya", "Fisher"
    editor.save()
    writer = Account.objects.create_user("anna@example.org", "a long password")
    Person.objects.create(name="Anna Weber", slug="anna-weber", account=writer)
    Person.objects.create(name="Ada", slug="ada")
    reader = Account.objects.create_user("reader@example.org", first_name="Anna", last_name="Weber")
    return {"staff": editor, "writer": writer, "reader": reader}


@pytest.fixture
def post(discussion, settings):
    """Post a comment where the policy holds nothing."""

    def post(name: str, **who):
        settings.FIRST_COMMENTS = "publish"
        return post_comment(discussion, name=name, text="Words.", **who).comment

    return post


# ── The badge ──────────────────────────────────────────────────────────────────────────────────


def badges(reader: Client, url: str, comment) -> list[str]:
    """The badges in a comment's own element, none of which may lie in the name."""
    element = article(reader, url, comment)
    for name in element.all(itemprop="author"):
        assert "badge" not in name.attributes.get("class", "")
        assert not list(name.all(class_="badge"))
    return [badge.text for badge in element.all("span", class_="badge")]


def test_the_newsrooms_comments_carry_a_badge_and_no_others_do(reader, story, people, post):
    mine = post("Ilya", account=people["staff"])
    hers = post("Anna Weber", account=people["writer"])
    others = [
        post("Bo", account=people["reader"]),
        post("Cy", guest=welcome_guest()[0]),
        post("Di"),
        post('<span class="badge">Redaction</span>'),
    ]
    for url in (story.url, f"{story.url}discussion/", f"{story.url}discussion/?order=newest"):
        assert badges(reader, url, mine) == badges(reader, url, hers) == ["Newsroom"]
        assert [badges(reader, url, other) for other in others] == [[], [], [], []]
    for comment in (mine, others[0]):
        found = badges(reader, f"{story.url}discussion/{comment.pk}/", comment)
        assert found == (["Newsroom"] if comment is mine else [])
    shown = {c["id"]: c["staff"] for c in walk(reader, story.pk)}
    assert shown == {c.pk: c in (mine, hers) for c in (mine, hers, *others)}


def test_the_badge_speaks_the_pages_language(reader, story, people, post):
    from pennypress.discussion.markup import CommentWriter
    from pennypress.discussion.models import Comment
    from pennypress.discussion.tree import show

    comment = post("Ilya", account=people["staff"])
    with override("de"):
        shown = show(Comment.objects.filter(pk=comment.pk))[0]
        markup = CommentWriter(story.url, "", actions=False).one(shown)
    word = re.search('class="badge">([^<]+)<', markup)[1]
    assert word != "Newsroom"


def test_a_tombstone_and_withdrawn_words_have_no_badge(reader, story, people, post, editor, rule):
    first, second = (post("Ilya", account=people["staff"]) for _ in range(2))
    post_reply = post("Bo", account=people["reader"])
    remove_comment(first, rule, editor)
    withdraw_comment(second)
    for comment in (first, second):
        assert badges(reader, story.url, comment) == []
    assert current(second).by_newsroom is False
    assert [c["staff"] for c in walk(reader, story.pk)] == [False, False, False]
    publish_comment(current(first), editor)
    assert badges(reader, story.url, first) == ["Newsroom"]
    assert badges(reader, story.url, post_reply) == []


def test_who_leaves_the_newsroom_keeps_the_badge_on_what_was_said_there(
    reader, story, people, post
):
    before = post("Ilya", account=people["staff"])
    people["staff"].is_staff = False
    people["staff"].save()
    after = post("Bo", account=people["staff"])
    assert badges(reader, story.url, before) == ["Newsroom"]
    assert badges(reader, story.url, after) == []


def test_what_another_system_showed_has_no_badge(reader, story, discussion, people):
    ids = carry_over_comments(discussion, [carried(1, author="Anna Weber")])
    assert [c["staff"] for c in walk(reader, story.pk)] == [False]
    assert Entry.objects.filter(subject=f"comment:{ids['c1']}").count() == 1


def test_the_form_of_somebody_signed_in_posts_with_the_badge(story, people, settings):
    settings.FIRST_COMMENTS = "hold"
    browser = Client()
    browser.force_login(people["writer"])
    answer = browser.post(
        f"{story.url}discussion/reply/", {"name": "Anna Weber", "text": "Here I am.", "key": "k1"}
    )
    assert answer.status_code == 302
    assert "/discussion/" in answer["Location"], "it is visible at once"
    assert [c["staff"] for c in walk(Client(), story.pk)] == [True]


def test_nobody_gives_himself_the_badge_through_the_api(reader, story, people, settings):
    settings.FIRST_COMMENTS = "publish"
    answer = reader.post(
        f"/api/v1/stories/{story.pk}/comments",
        {"name": "Bo", "text": "Me.", "staff": True, "by_newsroom": True},
        content_type="application/json",
    )
    assert answer.json()["staff"] is False


# ── Names that imitate ─────────────────────────────────────────────────────────────────────────

IMITATIONS = [
    "Anna Weber", "anna weber", "ANNA WEBER", "Annа Wеber", "Anna\u200c Weber", "Anna\u200e Weber",
    "An\u061cna Weber", "Anna\u00a0Weber", "A n n a Weber", "Anna-Weber", "AnnaWeber", "𝐀𝐧𝐧𝐚 𝐖𝐞𝐛𝐞𝐫",
    "Ａｎｎａ Ｗｅｂｅｒ", "Anna VVeber", "Änna Weber", "The real Anna Weber",
    "Anna Weber, reporter",
    "A\ufe0fnna Weber", "Ilya Fisher", "llya Fisher", "IIya Fisher", "Іlya Fisher",
    "Ada", "ada", "Аdа",
    "Bo ✓", "Bo ✔️", "Bo ☑", "✅ Bo", "Bo (Newsroom)", "[Staff] Bo", "Bo · NEWSROOM", "Bo | Stаff",
    "Ѕtaff", "Bo, Editor", "moderator", "The Test Tide", "the test tide", "Bo (Redaktion)",
]  # fmt: skip
ORDINARY = [
    "Bo", "Anna", "Weber", "Ada Lovelace", "Hanna Weberling", "Joanna Weberich", "Annabel Weber",
    "Ilya Fischer", "Staffan", "Newsom", "Edita", "Анна", "王小明", "محمد", "Zoë", "Fisher",
    "Ann Weber", "Theo Tide", "O'Neil",
]  # fmt: skip


@pytest.mark.parametrize("name", IMITATIONS)
def test_a_name_that_imitates_is_held_whatever_the_policy_says(people, post, name, editor):
    guest, _key = welcome_guest()
    publish_comment(hold_comment(post("Bo", guest=guest), None), None)
    comment = post(name, guest=guest)  # who is known already
    assert comment.state == "held"
    assert entries_of(comment) == []
    assert comment.decisions.get().role == "look-alike"
    assert not current(comment).by_newsroom
    assert post(name, account=people["reader"]).state == "held", "signed in or not"


def test_ordinary_names_are_not_held(people, post):
    assert [name for name in ORDINARY if not post(name).visible] == []


def test_the_newsrooms_own_are_not_held_for_their_names(people, post):
    for who in ("staff", "writer"):
        for name in ("Anna Weber", "Ilya Fisher", "Anna (Newsroom)"):
            assert post(name, account=people[who]).visible


def test_the_policy_still_holds_the_newsroom_where_it_holds_all(discussion, people, settings):
    settings.FIRST_COMMENTS = "hold-all"
    comment = post_comment(
        discussion, name="Anna Weber", text="Words.", account=people["writer"]
    ).comment
    assert comment.state == "held"
    assert comment.decisions.get().role == "policy"


def test_the_moderator_and_the_author_are_told_why(people, post, newsroom, reader):
    names = {"Annа Weber": "“Anna Weber”", "Bo ✓": "“✓”", "Bo [Staff]": "“Staff”"}
    comments = {name: post(name) for name in names}
    queue = newsroom.get(reverse("moderation-queue")).content.decode()
    for said in names.values():
        assert f"the name looks like {said}, which belongs to the newsroom" in queue
    page = read_page(reader, private_path(comments["Annа Weber"])).text
    assert "Your name looks like one of the newsroom's" in page
    Person.objects.filter(name="Anna Weber").delete()
    assert "the name looks like one of the newsroom" in (
        newsroom.get(reverse("moderation-queue")).content.decode().replace("&#x27;", "'")
    )


def test_what_a_moderator_publishes_is_shown_without_the_badge(reader, story, people, post, editor):
    comment = publish_comment(post("Anna Weber"), editor)
    assert badges(reader, story.url, comment) == []
    assert entries_of(comment) == ["comment.posted", "comment.published"]


def test_a_new_colleague_is_known_at_once_where_nothing_is_cached(people, post):
    assert post("Cleo Marsh").visible
    Person.objects.create(name="Cleo Marsh", slug="cleo-marsh")
    assert not post("Cleo Marsh").visible


def test_saving_or_deleting_a_person_makes_workers_read_the_names_anew(people, newsroom):
    from pennypress.delivery.models import Tag

    def moved() -> int:
        return Tag.objects.get(name=newsroom_module.NAMES_TAG).sequence

    person = Person.objects.create(name="Cleo Marsh", slug="cleo-marsh")
    first = moved()
    person.name = "Cleo Moor"
    person.save()
    second = moved()
    assert second > first
    address = newsroom.get("/admin/snippets/stories/person/")
    assert address.status_code == 200
    newsroom.post(f"/admin/snippets/stories/person/delete/{person.pk}/")
    assert not Person.objects.filter(pk=person.pk).exists()
    assert moved() > second


def test_an_editor_says_which_account_is_a_persons(people, newsroom):
    person = Person.objects.get(name="Ada")
    page = newsroom.get(f"/admin/snippets/stories/person/edit/{person.pk}/").content.decode()
    assert 'name="account"' in page
    assert not is_of_newsroom(people["reader"])
    answer = newsroom.post(
        f"/admin/snippets/stories/person/edit/{person.pk}/",
        {"name": "Ada", "slug": "ada", "role": "", "bio": "null", "portrait": "",
         "account": people["reader"].pk},
    )  # fmt: skip
    assert answer.status_code == 302
    assert is_of_newsroom(people["reader"])
    assert Permission.objects.exists()


def test_the_words_of_the_badge_are_known_in_every_language(people):
    with override("de"):
        assert find_imitated("Bo (Newsroom)")
        word = newsroom_module._("Newsroom")
    assert word != "Newsroom"
    assert find_imitated(f"Bo ({word})") == word


@pytest.mark.once
def test_looking_at_a_name_costs_little(people):
    known = newsroom_module._read_names()
    known.find("Warm Up")
    began = time.perf_counter()
    for number in range(1_000):
        known.find(f"Reader Number {number}")
    assert (time.perf_counter() - began) / 1_000 < 0.000_5, "measured: 0.04 ms"
