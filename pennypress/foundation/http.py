"""Asking other servers over HTTP, and never for longer or more than was meant.

Whatever a server does, `fetch` ends in time: the deadline is one for all, from the name's look-up
to the last byte, and bytes are counted as they come. No redirect is followed unless told, no cookie
is kept, nothing is decompressed.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPSConnectionPool,
    PoolManager,
    ProxyManager,
    Timeout,
    make_headers,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

USER_AGENT = "Pennypress"
_MOST_OVERHEAD = 64 * 1024  # bytes of headers, and of how a body is cut into chunks

_NOT_PUBLIC = "has an address that is not a public one"
WEB_PORTS = frozenset({80, 443})
_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_ADDRESS = 2048  # characters of an address that a redirect names

_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Within that, and within what Python calls global: what leads to addresses of IPv4 or is no host's.
_NOT_ONE_HOSTS = tuple(
    ip_network(name)
    for name in (
        "192.0.0.0/24",  # the protocols' own
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # the protocols' own, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",  # for documentation, as the one above
    )
)


class FetchFailed(Exception):
    """There is no answer that could be used. Completes a sentence: “the witness …”.

    Says what kind of failure it is and never where: addresses may hold tokens.
    """


@dataclass(frozen=True)
class Answer:
    """What a server answered, with whatever status. `body` is as it was sent."""

    status: int
    content_type: str  # without its parameters, in lower case; "" for none
    body: bytes


def fetch(
    url: str,
    *,
    seconds: float,
    most_bytes: int,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    whole: bool = True,
    public_only: bool = False,
    redirects: int = 0,
) -> Answer:
    """Ask a server and return its answer, within so many seconds in all.

    A body of more than `most_bytes`, or a compressed one, is a failure; if not `whole`, what is
    beyond is not read, and how it is packed does not matter. With `public_only` the server must be
    in the public Internet: its name is looked up once, all its addresses must be public, the port
    one of the web's, and the connection goes to one of these, past all proxies; an address with a
    user name is refused. Otherwise the proxies that the environment names are used, as everywhere
    in Python. So many `redirects` of a GET are followed, each under the same conditions and within
    the same time, and never from https to http. Raises FetchFailed.
    """
    bounds = _Bounds(time.monotonic() + seconds, _MOST_OVERHEAD + 2 * most_bytes, public_only)
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})}
    for _ in range(redirects):
        answer, location = _ask(method, url, body, headers, bounds, most_bytes, whole=whole)
        if not location or method != "GET":
            return answer
        url = _follow(url, location)
    return _ask(method, url, body, headers, bounds, most_bytes, whole=whole)[0]


def _ask(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    bounds: "_Bounds",
    most_bytes: int,
    *,
    whole: bool,
) -> tuple[Answer, str]:
    """Ask once; return the answer, and where it leads on to, or "". Raises FetchFailed."""
    try:
        manager = _open_manager(url, bounds)
        answer = manager.urlopen(
            method,
            url,
            body=body,
            headers=headers,
            timeout=Timeout(total=bounds.seconds_left()),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
    except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(f"cannot be reached: {_innermost(error)}") from None
    try:
        location = answer.headers.get("Location", "") if answer.status in _REDIRECTS else ""
        return _read(answer, most_bytes, whole=whole), location
    except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
        what = _innermost(error)
        raise FetchFailed(
            "is too slow" if what == "TimeoutError" else f"broke off its answer: {what}"
        ) from None
    finally:
        answer.close()
        manager.clear()


def _follow(url: str, location: str) -> str:
    """The address that an answer leads on to. Raises FetchFailed."""
    if len(location) > _LONGEST_ADDRESS:
        raise FetchFailed("leads on to an address that is too long")
    try:
        there = urljoin(url, location).partition("#")[0]
        scheme = urlsplit(there).scheme
    except ValueError:
        raise FetchFailed("leads on to what is no address") from None
    if urlsplit(url).scheme == "https" and scheme != "https":
        raise FetchFailed("leads on from https to another scheme")
    return there


def is_public(address: str) -> bool:
    """Say whether an IP address is that of one host in the public Internet.

    Those of IPv6 that lead on to one of IPv4 are not (mapped, NAT64, 6to4, Teredo): who connects
    there does not see where that is.
    """
    ip = ip_address(address)
    if any(ip in network for network in _NOT_ONE_HOSTS):
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in _GLOBAL_UNICAST and ip.is_global


# ── Bounds ─────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Bounds:
    """How long a fetch may still take, how much may come, and from where."""

    deadline: float  # of the monotonic clock
    most_on_the_wire: int
    public_only: bool
    received: int = field(default=0, init=False)

    def seconds_left(self) -> float:
        """The rest of the time, more than none. Raises TimeoutError."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def receive(self, count: int) -> None:
        """Count what came. Raises FetchFailed."""
        self.received += count
        if self.received > self.most_on_the_wire:
            raise FetchFailed("answered with too much")


