"""Saved pages as a newsroom meets them: with readers, pictures and addresses."""

import json
import threading
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pennypress.arrivals.actions import ImportOptions, receive
from pennypress.discussion.models import Comment
from pennypress.foundation import http
from pennypress.foundation.text import piles_marks
from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures.models import Picture
from pennypress.stories.models import StoryPage
from tests.discussion.reading import read_page, walk

pytestmark = pytest.mark.django_db

PAGES = Path(__file__).parent.parent / "captures" / "pages"

PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The quay is mended | Gull Times</title>
<link rel="canonical" href="https://gulltimes.example/2019/04/quay?x=1">
<meta name="author" content="Ada Holm">
<meta property="article:published_time" content="2019-04-03T08:30:00+02:00"></head>
<body><header><a href="/">Gull Times</a></header>
<article><h1>The quay is mended</h1><p class="byline">By <a rel="author">Ada Holm</a></p>
<figure><img src="quay_files/quay.jpg" alt="Men on a quay" width="640" height="480">
<figcaption>The last stone. Photo: Jo Brandt</figcaption></figure>
<p>The <b>last stone</b> was set on Wednesday, eleven weeks after the storm had taken forty of
them. It had taken:</p><ul><li>forty stones</li><li>two cranes</li></ul>
<p>The council has paid <a href="https://council.example/bill">the bill</a>, which is
public, and the ferry lands again from Friday.</p></article>
<section id="comments"><h2>2 comments</h2><ol class="commentlist">
<li class="comment depth-1" id="comment-7"><div class="comment-author"><cite>Bo</cite> says:</div>
<time datetime="2019-04-03T10:00:00+02:00">3 April 2019</time>
<div class="comment-content"><p>Eleven weeks! I walked <em>round</em> each day.</p></div>
<a class="comment-reply-link" href="#r">Reply</a>
<ol class="children"><li class="comment depth-2" id="comment-9">
<div class="comment-author"><cite>Mo</cite> says:</div>
<time datetime="2019-04-03T11:30:00+02:00">3 April 2019</time>
<div class="comment-content"><p>It kept you young.</p></div>
<a class="comment-reply-link" href="#r">Reply</a></li></ol></li></ol></section>
<footer>Gull Times, since 1901</footer></body></html>
"""


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_FOLDER = SiteFolder(tmp_path)


def save_page(folder: Path, *, with_picture: bool = True) -> Path:
    """A page as a browser saves it, its picture in a folder beside it."""
    file = folder / "quay.html"
    file.write_text(PAGE, encoding="utf-8")
    if with_picture:
        (folder / "quay_files").mkdir()
        data = BytesIO()
        Image.new("RGB", (640, 480), "#356").save(data, "JPEG")
        (folder / "quay_files" / "quay.jpg").write_bytes(data.getvalue())
    return file


def letters(text: str) -> str:
    """A comment's words without the marks of their markup."""
    return "".join(filter(str.isalnum, text))[:40]


@pytest.mark.parametrize(
    "name", ["04-wordpress-nested-german", "16-news-table", "21-newspaper-in-reply-to"]
)
def test_the_discussion_of_a_saved_page_is_in_the_api_as_it_was(site, reader, name):
    gold = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    report = receive([PAGES / f"{name}.html"])
    (story,) = report.stories
    assert story["title"] == gold["title"]
    number = StoryPage.objects.get().pk
    shown = [
        (comment["depth"], (comment["author"] or {}).get("name"), comment["text"])
        for comment in walk(reader, number)
    ]
    assert len(shown) == len(gold["comments"]) == report.made["comments"]
    expected = [(comment["depth"], comment["author"]) for comment in gold["comments"]]
    assert sorted(expected, key=str) == sorted(((depth, by) for depth, by, _ in shown), key=str)
    words = sorted(letters(text) for _, _, text in shown)
    assert words == sorted(letters(comment["text"]) for comment in gold["comments"])
    assert set(receive([PAGES / f"{name}.html"]).made.values()) == {0}


