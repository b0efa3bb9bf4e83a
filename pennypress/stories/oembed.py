"""What other sites say of their pages by oEmbed, asked as everything else that others name.

Wagtail's own finder would ask wherever it is led, for as long as that takes.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils import timezone
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders.oembed import OEmbedFinder

from pennypress.foundation.http import FetchFailed, fetch
from pennypress.foundation.hygiene import take_as_is

SECONDS = 8
MOST_BYTES = 256 * 1024
REDIRECTS = 3
KINDS = {"photo", "video", "link", "rich"}
_LONGEST_TEXT = 1_000
_MOST_PIXELS = 100_000
_LONGEST_CACHE = 30 * 24 * 3600  # seconds


class PublicOEmbedFinder(OEmbedFinder):
    """Wagtail's finder over its list of providers; only the asking and the reading are ours."""

    def find_embed(
        self, url: str, max_width: int | None = None, max_height: int | None = None
    ) -> dict[str, Any]:
        """Return what the provider says. Raises EmbedNotFoundException.

        No markup of the other site is kept: readers get a plain link.
        """
        endpoint = self._get_endpoint(url)
        if endpoint is None:
            raise EmbedNotFoundException
        asked = {**self.options, "url": url, "format": "json"}
        if max_width:
            asked["maxwidth"] = max_width
        if max_height:
            asked["maxheight"] = max_height
        mark = "&" if urlsplit(endpoint).query else "?"
        return _read(_fetch(f"{endpoint}{mark}{urlencode(asked)}"))


def _fetch(address: str) -> dict[str, Any]:
    try:
        answer = fetch(
            address,
            seconds=SECONDS,
            most_bytes=MOST_BYTES,
            headers={"Accept": "application/json"},
            public_only=True,
            redirects=REDIRECTS,
        )
        if answer.status != 200:
            raise EmbedNotFoundException(f"the provider answered {answer.status}")
        said = json.loads(answer.body)
    except (FetchFailed, ValueError, RecursionError) as error:
        raise EmbedNotFoundException(f"the provider: {type(error).__name__}") from error
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise EmbedNotFoundException("the provider's answer is not oEmbed")
    return said


def _read(said: dict[str, Any]) -> dict[str, Any]:
    found = {
        "type": said["type"],
        "html": "",
        "title": _text(said, "title"),
        "author_name": _text(said, "author_name"),
        "provider_name": _text(said, "provider_name"),
        "thumbnail_url": _address(said, "thumbnail_url"),
        "width": _number(said, "width", _MOST_PIXELS),
        "height": _number(said, "height", _MOST_PIXELS),
    }
    if (seconds := _number(said, "cache_age", _LONGEST_CACHE)) is not None:
        found["cache_until"] = timezone.now() + timedelta(seconds=seconds)
    return found


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return take_as_is(value, multiline=False)[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _address(said: dict[str, Any], name: str) -> str:
    value = _text(said, name)
    return value if value.startswith(("http://", "https://")) else ""


def _number(said: dict[str, Any], name: str, most: int) -> int | None:
    try:
        number = int(said[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= most else None


embed_finder_class = PublicOEmbedFinder
