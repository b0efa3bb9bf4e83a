"""Readers post: by the plain form and by the API. What cannot be taken is said, and not lost."""

import html
import json
import re

import pytest
from django.test import Client

from pennypress.discussion.actions import publish_comment, remove_comment
from pennypress.discussion.models import Comment, SubmissionKey
from pennypress.discussion.views import private_path
from pennypress.readers.models import Guest
from pennypress.record.models import Entry
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage

from .reading import fill_in, links_on, read_html, read_page, walk

pytestmark = pytest.mark.django_db


def form_of(story) -> str:
    return f"{story.url}discussion/reply/"


def typed_in(response) -> tuple[str, str]:
    """Return the text and the name that stand in the form of this answer."""
    page = read_html(response.content.decode())
    text = page.one("textarea", name="text").text
    assert text.startswith("\n"), "a browser drops the first newline in a textarea"
    return text[1:], page.one("input", name="name").attributes["value"]


def problem_in(response) -> str:
    """Return what the form says is wrong."""
    return read_html(response.content.decode()).one("div", role="alert").text


# ── The form ───────────────────────────────────────────────────────────────────────────────────


def test_the_form_sets_one_http_only_cookie_and_its_story_none(reader, story):
    assert not reader.get(story.url).cookies
    cookies = reader.get(form_of(story)).cookies
    assert list(cookies) == ["csrftoken"]
    assert cookies["csrftoken"]["httponly"]
    assert cookies["csrftoken"]["samesite"] == "Lax"


def test_a_first_comment_is_held_and_leads_to_its_private_page(reader, story):
    response = fill_in(reader, form_of(story), name="Ada", text="Is it deep enough?")
    assert Comment.objects.count() == 1
    assert response.status_code == 302
    assert response.url.startswith("/me/comments/")
    private = read_page(Client(), response.url)  # whoever has the address, without any cookie
    assert private.one(data_outcome="held")
    assert "Is it deep enough?" in private.text
    assert "deep enough" not in reader.get(story.url).content.decode()
    guest = response.cookies["pennypress_guest"]
    assert guest["httponly"]
    assert guest["samesite"] == "Lax"


def test_where_comments_are_published_at_once_the_form_leads_to_the_permalink(
    reader, story, publish_at_once
):
    response = fill_in(reader, form_of(story), name="Ada", text="Is it *deep* enough?")
    number = Comment.objects.get().pk
    assert response.url == f"{story.url}discussion/{number}/#comment-{number}"
    assert read_page(reader, response.url.partition("#")[0]).one("li", id=f"comment-{number}")
    on_story = read_page(reader, story.url).one("li", id=f"comment-{number}")
    assert on_story.one(itemprop="name").text == "Ada"
    assert on_story.one(itemprop="text").text.strip() == "Is it deep enough?"
    assert on_story.one("em").text == "deep"


def test_a_reply_stands_under_what_it_answers(reader, story, say, publish_at_once):
    first = say("First")
    fill_in(reader, f"{story.url}discussion/{first.pk}/reply/", text="Second")
    second = Comment.objects.get(parent=first)
    item = read_page(reader, story.url).one("li", id=f"comment-{first.pk}")
    assert item.one("ol").one("li").attributes["id"] == f"comment-{second.pk}"


def test_a_guest_whose_comment_was_made_visible_needs_no_second_look(reader, story, editor):
    fill_in(reader, form_of(story), text="First")
    fill_in(reader, form_of(story), text="Second, while the first waits")
    first, second = Comment.objects.order_by("pk")
    assert (first.state, second.state) == ("held", "held")
    assert first.guest == second.guest
    publish_comment(first, editor)
    response = fill_in(reader, form_of(story), text="Third")
    assert "/discussion/" in response.url
    assert Comment.objects.get(text="Third").state == "visible"
    fill_in(Client(), form_of(story), text="Somebody else")
    assert Comment.objects.get(text="Somebody else").state == "held"


def test_a_guest_whose_only_comment_was_removed_is_looked_at_again(reader, story, editor, rule):
    fill_in(reader, form_of(story), text="First")
    remove_comment(publish_comment(Comment.objects.get(), editor), rule, editor)
    fill_in(reader, form_of(story), text="Second")
    assert Comment.objects.get(text="Second").state == "held"


