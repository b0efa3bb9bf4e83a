"""Pages that are broken, huge or gone, pictures that are many, versions that nobody knows."""

import base64
import contextlib
import hashlib
import http.server
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pennypress.verifier import pages
from pennypress.verifier.check import verify
from pennypress.verifier.command import main
from pennypress.verifier.deadline import Deadline, OutOfTime
from pennypress.verifier.pages import NoPage, read_page
from pennypress.verifier.picture_files import AT_ONCE
from pennypress.verifier.source import open_source

from .writer import NO_CLAIMS, entry, put, write_log

pytestmark = pytest.mark.once

SALT = bytes(range(32))
STORY = '<article itemscope itemtype="https://schema.org/NewsArticle">'
BYTES = [b"picture %d" % number for number in range(12)]


def picture(number: int, **other) -> dict[str, str]:
    sha256 = hashlib.sha256(BYTES[number]).hexdigest()
    return {"sha256": sha256, "alt": f"Alt {number}", "caption": "", "credit": ""} | other


def make_log(root: Path, versions: list[dict | str], opened: bool = True) -> Path:
    """A log with a story for each version, whose page shows what the version says."""
    entries, rows, stories = [], [], []
    for number, said in enumerate(versions):
        content = said if isinstance(said, str) else json.dumps(said)
        commitment = hashlib.sha256(SALT + content.encode()).hexdigest()
        facts = {"commitments": {"content": commitment}, "version": 1}
        entries.append(entry("story.published", f"story:{number}", **facts))
        salt = base64.b64encode(SALT).decode()
        rows.append({"entry": number, "name": "content", "salt": salt, "content": content})
        published = {"version": 1, "entry": number, "published": "2026-01-02T03:04:05Z"}
        stories.append({"number": number, "url": f"/{number}/", "versions": [published]})
        pictures = said["body"] if isinstance(said, dict) else []
        put(root, f"{number}/index.html", page_of(number, [one["value"] for one in pictures]))
    write_log(root, entries, claims={**NO_CLAIMS, "stories": stories}, opened=rows * opened)
    for number, content in enumerate(BYTES):
        put(root, f"media/{number}.png", content)
    return root


def version(*pictures: dict[str, str], **other) -> dict:
    body = [{"type": "picture", "value": one} for one in pictures]
    return {
        "schema": 2, "headline": "A", "standfirst": "", "kind": "news", "dateline": "",
        "date": None, "bylines": [], "tags": [], "picture": None, "body": body, "sources": [],
    } | other  # fmt: skip


def page_of(number: int, pictures: list[dict[str, str]]) -> bytes:
    addresses = [f"/media/{one['alt'].removeprefix('Alt ')}.png" for one in pictures]
    images = [{"url": url, **one} for url, one in zip(addresses, pictures, strict=True)]
    figures = "".join(
        f'<figure><img alt="{one["alt"]}"><a data-full-size="{url}"></a></figure>'
        for url, one in zip(addresses, pictures, strict=True)
    )
    facts = json.dumps({"@type": "NewsArticle", "headline": "A", "image": images})
    return (
        f'<script type="application/ld+json">{facts}</script>{STORY}<h1>A</h1>'
        f'<b data-version="1" data-record-entry="{number}"></b>'
        f'<div itemprop="articleBody">{figures}</div></article>'
    ).encode()


