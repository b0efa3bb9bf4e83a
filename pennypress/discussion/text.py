"""Readers' words: checked and normalised on the way in, rendered once to safe HTML."""

import html
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import nh3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress.foundation.language import count
from pennypress.foundation.text import (
    CONTROLS,
    FORCED,
    ISOLATES,
    closes_isolates,
    find_control,
    find_forced_direction,
    has_substance,
    nfc,
    one_line,
    piles_marks,
    remove_invisible,
)

from .models import Comment

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TEXT_LENGTH = 20_000  # characters in a posted comment
FORM_NAME_LENGTH = 80  # characters in a posted name

_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
_ALLOWED_SCHEMES = {"http", "https", "mailto"}

_ROUNDS = 5  # of sanitising, until nothing changes


class BadText(ValueError):
    """What the reader typed cannot be taken; the message says why, for the reader."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def check_text(text: str) -> str:
    """Return a posted comment's text in NFC with plain newlines.

    Raises BadText when it is empty, too long, or holds control characters, forced or unclosed
    text direction, or piles of combining marks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > TEXT_LENGTH:
        raise BadText(
            _("A comment has at most %(most)s characters; this one has %(count)s.")
            % {"most": count(TEXT_LENGTH), "count": count(len(text))},
            "text",
        )
    _check_characters(text, "text", multiline=True)
    text = nfc(remove_invisible(text)).strip()
    _check_marks(text, "text")
    if not has_substance(text):
        raise BadText(_("Please write something: the comment is empty."), "text")
    return text


def check_name(name: str) -> str:
    """Return a posted name in NFC on one line. Raises BadText as `check_text` does."""
    name = nfc(remove_invisible(name)).strip()
    if len(name) > FORM_NAME_LENGTH:
        raise BadText(
            ngettext(
                "A name has at most %(most)s character.",
                "A name has at most %(most)s characters.",
                FORM_NAME_LENGTH,
            )
            % {"most": FORM_NAME_LENGTH},
            "name",
        )
    _check_characters(name, "name", multiline=False)
    _check_marks(name, "name")
    if not has_substance(name):
        raise BadText(_("Please give a name: it stands above your comment."), "name")
    return one_line(name)


def take_as_is(text: str, *, multiline: bool = True) -> str:
    """Return imported text in NFC without the characters that `check_text` refuses.

    An arrival publishes what its source showed; characters that only deceive the eye are dropped.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROLS.sub(lambda found: found[0] if found[0] in "\n\t" else "", text)
    text = remove_invisible(FORCED.sub("", text))
    if not closes_isolates(text):
        text = ISOLATES.sub("", text)
    text = nfc(text).strip()
    return text if multiline else one_line(text)


def _check_characters(text: str, field: str, *, multiline: bool) -> None:
    if text.isascii() and text.replace("\n", " ").isprintable() and (multiline or "\n" not in text):
        return  # most of what is written, told by a glance
    control = find_control(text, allowed="\n\t" if multiline else "")
    forced = find_forced_direction(text, isolates=multiline)
    if control is not None and (forced is None or control < forced):
        raise BadText(
            _("Character %(place)s is a control character (U+%(code)04X); please remove it.")
            % {"place": control + 1, "code": ord(text[control])},
            field,
        )
    if forced is not None:
        raise BadText(
            _("Character %(place)s forces the direction of text (U+%(code)04X); please remove it.")
            % {"place": forced + 1, "code": ord(text[forced])},
            field,
        )
    if not closes_isolates(text):
        raise BadText(_("A change of text direction is opened and not closed."), field)


def _check_marks(text: str, field: str) -> None:
    if piles_marks(text):
        raise BadText(_("Too many marks are piled on one letter."), field)


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # here: most commands read no Markdown

    return (
        MarkdownIt("commonmark", {"html": False, "breaks": True})
        .enable("strikethrough")
        .disable(["image", "heading", "lheading", "reference"])
    )


def render(text: str, markup: str) -> str:
    """Return safe HTML for a comment's text: text, links and light structure alone."""
    if markup == Comment.Markup.PLAIN:
        raw = "".join(
            "<p>" + html.escape(block.strip("\n")).replace("\n", "<br>") + "</p>"
            for block in re.split(r"\n(?:[^\S\n]*\n)+", text)
            if block.strip()
        )
    else:
        raw = _markdown().render(text).replace("<s>", "<del>").replace("</s>", "</del>")
    return sanitise(raw)


def sanitise(raw: str) -> str:
    """Return `raw` HTML with only allowed tags, and no link to a scheme that is not allowed.

    What is returned means the same however often it is parsed again: markup that changes its shape
    each time is how text slips past a sanitiser, and stands as plain text instead.
    """
    clean = _clean(raw)
    for _round in range(_ROUNDS):
        again = _clean(clean)
        if again == clean:
            return clean
        clean = again
    return _clean(html.escape(raw, quote=False))


def _clean(raw: str) -> str:
    clean = nh3.clean(
        raw,
        tags=_ALLOWED_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},  # else nh3 adds title and lang
        attribute_filter=_keep_attribute,
        url_schemes=_ALLOWED_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    )
    return re.sub(r"<pre>\n+", "<pre>", clean)  # each parsing would drop one of these newlines


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Drop a link whose target hides its scheme behind white space or control characters.

    nh3 looks at the scheme as written; browsers strip such characters before they look.
    """
    if attribute != "href":
        return value
    bare = "".join(
        c for c in value if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf"}
    )
    scheme = re.match(r"([^/?#:]*):", bare)
    if scheme and scheme[1].lower() not in _ALLOWED_SCHEMES:
        return None
    return value