def test_hold_all_holds_even_known_guests_and_the_newsroom(
    reader, newsroom, story, editor, settings
):
    fill_in(reader, form_of(story), text="First")
    publish_comment(Comment.objects.get(), editor)
    settings.FIRST_COMMENTS = "hold-all"
    fill_in(reader, form_of(story), text="Second")
    fill_in(newsroom, form_of(story), text="Third")
    assert set(Comment.objects.exclude(text="First").values_list("state", flat=True)) == {"held"}


def test_the_newsroom_itself_does_not_wait(newsroom, story, editor):
    fill_in(newsroom, form_of(story), text="The editor here.")
    comment = Comment.objects.get()
    assert (comment.state, comment.account, comment.guest) == ("visible", editor, None)


BAD = {
    "empty": ({"text": ""}, "empty"),
    "white space": ({"text": " \n\t "}, "empty"),
    "invisible": ({"text": "\u200b\u2060\u200d\u3164\u2800\U000e0041\ufeff"}, "empty"),
    "2 MB": ({"text": "ab c" * 500_000}, "at most 20,000 characters; this one has 2,000,000"),
    "control": ({"text": "a\x07b"}, "Character 2 is a control character (U+0007)"),
    "nul": ({"text": "ab\x00"}, "(U+0000)"),
    "c1 control": ({"text": "a\x9bb"}, "(U+009B)"),
    "override": ({"text": "evil \u202egnp.exe"}, "forces the direction of text (U+202E)"),
    "embedding": ({"text": "\u202bab\u202c"}, "forces the direction of text (U+202B)"),
    "unclosed isolate": ({"text": "a \u2067 b"}, "opened and not closed"),
    "isolate closed before": ({"text": "a \u2069 b \u2067 c"}, "opened and not closed"),
    "zalgo": ({"text": "Z" + "\u0313\u0317" * 8 + "algo"}, "Too many marks"),
    "Thai zalgo": ({"text": "ก" + "็" * 20}, "Too many marks"),
    "zalgo with gaps": ({"text": "Z" + "\u0313\u0317\u0316\u200b" * 8}, "Too many marks"),
    "no name": ({"name": ""}, "Please give a name"),
    "blank name": ({"name": " \u200b "}, "Please give a name"),
    "long name": ({"name": "n" * 81}, "at most 80 characters"),
    "2 MB name": ({"name": "n" * 2_000_000}, "at most 80 characters"),
    "control in name": ({"name": "Ad\x1ba"}, "(U+001B)"),
    "override in name": ({"name": "Ad\u202ea"}, "(U+202E)"),
    "isolate in name": ({"name": "\u2067Ada\u2069"}, "(U+2067)"),
    "zalgo name": ({"name": "A" + "\u0313\u0317" * 8}, "Too many marks"),
}


def test_what_cannot_be_taken_is_said_and_stays_in_the_form(reader, story):
    entries = Entry.objects.count()
    for case, (typed, why) in BAD.items():
        sent = {"name": "Ada", "text": "Well said.\n\nIndeed."} | typed
        response = fill_in(reader, form_of(story), **sent)
        assert response.status_code == 422, case
        assert why in problem_in(response), case
        assert typed_in(response) == (sent["text"], sent["name"]), case
        assert "pennypress_guest" not in response.cookies, case
        assert not Comment.objects.exists(), case
        assert not Guest.objects.exists(), case
    assert Entry.objects.count() == entries


def test_what_looks_odd_and_is_honest_is_taken(reader, story, publish_at_once):
    words = "مرحبا \u2067שלום\u2069 בְּרֵאשִׁ֖ית ก็ดี 👩‍🚀 ❤️ e\u0301"
    fill_in(reader, form_of(story), name="Nguyễn Thị 😀", text=words)
    comment = Comment.objects.get()
    assert comment.text.endswith("é")  # NFC
    assert comment.author == "Nguyễn Thị 😀"


def test_text_is_normal_even_where_something_invisible_stood_between(
    reader, story, publish_at_once
):
    fill_in(reader, form_of(story), name="Ze\u200b\u0301", text="e\u2060\u0301\r\nnext")
    comment = Comment.objects.get()
    assert (comment.author, comment.text) == ("Z\u00e9", "\u00e9\nnext")


