"""Reading event streams as a browser reads them."""

import http.client
import json
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 20.0  # seconds for what must come
SILENCE = 0.4  # seconds in which nothing more comes


@dataclass(frozen=True)
class Event:
    """An event with the number from which its reader may resume, if it brought one."""

    name: str
    data: dict
    id: int | None


class Stream:
    """An open event stream. Entering it asks; `next` and `rest` read events."""

    def __init__(self, address: str, query: str, last_event_id: str = "") -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        headers = {"Accept": "text/event-stream"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        self._connection.request("GET", f"/live/?{query}", headers=headers)
        self.socket = self._connection.sock
        self.response = self._connection.getresponse()
        self.retry: list[int] = []
        self.comments = 0

    def __enter__(self) -> "Stream":
        assert self.response.status == 200, self.response.read()
        return self

    def __exit__(self, *_: object) -> None:
        self.response.close()
        self._connection.close()

    def next(self, patience: float = PATIENCE) -> Event | None:
        """The next event; None when the stream ends, or none comes in so many seconds."""
        name, data, number = "", [], None
        self.socket.settimeout(patience)
        while True:
            try:
                line = self.response.readline().decode()
            except TimeoutError:
                # An http.client response cannot be read after this, so ask for it last.
                return None
            if not line:
                return None
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif field == "id":
                number = int(value)
            elif field == "retry":
                self.retry.append(int(value))
            elif field.startswith(":"):
                self.comments += 1
            elif not field and data:
                return Event(name, json.loads("\n".join(data)), number)

    def has_more(self) -> bool:
        """Whether another event comes within a moment. The stream cannot be read after a no."""
        return self.next(SILENCE) is not None


def wait_for(condition, patience: float = PATIENCE) -> None:
    """Wait until something is so."""
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def open_deaf(address: str, query: str) -> socket.socket:
    """A client that asks for a stream and never reads it."""
    parts = urlsplit(address)
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect((parts.hostname, parts.port))
    deaf.sendall(f"GET /live/?{query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    return deaf
