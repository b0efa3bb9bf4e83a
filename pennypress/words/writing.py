"""Safe HTML of readers' words, with the direction of each paragraph, item and quotation."""

import re
from html import escape
from typing import TYPE_CHECKING

from pennypress.foundation.directions import first_strong
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
    return sanitise(writer.html())


def render(text: str, *, markdown: bool) -> str:
    """Return safe HTML for text, which is Markdown or plain."""
    return write_markdown(parse(text)) if markdown else write_plain(text)


def write_plain(text: str) -> str:
    """Return safe HTML for text without markup: its paragraphs and lines."""
    writer = _Writer()
    for block in re.split(r"\n(?:[^\S\n]*\n)+", text):
        if block.strip():
            writer.open("p")
            for number, line in enumerate(block.strip("\n").split("\n")):
                if number:
                    writer.out.append("<br>")
                writer.text(line)
            writer.close("p")
    return sanitise(writer.html())


class _Writer:
    """Writes tags and text one after the other.

    A block's direction is that of its first letter; containers take that of the first words in
    them. A block without letters runs as what it stands in, or as the whole begins.
    """

    def __init__(self) -> None:
        self.out: list[str] = []
        self.undecided: list[int] = []  # places in `out` of open blocks that wait for a letter
        self.blocks: list[int] = []  # places in `out` of all open blocks
        self.directions: dict[int, str] = {}  # by these places
        self.without: list[tuple[int, int | None]] = []  # blocks without letters, and around them
        self.begins = ""  # the direction of the first letter of all
        self.lists: list[int | None] = []  # the number of the next item; None: no list for us
        self.marker = ""  # of an item, to be written at the start of its first paragraph

    def open(self, tag: str, attributes: str = "") -> None:
        self.undecided.append(len(self.out))
        self.blocks.append(len(self.out))
        self.out += [f"<{tag}", f"{attributes}>"]

    def close(self, tag: str) -> None:
        place = self.blocks.pop()
        if self.undecided and self.undecided[-1] == place:
            self.undecided.pop()
            self.without.append((place, self.blocks[-1] if self.blocks else None))
        self.out.append(f"</{tag}>")

    def html(self) -> str:
        """Return what was written."""
        for place, around in self.without:
            direction = self.directions.get(-1 if around is None else around, self.begins)
            self._direct([place], direction)
        return "".join(self.out)

    def _direct(self, places: list[int], direction: str) -> None:
        for place in places if direction else ():
            self.out[place] += f' dir="{direction}"'
            self.directions[place] = direction

    def text(self, text: str, *, directs: bool = True) -> None:
        """Write text. An address `directs` nothing: it is Latin among words of any script."""
        if not text.isascii():
            text = nfc(remove_stray(FORCED.sub("", text)))
        if directs and self.undecided and (direction := first_strong(text)):
            self._direct(self.undecided, direction)
            self.undecided = []
            self.begins = self.begins or direction
        self.out.append(escape(text, quote=False))

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
                    self.close("ol")
            case "bullet_list_open":
                self._marker_alone()
                self.lists.append(-1)
                self.open("ul")
            case "bullet_list_close":
                self.lists.pop()
                self.close("ul")
            case "list_item_open":
                self._item(token)
            case "list_item_close":
                self._marker_alone()
                if self.lists[-1] is not None:
                    self.close("li")
            case "blockquote_open":
                self._marker_alone()
                self.open("blockquote")
            case "blockquote_close":
                self.close("blockquote")
            case "code_block" | "fence":
                self._code(token)
            case "hr":
                self._marker_alone()
                self.out.append("<hr>")
            case _:
                raise ValueError(f"no way to write {token.type}")

    def _paragraph(self, token: "Token") -> None:
        hidden = token.hidden and self.lists[-1] is not None  # an item of a tight list
        if token.nesting == 1:
            if not hidden:
                self.open("p")
            if self.marker:
                self.text(f"{self.marker} ")
                self.marker = ""
        elif not hidden:
            self.close("p")

    def _ordered_list(self, token: "Token", tokens: "list[Token]", place: int) -> None:
        self._marker_alone()
        if not _is_list(tokens, place):
            self.lists.append(None)
            return
        start = int(token.attrs.get("start", 1))
        self.lists.append(start)
        self.open("ol", f' start="{start}"' if start != 1 else "")

    def _item(self, token: "Token") -> None:
        expected = self.lists[-1]
        if expected is None:
            self.marker = token.info + token.markup
        elif expected < 0 or not token.info:
            self.open("li")
        else:
            number = int(token.info)
            self.lists[-1] = number + 1
            self.open("li", f' value="{number}"' if number != expected else "")

    def _marker_alone(self) -> None:
        """Write the marker of an item that does not begin with a paragraph."""
        if self.marker:
            self.open("p")
            self.text(self.marker)
            self.marker = ""
            self.close("p")

    def _code(self, token: "Token") -> None:
        self._marker_alone()
        if info := token.info.strip():  # words like all others
            self.open("p")
            self.text(info)
            self.close("p")
        self.open("pre")
        self.out.append("<code>")
        self.text(token.content)
        self.out.append("</code>")
        self.close("pre")

    def inline(self, tokens: "list[Token]") -> None:
        link: Token | None = None
        shown: list[str] = []  # of the link: links hold no others
        for token in tokens:
            if token.type == "link_open":
                link, shown = token, []
                target = str(token.attrs.get("href", ""))
                self.out.append(f'<a href="{escape(target)}">' if target else "[")
            elif token.type == "link_close" and link is not None:
                self._end_link(link, "".join(shown))
                link = None
            elif token.tag == "br":
                shown.append("\n")
                self.out.append("<br>")
            elif token.type == "code_inline":
                shown.append(token.content)
                self.out.append("<code>")
                self.text(token.content)
                self.out.append("</code>")
            elif token.content:
                shown.append(token.content)
                self.text(token.content, directs=link is None or link.info != "auto")
            elif token.nesting:
                tag = _TAGS.get(token.tag, token.tag)
                self.out.append(f"<{'/' if token.nesting < 0 else ''}{tag}>")

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
        self.out.append("</a>" if target else "]()")
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
