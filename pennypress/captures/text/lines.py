"""Lines of a page's text, with a column, a bullet and the gap above them, and blocks of lines.

Widths are in columns; a Chinese or Japanese character takes two.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pennypress.formats.amounts import is_number, is_row_of_sums, is_sum
from pennypress.formats.items import ArrivalRefused

LINE_LIMIT = 1_000_000
HEAD_SIZE = 64 * 1024  # characters that show the format
NAME_WIDTH = 60  # a longer first line is no name
APPEAL_WIDTH = 200
LEAST_MARGINS = 4  # marks in a page's margin that come from a table
TAIL = 40  # characters of a text that show how it ends


_PROSE_KINDS = frozenset("-–—o*+#>»") | {"1.", "1)"}  # prose may begin like this too
# Invisible characters after a mark are marks of direction and widths of nothing.
_BULLET = re.compile(
    r"([•*+o◦‣⁃·▪■□●○☆★◎△▽▲▸▹►▶✱✓✔✦❖➤»\-–—#@=>]|[0-9]{1,4}[.)])"
    r"(?:([\s\u00ad\u200b-\u200f\u2060\ufeff]+)(.*))?",
    re.DOTALL,
)
_SENTENCE_END = re.compile(r"[.!?…。｡！？．؟۔।;։።។။།][\s\"'”“’»«›‹)\]」』）]*$")
WORDS = re.compile(r"[^\d|@/_:.=<>{}\[\]#\\]*[^\W\d_][^\d|@/_:.=<>{}\[\]#\\]*")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)[.…\s]*$")


@dataclass(frozen=True, slots=True)
class CapturedLine:
    """A line with something on it; `column` counts from 0, `gap` the blank lines above it."""

    number: int
    column: int
    gap: int
    text: str
    mark: str = ""  # the bullet: "•", "12."
    content: str = ""  # what follows the bullet
    content_column: int = 0
    ruled: bool = False  # a rule stands above it

    @property
    def kind(self) -> str:
        """The bullet's kind; all numbers with the same punctuation are one kind."""
        return "1" + self.mark[-1] if self.mark[:1].isdigit() else self.mark

    @property
    def ordinal(self) -> int | None:
        return int(self.mark[:-1]) if self.mark[:1].isdigit() else None


@dataclass(frozen=True, slots=True)
class Text:
    """A file's lines that are not blank, how it begins, and whether its last line has no end."""

    lines: list[CapturedLine]
    head: str
    open_end: bool


def read_lines(source: Iterable[str], name: str) -> Text:
    """Read the form of each line. Raises Refused beyond LINE_LIMIT.

    An open end can be told only when the other lines come with their line ends.
    """
    lines: list[CapturedLine] = []
    head: list[str] = []
    size = gap = 0
    some_ended = last_ended = ruled = False
    for number, raw in enumerate(source, 1):
        if number > LINE_LIMIT:
            raise ArrivalRefused(f"the file has more than {LINE_LIMIT:,} lines", name)
        if size < HEAD_SIZE:
            head.append(raw.rstrip("\r\n"))
            size += len(raw) + 1
        column, text = _measure(_drop_marks(raw))
        if not text and _RULE.fullmatch(raw.rstrip("\r\n")):
            ruled = True
        if not text:
            gap += 1
            continue
        line = _make_line(number, column, gap, text)
        lines.append(replace(line, ruled=True) if ruled else line)
        ruled = False
        gap, last_ended = 0, raw.endswith(("\n", "\r"))
        some_ended = some_ended or last_ended
    _drop_margins(lines)
    return Text(lines, "\n".join(head), some_ended and not last_ended)


# What terminals' browsers print for buttons, fields, pictures without words and rules
_BUTTON = re.compile(r"\(BUTTON\)|\[(?:INLINE|IMAGE|IMG|LINK|spacer|progress)\]")
_PICTURE = re.compile(r"\[[\w%.+-]{1,60}\.(?:gif|png|jpe?g|svg|webp|bmp)\]")
_RULE = re.compile(r"\s*(?:[━─═_=*~-]{8,}|\[[\s_]{6,}\])\s*")


