"""Where a record is read from: a site, or a folder with its mirror."""

import errno
import gzip
import http.client
import io
import socket
import stat
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path
from typing import Any, Protocol

from .deadline import Deadline
from .names import find_names

MOST_BYTES = 64 * 1024 * 1024  # of one file
SECONDS = 30.0  # that a server may be silent
MOST_REASON = 200  # characters of what a server gives as its reason
AT_ONCE = 8  # files that are fetched at a time


class Missing(Exception):
    """There is no such file; the message says why it is believed so."""


class Unreadable(Exception):
    """A file could not be read, so that nothing is known of it; the message says why."""


class RecordSource(Protocol):
    """Something from which files of a record, and pages, can be read by their paths."""

    may_change: bool  # while it is being checked
    deadline: Deadline

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises Missing, Unreadable and OutOfTime."""
        ...

    def read_page(self, url: str) -> bytes:
        """Return the HTML of a page by its path on the site. Raises what `read` raises."""
        ...

    def read_file(self, url: str) -> bytes:
        """Return a file by its path on the site, percent-encoded. Raises what `read` raises."""
        ...


class FolderSource:
    """A mirror in a folder."""

    may_change = False

    def __init__(self, root: Path, deadline: Deadline) -> None:
        self._root = root.resolve()
        self._listed: dict[str, frozenset[str]] = {}  # by folder
        self.deadline = deadline

    def read(self, path: str) -> bytes:
        self.deadline.remaining()
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root):
                raise Missing("it lies outside of the folder")
            about = file.stat()
            if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
                raise Missing("it is not a file")
            if about.st_size > MOST_BYTES:
                raise Unreadable("it is too large")
            return file.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}:
                raise Missing(reason) from error
            raise Unreadable(reason) from error
        except (ValueError, RuntimeError) as error:  # a path that no file can have
            raise Missing("it is not the path of a file") from error

    def read_page(self, url: str) -> bytes:
        path = urllib.parse.unquote(url).strip("/")
        names = [*self._find(path.split("/") if path else [], "folder"), "index.html"]
        return self.read("/".join(names))

    def read_file(self, url: str) -> bytes:
        path = urllib.parse.unquote(url).lstrip("/")
        return self.read("/".join(self._find(path.split("/"), "file")))

    def _find(self, parts: list[str], last: str) -> list[str]:
        """Return what the parts of an address are called; the last is a "folder" or a "file".

        A name is looked up in its folder, not tried: a file system that knows no letter case would
        answer with the page that took the name first.
        """
        found: list[str] = []
        for number, part in enumerate(parts, 1):
            is_folder = number < len(parts) or last == "folder"
            names = [*find_names(part, is_folder=is_folder)]
            there = self._list("/".join(found)) if len(names) > 1 else frozenset()
            found.append(next((name for name in names if name in there), names[0]))
        return found

    def _list(self, path: str) -> frozenset[str]:
        """Return the names in a folder of the mirror; none where there is no such folder."""
        if path not in self._listed:
            try:
                folder = (self._root / path).resolve()
                inside = folder.is_relative_to(self._root)
                names = {file.name for file in folder.iterdir()} if inside else set()
            except (OSError, ValueError, RuntimeError):  # reading the file will say what is wrong
                return frozenset()
            self._listed[path] = frozenset(names)
        return self._listed[path]


class _TimedReading(io.RawIOBase):
    """What comes from a socket, by the deadline: the socket's own timeout is for each reading."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(SECONDS, self._deadline.remaining()))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _responses(deadline: Deadline) -> type[http.client.HTTPResponse]:
    """Return the class of answers whose headers and bodies are read by a deadline."""

    class Response(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
            super().__init__(sock, *arguments, **named)
            self.fp: Any = io.BufferedReader(_TimedReading(self.fp.detach(), sock, deadline))

        def read(self, amt: int | None = None) -> bytes:
            # Whoever follows a redirect reads the whole answer, which may have no end.
            return super().read(MOST_BYTES + 1 if amt is None else amt)

    return Response


class _HTTP(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        class Connection(http.client.HTTPConnection):
            response_class = _responses(deadline)

        super().__init__()
        self._connection = Connection

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _HTTPS(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        class Connection(http.client.HTTPSConnection):
            response_class = _responses(deadline)

        super().__init__()
        self._connection = Connection

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to another host: its answers prove nothing about this site."""

    def redirect_request(self, request, file, code, message, headers, new_url):
        before, after = map(urllib.parse.urlsplit, (request.full_url, new_url))
        if before.netloc != after.netloc:
            raise urllib.error.HTTPError(new_url, code, "it leads to another host", headers, file)
        if after.scheme not in {before.scheme, "https"}:  # not out of encryption, nor to FTP
            raise urllib.error.HTTPError(new_url, code, "it leads out of HTTPS", headers, file)
        return super().redirect_request(request, file, code, message, headers, new_url)


class SiteSource:
    """A site, read over HTTP."""

    may_change = True

    def __init__(self, address: str, deadline: Deadline) -> None:
        self._address = address.rstrip("/")
        self.deadline = deadline
        handlers = _SameHost, _HTTP(deadline), _HTTPS(deadline)
        self._open = urllib.request.build_opener(*handlers).open

    def read(self, path: str) -> bytes:
        try:
            request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
                f"{self._address}/{path}",
                headers={"Accept-Encoding": "gzip", "User-Agent": "pennypress-verify"},
            )
            with self._open(request, timeout=min(SECONDS, self.deadline.remaining())) as answer:
                body: bytes = answer.read(MOST_BYTES + 1)
                stated = answer.headers.get("Content-Length") or ""
                packed = answer.headers.get("Content-Encoding") == "gzip"
        except urllib.error.HTTPError as error:
            with error:
                reason = f"{error.code} {error.reason}"[:MOST_REASON]
            gone = error.code in {http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE}
            raise (Missing if gone else Unreadable)(reason) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.deadline.remaining()  # perhaps it was only that
            reason = str(getattr(error, "reason", "") or error)[:MOST_REASON]
            raise Unreadable(reason or type(error).__name__) from error
        if len(body) > MOST_BYTES:
            raise Unreadable("it is too large")
        if stated.isdecimal() and (len(stated) > 15 or len(body) < int(stated)):
            raise Unreadable("the answer was cut off")
        try:
            return _unpack(body) if packed else body
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable("its compression is broken") from error

    def read_page(self, url: str) -> bytes:
        return self.read_file(url)

    def read_file(self, url: str) -> bytes:
        try:
            path = urllib.parse.quote(urllib.parse.unquote(url).lstrip("/"))
        except ValueError as error:
            raise Missing("no page or file has such an address") from error
        return self.read(path)


def _unpack(body: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise OSError("too large")
    return text


def open_source(text: str, deadline: Deadline | None = None) -> RecordSource:
    """Return the source for a URL or for the path of a folder. Raises Missing.

    Without a deadline all may take as long as it takes.
    """
    deadline = deadline or Deadline()
    if text.startswith(("http://", "https://")):
        return SiteSource(text, deadline)
    if "://" in text:
        raise Missing("it is neither http nor https")
    folder = Path(text)
    if not text or not folder.is_dir():
        raise Missing("there is no such folder, and an address begins with http:// or https://")
    return FolderSource(folder, deadline)
