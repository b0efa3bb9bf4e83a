"""Embeds: facts fetched once when the story is saved, and a plain link for readers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pennypress.foundation.http import FetchFailed
from pennypress.stories.actions import publish_story
from pennypress.stories.embeds import fetch_story_embeds
from pennypress.stories.fetch import fetch_public
from pennypress.stories.models import EmbedCard, StoryPage

pytestmark = pytest.mark.once

ADDRESS = "https://video.example.org/watch/12"


@pytest.fixture
def provider(settings) -> Iterator[list[str]]:
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
                "thumbnail_url": f"http://127.0.0.1:{self.server.server_port}/picture.jpg",
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
            "class": "wagtail.embeds.finders.oembed",
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
