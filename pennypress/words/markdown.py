"""Comments' Markdown, parsed once: for the checks and for what is shown.

CommonMark without HTML, headings, pictures and references, with strikethrough and bare addresses.
No word of the source is dropped: what is no link, list or quotation for us stays as it was typed.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from pennypress.foundation.text import SPACELESS

from .links import find_address, find_mail_address, is_allowed, to_target

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# Levels of tokens: as many quotations, half as many lists. What is deeper stands as it was typed;
# markdown-it itself would drop it.
_DEEPEST = 30
_TAB = 4  # columns


def parse(text: str) -> "list[Token]":
    """Return the tokens of a text, in the order in which they are written."""
    return _markdown().parse(text)


def shown_blocks(tokens: "list[Token]") -> Iterator[str]:
    """Yield what each paragraph, list item or piece of code shows: entities are characters here."""
    for token in tokens:
        if token.type == "inline":
            yield "".join(
                "\n" if child.tag == "br" else child.content for child in token.children or []
            )
        elif token.tag == "code":
            yield f"{token.info}\n{token.content}" if token.info else token.content


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # here: most commands read no Markdown

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST + 10})
    parser.enable("strikethrough")
    parser.disable(["image", "heading", "lheading", "reference", "html_block", "html_inline"])
    plain = parser.normalizeLink
    # markdown-it has these two to be replaced.
    parser.normalizeLink = lambda url: plain(to_target(url))  # type: ignore[method-assign]
    parser.validateLink = is_allowed  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.block.ruler.before("code", "too_deep", _too_deep)
    parser.inline.ruler.at("newline", _newline)
    parser.inline.ruler.before("emphasis", "keycap", _keycap)
    parser.inline.ruler.before("emphasis", "star_in_word", _star_in_word)
    parser.inline.add_terminator_char("w")
    parser.inline.add_terminator_char("W")
    parser.inline.ruler.before("newline", "address", _address)
    return parser


def _too_deep(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Take what lies too deep as a paragraph, markers and all."""
    if silent or state.level < _DEEPEST:
        return False
    after = start + 1
    while after < end and not state.isEmpty(after):
        if 0 <= state.sCount[after] < state.blkIndent:
            break  # no part of this list item any more
        after += 1
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = state.getLines(start, after, state.blkIndent, False).strip()
    token.children = []
    state.push("paragraph_close", "p", -1)
    state.line = after
    return True


def _newline(state: "StateInline", silent: bool) -> bool:
    """Break the line where the reader did, and keep how far the next one is indented."""
    if state.src[state.pos] != "\n":
        return False
    after = state.pos + 1
    column = 0
    while after < state.posMax and state.src[after] in " \t":
        column += 1 if state.src[after] == " " else _TAB - column % _TAB
        after += 1
    if not silent:
        state.pending = state.pending.rstrip(" \t")
        state.push("softbreak", "br", 0)
        state.pending += "\u00a0" * column
    state.pos = after
    return True


def _keycap(state: "StateInline", silent: bool) -> bool:
    """Leave the star of a keycap alone: it emphasises nothing."""
    after = state.pos + 1
    if state.src[state.pos] != "*" or state.src[after : after + 1] not in {"\ufe0f", "\u20e3"}:
        return False
    if not silent:
        state.pending += "*"
    state.pos = after
    return True


def _star_in_word(state: "StateInline", silent: bool) -> bool:
    """Leave a star within a word or between figures alone: "2*3*4" is a sum, "a*b" no emphasis.

    Scripts without spaces have nothing else to set words apart by.
    """
    if state.src[state.pos] != "*" or state.pos == 0:
        return False
    after = state.pos + 1
    before, behind = state.src[state.pos - 1], state.src[after : after + 1]
    if not (before.isalnum() and behind.isalnum()):
        return False
    if SPACELESS.match(before) or SPACELESS.match(behind):
        return False
    if not silent:
        state.pending += "*"
    state.pos = after
    return True


def _address(state: "StateInline", silent: bool) -> bool:
    """Make a link of an address that stands bare in the text."""
    if silent or state.linkLevel:
        return False
    find = find_mail_address if state.src[state.pos] == "@" else find_address
    found = find(state.src, state.pos, state.posMax)
    if found is None:
        return False
    start, end, url = found
    back = state.pos - start  # of the address, as much is read already
    url = state.md.normalizeLink(url)
    if back > len(state.pending) or not state.md.validateLink(url):
        return False
    state.pending = state.pending[: len(state.pending) - back]
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.tokens[-1].info = "auto"
    state.push("text", "", 0).content = state.src[start:end]
    state.push("link_close", "a", -1)
    state.pos = end
    return True
