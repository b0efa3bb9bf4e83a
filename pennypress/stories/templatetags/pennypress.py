"""What templates may call: the frame, pictures, JSON-LD, dates. Available in every template."""

import json
from functools import partial

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.delivery.fragments import place_fragment
from pennypress.discussion.markup import CommentWriter
from pennypress.discussion.models import Comment, Discussion
from pennypress.discussion.tree import Branch, View
from pennypress.foundation import times as dates
from pennypress.stories.embeds import Card, read_card
from pennypress.stories.frame import Frame, site_frame
from pennypress.stories.models import Picture
from pennypress.stories.parts import write_comment_count
from pennypress.stories.pictures import Sources, read_sources

register = template.Library()


@register.simple_tag
def frame() -> Frame:
    """The site around this page, in the page's language."""
    return site_frame(get_language() or "en")


@register.simple_tag
def fragment(name: str, *arguments) -> SafeString:
    """A kept part, in the page's language."""
    return place_fragment(name, get_language() or "en", *arguments)


@register.simple_tag
def comment_count(story, url: str) -> SafeString:
    """How many comments a story in a list has; `story.discussion` was read with it."""
    number = story.pk
    shows_count = partial(write_comment_count, _count_of(story), url)
    return place_fragment("comment-count", get_language() or "en", number, url, at_hand=shows_count)


def _count_of(story) -> int:
    return story.discussion.count if hasattr(story, "discussion") else 0


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
    return mark_safe(dates.names([str(name) for name in written]))  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def comments(context, view: View, page, discussion: Discussion) -> SafeString:
    """The comments of a view of a page's discussion."""
    return _writer(context, page, actions=discussion.open).thread(view.threads)


@register.simple_tag(takes_context=True)
def branch_comments(context, branch: Branch, page, discussion: Discussion) -> SafeString:
    """A comment with its ancestors above and its branch below."""
    writer = _writer(context, page, actions=discussion.open, focus=branch.node.comment.pk)
    return writer.thread([branch.node], before=branch.ancestors)


@register.simple_tag(takes_context=True)
def one_comment(context, comment: Comment, page) -> SafeString:
    """One comment alone, without actions."""
    return _writer(context, page, actions=False).one(comment)


@register.simple_tag(takes_context=True)
def what_happened(context, comment: Comment, page) -> SafeString:
    """A sentence that says why a comment's words are not on the page."""
    sentence = _writer(context, page, actions=False).what_happened(comment)
    return mark_safe(sentence)  # noqa: S308 - the writer escapes


def _writer(context, page, *, actions: bool, focus: int | None = None) -> CommentWriter:
    """A writer for this page; the frame that base.html put into the context knows the rules."""
    rules = context["frame"].house.get("rules")
    return CommentWriter(page.url, rules.url if rules else "", actions=actions, focus=focus)


@register.simple_tag
def json_ld(facts: dict, story) -> SafeString:
    """A story's JSON-LD data block. `<` is escaped, so no text can end the block."""
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    number = fragment("comment-number", story.pk)
    text = f'{text[:-1]}, "commentCount": {number}}}'
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


for _filter in (dates.iso, dates.day, dates.month, dates.clock, dates.day_and_time, dates.count):
    register.filter(_filter.__name__, _filter)
