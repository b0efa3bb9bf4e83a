"""A comment's markup as the Markdown that `words` reads: its words stay, whatever they look like.

Emphasis, links, quotations, lists, code and the ends of lines and paragraphs are kept; all other
markup goes and leaves its words. Time and memory are linear in the markup.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from pennypress.words.markdown import parse, shown_blocks

from .tree import INLINE, Event, Open

DEEPEST = 8  # quotations and lists within each other; what is deeper is kept flat

_MARKS = {
    "em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*",
    "strong": "**", "b": "**", "del": "~~", "s": "~~", "strike": "~~",
}  # fmt: skip
_CELLS = {"td", "th"}  # of one row, on one line
_CODE = {"code", "tt", "kbd", "samp"}
_QUOTING = re.compile(
    r"(?:^|[\s_-])(?:b?quote|quotation|quoted|quotemain|quotecontent|zitat|citat)"
)
_LOOSE = re.compile(r"[ \t\r\n\f]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"`|\\^\x00-\x1f]+", re.IGNORECASE)
_SPECIAL = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=[#A-Za-z])|~(?=~)|(?<=~)~")
_UNCLEAR = re.compile(r"(?:https?://|www\.)[^\s]*[*_~\[\]&]", re.IGNORECASE)
_AT_START = re.compile(r"^([-+>=#]|~~)|^(\d{1,9})([.)])(?=\s|$)")


def to_markdown(
    events: Iterable[Event], resolve: Callable[[str], str | None] = lambda href: None
) -> str:
    """Return a comment's markup as Markdown.

    `resolve` returns where a link's `href` leads, absolute, or None where it is no link for us.
    """
    events = list(events)
    writer = _write(events, resolve, marks=True)
    text = writer.finish()
    if (writer.marked or _UNCLEAR.search(text)) and not _says(text, writer.said):
        text = _write(events, resolve, marks=False).finish()
        if _UNCLEAR.search(text) and not _says(text, writer.said):
            text = _write(events, resolve, marks=False, addresses=False).finish()
    return text


def _write(
    events: Iterable[Event],
    resolve: Callable[[str], str | None],
    *,
    marks: bool,
    addresses: bool = True,
) -> "_Writer":
    writer = _Writer(resolve, marks, addresses)
    for event in events:
        if isinstance(event, str):
            writer.text(event)
        elif isinstance(event, Open):
            writer.open(event)
        else:
            writer.close(event.tag)
    return writer


def _says(text: str, said: list[str]) -> bool:
    """Whether the Markdown shows the very words that the markup has."""
    shown = "".join("".join(shown_blocks(parse(text))).split())
    return shown == "".join("".join(said).split())


@dataclass(slots=True, eq=False)
class _Mark:
    """Where emphasis, a link or inline code (which is `whole`) begins or ends."""

    mark: str
    opens: bool = True
    other: "_Mark | None" = None
    href: str = ""
    whole: bool = False
    dropped: bool = False

    def drop(self) -> None:
        self.dropped = True
        if self.other:
            self.other.dropped = True


@dataclass(slots=True, eq=False)
class _Container:
    """A quotation or an item of a list; `first` stands before its first line."""

    tag: str
    first: str
    later: str


@dataclass(slots=True)
class _Element:
    """An open element, and what it opened."""

    tag: str
    contains: bool = False
    mark: _Mark | None = None
    number: int | None = None  # of the next item
    raw: bool = False


@dataclass(slots=True)
class _Writer:
    resolve: Callable[[str], str | None]
    marks: bool
    addresses: bool  # bare ones are left as they are
    lines: list[str] = field(default_factory=list)
    containers: list[_Container] = field(default_factory=list)
    above: list[_Container] = field(default_factory=list)  # around the block written last
    elements: list[_Element] = field(default_factory=list)
    inline: list[str | _Mark] = field(default_factory=list)
    raw: list[str] | None = None  # of preformatted text or inline code
    said: list[str] = field(default_factory=list)
    marked: bool = False

    def text(self, text: str) -> None:
        self.said.append(text)
        if self.raw is not None:
            self.raw.append(text)
        else:
            self.inline.append(_LOOSE.sub(" ", text))

    def open(self, event: Open) -> None:
        tag = event.tag
        if tag == "br":
            (self.inline if self.raw is None else self.raw).append("\n")
            return
        if tag == "img":
            self._emoji(event)
            return
        element = _Element(tag)
        self.elements.append(element)
        if self.raw is not None:
            return
        if tag == "pre" or tag in _CODE:
            if tag == "pre":
                self._flush()
            self.raw, element.raw = [], True
        elif tag in _MARKS or tag == "a":
            self._open_mark(element, event.attrs.get("href", ""))
        elif tag not in INLINE and tag not in _CELLS:
            self._flush()
            self._open_block(element, event)

    def _open_mark(self, element: _Element, href: str) -> None:
        target = ""
        if element.tag == "a":
            target = self.resolve(href) or ""
            if not target or re.search(r"[\s<>\\]", target):
                return
        element.mark = _Mark(_MARKS.get(element.tag, "["), href=target)
        self.inline.append(element.mark)

    def _open_block(self, element: _Element, event: Open) -> None:
        tag, start = element.tag, event.attrs.get("start", "")
        if tag == "ol":
            element.number = int(start) if start.isdecimal() and 0 < len(start) < 4 else 1
        if tag in {"ol", "ul"} or len(self.containers) >= DEEPEST:
            return
        if tag == "li":
            lists = (each for each in reversed(self.elements) if each.tag in {"ol", "ul"})
            around = next(lists, None)
            marker = "- "
            if around and around.number is not None and around.number < 1000:
                marker = f"{around.number}. "
                around.number += 1
            self.containers.append(_Container(tag, marker, " " * len(marker)))
            element.contains = True
        elif tag == "blockquote" or _QUOTING.search(event.attrs.get("class", "").lower()):
            inside = bool(self.containers) and self.containers[-1].first == "> "
            if tag == "blockquote" or not inside:
                self.containers.append(_Container(tag, "> ", "> "))
                element.contains = True

    def close(self, tag: str) -> None:
        if not self.elements or tag in {"br", "img"}:
            return
        element = self.elements.pop()
        if element.raw:
            raw, self.raw = "".join(self.raw or []), None
            if element.tag == "pre":
                self._fence(raw)
            else:
                self._code(raw)
        elif self.raw is not None:
            return
        elif element.mark and not element.mark.dropped:
            end = _Mark(element.mark.mark, False, element.mark, element.mark.href)
            element.mark.other = end
            self.inline.append(end)
        elif element.tag in _CELLS:
            self.inline.append(" ")
        elif element.tag not in INLINE:
            self._flush()
            if element.contains:
                self.containers.pop()

    def _emoji(self, event: Open) -> None:
        """A character that is drawn as a picture; a drawn smiley has no character."""
        alt = event.attrs.get("alt", "").strip()
        if 0 < len(alt) <= 12 and not any(char.isascii() or char.isalnum() for char in alt):
            self.text(alt)

    def _code(self, raw: str) -> None:
        raw = _LOOSE.sub(" ", raw).strip(" ")
        if raw and "\xa0" not in (raw[0], raw[-1]):
            ticks = "`" * (_longest_run("`", raw) + 1)
            pad = " " if raw.startswith("`") or raw.endswith("`") else ""
            self.inline.append(_Mark(f"{ticks}{pad}{raw}{pad}{ticks}", whole=True))
        elif raw:
            self.inline.append(raw)

    def _fence(self, raw: str) -> None:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if raw.strip():
            fence = "`" * max(3, _longest_run("`", raw) + 1)
            self._write([fence, *raw.split("\n"), fence])

    def _flush(self) -> None:
        """Write what was gathered as one or several paragraphs."""
        tokens, self.inline = self.inline, []
        if not tokens:
            return
        lines: list[str] = []
        text, marked = _write_inline(tokens, marks=self.marks, addresses=self.addresses)
        self.marked |= marked
        for line in text.split("\n"):
            bare = line.strip(" \t")
            if bare:
                lines.append(_AT_START.sub(_escape_start, bare, count=1))
            elif lines:
                self._write(lines)
                lines = []
        if lines:
            self._write(lines)

    def _write(self, lines: list[str]) -> None:
        """Write a block, apart from the one above unless both begin an item of one list."""
        shared = [
            each
            for each, _ in takewhile(
                lambda pair: pair[0] is pair[1], zip(self.containers, self.above, strict=False)
            )
        ]
        if self.lines:
            begins = self.containers[len(shared) :]
            ended = self.above[len(shared) :]
            tight = (
                len(begins) == len(ended) == 1
                and begins[0].tag == ended[0].tag == "li"
                and begins[0].first[-2:] == ended[0].later[-2:].replace("  ", begins[0].first[-2:])
            )
            if not tight:
                self.lines.append("".join(each.later for each in shared).rstrip())
        first = "".join(each.first for each in self.containers)
        for each in self.containers:
            each.first = each.later
        later = "".join(each.later for each in self.containers)
        self.lines.append((first + lines[0]).rstrip())
        self.lines.extend((later + line).rstrip() for line in lines[1:])
        self.above = list(self.containers)

    def finish(self) -> str:
        self._flush()
        return "\n".join(self.lines)


def _write_inline(tokens: list[str | _Mark], *, marks: bool, addresses: bool) -> tuple[str, bool]:
    """Return a paragraph's text, and whether it has marks of emphasis or links."""
    _choose_marks(tokens, keep=marks)
    out: list[str] = []
    marked = False
    space = False  # at the end of what was written, to stand outside of a mark that ends there
    for place, token in enumerate(tokens):
        if isinstance(token, str):
            text = token.lstrip(" ") if space or not out else token
            out.append(_escape(text.rstrip(" "), addresses=addresses) if text != "\n" else text)
            space = text.endswith(" ") or (space and not text) or text == "\n"
            if text.endswith(" "):
                out.append(" ")
        elif not token.dropped:
            marked = True
            if token.opens and not space and _begins_loose(tokens, place):
                out.append(" ")
                space = True
            if not token.opens and out and out[-1] == " ":
                out[-1:] = [_written(token), " "]
            else:
                out.append(_written(token))
                space = space and token.opens and not token.whole
    return "".join(out), marked


