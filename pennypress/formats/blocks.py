"""A story's markup as blocks: paragraphs, headings, lists, quotations, code, pictures, frames."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .items import Block, BlockKind
from .tree import INLINE, Event, Open

LONGEST_ALT = 500

_STRONG = {"b": "b", "strong": "b", "i": "i", "em": "i", "cite": "i"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PLAIN = frozenset((BlockKind.HEADING, BlockKind.QUOTATION, BlockKind.CODE))
_LOOSE = re.compile(r"[ \t\r\n\f]+")
_TINY = re.compile(r"^0*\d{1,2}(?:px)?$")
_NO_PICTURE = re.compile(
    r"avatar|gravatar|emoji|smil|icon|logo|pixel|spacer|tracking|blank\.|1x1|share|badge|button"
    r"|sprite|/ads?/|doubleclick|vgwort|counter",
    re.IGNORECASE,
)
_SOURCES = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-full-src",
    "data-savepage-src",
    "src",
)
_CREDIT = re.compile(
    r"credit|copyright|quelle|foto-?graf|photographer|source|rights", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of a story, by its address."""

    source: str
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


def to_blocks(
    events: Iterable[Event],
    resolve: Callable[[str], str | None] = lambda href: None,
    find_picture: Callable[[str], str | None] | None = None,
) -> tuple[list[Block], list[FoundPicture]]:
    """Return a story's blocks, and its pictures, each of which a block of its own names.

    `resolve` returns where an address leads, absolute, or None where it is no use; `find_picture`
    does so for pictures, which may have been saved with the page.
    """
    reader = _Reader(resolve, find_picture or resolve)
    for event in events:
        if isinstance(event, str):
            reader.text(event)
        elif isinstance(event, Open):
            reader.open(event.tag, event.attrs)
        else:
            reader.close(event.tag)
    reader.flush()
    return reader.blocks, reader.pictures


def read_picture(
    attrs: Mapping[str, str], resolve: Callable[[str], str | None]
) -> FoundPicture | None:
    """The picture that an `img` element shows; None for icons, smileys and counters."""
    about = " ".join(attrs.get(name, "") for name in ("class", "id", "src", "role"))
    if _NO_PICTURE.search(about[:1000]):
        return None
    if any(_TINY.match(attrs.get(name, "")) for name in ("width", "height")):
        return None
    source = None
    for name in _SOURCES:
        value = attrs.get(name, "")
        if value and not value.startswith("data:"):
            source = resolve(value)
            if source:
                break
    source = source or _largest(attrs.get("srcset", "") or attrs.get("data-srcset", ""), resolve)
    if source is None:
        return None
    alt = " ".join(attrs.get("alt", "").split())[:LONGEST_ALT]
    return FoundPicture(source, alt or None)


def _largest(srcset: str, resolve: Callable[[str], str | None]) -> str | None:
    best: tuple[float, str] | None = None
    for part in srcset.split(", "):
        address, _, size = part.strip().partition(" ")
        number = re.match(r"[\d.]+", size)
        width = float(number[0]) if number and number[0].strip(".") else 0.0
        found = resolve(address) if address else None
        if found and (best is None or width > best[0]):
            best = width, found
    return best[1] if best else None


