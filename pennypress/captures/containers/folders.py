"""Folders of saved pages: the pages, and the files beside them."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pennypress.formats.items import ArrivalRefused

from .data_uris import DATA_LIMIT
from .pages import PICTURE_LIMIT, CapturedPage, Pictures, Read, read_bounded

MOST_FILES = 200_000
PAGES = frozenset((".html", ".htm", ".xhtml", ".shtml"))
_PICTURES = frozenset((".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff"))


def is_page_file(path: Path) -> bool:
    """Say whether a file is a saved page by its name."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return bool(suffixes) and (
        suffixes[-1] in PAGES or (suffixes[-1] == ".gz" and suffixes[0] in PAGES)
    )


def walk(folder: Path) -> Iterator[Path]:
    """The files in a folder, in the order of their names. Links that lead out are left out."""
    root = folder.resolve()
    count = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        count += 1
        if count > MOST_FILES:
            raise ArrivalRefused(f"the folder has more than {MOST_FILES:,} files", folder.name)
        yield path


def page_of_file(path: Path, folder: Path | None = None) -> CapturedPage:
    """A page that is a file of its own; its pictures lie in the folder it is in."""
    root = (folder or path.parent).resolve()
    name = path.name if folder is None else path.relative_to(folder).as_posix()
    return CapturedPage(name, lambda: read_file(path), pictures=_beside(path.parent, root))


def read_file(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip. Raises ArrivalRefused for what is too large."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                return read_bounded(file, DATA_LIMIT, path.name)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return read_bounded(unpacked, DATA_LIMIT, path.name)
    except (OSError, EOFError, zlib.error) as fault:
        raise ArrivalRefused("the file cannot be read", path.name) from fault


def _beside(folder: Path, root: Path) -> Pictures:
    """What reads the file that an address leads to, if it was saved beside the page.

    Browsers put pictures into a folder beside the page, as “Page_files/quay.jpg”, and some pages
    say where they were: of a whole address, the end is looked for.
    """

    def find(source: str) -> Read | None:
        try:
            parts = urlsplit(source)
            if parts.scheme not in {"", "file", "http", "https"}:
                return None
            place = PurePosixPath(unquote(parts.path).lstrip("/"))
            if parts.netloc:
                place = PurePosixPath(*place.parts[-2:])
            path = (folder / place).resolve()
        except (OSError, ValueError):
            return None
        if not path.is_relative_to(root) or path.suffix.lower() not in _PICTURES:
            return None
        if not path.is_file():
            return None

        def read() -> bytes:
            with path.open("rb") as file:
                return read_bounded(file, PICTURE_LIMIT, path.name)

        return read

    return find
