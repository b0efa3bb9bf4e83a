"""Event streams of a site as it is served: who posts and gives is another process each time."""

import json
import re
import urllib.request
from contextlib import ExitStack

import pytest

from tests.delivery.streams import Stream, wait_for

from .command import Browser, Served, Site

pytestmark = pytest.mark.once

TITLE = "the-bakery-on-pier-street-is-to-close"


def find_story(paper: Site) -> tuple[int, str]:
    """The number and the address of the one story."""
    ((number, path),) = paper.ask(
        f"SELECT id, url_path FROM wagtailcore_page WHERE slug = '{TITLE}'"
    )
    return number, path.removeprefix("/home")


def say(served: Served, story: int, text: str, parent: int | None = None) -> dict:
    """Post a comment; return it as the API does."""
    body = json.dumps({"name": "Somebody Else", "text": text, "parent": parent}).encode()
    request = urllib.request.Request(
        f"{served.address}/api/v1/stories/{story}/comments",
        body,
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_a_comment_reaches_the_listeners_of_all_workers(paper):
    story, _ = find_story(paper)
    with (
        paper.serving("--workers", "2", PENNYPRESS_FIRST_COMMENTS="publish") as served,
        ExitStack() as stack,
    ):
        streams = [
            stack.enter_context(Stream(served.address, f"topic=discussion:{story}"))
            for _ in range(8)
        ]
        comment = say(served, story, "Read by all.")
        for stream in streams:
            event = stream.next()
            assert event.name == "discussion"
            assert event.data["topic"] == f"discussion:{story}"
            assert event.data["count"] == 3
            assert event.data["latest"][0]["id"] == comment["id"]


def test_who_comes_back_learns_what_happened_meanwhile_and_what_was_taken_back(paper):
    story, path = find_story(paper)
    query = f"topic=discussion:{story}&topic=meter:1&lang=de"
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        first = say(served, story, "First.")
        with Stream(served.address, f"{query}&since=0") as stream:
            events = [stream.next(), stream.next()]
            last = events[-1].id
            assert {event.name for event in events} == {"discussion", "meter"}
        with Stream(served.address, query, last_event_id=str(last)) as stream:
            assert not stream.has_more()
        author = Browser(served.address)
        form = author.get(f"{path}discussion/{first['id']}/reply/").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)"[^>]* value="([^"]*)"', form))
        author.post(
            f"{path}discussion/{first['id']}/reply/", {**hidden, "name": "Hasty", "text": "Ha!"}
        )
        with Stream(served.address, query, last_event_id=str(last)) as stream:
            event = stream.next()
            assert (event.name, event.data["count"]) == ("discussion", 4)
            assert event.data["latest"][0]["parent"] == first["id"]
            reply = event.data["latest"][0]["id"]
            private = re.search(r'href="(/me/comments/[^"]+)"', author.get("/me/comments/").text)
            assert private
            form = author.get(private[1]).text
            hidden = dict(re.findall(r'type="hidden" name="(\w+)"[^>]* value="([^"]*)"', form))
            author.post(private[1], hidden)
            event = stream.next()
            assert event.data["count"] == 3
            assert reply not in {row["id"] for row in event.data["latest"]}


def test_what_waits_for_a_moderator_is_told_to_nobody(paper):
    story, _ = find_story(paper)
    with (
        paper.serving(PENNYPRESS_FIRST_COMMENTS="hold-all") as served,
        Stream(served.address, f"topic=discussion:{story}") as stream,
    ):
        assert say(served, story, "Not yet.")["state"] == "held"
        assert not stream.has_more()


def test_a_gift_moves_the_meter_in_the_language_of_the_stream(paper):
    with (
        paper.serving() as served,
        Stream(served.address, "topic=meter:1&lang=en") as english,
        Stream(served.address, "topic=meter:1&lang=ar") as arabic,
    ):
        paper.must("gift", "11", "USD")
        for stream, words in ((english, "raised"), (arabic, "جُمعت")):
            html = stream.next().data["html"]
            assert 'value="800"' in html
            assert words in html


def test_open_streams_do_not_keep_a_server_from_ending(paper):
    with paper.serving() as served:
        with Stream(served.address, "topic=meter:1"), Stream(served.address, "topic=meter:1"):
            assert served.stop() < 5
        wait_for(lambda: served.process.poll() is not None)


def test_there_is_a_bound_that_the_operator_sets(paper):
    with paper.serving(PENNYPRESS_LIVE_LISTENERS="1") as served:
        with Stream(served.address, "topic=meter:1"):
            assert served.get("/live/?topic=meter:1").status == 503
            assert served.get("/").status == 200
        wait_for(lambda: _is_served(served))


def _is_served(served: Served) -> bool:
    stream = Stream(served.address, "topic=meter:1")
    answered = stream.response.status == 200
    stream.__exit__()
    return answered