def _drop_marks(raw: str) -> str:
    if "[" in raw or "(BUTTON)" in raw:
        raw = _PICTURE.sub("", _BUTTON.sub("", raw))
    return "" if _RULE.fullmatch(raw) else raw


_MARGIN = re.compile(r"(\[[^\]\s]{1,12}\]|[*•])(\s{3,})(?=\S)")


def _drop_margins(lines: list[CapturedLine]) -> None:
    """Drop marks that a table's first column leaves beside the lines of another."""
    found: list[tuple[int, CapturedLine]] = []
    for index, line in enumerate(lines):
        match = _MARGIN.match(line.text)
        if match is None:
            continue
        column = line.column + match.end()
        beside = lines[max(0, index - 1) : index] + lines[index + 1 : index + 2]
        if any(other.column == column for other in beside):
            text = line.text[match.end() :]
            found.append((index, _make_line(line.number, column, line.gap, text)))
    if len(found) >= LEAST_MARGINS:
        for index, line in found:
            lines[index] = line


def _make_line(number: int, column: int, gap: int, text: str) -> CapturedLine:
    match = _BULLET.fullmatch(text)
    if match is None:
        return CapturedLine(number, column, gap, text)
    mark, space, content = match[1], match[2] or "", match[3] or ""
    content_column = column + len(mark) + len(space)
    return CapturedLine(number, column, gap, text, mark, content, content_column)


def _measure(raw: str) -> tuple[int, str]:
    """Return the column at which a line's text begins, and the text in NFC."""
    column = index = 0
    for index, char in enumerate(raw):  # noqa: B007 -- used below
        if char == "\t":
            column += 8 - column % 8
        elif char.isspace():
            column += 2 if char == "\N{IDEOGRAPHIC SPACE}" else 1
        elif unicodedata.category(char) != "Cf":  # marks of direction take no column
            break
    else:
        return 0, ""
    return column, unicodedata.normalize("NFC", raw[index:].rstrip())


def width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char)
        for char in text
    )


@dataclass(frozen=True, slots=True)
class CapturedBlock:
    """Lines without a blank one between them."""

    lines: tuple[CapturedLine, ...]

    @property
    def number(self) -> int:
        return self.lines[0].number

    @property
    def gap(self) -> int:
        return self.lines[0].gap

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def is_list(self) -> bool:
        """A line at the margin that begins with a dash or a number, alone, may be prose."""
        first = self.lines[0]
        return bool(first.mark) and not (len(self.lines) == 1 and may_be_prose(first))

    @property
    def is_figures(self) -> bool:
        return all(is_figure(line) for line in self.lines)

    @property
    def is_short_line(self) -> bool:
        return len(self.lines) == 1 and not self.is_list and width(self.text) <= APPEAL_WIDTH


def may_be_prose(line: CapturedLine) -> bool:
    return line.column == 0 and line.kind in _PROSE_KINDS


def is_sentence(text: str) -> bool:
    """Say whether the text ends as sentences do, whatever quotes or brackets close it."""
    return _SENTENCE_END.search(text[-TAIL:]) is not None


def is_broken_off(text: str) -> bool:
    return _ELLIPSIS.search(text[-TAIL:]) is not None


def may_be_name(text: str) -> bool:
    """Say whether the text is short and no sentence; "Ada L." and "Ada Jr." are none."""
    *before, last = text[-TAIL:].split() or [""]
    has_initial = bool(before) and last[:1].isupper() and len(last) <= 4
    return width(text) <= NAME_WIDTH and (has_initial or not is_sentence(text))


def is_figure(line: CapturedLine) -> bool:
    return is_sum(line.text) or is_number(line.text) or is_row_of_sums(line.text)


def make_blocks(lines: Sequence[CapturedLine]) -> list[CapturedBlock]:
    """Group lines at the blank lines between them."""
    blocks: list[list[CapturedLine]] = []
    for line in lines:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return [CapturedBlock(tuple(block)) for block in blocks]
