"""Public pages are the same bytes for everybody, whatever a browser sends along."""

import gzip
import re

import pytest
from django.test import Client

from pennypress.discussion.actions import post_comment
from pennypress.funding.actions import record_gift
from pennypress.stories.models import StoryPage

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM_IN_CACHES = "private, max-age=0, must-revalidate"
ADDRESSES = {
    "home": "/",
    "section": "/news/",
    "story": "{story}",
    "discussion": "{story}discussion/",
    "another order": "{story}discussion/?order=newest",
    "permalink": "{story}discussion/{comment}/",
    "ledger": "/funding/",
    "give": "/give/",
    "campaign": "/campaigns/main/",
    "house page": "/about/",
    "rules": "/about/rules/",
    "in German": "/de/funding/",
    "API: funding": "/api/v1/funding",
    "API: entries": "/api/v1/funding/entries",
    "API: story": "/api/v1/stories?url={story}",
    "API: discussion": "/api/v1/stories/{number}/discussion",
    "API: description": "/api/v1/openapi.json",
}
MISSING = {
    "no page": "/news/nothing-here/",
    "no section": "/nothing/",
    "no permalink": "{story}discussion/999999/",
    "API: no story": "/api/v1/stories?url=/nothing/",
    "API: not understood": "/api/v1/funding/entries?after=x",
}


@pytest.fixture
def paper(story, discussion, campaign, publish_at_once):
    """A paper with a story, a comment and a gift; turns the names above into addresses."""
    comment = post_comment(discussion, name="Ann", text="A word.").comment
    record_gift(campaign, 78_900, "USD", name="Ann Giver")
    words = {"story": story.url, "comment": comment.pk, "number": story.pk}
    return lambda name: (ADDRESSES | MISSING)[name].format(**words)


@pytest.fixture
def known(newsroom) -> Client:
    """A browser full of cookies: an editor's session, a guest's key, and what others have set."""
    for name in ("pennypress_guest", "csrftoken", "messages", "wagtail_view", "anything"):
        newsroom.cookies[name] = f"marker-{name}"
    return newsroom


def as_sent(response) -> tuple:
    headers = {name: value for name, value in response.headers.items() if name != "Date"}
    return response.status_code, headers, response.content


@pytest.mark.parametrize("name", [*ADDRESSES, *MISSING])
def test_cookies_and_preferences_change_no_byte(paper, known, name):
    address = paper(name)
    anonymous = as_sent(Client().get(address))
    assert anonymous[0] == (200 if name in ADDRESSES else 422 if "understood" in name else 404)
    personal = {"Accept-Language": "de", "User-Agent": "x", "X-Requested-With": "XMLHttpRequest"}
    assert as_sent(known.get(address, headers=personal)) == anonymous
    assert as_sent(known.get(address)) == anonymous


@pytest.mark.parametrize("name", [*ADDRESSES, *MISSING])
def test_public_answers_set_no_cookie_and_say_how_they_may_be_kept(paper, known, name):
    response = known.get(paper(name))
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    assert response["Vary"] == "Accept-Encoding"
    # What is not found among the newsroom's pages is like an address that nobody declared.
    in_tree = name in {"no page", "no section", "no permalink"}
    expected = "private, no-store" if in_tree else "max-age=0, must-revalidate"
    assert response["Cache-Control"] == expected
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_unchanged_page_is_not_sent_twice(paper, reader, name):
    address = paper(name)
    first = reader.get(address)
    etag = first["ETag"]
    assert re.fullmatch(r'"[0-9a-f-]{32,}"', etag)
    for value in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = reader.get(address, headers={"If-None-Match": value})
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Vary"]) == (etag, "Accept-Encoding")
        assert again["Cache-Control"] == first["Cache-Control"]
    assert reader.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("name", ADDRESSES)
def test_head_says_what_get_says_without_the_body(paper, reader, name):
    got, head = reader.get(paper(name)), reader.head(paper(name))
    assert head.content == b""
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))
    assert int(head["Content-Length"]) == len(got.content)


