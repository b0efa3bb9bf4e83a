"""The worker over real HTTP: what is kept and what never is, and requests of every wrong kind."""

import contextlib
import json
import re
import socket
import threading
from collections import defaultdict
from io import BytesIO

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client, override_settings
from wagtail.documents.models import Document

from pennypress.delivery.pages import canonical_query
from pennypress.delivery.rendering import render
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage

from .served import Answer, Served, wait_for

pytestmark = pytest.mark.once

HTML_RULES = "max-age=0, must-revalidate"
FORM_IN_CACHES = "private, max-age=0, must-revalidate"


@pytest.fixture(autouse=True)
def _nothing_kept(served) -> None:
    """Every test begins as after a start."""
    wait_for(lambda: served.waiting == 0)  # what the test before left behind
    served.catch_up()
    served.clear()
    served.worker.asked.clear()
    served.worker.entered.clear()


# ── Kept pages ─────────────────────────────────────────────────────────────────────────────────


def test_every_public_page_is_rendered_once_and_then_enters_django_no_more(served, paper, counts):
    addresses = paper.addresses()
    first = [served.get(address, accept_encoding="gzip") for address in addresses]
    assert {answer.status for answer in first} == {200}
    assert sorted(counts.rendered) == sorted(addresses)
    assert set(served.kept) == set(addresses)
    counts.forget()
    again = [served.get(address, accept_encoding="gzip") for address in addresses]
    assert again == first
    assert (counts.rendered, counts.fragments, served.worker.entered) == ([], [], [])


def test_a_page_joined_from_parts_reads_like_one_rendered_whole(served, paper):
    for address in paper.addresses():
        text = served.get(address).text
        assert text == render(address).text.decode(errors="replace")
        assert not re.search("<!--[0-9a-f]{8}", text), "a mark was left in it"


def rules_of(address: str) -> str:
    """How long a browser may keep what is at an address without asking."""
    if address.startswith("/record/tile/"):
        return "public, max-age=31536000, immutable"
    return "public, max-age=2" if address.startswith("/record/checkpoint") else HTML_RULES


def test_every_encoding_of_a_page_holds_the_same_and_has_an_etag_of_its_own(served, paper):
    for address in paper.addresses():
        plain = served.get(address)
        assert "content-encoding" not in plain.headers
        assert plain.body, address
        answers = {"": plain, "gzip": served.get(address, accept_encoding="gzip")}
        for _ in range(2):  # whoever takes nothing else gets brotli at once
            answers["br"] = served.get(address, accept_encoding="br, identity;q=0")
        for encoding, answer in answers.items():
            small = encoding and "content-encoding" not in answer.headers
            assert small or answer.headers.get("content-encoding", "") == encoding
            assert answer.text == plain.text
            assert answer.headers["content-length"] == str(len(answer.body))
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["cache-control"] == rules_of(address)
            assert "set-cookie" not in answer.headers
        if "content-encoding" in answers["gzip"].headers:
            assert len({answer.headers["etag"] for answer in answers.values()}) == 3


def test_brotli_comes_once_it_was_asked_for_twice(served):
    wanted = "gzip, deflate, br, zstd"
    for _ in range(2):
        assert served.get("/", accept_encoding=wanted).headers["content-encoding"] == "gzip"
    wait_for(lambda: served.on_loop(lambda: "br" in served.worker.pages.pages["/"].responses))
    answer = served.get("/", accept_encoding=wanted)
    assert answer.headers["content-encoding"] == "br"
    assert answer.text == served.get("/").text


