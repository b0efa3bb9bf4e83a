"""What lies in deploy/: each file is accepted by the program it is for, and does what it promises.

A program that is not installed is named in the reason for which its tests are skipped.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pennypress.cli import cli
from pennypress.environment import OPTIONS

from .command import COMMAND, Site, clean_environment, free_port

pytestmark = pytest.mark.once

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HOST = "paper.example"
PROGRAM = "/opt/pennypress/venv/bin/pennypress"


def need(program: str) -> str:
    """The path of a program; skips the test where it is not installed."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return path or pytest.skip(f"{program} is not installed")


def run(*words: str | Path, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, **more)


# ── systemd ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def unit(tmp_path) -> Path:
    """The unit with the command of this checkout."""
    text = (DEPLOY / "pennypress.service").read_text()
    assert text.count(PROGRAM) == 1
    file = tmp_path / "pennypress.service"
    file.write_text(text.replace(PROGRAM, str(COMMAND)))
    return file


def test_systemd_accepts_the_unit(unit):
    done = run(need("systemd-analyze"), "verify", unit)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_shuts_in_what_it_runs(unit):
    systemd = need("systemd-analyze")
    if "--threshold" not in run(systemd, "--help").stdout:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    done = run(systemd, "security", "--offline=yes", "--threshold=20", unit)  # of 100
    assert done.returncode == 0, done.stdout


def test_the_unit_agrees_with_the_settings_and_the_command():
    unit = (DEPLOY / "pennypress.service").read_text()
    settings = (DEPLOY / "pennypress.env").read_text()
    command = (DEPLOY / "pennypress").read_text()
    assert f"ExecStart={PROGRAM} serve\n" in unit
    assert f":-{PROGRAM}}}" in command
    (file,) = re.findall(r"^EnvironmentFile=(.+)$", unit, re.MULTILINE)
    assert f":-{file}}}" in command
    assert "StateDirectory=pennypress\n" in unit
    assert "PENNYPRESS_HOME='/var/lib/pennypress'\n" in settings


def test_each_variable_of_the_settings_file_exists():
    lines = (DEPLOY / "pennypress.env").read_text().splitlines()
    named = {match[1] for line in lines if (match := re.match(r"#?([A-Z_]+)='[^']*'$", line))}
    serve = {
        name
        for option in cli.commands["serve"].params
        for name in ([option.envvar] if isinstance(option.envvar, str) else option.envvar or ())
    }
    assert "PENNYPRESS_URL" in named
    assert named <= set(OPTIONS) | serve


# ── The command with the site's settings ───────────────────────────────────────────────────────


