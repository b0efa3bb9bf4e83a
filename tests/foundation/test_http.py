"""Whatever the other side does, an answer comes in time and in bounds, or a plain failure does."""

import datetime as dt
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from pennypress.foundation import http
from pennypress.foundation.http import FetchFailed, fetch, is_public

pytestmark = pytest.mark.once

SECONDS = 0.5
HEAD = b"HTTP/1.1 200 OK\r\n"
PLAIN = HEAD + b"Content-Type: Text/Plain; charset=utf-8\r\nContent-Length: 4\r\n\r\nfine"

EXTENDED = [b"1;" + b"e" * 60_000 + b"\r\nx\r\n"] * 9  # one byte each, and much about it


class Server:
    """Hears requests on loopback and says to each, in pieces, what it was told to say."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = [PLAIN]
        self.pause = 0.0  # seconds, after each piece
        self.wrap: Callable[[socket.socket], socket.socket] = lambda plain: plain
        self.heard: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/place?token=s3cret"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        try:
            with plain, self.wrap(plain) as connection:
                heard = b""
                while b"\r\n\r\n" not in heard:
                    heard += connection.recv(65_536)
                self.heard.append(heard)
                for piece in self.pieces:
                    connection.sendall(piece)
                    time.sleep(self.pause)
        except OSError:
            pass  # whoever asked has had enough


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.listening.close()


def failure(url: str, **options) -> str:
    """Why a fetch fails; it must do so in time, and say nothing of the address's secrets."""
    began = time.monotonic()
    with pytest.raises(FetchFailed) as raised:
        fetch(url, **{"seconds": SECONDS, "most_bytes": 1_000, **options})
    assert time.monotonic() - began < SECONDS + 2
    error: BaseException | None = raised.value
    while error is not None:
        assert "s3cret" not in str(error)
        error = error.__cause__
    return str(raised.value)


def test_an_answer_is_what_was_sent(server):
    answer = fetch(server.url, seconds=5, most_bytes=4, headers={"Accept": "image/*"})
    assert (answer.status, answer.content_type, answer.body) == (200, "text/plain", b"fine")
    (heard,) = server.heard
    assert heard.startswith(b"GET /place?token=s3cret HTTP/1.1\r\n")
    lines = heard.decode().lower().split("\r\n")
    assert f"host: 127.0.0.1:{server.port}" in lines
    assert {"user-agent: pennypress", "accept: image/*", "accept-encoding: identity"} <= set(lines)


def test_a_body_is_posted_once(server):
    fetch(server.url, seconds=5, most_bytes=9, method="POST", body=b"said\r\n\r\n")
    (heard,) = server.heard
    assert heard.startswith(b"POST ")
    assert b"content-length: 8" in heard.lower()


@pytest.mark.parametrize("status", [204, 301, 302, 303, 307, 308, 404, 409, 500, 503])
def test_any_status_is_an_answer_and_no_redirect_is_followed(server, status):
    server.pieces = [
        f"HTTP/1.1 {status} X\r\nLocation: {server.url}\r\nSet-Cookie: a=b\r\n"
        "Content-Length: 0\r\n\r\n".encode()
    ]
    for _ in range(2):
        assert fetch(server.url, seconds=5, most_bytes=9).status == status
    assert len(server.heard) == 2
    assert not any(b"cookie" in heard.lower() for heard in server.heard)


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([b""] * 40, "cannot be reached: TimeoutError"),
        ([b"H", b"T", b"T", b"P"] * 10, "cannot be reached: TimeoutError"),
        ([HEAD, *[b"X-A: b\r\n"] * 40], "cannot be reached: TimeoutError"),
        ([HEAD, b"X-A: ", *[b"b"] * 40], "cannot be reached: TimeoutError"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n"] * 40, "cannot be reached: TimeoutError"),
        ([HEAD + b"\r\n", *[b"x"] * 40], "is too slow"),
        ([HEAD + b"Content-Length: 900\r\n\r\n", *[b"x"] * 40], "is too slow"),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 40], "is too slow"),
    ],
    ids=["silence", "status", "headers", "a header", "continue", "body", "with a length", "chunks"],
)
def test_who_trickles_is_left_at_the_deadline(server, pieces, why):
    server.pieces, server.pause = pieces, 0.05
    assert failure(server.url) == why


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"\r\n" + b"x" * 1_001],
        [HEAD + b"Content-Length: 1001\r\n\r\n" + b"x" * 1_001],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1_001 + b"0\r\n\r\n"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *EXTENDED],
        [HEAD, *[b"X-Flood: " + b"y" * 60_000 + b"\r\n"] * 9],
        [b"HTTP/1.1 100 Continue\r\nX-Flood: " + b"y" * 60_000 + b"\r\n\r\n"] * 9,
    ],
    ids=["no length", "length", "chunks", "extensions of chunks", "headers", "continue"],
)
def test_who_floods_is_left(server, pieces):
    server.pieces = pieces
    assert failure(server.url, seconds=20) == "answered with too much"


