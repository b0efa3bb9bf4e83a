"""What templates may call about comments: views of a discussion, one comment, their number."""

from functools import partial

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.delivery.fragments import place_fragment
from pennypress.discussion.fragments import write_comment_count
from pennypress.discussion.markup import CommentWriter
from pennypress.discussion.models import Comment, Discussion
from pennypress.discussion.tree import Branch, ShownComment, View, show

register = template.Library()


@register.simple_tag
def comment_count(page, url: str) -> SafeString:
    """How many comments a page in a list has; `page.discussion` was read with it."""
    shows_count = partial(write_comment_count, _count_of(page), url)
    return place_fragment(
        "comment-count", get_language() or "en", page.pk, url, at_hand=shows_count
    )


def _count_of(page) -> int:
    return page.discussion.count if hasattr(page, "discussion") else 0


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
    return _writer(context, page, actions=False).one(_shown(comment))


@register.simple_tag(takes_context=True)
def what_happened(context, comment: Comment, page) -> SafeString:
    """A sentence that says why a comment's words are not on the page."""
    sentence = _writer(context, page, actions=False).what_happened(_shown(comment))
    return mark_safe(sentence)  # noqa: S308 - the writer escapes


def _shown(comment: Comment) -> ShownComment:
    return show(Comment.objects.filter(pk=comment.pk))[0]


def _writer(context, page, *, actions: bool, focus: int | None = None) -> CommentWriter:
    """A writer for this page; the frame that base.html put into the context knows the rules."""
    rules = context["frame"].house.get("rules")
    return CommentWriter(page.url, rules.url if rules else "", actions=actions, focus=focus)