def test_a_saved_page_comes_with_its_picture_byline_date_and_old_address(site, reader, tmp_path):
    report = receive([save_page(tmp_path)])
    assert report.doubts == []
    assert report.made == {"stories": 1, "comments": 2, "sums": 0, "images": 1}
    story = StoryPage.objects.get()
    assert story.published.isoformat() == "2019-04-03T06:30:00+00:00"
    assert [author.name for author in story.people] == ["Ada Holm"]
    assert story.lead_picture.description == "Men on a quay"
    page = read_page(reader, story.url)
    assert "The last stone." in page.text
    body = page.one(itemprop="articleBody")
    assert [b.text for b in body.all("b")] == ["last stone"]
    assert [a.attributes["href"] for a in body.all("a")] == ["https://council.example/bill"]
    assert [li.text for li in body.all("li")] == ["forty stones", "two cranes"]
    old = reader.get("/2019/04/quay?x=1")
    assert (old.status_code, old.url) == (301, story.url)
    assert set(receive([tmp_path / "quay.html"]).made.values()) == {0}


def test_an_editor_can_open_what_arrived(newsroom, site, tmp_path):
    verse = "Three gulls,\none quay,\nno fish."
    text = tmp_path / "verse.txt"
    text.write_text(f"The gulls of Merrow\n\n{verse}\n\n  • Bo\n\n    So it is.\n")
    list_page = PAGE.replace("<li>forty stones", "<li>forty<br>stones")
    (tmp_path / "quay.html").write_text(list_page, encoding="utf-8")
    receive([text, tmp_path / "quay.html"])
    for story in StoryPage.objects.all():
        assert newsroom.get(f"/admin/pages/{story.pk}/edit/").status_code == 200


PILE = "Z" + "\u0313" * 12
DECEIVING = {
    "a headline": ("The quay is mended", f"{PILE} quay"),
    "a byline": ("Ada Holm", f"Ada \u2067{PILE}\u2069"),
    "a caption": ("The last stone. Photo", f"{PILE} stone"),
    "an alternative text": ("Men on a quay", PILE),
    "the story": ("eleven weeks after", PILE),
    "a reader's name": ("<cite>Bo</cite>", f"<cite>{PILE}</cite>"),
    "a comment": ("Eleven weeks!", f"{PILE} &#xD800; &#0; &#x1FFFFF;"),
    "a byline without letters": ("Ada Holm", "★★★"),
    "a date to come": ("2019-04-03T08", "2099-04-03T08"),
    "a comment's date to come": ("2019-04-03T10", "2099-04-03T10"),
    "an address of the site's own": ("/2019/04/quay?x=1", "/admin/"),
    "an address that is none": ("https://gulltimes.example/2019/04/quay?x=1", "https://[x/%zz"),
    "a very long address": ("2019/04/quay", "2019/" + "q" * 3000),
}


@pytest.mark.parametrize("where", DECEIVING)
def test_what_nobody_may_type_is_left_out_and_stops_nothing(newsroom, site, tmp_path, where):
    file = save_page(tmp_path)
    file.write_text(PAGE.replace(*DECEIVING[where]), encoding="utf-8")
    report = receive([file])
    assert (report.made["stories"], report.refused) == (1, [])
    story = StoryPage.objects.get()
    shown = [story.title, story.lead_caption, story.lead_alt, str(story.body)]
    shown += [f"{c.author}{c.text}" for c in Comment.objects.filter(discussion=story.pk)]
    assert not any(piles_marks(text) for text in shown)
    assert newsroom.get(f"/admin/pages/{story.pk}/edit/").status_code == 200


def test_a_comment_from_the_future_has_no_date(site, tmp_path):
    file = save_page(tmp_path)
    file.write_text(PAGE.replace("2019-04-03T10", "2099-04-03T10"), encoding="utf-8")
    receive([file])
    dates = dict(Comment.objects.values_list("author", "posted"))
    assert dates["Bo"] is None
    assert dates["Mo"].year == 2019


