"""From a response of Django's to a page of the cache, and which address that is cached under."""

from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpResponse

from .cache import CachedPage, Piece, make_piece
from .dependencies import Dependencies, FragmentKey, split_at_marks

MARKS = "pennypress.marks"  # in an environ: leave marks where fragments stand
ASKED_QUERY = "pennypress.query"  # in an environ: the query string as it was asked for
CACHED_PAGES = "pennypress.cached_pages"  # in an environ: counts what the worker has cached
_NOT_TEXT = ("image/", "font/", "audio/", "video/", "application/zip", "application/gzip")


def page_of(response: HttpResponse, found: Dependencies) -> CachedPage:
    """Turn a rendered response into a page, with keys where marks were left. Not yet joined."""
    cacheable = response.status_code == 200 and "no-store" not in response["Cache-Control"]
    return CachedPage(
        status=response.status_code,
        headers=[(n.lower(), v) for n, v in response.items() if n.lower() != "content-length"],
        row=_row(response.content, found),
        tags=frozenset(found.tags),
        until=found.until.timestamp() if found.until else None,
        cacheable=cacheable,
        compressible=not response.get("Content-Type", "").startswith(_NOT_TEXT),
    )


def _row(content: bytes, found: Dependencies) -> list[Piece | FragmentKey]:
    if not found.fragments:
        return [make_piece(content)]
    pieces = split_at_marks(content.decode(), found)
    return [make_piece(piece.encode()) if isinstance(piece, str) else piece for piece in pieces]


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
    read: dict[str, list[str]] = {}
    others = 1 if settings.ADDRESSES.is_strict(path) else 0  # one more shows that it was repeated
    for name, value in given:
        if name in known:
            read[name] = [*read.get(name, [])[:others], value]
    return urlencode(sorted(read.items()), doseq=True)
