"""Which files an arrival is, and what they hold. Nothing here needs the site."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import StringIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pennypress.captures.html import read_page
from pennypress.captures.text.capture import (
    SIZE_LIMIT,
    decode_capture,
    looks_like_capture,
    name_other_format,
    read_capture,
)
from pennypress.formats.items import ArrivalRefused, Doubt, Item

HEAD = 20_000  # characters that show the format
SAVED = frozenset({".txt", ".html", ".htm", ".xhtml"})  # of the files in a folder
PICTURE_LIMIT = 20 * 1024 * 1024  # bytes

_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p)\b", re.IGNORECASE
)


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Find the files at some paths, and the captures in folders. Raises ArrivalRefused."""
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and _is_saved(p))
            if not inside:
                raise ArrivalRefused(
                    "the folder holds no saved page (*.html, *.txt) and is no export", str(path)
                )
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise ArrivalRefused("there is no such file or folder", str(path))


def _is_saved(file: Path) -> bool:
    return file.suffix.lower() in SAVED


def read_pages(file: Path, kind: str, encoding: str | None = None) -> Iterator[list[Item]]:
    """Yield the items of each page that a file holds.

    `encoding` is what the operator said that the file is in. Raises ArrivalRefused.
    """
    if kind not in {"auto", "capture"}:
        raise ArrivalRefused(f"files of the kind {kind} cannot be read yet", str(file))
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise ArrivalRefused(
                f"{size / 2**20:.0f} MB are too much: a capture has at most "
                f"{SIZE_LIMIT // 2**20} MB",
                str(file),
            )
        data = file.read_bytes()
    except OSError as error:
        raise ArrivalRefused(f"it cannot be read: {error.strerror}", str(file)) from error
    if is_markup(data):
        beside = partial(find_beside, file)
        yield list(read_page(data, name=file.name, encoding=encoding, pictures=beside))
    else:
        yield _read_text(data, file.name, kind)


def is_markup(data: bytes) -> bool:
    """Say whether a file is a page's markup, not its text."""
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] == b"<" and _MARKUP.search(head) is not None


def _read_text(data: bytes, name: str, kind: str) -> list[Item]:
    doubts: list[Doubt] = []
    text = decode_capture(data, name, doubts=doubts)
    if kind == "auto" and not looks_like_capture(text[:HEAD]):
        other = name_other_format(text[:HEAD])
        raise ArrivalRefused(f"it is {other}, no capture" if other else "it is no capture", name)
    return [*doubts, *read_capture(StringIO(text), name=name)]


def find_beside(file: Path, address: str) -> Callable[[], bytes] | None:
    """Return what reads the file that a saved page names, if it lies beside or below the page.

    Browsers put pictures into a folder beside the page, as “Page_files/quay.jpg”, and some pages
    say where they were: of a whole address, the end is looked for.
    """
    parts = urlsplit(address)
    place = PurePosixPath(unquote(parts.path).lstrip("/"))
    if parts.netloc:
        place = PurePosixPath(*place.parts[-2:])
    if not place.name or parts.scheme not in {"", "file", "http", "https"}:
        return None
    folder = file.parent.resolve()
    try:
        found = (folder / place).resolve()
        if not (found.is_relative_to(folder) and found.is_file()):
            return None
    except (OSError, ValueError):  # no name that a file could have
        return None
    return partial(_read_picture, found)


def _read_picture(file: Path) -> bytes:
    if file.stat().st_size > PICTURE_LIMIT:
        raise ArrivalRefused("the picture has more than 20 MB", file.name)
    return file.read_bytes()
