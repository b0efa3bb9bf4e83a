"""A small HTTP client that keeps its connection and adds next to nothing to what it times."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

GZIP = "Accept-Encoding: gzip"


@dataclass(frozen=True)
class Answer:
    """What came back; the headers' names are in lower case, in the order in which they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class Connection:
    """One connection to a server on this machine, kept open."""

    def __init__(self, port: int, seconds: float = 60, source: str = "127.0.0.1") -> None:
        self.port = port
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=seconds, source_address=(source, 0)
        )
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    @property
    def own_port(self) -> int:
        return self.socket.getsockname()[1]

    def get(self, path: str, *headers: str) -> Answer:
        """Ask for a page. Raises OSError when the connection breaks."""
        lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *headers)
        return self.ask("\r\n".join((*lines, "", "")).encode())

    def post(self, path: str, body: dict) -> Answer:
        """Send an object as JSON."""
        return self.ask(post_request(self.port, path, body))

    def ask(self, request: bytes) -> Answer:
        """Send a request as it is, and read the answer to it."""
        self.socket.sendall(request)
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            self._read_more()
        head, self._rest = self._rest[:end].decode("latin-1"), self._rest[end + 4 :]
        status, *lines = head.split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        headers = [(name.lower(), value) for name, value in pairs]
        if ("transfer-encoding", "chunked") in headers:
            body = self._read_chunks()
        else:
            body = self._take(int(dict(headers).get("content-length", 0)))
        return Answer(int(status.split()[1]), headers, body)

    def close(self) -> None:
        self.socket.close()

    def _take(self, length: int) -> bytes:
        while len(self._rest) < length:
            self._read_more()
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken

    def _read_chunks(self) -> bytes:
        body = b""
        while True:
            while (end := self._rest.find(b"\r\n")) < 0:
                self._read_more()
            length = int(self._take(end + 2), 16)
            body += self._take(length)
            self._take(2)
            if not length:
                return body

    def _read_more(self) -> None:
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError("the server closed the connection")
        self._rest += more


@contextlib.contextmanager
def connected(port: int) -> Iterator[Connection]:
    connection = Connection(port)
    try:
        yield connection
    finally:
        connection.close()


def fetch(port: int, path: str, *headers: str) -> Answer:
    """Ask for one page over a connection of its own."""
    with connected(port) as connection:
        return connection.get(path, *headers)


def post_request(port: int, path: str, body: dict) -> bytes:
    """A request that posts an object as JSON."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def comment_path(story: int) -> str:
    return f"/api/v1/stories/{story}/comments"


def comment_of(number: int, parent: int | None = None) -> dict:
    """A comment of about fifty words, unlike any other number's."""
    words = (
        f"Remark {number}: the last boat of the evening is more than a boat, it is the way home "
        "for those who work late, and a timetable that forgets them forgets what it is for; so "
        "let the council count the people on the quay as well as the coins in the box."
    )
    body: dict = {"name": f"Reader {number % 97}", "text": words}
    return body if parent is None else body | {"parent": parent}


def now_ms() -> float:
    """A clock in milliseconds that all processes of this machine share."""
    return time.monotonic_ns() / 1e6
