"""A form that is refused before its view sees it, or fails in it: what was typed is not lost."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from pennypress.discussion.actions import remove_comment
from pennypress.discussion.models import Comment
from pennypress.discussion.views import private_path
from pennypress.readers.actions import sign_in_path
from pennypress.stories.actions import publish_story
from tests.discussion.conftest import held, say  # noqa: F401
from tests.discussion.reading import Element, read_html

pytestmark = pytest.mark.django_db

WORDS = "Words that took\n\nan hour: <b>&amp;</b>"
ELSEWHERE = {"HTTP_ORIGIN": "https://evil.example"}


@pytest.fixture
def browser() -> Client:
    """A browser whose forms are checked."""
    return Client(enforce_csrf_checks=True)


def mark_in(response) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[0]


def read(response) -> Element:
    return read_html(response.content.decode())


def message_in(response) -> str:
    return read(response).one(role="alert").text.strip()


def typed_in(response) -> tuple[str, str]:
    page = read(response)
    return page.one("textarea", name="text").text[1:], page.one("input", name="name").attributes[
        "value"
    ]


def copy_in(response) -> str:
    """The words that stand on a page to be copied."""
    area = read(response).one("textarea", id="typed")
    assert "readonly" in area.attributes
    return area.text[1:]


# ── The comment form, whose mark does not fit ──────────────────────────────────────────────────


def test_without_a_cookie_the_form_comes_back_with_the_words_and_says_so(browser, story):
    form = f"{story.url}discussion/reply/"
    sent = {"name": "Ada", "text": WORDS, "key": "k", "csrfmiddlewaretoken": "x" * 64}
    for _ in range(2):  # cookies are off: a second try is no different
        answer = Client(enforce_csrf_checks=True).post(form, sent)
        assert answer.status_code == 403
        assert "cookie" in message_in(answer)
        assert typed_in(answer) == (WORDS, "Ada")
    assert not Comment.objects.exists()
    answer = browser.post(form, sent)  # its cookie was lost: the answer brings another
    again = browser.post(form, sent | {"csrfmiddlewaretoken": mark_in(answer)})
    assert again.status_code == 302
    assert Comment.objects.get().text == WORDS


def test_after_signing_in_elsewhere_the_form_comes_back_with_a_mark_that_fits(
    browser, story, editor
):
    form = f"{story.url}discussion/reply/"
    mark = mark_in(browser.get(form))
    sent = {"name": "Ada", "text": WORDS, "key": "k"}
    login = {"username": editor.email, "password": "a long password"}
    login["csrfmiddlewaretoken"] = mark_in(browser.get("/admin/login/"))
    assert browser.post("/admin/login/", login).status_code == 302
    answer = browser.post(form, sent | {"csrfmiddlewaretoken": mark})
    assert answer.status_code == 403
    assert "another tab" in message_in(answer)
    assert typed_in(answer) == (WORDS, "Ada")
    again = browser.post(form, sent | {"csrfmiddlewaretoken": mark_in(answer)})
    assert again.status_code == 302
    assert Comment.objects.get().account == editor


def test_words_come_back_at_every_door_of_the_form(browser, story, say, rule, editor):  # noqa: F811
    there, gone = say("There"), say("Gone")
    remove_comment(gone, rule, editor)
    sent = {"name": "Ada", "text": WORDS, "key": "k"}
    for door in ("reply/", f"{there.pk}/reply/", f"{gone.pk}/reply/", "999/reply/"):
        answer = browser.post(f"{story.url}discussion/{door}", sent)
        assert answer.status_code == 403, door
        assert typed_in(answer) == (WORDS, "Ada"), door
    old = story.url
    story.slug = "elsewhere"
    publish_story(story, story.get_parent().specific)
    story.refresh_from_db()
    assert story.url != old
    for address in (old, "/news/nothing/"):
        answer = browser.post(f"{address}discussion/reply/", sent)
        assert answer.status_code == 403, address
        assert copy_in(answer) == WORDS, address
    story.discussion_open = False
    publish_story(story, story.get_parent().specific)
    answer = browser.post(f"{story.url}discussion/reply/", sent)
    assert typed_in(answer) == (WORDS, "Ada")
    story.unpublish()
    answer = browser.post(f"{story.url}discussion/reply/", sent)
    assert (answer.status_code, copy_in(answer)) == (403, WORDS)


@pytest.mark.parametrize(
    "headers", [ELSEWHERE, {"HTTP_ORIGIN": "null"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}]
)
def test_words_that_another_site_sent_are_put_into_no_form_of_ours(browser, story, headers):
    for address in (f"{story.url}discussion/reply/", "/news/nothing/discussion/reply/"):
        answer = browser.post(address, {"name": "Eve", "text": WORDS}, **headers)
        assert answer.status_code == 403
        assert "that took" not in answer.content.decode()
        assert "Eve" not in answer.content.decode()
        assert "csrfmiddlewaretoken" not in answer.content.decode()


# ── Other forms ────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawal_whose_mark_does_not_fit_takes_nothing_back_and_can_be_sent_again(
    browser,
    held,  # noqa: F811
):
    comment = held()
    page = private_path(comment)
    answer = browser.post(page)
    assert answer.status_code == 403
    assert "cookie" in message_in(answer)
    assert "no-store" in answer["Cache-Control"]
    comment.refresh_from_db()
    assert comment.state == "held"
    assert browser.post(page, {"csrfmiddlewaretoken": mark_in(answer)}).status_code == 200
    comment.refresh_from_db()
    assert comment.state == "withdrawn"


def test_signing_in_whose_mark_does_not_fit_says_so_and_can_be_sent_again(browser, editor, site):
    typed = {"username": editor.email, "password": "a long password"}
    answer = browser.post("/admin/login/", typed)
    assert answer.status_code == 403
    assert "cookie" in answer.content.decode()
    assert "a long password" not in answer.content.decode()
    typed["csrfmiddlewaretoken"] = mark_in(answer)
    assert browser.post("/admin/login/", typed).status_code == 302
    # Who is signed in meanwhile need not do it again, and is told nothing about forms.
    answer = browser.post("/admin/login/", typed | {"csrfmiddlewaretoken": "x" * 64})
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert "sent no cookie" not in browser.get("/admin/").content.decode()
    assert "grown old" not in browser.get("/admin/").content.decode()


def test_a_sign_in_link_whose_mark_does_not_fit_is_not_used_up(browser, editor, site):
    link = sign_in_path(editor)
    answer = browser.post(link)
    assert answer.status_code == 403
    assert "cookie" in message_in(answer)
    entered = browser.post(link, {"csrfmiddlewaretoken": mark_in(answer)})
    assert (entered.status_code, entered.url) == (302, "/accounts/password/")
    secret = {"new_password1": "seven copper kettles", "new_password2": "seven copper kettles"}
    answer = browser.post("/accounts/password/", secret)
    assert answer.status_code in {302, 403}
    assert "kettles" not in answer.content.decode()


def test_a_form_of_the_admin_is_not_shown_again_as_it_is_stored(browser, editor, story):
    browser.force_login(editor)
    answer = browser.post(f"/admin/pages/{story.pk}/edit/", {"title": "Another"})
    assert answer.status_code == 403
    assert "cookie" in read(answer).one("main").text
    assert "Go back in your browser" in read(answer).one("main").text
    assert "quay" not in read(answer).one("main").text


# ── What fails on the way ──────────────────────────────────────────────────────────────────────


def test_words_sent_to_what_is_not_there_any_more_come_back_to_copy(reader, story):
    form = f"{story.url}discussion/reply/"
    sent = {"name": "Ada", "text": WORDS, "key": "k"}
    story.unpublish()
    answer = reader.post(form, sent)
    assert answer.status_code in {404, 410}
    assert copy_in(answer) == WORDS
    assert answer["Cache-Control"] == "private, no-store"
    assert "that took" not in reader.get(form).content.decode()
    assert "that took" not in reader.post(form, {}).content.decode()  # nobody else gets them


def test_words_sent_to_an_old_address_arrive(reader, story):
    old = f"{story.url}discussion/reply/"
    story.slug = "elsewhere"
    publish_story(story, story.get_parent().specific)
    answer = reader.post(old, {"name": "Ada", "text": WORDS, "key": "k"}, follow=True)
    assert answer.redirect_chain[0] == ("/news/elsewhere/discussion/reply/", 308)
    assert Comment.objects.get().text == WORDS


@pytest.mark.parametrize(("failure", "status"), [(OperationalError, 503), (RuntimeError, 500)])
@pytest.mark.parametrize(
    "place", ["discussion.views.read_discussion", "discussion.views.post_comment"]
)
def test_words_come_back_from_a_failure_of_ours(story, monkeypatch, failure, status, place):
    def fail(*_arguments, **_options):
        raise failure("away")

    form = f"{story.url}discussion/reply/"
    monkeypatch.setattr(f"pennypress.{place}", fail)
    reader = Client(raise_request_exception=False)
    answer = reader.post(form, {"name": "Ada", "text": WORDS, "key": "k"})
    assert answer.status_code == status
    words = {area.text[1:] for area in read(answer).all("textarea")}
    assert words == {WORDS}


def test_a_browser_may_remember_a_page_with_a_form_and_nobody_else(reader, story, settings):
    form = f"{story.url}discussion/reply/"
    for answer in (reader.get(form), reader.post(form, {"name": "", "text": WORDS})):
        assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"
    sent = reader.post(form, {"name": "Ada", "text": WORDS})
    assert "no-store" in sent["Cache-Control"]
    assert "no-store" in reader.get(sent.url)["Cache-Control"]


def test_who_is_signed_out_while_writing_posts_as_a_guest_and_loses_no_word(browser, story, editor):
    browser.force_login(editor)
    form = f"{story.url}discussion/reply/"
    mark = mark_in(browser.get(form))
    browser.session.flush()
    sent = {"name": "Ada", "text": WORDS, "key": "k", "csrfmiddlewaretoken": mark}
    assert browser.post(form, sent).status_code == 302
    comment = Comment.objects.get()
    assert (comment.text, comment.account, comment.state) == (WORDS, None, "held")
