"""Safe HTML of readers' words, with the direction of each paragraph, item and quotation."""

import re
from html import escape
from typing import TYPE_CHECKING

from pennypress.foundation.directions import DirectedHtml
from pennypress.foundation.text import FORCED, has_substance, nfc, remove_stray

from .links import pretends
from .markdown import parse
from .sanitising import sanitise

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_NUMBER = 3  # digits: what is longer is no item's number but a year or an amount
_LONGEST_SHOWN = 100  # characters of an address that is shown beside what pretended another

_TAGS = {"s": "del"}


def write_markdown(tokens: "list[Token]") -> str:
    """Return safe HTML for the tokens of a comment: text, links and light structure alone."""
    writer = _Writer()
    for place, token in enumerate(tokens):
        writer.block(token, tokens, place)
    return writer.html()


def render(text: str, *, markdown: bool) -> str:
    """Return safe HTML for text, which is Markdown or plain."""
    return write_markdown(parse(text)) if markdown else write_plain(text)


def write_plain(text: str) -> str:
    """Return safe HTML for text without markup: its paragraphs and lines."""
    writer = _Writer()
    for block in re.split(r"\n(?:[^\S\n]*\n)+", text):
        if block.strip():
            writer.out.open("p")
            for number, line in enumerate(block.strip("\n").split("\n")):
                if number:
                    writer.out.add("<br>")
                writer.text(line)
            writer.out.close("p")
    return writer.html()


class _Writer:
    """Writes tags and text one after the other, as a comment has them."""

    def __init__(self) -> None:
        self.out = DirectedHtml()
        self.lists: list[int | None] = []  # the number of the next item; None: no list for us
        self.marker = ""  # of an item, to be written at the start of its first paragraph

    def html(self) -> str:
        """Return what was written, safe."""
        return sanitise(self.out.html(fill=True))

    def text(self, text: str, *, directs: bool = True) -> None:
        """Write text. An address `directs` nothing: it is Latin among words of any script."""
        if not text.isascii():
            text = nfc(remove_stray(FORCED.sub("", text)))
        if directs:
            self.out.look_at(text)
        self.out.add(escape(text, quote=False))

    def block(self, token: "Token", tokens: "list[Token]", place: int) -> None:
        match token.type:
            case "inline":
                self.inline(token.children or [])
            case "paragraph_open" | "paragraph_close":
                self._paragraph(token)
            case "ordered_list_open":
                self._ordered_list(token, tokens, place)
            case "ordered_list_close":
                if self.lists.pop() is not None:
                    self.out.close("ol")
            case "bullet_list_open":
                self._marker_alone()
                self.lists.append(-1)
                self.out.open("ul")
            case "bullet_list_close":
                self.lists.pop()
                self.out.close("ul")
            case "list_item_open":
                self._item(token)
            case "list_item_close":
                self._marker_alone()
                if self.lists[-1] is not None:
                    self.out.close("li")
            case "blockquote_open":
                self._marker_alone()
                self.out.open("blockquote")
            case "blockquote_close":
                self.out.close("blockquote")
            case "code_block" | "fence":
                self._code(token)
            case "hr":
                self._marker_alone()
                self.out.add("<hr>")
            case _:
                raise ValueError(f"no way to write {token.type}")

    def _paragraph(self, token: "Token") -> None:
        hidden = token.hidden and self.lists[-1] is not None  # an item of a tight list
        if token.nesting == 1:
            if not hidden:
                self.out.open("p")
            if self.marker:
                self.text(f"{self.marker} ")
                self.marker = ""
        elif not hidden:
            self.out.close("p")

    def _ordered_list(self, token: "Token", tokens: "list[Token]", place: int) -> None:
        self._marker_alone()
        if not _is_list(tokens, place):
            self.lists.append(None)
            return
        start = int(token.attrs.get("start", 1))
        self.lists.append(start)
        self.out.open("ol", f' start="{start}"' if start != 1 else "")

    def _item(self, token: "Token") -> None:
        expected = self.lists[-1]
        if expected is None:
            self.marker = token.info + token.markup
        elif expected < 0 or not token.info:
            self.out.open("li")
        else:
            number = int(token.info)
            self.lists[-1] = number + 1
            self.out.open("li", f' value="{number}"' if number != expected else "")

    def _marker_alone(self) -> None:
        """Write the marker of an item that does not begin with a paragraph."""
        if self.marker:
            self.out.open("p")
            self.text(self.marker)
            self.marker = ""
            self.out.close("p")

    def _code(self, token: "Token") -> None:
        self._marker_alone()
        if info := token.info.strip():  # words like all others
            self.out.open("p")
            self.text(info)
            self.out.close("p")
        self.out.open("pre")
        self.out.add("<code>")
        self.text(token.content)
        self.out.add("</code>")
        self.out.close("pre")

    def inline(self, tokens: "list[Token]") -> None:
        link: Token | None = None
        shown: list[str] = []  # of the link: links hold no others
        for token in tokens:
            if token.type == "link_open":
                link, shown = token, []
                target = str(token.attrs.get("href", ""))
                self.out.add(f'<a href="{escape(target)}">' if target else "[")
            elif token.type == "link_close" and link is not None:
                self._end_link(link, "".join(shown))
                link = None
            elif token.tag == "br":
                shown.append("\n")
                self.out.add("<br>")
            elif token.type == "code_inline":
                shown.append(token.content)
                self.out.add("<code>")
                self.text(token.content)
                self.out.add("</code>")
            elif token.content:
                shown.append(token.content)
                self.text(token.content, directs=link is None or link.info != "auto")
            elif token.nesting:
                tag = _TAGS.get(token.tag, token.tag)
                self.out.add(f"<{'/' if token.nesting < 0 else ''}{tag}>")

    def _end_link(self, link: "Token", text: str) -> None:
        """Close a link; one that shows nothing, or another address, shows where it leads."""
        target = str(link.attrs.get("href", ""))
        title = str(link.attrs.get("title", ""))
        if target:
            shown = target.removeprefix("mailto:")
            if len(shown) > _LONGEST_SHOWN:
                shown = f"{shown[: _LONGEST_SHOWN - 1]}…"
            if not has_substance(text):
                self.text(shown, directs=False)
            elif pretends(text, target):
                self.text(f" ({shown})", directs=False)
        self.out.add("</a>" if target else "]()")
        if title:
            self.text(f" ({title})")


def _is_list(tokens: "list[Token]", place: int) -> bool:
    """Whether what begins with numbers is a list: not years, amounts, or numbers such as 007."""
    level = tokens[place].level
    for later in range(place + 1, len(tokens)):
        token = tokens[later]
        if token.level == level:
            return True
        if token.type == "list_item_open" and token.level == level + 1:
            number = token.info
            if len(number) > _LONGEST_NUMBER or (number[0] == "0" and number != "0"):
                return False
    return True