@contextlib.contextmanager
def serving(root: Path, gone: frozenset[str] = frozenset(), slow: str = "-") -> Iterator[tuple]:
    """Serve a folder; what is `gone` is there once. Yield address, requests, most at a time."""
    asked: Counter[str] = Counter()
    at_once, lock = [0, 0], threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.lstrip("/")
            is_picture = path.startswith("media/")
            with lock:
                asked[path] += 1
                at_once[0] += is_picture
                at_once[1] = max(at_once)
                is_gone = path in gone and asked[path] > 1 - is_picture
            file = root / (path + "index.html" if path.endswith("/") else path)
            is_there = file.is_file() and not is_gone
            if is_picture:
                time.sleep(5 if path == slow else 0.02)
            body = file.read_bytes() if is_there else b""
            with lock:
                at_once[0] -= is_picture
            with contextlib.suppress(OSError):
                self.send_response(200 if is_there else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked, at_once
        server.shutdown()


def check(root, **options):
    return verify(open_source(str(root)), **options)


# ── Pictures ───────────────────────────────────────────────────────────────────────────────────


def test_each_picture_is_fetched_once_and_few_at_a_time(tmp_path):
    shown = [picture(number) for number in range(12)]
    make_log(tmp_path, [version(*shown), version(*shown), version(*shown[:1] * 3)])
    with serving(tmp_path) as (address, asked, at_once):
        report = check(address)
    assert report.findings == []
    assert report.pictures == 12
    assert {n for path, n in asked.items() if path.startswith("media/")} == {1}
    assert 1 < at_once[1] <= AT_ONCE


def test_a_picture_that_was_not_cleaned_yet_is_not_fetched(tmp_path):
    make_log(tmp_path, [version(picture(0, sha256=""), picture(1))])
    (tmp_path / "media/0.png").unlink()
    report = check(tmp_path)
    assert (report.findings, report.pictures) == ([], 1)


def test_a_picture_that_does_not_come_in_time_leaves_the_record_checked(tmp_path, capsys):
    make_log(tmp_path, [version(picture(0)), version(picture(1))])
    with serving(tmp_path, slow="media/1.png") as (address, _, _):
        assert main([address, "--deadline", "1", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["entries"], found["pages"], found["pictures"]) == (2, 2, 1)
    (finding,) = found["findings"]
    assert finding["code"] == "deadline"
    assert "2 of 2 entries and read 2 pages and 1 pictures" in finding["message"]


# ── What changes while it is checked ───────────────────────────────────────────────────────────


def test_a_story_that_is_taken_down_meanwhile_is_not_read_and_no_disagreement(tmp_path):
    make_log(tmp_path, [version()], opened=False)
    with serving(tmp_path, gone=frozenset({"0/"})) as (address, _, _):
        report = check(address)
    assert [(one.code, one.level) for one in report.findings] == [("content", "unread")]
    with serving(tmp_path) as (address, _, _):
        report = check(address)
    assert [(one.code, one.level) for one in report.findings] == [("content", "disagreement")]
    assert [one.level for one in check(tmp_path).findings] == ["disagreement"]


def test_a_picture_of_a_story_that_is_taken_down_meanwhile_is_no_disagreement(tmp_path):
    make_log(tmp_path, [version(picture(0))])
    with serving(tmp_path, gone=frozenset({"0/", "media/0.png"})) as (address, _, _):
        report = check(address)
    assert [(one.code, one.level) for one in report.findings] == [("missing", "unread")]
    with serving(tmp_path, gone=frozenset({"media/0.png"})) as (address, _, _):
        report = check(address)
    assert [(one.code, one.level) for one in report.findings] == [("missing", "disagreement")]


# ── Versions ───────────────────────────────────────────────────────────────────────────────────


def test_a_schema_of_the_future_is_not_read_and_no_disagreement(tmp_path):
    make_log(tmp_path, [version(schema=3)])
    (finding,) = check(tmp_path).findings
    assert (finding.code, finding.level) == ("content", "unread")
    assert "schema 3" in finding.message


@pytest.mark.parametrize(
    "said",
    [
        "", "[]", "{", '"a"', "{}", json.dumps(version(headline=1)), json.dumps(version(bylines=1)),
        json.dumps(version(picture="a")), json.dumps(version(body=[1])),
        json.dumps(version(sources=[{"value": None}])), json.dumps(version(date=1)),
        json.dumps(version(tags=[1])), json.dumps(version(tags=None)), json.dumps(version(kind=1)),
        json.dumps(version({"alt": []})),
    ],
)  # fmt: skip
def test_a_content_that_is_no_version_is_named(tmp_path, said):
    make_log(tmp_path, [said])
    (finding,) = check(tmp_path).findings
    assert (finding.code, finding.level, finding.where) == ("content", "disagreement", "/0/")
    assert "its version cannot be read" in finding.message


# ── Pages ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "unit",
    [
        "<!--", "<!", "<![CDATA[", "&", "</", "<a ", "<a b='", "<a b='>", "<script>", "<?", "<a>",
        "<article>", "<h1>", "<figure>", "<figure><img>", "<b itemprop=author>", "</article>", "&#",
        '<script type="application/ld+json">', '<script type="application/ld+json">[</script>',
        "<div itemprop=articleBody>", "<li itemprop=citation>", "e\u0301\u0316",
    ],
)  # fmt: skip
def test_a_hostile_page_is_read_in_a_time_that_grows_with_its_length(tmp_path, unit):
    make_log(tmp_path, [version()])
    good = (tmp_path / "0/index.html").read_bytes()
    start, end = good.split(b"<h1>")
    put(tmp_path, "0/index.html", start + unit.encode() * (300_000 // len(unit)) + b"<h1>" + end)
    began = time.monotonic()
    report = check(tmp_path)
    assert time.monotonic() - began < 10  # a tenth is usual; it was an hour
    assert {one.code for one in report.findings} <= {"content", "versions", "malformed"}
    assert all(len(one.message) < 400 for one in report.findings)


def test_the_deadline_is_looked_at_while_a_page_is_parsed():
    passed = Deadline(0.0)
    with pytest.raises(OutOfTime):
        read_page(b"<a>" * 5_000, passed)


def test_a_tag_without_measure_and_a_page_without_measure_are_not_taken(tmp_path, monkeypatch):
    with pytest.raises(NoPage, match="too long a tag"):
        read_page(b"<a " + b"a " * 100_000 + b">", Deadline())
    make_log(tmp_path, [version()])
    monkeypatch.setattr(pages, "MOST_BYTES", 100)
    (finding,) = check(tmp_path).findings
    assert (finding.code, finding.level) == ("missing", "unread")
    assert "too large" in finding.message