def _written(token: _Mark) -> str:
    if token.whole or token.mark != "[":
        return token.mark
    return "[" if token.opens else f"](<{token.href}>)"


def _begins_loose(tokens: list[str | _Mark], place: int) -> bool:
    """Whether the next text begins with a space."""
    following = next((each for each in tokens[place + 1 :] if isinstance(each, str)), "")
    return following.startswith(" ")


def _choose_marks(tokens: list[str | _Mark], *, keep: bool) -> None:
    """Drop marks that hold nothing, stand within their like, or that Markdown would not read."""
    inside: dict[str, int] = {}
    before = [""] * len(tokens)  # the character before each token, and the one after it
    after = [""] * len(tokens)
    last = " "
    for place, token in enumerate(tokens):
        before[place] = last
        if isinstance(token, str):
            last = token[-1:] or last
        elif token.whole:
            last = "`"
    last = " "
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        after[place] = last
        if isinstance(token, str):
            last = token[:1] or last
        elif token.whole:
            last = "`"
    places = {id(token): place for place, token in enumerate(tokens)}
    filled = _count_filled(tokens)
    for place, token in enumerate(tokens):
        if isinstance(token, str) or token.whole or token.dropped:
            continue
        if not token.opens:
            inside[token.mark] = inside.get(token.mark, 1) - 1
            continue
        end = places.get(id(token.other), -1)
        fits = (
            keep
            and end > place
            and filled[end] > filled[place]
            and not inside.get(token.mark)
            and (token.mark == "[" or _flanks(before[place], after[place], before[end], after[end]))
        )
        if fits:
            inside[token.mark] = inside.get(token.mark, 0) + 1
        else:
            token.drop()


def _count_filled(tokens: list[str | _Mark]) -> list[int]:
    """How many tokens before each one have words."""
    filled, count = [], 0
    for token in tokens:
        filled.append(count)
        count += bool(token.strip()) if isinstance(token, str) else token.whole
    return filled


def _flanks(before: str, first: str, last: str, after: str) -> bool:
    """Whether emphasis can begin and end between these characters."""
    opens = first.isspace() or first.isalnum() or not before.isalnum()
    closes = last.isspace() or last.isalnum() or not after.isalnum()
    return opens and closes


def _longest_run(char: str, text: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(char)}+", text)), default=0)


def _escape_start(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[1] else f"{found[2]}\\{found[3]}"


def _escape(text: str, *, addresses: bool) -> str:
    """Text whose characters mean nothing but themselves. Bare addresses stay as they are."""
    if not addresses:
        return _SPECIAL.sub(r"\\\g<0>", text)
    parts = []
    at = 0
    for found in _ADDRESS.finditer(text):
        parts += [_SPECIAL.sub(r"\\\g<0>", text[at : found.start()]), found[0]]
        at = found.end()
    parts.append(_SPECIAL.sub(r"\\\g<0>", text[at:]))
    return "".join(parts)
