"""What could not be read is told apart from what disagrees, by a deadline and in plain text."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pennypress.verifier.command import main

from .writer import NO_CLAIMS, Signer, entry, put, tile_path, write_log

pytestmark = pytest.mark.once

PAINT = "\x1b[2J\x9b31m\u202e\u2028\x7f\r"
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def log(tmp_path):
    root = tmp_path / "mirror"
    write_log(root, [entry("some.thing", n=n) for n in range(3)])
    return root


def run(capsys, *arguments) -> tuple[int, dict, str]:
    """The status, the object that --json prints, and what is on standard error."""
    status = main([*map(str, arguments), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out), said.err


def assert_unread(capsys, *arguments) -> str:
    """It was not read, which is said in each form; return what the finding says."""
    status, found, error = run(capsys, *arguments)
    assert (status, found["ok"], found["read"]) == (3, False, False)
    assert {finding["level"] for finding in found["findings"]} == {"unread"}
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert "could not be read" in error
    assert main([*map(str, arguments)]) == 3
    out = capsys.readouterr().out
    assert "could not be read" in out
    assert "disagreement" not in out
    return found["findings"][0]["message"]


# ── Servers that are none ──────────────────────────────────────────────────────────────────────

Answering = Callable[[socket.socket, str], None]


@contextlib.contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """A server that answers each request by hand: it is given the connection and the path."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    over = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, IndexError, UnicodeError):
            request = connection.recv(65_536).decode()
            answer(connection, request.split(" ")[1].lstrip("/"))

    def listen() -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                connection.settimeout(20)
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listener.close()