def test_a_sum_that_is_not_clear_stops_no_other_page_of_an_archive(site, tmp_path):
    first, second = two_pages().items()
    unclear = "<div class=meter><p>¥789 raised of ¥4,700</p></div>"
    pages = {first[0]: first[1].replace("<ul>", f"{unclear}<ul>"), second[0]: second[1]}
    report = receive([write_warc(tmp_path / "pages.warc.gz", pages)])
    assert [row["title"] for row in report.stories] == ["The pier is mended"]
    assert "--currency" in report.refused[0]
    assert first[0] in report.refused[0]


def test_pictures_that_did_not_come_along_are_said(site, tmp_path):
    report = receive([save_page(tmp_path, with_picture=False)])
    assert {"what": "the lead picture", "why": "image not in the capture"} in report.skipped
    assert StoryPage.objects.get().picture_missing
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "source",
    ["../secret.jpg", "/etc/passwd", "quay_files/../../secret.jpg", "//x/%00", "file:///x"],
)
def test_a_picture_outside_of_the_folder_is_not_read(site, tmp_path, source):
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xff secret")
    folder = tmp_path / "saved"
    folder.mkdir()
    file = save_page(folder)
    file.write_text(PAGE.replace("quay_files/quay.jpg", source), encoding="utf-8")
    report = receive([file])
    assert report.made["images"] == 0
    assert report.made["stories"] == 1


def test_a_page_in_another_encoding_needs_to_be_told_it(site, reader, tmp_path):
    file = tmp_path / "quay.html"
    text = PAGE.replace('<meta charset="utf-8">', "").replace("Ada Holm", "Åse Ødegård")
    file.write_bytes(text.encode("cp865"))
    receive([file], ImportOptions(encoding="cp865"))
    assert [author.name for author in StoryPage.objects.get().people] == ["Åse Ødegård"]


def test_an_unknown_encoding_is_said(site, tmp_path):
    from pennypress.formats.items import ArrivalRefused

    with pytest.raises(ArrivalRefused, match="no encoding “utf-9”"):
        receive([save_page(tmp_path)], ImportOptions(encoding="utf-9"))


def test_a_folder_of_saved_pages_is_taken_in_without_their_folders(site, tmp_path):
    save_page(tmp_path)
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    assert receive([tmp_path]).made["stories"] == 1


@pytest.fixture
def picture_server(monkeypatch) -> Iterator[tuple[str, list[str]]]:
    """A real server of pictures on loopback, taken for a public one; and what it was asked for."""
    asked: list[str] = []
    picture = BytesIO()
    Image.new("RGB", (640, 480), "#653").save(picture, "JPEG")

    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if "quay" in self.path else 404)
            self.end_headers()
            self.wfile.write(picture.getvalue())

        def log_message(self, *args) -> None:
            pass

    real = http.is_public
    monkeypatch.setattr(http, "is_public", lambda address: address == "127.0.0.1" or real(address))
    monkeypatch.setattr(http, "WEB_PORTS", range(1, 65_536))
    with HTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_pictures_are_fetched_when_that_is_asked_for_and_never_else(site, tmp_path, picture_server):
    address, asked = picture_server
    file = save_page(tmp_path, with_picture=False)
    file.write_text(PAGE.replace("quay_files/quay.jpg", f"{address}/old/quay.jpg"))
    assert receive([file]).made["images"] == 0
    assert asked == []
    file.write_text(file.read_text().replace("The quay is mended", "The pier is mended"))
    file.write_text(file.read_text().replace("2019/04/quay", "2019/04/pier"))
    report = receive([file], ImportOptions(fetch_pictures=True))
    assert report.made["images"] == 1
    assert asked == ["/old/quay.jpg"]


