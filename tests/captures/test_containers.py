"""Saved pages come out of folders, mail parts and web archives, with their pictures."""

import base64
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from pennypress.captures.containers import find_pages, read_captures
from pennypress.captures.containers.data_uris import take_pictures_out
from pennypress.formats.items import ArrivalRefused, CommentItem, Item, PageItem, Picture

pytestmark = pytest.mark.once

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
WORDS = "The bridge over the river has carried heavy carts for fifty years, and still does. " * 3


def html(headline="The bridge", picture="", number=2):
    entries = "".join(
        f'<li class="comment" id="comment-{n}"><cite class="fn">Reader {n}</cite>'
        f'<time datetime="2019-03-05T10:00:00Z">5 March 2019</time><p>Words number {n}.</p></li>'
        for n in range(number)
    )
    shown = f'<img src="{picture}" width=600>' if picture else ""
    return (
        f"<html><title>{headline}</title><h1>{headline}</h1><article>{shown}<p>{WORDS}</p>"
        f"<p>{WORDS}</p></article><ol class=comments>{entries}</ol></html>"
    ).encode()


def of_kind(items, kind):
    return [item for item in items if isinstance(item, kind)]


def warc(*captures, packed=False):
    """A WARC of (address, date, type, body, status) captures, each a member of its own."""
    out = io.BytesIO()
    for address, date, kind, body, status in captures:
        answer = (
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        block = answer.encode() + body
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\n"
            "Content-Type: application/http; msgtype=response\r\n"
            f"WARC-Target-URI: {address}\r\nWARC-Date: {date}\r\n"
            f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, address + date)}>\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        record = head.encode() + block + b"\r\n\r\n"
        out.write(gzip.compress(record) if packed else record)
    return out.getvalue()


CAPTURES = [
    ("http://p.example/a", "2019-01-01T00:00:00Z", "text/html", html("Old", number=1), 200),
    ("https://www.p.example/a", "2020-01-01T00:00:00Z", "text/html", html("New", "/b.png"), 200),
    ("http://p.example/a", "2021-01-01T00:00:00Z", "text/html", b"<h1>Gone</h1>", 404),
    ("http://p.example/b.png", "2020-01-01T00:00:00Z", "image/png", PICTURE, 200),
    ("http://p.example/c.css", "2020-01-01T00:00:00Z", "text/css", b"p{}", 200),
]


def read_items(path: Path) -> Iterator[Item]:
    """The items of all pages in a file or folder. Raises ArrivalRefused for the first refused."""
    for page in read_captures(path):
        if isinstance(page, ArrivalRefused):
            raise page
        yield from page


@pytest.mark.parametrize("packed", [False, True])
def test_the_latest_whole_capture_of_an_address_is_read(tmp_path, packed):
    path = tmp_path / ("x.warc.gz" if packed else "x.warc")
    path.write_bytes(warc(*CAPTURES, packed=packed))
    items = list(read_items(path))
    [page] = of_kind(items, PageItem)
    assert page.headline == "New"
    assert page.address == "https://www.p.example/a"
    assert page.captured.year == 2020
    assert len(of_kind(items, CommentItem)) == 2
    [picture] = of_kind(items, Picture)
    assert picture.read() == PICTURE


def test_a_wacz_is_a_zip_of_web_archives(tmp_path):
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.warc.gz", warc(*CAPTURES, packed=True))
        archive.writestr("../escape.html", html("Escape"))
    items = list(read_items(path))
    assert [page.headline for page in of_kind(items, PageItem)] == ["New"]
    assert of_kind(items, Picture)[0].read() == PICTURE


def test_the_pages_of_an_archive_are_read_one_by_one(tmp_path):
    path = tmp_path / "x.warc"
    captures = [
        (f"http://p.example/{n}", "2020-01-01T00:00:00Z", "text/html", html(f"Page {n}"), 200)
        for n in range(30)
    ]
    path.write_bytes(warc(*captures))
    pages = find_pages(path)
    first = next(pages)
    assert first.address == "http://p.example/0"
    assert b"Page 0" in first.read()
    assert sum(1 for _ in pages) == 29


def test_a_folder_gives_its_pages_with_the_pictures_beside_them(tmp_path):
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "b.png").write_bytes(PICTURE)
    (tmp_path / "a.html").write_bytes(html("A", "./a_files/b.png"))
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(html("B")))
    (tmp_path / "notes.txt").write_text("no page")
    items = list(read_items(tmp_path))
    assert [page.headline for page in of_kind(items, PageItem)] == ["A", "B"]
    [picture] = of_kind(items, Picture)
    assert picture.read() == PICTURE


def test_no_path_leads_out_of_the_folder(tmp_path):
    (tmp_path / "secret.png").write_bytes(PICTURE)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_bytes(html("A", "../secret.png"))
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    (tmp_path / "outside.html").write_bytes(html("Outside"))
    items = list(read_items(folder))
    assert [page.headline for page in of_kind(items, PageItem)] == ["A"]
    assert not any(picture.read for picture in of_kind(items, Picture))


def test_a_page_of_mail_parts_has_its_pictures(tmp_path):
    path = tmp_path / "x.mht"
    path.write_bytes(
        b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://p.example/a\r\n"
        b"Date: Tue, 5 Mar 2019 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Location: https://p.example/a\r\n\r\n"
        + base64.encodebytes(html("Mail", "https://p.example/b.png"))
        + b"\r\n--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Location: https://p.example/b.png\r\n\r\n"
        + base64.encodebytes(PICTURE)
        + b"\r\n--B--\r\n"
    )
    items = list(read_items(path))
    [page] = of_kind(items, PageItem)
    assert (page.headline, page.address, page.captured.year) == (
        "Mail",
        "https://p.example/a",
        2019,
    )
    assert of_kind(items, Picture)[0].read() == PICTURE


def test_pictures_within_a_page_are_taken_out_of_it(tmp_path):
    written = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
    icon = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
    data, found = take_pictures_out(html("A", written) + f'<img src="{icon}">'.encode())
    assert len(data) < len(PICTURE)
    assert b"base64" not in data
    assert [read() for read in found.values()] == [PICTURE]
    (tmp_path / "a.html").write_bytes(html("A", written))
    [picture] = of_kind(read_items(tmp_path / "a.html"), Picture)
    assert picture.read() == PICTURE


def test_bombs_and_what_is_no_archive_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("pennypress.captures.containers.folders.DATA_LIMIT", 100_000)
    bomb = tmp_path / "bomb.html.gz"
    bomb.write_bytes(gzip.compress(b"a" * 10_000_000))
    with pytest.raises(ArrivalRefused, match="larger than"):
        list(read_items(bomb))
    for name, data in (
        ("x.warc", b"no archive"),
        ("x.warc.gz", b"\x1f\x8bbroken"),
        ("x.wacz", b"PK\x03\x04broken"),
        ("x.mht", b"no mail"),
        ("x.html", b"\0\1\2" * 100),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ArrivalRefused):
            list(read_items(path))


def test_a_broken_page_among_others_is_doubted(tmp_path):
    (tmp_path / "a.html").write_bytes(html("A"))
    (tmp_path / "b.html").write_bytes(b"\0" * 200)
    read, refused = sorted(read_captures(tmp_path), key=lambda page: not isinstance(page, list))
    assert len(of_kind(read, PageItem)) == 1
    assert isinstance(refused, ArrivalRefused)
    assert "b.html" in str(refused)
