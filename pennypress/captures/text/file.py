"""A file with a page's text: its bytes become text, other formats are told from it."""

import codecs
import csv
import json
import re
from collections.abc import Sequence

from pennypress.formats.items import ArrivalRefused, Doubt

SIZE_LIMIT = 20 * 1024 * 1024  # bytes of a file; check before reading it


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
