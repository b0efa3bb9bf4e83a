"""Between the server's interface (RSGI) and Django's (WSGI): requests go one way, answers back."""

import asyncio
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.db import close_old_connections
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from pennypress.requests.proxies import RequestOrigin

T = TypeVar("T")


def environ_of(
    scope: Any, origin: RequestOrigin, body: Any = None, length: int = 0
) -> dict[str, Any]:
    """Return the WSGI environ (PEP 3333) of an RSGI request.

    What a proxy says about the reader is passed on only as `origin` has checked it. Header names
    with an underscore are dropped: they would pass for others.
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": origin.address,
        "wsgi.url_scheme": "http",
        "wsgi.input": body or io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name or name.startswith("x-forwarded-"):
            continue
        key = name.upper().replace("-", "_")
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    # The length as it was read: a body sent in chunks comes without one.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("HTTP_CONTENT_LENGTH", None)
    if body is not None:
        environ["CONTENT_LENGTH"] = str(length)
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    if origin.forwarded_scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = origin.forwarded_scheme
    return environ


class Threads:
    """Threads in which Django runs, and its connections are looked after."""

    def __init__(self, count: int, name: str, *, niceness: int = 0) -> None:
        """`niceness` makes the system give processors to other threads first (nice(7), Linux)."""
        self._pool = ThreadPoolExecutor(
            count, thread_name_prefix=name, initializer=_be_nice, initargs=(niceness,)
        )

    async def run(self, function: Callable[[], T]) -> T:
        """Run a plain function in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _cared_for, function)

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that looks after connections itself, as a request to Django does."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _be_nice(niceness: int) -> None:
    if niceness and sys.platform == "linux":  # elsewhere it would hold for the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)


def _cared_for(function: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()


def headers_of(response: HttpResponseBase) -> list[tuple[str, str]]:
    """The headers of a response, cookies with them."""
    headers = [(name.lower(), value) for name, value in response.items()]
    return headers + [("set-cookie", cookie.OutputString()) for cookie in response.cookies.values()]


async def send(protocol: Any, method: str, response: HttpResponseBase, threads: Threads) -> None:
    """Send a response of Django's: bytes as they are, files by the server, streams bit by bit."""
    headers = headers_of(response)
    if method == "HEAD" or response.status_code in {204, 304}:
        protocol.response_empty(response.status_code, headers)
    elif isinstance(response, HttpResponse):
        protocol.response_bytes(response.status_code, headers, response.content)
    elif path := path_of(response):
        protocol.response_file(response.status_code, headers, path)
    else:
        await _send_stream(protocol, response, headers, threads)


def path_of(response: HttpResponseBase) -> str | None:
    """The path of the file that a response is, whole; None when it is none."""
    file = getattr(response, "file_to_stream", None)
    name = getattr(file, "name", None)
    return name if isinstance(name, str) and name.startswith("/") else None


async def _send_stream(
    protocol: Any, response: Any, headers: list[tuple[str, str]], threads: Threads
) -> None:
    transport = protocol.response_stream(response.status_code, headers)
    chunks: Iterable[bytes] = iter(response)
    while (chunk := await threads.call(lambda: next(iter(chunks), None))) is not None:
        await transport.send_bytes(chunk)
