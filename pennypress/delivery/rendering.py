"""Rendering a public address through Django, as any anonymous reader's request would be.

The request is made up here, from the address alone: it carries no cookie, no language and nothing
else of whoever asks, so nothing of that can get into a cached page.
"""

import io
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.response import HttpResponseBase

from .cache import CachedFragment, CachedPage, make_piece
from .dependencies import FragmentKey, collect_dependencies
from .fragments import FRAGMENTS, write_fragment
from .pages import MARKS

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

LARGEST_TEXT_FILE = 500_000  # bytes
_TEXT_FILES = ("text/", "application/javascript", "application/json", "image/svg")


@cache
def django_handler() -> "WSGIHandler":
    """Django's handler, made once a process."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def render(address: str, *, with_marks: bool = False) -> CachedPage | None:
    """Render a public address (path and query). None for what is no page: a picture, a font.

    With marks the page comes with keys where its fragments stand, and is not yet joined.
    """
    response = call_django(made_up_request(address, with_marks=with_marks))
    try:
        return getattr(response, "cached_page", None) or _page_of_file(response)
    finally:
        response.close()


def made_up_request(address: str, *, with_marks: bool = False) -> dict[str, Any]:
    """Return the WSGI environ of a reader without any properties who asks for an address."""
    path, _, query = address.partition("?")
    public = urlsplit(settings.PUBLIC_URL)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": public.hostname,
        "SERVER_PORT": str(public.port or (443 if public.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": public.netloc,
        "HTTP_X_FORWARDED_PROTO": public.scheme,
        "wsgi.url_scheme": public.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        MARKS: with_marks,
    }


def _page_of_file(response: HttpResponseBase) -> CachedPage | None:
    """Turn a style sheet, a script or a drawing, which gain by compression, into a page."""
    kind = response.get("Content-Type", "")
    file = getattr(response, "file_to_stream", None)
    if file is None or not kind.startswith(_TEXT_FILES) or settings.DEBUG:
        return None
    content = file.read(LARGEST_TEXT_FILE + 1)
    if len(content) > LARGEST_TEXT_FILE or response.status_code != 200:
        return None
    dropped = {"content-length", "etag", "last-modified", "content-encoding"}
    headers = [(n.lower(), v) for n, v in response.items() if n.lower() not in dropped]
    return CachedPage(200, headers, [make_piece(content)])


def write_cached_fragment(key: FragmentKey, sequence: int) -> CachedFragment:
    """Write a fragment for the cache; it shows all changes up to `sequence`."""
    with collect_dependencies() as found:
        piece = make_piece(write_fragment(key).encode())
    until = found.until.timestamp() if found.until else None
    return CachedFragment(piece, frozenset(found.tags), until, sequence, FRAGMENTS[key[0]].small)


def call_django(environ: dict[str, Any]) -> HttpResponseBase:
    """Run Django on a WSGI environ. Whoever gets the response closes it, in the same thread."""
    # What Django says of status and headers here is read from the response itself.
    return django_handler()(environ, lambda status, headers, exc_info=None: bytes)
