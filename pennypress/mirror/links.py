"""Links in the mirror: what an address is called there, and the way from one file to another."""

import re
from sys import intern
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from django.conf import settings

from pennypress.delivery.pages import canonical_query
from pennypress.foundation.addresses import InMirror

from .names import NOT_FOUND

# Links that tell machines where a page is at home: they name the site itself.
NAMING = {"canonical", "alternate", "shortlink"}


def take_apart(url: str, base: str) -> tuple[str | None, str, str] | None:
    """Take a link apart: its address here, its address at the live site, its fragment.

    The first is None for what is not mirrored; all is None for a link to another site.
    """
    try:
        parts = urlsplit(urljoin(settings.PUBLIC_URL + as_url(base or "/"), url))
        if parts.scheme not in {"http", "https"} or not _is_ours(parts):
            return None
    except ValueError:
        return None
    live = urlsplit(settings.PUBLIC_URL)._replace(path=parts.path or "/", query=parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return _address_of(parts), live.geturl() + fragment, fragment


def _is_ours(parts: SplitResult) -> bool:
    own = urlsplit(settings.PUBLIC_URL)
    return (parts.hostname, parts.port) == (own.hostname, own.port)


def _address_of(parts: SplitResult) -> str | None:
    try:
        path = unquote(parts.path, errors="strict") or "/"
    except UnicodeDecodeError:
        return None
    if re.search(r"[?#\0-\x1f]", path) or not _is_mirrored(path, parts.query):
        return None
    return canonical_address(path, parts.query)


def _is_mirrored(path: str, query: str) -> bool:
    found = settings.ADDRESSES.find(path)
    if found is None or found.mirrored == InMirror.NO:
        return False
    return found.mirrored == InMirror.YES or not query


def canonical_address(path: str, query: str) -> str:
    """The one address of a page: what it reads of the query, in order; page 1 goes without."""
    known = parse_qsl(canonical_query(path, query))
    kept = urlencode([pair for pair in known if pair != ("page", "1")])
    return intern(f"{path}?{kept}" if kept else path)


def as_url(address: str) -> str:
    """An address, which is in plain letters, as links have it: percent-encoded."""
    path, mark, query = address.partition("?")
    return quote(path) + mark + query


def is_walked(path: str) -> bool:
    """Whether a list at this path goes on by cursor, so that its pages have numbers here alone."""
    return "after" in settings.ADDRESSES.query_of(path)


def way_to(here: str, there: str, fragment: str) -> str:
    """The relative link from one file of the mirror to another, percent-encoded."""
    if here == NOT_FOUND:  # a server shows it at any address
        return "/" + quote(there, safe="/~") + fragment
    if here == there and fragment:
        return fragment
    folders, (*others, name) = here.split("/")[:-1], there.split("/")
    same = 0
    while same < min(len(folders), len(others)) and folders[same] == others[same]:
        same += 1
    way = [".."] * (len(folders) - same) + others[same:] + [name]
    return quote("/".join(way), safe="/~") + fragment
