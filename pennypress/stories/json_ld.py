"""A story's facts in schema.org's words (https://schema.org/NewsArticle), for crawlers."""

from typing import Any

from django.urls import reverse

from pennypress.pictures.models import FullSize, Picture
from pennypress.site.frame import default_site

TYPES = {
    "news": "NewsArticle",
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
}


def story_facts(story) -> dict[str, Any]:
    """Return the facts of a StoryPage as a JSON-LD object. What is not known is absent."""
    facts = {
        "@context": "https://schema.org",
        "@type": TYPES[story.kind],
        "headline": story.title,
        "url": story.full_url,
        "inLanguage": story.locale.language_code,
        "isAccessibleForFree": True,
        "description": story.standfirst,
        "dateline": story.dateline,
        "datePublished": story.date.isoformat() if story.date else None,
        "author": [
            {"@type": "Person", "name": person.name, "url": reverse("person", args=[person.slug])}
            for person in story.people
        ],
        "publisher": _known({"@type": "NewsMediaOrganization", "name": _paper()}),
        "image": [_picture(one, shown) for one in story.pictures if (shown := one.full_size)],
        "keywords": story.tag_names,
        "citation": [
            _known(
                {
                    "@type": "CreativeWork",
                    "name": source.value["title"],
                    "publisher": source.value["publisher"],
                    "url": source.value["url"],
                }
            )
            for source in story.sources
        ],
    }
    return _known(facts)


def _picture(picture: Picture, shown: FullSize) -> dict[str, Any]:
    """A picture in full size. Its SHA-256 shows that it is the one of the story's version."""
    return _known(
        {
            "@type": "ImageObject",
            "url": shown.url,
            "sha256": picture.public_sha256,
            "width": shown.width,
            "height": shown.height,
            "creditText": picture.credit,
        }
    )


def _paper() -> str:
    site = default_site()
    return site.site_name if site else ""


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", [])}