def test_exactly_as_much_as_is_allowed_is_taken(reader, story, publish_at_once):
    fill_in(reader, form_of(story), name="n" * 80, text="x" * 20_000)
    assert Comment.objects.count() == 1


def test_a_closed_discussion_takes_nothing_and_gives_the_words_back(reader, story):
    form = form_of(story)
    answer_before = fill_in(reader, form, text="In time")
    assert answer_before.status_code == 302
    page = read_page(reader, form)
    key = page.one("input", name="key").attributes["value"]
    story.discussion_open = False
    publish_story(story, story.get_parent().specific)
    late = reader.post(form, {"name": "Ada", "text": "Too late", "key": key})
    assert late.status_code == 403
    assert "closed" in problem_in(late)
    assert typed_in(late) == ("Too late", "Ada")
    assert Comment.objects.count() == 1
    assert not list(read_page(reader, form).all("textarea"))
    assert not list(read_page(reader, story.url).all("a", data_reply=""))


def test_words_come_back_when_what_they_answer_has_gone_meanwhile(reader, story, say, editor, rule):
    first = say("First")
    form = f"{story.url}discussion/{first.pk}/reply/"
    key = read_page(reader, form).one("input", name="key").attributes["value"]
    remove_comment(first, rule, editor)
    late = reader.post(form, {"name": "Ada", "text": "But why?", "key": key})
    assert late.status_code == 422
    assert "no longer there" in problem_in(late)
    assert typed_in(late) == ("But why?", "Ada")
    assert Comment.objects.count() == 1
    assert reader.get(form).status_code == 404


@pytest.fixture
def elsewhere(section) -> StoryPage:
    return publish_story(
        StoryPage(title="Another story", body=[("paragraph", "<p>What happened.</p>")]), section
    )


def test_no_reply_to_a_comment_of_another_story(reader, elsewhere, say):
    form = f"{elsewhere.url}discussion/{say('Here').pk}/reply/"
    assert reader.get(form).status_code == 404
    response = reader.post(form, {"name": "Ada", "text": "There"})
    assert response.status_code == 422
    assert "not in this discussion" in problem_in(response)
    assert typed_in(response) == ("There", "Ada")
    assert Comment.objects.count() == 1


def test_a_held_parent_looks_like_none(reader, story, held):
    waiting = held()
    held_one = reader.post(
        f"{story.url}discussion/{waiting.pk}/reply/", {"name": "Ada", "text": "Hm"}
    )
    no_one = reader.post(
        f"{story.url}discussion/{waiting.pk + 1}/reply/", {"name": "Ada", "text": "Hm"}
    )
    assert held_one.status_code == no_one.status_code == 422
    assert problem_in(held_one) == problem_in(no_one)


def test_one_form_sent_twice_posts_once(reader, story):
    form = form_of(story)
    key = read_page(reader, form).one("input", name="key").attributes["value"]
    sent = {"name": "Ada", "text": "Once", "key": key}
    first = Client().post(form, sent)  # a double click: the second leaves without the new cookie
    second = Client().post(form, sent)
    assert read_page(Client(), first.url).text == read_page(Client(), second.url).text
    assert Comment.objects.count() == 1
    assert Guest.objects.count() == 1
    assert "pennypress_guest" not in second.cookies  # it would hide the one that owns the comment


def test_a_form_sent_again_with_the_new_cookie_posts_once(story):
    browser = Client()
    key = read_page(browser, form_of(story)).one("input", name="key").attributes["value"]
    sent = {"name": "Ada", "text": "Once", "key": key}
    first = browser.post(form_of(story), sent)
    assert "pennypress_guest" in first.cookies
    again = browser.post(form_of(story), sent)  # the way back in the browser, and the button again
    assert read_page(browser, again.url).text == read_page(browser, first.url).text
    assert browser.post(form_of(story), sent | {"text": "Twice"}).status_code == 409
    assert Comment.objects.count() == 1


