"""Find the saved pages in what a newsroom has: a page, a folder, a web archive."""

from collections.abc import Iterator
from pathlib import Path

from pennypress.captures.html import read_page
from pennypress.formats.items import ArrivalRefused, Item

from .data_uris import take_pictures_out
from .folders import is_page_file, page_of_file, walk
from .mhtml import page_of_mhtml
from .pages import CapturedPage
from .warcs import pages_of_warc

MAIL_PARTS = frozenset((".mht", ".mhtml"))
ARCHIVES = (".warc", ".warc.gz", ".wacz")


def find_pages(path: Path) -> Iterator[CapturedPage]:
    """Yield the pages in a file or folder. Raises ArrivalRefused where there are none."""
    if path.is_dir():
        found = False
        for file in walk(path):
            for page in _pages_of_file(file, path):
                found = True
                yield page
        if not found:
            raise ArrivalRefused("the folder holds no saved page", path.name)
        return
    pages = list(_pages_of_file(path, None)) if not is_archive(path) else None
    if pages is None:
        yield from pages_of_warc(path)
    elif pages:
        yield from pages
    else:
        raise ArrivalRefused("it is no saved page", path.name)


def is_archive(path: Path) -> bool:
    """Say by its name whether a file is a web archive."""
    return path.name.lower().endswith(ARCHIVES)


def _pages_of_file(path: Path, folder: Path | None) -> Iterator[CapturedPage]:
    if is_archive(path):
        yield from pages_of_warc(path)
    elif path.suffix.lower() in MAIL_PARTS:
        yield page_of_mhtml(path)
    elif is_page_file(path):
        yield page_of_file(path, folder)


def read_captures(
    path: Path, *, encoding: str | None = None
) -> Iterator[list[Item] | ArrivalRefused]:
    """Yield the items of each page in a file or folder, or why that page cannot be read.

    Raises ArrivalRefused where there is no page.
    """
    for page in find_pages(path):
        try:
            yield list(read_captured(page, encoding=encoding))
        except ArrivalRefused as refused:
            yield refused


def read_captured(page: CapturedPage, *, encoding: str | None = None) -> Iterator[Item]:
    """Yield the items of one page, with the pictures that were saved in or with it."""
    data, inside = take_pictures_out(page.read())
    yield from read_page(
        data,
        name=page.name,
        address=page.address,
        captured=page.captured,
        encoding=encoding,
        pictures=lambda source: inside.get(source) or page.pictures(source),
    )