def test_too_many_headers_are_no_answer(server):
    server.pieces = [HEAD + b"X-A: b\r\n" * 2_000 + b"\r\n"]
    assert failure(server.url) == "cannot be reached: HTTPException"


@pytest.mark.parametrize("packed", [b"gzip", b"br", b"deflate", b"gzip, gzip"])
def test_nothing_is_unpacked(server, packed):
    bomb = gzip.compress(bytes(10_000_000))
    head = HEAD + b"Content-Encoding: " + packed + b"\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    server.pieces = [head + bomb]
    assert failure(server.url).startswith("answered with something compressed")
    answer = fetch(server.url, seconds=5, most_bytes=100, whole=False)
    assert answer.body == bomb[:100]


def test_what_is_beyond_is_left_where_it_does_not_matter(server):
    server.pieces = [HEAD + b"\r\n" + b"x" * 100_000]
    assert fetch(server.url, seconds=5, most_bytes=10, whole=False).body == b"x" * 10


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([], "cannot be reached: RemoteDisconnected"),
        ([b"nonsense\r\n\r\n"], "cannot be reached: BadStatusLine"),
        ([HEAD + b"Content-Length: 900\r\n\r\nx"], "broke off its answer: IncompleteRead"),
    ],
)
def test_what_is_no_whole_answer_is_a_failure(server, pieces, why):
    server.pieces = pieces
    assert failure(server.url) == why


def test_where_nobody_listens_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert (
        failure(f"http://127.0.0.1:{port}/?s3cret") == "cannot be reached: ConnectionRefusedError"
    )


def test_who_never_accepts_is_left_at_the_deadline():
    full = socket.socket()
    waiting = []
    try:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # until the queue takes no more
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        time.sleep(0.05)
        why = failure(f"http://127.0.0.1:{full.getsockname()[1]}/")
        assert why == "cannot be reached: TimeoutError"
    finally:
        for one in (full, *waiting):
            one.close()


def test_a_name_that_is_looked_up_for_ever_is_left_at_the_deadline(monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(30) and [])
    assert failure("http://slow.example/") == "cannot be reached: TimeoutError"
    done.set()


def test_all_addresses_of_a_name_are_tried(server, monkeypatch):
    real = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    refusing = [(*entry[:4], ("127.0.0.1", 9)) for entry in real]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: refusing + real)
    assert fetch("http://name.example/", seconds=5, most_bytes=9).status == 200
    assert b"host: name.example\r\n" in server.heard[0].lower()