class _BoundedReader(io.RawIOBase):
    """What comes from a socket, as long as it may. A timeout of the socket's own is per read."""

    def __init__(self, sock: socket.socket, bounds: _Bounds) -> None:
        self._sock, self._bounds = sock, bounds
        self._raw = sock.makefile("rb", buffering=0)  # keeps the socket open until it is closed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._bounds.seconds_left())
        count = self._raw.readinto(buffer)
        self._bounds.receive(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    """A connected socket, as far as http.client needs one."""

    def __init__(self, sock: socket.socket, bounds: _Bounds) -> None:
        self._sock, self._bounds = sock, bounds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._bounds))

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._bounds.seconds_left())
        self._sock.sendall(data)


class _Bounded(HTTPConnection):
    """A connection that keeps within bounds, which are an attribute of a class for each fetch."""

    bounds: _Bounds

    def _new_conn(self) -> socket.socket:
        return _connect(self._dns_host, self.port, self.bounds)

    def connect(self) -> None:
        super().connect()
        self.sock: Any = _BoundedSocket(self.sock, self.bounds)


def _open_manager(url: str, bounds: _Bounds) -> PoolManager:
    """What makes connections for a fetch, through a proxy where the environment names one."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchFailed("has an address that is no http or https one")
    if bounds.public_only and "@" in parts.netloc:
        raise FetchFailed(_NOT_PUBLIC)
    options: dict[str, Any] = {"ssl_context": ssl.create_default_context()}
    if parts.scheme == "http":
        options = {}
    proxy = None if bounds.public_only else _proxy_for(parts.scheme, parts.netloc)
    manager = (
        ProxyManager(proxy, proxy_headers=_proxy_headers(proxy), **options)
        if proxy
        else PoolManager(**options)
    )
    own = {"bounds": bounds}
    plain, secure = (
        type("Plain", (_Bounded,), own),
        type("Secure", (_Bounded, HTTPSConnection), own),
    )
    manager.pool_classes_by_scheme = {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
    return manager


def _proxy_for(scheme: str, netloc: str) -> str | None:
    proxy = urllib.request.getproxies().get(scheme)
    if not proxy or urllib.request.proxy_bypass(netloc.rpartition("@")[2]):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_headers(proxy: str) -> Mapping[str, str]:
    auth = parse_url(proxy).auth
    return make_headers(proxy_basic_auth=unquote(auth)) if auth else {}


def _connect(host: str, port: int, bounds: _Bounds) -> socket.socket:
    """Connect to the first of the host's addresses that answers. Raises OSError, FetchFailed."""
    found = _look_up(host, port, bounds)
    if bounds.public_only and not all(is_public(str(entry[4][0])) for entry in found):
        raise FetchFailed(_NOT_PUBLIC)
    if bounds.public_only and port not in WEB_PORTS:
        raise FetchFailed("has a port that is none of the web's")
    failure: OSError | None = None
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(bounds.seconds_left())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(bounds.seconds_left())  # for what TLS has to say
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("the name has no address")


def connect_within(host: str, port: int, deadline: float) -> socket.socket:
    """Connect to a server by a deadline of the monotonic clock, look-up and all. Raises OSError.

    What the socket waits for afterwards, it waits no longer than until then, each time.
    """
    return _connect(host, port, _Bounds(deadline, 0, public_only=False))


def _look_up(host: str, port: int, bounds: _Bounds) -> list[Any]:
    """The addresses of a name. Raises OSError, in time: the system's look-up knows no deadline."""
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=bounds.seconds_left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise found
    return found


# ── Answers ────────────────────────────────────────────────────────────────────────────────────


def _read(answer: BaseHTTPResponse, most_bytes: int, *, whole: bool) -> Answer:
    if whole and answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FetchFailed("answered with something compressed, which was not asked for")
    body = answer.read(most_bytes, decode_content=False)
    while whole and (piece := answer.read(most_bytes + 1, decode_content=False)):
        body += piece  # that there is no more is said by the last, empty one
        if len(body) > most_bytes:
            raise FetchFailed("answered with too much")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(answer.status, kind, body)


def _innermost(error: BaseException) -> str:
    """The name of what a library's error came of; what it says may hold the address."""
    while True:
        inner = error.__cause__ or next(
            (one for one in error.args if isinstance(one, BaseException)), None
        )
        if inner is None:
            return type(error).__name__
        error = inner