@pytest.mark.parametrize("accepted", [None, "gzip", "br, identity;q=0"])
def test_an_unchanged_page_is_not_sent_twice(served, paper, accepted):
    headers = {"Accept-Encoding": accepted} if accepted else {}
    for address in ("/", paper.url("quay"), "/funding/?page=2", "/api/v1/funding"):
        whole = served.ask("GET", address, headers)
        etag = whole.headers["etag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            for method in ("GET", "HEAD"):
                answer = served.ask(method, address, headers | {"If-None-Match": known})
                assert (answer.status, answer.body) == (304, b"")
                assert answer.headers["etag"] == etag
                assert answer.headers["vary"] == "Accept-Encoding"
                assert answer.headers["cache-control"] == HTML_RULES
                assert not {"content-encoding", "content-type"} & set(answer.headers)
        for unknown in ('"other"', "other", "", '""'):
            answer = served.ask("GET", address, headers | {"If-None-Match": unknown})
            assert (answer.status, answer.body) == (200, whole.body)


def test_head_says_what_get_says(served, paper):
    for address in ("/", "/api/v1/funding", "/nothing/"):
        for accepted in ({}, {"Accept-Encoding": "gzip"}):
            got, head = (served.ask(method, address, accepted) for method in ("GET", "HEAD"))
            assert (head.status, head.headers) == (got.status, got.headers)
            assert head.body == b""
    assert served.worker.entered == []


def test_who_takes_no_encoding_at_all_gets_none(served):
    for accepted in ("identity;q=0", "*;q=0", "identity;q=0, deflate"):
        answer = served.get("/", accept_encoding=accepted)
        assert answer.status == 406
        assert "no-store" in answer.headers["cache-control"]


# ── Queries ────────────────────────────────────────────────────────────────────────────────────


def test_queries_that_mean_the_same_share_one_page(served, paper, counts):
    quay = paper.url("quay")
    for path, known in (
        ("/", ""),
        (quay, ""),
        (f"{quay}discussion/", "order=newest"),
        (f"{quay}discussion/", f"after={paper.cursor}&order=oldest"),
        ("/funding/", "campaign=roof&page=1"),
        ("/api/v1/funding/entries", "after=2"),
    ):
        served.clear()
        counts.forget()
        shuffled = "&".join(reversed(known.split("&")))
        name = known.partition("=")[0] or "page"
        queries = [
            known, f"{known}&utm_source=x", f"fbclid=1&{shuffled}", f"{shuffled}&&&;&=&x",
            f"{name}=other&{known}",  # of one given twice the last counts
        ]  # fmt: skip
        texts = {served.get(f"{path}?{query}").text for query in queries}
        assert len(texts) == 1
        assert list(served.kept) == [f"{path}?{known}" if known else path]
        assert len(counts.rendered) == 1


def test_a_question_mark_within_a_path_begins_no_query(served):
    served.get("/funding/?page=2")
    for path in ("/funding/%3Fpage=2", "/funding/%3fpage=2", "/%3Fx=1"):
        assert served.get(path).status == 404
    assert list(served.kept) == ["/funding/?page=2"]


class Noting(QueryDict):
    """A query that notes which parameters are read."""

    read: dict[str, set[str]] = defaultdict(set)
    path = ""

    def __getitem__(self, key):
        self.read[self.path].add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.read[self.path].add(key)
        return super().get(key, default)

    def getlist(self, key, default=None):
        self.read[self.path].add(key)
        return super().getlist(key, default)

    def __contains__(self, key):
        self.read[self.path].add(key)
        return super().__contains__(key)


def test_every_parameter_that_a_public_view_reads_is_listed_and_no_other(paper, monkeypatch):
    def noting(request) -> QueryDict:
        query = Noting(request.META.get("QUERY_STRING", ""))
        query.path = request.path_info
        return query

    monkeypatch.setattr(WSGIRequest, "GET", property(noting))
    monkeypatch.setattr(Noting, "read", defaultdict(set))
    for address in paper.addresses():
        assert render(address).status == 200
    api = json.loads(render("/api/v1/openapi.json").text)
    for path, methods in api["paths"].items():
        names = {p["name"] for p in methods.get("get", {}).get("parameters", ())}
        Noting.read[re.sub(r"\{\w+\}", "1", path)] = {n for n in names if f"{{{n}}}" not in path}
    del Noting.read[""]  # of copies, which templates make new queries from
    for path, names in Noting.read.items():
        dropped = {name for name in names if not canonical_query(path, f"{name}=1")}
        assert not dropped, f"read at {path}, but never let through"
    register = site_settings.ADDRESSES
    for address in register.addresses:
        read = set().union(
            *(found for path, found in Noting.read.items() if register.find(path) is address)
        )
        assert set(address.query) <= read, f"let through at {address.path}, but read nowhere"


# ── What is never kept ─────────────────────────────────────────────────────────────────────────


def test_an_unknown_host_is_refused_and_poisons_nothing(served):
    for kept in (False, True):
        for host in ("evil.example.org", "evil.example.org:8000", "127.0.0.1.evil", "@", "a b"):
            answer = served.get("/", host=host)
            assert answer.status == 400
        assert bool(served.kept) == kept
        assert "evil" not in served.get("/", host="localhost:1").text
    assert list(served.kept) == ["/"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_no_other_method_keeps_a_page_or_gets_a_kept_one(served, paper, method):
    for address in ("/", paper.url("quay"), "/funding/", "/api/v1/funding"):
        for _ in range(2):
            answer = served.ask(method, address, {"Content-Type": "text/plain"}, b"")
            assert "etag" not in answer.headers
            assert "no-store" in answer.headers["cache-control"]
            assert answer.status < 500 or answer.status == 501
    assert served.kept == {}
    served.get("/")
    assert "etag" not in served.ask(method, "/", body=b"").headers


def test_drafts_forms_and_what_is_personal_are_never_kept(served, paper):
    quay, number = paper.url("quay"), paper.comments["first"].pk
    draft = StoryPage(
        title="Not yet out",
        slug="not-yet",
        live=False,
        body=[("paragraph", "<p>What happened.</p>")],
    )
    paper.sections["news"].add_child(instance=draft)
    draft.save_revision()
    office = Client()
    office.force_login(paper.editor)
    cookie = f"sessionid={office.cookies['sessionid'].value}"
    statuses = {
        "/admin/": {200}, f"/admin/pages/{draft.pk}/view_draft/": {200},
        f"/admin/pages/{paper.stories['quay'].pk}/view_draft/": {200}, "/admin/login/": {302},
        "/me/comments/": {200}, "/me/strip/": {200}, "/ar/me/comments/": {200},
        f"{quay}discussion/reply/": {200}, f"{quay}discussion/{number}/reply/": {200},
        "/accounts/enter/x/y/": {410}, "/accounts/password/": {302}, "/news/not-yet/": {404},
        "/healthz": {200},
    }  # fmt: skip
    for address, expected in statuses.items():
        for _ in range(2):
            answer = served.get(address, cookie=cookie)
            assert answer.status in expected, address
            if address.endswith("/reply/"):  # a browser remembers what is typed into it
                assert answer.headers["cache-control"] == FORM_IN_CACHES, address
            elif address != "/news/not-yet/":
                assert "no-store" in answer.headers["cache-control"], address
    assert served.kept == {}


def test_what_is_not_there_is_said_anew_each_time(served, paper, counts):
    story = publish_story(
        StoryPage(title="Gone by noon", body=[("paragraph", "<p>What happened.</p>")]),
        paper.sections["news"],
    )
    story.unpublish()
    served.catch_up()
    for address, status in (
        ("/nothing/", 404), ("/news/nothing/", 404), (story.url, 410), ("/funding/?page=99", 404),
        ("/api/v1/stories?url=/nothing/", 404), ("/api/v1/funding/entries?after=x", 422),
        ("/news", 301), ("/funding", 301), ("//", 404),
    ):  # fmt: skip
        for _ in range(2):
            answer = served.get(address)
            assert answer.status == status, address
            assert "set-cookie" not in answer.headers
        if status == 301:
            assert answer.headers["location"] == f"{address}/"
    assert served.kept == {}
    # The last three are declared by nobody: Django answers them as it would a personal page.
    assert len(counts.rendered) == 12
    assert served.worker.entered[-6:] == [
        f"GET {address}" for address in ("/news", "/funding", "//") for _ in range(2)
    ]
    publish_story(StoryPage.objects.get(pk=story.pk), paper.sections["news"])
    served.catch_up()
    assert served.get(story.url).status == 200


def test_a_crawl_of_made_up_addresses_leaves_the_front_page_kept(paper, serve_worker, counts):
    served = serve_worker(limit=200_000)
    before = served.get("/", accept_encoding="gzip")
    for number in range(150):
        served.get(f"/api/v1/funding/entries?after={number}", accept_encoding="gzip")
        served.get(f"/?made={number}&up=1")
        if number % 10 == 0:
            served.get(f"/made-up-{number}/")
    assert counts.rendered.count("/") == 1
    assert served.get("/", accept_encoding="gzip") == before
    assert served.on_loop(lambda: served.worker.pages.bytes) <= 200_000
    assert 5 < len(served.kept) < 150


# ── Files ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def picture_address() -> str:
    content = ContentFile(bytes(range(256)) * 1000)
    name = default_storage.save("images/range.png", content)
    return f"/media/{name}"


def test_a_picture_is_found_by_django_once_and_sent_by_the_server_then(served, picture_address):
    answers = [served.get(picture_address) for _ in range(3)]
    for answer in answers:
        assert (answer.status, len(answer.body)) == (200, 256_000)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cache-control"] == "public, max-age=31536000"
    assert answers[0].headers == answers[2].headers
    assert len(served.worker.entered) == 1
    head = served.ask("HEAD", picture_address)
    assert (head.status, head.headers) == (200, answers[2].headers)
    assert served.kept == {}


def test_an_unchanged_picture_is_not_sent_twice(served, picture_address):
    for _ in range(3):
        modified = served.get(picture_address).headers["last-modified"]
        again = served.get(picture_address, if_modified_since=modified)
        assert (again.status, again.body) == (304, b"")


def test_a_picture_that_has_gone_is_not_found(served, picture_address):
    for _ in range(2):
        assert served.get(picture_address).status == 200
    default_storage.delete(picture_address.removeprefix("/media/"))
    assert served.get(picture_address).status == 404


def test_a_document_that_has_gone_is_gone_at_once(served):
    document = Document.objects.create(title="M", file=ContentFile(b"%PDF-1.7", name="m.pdf"))
    url = document.url
    try:
        for _ in range(2):
            answer = served.get(document.url)
            assert (answer.status, answer.body) == (200, b"%PDF-1.7")
            assert answer.headers["cache-control"] == "private, no-store"
        assert document.url not in served.kept
    finally:
        document.delete()
    assert served.get(url).status == 404


# ── Bodies ─────────────────────────────────────────────────────────────────────────────────────


def post(served: Served, paper, text: str, **headers: str) -> Answer:
    body = json.dumps({"name": "Ann", "text": text}).encode()
    path = f"/api/v1/stories/{paper.stories['ferry'].pk}/comments"
    return served.ask("POST", path, {"Content-Type": "application/json"} | headers, body)


def post_in_chunks(served: Served, paper, *pieces: bytes) -> bytes:
    """Post a comment in chunks as they are given; return the first line of the answer."""
    bare = served.connect()
    path = f"/api/v1/stories/{paper.stories['ferry'].pk}/comments"
    bare.sendall(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n".encode()
    )
    with contextlib.suppress(OSError):  # refused before it was all there
        for piece in pieces:
            bare.sendall(piece)
        bare.shutdown(socket.SHUT_WR)
    return read_all(bare).splitlines()[0]


def in_chunks(text: str) -> list[bytes]:
    body = json.dumps({"name": "Ann", "text": text}).encode()
    pieces = [body[byte : byte + 7] for byte in range(0, len(body), 7)]
    return [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]


@pytest.mark.parametrize(
    "end", [b"0\r\n\r\n", b"", b"-1\r\n", b"zz\r\n", b"5\r\nab", b"ffffffffffffffffff\r\n"]
)
def test_a_body_in_chunks_whose_end_cannot_be_seen_is_never_handed_on(served, paper, end):
    assert b" 411 " in post_in_chunks(served, paper, *in_chunks("In pieces."), end)
    assert served.worker.entered == []
    assert "In pieces" not in served.get(paper.url("ferry")).text


def test_a_body_larger_than_the_site_takes_is_refused(served, paper):
    with override_settings(LARGEST_FORM=10_000):
        assert post(served, paper, "x" * 11_000).status == 413
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        page = f"{paper.url('ferry')}discussion/reply/"
        refused = served.ask("POST", page, form, b"text=" + b"x" * 11_000)
        assert refused.status == 413
        assert refused.text.startswith("Too large. Nothing was stored. Go back in your browser:")
        assert served.worker.entered == []
        assert post(served, paper, "Small enough.").status == 201


# ── Requests of every wrong kind ───────────────────────────────────────────────────────────────


def read_all(bare: socket.socket) -> bytes:
    """Read until the other end closes."""
    received = BytesIO()
    while piece := bare.recv(65536):
        received.write(piece)
    bare.close()
    return received.getvalue()


def ask_raw(served: Served, request: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; return the status and all that came. The request must end it."""
    bare = served.connect()
    bare.sendall(request)
    answer = read_all(bare)
    return int(answer.split(b" ", 2)[1]), answer


END = b"Host: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET / HTTP/1.1", 200),
        (b"GARBAGE", 400),
        (b"GET", 400),
        (b"GET / HTTP/9.9", 400),
        (b"GET / / HTTP/1.1", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET /\xff\xfe/ HTTP/1.1", 400),
        (b"GET /news/\xc3\xbc/ HTTP/1.1", 404),
        (b"GET /%ff%fe/ HTTP/1.1", 404),
        (b"GET /news/%C3%28/ HTTP/1.1", 404),
        (b"GET /%zz/ HTTP/1.1", 404),
        (b"GET /a%00b/ HTTP/1.1", 400),
        (b"GET /funding/?page=%00 HTTP/1.1", 400),
        (b"GET /funding/?page=%ff HTTP/1.1", 404),
        (b"GET /" + b"a" * 8_192 + b"/ HTTP/1.1", 404),
        (b"GET /?" + b"a=b&" * 2_000 + b" HTTP/1.1", 200),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1", 414),
        (b"GET /?" + b"a" * 20_000 + b" HTTP/1.1", 414),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1", 431),
        (b"GET /../../etc/passwd HTTP/1.1", 404),
        (b"GET /media/images/%2e%2e/%2e%2e/secret-key HTTP/1.1", 404),
        (b"GET http://localhost/ HTTP/1.1", 200),
        (b"GET http://localhost/nothing/ HTTP/1.1", 404),
        (b"OPTIONS * HTTP/1.1", 404),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_a_malformed_request_gets_the_right_status_and_harms_nobody(served, line, status):
    for _ in range(2):  # the second time there may be something kept
        assert ask_raw(served, line + b"\r\n" + END)[0] == status
        assert served.get("/").status == 200
    assert set(served.kept) <= {"/"}


def test_without_a_host_or_with_strange_headers_the_site_still_answers(served):
    assert ask_raw(served, b"GET / HTTP/1.0\r\n\r\n")[0] == 200
    odd = b"GET / HTTP/1.1\r\nX-Odd: \xff\xe9\r\nX_Under: 1\r\nCookie: \xff=\xff; a\r\n"
    assert ask_raw(served, odd + END)[0] == 200
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(60))
    assert ask_raw(served, b"GET / HTTP/1.1\r\n" + many + END)[0] == 200
    assert ask_raw(served, b"GET / HTTP/1.1\r\nIf-None-Match: \xff\r\n" + END)[0] == 200
    assert ask_raw(served, b"GET / HTTP/1.1\r\nAccept-Encoding: \xff\r\n" + END)[0] == 200


def test_http_1_0_is_answered_and_closed(served):
    for _ in range(2):
        status, answer = ask_raw(served, b"GET /funding/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert status == 200
        assert answer.endswith(b"</html>\n")


def test_pipelined_requests_are_answered_in_their_order(served, paper):
    bare = served.connect()
    paths = ["/", "/nothing/", "/funding/", "/", paper.url("quay"), "/api/v1/funding", "/about/"]
    for number, path in enumerate(paths):
        last = b"Connection: close\r\n" if number == len(paths) - 1 else b""
        bare.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + last + b"\r\n")
    answers = read_all(bare)
    assert re.findall(rb"HTTP/1.1 ([0-9]+)", answers) == [
        b"404" if path == "/nothing/" else b"200" for path in paths
    ]
    pages = answers.split(b"HTTP/1.1 ")[1:]
    assert b"<title>The open ledger" in pages[2]
    assert b'"campaigns"' in pages[5]
    assert pages[0].partition(b"\r\n\r\n")[2] == pages[3].partition(b"\r\n\r\n")[2]


def test_a_range_of_a_page_is_the_whole_page(served):
    whole = served.get("/")
    for wanted in ("bytes=0-10", "bytes=5-", "bytes=999999-", "lines=1-2", "bytes=9-1"):
        answer = served.get("/", range=wanted)
        assert (answer.status, answer.body) == (200, whole.body)


def test_a_range_of_a_picture_is_that_range_or_the_whole(served, picture_address):
    whole = served.get(picture_address).body
    for _ in range(3):
        answer = served.get(picture_address, range="bytes=100-199")
        assert answer.status in {200, 206}
        assert answer.body == (whole if answer.status == 200 else whole[100:200])


# ── Clients that are slow, or gone ─────────────────────────────────────────────────────────────

MORE_THAN_THREADS = 12


def test_those_who_send_half_a_request_and_stay_hold_nobody_up(served, paper):
    path = f"/api/v1/stories/{paper.stories['ferry'].pk}/comments"
    to_post = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode()
    halves = [
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: local",
        to_post + b"Content-Length: 500\r\n\r\n{",
        to_post + b"Transfer-Encoding: chunked\r\n\r\n9\r",
        b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nx",
    ]
    waiting = []
    for number in range(MORE_THAN_THREADS * len(halves)):
        waiting.append(served.connect())
        waiting[-1].sendall(halves[number % len(halves)])
    wait_for(lambda: served.worker.asked.count(path) == 2 * MORE_THAN_THREADS)
    assert served.get("/").status == 200  # kept or not
    assert served.get("/").status == 200
    assert post(served, paper, "Nobody is in my way.").status == 201
    for bare in waiting:
        bare.close()
    assert post(served, paper, "They have gone.").status == 201


def test_more_slow_posts_than_may_wait_for_django_stop_no_other(served, paper, monkeypatch):
    monkeypatch.setattr("pennypress.delivery.worker.MOST_WAITING", 3)
    path = f"/api/v1/stories/{paper.stories['ferry'].pk}/comments"
    half = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{{".encode()
    with contextlib.ExitStack() as waiting:
        for _ in range(MORE_THAN_THREADS):
            waiting.enter_context(served.connect()).sendall(half)
        wait_for(lambda: served.worker.asked.count(path) == MORE_THAN_THREADS)
        assert post(served, paper, "Nobody is in my way.").status == 201


def test_those_who_never_read_a_large_page_hold_nobody_up(served, paper):
    number = 40_000
    text = "".join(f"<p>{i * 7919 % 1_000_003} {i * 104_729 % 999_983}</p>" for i in range(number))
    story = StoryPage(title="Long", slug="long", body=[("paragraph", text)])
    story = publish_story(story, paper.sections["news"])
    served.catch_up()
    assert len(served.get(story.url).body) > 700_000
    deaf = [served.connect(receive_buffer=4096) for _ in range(MORE_THAN_THREADS)]
    for bare in deaf:
        for _ in range(8):
            bare.sendall(f"GET {story.url} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    wait_for(lambda: served.worker.asked.count(story.url) > MORE_THAN_THREADS)
    for _ in range(3):
        assert served.get("/").status == 200
    assert post(served, paper, "And I can write.").status == 201
    for bare in deaf:
        bare.close()
    story.unpublish()


def test_those_who_leave_before_the_answer_hold_nobody_up(served, paper, monkeypatch):
    from pennypress.delivery import worker as module

    may_go_on, real = threading.Event(), module.render

    def held(*arguments, **options):
        may_go_on.wait(20)
        return real(*arguments, **options)

    monkeypatch.setattr(module, "render", held)
    for _ in range(MORE_THAN_THREADS):
        bare = served.connect()
        bare.sendall(b"GET /about/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        bare.close()
    wait_for(lambda: "/about/" in served.worker.asked)
    may_go_on.set()
    assert served.get("/").status == 200
    wait_for(lambda: "/about/" in served.kept)
