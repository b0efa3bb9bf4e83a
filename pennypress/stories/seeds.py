"""Which public addresses the site has, for those who visit them all."""

from collections.abc import Iterator
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from pennypress.funding.models import Campaign

from .models import HomePage, StoryPage


def public_pages() -> Iterator[str]:
    """Yield the paths of live, public pages, and of the fund's, in every language there is.

    What other pages link to (people, discussions, permalinks) is found by following links.
    """
    for page in Page.objects.live().public().select_related("locale").order_by("path"):
        if page.url:  # the root of the tree has none
            yield page.url
    languages = HomePage.objects.live().values_list("locale__language_code", flat=True)
    slugs = list(Campaign.objects.order_by("pk").values_list("slug", flat=True))
    for language in {settings.LANGUAGE_CODE, *languages}:
        with translation.override(language):
            yield reverse("funding")
            yield from (reverse("campaign", args=[slug]) for slug in slugs)


def api_documents() -> Iterator[tuple[str, str]]:
    """Yield the API's addresses from which the public facts can be checked.

    With each comes the name of its file in a mirror, or "" where the address itself is one.
    """
    yield "/api/v1/funding", ""
    yield "/api/v1/funding/entries", ""
    for story in StoryPage.objects.live().public().select_related("locale").order_by("pk"):
        if story.url:
            query = urlencode({"url": unquote(story.url)})
            yield f"/api/v1/stories?{query}", f"api/v1/stories/{story.pk}.json"
            yield f"/api/v1/stories/{story.pk}/discussion", ""
