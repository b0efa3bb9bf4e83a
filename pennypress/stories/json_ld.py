"""A story's facts in schema.org's words (https://schema.org/NewsArticle), for crawlers."""

from typing import Any

from django.urls import reverse

from pennypress.site.frame import default_site

from .models.pictures import Picture

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
        "image": _picture(story.lead_picture) if story.lead_picture else None,
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


def _picture(picture: Picture) -> dict[str, Any] | None:
    shown = picture.full_size
    if shown is None:
        return None
    size = {"width": shown.width, "height": shown.height}
    return {"@type": "ImageObject", "url": shown.url, **size}


def _paper() -> str:
    site = default_site()
    return site.site_name if site else ""


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", [])}
