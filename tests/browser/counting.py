"""A way to a server that counts the event streams which pass through it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Counter:
    """Passes connections on to a server; `streams` are those now open that asked for events."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def streams(self) -> int:
        with self._lock:
            return len(self._open)

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            for work, one, other in ((self._up, client, server), (self._down, server, client)):
                threading.Thread(target=work, args=(one, other), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                if data.startswith(b"GET /live/"):  # a browser sends one request at a time
                    with self._lock:
                        self._open.add(client)
                        self.asked.append(data.split(b" ", 2)[1].decode())
                server.sendall(data)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(client)
            server.close()
            client.close()

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        finally:
            # The client may keep its end open for a while; its stream is over all the same.
            with self._lock:
                self._open.discard(client)
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


@contextmanager
def counting(address: str) -> Iterator[Counter]:
    counter = Counter(address)
    try:
        yield counter
    finally:
        counter.stop()
