"""What templates may call about stories: pictures, embeds, bylines, JSON-LD."""

import json

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.delivery.fragments import place_fragment
from pennypress.foundation import language
from pennypress.pictures.models import Picture
from pennypress.pictures.renditions import Sources, read_sources
from pennypress.stories.embeds import Card, read_card

register = template.Library()


@register.filter
def web_address(address: str) -> str:
    """An address of the web; "" for what only a draft holds, as the beginning of one."""
    return address if (address or "").lower().startswith(("http://", "https://")) else ""


@register.simple_tag
def card_of(embed) -> Card:
    """What an embed block shows, from what was stored of it."""
    return read_card(embed)


@register.simple_tag
def sources_of(picture: Picture, use: str) -> Sources:
    """A picture's ready-made sizes for one use (`lead` or `card`)."""
    return read_sources(picture, use)


@register.simple_tag
def byline(people, *, links: bool = False) -> SafeString:
    """The names of people, joined as the page's language joins them; with links, as data too."""
    written = [
        format_html(
            '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
            '<a itemprop="url" href="{}"><b itemprop="name">{}</b></a></span>',
            reverse("person", args=[person.slug]),
            person.name,
        )
        if links
        else format_html("<b>{}</b>", person.name)
        for person in people
    ]
    return mark_safe(language.names([str(name) for name in written]))  # noqa: S308 - escaped above


@register.simple_tag
def json_ld(facts: dict, story) -> SafeString:
    """A story's JSON-LD data block. `<` is escaped, so no text can end the block."""
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    number = place_fragment("comment-number", get_language() or "en", story.pk)
    text = f'{text[:-1]}, "commentCount": {number}}}'
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
