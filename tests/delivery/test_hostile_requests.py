"""What a worker refuses by itself, and what it remembers and logs of what comes from outside."""

import fcntl
import itertools
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from pennypress.delivery import negotiation
from pennypress.limits import turns
from pennypress.operations.serve import HEAD_BYTES
from pennypress.record import sealing
from pennypress.requests import bodies as bodies_module
from pennypress.requests.access_log import _recent
from pennypress.requests.bodies import Bodies

from .served import Served, wait_for

pytestmark = pytest.mark.once

END = b"Host: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def _nothing_cached(served) -> None:
    wait_for(lambda: served.waiting == 0)
    served.catch_up()
    served.clear()
    served.worker.entered.clear()


def read_all(bare: socket.socket) -> bytes:
    """Read until the other end closes."""
    received = b""
    try:
        while piece := bare.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    bare.close()
    return received


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def ask_raw(served: Served, request: bytes, *, half_close: bool = False) -> bytes:
    bare = served.connect()
    bare.sendall(request)
    if half_close:
        bare.shutdown(socket.SHUT_WR)
    return read_all(bare)


def head_of_post(paper, *headers: str) -> bytes:
    path = f"/api/v1/stories/{paper.stories['ferry'].pk}/comments"
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def comment(text: str) -> bytes:
    return json.dumps({"name": "Ann", "text": text}).encode()


# ── How it is said ─────────────────────────────────────────────────────────────────────────────


def test_browsers_are_refused_on_a_page_that_a_telephone_shows_legibly(served):
    request = b"TRACE /no-such-page/ HTTP/1.1\r\nAccept: text/html,*/*;q=0.8\r\n"
    head, _, page = ask_raw(served, request + END).decode().partition("\r\n\r\n")
    assert "content-type: text/html; charset=utf-8" in head.lower()
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "<h1>Method Not Allowed</h1>\n<p>No such method here.</p>" in page
    assert "no-such-page" not in page


def test_programs_are_refused_in_a_line_of_text(served):
    head, _, text = ask_raw(served, b"TRACE / HTTP/1.1\r\n" + END).decode().partition("\r\n\r\n")
    assert "content-type: text/plain; charset=utf-8" in head.lower()
    assert text == "no such method here\n"


# ── Whole or nothing ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [100, 70_000, 300_000])
@pytest.mark.parametrize("leaves", ["at once", "half"])
def test_a_body_shorter_than_declared_is_dropped_with_one_line(served, paper, caplog, size, leaves):
    caplog.set_level(logging.INFO, "pennypress.delivery")
    # What came is a whole document by itself.
    body = comment("Half of what I meant.") + b" " * (size - 100)
    bare = served.connect()
    bare.sendall(head_of_post(paper, f"Content-Length: {size + 1_000}") + body)
    if leaves == "half":
        bare.shutdown(socket.SHUT_WR)
        assert status_of(read_all(bare)) == 400
    else:
        bare.close()
    wait_for(lambda: "did not arrive whole" in caplog.text)
    assert served.get("/healthz").status == 200
    assert served.worker.entered == ["GET /healthz"]
    assert caplog.text.count("did not arrive whole") == 1
    assert "Half of" not in served.get(paper.url("ferry")).text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("Content-Length: 9", "Content-Length: 10"), 400),
        (("Content-Length: 9, 9",), 400),
        (("Content-Length: +9",), 400),
        (("Content-Length: -1",), 400),
        (("Content-Length: 0x9",), 400),
        (("Content-Length: 9.0",), 400),
        (("Content-Length: many",), 400),
        (("Content-Length: 99999999999999999999999999",), 400),
        (("Content-Length: 9999999999999999999",), 413),
        (("Content-Length: 999999999",), 413),
        (("Content-Length: 9", "Transfer-Encoding: chunked"), 411),
        (("Transfer-Encoding: chunked", "Content-Length: 9"), 411),
        (("Transfer-Encoding: gzip, chunked",), 411),
        (("Transfer-Encoding: chunked, chunked",), 411),
        (("transfer-encoding:\tchunked",), 411),
        (("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), 400),
        (("Transfer-Encoding: identity", "Content-Length: 9"), 400),
        (("Transfer-Encoding: xchunked",), 400),
        (("Transfer-Encoding : chunked",), 400),
        (("Content-Length : 9",), 400),
    ],
    ids=str,
)
def test_a_body_of_doubtful_length_is_never_executed(served, paper, headers, status):
    answer = ask_raw(served, head_of_post(paper, *headers) + b'{"text": "x"}', half_close=True)
    assert status_of(answer) == status
    assert served.worker.entered == []