def test_the_command_runs_with_the_sites_settings_as_the_sites_user(tmp_path):
    tmp_path.chmod(0o755)
    settings = tmp_path / "pennypress.env"
    settings.write_text("PENNYPRESS_HOME='/srv/the paper'\nPENNYPRESS_URL='https://a.example'\n")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nid -un; echo "$PENNYPRESS_HOME" "$PENNYPRESS_URL" "$#" "$2"\n')
    program.chmod(0o755)
    user = run("id", "-un").stdout.strip()
    done = run(
        DEPLOY / "pennypress", "gift", "two words", "USD",
        env=clean_environment()
        | {"PENNYPRESS_SETTINGS": str(settings), "PENNYPRESS_PROGRAM": str(program)}
        | {"PENNYPRESS_USER": user},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{user}\n/srv/the paper https://a.example 3 two words\n"


def test_the_command_says_what_it_cannot_read(tmp_path):
    environment = {"PENNYPRESS_SETTINGS": str(tmp_path / "none")}
    done = run(DEPLOY / "pennypress", "check", env=clean_environment() | environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: [^\n]+ none: [^\n]+\n", done.stderr.replace(f"{tmp_path}/", " "))


# ── Caddy ──────────────────────────────────────────────────────────────────────────────────────


def test_caddy_accepts_its_file(tmp_path):
    done = run(
        need("caddy"), "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile",
        env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert run(need("caddy"), "fmt", DEPLOY / "Caddyfile").stdout == (
        DEPLOY / "Caddyfile"
    ).read_text().replace("\r", "")


@pytest.fixture
def caddy(tmp_path) -> Iterator[int]:
    """A Caddy as the example sets it up, before the witness, in plain HTTP; yields its port."""
    program = need("caddy")
    text = (DEPLOY / "Caddyfile").read_text()
    port = free_port()
    with running_witness(tmp_path) as upstream:
        for old, new in {
            "{\n\tservers {": "{\n\tadmin off\n\tauto_https off\n\tservers {",
            "paper.example {": f"http://{HOST}:{port} {{",
            "127.0.0.1:8000": f"127.0.0.1:{upstream}",
            "read_header 10s": "read_header 1s",
            "read_body 5m": "read_body 2s",
            "idle 30s": "idle 1s",
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        file = tmp_path / "Caddyfile"
        file.write_text(text)
        words = [program, "run", "--adapter", "caddyfile", "--config", str(file)]
        with running(words, port, env=os.environ | {"HOME": str(tmp_path)}):
            yield port


def ask_caddy(port: int, sent: bytes, source: str = "127.0.0.1") -> bytes:
    """Send bytes, and return all that comes until the connection is closed."""
    address = ("127.0.0.1", port)
    with socket.create_connection(address, 20, source_address=(source, 0)) as line:
        line.sendall(sent)
        read = b""
        with contextlib.suppress(ConnectionResetError):
            while part := line.recv(65536):
                read += part
        return read


def test_behind_caddy_a_visitor_is_seen_where_he_is_and_his_claims_are_not(caddy):
    claims = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
    asked = f"GET / HTTP/1.1\r\nHost: {HOST}:{caddy}\r\n{claims}Connection: close\r\n\r\n"
    answer = ask_caddy(caddy, asked.encode(), "127.0.0.77")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])[:2] == ["127.0.0.77", "http"]


@pytest.mark.parametrize(
    "half",
    [
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: {}\r\nX-Slow: ",
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\nhal",
        "GET / HTTP/1.1\r\nHost: {}\r\n\r\n",
    ],
    ids=["request line", "header", "body", "idle"],
)
def test_caddy_lets_go_of_who_is_slow(caddy, half):
    ask_caddy(caddy, half.format(f"{HOST}:{caddy}").encode())  # returns when it is closed


def test_caddy_takes_no_headers_without_end(caddy):
    asked = f"GET / HTTP/1.1\r\nHost: {HOST}:{caddy}\r\nX-Long: {'x' * 60_000}\r\n\r\n"
    assert ask_caddy(caddy, asked.encode()).startswith(b"HTTP/1.1 431 ")


# ── nginx ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Nginx:
    """An nginx before a site, as the example sets it up, on ports of its own."""

    plain: int
    secure: int
    certificate: Path

    def get(
        self,
        path: str,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        secure: bool = True,
        source: str = "127.0.0.1",
    ) -> Answer:
        """Ask from an address of this machine. Any header may be given any number of times."""
        port = self.secure if secure else self.plain
        line = socket.create_connection(("127.0.0.1", port), 20, source_address=(source, 0))
        if secure:
            context = ssl.create_default_context(cafile=str(self.certificate))
            line = context.wrap_socket(line, server_hostname=HOST)
        return ask(line, path, headers)


def ask(line: socket.socket, path: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    connection = http.client.HTTPConnection(HOST)
    connection.sock = line
    with contextlib.closing(connection):
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, received, answer.read())


def write_nginx(
    folder: Path, upstream: int, shorter: dict[str, str] | None = None
) -> tuple[Path, Nginx]:
    """Write the example for other ports, a certificate, and the main file around it.

    `shorter` replaces lines of the example, for tests that would have to wait.
    """
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = run(
        need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
        "-keyout", key, "-out", certificate,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    nginx = Nginx(free_port(), free_port(), certificate)
    site = (DEPLOY / "nginx.conf").read_text()
    for old, new in {
        "server 127.0.0.1:8000": f"server 127.0.0.1:{upstream}",
        "    listen 80 deferred;\n    listen [::]:80 deferred;\n": (
            f"    listen 127.0.0.1:{nginx.plain} deferred;\n"
        ),
        "    listen 443 ssl http2 deferred;\n    listen [::]:443 ssl http2 deferred;\n": (
            f"    listen 127.0.0.1:{nginx.secure} ssl http2 deferred;\n"
        ),
        "/etc/letsencrypt/live/paper.example/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/paper.example/privkey.pem": str(key),
        **(shorter or {}),
    }.items():
        assert old in site, old
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    places = "".join(
        f"    {name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"{'user root;' if os.getuid() == 0 else ''}\ndaemon off;\npid {folder}/nginx.pid;\n"
        f"worker_processes 1;\nerror_log stderr warn;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{places}    include {folder}/site.conf;\n}}\n"
    )
    return main, nginx


@contextlib.contextmanager
def running_nginx(
    folder: Path, upstream: int, shorter: dict[str, str] | None = None
) -> Iterator[Nginx]:
    program = need("nginx")
    main, nginx = write_nginx(folder, upstream, shorter)
    words = [program, "-p", str(folder), "-c", str(main)]
    with running(words, nginx.plain):
        yield nginx


@contextlib.contextmanager
def running(words: list[str], port: int, **more) -> Iterator[None]:
    """Run a server until the block ends; enter it when its port answers."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    try:
        for _ in range(400):
            assert process.poll() is None, process.stdout and process.stdout.read()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"{words[0]} does not listen on {port}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_nginx_accepts_its_file(tmp_path):
    main, _ = write_nginx(tmp_path, 8000)
    done = run(need("nginx"), "-t", "-p", tmp_path, "-c", main)
    assert done.returncode == 0, done.stderr


# A test does not wait as long as the example does, nor open as many streams.
SHORTER = {
    "client_header_timeout 10s": "client_header_timeout 1s",
    "client_body_timeout 15s": "client_body_timeout 1s",
    "keepalive_timeout 30s": "keepalive_timeout 1s",
    "limit_conn pennypress_streams 100": "limit_conn pennypress_streams 3",
    "limit_conn pennypress_requests 100": "limit_conn pennypress_requests 3",
}

# What stands behind nginx in place of the site: it says what it makes of each request.
WITNESS = """
import json
from ipaddress import ip_network
from pennypress.requests.proxies import Proxies

proxies = Proxies([ip_network("127.0.0.1")])

async def app(scope, proto):
    headers = scope.headers
    origin = proxies.origin_of(
        scope.client, headers.get_all("x-forwarded-for"), headers.get_all("x-forwarded-proto")
    )
    if scope.path == "/live/":
        stream = proto.response_stream(200, [("content-type", "text/event-stream")])
        await stream.send_str("data: first\\n\\n")
        await proto.client_disconnect()
        return
    proto.response_str(200, [], json.dumps([origin.address, origin.scheme, headers.get("host")]))
"""


@contextlib.contextmanager
def running_witness(tmp_path: Path) -> Iterator[int]:
    """What stands behind a proxy in place of the site, until the block ends; yields its port."""
    (tmp_path / "witness.py").write_text(textwrap.dedent(WITNESS))
    port = free_port()
    words = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port)]
    with running([*words, "witness:app"], port, cwd=tmp_path):
        yield port


@pytest.fixture
def witness(tmp_path) -> Iterator[Nginx]:
    need("nginx")
    with running_witness(tmp_path) as port, running_nginx(tmp_path, port, SHORTER) as nginx:
        yield nginx


@pytest.mark.parametrize(
    "claims",
    [
        (),
        (("X-Forwarded-For", "203.0.113.9"),),
        (("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "10.0.0.1")),
        (("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "unknown")),
    ],
)
def test_behind_nginx_a_visitor_is_seen_where_he_is_and_his_claims_are_not(witness, claims):
    answer = witness.get("/", claims, source="127.0.0.77")
    assert json.loads(answer.body) == ["127.0.0.77", "https", HOST]


def test_behind_nginx_an_event_arrives_while_its_stream_is_open(witness):
    line = socket.create_connection(("127.0.0.1", witness.secure), 20)
    context = ssl.create_default_context(cafile=str(witness.certificate))
    with context.wrap_socket(line, server_hostname=HOST) as stream:
        stream.sendall(f"GET /live/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        read = b""
        while b"data: first\n\n" not in read:
            part = stream.recv(4096)
            assert part, read
            read += part


def test_behind_nginx_plain_requests_are_sent_to_https(witness):
    answer = witness.get("/news/?a=b", secure=False)
    assert answer.status == 308
    assert answer.headers["location"] == f"https://{HOST}/news/?a=b"


def open_line(nginx: Nginx, source: str = "127.0.0.1") -> ssl.SSLSocket:
    line = socket.create_connection(("127.0.0.1", nginx.secure), 20, source_address=(source, 0))
    context = ssl.create_default_context(cafile=str(nginx.certificate))
    return context.wrap_socket(line, server_hostname=HOST)


def open_stream(nginx: Nginx, source: str, claim: str = "") -> tuple[ssl.SSLSocket, bytes]:
    """Ask for a stream; return the line, which stays open, and what came at first."""
    line = open_line(nginx, source)
    line.sendall(f"GET /live/ HTTP/1.1\r\nHost: {HOST}\r\n{claim}\r\n".encode())
    return line, line.recv(4096)


def test_nginx_lets_one_visitor_have_so_many_streams_and_others_theirs(witness):
    lines = [open_stream(witness, "127.0.0.5") for _ in range(3)]
    assert all(b" 200 OK" in said for _, said in lines)
    line, refusal = open_stream(witness, "127.0.0.5")
    assert b" 429 " in refusal
    assert b"Retry-After: 10\r\n" in refusal
    other, said = open_stream(witness, "127.0.0.6")
    assert b" 200 OK" in said
    # Pages are counted apart: who has the streams open reads on.
    assert witness.get("/", source="127.0.0.5").status == 200
    for opened in (*(one for one, _ in lines), line, other):
        opened.close()


def test_to_nginx_a_network_of_ipv6_is_one_visitor(tmp_path):
    """This machine has one address of IPv6: others are claimed, as the example does not allow."""
    need("nginx")
    line = "limit_conn_log_level info;"
    claimed = {line: f"{line} set_real_ip_from 127.0.0.1; real_ip_header X-Claim;"}
    own = [f"2001:db8:a0a:2::{host}" for host in ("a", "b:0a0a", "1:2:3")]
    wanted = {"2001:db8:a0a:2::d": b" 429 ", "2001:db8:a0a:3::a": b" 200 ", "10.10.0.1": b" 200 "}
    with (
        running_witness(tmp_path) as port,
        running_nginx(tmp_path, port, SHORTER | claimed) as nginx,
        contextlib.ExitStack() as stack,
    ):
        for address in own:
            opened, said = open_stream(nginx, "127.0.0.1", f"X-Claim: {address}\r\n")
            stack.enter_context(opened)
            assert b" 200 " in said
        for address, status in wanted.items():
            opened, said = open_stream(nginx, "127.0.0.1", f"X-Claim: {address}\r\n")
            stack.enter_context(opened)
            assert status in said, address


def test_nginx_lets_one_visitor_have_so_many_requests_under_way(witness):
    head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\n".encode()
    lines = [open_line(witness, "127.0.0.5") for _ in range(3)]
    for line in lines:
        line.sendall(head)
    wait_until(lambda: witness.get("/", source="127.0.0.5").status == 429)
    assert witness.get("/", source="127.0.0.6").status == 200
    for line in lines:
        line.close()
    wait_until(lambda: witness.get("/", source="127.0.0.5").status == 200)


@pytest.mark.parametrize(
    "half",
    [
        b"GET / HT",
        f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode(),
        f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nhal".encode(),
        f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(),  # and then only waits
    ],
    ids=["request line", "header", "body", "idle"],
)
def test_nginx_lets_go_of_who_is_slow(witness, half):
    with open_line(witness) as line:
        line.sendall(half)
        while line.recv(4096):  # an answer or none, and the end
            pass


def wait_until(true) -> None:
    """Wait for something that another process makes true."""
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not become true")


@pytest.fixture(scope="module")
def behind_nginx(stocked_site: Site, tmp_path_factory) -> Iterator[tuple[Nginx, int]]:
    """A site with an https address behind nginx; with it the site's own port."""
    need("nginx")
    folder = tmp_path_factory.mktemp("nginx")
    site = stocked_site.copy(folder / "site")
    with site.serving(PENNYPRESS_URL=f"https://{HOST}") as served:
        port = int(served.address.rsplit(":", 1)[1])
        with running_nginx(folder, port) as nginx:
            yield nginx, port


def test_a_site_behind_nginx_answers_over_https_without_a_detour(behind_nginx):
    nginx, _ = behind_nginx
    for _turn in range(2):  # rendered, and kept
        answer = nginx.get("/", (("Accept-Encoding", "gzip"),), source="127.0.0.77")
        assert answer.status == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
    again = nginx.get("/", (("Accept-Encoding", "gzip"), ("If-None-Match", answer.headers["etag"])))
    assert (again.status, again.body) == (304, b"")
    assert nginx.get("/admin/").headers["location"].startswith("/admin/login/")


def test_who_reaches_the_sites_port_from_elsewhere_cannot_pose_as_https(behind_nginx):
    _, port = behind_nginx
    claim = (("X-Forwarded-Proto", "https"),)
    for _turn in range(2):
        line = socket.create_connection(("127.0.0.1", port), 20, source_address=("127.0.0.77", 0))
        answer = ask(line, "/", claim)
        assert answer.status == 301
        assert answer.headers["location"] == f"https://{HOST}/"