def test_a_key_belongs_to_whoever_sent_it(story, publish_at_once, editor):
    sent = {"name": "Ada", "text": "Once", "key": "k"}
    at_home, next_door = (Client(REMOTE_ADDR=f"192.0.2.{number}") for number in (7, 8))
    signed_in, known = (Client(REMOTE_ADDR="192.0.2.7") for _ in range(2))
    signed_in.force_login(editor)
    known.post(form_of(story), sent | {"key": "another"})  # and has a guest's cookie from now on
    before = Comment.objects.count()

    def send_by_api(browser: Client, text: str = "Once"):
        return send(browser, story.pk, {"name": "Ada", "text": text}, "k")

    by_api = [send_by_api(browser).json()["id"] for browser in (at_home, next_door, signed_in)]
    by_form = [
        browser.post(form_of(story), sent).url for browser in (at_home, next_door, signed_in, known)
    ]
    assert len(set(by_api)) == 3
    assert len(set(by_form)) == 4
    assert Comment.objects.count() == before + 7
    # Each finds its own again, and nobody is told that a key is another's.
    assert send_by_api(Client(REMOTE_ADDR="192.0.2.7")).json()["id"] == by_api[0]
    assert send_by_api(signed_in).json()["id"] == by_api[2]
    assert signed_in.post(form_of(story), sent).url == by_form[2]
    assert known.post(form_of(story), sent).url == by_form[3]
    assert send_by_api(Client(REMOTE_ADDR="2001:db8::1"), "Other words").status_code == 201
    assert Comment.objects.count() == before + 8


def test_a_stored_key_cannot_be_tried_addresses_on_without_the_site_s_own_key(story, settings):
    stored = set()
    for secret in ("one", "another"):
        settings.SECRET_KEY = secret
        send(Client(REMOTE_ADDR="192.0.2.7"), story.pk, {"name": "Ada", "text": "Once"}, "k")
        stored |= set(SubmissionKey.objects.values_list("key", flat=True))
    assert len(stored) == 2


def test_one_form_sent_with_other_words_is_asked_to_be_sent_again(reader, story):
    form = form_of(story)
    key = read_page(reader, form).one("input", name="key").attributes["value"]
    reader.post(form, {"name": "Ada", "text": "Once", "key": key})
    other = reader.post(form, {"name": "Ada", "text": "Twice", "key": key})
    assert other.status_code == 409
    assert typed_in(other) == ("Twice", "Ada")
    new_key = read_html(other.content.decode()).one("input", name="key").attributes["value"]
    assert reader.post(form, {"name": "Ada", "text": "Twice", "key": new_key}).status_code == 302
    assert Comment.objects.count() == 2


def test_a_form_from_another_site_is_refused(story):
    browser = Client(enforce_csrf_checks=True)
    sent = {"name": "Ada", "text": "Forged"}
    assert browser.post(form_of(story), sent).status_code == 403
    page = read_page(browser, form_of(story))
    assert browser.post(form_of(story), sent).status_code == 403  # the cookie alone is not enough
    token = page.one("input", name="csrfmiddlewaretoken").attributes["value"]
    sent["csrfmiddlewaretoken"] = token
    assert browser.post(form_of(story), sent).status_code == 302
    assert Comment.objects.count() == 1


def test_a_withdrawal_from_another_site_is_refused(story, held):
    browser = Client(enforce_csrf_checks=True)
    comment = held()
    assert browser.post(private_path(comment)).status_code == 403
    comment.refresh_from_db()
    assert comment.state == "held"


def test_names_and_words_are_never_markup(reader, story, publish_at_once):
    evil = "<script>alert(1)</script>\"'><b>&"
    fill_in(reader, form_of(story), name=evil, text=evil)
    number = Comment.objects.get().pk
    for url in (
        story.url,
        f"{story.url}discussion/",
        f"{story.url}discussion/{number}/",
        f"{story.url}discussion/{number}/reply/",
    ):
        text = reader.get(url).content.decode()
        assert "<script>alert" not in text
        assert html.escape(evil) in text
    assert read_page(reader, story.url).one(itemprop="text").text.strip() == evil


def test_my_comments_are_those_of_this_browser(reader, story):
    fill_in(reader, form_of(story), text="Mine")

    def listed(browser: Client) -> list[str]:
        links = links_on(browser.get("/me/comments/").content.decode())
        return [link for link in links if re.match("/me/comments/.", link)]

    (link,) = listed(reader)
    assert "Mine" in read_page(reader, link).text
    assert listed(Client()) == []


