"""Where a record is read from: a site, or a folder with its mirror."""

import gzip
import http.client
import io
import urllib.error
import urllib.parse
import urllib.request
import zlib
from pathlib import Path
from typing import Protocol

MOST_BYTES = 64 * 1024 * 1024  # of one file
SECONDS = 30
AT_ONCE = 8  # files that are fetched at a time


class Missing(Exception):
    """A file cannot be read; the message says why."""


class RecordSource(Protocol):
    """Something from which files of a record, and pages, can be read by their paths."""

    may_change: bool  # while it is being checked

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises Missing."""
        ...

    def read_page(self, url: str) -> bytes:
        """Return the HTML of a page by its path on the site. Raises Missing."""
        ...


class FolderSource:
    """A mirror in a folder."""

    may_change = False

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def read(self, path: str) -> bytes:
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root):
                raise Missing("it lies outside of the folder")
            if file.stat().st_size > MOST_BYTES:
                raise Missing("it is too large")
            return file.read_bytes()
        except OSError as error:
            raise Missing(error.strerror or type(error).__name__) from error
        except ValueError as error:  # a path that no file can have
            raise Missing("it is not the path of a file") from error

    def read_page(self, url: str) -> bytes:
        path = urllib.parse.unquote(url).strip("/")
        return self.read(f"{path}/index.html" if path else "index.html")


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to another host: its answers prove nothing about this site."""

    def redirect_request(self, request, file, code, message, headers, new_url):
        if urllib.parse.urlsplit(new_url).netloc != urllib.parse.urlsplit(request.full_url).netloc:
            raise urllib.error.HTTPError(new_url, code, "it leads to another host", headers, file)
        return super().redirect_request(request, file, code, message, headers, new_url)


class SiteSource:
    """A site, read over HTTP."""

    may_change = True

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._open = urllib.request.build_opener(_SameHost).open

    def read(self, path: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            f"{self._address}/{path}",
            headers={"Accept-Encoding": "gzip", "User-Agent": "pennypress-verify"},
        )
        try:
            with self._open(request, timeout=SECONDS) as answer:
                body: bytes = answer.read(MOST_BYTES + 1)
                stated = answer.headers.get("Content-Length") or ""
                packed = answer.headers.get("Content-Encoding") == "gzip"
        except urllib.error.HTTPError as error:
            raise Missing(f"{error.code} {error.reason}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = str(getattr(error, "reason", "") or error)
            raise Missing(reason or type(error).__name__) from error
        if len(body) > MOST_BYTES:
            raise Missing("it is too large")
        if stated.isdecimal() and len(body) < int(stated):
            raise Missing("the answer was cut off")
        try:
            return _unpack(body) if packed else body
        except (OSError, EOFError, zlib.error) as error:
            raise Missing("its compression is broken") from error

    def read_page(self, url: str) -> bytes:
        try:
            path = urllib.parse.quote(urllib.parse.unquote(url).lstrip("/"))
        except ValueError as error:
            raise Missing("it is not the address of a page") from error
        return self.read(path)


def _unpack(body: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise OSError("too large")
    return text


def open_source(text: str) -> RecordSource:
    """Return the source for a URL or for the path of a folder. Raises Missing."""
    if text.startswith(("http://", "https://")):
        return SiteSource(text)
    if "://" in text:
        raise Missing(f"{text} is neither http nor https")
    folder = Path(text)
    if not folder.is_dir():
        raise Missing(f"there is no folder {text}")
    return FolderSource(folder)
