"""The direction in which text runs: each block follows its own first letter.

Unicode Standard Annex 9, rules P2 and P3; what stands in an isolate is passed over.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

_ISOLATES = {"LRI", "RLI", "FSI"}
_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def first_strong(text: str) -> str:
    """Return `ltr` or `rtl` as the first letter says; nothing for text without any."""
    depth = 0
    for character in text:
        if character.isascii():
            if not depth and character.isalpha():
                return "ltr"
            continue
        kind = unicodedata.bidirectional(character)
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif not depth and kind in _DIRECTIONS:
            return _DIRECTIONS[kind]
    return ""


@dataclass(slots=True)
class _Block:
    place: int  # of its tag in what is written
    around: "_Block | None"
    is_decided: bool  # by words, or by what it says itself
    direction: str = ""


class DirectedHtml:
    """Writes HTML in which each block says its direction: that of its first letter.

    Containers take that of the first words in them.
    """

    def __init__(self) -> None:
        self._out: list[str] = []
        self._blocks: list[_Block] = []
        self._open: list[_Block] = []
        self._begins = ""  # the direction of the first letter of all

    def open(self, tag: str, attributes: str = "") -> None:
        """Begin a block. One whose attributes say its direction keeps it."""
        around = self._open[-1] if self._open else None
        block = _Block(len(self._out), around, bool(_HAS_DIRECTION.search(attributes)))
        self._blocks.append(block)
        self._open.append(block)
        self._out += [f"<{tag}", f"{attributes}>"]

    def close(self, tag: str) -> None:
        """End the block that was begun last."""
        if self._open:
            self._open.pop()
        self.add(f"</{tag}>")

    def add(self, markup: str) -> None:
        """Write markup as it is: it directs nothing."""
        self._out.append(markup)

    def look_at(self, words: str) -> None:
        """Take the direction of words that come next for the blocks that wait for one."""
        waiting = [block for block in self._open if not block.is_decided]
        if waiting and (direction := first_strong(words)):
            self._begins = self._begins or direction
            for block in waiting:
                block.direction, block.is_decided = direction, True

    def html(self, *, fill: bool = False) -> str:
        """Return what was written.

        With `fill`, a block without letters runs as what it stands in, or as the whole begins;
        else it says nothing.
        """
        out = self._out.copy()
        for block in self._blocks:
            if fill and not block.is_decided:
                block.direction = (block.around and block.around.direction) or self._begins
            if block.direction:
                out[block.place] += f' dir="{block.direction}"'
        return "".join(out)


_BLOCKS = frozenset(
    "blockquote dd dt figcaption footer h2 h3 h4 li ol p pre ul".split()  # noqa: SIM905
)
_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_HAS_DIRECTION = re.compile(r"""\sdir\s*=""")


def set_directions(html: str) -> str:
    """Return well-formed HTML in which each block says its direction: that of its first letter.

    What says it already is left as it is, and so are blocks without letters.
    """
    written = DirectedHtml()
    last = 0
    for tag in _TAG.finditer(html):
        _add_text(written, html[last : tag.start()])
        last = tag.end()
        closes, name, attributes = tag.groups()
        if name not in _BLOCKS:
            written.add(tag[0])
        elif closes:
            written.close(name)
        else:
            written.open(name, attributes)
    _add_text(written, html[last:])
    return written.html()


def _add_text(written: DirectedHtml, text: str) -> None:
    written.look_at(unescape(text))
    written.add(text)
