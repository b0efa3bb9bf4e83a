"""Stories as JSON."""

from urllib.parse import quote, unquote

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from wagtail.models import Site

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.text import nfc

from .models import StoryPage
from .old_addresses import find_page_once_at

router = Router()


class StoryOut(Schema):
    """A story's facts. `published` is null when its source did not say."""

    id: int
    url: str
    headline: str
    standfirst: str
    kind: str
    language: str
    published: str | None
    bylines: list[str]
    version: int | None


@router.get("", response=StoryOut, summary="The story at a path of this site")
def story_by_url(request: HttpRequest, response: HttpResponse, url: str) -> dict:
    """Find a published story by its path, or by one that it had. 404 when there is none."""
    story = _story_at(request, url)
    if not _is_plain(url):
        response["Cache-Control"] = "no-store"  # one path can be written in ways without end
    last = story.versions.order_by("-number").first()
    return {
        "id": story.pk,
        "url": story.url,
        "headline": story.title,
        "standfirst": story.standfirst,
        "kind": story.kind,
        "language": story.locale.language_code,
        "published": story.date.isoformat() if story.date else None,
        "bylines": [person.name for person in story.people],
        "version": last.number if last else None,
    }


def _is_plain(url: str) -> bool:
    """Whether a path is written as our addresses are, encoded or not; its last slash may lack."""
    path = unquote(url).rstrip("/") + "/"
    return f"{url.removesuffix('/')}/" in {path, quote(path)}


def _story_at(request: HttpRequest, url: str) -> StoryPage:
    """Find a live, public story by path, or raise Http404."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None or not url.startswith("/"):
        raise Http404("there is no story at this address")
    # A slug in another script comes encoded or not, composed or not.
    path = nfc(unquote(url)).rstrip("/") + "/"
    slug = path.strip("/").split("/")[-1]
    candidates = StoryPage.objects.live().public().filter(slug=slug).select_related("locale")
    for story in candidates:
        if unquote(story.url) == path:
            depends_on(f"story:{story.pk}", "site")
            return story
    story = StoryPage.objects.filter(pk=find_page_once_at(path)).select_related("locale").first()
    if story:
        depends_on(f"story:{story.pk}")
        return story
    raise Http404("there is no story at this address")