@pytest.mark.parametrize(
    "url",
    ["", "x", "file:///etc/passwd", "ftp://example.org/s3cret", "gopher://127.0.0.1/", "http://",
     "http:///s3cret", "http://[::1/s3cret", "http://127.0.0.1:99999/s3cret",
     "http://127.0.0.1:x/s3cret", "//127.0.0.1/s3cret"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_not_asked(url):
    failure(url)


# ── Public addresses alone ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "127.1",
     "2130706433", "0x7f000001", "0.0.0.0", "10.0.0.7", "169.254.169.254", "[fe80::1]",
     "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "user@127.0.0.1"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_never_asked(server, host):
    why = failure(f"http://{host}:{server.port}/?s3cret", public_only=True)
    assert why in {"has an address that is not a public one", "cannot be reached: gaierror"}
    assert server.heard == []


def test_one_address_that_is_not_public_among_others_is_enough(server, monkeypatch):
    ours = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    other = [(*entry[:4], ("93.184.215.14", 80)) for entry in ours]
    for found in (ours + other, other + ours):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        why = failure("http://both.example/", public_only=True)
        assert why == "has an address that is not a public one"
    assert server.heard == []


def test_a_name_is_looked_up_once_and_proxies_are_passed_by(server, monkeypatch):
    asked = []
    found = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **_: asked.append(a[:2]) or found)
    monkeypatch.setattr(http, "is_public", lambda address: True)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    fetch("http://once.example/", seconds=5, most_bytes=9, public_only=True)
    assert asked == [("once.example", 80)]


@pytest.fixture
def reachable(monkeypatch) -> None:
    """Take the test's servers for public ones, at whatever port."""
    monkeypatch.setattr(http, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(http, "WEB_PORTS", range(1, 65_536))


@pytest.mark.parametrize("port", [1, 22, 25, 6379, 8080, 8443, 65_535])
def test_only_the_web_s_ports_are_asked(server, monkeypatch, port):
    found = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(http, "is_public", lambda address: True)
    for scheme in ("http", "https"):
        why = failure(f"{scheme}://name.example:{port}/?s3cret", public_only=True)
        assert why == "has a port that is none of the web's"
    assert server.heard == []
    assert fetch("http://name.example:443/", seconds=5, most_bytes=9, public_only=True).body


@pytest.mark.parametrize("who", ["user@", "user:s3cret@", ":@", "@", "a@b@", "8.8.8.8%40"])
def test_an_address_with_a_user_name_is_not_asked(server, reachable, who):
    url = f"http://{who}127.0.0.1:{server.port}/?s3cret"
    failure(url, public_only=True)
    assert server.heard == []


# ── Redirects ──────────────────────────────────────────────────────────────────────────────────


def leading_to(location: str, status: int = 302) -> bytes:
    return (
        f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 2\r\n\r\nno"
    ).encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_where_it_was_told(server, reachable, status):
    second = Server()
    server.pieces = [leading_to(f"{second.url}#part", status)]
    told = {"seconds": 5, "most_bytes": 9, "public_only": True}
    assert fetch(server.url, **told).status == status
    assert fetch(server.url, **told, redirects=1).body == b"fine"
    assert second.heard[0].startswith(b"GET /place?token=s3cret HTTP/1.1\r\n")
    second.listening.close()


def test_redirects_have_an_end(server):
    server.pieces = [leading_to("/again")]
    answer = fetch(server.url, seconds=5, most_bytes=9, redirects=3)
    assert answer.status == 302
    assert len(server.heard) == 4


def test_the_deadline_is_one_for_all_redirects(server):
    server.pieces, server.pause = [leading_to("/again")], 0.0
    began = time.monotonic()
    real = http._ask

    def slowly(*arguments, **more):
        time.sleep(0.2)
        return real(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(FetchFailed):
        patch.setattr(http, "_ask", slowly)
        fetch(server.url, seconds=SECONDS, most_bytes=9, redirects=50)
    assert time.monotonic() - began < 3 * SECONDS


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.2/s3cret", "http://[::1]/s3cret", "http://10.0.0.7/s3cret", "//localhost.:9/",
     "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://[64:ff9b::7f00:1]/",
     "http://u:s3cret@127.0.0.1/", "http://[::1/", "javascript:alert(1)",
     "http://127.0.0.1:99999/", "/" + "s3cret" * 1000, "http://169.254.169.254/latest/"],
)  # fmt: skip
def test_where_a_redirect_leads_is_checked_like_the_first_address(server, reachable, location):
    server.pieces = [leading_to(location)]
    failure(server.url, public_only=True, redirects=3)
    assert len(server.heard) == 1


def test_no_redirect_leads_from_https_to_http(server, secure):
    server.pieces = [leading_to(f"http://127.0.0.1:{server.port}/")]
    why = failure(f"https://news.example:{server.port}/", redirects=1)
    assert why == "leads on from https to another scheme"
    assert len(server.heard) == 1


def test_what_is_posted_is_not_posted_again_elsewhere(server):
    server.pieces = [leading_to("/again", 307)]
    answer = fetch(server.url, seconds=5, most_bytes=9, method="POST", body=b"x", redirects=3)
    assert answer.status == 307
    assert len(server.heard) == 1


# ── Which addresses are public ─────────────────────────────────────────────────────────────────


PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1"),
    *("192.168.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *(
        "::",
        "::1",
        "::7f00:1",
        "::808:808",
        "fc00::1",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
    ),
    *("::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808"),
    *("64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"),  # public ones, by a way round
    *("192.0.0.9", "192.88.99.1", "198.51.100.1", "203.0.113.1", "239.1.1.1", "0.1.2.3"),
    *("2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "ff0e::1"),
    *("feff::1", "fdff::1", "febf::1", "64:ff9b::7f00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    *("2001:db8::1", "2001::808:808", "2002:a00:1::1", "2002:7f00:1::", "100::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_known(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_of_ipv4_makes_none_public(address: IPv4Address):
    number = int(address)
    wrapped = [
        *(number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number),
        *(0x2002 << 112 | number << 80, 0x64FF9B0001 << 80 | number),
    ]
    for one in wrapped:
        if is_public(str(ip_address(one) if one > 1 << 32 else ip_address(f"::{address}"))):
            assert is_public(str(address))


# ── TLS ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def secure(server, tmp_path, monkeypatch) -> list[str | None]:
    """Make the server speak TLS as news.example, by a certificate that is trusted; names asked."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server.wrap = lambda plain: context.wrap_socket(plain, server_side=True)
    found = socket.getaddrinfo("127.0.0.1", server.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(http, "is_public", lambda address: True)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return asked


def test_a_certificate_is_held_against_the_hosts_name(server, secure):
    answer = fetch("https://news.example/x", seconds=5, most_bytes=9, public_only=True)
    assert answer.body == b"fine"
    assert secure == ["news.example"]
    assert b"host: news.example\r\n" in server.heard[0].lower()
    why = failure("https://other.example/?s3cret", public_only=True, seconds=5)
    assert why == "cannot be reached: SSLCertVerificationError"
    assert len(server.heard) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(server, secure, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    why = failure("https://news.example/", seconds=5)
    assert why == "cannot be reached: SSLCertVerificationError"
    assert server.heard == []


def test_the_deadline_holds_under_tls(server, secure):
    server.pause, server.pieces = 0.05, [HEAD + b"\r\n", *[b"x"] * 60]
    assert failure("https://news.example/", seconds=1) == "is too slow"
    server.pieces = [HEAD, *[b"X-A: b\r\n"] * 60]
    assert failure("https://news.example/", seconds=1) == "cannot be reached: TimeoutError"


def test_who_never_answers_the_handshake_is_left(server):
    server.wrap = lambda plain: time.sleep(3) or plain
    assert failure(f"https://127.0.0.1:{server.port}/") == "cannot be reached: TimeoutError"


# ── Proxies ────────────────────────────────────────────────────────────────────────────────────


def test_a_proxy_of_the_environment_is_used_and_its_password_is_not_told(server, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://me:s3cret@127.0.0.1:{server.port}")
    assert fetch("http://far.example/x", seconds=5, most_bytes=9).body == b"fine"
    heard = server.heard[0].decode()
    assert heard.startswith("GET http://far.example/x HTTP/1.1\r\n")
    assert "Proxy-Authorization: basic bWU6czNjcmV0".lower() in heard.lower()
    monkeypatch.setenv("no_proxy", "far.example")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    assert failure("http://far.example/x") == "cannot be reached: OSError"


def test_behind_a_proxy_tls_goes_through_a_tunnel(server, monkeypatch):
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.port}")
    server.pieces = [b"HTTP/1.1 403 No\r\n\r\n"]
    failure("https://far.example/?s3cret")
    assert server.heard[0].startswith(b"CONNECT far.example:443 HTTP/1.")