@pytest.mark.parametrize("host", ["127.0.0.2", "10.0.0.1", "[::1]", "169.254.169.254"])
def test_pictures_within_are_not_fetched(site, tmp_path, picture_server, host):
    _, asked = picture_server
    file = save_page(tmp_path, with_picture=False)
    file.write_text(PAGE.replace("quay_files/quay.jpg", f"http://{host}/quay.jpg"))
    report = receive([file], ImportOptions(fetch_pictures=True))
    assert (report.made["stories"], report.made["images"]) == (1, 0)
    assert "has an address that is not a public one" in report.skipped[0]["why"]
    assert asked == []


# ── Web archives and other files of several parts ──────────────────────────────────────────────


def write_warc(file: Path, pages: dict[str, str], picture: bytes = b"") -> Path:
    """Write captures of pages into a web archive, with one picture for all of them."""
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=file.suffix == ".gz")
        for address, markup in pages.items():
            for where, kind, data in (
                (address, "text/html; charset=utf-8", markup.encode()),
                ("https://gulltimes.example/quay_files/quay.jpg", "image/jpeg", picture),
            ):
                if data:
                    headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], "HTTP/1.1")
                    writer.write_record(
                        writer.create_warc_record(
                            where, "response", payload=BytesIO(data), http_headers=headers
                        )
                    )
    return file


def jpeg() -> bytes:
    data = BytesIO()
    Image.new("RGB", (640, 480), "#356").save(data, "JPEG")
    return data.getvalue()


def two_pages() -> dict[str, str]:
    """Two pages of one site, as an archive has them."""
    absolute = PAGE.replace('"quay_files', '"https://gulltimes.example/quay_files')
    other = absolute.replace("The quay is mended", "The pier is mended").replace("/quay?", "/pier?")
    return {
        "https://gulltimes.example/2019/04/quay?x=1": absolute,
        "https://gulltimes.example/2019/04/pier?x=1": other,
    }


@pytest.mark.parametrize("form", ["pages.warc", "pages.warc.gz", "pages.wacz"])
def test_a_web_archive_brings_its_pages_with_readers_and_pictures(site, reader, tmp_path, form):
    file = tmp_path / form
    if form.endswith("wacz"):
        inner = write_warc(tmp_path / "inner.warc.gz", two_pages(), jpeg())
        with zipfile.ZipFile(file, "w") as archive:
            archive.write(inner, "archive/data.warc.gz")
        inner.unlink()
    else:
        write_warc(file, two_pages(), jpeg())
    report = receive([file])
    assert report.made == {"stories": 2, "comments": 4, "sums": 0, "images": 1}
    assert {str(row["title"]) for row in report.stories} == {
        "The quay is mended", "The pier is mended"
    }  # fmt: skip
    assert "It kept you young." in reader.get(str(report.stories[0]["url"])).content.decode()
    assert reader.get("/2019/04/pier?x=1").status_code == 301
    assert set(receive([tmp_path]).made.values()) == {0}


def test_a_page_of_an_archive_that_cannot_be_read_stops_no_other(site, tmp_path):
    pages = two_pages() | {"https://gulltimes.example/empty": "<html><body> </body></html>"}
    report = receive([write_warc(tmp_path / "pages.warc.gz", pages)])
    assert report.made["stories"] == 2
    assert report.refused == [
        "the page holds no words (pages.warc.gz, https://gulltimes.example/empty)"
    ]


def test_a_page_saved_as_one_file_comes_with_its_picture(site, tmp_path):
    message = EmailMessage()
    message["Content-Location"] = "https://gulltimes.example/2019/04/quay?x=1"
    message.set_content("The saved page")
    message.clear_content()
    message.make_related()
    page = EmailMessage()
    page.set_content(PAGE, subtype="html", charset="utf-8")
    page["Content-Location"] = "https://gulltimes.example/2019/04/quay?x=1"
    picture = EmailMessage()
    picture.set_content(jpeg(), "image", "jpeg")
    picture["Content-Location"] = "https://gulltimes.example/2019/04/quay_files/quay.jpg"
    for part in (page, picture):
        message.attach(part)
    file = tmp_path / "quay.mht"
    file.write_bytes(bytes(message))
    assert receive([file]).made == {"stories": 1, "comments": 2, "sums": 0, "images": 1}
