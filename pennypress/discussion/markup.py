"""The markup of comments: nested lists, written by a function because a template costs per comment.

The shape is a promise to crawlers and assistive technology: in each `<li>` first an `<article>`
that holds this comment alone, then, as its sibling, the `<ol>` of its replies.
"""

from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.times import day_and_time, iso

from .models import Comment
from .tree import Node


class CommentWriter:
    """Writes the comments of one page. `rules_url` is where the house rules stand."""

    def __init__(
        self, page_url: str, rules_url: str, *, actions: bool, focus: int | None = None
    ) -> None:
        self.url = escape(page_url)
        self.rules_url = escape(rules_url)
        self.actions = actions
        self.focus = focus
        self.words = {
            "nameless": escape(_("No name")),
            "reply": escape(_("Reply")),
            "reply_to": _("Reply to %(name)s"),
            "to": escape(pgettext("whom a comment answers", "to")),
            "undated": escape(_("date not in the capture")),
            "cut_off": escape(_("The capture breaks off here.")),
        }

    def thread(self, nodes: Sequence[Node], before: Sequence[Comment] = ()) -> SafeString:
        """Return an `<ol>` of threads, after the ancestors `before` them."""
        out = ['<ol class="thread">']
        for comment in before:
            out += [f'<li id="comment-{comment.pk}" class="before">', self._article(comment, None)]
            out.append("</li>")
        self._list(nodes, out)
        out.append("</ol>")
        return mark_safe("".join(out))  # noqa: S308 - every value was escaped or sanitised

    def one(self, comment: Comment) -> SafeString:
        """Return a list that holds one comment, without its replies."""
        return self.thread([Node(comment)])

    def _list(self, nodes: Sequence[Node], out: list[str]) -> None:
        """Write nodes and all below them, without recursion: a tree may be 100 deep."""
        stack: list[Node | str] = [*reversed(nodes)]
        parents: dict[int, Comment] = {}
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                out.append(node)
                continue
            comment = node.comment
            focus = ' data-focus aria-current="true"' if comment.pk == self.focus else ""
            out.append(f'<li id="comment-{comment.pk}"{focus}>')
            out.append(self._article(comment, parents.get(comment.parent_id or 0)))
            more = self._more(node) if node.more else ""
            if node.replies:
                out.append("<ol>")
                stack.append(f"</ol>{more}</li>")
                stack += reversed(node.replies)
                parents[comment.pk] = comment
            else:
                out.append(f"{more}</li>")

    def _more(self, node: Node) -> str:
        text = (
            ngettext("%(n)d more reply", "%(n)d more replies", node.more)
            if node.replies
            else ngettext("%(n)d reply", "%(n)d replies", node.more)
        ) % {"n": node.more}
        link = f"{self.url}discussion/{node.comment.pk}/"
        return f'<p class="more"><a href="{link}">{escape(text)}</a></p>'

    def _article(self, comment: Comment, parent: Comment | None) -> str:
        body = self._visible(comment) if comment.visible else self._tombstone(comment)
        return (
            '<article class="comment" itemprop="comment" itemscope '
            f'itemtype="https://schema.org/Comment" data-state="{comment.state}">'
            f"<header>{self._author(comment)}{self._answered(comment, parent)}{self._when(comment)}"
            f"</header>{body}</article>"
        )

    def _author(self, comment: Comment) -> str:
        if not comment.visible:
            return ""
        if comment.author is None:
            return f"<span>{self.words['nameless']}</span>"
        return (
            '<span class="who" itemprop="author" itemscope itemtype="https://schema.org/Person">'
            f'<bdi itemprop="name">{escape(comment.author)}</bdi></span>'
        )

    def _answered(self, comment: Comment, parent: Comment | None) -> str:
        answered = comment.answers or parent
        if not (comment.visible and answered and answered.visible):
            return ""
        name = escape(answered.author) if answered.author else self.words["nameless"]
        return (
            f'<span class="to">{self.words["to"]} '
            f'<a href="{self.url}discussion/{answered.pk}/"><bdi>{name}</bdi></a></span>'
        )

    def _when(self, comment: Comment) -> str:
        when = (
            f'<time itemprop="dateCreated" datetime="{iso(comment.posted)}">'
            f"{escape(day_and_time(comment.posted))}</time>"
            if comment.posted
            else self.words["undated"]
        )
        return (
            f'<a class="when" itemprop="url" href="{self.url}discussion/{comment.pk}/">{when}</a>'
        )

    def _visible(self, comment: Comment) -> str:
        cut = f'<p class="cut-off">{self.words["cut_off"]}</p>' if comment.cut_off else ""
        reply = ""
        if self.actions:
            name = escape(comment.author) if comment.author else self.words["nameless"]
            spoken = escape(self.words["reply_to"]) % {"name": name}
            reply = (
                f'<footer class="do"><a href="{self.url}discussion/{comment.pk}/reply/" data-reply>'
                f'<span aria-hidden="true">{self.words["reply"]}</span>'
                f'<span class="sr">{spoken}</span></a></footer>'
            )
        return f'<div class="words" itemprop="text" dir="auto">{comment.html}</div>{cut}{reply}'

    def _tombstone(self, comment: Comment) -> str:
        return f'<div class="words"><p>{self.what_happened(comment)}</p></div>'

    def what_happened(self, comment: Comment) -> str:
        """Say in a sentence why a comment's words are not there."""
        if comment.state == Comment.State.REMOVED and comment.removed_under:
            rule = comment.removed_under
            depends_on("rules")
            link = format_html(
                '<a href="{}#rule-{}">{}</a>',
                mark_safe(self.rules_url),  # noqa: S308 - escaped when it came in
                rule.number,
                _("rule %(number)s (%(label)s)") % {"number": rule.number, "label": rule.label},
            )
            return format_html(_("Removed under {rule}."), rule=link)
        return escape(
            {
                Comment.State.HELD: _("Waits for a moderator."),
                Comment.State.WITHDRAWN: _("Withdrawn by its author."),
                Comment.State.ERASED: _("Erased: the words and the name are gone."),
            }.get(Comment.State(comment.state), "")
        )
