"""Which files an arrival is, and what they hold. Nothing here needs the site."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from pennypress.captures.containers import is_archive, read_captured, read_captures
from pennypress.captures.containers.finding import MAIL_PARTS
from pennypress.captures.containers.folders import is_page_file, page_of_file, walk
from pennypress.captures.text.capture import (
    SIZE_LIMIT,
    decode_capture,
    looks_like_capture,
    name_other_format,
    read_capture,
)
from pennypress.formats.items import ArrivalRefused, Doubt, Item

HEAD = 20_000  # characters that show the format

_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Source:
    """A file to be taken in; `folder` is the one that was named, for a file within it."""

    file: Path
    folder: Path | None = None

    @property
    def name(self) -> str:
        """The file's name, within the folder that was named."""
        return self.file.relative_to(self.folder).as_posix() if self.folder else self.file.name


def find_files(paths: Sequence[Path]) -> Iterator[Source]:
    """Find the files at some paths, and the saved pages in folders. Raises ArrivalRefused."""
    for path in paths:
        if path.is_dir():
            inside = [Source(file, path) for file in walk(path) if _is_saved(file)]
            if not inside:
                raise ArrivalRefused(
                    "the folder holds no saved page (*.html, *.txt) and is no export", str(path)
                )
            yield from inside
        elif path.is_file():
            yield Source(path)
        else:
            raise ArrivalRefused("there is no such file or folder", str(path))


def _is_saved(file: Path) -> bool:
    """Say by its name whether a file in a folder is a page: pictures lie beside them."""
    suffix = file.suffix.lower()
    return suffix == ".txt" or suffix in MAIL_PARTS or is_page_file(file) or is_archive(file)


def read_pages(
    source: Source, kind: str, encoding: str | None = None
) -> Iterator[list[Item] | ArrivalRefused]:
    """Yield the items of each page that a file holds, or why one of several cannot be read.

    `encoding` is what the operator said that the file is in. Raises ArrivalRefused where nothing
    in the file can be read.
    """
    file = source.file
    if kind not in {"auto", "capture"}:
        raise ArrivalRefused(f"files of the kind {kind} cannot be read yet", str(file))
    if is_archive(file) or file.suffix.lower() in MAIL_PARTS:
        yield from read_captures(file, encoding=encoding)
        return
    try:
        with file.open("rb") as opened:
            head = opened.read(4096)
        if is_markup(head):
            yield list(read_captured(page_of_file(file, source.folder), encoding=encoding))
            return
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
    yield _read_text(data, source.name, kind, encoding)


def is_markup(head: bytes) -> bool:
    """Say by its beginning whether a file is a page's markup, packed or not, and not its text."""
    if head.startswith(b"\x1f\x8b"):
        return True
    head = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] == b"<" and _MARKUP.search(head) is not None


def _read_text(data: bytes, name: str, kind: str, encoding: str | None) -> list[Item]:
    doubts: list[Doubt] = []
    text = decode_capture(data, name, doubts=doubts, encoding=encoding)
    if kind == "auto" and not looks_like_capture(text[:HEAD]):
        other = name_other_format(text[:HEAD])
        raise ArrivalRefused(f"it is {other}, no capture" if other else "it is no capture", name)
    return [*doubts, *read_capture(StringIO(text), name=name)]
