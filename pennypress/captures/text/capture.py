"""Read the plain text of a captured web page: markup gone, list bullets and indentation left.

The module reads top to bottom as the work is done: the *file* becomes text, the text *lines* with
a column, a bullet and the gap above them; lines become the *parts* of the page; parts become
items. A part is known by its position and its form, never by its words, so any language will do.

The parts, from the top of a page:

- **Meter**: lines that are nothing but one sum each, above the headline or right beneath it. A
  meter is a scale of at least two sums that begins with zero and rises, and one sum raised that
  stands out from it: it breaks the rise, or a blank line sets it apart from a scale without any,
  or it lies above the goal of an even scale and is not that scale's next step. Sums that don't
  begin with zero (5 €, 10 €, 25 €) are offers to give and no meter; sums that can be read in two
  ways (0 $, 100 $, 900 $) are doubted and left out. What nobody can have meant (negative sums,
  powers of ten, mixed currencies) refuses the page.
- **Headline**: a line that stands twice above the story, as the page's title and as the story's
  headline; else the first line that is neither a sum nor part of a list.
- **Image**: its mark is one short line without the end of a sentence, alone between the headline
  and the first paragraph. A short sentence there is the standfirst, the story's first paragraph.
- **Story**: what follows, block by block, up to the discussion.
- **Appeal**: one short line after the story, set apart by more blank lines than the paragraphs.
- **Discussion**: a list whose entries are a name alone on the bullet's line and, after a blank
  line, an indented text; an entry that is one block of text is a comment that names nobody, and
  so is (doubted) one whose first line is too long for a name. A list that names nobody at all is
  a discussion (doubted) only at the page's end and set apart. Depth comes from the bullets'
  columns where all of them fit one grid, else everything is flat.

Terminal browsers' forms (four or five columns a level, a bullet for each level, numbers aligned at
their right end) are read where names and texts are parted by blank lines; lines that such a
browser wrapped are not joined yet, but doubted.
"""

import codecs
import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, pairwise, takewhile

from pennypress.formats.amounts import (
    AbsurdSum,
    UnclearSum,
    is_number,
    is_row_of_sums,
    is_sum,
    read_sum,
    read_sums,
)
from pennypress.formats.items import (
    Amount,
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    MeterItem,
    PageItem,
    Picture,
    plain_block,
)

SIZE_LIMIT = 20 * 1024 * 1024  # bytes of a file; check before reading it
LINE_LIMIT = 1_000_000
HEAD_SIZE = 64 * 1024  # characters that show the format

# Widths are in columns; a Chinese or Japanese character takes two.
NAME_WIDTH = 60  # a longer first line is no name
REMARK_WIDTH = 30  # a shorter text without the end of a sentence may be a lone name
MARK_WIDTH = 80  # of an image's mark
APPEAL_WIDTH = 200
TAIL = 40  # characters of a text that show how it ends
HEADLINE_WIDTH = 300
CLAIM_WIDTH = 40  # of a line such as "21 comments"
FOOTER_SIZE = 200  # characters of prose that may stand below the shortest discussion
WRAP_WIDTH = 132
LEAST_STEP = 2  # columns between two levels of a list


# --- The file --------------------------------------------------------------------------------