def test_what_nobody_would_read_is_not_read(served, paper):
    """A body to an address that takes none is not waited for."""
    for path in ("/", "/nothing/", "/wp-login.php", "/record/", paper.url("quay"), "/api/v1/x"):
        bare = served.connect()
        bare.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\nx".encode()
        )
        assert status_of(bare.recv(1_000)) in {403, 404, 405}, path
        bare.close()


def test_large_uploads_are_for_who_seems_to_be_signed_in(served):
    for path in ("/admin/images/multiple/add/", "/admin/login/"):
        for cookie, status in (("", 413), ("Cookie: a=1\r\n", 413)):
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}Content-Length: 9000000"
            assert status_of(ask_raw(served, f"{head}\r\n\r\n".encode())) == status
    with_session = b"Cookie: sessionid=abc\r\nContent-Length: 9000000\r\n\r\n"
    bare = served.connect()
    bare.sendall(b"POST /admin/images/multiple/add/ HTTP/1.1\r\nHost: localhost\r\n" + with_session)
    bare.settimeout(0.3)
    with pytest.raises(TimeoutError):  # it is waited for
        bare.recv(1_000)
    bare.close()


# ── Slow bodies ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def impatient(served, monkeypatch) -> Bodies:
    """The served worker's bodies, with less patience."""
    monkeypatch.setattr(bodies_module, "AT_ONCE_SECONDS", 0.1)
    monkeypatch.setattr(bodies_module, "GRACE_SECONDS", 0.6)
    found = Bodies(slowest=100_000, per_address=2)
    monkeypatch.setattr(served.worker, "bodies", found)
    return found


def slow_post(served: Served, paper, address: str, length: int = 20_000) -> socket.socket:
    bare = served.connect()
    via = f"X-Forwarded-For: {address}"
    bare.sendall(head_of_post(paper, f"Content-Length: {length}", via) + b"{")
    return bare


def test_a_body_that_drips_is_given_up(served, paper, impatient):
    bare = slow_post(served, paper, "192.0.2.1", 1_000_000)
    began = time.monotonic()
    answer = b""
    bare.settimeout(0.05)
    while not answer and time.monotonic() - began < 10:
        try:
            bare.sendall(b" ")
            answer = bare.recv(1_000)
        except TimeoutError:
            continue
    assert status_of(answer) == 408
    assert impatient.slow == 0
    assert served.worker.entered == []


def test_a_body_that_keeps_up_its_rate_may_take_longer(served, paper, impatient):
    body = comment("From afar.") + b" " * 150_000
    bare = served.connect()
    bare.sendall(head_of_post(paper, f"Content-Length: {len(body)}", "Connection: close"))
    for start in range(0, len(body), 25_000):
        bare.sendall(body[start : start + 25_000])
        time.sleep(0.15)
    assert status_of(read_all(bare)) == 201


def test_an_address_has_a_share_of_slow_bodies_and_others_write_on(served, paper, impatient):
    greedy = [slow_post(served, paper, "192.0.2.1") for _ in range(6)]
    answers = sorted(status_of(read_all(bare)) for bare in greedy)
    assert answers == [408, 408, 429, 429, 429, 429]
    wait_for(lambda: impatient.slow == 0)
    many = [slow_post(served, paper, f"192.0.2.{n // 2 + 1}") for n in range(12)]  # two each
    answers = sorted(status_of(read_all(bare)) for bare in many)
    assert answers == [408] * 8 + [429] * 4  # four times an address's share for the network
    other = ask_raw(
        served,
        head_of_post(paper, f"Content-Length: {len(comment('Hi.'))}", "Connection: close")
        + comment("Hi."),
    )
    assert status_of(other) == 201


def test_a_proxy_that_names_no_reader_is_not_counted(served, paper, impatient):
    unnamed = [slow_post(served, paper, "unknown") for _ in range(6)]
    assert {status_of(read_all(bare)) for bare in unnamed} == {408}


def test_when_all_places_are_taken_the_slowest_of_the_greediest_gives_way(
    served, paper, impatient, monkeypatch
):
    monkeypatch.setattr(bodies_module, "MOST_SLOW", 4)
    monkeypatch.setattr(bodies_module, "GRACE_SECONDS", 15)
    greedy = [slow_post(served, paper, f"192.0.2.{n}") for n in range(3)]
    modest = slow_post(served, paper, "198.51.100.1", len(comment("Slowly.")))
    wait_for(lambda: impatient.slow == 4)
    newcomer = slow_post(served, paper, "203.0.113.1")
    wait_for(lambda: any(_has_answer(bare) for bare in greedy))
    assert not _has_answer(modest)
    assert not _has_answer(newcomer)
    modest.sendall(comment("Slowly.")[1:])
    assert status_of(modest.recv(1_000)) == 201
    for bare in (*greedy, modest, newcomer):
        bare.close()


