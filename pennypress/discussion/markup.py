"""The markup of comments: nested lists, written by a function because a template costs per comment.

The shape is a promise to crawlers and assistive technology: in each `<li>` first an `<article>`
that holds this comment alone, then, as its sibling, the `<ol>` of its replies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.times import day_and_time, iso

from .models import Comment
from .tree import Node, ShownComment

REMEMBERED = 4_096  # articles as they were written
LONGEST_REMEMBERED = 4_000  # characters of a comment's words: longer ones are written each time
DEEPEST_LINE = 5  # so deep a line on each page shows whom a reply answers; deeper ones say it


@dataclass(frozen=True)
class Around:
    """What the markup of a comment depends on besides the comment: all escaped, in one language."""

    url: str
    rules_url: str
    actions: bool
    language: str
    time_zone: str


class CommentWriter:
    """Writes the comments of one page. `rules_url` is where the house rules stand."""

    def __init__(
        self, page_url: str, rules_url: str, *, actions: bool, focus: int | None = None
    ) -> None:
        self.around = Around(
            url=escape(page_url),
            rules_url=escape(rules_url),
            actions=actions,
            language=get_language() or "en",
            time_zone=get_current_timezone_name(),
        )
        self.focus = focus

    def thread(self, nodes: Sequence[Node], before: Sequence[ShownComment] = ()) -> SafeString:
        """Return an `<ol>` of threads, after the ancestors `before` them."""
        out = ['<ol class="thread">']
        for comment in before:
            out += [f'<li id="comment-{comment.pk}" class="before">', self._article(comment, None)]
            out.append("</li>")
        self._list(nodes, out)
        out.append("</ol>")
        return mark_safe("".join(out))  # noqa: S308 - every value was escaped or sanitised

    def one(self, comment: ShownComment) -> SafeString:
        """Return a list that holds one comment, without its replies."""
        return self.thread([Node(comment)])

    def _list(self, nodes: Sequence[Node], out: list[str]) -> None:
        """Write nodes and all below them, without recursion: a tree may be 100 deep."""
        stack: list[Node | str] = [*reversed(nodes)]
        parents: dict[int, ShownComment] = {}
        level = 1
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                out.append(node)
                level -= 1
                continue
            comment = node.comment
            focus = ' data-focus aria-current="true"' if comment.pk == self.focus else ""
            out.append(f'<li id="comment-{comment.pk}"{focus}>')
            parent = parents.get(comment.parent_id or 0) if level > DEEPEST_LINE else None
            out.append(self._article(comment, parent))
            more = self._more(node) if node.more else ""
            if node.replies:
                out.append("<ol>")
                stack.append(f"</ol>{more}</li>")
                stack += reversed(node.replies)
                parents[comment.pk] = comment
                level += 1
            else:
                out.append(f"{more}</li>")

    def _more(self, node: Node) -> str:
        text = _more_in(self.around.language, node.more, further=bool(node.replies))
        link = f"{self.around.url}discussion/{node.comment.pk}/"
        return f'<p class="more"><a href="{link}">{text}</a></p>'

    def _article(self, comment: ShownComment, parent: ShownComment | None) -> str:
        if comment.rule is not None:
            depends_on("rules")
        answered = _answered_by(comment, parent)
        write = _written_article if len(comment.html) <= LONGEST_REMEMBERED else _write_article
        return write(comment, answered, self.around)

    def what_happened(self, comment: ShownComment) -> str:
        """Say in a sentence why a comment's words are not there."""
        if comment.rule is not None:
            depends_on("rules")
        return _what_happened(comment, self.around)


@dataclass(frozen=True)
class Answered:
    """The comment that another one answers, where its words are public."""

    number: int
    author: str | None


def _answered_by(comment: ShownComment, parent: ShownComment | None) -> Answered | None:
    if not comment.visible:
        return None
    if comment.answers_id is not None:
        if comment.answers_state == Comment.State.VISIBLE:
            return Answered(comment.answers_id, comment.answers_author)
    elif parent is not None and parent.visible:
        return Answered(parent.pk, parent.author)
    return None


# When a page is written anew, nearly all of its comments are as they were: equal rows are written
# once. All that the functions below read is in their arguments.


