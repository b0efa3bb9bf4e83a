"""The hint that somebody is known in this browser, and the strip that a page's script asks for."""

import pytest
from django.test import Client

from pennypress.discussion.models import Comment
from pennypress.readers.middleware import KNOWN_COOKIE

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def write(reader: Client, story, text: str = "May I?") -> None:
    form = {"name": "Ada", "text": text, "key": ""}
    assert reader.post(f"{story.url}discussion/reply/", form).status_code == 302


def is_known(reader: Client) -> bool:
    return bool(reader.cookies.get(KNOWN_COOKIE) and reader.cookies[KNOWN_COOKIE].value)


def strip(reader: Client, address: str = "/me/strip/") -> str:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def test_who_has_only_read_has_no_hint(reader, story):
    for address in ("/", story.url, f"{story.url}discussion/", "/admin/login/", "/me/comments/"):
        reader.get(address)
        assert not is_known(reader), address


def test_who_wrote_gets_a_hint_that_a_script_can_read_and_that_names_nobody(reader, story):
    write(reader, story)
    hint = reader.cookies[KNOWN_COOKIE]
    assert (hint.value, hint["samesite"], hint["path"]) == ("1", "Lax", "/")
    assert not hint["httponly"]
    assert reader.cookies["pennypress_guest"]["httponly"]


def test_it_comes_with_signing_in_and_goes_with_signing_out(reader, editor):
    reader.post("/admin/login/", {"username": editor.email, "password": "a long password"})
    assert is_known(reader)
    reader.get("/admin/")
    assert is_known(reader)
    reader.post("/admin/logout/")
    assert not is_known(reader)


def test_a_hint_that_is_no_longer_true_goes_with_the_first_personal_answer(reader):
    reader.cookies[KNOWN_COOKIE] = "1"
    assert "Your comments" in strip(reader)
    assert not is_known(reader)


def test_public_pages_neither_set_nor_read_it(newsroom, story):
    newsroom.get("/admin/")
    newsroom.cookies.pop(KNOWN_COOKIE, None)
    answer = newsroom.get(story.url)
    assert not answer.cookies
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_the_strip_tells_a_guest_what_of_his_waits(reader, story, settings):
    assert "waits" not in strip(reader)
    settings.FIRST_COMMENTS = "hold-all"
    write(reader, story)
    assert "1 waits for a moderator" in strip(reader)
    write(reader, story, "And this?")
    assert "2 wait for a moderator" in strip(reader)
    assert "wait" not in strip(Client())
    Comment.objects.update(state="visible", shown=True)
    assert "wait" not in strip(reader)


def test_the_strip_tells_a_moderator_how_many_wait_and_others_not(
    reader, newsroom, story, settings, django_user_model
):
    settings.FIRST_COMMENTS = "hold-all"
    write(reader, story)
    told = strip(newsroom)
    assert "1 comment waits" in told
    assert 'href="/admin/discussion/"' in told
    assert 'href="/admin/"' in told
    assert "editor@example.org" in told
    plain = Client()
    plain.force_login(django_user_model.objects.create_user("plain@example.org", "long words"))
    told = strip(plain)
    assert "plain@example.org" in told
    assert "/admin/" not in told
    assert "comment waits" not in told


def test_the_strip_speaks_the_language_of_its_page(reader):
    assert "Your comments" in strip(reader)
    assert "تعليقاتكم" in strip(reader, "/ar/me/strip/")


def test_the_foot_of_every_page_says_where_the_strip_is(reader, story):
    for address in ("/", story.url, "/give/"):
        assert 'data-strip="/me/strip/"' in reader.get(address).content.decode()
    assert 'data-strip="/ar/me/strip/"' in reader.get("/ar/give/").content.decode()