def _has_answer(bare: socket.socket) -> bool:
    bare.settimeout(0.05)
    try:
        return bool(bare.recv(1_000, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        bare.settimeout(20)


def test_a_hundred_posts_at_once_from_one_address_are_all_read(served, paper):
    """What comes at once is no slow body, however much of it there is."""
    lines = []
    for number in range(100):
        bare = served.connect()
        body = comment(f"At once, {number}.")
        via = "X-Forwarded-For: 192.0.2.9"
        bare.sendall(head_of_post(paper, f"Content-Length: {len(body)}", via) + body)
        lines.append(bare)
    statuses = {status_of(bare.recv(2_000)) for bare in lines}
    assert statuses <= {201, 429}  # never 408, never cut off
    for bare in lines:
        bare.close()


# ── Heads ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + END, 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + END, 400),
        (b"GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost, localhost\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost/x\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: u@localhost\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost:x\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\n" + END, 400),
        (b"GET http://localhost/ HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: " + b"a" * 5_000 + b"\r\nConnection: close\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n" + END, 400),
        (b"Get / HTTP/1.1\r\n" + END, 400),
        (b"post / HTTP/1.1\r\n" + END, 400),
        (b"GETT / HTTP/1.1\r\n" + END, 501),
        (b"PROPFIND / HTTP/1.1\r\n" + END, 501),
        (b"M" * 3_000 + b" / HTTP/1.1\r\n" + END, 501),
        (b"TRACE / HTTP/1.1\r\n" + END, 405),
        (b"CONNECT localhost:80 HTTP/1.1\r\n" + END, 405),
        (b"GET /x/ HTTP/1.1\r\nCookie: " + b"a" * 9_000 + b"\r\n" + END, 431),
        (b"GET /x/ HTTP/1.1\r\nX: " + b"a" * HEAD_BYTES + b"\r\n" + END, 431),
        (b"GET /x/ HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(120)) + END, 431),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else str(value),
)
@pytest.mark.parametrize("cached", [False, True])
def test_a_head_that_makes_no_sense_is_refused_before_django(served, request_, status, cached):
    if cached:
        served.get("/")
    served.worker.entered.clear()
    assert status_of(ask_raw(served, request_)) == status
    assert served.worker.entered == []


def test_http_2_in_clear_is_not_spoken(served):
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    assert not ask_raw(served, preface).startswith(b"\x00")
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    bare = served.connect()
    bare.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + upgrade + b"\r\n")
    assert bare.recv(12) == b"HTTP/1.1 200"
    bare.close()


def test_an_unknown_host_is_one_bounded_line_without_a_traceback(served, caplog, monkeypatch):
    monkeypatch.setattr(served.worker, "_host_line", 0.0)
    for number in range(50):
        assert served.get("/", host=f"{number}.{'x' * 4_000}.example").status == 400
    lines = [one for one in caplog.records if one.name.startswith(("pennypress", "django"))]
    assert 1 <= len(lines) <= 5  # at most one a second
    assert all(one.exc_info is None and len(one.getMessage()) < 300 for one in lines)


# ── What is remembered ─────────────────────────────────────────────────────────────────────────


def test_what_is_remembered_of_requests_is_bounded(served):
    served.get("/")
    negotiation._encodings_taken.cache_clear()
    _recent.cache_clear()
    long = "x" * 7_000
    for number in range(40):
        served.get("/", accept_encoding=f"gzip;{number}{long}")
        served.get(f"/{number}{long}/")
        served.get("/", host=f"h{number}.{long}")
    # Of all that differs behind the first 1,000 characters nothing is kept apart.
    assert negotiation._encodings_taken.cache_info().currsize <= 41
    hosts = served.on_loop(lambda: list(served.worker._hosts))
    assert max(map(len, hosts)) <= 300
    find = served.worker.addresses._recent
    assert find.cache_info().currsize <= 2_048
    for accepted in ("gzip," + long, "gzip," + long + "y"):
        negotiation.encodings_taken(accepted)
    assert negotiation.encodings_taken("br, gzip, " + long) == ("br", "gzip", "identity")


def test_hosts_are_forgotten_before_there_are_many(served, monkeypatch):
    monkeypatch.setattr("pennypress.delivery.worker.HOSTS_REMEMBERED", 10)
    for number in range(50):
        assert served.get("/", host=f"evil-{number}").status == 400
        assert served.get("/", host="localhost").status == 200
    assert served.on_loop(lambda: len(served.worker._hosts)) <= 10


# ── Silent and deaf clients ────────────────────────────────────────────────────────────────────


def test_clients_that_take_nothing_are_given_up(served, paper, monkeypatch):
    from pennypress.requests.sockets import give_up_the_deaf

    before = len(list(Path("/proc/self/fd").iterdir()))
    assert give_up_the_deaf(served.port, 1.0) == 1
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3  # nothing is left open
    try:
        served.get("/")
        deaf = served.connect(receive_buffer=4_096)
        for _ in range(400):
            deaf.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        peer = deaf.getsockname()[1]
        wait_for(lambda: not _is_connected(served.port, peer))
        deaf.close()
    finally:
        give_up_the_deaf(served.port)


def test_looking_for_sockets_releases_no_lock_on_a_file(served, tmp_path):
    """A process loses its locks on a file, as SQLite has them, when it closes any copy of it."""
    from pennypress.requests.sockets import give_up_the_deaf

    path = tmp_path / "locked"
    attempt = (
        "import fcntl, sys\n"
        "with open(sys.argv[1], 'w') as file: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    )
    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        give_up_the_deaf(served.port)
        other = subprocess.run([sys.executable, "-c", attempt, str(path)], capture_output=True)
        assert b"BlockingIOError" in other.stderr


def _is_connected(port: int, peer: int) -> bool:
    """Whether the server's end of a connection still exists."""
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
    ends = [row.split()[1:4] for row in rows]
    mine, other = f":{port:04X}", f":{peer:04X}"
    return any(a.endswith(mine) and b.endswith(other) and s == "01" for a, b, s in ends[1:])


@pytest.mark.parametrize(
    "sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: loc", b"GET / HTTP/1.1\r\n" + END[:17] + b"\r\n"]
)
def test_silent_slow_and_idle_connections_are_closed(serve_worker, paper, monkeypatch, sent):
    monkeypatch.setattr("pennypress.operations.serve.HEAD_SECONDS", 1)
    served = serve_worker()
    bare = served.connect()
    bare.sendall(sent)
    read_all(bare)  # until the other end closes


def test_streams_and_bodies_may_last_longer_than_a_head(serve_worker, paper, monkeypatch):
    monkeypatch.setattr("pennypress.operations.serve.HEAD_SECONDS", 1)
    served = serve_worker()
    story = paper.stories["ferry"].pk
    stream = served.connect()
    stream.sendall(
        f"GET /live/?topic=discussion:{story} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    assert status_of(stream.recv(1_000)) == 200
    body = comment("It took a while.")
    bare = served.connect()
    bare.sendall(head_of_post(paper, f"Content-Length: {len(body)}", "Connection: close"))
    for start in range(0, len(body), 12):
        time.sleep(0.5)
        bare.sendall(body[start : start + 12])
    assert status_of(read_all(bare)) == 201
    event = b""
    while b"event: discussion" not in event:
        piece = stream.recv(1_000)
        assert piece, "the stream was closed"
        event += piece
    stream.close()


def test_an_address_has_a_share_of_event_streams(served, paper, monkeypatch):
    monkeypatch.setattr(served.worker.live._shares, "per_address", 2)
    story = paper.stories["ferry"].pk
    ask = f"GET /live/?topic=discussion:{story} HTTP/1.1\r\nHost: localhost\r\n"

    def open_stream(address: str) -> tuple[int, socket.socket]:
        bare = served.connect()
        bare.sendall(f"{ask}X-Forwarded-For: {address}\r\n\r\n".encode())
        return status_of(bare.recv(1_000)), bare

    same = [open_stream(f"2001:db8::{n}") for n in range(4)]  # a /64 counts as one
    assert [status for status, _ in same] == [200, 200, 429, 429]
    network = [open_stream(f"192.0.2.{n}") for n in range(10)]
    assert [status for status, _ in network] == [200] * 8 + [429] * 2
    assert open_stream("198.51.100.1")[0] == 200
    assert open_stream("unknown")[0] == 200
    same[0][1].close()
    wait_for(lambda: open_stream("2001:db8::9")[0] == 200)


# ── Made-up addresses ──────────────────────────────────────────────────────────────────────────


def test_who_asks_for_much_that_is_not_there_waits_behind_himself(served, paper, monkeypatch):
    monkeypatch.setattr(turns, "MISSES_IN_A_MINUTE", 1)
    stray = {"X-Forwarded-For": "192.0.2.77"}
    for number in range(6):
        assert served.ask("GET", f"/made-up-{number}/", stray).status == 404
    misses = served.worker._misses
    assert served.on_loop(lambda: misses.are_many("192.0.2.200"))  # all of its network
    assert not served.on_loop(lambda: misses.are_many("198.51.100.1"))
    assert served.ask("GET", paper.url("quay"), stray).status == 200


def test_one_page_has_one_address_and_there_are_none_without_end(served, paper):
    size = sealing.latest_checkpoint().size
    quay = paper.url("quay")
    for address, status in (
        (f"/record/?before={size}", 200),
        (f"/record/?before={size + 1}", 404),
        ("/record/?before=0", 404),
        ("/record/?before=999999999999", 404),
        ("/record/?before=05", 404),
        ("/funding/?page=01", 404),
        ("/funding/?page=99", 404),
        ("/api/v1/funding/entries?after=2", 200),
        ("/api/v1/funding/entries?after=02", 422),
        ("/api/v1/funding/entries?after=%2B2", 422),
        ("/api/v1/funding/entries?after=%202", 422),
        ("/api/v1/funding/entries?after=2.0", 422),
        ("/api/v1/funding/entries?after=1_0", 422),
        ("/api/v1/funding/entries?after=999999", 200),
        (f"/api/v1/stories?url={quay}", 200),
        (f"/api/v1/stories?url={quay}///", 200),
        (f"/api/v1/stories?url={quay.replace('q', '%2571')}", 200),
        (f"{quay}discussion/?after={paper.cursor}&order=oldest", 200),
        (f"{quay}discussion/?after={paper.cursor}!&order=oldest", 404),
        (f"{quay}discussion/?after=.{paper.cursor}&order=oldest", 404),
        (f"{quay}discussion/?after={paper.cursor}%3D%3D%3D%3D&order=oldest", 404),
    ):
        answer = served.get(address)
        assert answer.status == status, address
    assert sorted(served.kept) == sorted(
        [
            f"/record/?before={size}",
            "/api/v1/funding/entries?after=2",
            f"/api/v1/stories?url={quay.replace('/', '%2F')}",
            f"{quay}discussion/?after={paper.cursor}&order=oldest",
        ]
    )


def test_a_flood_of_made_up_addresses_starves_no_first_request(served, paper):
    """From one address and from many: what was never asked for before still comes."""
    ended = threading.Event()
    statuses: Counter[int] = Counter()

    def ask_for_nothing(number: int) -> None:
        for turn in itertools.count():
            if ended.is_set():
                return
            place = f"198.51.{number}.{turn % 250}" if number % 2 else "192.0.2.1"
            kind = ("/", ".php", "/x/y/")[turn % 3]
            answer = served.ask("GET", f"/{number}-{turn}{kind}", {"X-Forwarded-For": place})
            statuses[answer.status] += 1

    crowd = [threading.Thread(target=ask_for_nothing, args=(n,), daemon=True) for n in range(40)]
    for one in crowd:
        one.start()
    try:
        wait_for(lambda: statuses.total() > 200)
        for address in ("/about/", "/give/", paper.url("quay"), paper.url("ferry")):
            began = statuses.total()
            answer = served.ask("GET", address, {"X-Forwarded-For": "203.0.113.5"})
            assert answer.status == 200
            # Those who ask for nothing get few turns before somebody who asks for a page.
            assert statuses.total() - began < 60
    finally:
        ended.set()
        for one in crowd:
            one.join()
    assert set(statuses) <= {404, 429}
    assert set(served.kept) == {"/about/", "/give/", paper.url("quay"), paper.url("ferry")}


def test_the_page_for_what_is_not_there_is_written_once(paper, serve_worker, monkeypatch):
    from pennypress.site import errors

    served = serve_worker()
    first = served.get("/nothing-here/")
    written = []
    render = errors.render_to_string
    monkeypatch.setattr(
        errors, "render_to_string", lambda *a, **k: written.append(a) or render(*a, **k)
    )
    for number in range(20):
        assert served.get(f"/nothing-{number}/").text == first.text
    assert written == []
    assert served.get("/ar/nothing/").text != first.text
