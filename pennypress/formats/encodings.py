"""Which encoding a file's bytes are in: as it says itself, as its form shows, or as is likely."""

import codecs
import re
from dataclasses import dataclass

from .items import ArrivalRefused

HEAD = 4096  # bytes in which a page declares its encoding
SLACK = 0.05  # of what a detector says about an encoding
SAMPLE = 256 * 1024  # bytes that a detector looks at

_DECLARED = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read these names as the larger set that pages really use.
_LARGER = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "windows-874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "x-mac-roman": "mac-roman",
    "utf-16": "utf-8",  # a page that could be read so far is not in UTF-16
    "utf-16le": "utf-8",
    "unicode": "utf-8",
}
_PYTHON_NAMES = {"windows-874": "cp874", "x-user-defined": "windows-1252"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. `doubt` says in a clause what is unsure about its encoding."""

    text: str
    encoding: str
    doubt: str | None = None


def decode(data: bytes, name: str, *, encoding: str | None = None, markup: bool = True) -> Decoded:
    """Return the text of a file, in the given encoding or else in what it declares or seems to be.

    Single bad bytes become U+FFFD and a doubt. Raises ArrivalRefused for an unknown `encoding`, and
    for a file that is empty or binary.
    """
    if not data.strip():
        raise ArrivalRefused("the file is empty", name)
    if encoding:
        return _decode_as(data, _look_up(encoding, name), None)
    for mark, known in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, known, None)
    wide = _guess_utf16(data)
    if wide:
        return _decode_as(data, wide, f"no encoding is declared; it was read as {wide}")
    if data.count(b"\0") * 100 > len(data):
        raise ArrivalRefused("the file is binary, not text", name)
    declared = find_declared(data) if markup else None
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as fault:
        if fault.end == len(data) and fault.reason == "unexpected end of data":
            text = data[: fault.start].decode("utf-8")
            return Decoded(text, "utf-8", "the file ends within a character")
    if declared and declared != "utf-8":
        decoded = _decode_as(data, declared, None)
        if decoded.doubt is None:
            return decoded
    return _decode_likely(data, declared)


def find_declared(data: bytes) -> str | None:
    """Return the encoding that a page's markup names, as Python knows it; None for none."""
    found = _DECLARED.search(data[:HEAD])
    if found is None:
        return None
    written = (found[1] or found[2]).decode("ascii").lower()
    try:
        return _resolve(written)
    except LookupError:
        return None


def _resolve(written: str) -> str:
    larger = _LARGER.get(written.lower(), written.lower())
    return codecs.lookup(_PYTHON_NAMES.get(larger, larger)).name


def _look_up(encoding: str, name: str) -> str:
    try:
        found = _resolve(encoding) if "16" not in encoding else codecs.lookup(encoding).name
        b"".decode(found)
    except (LookupError, ValueError) as fault:
        raise ArrivalRefused(f"there is no encoding “{encoding}”", name) from fault
    return found


def _guess_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its markup and spaces is zero."""
    sample = data[:HEAD]
    half = len(sample) // 2
    if half < 8 or sample.count(0) * 4 < len(sample):
        return None
    if sample[1::2].count(0) * 10 > half * 9 and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) * 10 > half * 9 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _decode_as(data: bytes, encoding: str, doubt: str | None) -> Decoded:
    text = data.decode(encoding, "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    if broken and doubt is None:
        doubt = f"{broken} bytes are no {encoding}: each stands as “\N{REPLACEMENT CHARACTER}”"
    return Decoded(text.removeprefix("\ufeff"), encoding, doubt)


def _decode_likely(data: bytes, declared: str | None) -> Decoded:
    """Damaged UTF-8 if most of what is not ASCII is whole, else what a detector takes it for."""
    mended = data.decode("utf-8", "replace")
    broken = mended.count("\N{REPLACEMENT CHARACTER}")
    if sum(char > "\x7f" for char in mended) > 3 * broken:
        why = f"{broken} bytes are no UTF-8: each stands as “\N{REPLACEMENT CHARACTER}”"
        return Decoded(mended, "utf-8", why)
    likely = _detect(data) or "windows-1252"
    said = f"it says {declared}, which it is not" if declared else "no encoding is declared"
    return _decode_as(data, likely, f"{said}; it was read as {likely}")


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # here: most files are UTF-8

    # Markup is ASCII in any encoding: the detector sees the rest.
    sample = b" ".join(re.findall(rb"[^<>\r\n]*[\x80-\xff][^<>\r\n]*", data[: 4 * SAMPLE]))[:SAMPLE]
    eastern = _detect_eastern(sample)
    if eastern:
        return eastern
    found = from_bytes(sample)
    best = found.best()
    if best is None:
        return None
    for each in found:  # the usual one of those that fit as well
        if (
            each.encoding == "cp1252"
            and each.chaos <= best.chaos + SLACK
            and each.coherence >= best.coherence - SLACK
        ):
            return "cp1252"
    return _resolve(best.encoding)


# Which letters a text in an encoding has, if it is in it, and how many of its letters they are
_EASTERN = (
    ("cp949", "euc_kr", re.compile("[\uac00-\ud7a3]"), 0.9),
    ("cp932", "cp932", re.compile("[\u3041-\u30fe]"), 0.2),
    ("euc_jp", "euc_jp", re.compile("[\u3041-\u30fe]"), 0.2),
    ("gb18030", "gb18030", re.compile("[\u4e00-\u9fff]"), 0.9),
    ("big5hkscs", "big5hkscs", re.compile("[\u4e00-\u9fff]"), 0.9),
)


def _detect_eastern(sample: bytes) -> str | None:
    """Return the encoding in which a text is Korean, Japanese or Chinese: short ones, too."""
    for name, strict, letters, share in _EASTERN:
        try:
            text = sample.decode(strict)
        except UnicodeDecodeError as fault:
            if fault.start < len(sample) - 3:  # it may be cut within a character
                continue
            text = sample[: fault.start].decode(strict, "replace")
        beyond = [char for char in text if char > "\u02af" and char.isalpha()]
        if beyond and len(letters.findall(text)) >= share * len(beyond) > 0:
            common = sum(_is_common(char) for char in beyond)
            if share < 0.9 or common > 0.7 * len(beyond):
                return name
    return None


def _is_common(char: str) -> bool:
    """Say whether a syllable or sign is one of some thousands in use."""
    if "\uac00" <= char <= "\ud7a3":
        return True
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        try:
            return 0xA4 <= char.encode("big5")[0] <= 0xC6
        except UnicodeEncodeError:
            return False