# ── The API ────────────────────────────────────────────────────────────────────────────────────


def send(reader: Client, story_id: int, body: object, key: str = ""):
    return reader.post(
        f"/api/v1/stories/{story_id}/comments",
        body if isinstance(body, bytes) else json.dumps(body).encode(),
        content_type="application/json",
        # Django's client gives an empty body no type, unless told.
        headers={"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {}),
    )


def problem(response, status: int) -> str:
    """Check that the answer is a problem document of this status; return all that it says."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == status
    assert found["title"]
    assert found["type"]
    return json.dumps(found)


def test_the_api_holds_by_default_and_returns_the_words_to_who_sent_them(reader, story):
    response = send(reader, story.pk, {"name": "Ada", "text": "Is *it*?", "email": "a@b.example"})
    assert response.status_code == 202
    comment = response.json()
    number = Comment.objects.get().pk
    assert comment == {
        "id": number,
        "parent": None,
        "depth": 1,
        "author": {"name": "Ada"},
        "staff": False,
        "state": "held",
        "posted": comment["posted"],
        "text": "Is *it*?",
        "html": '<p dir="ltr">Is <em>it</em>?</p>',
        "cut_off": False,
        "rule": None,
        "replies": [],
    }
    assert comment["posted"].endswith("+00:00")
    assert walk(reader, story.pk) == []


def test_the_api_publishes_where_the_policy_does(reader, story, publish_at_once):
    first = send(reader, story.pk, {"name": "Ada", "text": "One"})
    assert first.status_code == 201
    second = send(
        reader, story.pk, {"name": "Bo", "text": "Two", "parent": first.json()["id"]}
    ).json()
    assert (second["parent"], second["depth"], second["state"]) == (
        first.json()["id"],
        2,
        "visible",
    )
    page = reader.get(f"/api/v1/stories/{story.pk}/discussion").json()
    assert page["count"] == 2
    assert page["next"] is None
    assert page["comments"] == [first.json() | {"replies": [second]}]


def test_a_key_posts_once_and_refuses_other_words(reader, story, publish_at_once):
    body = {"name": "Ada", "text": "One"}
    first, again = (send(reader, story.pk, body, "k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Key" in problem(send(reader, story.pk, body | {"text": "Two"}, "k1"), 422)
    assert Comment.objects.count() == 1
    assert send(reader, story.pk, body, "k2").json()["id"] != first.json()["id"]
    assert send(reader, story.pk, body).status_code == 201
    assert Comment.objects.count() == 3


def test_a_key_is_one_story_s_own(reader, story, elsewhere, publish_at_once):
    body = {"name": "Ada", "text": "One"}
    here, there = send(reader, story.pk, body, "k"), send(reader, elsewhere.pk, body, "k")
    assert here.json()["id"] != there.json()["id"]


def test_a_refused_comment_does_not_use_its_key_up(reader, story, publish_at_once):
    problem(send(reader, story.pk, {"name": "Ada", "text": ""}, "k"), 422)
    assert send(reader, story.pk, {"name": "Ada", "text": "One"}, "k").status_code == 201


def test_the_api_refuses_what_the_form_refuses(reader, story):
    for case, (typed, why) in BAD.items():
        response = send(reader, story.pk, {"name": "Ada", "text": "Well said."} | typed)
        assert why in json.loads(problem(response, 422))["detail"], case
    assert not Comment.objects.exists()


def test_what_does_not_fit_is_a_problem_of_the_sender(reader, story):
    for body in (
        {"name": 5, "text": "x"},
        {"name": "Ada", "text": ["x"]},
        {"name": None, "text": "x"},
        {"name": "Ada", "text": "x", "parent": "the first"},
        {"name": "Ada", "text": "x", "parent": 1.5},
        {"name": "Ada", "text": "x", "parent": {}},
        {"name": "Ada", "text": "x", "parent": 10**30},
        {"name": "Ada", "text": "x", "parent": -1},
        {"name": "Ada", "text": "half a pair \ud83d"},
        {"name": "Ad\udc00a", "text": "x"},
        [],
        "words",
        None,
        {},
        b"",
    ):
        problem(send(reader, story.pk, body), 422)
    assert not Comment.objects.exists()


def test_what_is_no_json_is_a_problem_of_the_sender(reader, story):
    for body in (b"{", b'{"name": "Ada"', b"\xff\xfe", b"[" * 100_000):
        problem(send(reader, story.pk, body), 400)
    assert not Comment.objects.exists()


def test_what_does_not_say_that_it_is_json_is_refused_before_it_is_read(
    reader, story, publish_at_once
):
    body = json.dumps({"name": "Ada", "text": "One"})

    def send_as(kind: str, body: str | bytes = body):
        url = f"/api/v1/stories/{story.pk}/comments"
        return reader.generic("POST", url, body, content_type=kind)

    for kind in (
        "",
        "text/plain",
        "text/plain;charset=utf-8",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json, text/plain",
        "application/problem+json",
        "text/json",
        "*/*",
    ):
        assert "application/json" in problem(send_as(kind), 415), kind
        problem(send_as(kind, b"{"), 415)
        problem(send_as(kind, b""), 415)
    assert not Comment.objects.exists()
    for kind in ("application/json", "application/json; charset=utf-8", "Application/JSON"):
        assert send_as(kind).status_code == 201, kind


def test_every_operation_of_the_api_that_takes_a_body_takes_json_alone(reader, db):
    described = reader.get("/api/v1/openapi.json").json()["paths"]
    taking = [
        (path, method)
        for path, methods in described.items()
        for method in methods
        if method in {"post", "put", "patch"}
    ]
    assert taking
    for path, method in taking:
        url = re.sub(r"\{\w+\}", "1", path)
        response = reader.generic(method.upper(), url, "{}", content_type="text/plain")
        problem(response, 415)


def test_an_endless_key_is_refused(reader, story):
    assert "200" in problem(send(reader, story.pk, {"name": "A", "text": "x"}, "k" * 201), 422)


def test_a_closed_discussion_is_closed_to_the_api(reader, story):
    story.discussion_open = False
    publish_story(story, story.get_parent().specific)
    assert "closed" in problem(send(reader, story.pk, {"name": "Ada", "text": "x"}), 403)
    assert reader.get(f"/api/v1/stories/{story.pk}/discussion").json()["open"] is False


def test_an_unknown_story_is_not_found(reader, story):
    for number in (0, 999_999, 10**40):
        problem(send(reader, number, {"name": "Ada", "text": "x"}), 404)
        problem(reader.get(f"/api/v1/stories/{number}/discussion"), 404)


def test_an_address_that_the_api_does_not_have_is_a_problem_and_no_page(reader):
    problem(reader.get("/api/v1/nothing"), 404)
    problem(reader.post("/api/v1/stories/1/nothing", "{}", content_type="application/json"), 404)


def test_a_story_taken_down_takes_its_discussion_with_it(reader, story, say):
    comment = say("Gone with it")
    story.unpublish()
    problem(send(reader, story.pk, {"name": "Ada", "text": "x"}), 404)
    problem(reader.get(f"/api/v1/stories/{story.pk}/discussion"), 404)
    assert reader.get(f"{story.url}discussion/").status_code == 404
    assert reader.get(f"{story.url}discussion/{comment.pk}/").status_code == 404
    assert reader.get(form_of(story)).status_code == 404


def test_a_page_that_is_no_story_has_no_discussion(reader, story, section):
    problem(reader.get(f"/api/v1/stories/{section.pk}/discussion"), 404)
    problem(send(reader, section.pk, {"name": "Ada", "text": "x"}), 404)


def test_a_parent_in_another_story_or_held_is_refused_alike(
    reader, story, elsewhere, say, held, publish_at_once
):
    here, waiting = say("Here"), held()
    wrong = [
        send(reader, story_id, {"name": "Ada", "text": "x", "parent": parent})
        for story_id, parent in (
            (elsewhere.pk, here.pk),
            (story.pk, waiting.pk),
            (story.pk, 999_999),
        )
    ]
    assert len({problem(response, 422) for response in wrong}) == 1
    assert Comment.objects.count() == 2