def whole(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def serve_files(root, **replaced: Answering) -> Answering:
    """Answer from a folder, but by hand where a path ends with one of the words."""

    def answer(connection: socket.socket, path: str) -> None:
        for end, other in replaced.items():
            if path.endswith(end):
                other(connection, path)
                return
        file = root / path
        body = file.read_bytes() if file.is_file() else b""
        connection.sendall(whole(body, "200 OK" if file.is_file() else "404 Not Found"))

    return answer


def send(answer: bytes) -> Answering:
    return lambda connection, path: connection.sendall(answer)


def hang_up(connection: socket.socket, path: str) -> None:
    """Say nothing, and close."""


# ── Nothing can be read ────────────────────────────────────────────────────────────────────────


def test_a_site_that_does_not_answer_could_not_be_read(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "refused" in assert_unread(capsys, f"http://127.0.0.1:{port}")
    assert_unread(capsys, "http://no-such-host.invalid")
    assert_unread(capsys, "http://127.0.0.1:99999")
    with serving(hang_up) as address:
        assert_unread(capsys, address)


def test_a_site_without_tls_could_not_be_read_over_it(capsys):
    with serving(send(whole(b"plain"))) as address:
        assert_unread(capsys, address.replace("http://", "https://"))


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 No", "500 Oh", "503 Later"])
def test_a_host_without_a_record_could_not_be_read(capsys, log, status):
    with serving(send(whole(b"<html>", status))) as address:
        assert status in assert_unread(capsys, address)
    for path in ("checkpoint", "key"):
        with serving(serve_files(log, **{path: send(whole(b"", status))})) as address:
            assert status in assert_unread(capsys, address, "--no-pages")


@pytest.mark.parametrize(
    "page", ["", "<html>", "<!doctype html>\n\n<p>\n\nHello\n", "a\nb\nc\n\nd\n", "\x00\xff"]
)
def test_a_host_that_answers_everything_with_a_page_could_not_be_read(capsys, log, page):
    body = page.encode("latin-1")
    with serving(send(whole(body))) as address:
        assert_unread(capsys, address)
    with serving(serve_files(log, checkpoint=send(whole(body)))) as address:
        assert_unread(capsys, address)


def test_a_folder_without_a_record_could_not_be_read(capsys, tmp_path):
    assert_unread(capsys, tmp_path)
    assert_unread(capsys, tmp_path / "nowhere")
    assert_unread(capsys, "ftp://example.org/")
    (tmp_path / "file").touch()
    assert_unread(capsys, tmp_path / "file")


def test_a_pipe_in_a_folder_is_not_waited_for(capsys, log):
    (log / "record/key").unlink()
    os.mkfifo(log / "record/key")
    assert_unread(capsys, log)


def test_a_checkpoint_of_before_that_is_none_could_not_be_read(capsys, log, tmp_path):
    assert_unread(capsys, log, "--since", tmp_path / "nothing")
    assert_unread(capsys, log, "--since", tmp_path)
    (tmp_path / "seen").write_text("<html>")
    assert_unread(capsys, log, "--since", tmp_path / "seen")
    assert_unread(capsys, log, "--since", "/dev/zero")


def test_a_checkpoint_that_cannot_be_kept_is_no_disagreement(capsys, log, tmp_path):
    status, found, error = run(capsys, log, "--save", tmp_path / "no" / "where")
    assert (status, found["ok"]) == (3, True)
    assert error.startswith("error: ")


# ── A part cannot be read ──────────────────────────────────────────────────────────────────────

MIDDLE = tile_path("entries", 0, 3)


@pytest.mark.parametrize("path", [MIDDLE, "record/claims.json", "record/opened/0.json"])
def test_a_promised_file_that_is_not_there_disagrees(capsys, log, path):
    (log / path).unlink()
    for source in (serving(serve_files(log)), contextlib.nullcontext(log)):
        with source as address:
            status, found, error = run(capsys, address)
        assert (status, found["ok"], found["read"]) == (1, False, True)
        assert found["findings"][0]["level"] == "disagreement"
        assert found["size"] == 3
        assert error == ""


@pytest.mark.parametrize(
    "fail",
    [
        hang_up,
        send(whole(b"", "503 Later")),
        send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort"),
        send(whole(b"plain", headers="Content-Encoding: gzip\r\n")),
        send(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\nshort"),
    ],
    ids=["hangs up", "unwell", "cut off", "broken", "a length of 5,000 digits"],
)
def test_a_file_that_is_lost_on_the_way_could_not_be_read(capsys, log, fail):
    with serving(serve_files(log, **{"claims.json": fail})) as address:
        assert_unread(capsys, address)


def test_where_one_thing_disagrees_and_another_is_unread_it_disagrees(capsys, log):
    (log / "record/opened/0.json").unlink()
    with serving(serve_files(log, **{"claims.json": hang_up})) as address:
        status, found, _ = run(capsys, address)
        assert (status, found["ok"], found["read"]) == (1, False, False)
        assert {one["level"] for one in found["findings"]} == {"disagreement", "unread"}
        assert main([address]) == 1
    out = capsys.readouterr().out
    assert "1 disagreement:" in out
    assert "1 that could not be read" in out


def test_many_that_are_unread_hide_no_disagreement(capsys, log):
    stories = [{"number": n, "url": f"/lost/{n}/", "versions": []} for n in range(130)]
    stories += [{"number": 200, "url": "/gone/", "versions": []}]
    put(log, "record/claims.json", {"size": 3, **NO_CLAIMS, "stories": stories})

    def answer(connection: socket.socket, path: str) -> None:
        if path.startswith("lost/"):
            connection.sendall(whole(b"", "500 Oh"))
        else:
            serve_files(log)(connection, path)

    with serving(answer) as address:
        status, found, _ = run(capsys, address)
    assert status == 1
    assert found["untold"]["missing"] == 30
    assert ("/gone/", "disagreement") in {(f["where"], f["level"]) for f in found["findings"]}


# ── The deadline ───────────────────────────────────────────────────────────────────────────────


def drip(begin: bytes = b"", pause: float = 0.02) -> Answering:
    """Send a byte now and then, without an end."""

    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(b"a")
            time.sleep(pause)

    return answer


def pour(begin: bytes, again: bytes) -> Answering:
    """Send without an end, as fast as it is taken."""

    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(again)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        drip(OK + b"Content-Length: 100000\r\n\r\n"),
        drip(OK + b"\r\n"),
        drip(OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        drip(OK + b"X-Slow: "),
        drip(),
        drip(b"HTTP/1.1 302 Found\r\nLocation: /record/key\r\n\r\n"),
        pour(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda connection, path: time.sleep(20),
    ],
    ids=["body", "endless body", "chunks", "header", "status", "redirect", "continue", "silence"],
)
def test_a_server_that_drips_is_given_up_at_the_deadline(capsys, log, answer):
    with serving(serve_files(log, **{"claims.json": answer})) as address:
        start = time.monotonic()
        status, found, error = run(capsys, address, "--deadline", "0.6")
        assert time.monotonic() - start < 3
    assert (status, found["read"]) == (3, False)
    (finding,) = found["findings"]
    assert (finding["code"], finding["level"]) == ("deadline", "unread")
    assert "within 0.6 seconds" in finding["message"]
    assert "within 0.6 seconds" in error


def test_at_the_deadline_it_says_how_far_it_got(capsys, tmp_path):
    write_log(tmp_path, [entry("some.thing", n=n) for n in range(600)])
    slow = {tile_path("entries", 2, 88): drip(OK + b"Content-Length: 100000\r\n\r\n")}
    with serving(serve_files(tmp_path, **slow)) as address:
        status, found, _ = run(capsys, address, "--deadline", "1.5")
    assert status == 3
    assert (found["size"], found["entries"]) == (600, 512)
    assert "512 of 600 entries" in found["findings"][0]["message"]


@pytest.mark.parametrize(
    "answer",
    [
        pour(OK + b"\r\n", bytes(65_536)),
        pour(b"HTTP/1.1 302 Found\r\nLocation: /record/other\r\n\r\n", bytes(65_536)),
        send(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /record/claims.json\r\n\r\n"),
        send(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ftp://HOST/\r\n\r\n"),
        pour(OK, b"X-More: more\r\n"),
    ],
    ids=["body", "redirect with a body", "redirects", "redirect to FTP", "headers"],
)
def test_an_answer_without_an_end_is_not_taken_in_whole(capsys, log, monkeypatch, answer):
    monkeypatch.setattr("pennypress.verifier.source.MOST_BYTES", 200_000)

    def with_host(connection: socket.socket, path: str) -> None:
        if path.endswith("claims.json"):
            host = f"127.0.0.1:{connection.getsockname()[1]}".encode()
            answer(_Replacing(connection, b"HOST", host), path)
        else:
            serve_files(log)(connection, path)

    with serving(with_host) as address:
        start = time.monotonic()
        status, found, _ = run(capsys, address, "--deadline", "20")
        assert time.monotonic() - start < 5
    assert found["findings"][0]["where"] == "record/claims.json"
    assert (status, found["findings"][0]["code"]) in {(3, "missing"), (1, "missing")}


class _Replacing:
    """A connection in whose answers a word is replaced."""

    def __init__(self, connection: socket.socket, old: bytes, new: bytes) -> None:
        self.connection, self.old, self.new = connection, old, new

    def sendall(self, data: bytes) -> None:
        self.connection.sendall(data.replace(self.old, self.new))


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", ""])
def test_a_deadline_that_is_none_is_wrong_usage(capsys, log, seconds):
    with pytest.raises(SystemExit) as stopped:
        main([str(log), f"--deadline={seconds}"])
    assert stopped.value.code == 2
    assert "number of seconds" in capsys.readouterr().err


# ── What is printed ────────────────────────────────────────────────────────────────────────────


def assert_plain(*texts: str) -> None:
    for text in texts:
        assert not CONTROLS.search(text), text


def assert_prints_plainly(capsys, *arguments) -> None:
    for form in ([], ["--json"]):
        main([*map(str, arguments), *form])
        said = capsys.readouterr()
        assert_plain(said.out, said.err)


def test_what_a_server_gives_as_its_reason_paints_nothing(capsys, log):
    reason = "404 " + PAINT.replace("\r", "").encode().decode("latin-1")
    with serving(send(whole(b"", reason))) as address:
        assert_prints_plainly(capsys, address)
    (log / "record/opened/0.json").unlink()
    with serving(serve_files(log, **{"claims.json": send(whole(b"", reason))})) as address:
        assert_prints_plainly(capsys, address)


def test_an_origin_and_keys_paint_nothing(capsys, tmp_path):
    name = f"paper.example/{PAINT}"
    write_log(tmp_path, [entry("some.thing")], Signer(name=name))
    assert_prints_plainly(capsys, tmp_path)
    assert_prints_plainly(capsys, tmp_path, "--key", PAINT)
    put(tmp_path, "record/key", PAINT.encode())
    assert_prints_plainly(capsys, tmp_path)


def test_what_is_claimed_paints_nothing(capsys, log):
    claims = {
        **NO_CLAIMS,
        "size": 3,
        "accounts": [{"account": PAINT, "currency": PAINT, "balance": 1}],
        "stories": [{"number": 1, "url": f"/{PAINT}/", "versions": []}],
        "campaigns": [{"number": 1, "slug": PAINT, "currency": PAINT, "goal": None, "raised": 1,
                       "carried_over": 0, "contributors": 0}],
    }  # fmt: skip
    put(log, "record/claims.json", claims)
    assert_prints_plainly(capsys, log)
    with serving(serve_files(log)) as address:
        assert_prints_plainly(capsys, address)


def test_names_of_files_paint_nothing(capsys, log, tmp_path):
    assert_prints_plainly(capsys, tmp_path / PAINT)
    assert_prints_plainly(capsys, log, "--since", tmp_path / PAINT)
    assert_prints_plainly(capsys, log, "--save", tmp_path / PAINT / "seen")
    assert_prints_plainly(capsys, f"http://{PAINT}/")
    assert_prints_plainly(capsys, f"{PAINT}://paper.example/")
    with pytest.raises(SystemExit):
        main([str(log), f"--{PAINT}"])
    with pytest.raises(SystemExit):
        main([str(log), "--deadline", PAINT])
    assert_plain(capsys.readouterr().err)


def test_a_terminal_that_knows_ascii_alone_breaks_nothing(log, tmp_path):
    write_log(tmp_path / "other", [entry("some.thing")], Signer(name="blåbær.example"))
    ran = subprocess.run(
        [sys.executable, "-m", "pennypress.verifier", str(tmp_path / "other")],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"bl\\xe5b\\xe6r" in ran.stdout


def test_alone_it_ends_with_the_same_status(log, tmp_path):
    def status(*arguments) -> int:
        whole_command = [sys.executable, "-m", "pennypress.verifier", *map(str, arguments)]
        return subprocess.run(whole_command, capture_output=True, check=False).returncode

    assert status(log) == 0
    assert status(tmp_path / "nowhere") == 3
    assert status() == 2
    put(log, "record/claims.json", {"size": 3})
    assert status(log) == 1
