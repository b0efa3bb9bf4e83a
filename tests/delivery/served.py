"""Fronts served for real, in threads of the test's process, and a client that sends raw headers.

Several workers on one database stand for the worker processes of a site, or for its web nodes.
"""

import asyncio
import gzip
import http.client
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import brotli
import uvloop
from django.conf import settings
from django.test import override_settings
from granian.constants import Interfaces
from granian.server.embed import Server

from pennypress.delivery import worker as module
from pennypress.delivery.changes import read_changes
from pennypress.delivery.worker import Worker
from pennypress.operations.serve import http_options
from tests.cli.command import free_port

PATIENCE = 20.0  # seconds for what must come


def wait_for(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until something is so, and return it."""
    until = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.005)
    return found


@dataclass(frozen=True)
class Answer:
    """What came back. `text` is the body without its encoding."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        encoding = self.headers.get("content-encoding", "")
        decode = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}[encoding]
        return decode(self.body).decode(errors="replace")  # tiles of the record are no text


class Counts:
    """What Django was asked to do, by all workers of this process."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.fragments: list[tuple[str, ...]] = []

    def forget(self) -> None:
        self.rendered.clear()
        self.fragments.clear()


class CountedWorker(Worker):
    """A worker that notes which requests reached it, and which went through to Django."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.asked: list[str] = []
        self.entered: list[str] = []

    async def _answer(self, scope: Any, protocol: Any) -> None:
        self.asked.append(scope.path)
        await super()._answer(scope, protocol)

    async def _through_django(self, scope: Any, *rest: Any, **more: Any) -> None:
        self.entered.append(f"{scope.method} {scope.path}")
        await super()._through_django(scope, *rest, **more)


class Served:
    """A worker on a port of its own. A context manager: leaving it stops the server."""

    def __init__(self, limit: int = 0) -> None:
        """`limit` bounds its store in bytes; without one it is the setting's."""
        self.port = free_port()
        self.worker = CountedWorker(self.port)
        self.address = f"http://127.0.0.1:{self.port}"
        self._limit = limit
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"worker {self.port}", daemon=True)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._server = Server(
            self.worker,
            address="127.0.0.1",
            port=self.port,
            interface=Interfaces.RSGI,
            **http_options(),
            backpressure=4096,
            backlog=1024,
            log_enabled=False,
        )
        await self._server.serve()

    def __enter__(self) -> "Served":
        with override_settings(PAGE_CACHE_BYTES=self._limit or settings.PAGE_CACHE_BYTES):
            self._thread.start()
            wait_for(self._listens)
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return hasattr(self.worker, "pages")

    # ── Asking ─────────────────────────────────────────────────────────────────────────────────

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send one request with these headers and no others but Host; return the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = dict(headers or {})
            own_host = any(name.lower() == "host" for name in headers)
            connection.putrequest(method, path, skip_host=own_host, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            kept = {name.lower(): value for name, value in answer.getheaders() if name != "date"}
            return Answer(answer.status, kept, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET with headers: `accept_encoding="gzip"`."""
        return self.ask("GET", path, {n.replace("_", "-"): v for n, v in headers.items()})

    def connect(self, *, receive_buffer: int = 0) -> socket.socket:
        """A bare connection."""
        bare = socket.socket()
        if receive_buffer:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        bare.settimeout(PATIENCE)
        bare.connect(("127.0.0.1", self.port))
        return bare

    # ── Looking inside ─────────────────────────────────────────────────────────────────────────

    def on_loop(self, call: Callable[[], Any]) -> Any:
        """Make a plain call on the worker's event loop, where its store may be touched."""

        async def run() -> Any:
            return call()

        return asyncio.run_coroutine_threadsafe(run(), self.worker.loop).result(PATIENCE)

    @property
    def waiting(self) -> int:
        """How many requests Django has been given and has not answered."""
        return self.on_loop(lambda: self.worker._waiting)

    @property
    def kept(self) -> dict[str, bool]:
        """The addresses that are kept, and whether each is fresh."""
        return self.on_loop(
            lambda: {address: page.fresh for address, page in self.worker.pages.pages.items()}
        )

    def text_of(self, address: str) -> str:
        """The text of a kept page as it would be handed out now, fresh or not."""
        return self.on_loop(lambda: self.worker.pages.pages[address].text.decode(errors="replace"))

    def drop(self, address: str) -> None:
        """Keep this page no more."""
        self.on_loop(lambda: self.worker.pages.drop(address))

    def clear(self) -> None:
        """Keep nothing any more, as after a start."""
        self.on_loop(lambda: self.worker.pages.clear(self.worker.pages.sequence))

    def catch_up(self) -> None:
        """Wait until the worker knows of all that the database holds."""
        latest, _ = read_changes(0)
        wait_for(lambda: self.on_loop(lambda: self.worker.pages.sequence) == latest)


def count_renders(monkeypatch) -> Counts:
    """From now on note which pages and parts are rendered."""
    counts = Counts()
    render, write = module.render, module.write_cached_fragment

    def counted_render(address: str, **options: Any) -> Any:
        counts.rendered.append(address)
        return render(address, **options)

    def counted_write(key: tuple[str, ...], sequence: int) -> Any:
        counts.fragments.append(key)
        return write(key, sequence)

    monkeypatch.setattr(module, "render", counted_render)
    monkeypatch.setattr(module, "write_cached_fragment", counted_write)
    return counts