def decode_capture(data: bytes, name: str, *, doubts: list[Doubt] | None = None) -> str:
    """Return the file's text with "\\n" at line ends; appends what is unsure to `doubts`.

    UTF-8, UTF-16 with a byte order mark and, as a doubted last resort, windows-1252. Raises
    Refused for a file that is empty, too large, binary or in no encoding that can be told.
    """
    doubts = [] if doubts is None else doubts
    if len(data) > SIZE_LIMIT:
        raise ArrivalRefused(f"the file is larger than {SIZE_LIMIT // 2**20} MiB", name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decode_utf16(data, name)
    else:
        text = _decode_bytes(data, name, doubts)
    if "\0" in text:
        where = f"{name}, line {_line_at(text, chr(0))}"
        raise ArrivalRefused("the file is binary, not text", where)
    text = _drop_controls(text.replace("\r\n", "\n").replace("\r", "\n"), name, doubts)
    if not text.strip():
        raise ArrivalRefused("the file is empty", name)
    return text


def _decode_utf16(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as fault:
        raise ArrivalRefused("the file is damaged UTF-16", f"{name}, byte {fault.start}") from fault


def _decode_bytes(data: bytes, name: str, doubts: list[Doubt]) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        where = f"{name}, line {line}"
        if fault.end == len(data) and fault.reason == "unexpected end of data":
            doubts.append(Doubt(None, "encoding", "the file ends within a character", line))
            return data[: fault.start].decode("utf-8-sig")
        mended = data.decode("utf-8", "replace")
        broken = mended.count("\N{REPLACEMENT CHARACTER}")
        if sum(char > "\x7f" for char in mended) > 2 * broken:
            raise ArrivalRefused("the file is damaged UTF-8", where) from fault
        text = _decode_western(data, where)
    why = "the file is not UTF-8; it was read as windows-1252"
    doubts.append(Doubt(None, "encoding", why, line))
    return text


def _decode_western(data: bytes, where: str) -> str:
    """Decode windows-1252, unless that makes accented letters the rule: it's another encoding."""
    if b"\0" in data:
        raise ArrivalRefused("the file is binary, not text", where)
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError as fault:
        raise ArrivalRefused("the file is not text in a known encoding", where) from fault
    letters = sum(char.isalpha() for char in text)
    if 3 * sum(char.isalpha() and char > "\x7f" for char in text) > letters:
        raise ArrivalRefused("the file is not text in a known encoding", where)
    return text


_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


def _drop_controls(text: str, name: str, doubts: list[Doubt]) -> str:
    """Drop the odd control character; a file with many of them is no text."""
    found = _CONTROLS.findall(text)
    if not found:
        return text
    line = _line_at(text, found[0])
    if 100 * len(found) > len(text):
        raise ArrivalRefused("the file is binary, not text", f"{name}, line {line}")
    doubts.append(Doubt(None, "encoding", f"{len(found)} control characters left out", line))
    return _CONTROLS.sub("", text)


def _line_at(text: str, part: str) -> int:
    return text.count("\n", 0, text.index(part)) + 1


def looks_like_capture(head: str) -> bool:
    """Say whether the beginning of a file may be a captured page's text and is no other format."""
    blocks = re.split(r"\n[ \t]*\n", head.replace("\r\n", "\n").strip())
    return len(blocks) > 1 and name_other_format(head) is None and "\0" not in head


_CODE = re.compile(
    r"\s*(?:import\s+[\w.{*]+|from\s+\S+\s+import\b|#\s*include\b|#!|@\w+|package\s+[\w.]+;|"
    r"(?:async\s+)?def\s+\w+\(|class\s+\w+[^.]*[:{]$|(?:export\s+)?function\b.*[({]|"
    r"(?:var|let|const|val)\s+\w+\s*=|(?:if|for|while|switch)\s*\(|(?:if|for|while|with)\b.+:$|"
    r"return\b|//|/\*|\*/|[\w.\[\]]+\s*[-+|]?=\s|[)}\]]+[;,]?$|\"\"\"|.*[;{}]$|.*\)$)"
)
_JSON = re.compile(r'[\[{]\s*(?:[\[{]\s*)*"(?:[^"\\]|\\.)*"\s*[:,\]]')


def name_other_format(head: str) -> str | None:
    """Name the format that the beginning of a file shows, if it is one that is no capture."""
    start = head.lstrip("\ufeff \t\r\n")
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if start.startswith("WARC/"):
        return "a WARC file"
    if re.match(r"<[!?/a-zA-Z]", start) or _share(lines, re.compile(r"</?[a-zA-Z!][^>]*>")) > 0.3:
        return "XML or HTML"
    if _is_json(start):
        return "JSON"
    if _is_table(head):
        return "a table (CSV)"
    if len(lines) > 2 and _share(lines, _CODE) > 0.4:
        return "source code"
    return None


def _share(lines: Sequence[str], form: re.Pattern[str]) -> float:
    return sum(form.match(line) is not None for line in lines) / max(len(lines), 1)


def _is_json(start: str) -> bool:
    if not start.startswith(("{", "[")):
        return False
    try:
        end = json.JSONDecoder().raw_decode(start)[1]
    except (ValueError, RecursionError):
        return _JSON.match(start) is not None  # cut off, or not quite JSON
    return start[end : end + 1] in ("", "\n", "\r", "{", "[")


def _is_table(head: str) -> bool:
    """Rows of equally many cells from the first line on, with no blank line between them."""
    lines = head.strip().splitlines()[:100]
    for delimiter in ",;\t|":
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        if len(rows) > 2:
            rows.pop()  # the head may end within it
        if len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
            return True
    return False


# --- Lines -----------------------------------------------------------------------------------

_PROSE_KINDS = frozenset("-–o*+") | {"1.", "1)"}  # prose may begin like this too
_BULLET = re.compile(r"([•*+o◦‣⁃·▪■□●○☆★\-–]|[0-9]{1,4}[.)])(?:(\s+)(.*))?", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…。｡！？．؟۔।;։።។။།][\s\"'”“’»«›‹)\]」』）]*$")
_WORDS = re.compile(r"[^\d|@/_:.=<>{}\[\]#\\]*[^\W\d_][^\d|@/_:.=<>{}\[\]#\\]*")
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
    some_ended = last_ended = False
    for number, raw in enumerate(source, 1):
        if number > LINE_LIMIT:
            raise ArrivalRefused(f"the file has more than {LINE_LIMIT:,} lines", name)
        if size < HEAD_SIZE:
            head.append(raw.rstrip("\r\n"))
            size += len(raw) + 1
        column, text = _measure(raw)
        if not text:
            gap += 1
            continue
        lines.append(_make_line(number, column, gap, text))
        gap, last_ended = 0, raw.endswith(("\n", "\r"))
        some_ended = some_ended or last_ended
    return Text(lines, "\n".join(head), some_ended and not last_ended)


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


def _width(text: str) -> int:
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
        return bool(first.mark) and not (len(self.lines) == 1 and _may_be_prose(first))

    @property
    def is_figures(self) -> bool:
        return all(_is_figure(line) for line in self.lines)

    @property
    def is_short_line(self) -> bool:
        return len(self.lines) == 1 and not self.is_list and _width(self.text) <= APPEAL_WIDTH


def _may_be_prose(line: CapturedLine) -> bool:
    return line.column == 0 and line.kind in _PROSE_KINDS


def _is_sentence(text: str) -> bool:
    """Say whether the text ends as sentences do, whatever quotes or brackets close it."""
    return _SENTENCE_END.search(text[-TAIL:]) is not None


def _is_broken_off(text: str) -> bool:
    return _ELLIPSIS.search(text[-TAIL:]) is not None


def _may_be_name(text: str) -> bool:
    """Say whether the text is short and no sentence; "Ada L." and "Ada Jr." are none."""
    *before, last = text[-TAIL:].split() or [""]
    has_initial = bool(before) and last[:1].isupper() and len(last) <= 4
    return _width(text) <= NAME_WIDTH and (has_initial or not _is_sentence(text))


def _is_figure(line: CapturedLine) -> bool:
    return is_sum(line.text) or is_number(line.text) or is_row_of_sums(line.text)


def make_blocks(lines: Sequence[CapturedLine]) -> list[CapturedBlock]:
    """Group lines at the blank lines between them."""
    blocks: list[list[CapturedLine]] = []
    for line in lines:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return [CapturedBlock(tuple(block)) for block in blocks]


# --- The discussion --------------------------------------------------------------------------


@dataclass(slots=True)
class BulletList:
    """A list on the page: lines `start` to `end`, of which those in `openings` begin an entry."""

    start: int
    end: int
    openings: list[int]
    named: int  # entries that are a name and a text of its own
    column: int
    kind: str
    skipped: int | None = None  # the line of what stands above and is like an entry


@dataclass(slots=True)
class Remark:
    """An entry of the discussion: blocks of lines, the first of which stands at the bullet."""

    line: CapturedLine
    blocks: list[list[str]]
    depth: int = 1
    author: str | None = None
    text: str = ""

    @property
    def is_one_line(self) -> bool:
        return len(self.blocks) == 1 and len(self.blocks[0]) == 1


@dataclass(slots=True)
class CapturedDiscussion:
    """The lists that are the discussion (more than one if a stray line parts them)."""

    lists: list[BulletList]
    remarks: list[Remark]

    @property
    def start(self) -> int:
        return self.lists[0].start

    @property
    def end(self) -> int:
        return self.lists[-1].end


def find_discussion(
    lines: Sequence[CapturedLine], doubts: list[Doubt]
) -> CapturedDiscussion | None:
    """Return the page's discussion, or None when no list has the form of one."""
    lists = [_read_list(lines, start, end) for start, end in _find_lists(lines)]
    chosen = _choose_named(lines, lists, doubts) or _choose_nameless(lines, lists, doubts)
    if not chosen:
        _doubt_unread(lines, lists, doubts)
        return None
    for part in chosen:
        if part.skipped is not None:
            why = "lines above the discussion look like entries of it: kept as the story"
            doubts.append(Doubt(None, "discussion", why, part.skipped))
    remarks = [remark for part in chosen for remark in _gather_remarks(lines, part, doubts)]
    for remark in remarks:
        _tell_name(remark, doubts)
    depths = find_depths([remark.line for remark in remarks])
    for remark, depth in zip(remarks, depths or [1] * len(remarks), strict=True):
        remark.depth = depth
    if not depths:
        why = "nesting unknown: the bullets' columns fit no grid, so all comments are threads"
        doubts.append(Doubt(None, "nesting", why, remarks[0].line.number))
    _doubt_entries(remarks, doubts)
    return CapturedDiscussion(chosen, remarks)


def _find_lists(lines: Sequence[CapturedLine]) -> list[tuple[int, int]]:
    """Return where lists begin and end: from a bullet to a line that is indented no deeper.

    A bullet of another kind begins another list if it stands further left, or below nothing but
    lines at the margin, which are prose then.
    """
    spans: list[tuple[int, int]] = []
    start, edge, prose = -1, 0, False
    for index, line in enumerate(lines):
        inside = start >= 0
        if inside and line.mark and line.kind == lines[start].kind:
            edge = min(edge, line.column)
        elif inside and line.mark:
            inside = line.column >= edge and not (prose and line.column > 0)
        elif inside:
            inside = line.column > edge
        if start >= 0 and not inside:
            spans.append((start, index))
            start = -1
        if start < 0 and line.mark:
            start, edge, prose = index, line.column, True
        prose = prose and _may_be_prose(line) and not _may_be_name(line.content)
    if start >= 0:
        spans.append((start, len(lines)))
    return spans


def _read_list(lines: Sequence[CapturedLine], start: int, end: int) -> BulletList:
    """Tell the bullets that begin entries from bullet-like lines within an entry's own text."""
    main = lines[start].kind
    levels: set[tuple[str, int]] = set()
    for _ in range(2):  # the second round knows the kind and the levels that the first one found
        bodies = _find_bodies(lines, start, end, main, levels)
        levels = {(lines[index].kind, lines[index].column) for index in bodies}
        kinds = Counter(lines[index].kind for index in sorted(bodies))
        main = max(kinds, key=kinds.__getitem__, default=main)
    first = _skip_prose(lines, start, end, bodies, levels)
    openings = _find_openings(lines, first, end, bodies, levels, main)
    if find_depths([lines[index] for index in openings]) is None:
        fewer = _find_openings(lines, first, end, bodies, levels, main, strict=True)
        if find_depths([lines[index] for index in fewer]):
            openings = fewer
    column = min(lines[index].column for index in openings)
    end = next(
        (at for at in range(first, end) if not lines[at].mark and lines[at].column <= column), end
    )
    openings = [index for index in openings if index < end]
    named = [index for index in openings if index in bodies]
    return BulletList(
        start=first,
        end=end,
        openings=openings,
        named=sum(_width(lines[index].content) <= NAME_WIDTH for index in named),
        column=column,
        kind=main,
        skipped=next((line.number for line in lines[start:first] if line.kind == main), None),
    )


def _find_bodies(
    lines: Sequence[CapturedLine], start: int, end: int, main: str, levels: set[tuple[str, int]]
) -> set[int]:
    """Return the bullets with one line of their own and then, set apart and deeper, a text.

    That text may begin like a bullet: of another kind than the entries, no deeper than the words
    after the entry's bullet, at no level of the list, and with no text of its own; or with a
    number that no list begins with.
    """
    bodies: set[int] = set()
    for index in range(end - 2, start - 1, -1):
        line, below = lines[index], lines[index + 1]
        if not line.mark or not below.gap or below.column <= line.column:
            continue
        reply = below.ordinal in (None, 1) and (
            below.kind in (line.kind, main)
            or (below.mark and below.column > line.content_column)
            or (below.kind, below.column) in levels
            or index + 1 in bodies
        )
        in_text = not line.gap and index > start and (line.kind, line.column) not in levels
        if not reply and not in_text:
            bodies.add(index)
    return bodies


def _find_openings(
    lines: Sequence[CapturedLine],
    start: int,
    end: int,
    bodies: set[int],
    levels: set[tuple[str, int]],
    main: str,
    strict: bool = False,
) -> list[int]:
    """Return the bullets that begin entries: those with a text of their own, and others like them.

    Such have a blank line above (unless none in the list has) and, if numbered, continue a count.
    They stand at a level of
    those, or deeper than the words of the entry above; or they are of the same kind, which if
    `strict` is not enough where the text of the entry above would stand.
    """
    kinds = {main, lines[start].kind, *(kind for kind, _ in levels)}
    strict = strict or len(kinds) > 1  # each level has its own kind
    top = (lines[start].kind, lines[start].column)
    levels = {*levels, top}
    tight = not bodies and not any(line.gap for line in lines[start + 1 : end] if line.mark)
    openings: list[int] = []
    branch: list[CapturedLine] = []  # the entries from the thread down to the one before
    for index in range(start, end):
        line, above = lines[index], lines[index - 1]
        if not line.mark:
            continue
        while branch and branch[-1].column > line.column:
            branch.pop()
        beside = branch.pop() if branch and branch[-1].column == line.column else None
        ordinals = [it.ordinal + 1 for it in (beside, *branch[-1:]) if it and it.ordinal]
        follows = not branch or line.ordinal in (None, 1, *ordinals)
        in_text = line.column == (above.content_column if above.mark else above.column)
        known = (
            (line.kind, line.column) in levels
            or bool(branch and line.column > branch[-1].content_column)
            or (line.kind in kinds and not (strict and in_text))
        )
        spaced = line.gap or (tight and (line.kind, line.column) == top)
        if index == start or index in bodies or (spaced and known and follows):
            openings.append(index)
            beside = line
        if beside:
            branch.append(beside)
    return openings


def _skip_prose(
    lines: Sequence[CapturedLine],
    start: int,
    end: int,
    bodies: set[int],
    levels: set[tuple[str, int]],
) -> int:
    """Return where the entries begin, below lines of the story that begin with a bullet.

    Such stand at the margin while all named entries are indented, or are of another kind than all
    of these and no further left, or make a list without blank lines.
    """
    if not bodies:
        inner = (at for at in range(start, end) if lines[at].mark and not _may_be_prose(lines[at]))
        return next(inner, start)
    kinds = {kind for kind, _ in levels}
    left = min(column for _, column in levels)
    for index in range(start, min(bodies)):
        line, below = lines[index], lines[index + 1]
        if not line.mark:
            continue
        at_margin = line.column == 0 < left and line.kind in kinds
        other = line.kind not in kinds and line.column >= left
        tight = not below.gap and below.kind == line.kind and below.column == line.column
        tail = index > start and not line.gap
        if not (at_margin or other or tight or tail):
            return index
    return min(bodies)


def _choose_named(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> list[BulletList] | None:
    """Return the list with the most named entries, with those that a stray line parts from it.

    A list with nothing of a story above it, or with more prose below it than in it, is no
    discussion.
    """
    prose = _count_prose(lines, lists)
    for best in sorted((part for part in lists if part.named), key=lambda part: -part.named):
        size = sum(len(line.text) for line in lines[best.start : best.end])
        above, below = prose[best.start], prose[-1] - prose[best.end]
        if below > size + FOOTER_SIZE and (best.named < 3 or not above):
            why = "a list with entries like comments stands within the text: kept as the story"
            doubts.append(Doubt(None, "discussion", why, lines[best.start].number))
            continue
        first = last = lists.index(best)
        while first and _are_parted(lines, lists[first - 1], lists[first]):
            first -= 1
        while last + 1 < len(lists) and _are_parted(lines, lists[last], lists[last + 1]):
            last += 1
        return lists[first : last + 1]
    return None


def _count_prose(lines: Sequence[CapturedLine], lists: list[BulletList]) -> list[int]:
    """Return, for each line and for the end, how many characters of prose stand above it."""
    sizes = [0 if line.mark or _is_figure(line) else len(line.text) for line in lines]
    for part in lists:
        sizes[part.start : part.end] = [0] * (part.end - part.start)
    return [0, *accumulate(sizes)]


def _are_parted(lines: Sequence[CapturedLine], upper: BulletList, lower: BulletList) -> bool:
    """Say whether two lists are one discussion, parted by one stray line (an advertisement)."""
    stray = lines[upper.end : lower.start]
    return (
        bool(upper.named and lower.named)
        and (upper.kind, upper.column) == (lower.kind, lower.column)
        and len(stray) == 1
        and stray[0].gap <= 1
        and _width(stray[0].text) <= NAME_WIDTH
    )


def _choose_nameless(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> list[BulletList] | None:
    """Return the page's last list, though it names nobody, if its form is a discussion's.

    It ends the page, its entries have blank lines between them or at least two lines each, and it
    is set apart from the story: by more than one blank line, or by a line that is so itself.
    """
    if not lists or lists[-1].end < len(lines) or _may_be_prose(lines[lists[-1].start]):
        return None
    last = lists[-1]
    above = make_blocks(lines[: last.start])[-1:]
    apart = lines[last.start].gap > 1 or any(
        block.gap > 1 and block.is_short_line for block in above
    )
    spaced = all(lines[index].gap for index in last.openings)
    long = all(lower - upper > 1 for upper, lower in pairwise([*last.openings, last.end]))
    if not (above and apart and (spaced or long)):
        return None
    why = "the last list is taken as the discussion, though none of its entries names its author"
    doubts.append(Doubt(None, "discussion", why, lines[last.start].number))
    if long:
        why = "the first lines of the comments may be names"
        doubts.append(Doubt(None, "name", why, lines[last.start].number))
    return [last]


def _doubt_unread(
    lines: Sequence[CapturedLine], lists: list[BulletList], doubts: list[Doubt]
) -> None:
    """Doubt a list whose entries have several lines, though it has not the form of a discussion."""
    for part in lists:
        entries = [line for line in lines[part.start : part.end] if line.mark]
        if len(entries) > 1 and part.end - part.start >= 2 * len(entries):
            why = "a list of long entries is not in the form of a discussion: kept as the story"
            doubts.append(Doubt(None, "discussion", why, lines[part.start].number))


def _gather_remarks(
    lines: Sequence[CapturedLine], part: BulletList, doubts: list[Doubt]
) -> list[Remark]:
    """Collect each entry's blocks. Text below a reply, but left of it, goes to whom it is under."""
    remarks: list[Remark] = []
    open_entries: list[Remark] = []  # those that a line may still belong to, from left to right
    openings = set(part.openings)
    owner = None
    for index in range(part.start, part.end):
        line = lines[index]
        least = 0 if index in openings else 1  # a text belongs to somebody
        while len(open_entries) > least and open_entries[-1].line.column >= line.column:
            open_entries.pop()
        if index in openings:
            owner = Remark(line, [[line.content] if line.content else []])
            remarks.append(owner)
            open_entries.append(owner)
            continue
        if owner is not open_entries[-1]:
            owner = open_entries[-1]
            owner.blocks.append([])
            why = "a line below the replies is taken as the end of the comment that it stands under"
            doubts.append(Doubt(None, "comment", why, line.number))
        elif line.gap:
            owner.blocks.append([])
        owner.blocks[-1].append(line.text)
    return remarks


def _tell_name(remark: Remark, doubts: list[Doubt]) -> None:
    """Set the entry's author and text: a name is one short line with a text below it."""
    head, *rest = remark.blocks
    alone = len(head) == 1 and any(rest)
    is_long = alone and _width(head[0]) > NAME_WIDTH
    if alone and not is_long:
        remark.author, blocks = head[0], rest
    else:
        blocks = remark.blocks
    remark.text = "\n\n".join("\n".join(block) for block in blocks if block)
    why = None
    if is_long:
        why = "the first line is long for a name: taken as the text of a comment that names nobody"
    elif remark.author and not _may_be_name(remark.author):
        why = f"“{head[0]}” ends like a sentence, but stands where names do: taken as one"
    elif remark.is_one_line and _width(head[0]) <= REMARK_WIDTH:
        if not _is_sentence(head[0]):
            why = f"“{head[0]}” is taken as a text; it may be a name whose text is missing"
    elif not remark.text:
        why = "an entry without any words"
    if why:
        doubts.append(Doubt(None, "name", why, remark.line.number))


def find_depths(entries: Sequence[CapturedLine]) -> list[int] | None:
    """Return the entries' depths by their bullets' columns, or None if these fit no grid.

    They do if the columns are equally far apart, and no entry is more than one level deeper than
    the one above it. Numbers may be aligned at their right end.
    """
    begins = [line.column for line in entries]
    ends = [line.column + len(line.mark) for line in entries]
    for columns in (begins, ends):
        levels = sorted(set(columns))
        step = levels[1] - levels[0] if len(levels) > 1 else LEAST_STEP
        even = all(right - left == step for left, right in pairwise(levels))
        depths = [(column - levels[0]) // step + 1 for column in columns]
        gradual = all(lower <= upper + 1 for upper, lower in pairwise([0, *depths]))
        if step >= LEAST_STEP and even and gradual:
            return depths
    return None


def _doubt_entries(remarks: Sequence[Remark], doubts: list[Doubt]) -> None:
    """Doubt what only the whole discussion shows about its names and texts."""
    authors = {remark.author for remark in remarks if remark.author}
    for remark in remarks:
        if remark.author is None and remark.text in authors:
            why = f"“{remark.text}” is taken as a text; elsewhere it is a name"
            doubts.append(Doubt(None, "name", why, remark.line.number))
    _doubt_lists(remarks, doubts)
    dated = sum(any(char.isdigit() for char in author) for author in authors)
    if len(authors) > 2 and 2 * dated > len(authors):
        why = "most names hold digits: their lines may hold dates too"
        doubts.append(Doubt(None, "name", why, remarks[0].line.number))
    ends = Counter(remark.text.rpartition("\n\n")[2] for remark in remarks)
    words, often = ends.most_common(1)[0]
    if often > 2 and 2 * often > len(remarks):
        why = f"most comments end with “{words[:40]}”: this may be a link and no words of theirs"
        doubts.append(Doubt(None, "comment", why, remarks[0].line.number))


def _doubt_lists(remarks: Sequence[Remark], doubts: list[Doubt]) -> None:
    """Doubt replies that may be a list in the text of the comment above them."""
    named = {remark.depth for remark in remarks if remark.author}
    short = [not remark.author and remark.is_one_line for remark in remarks]
    for index, remark in enumerate(remarks):
        again = index > 0 and short[index - 1] and remarks[index - 1].depth == remark.depth
        if short[index] and remark.depth > 1 and (again or remark.depth not in named):
            why = "a reply of one line that names nobody may be part of a list in the text above it"
            doubts.append(Doubt(None, "comment", why, remark.line.number))
    if remarks[0].line.column == 0 and not remarks[0].author:
        why = "the first comment names nobody and stands at the margin: it may end the story"
        doubts.append(Doubt(None, "discussion", why, remarks[0].line.number))


# --- The story -------------------------------------------------------------------------------


@dataclass(slots=True)
class Story:
    """The page's parts above the discussion."""

    headline: CapturedLine
    figures: list[CapturedBlock] = field(default_factory=list)
    mark: CapturedBlock | None = None
    paragraphs: list[CapturedBlock] = field(default_factory=list)
    appeal: CapturedBlock | None = None
    claimed: int | None = None


def find_story(
    lines: Sequence[CapturedLine], comments: int, name: str, doubts: list[Doubt]
) -> Story:
    """Return the parts above the discussion, which has so many comments.

    Raises Refused when there is no story in them.
    """
    blocks = _part_figures(make_blocks(lines))
    title, at = _find_headline(blocks, doubts)
    if at is None:
        line = lines[0].number if lines else 1
        raise ArrivalRefused("the page has no story", f"{name}, line {line}")
    story = Story(blocks[at].lines[0])
    if _width(story.headline.text) > HEADLINE_WIDTH:
        raise ArrivalRefused("the page has no headline", f"{name}, line {story.headline.number}")
    first = at + 1
    while first < len(blocks) and blocks[first].is_figures:
        first += 1
    story.figures = [block for block in blocks[:first] if block.is_figures]
    _doubt_left_out(blocks[:at], title, doubts)
    story.paragraphs = blocks[first:]
    if len(blocks[at].lines) > 1:
        why = "the headline and the lines beneath it stand together: the first is the headline"
        doubts.append(Doubt(None, "headline", why, story.headline.number))
        story.paragraphs.insert(0, CapturedBlock(blocks[at].lines[1:]))
    if comments:
        _take_claim(story, comments, doubts)
        _drop_heading(story, doubts)
    _take_appeal(story, doubts)
    if not story.paragraphs:
        raise ArrivalRefused("the page has no story", f"{name}, line {story.headline.number}")
    _take_mark(story, doubts)
    if not title:
        _doubt_headline(story, doubts)
    return story


def _part_figures(blocks: Sequence[CapturedBlock]) -> list[CapturedBlock]:
    """Part the figures that open a page from words that follow without a blank line."""
    parted: list[CapturedBlock] = []
    for index, block in enumerate(blocks):
        count = sum(1 for _ in takewhile(_is_figure, block.lines))
        if not count:
            return [*parted, *blocks[index:]]
        parted.append(CapturedBlock(block.lines[:count]))
        if count < len(block.lines):
            parted.append(CapturedBlock(block.lines[count:]))
            return [*parted, *blocks[index + 1 :]]
    return parted


def _find_headline(
    blocks: Sequence[CapturedBlock], doubts: list[Doubt]
) -> tuple[CapturedBlock | None, int | None]:
    """Return the page's title, if the page has one, and the headline's place among the blocks."""
    plain = [at for at, block in enumerate(blocks) if not (block.is_list or block.is_figures)]
    head = list(takewhile(lambda at: blocks[at].is_short_line, plain))
    if not plain:
        return None, None
    if len(head) > 1 and _is_title_of(blocks[head[0]].text, blocks[head[1]].text):
        return blocks[head[0]], head[1]
    repeated = [
        (upper, lower)
        for upper, lower in _pair_equals(blocks, head)
        if lower < plain[-1]  # a story follows
        and (upper == plain[0] or not _is_sentence(blocks[upper].text))
    ]
    if repeated:
        upper, lower = max(repeated, key=lambda pair: _width(blocks[pair[0]].text))
        return blocks[upper], lower
    if _width(blocks[plain[0]].lines[0].text) > APPEAL_WIDTH:
        why = "the page's first line is long for a headline, but there is no other"
        doubts.append(Doubt(None, "headline", why, blocks[plain[0]].number))
    return None, plain[0]


def _is_title_of(title: str, headline: str) -> bool:
    """A title is the headline, perhaps with the site's name after a separator."""
    rest = title.removeprefix(headline)
    return title == headline or (rest != title and re.match(r"\s*[|\-–—·:»/]\s", rest) is not None)


def _pair_equals(
    blocks: Sequence[CapturedBlock], places: Sequence[int]
) -> Iterator[tuple[int, int]]:
    seen: dict[str, int] = {}
    for at in places:
        if blocks[at].text in seen:
            yield seen[blocks[at].text], at
        else:
            seen[blocks[at].text] = at


def _doubt_left_out(
    above: Sequence[CapturedBlock], title: CapturedBlock | None, doubts: list[Doubt]
) -> None:
    """Doubt what stands above the headline and is neither the meter nor the page's title."""
    stray = [block for block in above if not block.is_figures and block is not title]
    if stray:
        lines = sum(len(block.lines) for block in stray)
        why = f"lines above the headline are left out, and it may be one of them: {lines}"
        doubts.append(Doubt(None, "headline", why, stray[0].number))


def _doubt_headline(story: Story, doubts: list[Doubt]) -> None:
    """Doubt a headline that stands but once, above links or with a sum in it."""
    why = None
    for block in story.paragraphs:
        if any(line.mark and line.column for line in block.lines):
            why = "a list stands below the headline: it may be links, and the headline further down"
        elif _is_no_sentence(block):
            continue
        break
    if any(unicodedata.category(char) == "Sc" for char in story.headline.text):
        why = "the headline holds a sum: it may be a meter in words"
    if why:
        doubts.append(Doubt(None, "headline", why, story.headline.number))


def _take_claim(story: Story, found: int, doubts: list[Doubt]) -> None:
    """A short line with one number, right above the discussion, says how many comments it has.

    If it is set apart as an appeal is, it must state the very number that was found.
    """
    if len(story.paragraphs) < 2:
        return
    last = story.paragraphs[-1]
    numbers = re.findall(r"\d+", last.text)
    if (
        not last.is_short_line
        or _width(last.text) > CLAIM_WIDTH
        or len(numbers) != 1
        or is_sum(last.text)
        or _is_sentence(last.text)
        or (last.gap > 1 and int(numbers[0]) != found)
    ):
        return
    story.paragraphs.pop()
    story.claimed = int(numbers[0])
    if story.claimed != found:
        why = f"“{last.text}” stands above the discussion: {story.claimed} claimed, {found} found"
        doubts.append(Doubt(None, "comment", why, last.number))


def _drop_heading(story: Story, doubts: list[Doubt]) -> None:
    """A short line between what may be the appeal and the discussion is the latter's heading."""
    if len(story.paragraphs) < 2:
        return
    *others, above, last = story.paragraphs
    usual = _usual_gap(others or [above])
    if last.gap > usual or not _is_no_sentence(last):
        return
    why = "a short line stands right above the discussion: it may be its heading"
    if others and above.gap > usual and above.is_short_line:
        story.paragraphs.pop()
        why = f"“{last.text}” stands between the appeal and the discussion: left out as a heading"
    doubts.append(Doubt(None, "discussion", why, last.number))


def _take_appeal(story: Story, doubts: list[Doubt]) -> None:
    """Take the appeal off the story's end, and sums to give, which are neither."""
    _drop_offers(story, doubts)
    if not story.paragraphs:
        return
    *others, last = story.paragraphs
    if all(_is_no_sentence(block) for block in others) or last.gap <= _usual_gap(others):
        return
    if not last.is_short_line:
        why = "the story's last lines are set apart as an appeal is, but are no short line"
        doubts.append(Doubt(None, "appeal", why, last.number))
        return
    story.appeal = story.paragraphs.pop()
    if max(block.gap for block in others) >= last.gap or not _is_sentence(last.text):
        why = "the line after the story is taken as the appeal; it may belong to the story"
        doubts.append(Doubt(None, "appeal", why, last.number))
    _drop_offers(story, doubts)


def _usual_gap(blocks: Sequence[CapturedBlock]) -> int:
    gaps = Counter(block.gap for block in blocks)
    return max(1, max(gaps, key=lambda gap: (gaps[gap], -gap)))


def _drop_offers(story: Story, doubts: list[Doubt]) -> None:
    while story.paragraphs and all(
        is_sum(line.text) or is_row_of_sums(line.text) for line in story.paragraphs[-1].lines
    ):
        offers = story.paragraphs.pop()
        why = "sums below the story are no meter: left out"
        doubts.append(Doubt(None, "meter", why, offers.number))


def _take_mark(story: Story, doubts: list[Doubt]) -> None:
    """Take the image's mark off the story's beginning. The picture is not in the text anyway."""
    first = story.paragraphs[0]
    short = list(takewhile(_is_no_sentence, story.paragraphs))
    if len(short) == 1 and len(story.paragraphs) > 1 and _WORDS.fullmatch(first.text):
        story.mark = story.paragraphs.pop(0)
        why = f"“{first.text}” is taken as the mark of an image, which the text can't hold"
        doubts.append(Doubt(None, "image", why, first.number))
    elif short or (len(story.paragraphs) > 2 and _is_no_sentence(story.paragraphs[1])):
        why = "short lines below the headline may be an image's mark, a byline or a standfirst"
        doubts.append(Doubt(None, "image", f"{why}: kept as the story", first.number))


def _is_no_sentence(block: CapturedBlock) -> bool:
    return block.is_short_line and _width(block.text) <= MARK_WIDTH and not _is_sentence(block.text)


# --- The meter -------------------------------------------------------------------------------


def read_meter(
    blocks: Sequence[CapturedBlock], name: str, doubts: list[Doubt]
) -> tuple[tuple[Amount, ...], Amount] | None:
    """Return the meter's scale and the sum raised from blocks of figures; None if there is none.

    Raises Refused when a figure cannot have been meant.
    """
    lines = [line for block in blocks for line in block.lines]
    if not lines:
        return None
    found, why = None, "the figures by the headline are no meter's, or can be read in two ways"
    groups = _read_groups(blocks, name)
    if isinstance(groups, str):
        why = groups
    else:
        found = _split_meter(groups)
    if found is None:
        shown = ", ".join(line.text for line in lines[:10])
        doubts.append(Doubt(None, "meter", f"{why}: {shown}", lines[0].number))
    return found


def _read_groups(blocks: Sequence[CapturedBlock], name: str) -> list[list[Amount]] | str:
    """Return each block's amounts, or why they are unclear. A bare zero has their currency."""
    lines = [line for block in blocks for line in block.lines]
    if any(is_row_of_sums(line.text) for line in lines):
        return "several sums by the headline share a line"
    for line in lines:
        try:
            if is_sum(line.text):
                read_sum(line.text)
        except AbsurdSum as fault:
            raise ArrivalRefused(str(fault), f"{name}, line {line.number}") from fault
        except UnclearSum as fault:
            return str(fault)
    sums = [line for line in lines if is_sum(line.text)]
    if not sums:
        return "figures by the headline have no currency"
    try:
        amounts = dict(zip(sums, read_sums([line.text for line in sums]), strict=True))
    except AbsurdSum as fault:
        raise ArrivalRefused(str(fault), f"{name}, line {lines[0].number}") from fault
    except UnclearSum as fault:
        return str(fault)
    symbol = amounts[sums[0]].symbol
    for line in lines:
        if line not in amounts and line.text != "0":
            return "not all figures by the headline have a currency"
        amounts.setdefault(line, Amount(Decimal(0), symbol, line.text))
    return [[amounts[line] for line in block.lines] for block in blocks]


def _split_meter(groups: Sequence[Sequence[Amount]]) -> tuple[tuple[Amount, ...], Amount] | None:
    """Split figures into the scale and the sum raised, by the rule in the module's docstring."""
    figures = [amount for group in groups for amount in group]
    sizes = [len(group) for group in groups]
    if len(sizes) == 2 and min(sizes) == 1 < max(sizes):
        apart = sizes.index(1)
        scale, raised = groups[1 - apart], groups[apart][0]
        return (tuple(scale), raised) if _is_scale(scale) else None
    *scale, raised = figures
    if not _is_scale(scale):
        raised, *scale = figures
        return (tuple(scale), raised) if _is_scale(scale) else None
    if raised.number > scale[-1].number and not _is_off_scale(scale, raised):
        return None
    return tuple(scale), raised


def _is_scale(figures: Sequence[Amount]) -> bool:
    return (
        len(figures) > 1
        and figures[0].number == 0
        and all(lower.number < upper.number for lower, upper in pairwise(figures))
    )


def _is_off_scale(scale: Sequence[Amount], raised: Amount) -> bool:
    """Say whether the scale is even (but for rounding) and the sum is not its next step."""
    steps = [upper.number - lower.number for lower, upper in pairwise(scale)]
    even = len(steps) > 1 and max(steps) - min(steps) <= 1
    return even and not (min(steps) - 1 <= raised.number - scale[-1].number <= max(steps) + 1)


# --- The items -------------------------------------------------------------------------------


def read_capture(lines: Iterable[str], *, name: str) -> Iterator[Item]:
    """Yield the items of one captured page from its lines, which come with their line ends.

    `name` is the file's, for messages. All lines are read before the first item is yielded: a
    comment's depth is known only when the last bullet is. Raises Refused for what is no capture,
    has no story, or has a meter with sums that nobody can have meant.
    """
    text = read_lines(lines, name)
    if not text.lines:
        raise ArrivalRefused("the file is empty", name)
    other = name_other_format(text.head)
    if other:
        raise ArrivalRefused(f"the file is {other}, not a page's text", f"{name}, line 1")
    doubts: list[Doubt] = []
    discussion = find_discussion(text.lines, doubts)
    remarks = discussion.remarks if discussion else []
    end = discussion.start if discussion else len(text.lines)
    story = find_story(text.lines[:end], len(remarks), name, doubts)
    meter = read_meter(story.figures, name, doubts)
    cut_off = _find_end(text, story, discussion, doubts)
    _doubt_wrapped(text.lines, doubts)
    page = _make_page(story)
    yield page
    if meter:
        yield MeterItem(page.source_id, *meter, story.figures[0].number)
    if story.mark:
        yield Picture(page.source_id, story.mark.number, None)
    for doubt in doubts:
        yield replace(doubt, page=page.source_id)
    yield from _make_comments(page.source_id, remarks, cut_off)


def _find_end(
    text: Text, story: Story, discussion: CapturedDiscussion | None, doubts: list[Doubt]
) -> bool:
    """Say whether the capture ends within its last comment; doubt what stands below it."""
    if not discussion:
        last = story.appeal or story.paragraphs[-1]
        if _is_broken_off(last.text) or (text.open_end and not _is_sentence(last.text)):
            doubts.append(Doubt(None, "story", "the story may be cut off here", last.number))
        return False
    ends = [part.end for part in discussion.lists]
    starts = [part.start for part in discussion.lists[1:]] + [len(text.lines)]
    for end, start in zip(ends, starts, strict=True):
        if end < start:
            why = f"lines below the comments are left out: {start - end}"
            doubts.append(Doubt(None, "discussion", why, text.lines[end].number))
    if ends[-1] < len(text.lines):
        return False
    last_words, line = discussion.remarks[-1].text, text.lines[-1].number
    if _is_broken_off(last_words):
        if not text.open_end:
            why = "the last comment ends in an ellipsis: taken as cut off"
            doubts.append(Doubt(None, "cut off", why, line))
        return True
    if text.open_end and not _is_sentence(last_words):
        why = "the file ends without a line end or the end of a sentence: taken as cut off"
        doubts.append(Doubt(None, "cut off", why, line))
        return True
    return False


def _doubt_wrapped(lines: Sequence[CapturedLine], doubts: list[Doubt]) -> None:
    """Doubt line ends that a browser for terminals put in: none is wide, many are nearly so."""
    ends = [line.column + _width(line.text) for line in lines]
    widest = max(ends)
    inner = [end for end, below in zip(ends, lines[1:], strict=False) if not below.gap]
    full = sum(end > widest - 20 for end in inner)
    if 60 < widest <= WRAP_WIDTH and full > 4 and 3 * full > len(inner):
        why = "the lines look wrapped at a fixed width; their ends are kept"
        doubts.append(Doubt(None, "form", why, lines[0].number))


def _make_page(story: Story) -> PageItem:
    headline = story.headline.text
    paragraphs = tuple(block.text for block in story.paragraphs)
    return PageItem(
        source_id=f"capture:{_digest(headline + chr(10) + paragraphs[0])}",
        headline=headline,
        blocks=tuple(map(plain_block, paragraphs)),
        appeal=story.appeal.text if story.appeal else None,
        line=story.headline.number,
        claimed_comments=story.claimed,
    )


def _make_comments(page: str, remarks: Sequence[Remark], cut_off: bool) -> Iterator[CommentItem]:
    """Yield the comments. Equal siblings differ by their count, so that a later, longer capture
    of the same page gives each comment of this one the same source id.
    """
    seen: Counter[str] = Counter()
    branch: list[str] = []  # source ids from the thread down to the comment before
    for position, remark in enumerate(remarks):
        del branch[remark.depth - 1 :]
        parent = branch[-1] if branch else None
        key = json.dumps([parent, remark.author, remark.text])
        source_id = f"{page}:{_digest(f'{key}{seen[key]}')}"
        seen[key] += 1
        branch.append(source_id)
        yield CommentItem(
            page=page,
            source_id=source_id,
            parent=parent,
            depth=remark.depth,
            author=remark.author,
            text=remark.text,
            posted=None,
            position=position,
            line=remark.line.number,
            cut_off=cut_off and position == len(remarks) - 1,
        )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]