@dataclass(slots=True)
class _Reader:
    resolve: Callable[[str], str | None]
    find_picture: Callable[[str], str | None]
    blocks: list[Block] = field(default_factory=list)
    pictures: list[FoundPicture] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)  # open in what was gathered
    items: list[str] = field(default_factory=list)
    lists: list[BlockKind] = field(default_factory=list)
    quoted: int = 0  # quotations around
    quoting: bool = False  # the last block is the beginning of the one that is open
    pre: int = 0
    figure: list[str] | None = None  # the caption of the figure that is open
    figure_pictures: list[FoundPicture] = field(default_factory=list)
    credit: list[str] | None = None

    def text(self, text: str) -> None:
        if self.pre:
            self.inline.append(html.escape(text, quote=False))
            return
        text = _LOOSE.sub(" ", text)
        if self.figure is not None:
            (self.credit if self.credit is not None else self.figure).append(text)
        elif text:
            self.inline.append(html.escape(text, quote=False))

    def open(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag == "br":
            self.inline.append("\n" if self.pre else "<br>")
            return
        if tag == "img":
            self._picture(attrs)
            return
        if tag == "iframe":
            self._frame(attrs)
        if self.figure is None and tag in {"div", "dl"} and "wp-caption" in attrs.get("class", ""):
            tag = "figure"
        self.open_tags.append(tag)
        if self.figure is not None:
            if _CREDIT.search(attrs.get("class", "")):
                self.credit = []
        elif tag == "figure":
            self.flush()
            self.figure, self.figure_pictures = [], []
        elif tag in _STRONG or tag == "a":
            self._open_mark(tag, attrs)
        elif tag == "pre":
            self.flush()
            self.pre += 1
        elif tag in {"ul", "ol"}:
            self._flush_text()
            self.lists.append(BlockKind.LIST if tag == "ul" else BlockKind.NUMBERED)
        elif tag == "blockquote":
            self.flush()
            self.quoted += 1
            self.quoting = False
        elif tag not in INLINE:
            self._flush_text()

    def close(self, tag: str) -> None:
        if tag in {"br", "img"} or not self.open_tags:
            return
        tag = self.open_tags.pop()
        if self.figure is not None:
            if tag == "figure":
                self._end_figure()
            elif tag not in INLINE:
                self.figure.append(" ")
        elif tag in _STRONG or tag == "a":
            self._close_mark(_STRONG.get(tag, "a"))
        elif tag == "pre":
            self._flush_code()
            self.pre = max(0, self.pre - 1)
        elif tag in {"ul", "ol"}:
            self._flush_text()
            if self.lists:
                kind = self.lists.pop()
                if not self.lists:
                    self._end_list(kind)
        elif tag == "blockquote":
            self._flush_text()
            self.quoted = max(0, self.quoted - 1)
            self.quoting = False
        elif tag in _HEADINGS:
            self._flush_text(BlockKind.HEADING)
        elif tag in {"td", "th"}:
            self.inline.append(" ")
        elif tag not in INLINE:
            self._flush_text()

    def _open_mark(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag == "a":
            target = self.resolve(attrs.get("href", ""))
            if not target or "a" in self.marks:
                self.marks.append("")
                return
            self.marks.append("a")
            self.inline.append(f'<a href="{html.escape(target)}">')
            return
        name = _STRONG[tag]
        self.marks.append("" if name in self.marks else name)
        if self.marks[-1]:
            self.inline.append(f"<{name}>")

    def _close_mark(self, name: str) -> None:
        if self.marks:
            mark = self.marks.pop()
            if mark:
                self.inline.append(f"</{mark}>")

    def _picture(self, attrs: Mapping[str, str]) -> None:
        found = read_picture(attrs, self.find_picture)
        if found is None:
            return
        if self.figure is not None:
            self.figure_pictures.append(found)
            return
        self._flush_text()
        self._add_picture(found)

    def _add_picture(self, found: FoundPicture) -> None:
        if self.lists or any(found.source == each.source for each in self.pictures):
            return
        self.pictures.append(found)
        caption = html.escape(found.caption or "", quote=False)
        self.blocks.append(Block(BlockKind.PICTURE, caption, source=found.source))

    def _end_figure(self) -> None:
        caption = " ".join("".join(self.figure or []).split()) or None
        credit = " ".join("".join(self.credit or []).split()) or None
        pictures = self.figure_pictures
        self.figure, self.credit, self.figure_pictures = None, None, []
        for found in pictures:
            self._add_picture(FoundPicture(found.source, found.alt, caption, credit))
        if not pictures and caption:
            self.inline.append(html.escape(caption, quote=False))
            self._flush_text()

    def _frame(self, attrs: Mapping[str, str]) -> None:
        source = attrs.get("src", "") or attrs.get("data-src", "")
        target = self.resolve(source) if source else None
        if target and not _NO_PICTURE.search(target):
            self._flush_text()
            self.blocks.append(Block(BlockKind.LINK, source=target))

    def _gathered(self) -> str:
        """What was gathered, with marks closed that are still open; they begin anew after it."""
        closing = "".join(f"</{mark}>" for mark in reversed(self.marks) if mark)
        text = "".join(self.inline) + closing
        self.inline = []
        for place, mark in enumerate(self.marks):
            if mark == "a":
                self.marks[place] = ""
            elif mark:
                self.inline.append(f"<{mark}>")
        return tidy(text)

    def _flush_text(self, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        if self.pre:
            self._flush_code()
            return
        if not self.inline:
            return
        text = self._gathered()
        if not strip_tags(text).strip():
            return
        if self.lists:
            self.items.append(text)
            return
        if self.quoted and kind is not BlockKind.HEADING:
            kind = BlockKind.QUOTATION
        if kind in _PLAIN:
            text = _keep_breaks(text)
        if kind is BlockKind.QUOTATION:
            if self.quoting and self.blocks and self.blocks[-1].kind is kind:
                self.blocks[-1] = Block(kind, f"{self.blocks[-1].html}<br>{text}")
                return
            self.quoting = True
        if kind is BlockKind.PARAGRAPH:
            for part in re.split(r"(?:<br>\s*){2,}", text):
                if strip_tags(part).strip():
                    self.blocks.append(Block(kind, tidy(part)))
            return
        self.blocks.append(Block(kind, text))

    def _flush_code(self) -> None:
        text = strip_tags("".join(self.inline)).strip("\n")
        self.inline = []
        if text.strip():
            self.blocks.append(Block(BlockKind.CODE, text.replace("\n", "<br>")))

    def _end_list(self, kind: BlockKind) -> None:
        items, self.items = tuple(self.items), []
        if items:
            self.blocks.append(Block(kind, items=items))

    def flush(self) -> None:
        """End whatever is open."""
        self._flush_text()
        if not self.lists and self.items:
            self._end_list(BlockKind.LIST)


def tidy(text: str) -> str:
    """Text of one block without space and breaks at its ends, and without empty marks."""
    text = _LOOSE.sub(" ", text)
    text = re.sub(r"<(b|i)>\s*</\1>|<a [^>]*>\s*</a>", " ", text)
    text = re.sub(r" *<br> *", "<br>", text)
    return re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", _LOOSE.sub(" ", text))


def strip_tags(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


def _keep_breaks(text: str) -> str:
    return re.sub(r"<(?!br>)[^>]*>", "", text)
