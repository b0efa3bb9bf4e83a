"""What readers send is checked as it will be shown, and refused with a sentence for them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress.foundation.hygiene import (
    BadText,
    check_marks,
    check_substance,
    clean_line,
    clean_lines,
    plain_newlines,
)
from pennypress.foundation.language import count
from pennypress.foundation.text import (
    closes_isolates,
    find_forced_direction,
    find_hidden,
    has_substance,
)

from .markdown import parse, shown_blocks
from .writing import write_markdown

if TYPE_CHECKING:
    from markdown_it.token import Token

TEXT_LENGTH = 20_000  # characters in a posted comment
FORM_NAME_LENGTH = 80  # characters in a posted name


@dataclass(frozen=True)
class Words:
    """The text of a comment, in NFC with plain newlines, and its one parse."""

    text: str
    tokens: "list[Token]" = field(repr=False, compare=False)

    def to_html(self) -> str:
        """Return the safe HTML that readers get."""
        return write_markdown(self.tokens)


def check_text(text: str) -> Words:
    """Take a posted comment's Markdown.

    Raises BadText when it is too long, shows nothing, or holds control characters, hidden text,
    forced or unclosed text direction, or piles of marks: as typed, or as `&#x202E;` and its like.
    """
    text = plain_newlines(text)
    if len(text) > TEXT_LENGTH:
        raise BadText(
            _("A comment has at most %(most)s characters; this one has %(count)s.")
            % {"most": count(TEXT_LENGTH), "count": count(len(text))},
            "text",
        )
    empty = _("Please write something: the comment is empty.")
    check_substance(text, "text", empty)
    text = clean_lines(text, "text")
    tokens = parse(text)
    blocks = list(shown_blocks(tokens))
    for block in blocks:
        _check_shown(block)
    check_substance("".join(blocks), "text", empty)
    return Words(text, tokens)


def _check_shown(block: str) -> None:
    """Check a block as it is shown: here references have become characters."""
    if block.isascii():
        return
    for place, message in (
        (
            find_forced_direction(block, isolates=True),
            _("A character is written as a number (U+%(code)04X) and forces the direction of text; "
              "please remove it."),
        ),
        (
            find_hidden(block),
            _("A character is written as a number (U+%(code)04X) and nobody can see it; please "
              "remove it."),
        ),
    ):  # fmt: skip
        if place is not None:
            raise BadText(message % {"code": ord(block[place])}, "text")
    if not closes_isolates(block):
        raise BadText(_("A change of text direction is opened and not closed."), "text")
    check_marks(block, "text")


def check_name(name: str) -> str:
    """Return a posted name in NFC on one line. Raises BadText as `check_text` does."""
    name = clean_line(name, "name")
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
    if not has_substance(name):
        raise BadText(_("Please give a name: it stands above your comment."), "name")
    return name