def test_a_change_changes_the_tag(paper, reader, campaign):
    before = reader.get("/funding/")["ETag"]
    record_gift(campaign, 100, "USD")
    answer = reader.get("/funding/", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer["ETag"] != before


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("GZIP", True),
        ("br;q=1.0, gzip;q=0.5", True),
        ("gzip;q=0.001", True),
        ("identity;q=0, gzip", True),
        ("", False),
        ("*", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000 , br", False),
        ("GZIP;Q=0", False),
        ("*, gzip;q=0", False),
        ("notgzip", False),
    ],
)
def test_pages_are_compressed_only_for_those_who_accept_it(paper, reader, accepted, compressed):
    plain = reader.get("/funding/")
    response = reader.get("/funding/", headers={"Accept-Encoding": accepted})
    assert response.has_header("Content-Encoding") == compressed
    assert int(response["Content-Length"]) == len(response.content)
    if compressed:
        assert gzip.decompress(response.content) == plain.content
        assert response["ETag"] != plain["ETag"]
        headers = {"Accept-Encoding": accepted, "If-None-Match": response["ETag"]}
        assert reader.get("/funding/", headers=headers).status_code == 304
        same = reader.get("/funding/", headers={"Accept-Encoding": accepted})
        assert same.content == response.content
    else:
        assert (response.content, response["ETag"]) == (plain.content, plain["ETag"])


@pytest.mark.parametrize("name", [*ADDRESSES, "no page"])
def test_pages_run_no_script_of_their_own_and_nothing_from_elsewhere(paper, reader, name):
    response = reader.get(paper(name))
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in response["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert not re.search("unsafe|nonce|http|data:|[*]", response["Content-Security-Policy"])
    if response["Content-Type"].startswith("text/html"):
        html = response.content.decode()
        assert not re.search(r'<script(?![^>]*\b(src|type="application/ld\+json"))', html)
        assert not re.search(r"""<[^>]*\s(on[a-z]+|style)=["']""", html)
        loaded = r'<(script|img|link rel="(stylesheet|preload|icon)")[^>]*"(https?:)?//'
        assert not re.search(loaded, html)


@pytest.mark.parametrize(
    "address",
    [
        "/news/a%00b/", "/a%00/", "/campaigns/a%00b/", "/media/images/%00.png", "/people/%00/",
        "/funding/?campaign=%00", "/news/?page=%00", "/api/v1/stories?url=/a%00b/",
        "/api/v1/funding/entries?after=%00", "/me/comments/?x=%00", "/%00",
    ],
)  # fmt: skip
def test_an_address_that_no_database_could_hold_is_refused(paper, reader, address):
    response = reader.get(address)
    assert (response.status_code, response.content) == (400, b"no such address")


# ── What is personal ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "{story}discussion/reply/", "{story}discussion/{comment}/reply/", "/me/comments/",
        "/me/nothing/", "/admin/login/", "/admin/", "/accounts/enter/x/y/",
    ],
)  # fmt: skip
def test_forms_and_personal_pages_are_expected(paper, known, story, address):
    comment = story.discussion.comments.get().pk
    for client in (Client(), known):
        response = client.get(address.format(story=story.url, comment=comment))
        if address.endswith("/reply/"):  # a browser remembers what is typed into it
            assert response["Cache-Control"] == FORM_IN_CACHES
        else:
            assert "no-store" in response["Cache-Control"], response["Cache-Control"]
        assert "ETag" not in response.headers


def test_answers_to_what_is_sent_are_expected(paper, reader, story):
    form = reader.post(f"{story.url}discussion/reply/", {"name": "Bo", "text": "B.", "key": "k"})
    body = {"name": "Bo", "text": "Another."}
    by_api = reader.post(f"/api/v1/stories/{story.pk}/comments", body, "application/json")
    assert (form.status_code, by_api.status_code) == (302, 201)
    for response in (form, by_api, reader.post("/funding/"), reader.options("/api/v1/funding")):
        assert "no-store" in response["Cache-Control"]
        assert "ETag" not in response.headers


@pytest.mark.parametrize("slug", ["me", "admin", "reply", "accounts"])
def test_a_story_may_be_called_like_a_personal_place_and_stays_public(section, known, slug):
    from pennypress.stories.actions import publish_story

    story = publish_story(
        StoryPage(title="Me", slug=slug, body=[("paragraph", "<p>What happened.</p>")]), section
    )
    response = known.get(story.url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=0, must-revalidate"
    assert not response.cookies


def test_a_preview_of_a_draft_is_kept_by_no_cache_on_the_way(story, newsroom):
    request = newsroom.get("/admin/").wsgi_request
    response = story.make_preview_request(request, "")
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "ETag" not in response.headers
