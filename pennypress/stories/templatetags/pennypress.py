"""What templates may call: the frame, pictures, JSON-LD, dates. Available in every template."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.delivery import dates
from pennypress.discussion.markup import CommentWriter
from pennypress.discussion.models import Comment, Discussion
from pennypress.discussion.tree import Branch, View
from pennypress.stories.frame import Frame, site_frame
from pennypress.stories.models import Picture
from pennypress.stories.pictures import Sources, read_sources

register = template.Library()


@register.simple_tag
def frame() -> Frame:
    """The site around this page, in the page's language."""
    return site_frame(get_language() or "en")


@register.simple_tag
def sources_of(picture: Picture, use: str) -> Sources:
    """A picture's ready-made sizes for one use (`lead` or `card`)."""
    return read_sources(picture, use)


@register.simple_tag
def comments(view: View, page, discussion: Discussion) -> SafeString:
    """The comments of a view of a page's discussion."""
    return _writer(page, discussion).thread(view.threads)


@register.simple_tag
def branch_comments(branch: Branch, page, discussion: Discussion) -> SafeString:
    """A comment with its ancestors above and its branch below."""
    writer = _writer(page, discussion, focus=branch.node.comment.pk)
    return writer.thread([branch.node], before=branch.ancestors)


@register.simple_tag
def one_comment(comment: Comment, page) -> SafeString:
    """One comment alone, without actions."""
    return CommentWriter(page.url, _rules_url(), actions=False).one(comment)


@register.simple_tag
def what_happened(comment: Comment, page) -> SafeString:
    """A sentence that says why a comment's words are not on the page."""
    return mark_safe(CommentWriter(page.url, _rules_url(), actions=False).what_happened(comment))  # noqa: S308


def _writer(page, discussion: Discussion, focus: int | None = None) -> CommentWriter:
    return CommentWriter(page.url, _rules_url(), actions=discussion.open, focus=focus)


def _rules_url() -> str:
    rules = site_frame(get_language() or "en").house.get("rules")
    return rules.url if rules else ""


@register.filter
def as_json_ld(facts: dict) -> SafeString:
    """A JSON-LD data block. `<` is escaped, so no text can end the block."""
    text = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


for _filter in (dates.iso, dates.day, dates.month, dates.clock, dates.day_and_time):
    register.filter(_filter.__name__, _filter)
