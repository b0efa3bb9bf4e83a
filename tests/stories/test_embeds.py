"""Embeds: facts fetched once when the story is saved, and a plain link for readers."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders import get_finders

from pennypress.foundation import http
from pennypress.foundation.http import FetchFailed
from pennypress.stories.actions import publish_story
from pennypress.stories.embeds import fetch_story_embeds
from pennypress.stories.fetch import fetch_public
from pennypress.stories.models import EmbedCard, StoryPage
from pennypress.stories.oembed import PublicOEmbedFinder

pytestmark = pytest.mark.once

ADDRESS = "https://video.example.org/watch/12"


@pytest.fixture
def reachable(monkeypatch) -> None:
    """Take a provider on loopback for a public one, and what it leads to for what it is."""
    real = http.is_public
    monkeypatch.setattr(http, "is_public", lambda address: address == "127.0.0.1" or real(address))
    monkeypatch.setattr(http, "WEB_PORTS", range(1, 65_536))


@pytest.fixture
def provider(settings, reachable) -> Iterator[list[str]]:
    """A real oEmbed provider on loopback; yields the paths that were asked for."""
    asked: list[str] = []

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            facts = {
                "version": "1.0",
                "type": "video",
                "html": "<iframe src='https://video.example.org/frame'></iframe>",
                "title": "The council, in full",
                "author_name": "Town of Merrow",
                "provider_name": "Example Video",
                "thumbnail_url": f"http://127.0.0.2:{self.server.server_port}/picture.jpg",
            }
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(facts).encode())

        def log_message(self, *args) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WAGTAILEMBEDS_FINDERS = [
        {
            "class": "pennypress.stories.oembed",
            "providers": [
                {
                    "endpoint": f"http://127.0.0.1:{server.server_port}/oembed",
                    "urls": [r"^https://video\.example\.org/.+$"],
                }
            ],
        }
    ]
    yield asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def story_with_embed(section) -> StoryPage:
    return publish_story(
        StoryPage(title="Watch", body=[("embed", {"url": ADDRESS, "title": "", "author": ""})]),
        section,
    )


@pytest.mark.django_db
def test_facts_are_fetched_once_and_readers_get_a_plain_link(reader, provider, story_with_embed):
    assert fetch_story_embeds.call(story_with_embed.pk) == 1
    fetch_story_embeds.call(story_with_embed.pk)
    page = reader.get(story_with_embed.url).content.decode()
    assert "The council, in full" in page
    assert "Town of Merrow" in page
    assert f'href="{ADDRESS}"' in page
    assert "iframe" not in page
    assert [path.split("?")[0] for path in provider] == ["/oembed"]


@pytest.mark.django_db
def test_a_picture_at_a_private_address_is_not_fetched(provider, story_with_embed):
    fetch_story_embeds.call(story_with_embed.pk)
    assert EmbedCard.objects.get().picture is None
    assert not [path for path in provider if path.startswith("/picture")]


@pytest.mark.django_db
def test_a_silent_provider_leaves_the_plain_link(reader, settings, story_with_embed):
    settings.WAGTAILEMBEDS_FINDERS = []
    assert fetch_story_embeds.call(story_with_embed.pk) == 0
    assert f'href="{ADDRESS}"' in reader.get(story_with_embed.url).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.jpg",
        "http://localhost:8000/x.jpg",
        "http://[::1]/x.jpg",
        "http://10.0.0.7/x.jpg",
        "http://192.168.1.1/x.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/x.jpg",
        "http://[::ffff:127.0.0.1]/x.jpg",
        "file:///etc/passwd",
        "ftp://example.org/x.jpg",
        "gopher://127.0.0.1/",
        "not an address",
    ],
)
def test_only_public_web_addresses_are_fetched(address):
    with pytest.raises(FetchFailed):
        fetch_public(address)


# ── A provider that means ill ──────────────────────────────────────────────────────────────────


class Provider:
    """A provider on loopback that answers as it is told."""

    def __init__(self) -> None:
        self.answer: bytes = b""
        self.pause = 0.0
        self.asked = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._say, args=(connection,), daemon=True).start()

    def _say(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.recv(65_536)
            self.asked += 1
            for place in range(0, len(self.answer), 1 if self.pause else len(self.answer)):
                time.sleep(self.pause)
                connection.sendall(self.answer[place : None if not self.pause else place + 1])

    def says(self, said: object) -> None:
        body = json.dumps(said).encode()
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    def leads_to(self, address: str) -> None:
        head = f"HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n"
        self.answer = head.encode()

    def find(self) -> dict:
        listed = {"endpoint": f"http://127.0.0.1:{self.port}/{{format}}", "urls": ["^https://v"]}
        return PublicOEmbedFinder(providers=[listed]).find_embed(ADDRESS)


@pytest.fixture
def ill() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.listening.close()


def test_a_provider_that_is_not_public_is_not_asked(ill):
    ill.says({"type": "link"})
    with pytest.raises(EmbedNotFoundException):
        ill.find()
    assert ill.asked == 0


def test_a_provider_that_leads_inside_is_not_followed(ill, reachable):
    inside = Provider()
    inside.says({"type": "link", "title": "the keys"})
    for address in (
        f"http://127.0.0.2:{inside.port}/",
        f"http://localhost.localdomain:{inside.port}/",
        f"http://[::1]:{inside.port}/",
        f"http://user@127.0.0.1:{inside.port}/",
        "file:///etc/passwd",
    ):
        ill.leads_to(address)
        with pytest.raises(EmbedNotFoundException):
            ill.find()
    assert inside.asked == 0
    ill.leads_to(f"http://127.0.0.1:{inside.port}/")
    assert ill.find()["title"] == "the keys"
    inside.listening.close()


def test_a_provider_that_sends_a_byte_now_and_then_is_left(ill, reachable, monkeypatch):
    monkeypatch.setattr("pennypress.stories.oembed.SECONDS", 0.5)
    ill.says({"type": "link"})
    ill.pause = 0.2
    began = time.monotonic()
    with pytest.raises(EmbedNotFoundException):
        ill.find()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "said",
    [None, [], "x", 1, {}, {"type": None}, {"type": ["video"]}, {"type": "x" * 11},
     {"type": "link", "title": "x" * 300_000}],
)  # fmt: skip
def test_an_answer_that_is_none_is_none(ill, reachable, said):
    ill.says(said)
    with pytest.raises(EmbedNotFoundException):
        ill.find()


@pytest.mark.parametrize("text", [b"[" * 100_000, b"\xff", b"", b"<html>", b'{"type":"link"'])
def test_an_answer_that_is_no_json_is_none(ill, reachable, text):
    ill.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
    with pytest.raises(EmbedNotFoundException):
        ill.find()


@pytest.mark.django_db
def test_facts_of_any_size_and_kind_can_be_stored(ill, reachable, settings):
    listed = {"endpoint": f"http://127.0.0.1:{ill.port}/", "urls": ["^https://v"]}
    settings.WAGTAILEMBEDS_FINDERS = [{"class": "pennypress.stories.oembed", "providers": [listed]}]
    ill.says(
        {"type": "rich", "title": "a\0b\nc", "author_name": 5, "provider_name": None,
         "width": 1e999,
         "height": 10**30, "cache_age": 10**30, "thumbnail_url": "javascript:alert(1)",
         "html": "<script>alert(1)</script>", "url": {"x": 1}}
    )  # fmt: skip
    found = get_embed(ADDRESS)
    assert (found.title, found.author_name, found.provider_name) == ("ab c", "", "")
    assert (found.width, found.height, found.html, found.thumbnail_url) == (None, None, "", "")


def test_nothing_else_asks_other_servers(settings):
    assert [type(finder) for finder in get_finders()] == [PublicOEmbedFinder]
