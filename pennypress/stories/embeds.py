"""Things published elsewhere, shown as a plain link: fetched once on save, kept here."""

import hashlib
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db import transaction
from django_tasks import task
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

from pennypress.delivery.actions import invalidate
from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.http import FetchFailed
from pennypress.pictures.models import Picture
from pennypress.pictures.uploads import clean_upload

from .fetch import fetch_public
from .models import EmbedCard, StoryPage

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Card:
    """What a reader sees of an embed."""

    url: str
    title: str
    author: str
    site: str
    picture: Picture | None


def read_card(value) -> Card:
    """Return the card for an embed block, from what was stored. Fetches nothing."""
    url = value["url"]
    depends_on(_tag(url))
    stored = EmbedCard.objects.filter(url_hash=_hash(url)).select_related("picture").first()
    site = (urlsplit(url).hostname or url).removeprefix("www.")
    return Card(
        url=url,
        title=value.get("title") or (stored.title if stored else "") or url,
        author=value.get("author") or (stored.author if stored else ""),
        site=(stored.site if stored else "") or site,
        picture=stored.picture if stored else None,
    )


@task()
def fetch_story_embeds(story_id: int) -> int:
    """Fetch title, author and picture of each embed of a story; return how many were found.

    Only providers on Wagtail's list are asked. One that does not answer leaves the plain link.
    """
    story = StoryPage.objects.filter(pk=story_id).first()
    if story is None:
        return 0
    urls = [block.value["url"] for block in story.body if block.block_type == "embed"]
    found = [url for url in urls if _fetch(url)]
    if found:
        with transaction.atomic():
            invalidate(*map(_tag, found))  # other stories may show the same
    return len(found)


def _fetch(url: str) -> bool:
    if EmbedCard.objects.filter(url_hash=_hash(url)).exists():
        return True
    try:
        found = get_embed(url)
    except (EmbedException, OSError) as error:
        logger.info("no embed data for %s: %s", urlsplit(url).hostname, type(error).__name__)
        return False
    EmbedCard.objects.update_or_create(
        url_hash=_hash(url),
        defaults={
            "url": url,
            "title": found.title[:300],
            "author": found.author_name[:200],
            "site": found.provider_name[:120],
            "picture": _fetch_picture(found.thumbnail_url, found.title)
            if found.thumbnail_url
            else None,
        },
    )
    return True


def _fetch_picture(url: str, title: str) -> Picture | None:
    try:
        data = fetch_public(url)
        name = hashlib.sha256(data).hexdigest()[:20]
        picture = Picture(title=title[:200] or name, file=clean_upload(ContentFile(data, name)))
        picture.save()
    except (FetchFailed, OSError, ValueError) as error:
        logger.info("no picture from %s: %s", urlsplit(url).hostname, type(error).__name__)
        return None
    return picture


def _tag(url: str) -> str:
    return f"embed:{_hash(url)}"


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