def _write_article(comment: ShownComment, answered: Answered | None, around: Around) -> str:
    body = _visible(comment, around) if comment.visible else _tombstone(comment, around)
    author = _author(comment, around) if comment.visible else ""
    return (
        '<article class="comment" itemprop="comment" itemscope '
        f'itemtype="https://schema.org/Comment" data-state="{comment.state}">'
        f"<header>{author}{_to(answered, around)}{_when(comment, around)}</header>{body}</article>"
    )


_written_article = lru_cache(REMEMBERED)(_write_article)


def _author(comment: ShownComment, around: Around) -> str:
    if comment.author is None:
        return f"<span>{_words(around.language)['nameless']}</span>"
    # Beside the name and not in it: an element that no reader's name or words can make.
    words = _words(around.language)
    badge = f'<span class="badge">{words["newsroom"]}</span>' if comment.by_newsroom else ""
    return (
        '<span class="who" itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<bdi itemprop="name">{escape(comment.author)}</bdi></span>{badge}'
    )


def _to(answered: Answered | None, around: Around) -> str:
    if answered is None:
        return ""
    words = _words(around.language)
    name = escape(answered.author) if answered.author else words["nameless"]
    return (
        f'<span class="to">{words["to"]} '
        f'<a href="{around.url}discussion/{answered.number}/"><bdi>{name}</bdi></a></span>'
    )


def _when(comment: ShownComment, around: Around) -> str:
    when = (
        f'<time itemprop="dateCreated" datetime="{iso(comment.posted)}">'
        f"{escape(day_and_time(comment.posted))}</time>"
        if comment.posted
        else _words(around.language)["undated"]
    )
    link = f"{around.url}discussion/{comment.pk}/"
    return f'<a class="when" itemprop="url" href="{link}">{when}</a>'


def _visible(comment: ShownComment, around: Around) -> str:
    words = _words(around.language)
    cut = f'<p class="cut-off">{words["cut_off"]}</p>' if comment.cut_off else ""
    reply = ""
    if around.actions:
        name = escape(comment.author) if comment.author else words["nameless"]
        spoken = words["reply_to"] % {"name": name}
        reply = (
            f'<footer class="do"><a href="{around.url}discussion/{comment.pk}/reply/" data-reply '
            f'aria-label="{spoken}">{words["reply"]}</a></footer>'
        )
    return f'<div class="words" itemprop="text" dir="auto">{comment.html}</div>{cut}{reply}'


def _tombstone(comment: ShownComment, around: Around) -> str:
    return f'<div class="words"><p>{_what_happened(comment, around)}</p></div>'


def _what_happened(comment: ShownComment, around: Around) -> str:
    if comment.state == Comment.State.REMOVED and comment.rule is not None:
        link = format_html(
            '<a href="{}#rule-{}">{}</a>',
            mark_safe(around.rules_url),  # noqa: S308 - escaped when it came in
            comment.rule,
            _("rule %(number)s (%(label)s)")
            % {"number": comment.rule, "label": comment.rule_label},
        )
        return format_html(_("Removed under {rule}."), rule=link)
    return escape(
        {
            Comment.State.HELD: _("Waits for a moderator."),
            Comment.State.WITHDRAWN: _("Withdrawn by its author."),
            Comment.State.ERASED: _("Erased: the words and the name are gone."),
        }.get(Comment.State(comment.state), "")
    )


@cache
def _words(language: str) -> dict[str, str]:
    """The words of the language, which is the one in force; escaped."""
    return {
        "nameless": escape(_("No name")),
        "newsroom": escape(_("Newsroom")),
        "reply": escape(_("Reply")),
        "reply_to": escape(_("Reply to %(name)s")),
        "to": escape(pgettext("whom a comment answers", "to")),
        "undated": escape(_("date not in the capture")),
        "cut_off": escape(_("The capture breaks off here.")),
    }


@lru_cache(1_024)
def _more_in(language: str, number: int, *, further: bool) -> str:
    """How many replies are left out, in the language, which is the one in force; escaped."""
    text = (
        ngettext("%(n)d more reply", "%(n)d more replies", number)
        if further
        else ngettext("%(n)d reply", "%(n)d replies", number)
    )
    return escape(text % {"n": number})
