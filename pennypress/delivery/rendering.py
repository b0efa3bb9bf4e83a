"""Rendering a public address through Django, as any anonymous reader's request would be.

The request is made up here, from the address alone: it carries no cookie, no language and nothing
else of whoever asks, so nothing of that can get into a kept page.
"""

import io
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from .cache import CachedFragment, CachedPage, Piece, make_piece
from .dependencies import Dependencies, FragmentKey, collect_dependencies
from .fragments import FRAGMENTS, write_fragment

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

MARKS = "pennypress.marks"  # in an environ: leave marks where kept parts stand
LARGEST_TEXT_FILE = 500_000  # bytes
_TEXT_FILES = ("text/", "application/javascript", "application/json", "image/svg")
_NOT_TEXT = ("image/", "font/", "audio/", "video/", "application/zip", "application/gzip")


@cache
def django_handler() -> "WSGIHandler":
    """Django's handler, made once a process."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def render(address: str, *, with_marks: bool = False) -> CachedPage | None:
    """Render a public address (path and query). None for what is no page: a picture, a font.

    With marks the page comes with keys where its parts stand, and is not yet joined.
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


def page_of(response: HttpResponse, shown: Dependencies) -> CachedPage:
    """Turn a rendered response into a page, with keys where marks were left. Not yet joined."""
    cacheable = response.status_code == 200 and "no-store" not in response["Cache-Control"]
    return CachedPage(
        status=response.status_code,
        headers=[(n.lower(), v) for n, v in response.items() if n.lower() != "content-length"],
        row=_row(response.content, shown),
        tags=frozenset(shown.tags),
        until=shown.until.timestamp() if shown.until else None,
        cacheable=cacheable,
        compressible=not response.get("Content-Type", "").startswith(_NOT_TEXT),
    )


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


def _row(content: bytes, shown: Dependencies) -> list[Piece | FragmentKey]:
    if not shown.fragments:
        return [make_piece(content)]
    row: list[Piece | FragmentKey] = []
    mark = re.compile(rb"<!--" + shown.mark.encode() + rb":([0-9]+)-->")
    for place, text in enumerate(mark.split(content)):
        if place % 2:
            row.append(shown.fragments[int(text)])
        elif text:
            row.append(make_piece(text))
    return row


def write_cached_fragment(key: FragmentKey, sequence: int) -> CachedFragment:
    """Write a part to be kept; it shows all changes up to `sequence`."""
    with collect_dependencies() as shown:
        piece = make_piece(write_fragment(key).encode())
    until = shown.until.timestamp() if shown.until else None
    return CachedFragment(piece, frozenset(shown.tags), until, sequence, FRAGMENTS[key[0]].small)


def canonical_query(path: str, query: str) -> str:
    """Return what of a query string the public page at `path` reads, in one fixed form.

    Everything else is dropped before any view sees it: an unknown parameter makes no second copy
    of a page, and cannot get into one. The register of addresses says what each one reads.
    """
    if not query:
        return ""
    known = settings.ADDRESSES.query_of(path)
    if not known:
        return ""
    try:
        given = parse_qsl(query[:4096], keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return ""
    found = {name: value for name, value in given if name in known}
    return urlencode(sorted(found.items()))


def call_django(environ: dict[str, Any]) -> HttpResponseBase:
    """Run Django on a WSGI environ. Whoever gets the response closes it, in the same thread."""
    # What Django says of status and headers here is read from the response itself.
    return django_handler()(environ, lambda status, headers, exc_info=None: bytes)
