"""A file with a page's text: its bytes become text, other formats are told from it."""

import csv
import json
import re
from collections.abc import Sequence

from pennypress.formats.encodings import decode
from pennypress.formats.items import ArrivalRefused, Doubt

BROKEN = 5  # one in so many characters lost makes a file damaged
SIZE_LIMIT = 20 * 1024 * 1024  # bytes of a file; check before reading it


def decode_capture(
    data: bytes, name: str, *, doubts: list[Doubt] | None = None, encoding: str | None = None
) -> str:
    """Return the file's text with "\n" at line ends; appends what is unsure to `doubts`.

    In the given encoding, or as the bytes show: a guess and single bad bytes are doubted. Raises
    ArrivalRefused for a file that is empty, too large, binary or in no encoding that can be told.
    """
    doubts = [] if doubts is None else doubts
    if len(data) > SIZE_LIMIT:
        raise ArrivalRefused(f"the file is larger than {SIZE_LIMIT // 2**20} MiB", name)
    decoded = decode(data, name, encoding=encoding, markup=False)
    text = decoded.text
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    if broken and BROKEN * broken > len(text):
        raise ArrivalRefused(f"the file is damaged {decoded.encoding.upper()}", name)
    if decoded.doubt:
        doubts.append(Doubt(None, "encoding", decoded.doubt, _line_of_doubt(data, text)))
    if "\0" in text:
        where = f"{name}, line {_line_at(text, chr(0))}"
        raise ArrivalRefused("the file is binary, not text", where)
    text = _drop_controls(text.replace("\r\n", "\n").replace("\r", "\n"), name, doubts)
    if not text.strip():
        raise ArrivalRefused("the file is empty", name)
    return text


def _line_of_doubt(data: bytes, text: str) -> int:
    """Return where a bad byte stands, or else the first that is no ASCII."""
    if "\N{REPLACEMENT CHARACTER}" in text:
        return _line_at(text, "\N{REPLACEMENT CHARACTER}")
    found = _BEYOND_ASCII.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else 1


_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
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
