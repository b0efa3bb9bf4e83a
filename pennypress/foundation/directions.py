"""The direction in which text runs: each block follows its own first letter.

Unicode Standard Annex 9, rules P2 and P3; what stands in an isolate is passed over.
"""

import re
import unicodedata
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


_BLOCKS = frozenset(
    "blockquote dd dt figcaption footer h2 h3 h4 li ol p pre ul".split()  # noqa: SIM905
)
_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_HAS_DIRECTION = re.compile(r"""\sdir\s*=""")


def set_directions(html: str) -> str:
    """Return well-formed HTML in which each block says its direction: that of its first letter.

    Containers take that of the first words in them. What says it already is left as it is, and so
    are blocks without letters.
    """
    out: list[str] = []
    open_blocks: list[int] = []  # places in `out` of tags that wait for a letter; -1: told already
    last = 0
    for tag in _TAG.finditer(html):
        _direct(out, open_blocks, html[last : tag.start()])
        out.append(html[last : tag.start()])
        last = tag.end()
        closes, name, attributes = tag.groups()
        if name not in _BLOCKS:
            out.append(tag[0])
        elif closes:
            if open_blocks:
                open_blocks.pop()
            out.append(tag[0])
        else:
            open_blocks.append(-1 if _HAS_DIRECTION.search(attributes) else len(out))
            out += [f"<{name}", f"{attributes}>"]
    _direct(out, open_blocks, html[last:])
    out.append(html[last:])
    return "".join(out)


def _direct(out: list[str], open_blocks: list[int], text: str) -> None:
    waiting = [place for place in open_blocks if place >= 0]
    if waiting and (direction := first_strong(unescape(text))):
        for place in waiting:
            out[place] += f' dir="{direction}"'
        open_blocks[:] = [-1] * len(open_blocks)
