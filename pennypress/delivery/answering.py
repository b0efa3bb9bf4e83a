"""The one exit of public answers: what a request gets of a cached page.

A worker hands out what is chosen here, and so does Django's own handler (in tests, and wherever no
worker stands before it): both send the same bytes.
"""

import time

from pennypress.requests.refusals import PLAIN

from .cache import CachedPage, CachedResponse, Headers
from .negotiation import encodings_taken
from .purge import cdn_headers

Answer = tuple[int, Headers, bytes]  # status, headers, body


def answer_from(
    page: CachedPage,
    accept_encoding: str | None,
    if_none_match: str | None = None,
    *,
    for_cdn: bool = False,
) -> Answer:
    """Return status, headers and body for a request with these two headers (None: not sent).

    406 for a client that takes no encoding we have, 304 for one that has the page already. With
    `for_cdn` the headers say how long a CDN may keep it.
    """
    taken = encodings_taken(accept_encoding)
    if not taken:
        return 406, PLAIN, b"no encoding that this client takes\n"
    response = page.responses.get(taken[0]) or page.response_in(taken)
    known = None
    if if_none_match is not None and page.status == 200:
        known = _find_known(if_none_match, page, response)
    chosen = known or response
    if for_cdn:
        chosen = _for_cdn(page, chosen)
    if known:
        return 304, chosen.headers_unchanged, b""
    return page.status, chosen.headers, chosen.body


def _find_known(
    if_none_match: str, page: CachedPage, response: CachedResponse
) -> CachedResponse | None:
    """The response that the client says it has, if it is still right (RFC 9110, 13.1.2)."""
    if response.etag in if_none_match or if_none_match.strip() == "*":
        return response
    return next((one for one in page.responses.values() if one.etag in if_none_match), None)


def _for_cdn(page: CachedPage, response: CachedResponse) -> CachedResponse:
    """The response as a CDN may keep it. What is stale already it must not."""
    if not (page.fresh and page.cacheable):
        return response
    fragments = page.fragments.values()
    ends = [page.until, *(fragment.until for fragment in fragments)]
    known_ends = [end for end in ends if end is not None]
    tags = page.tags.union(*(fragment.tags for fragment in fragments))
    extra = cdn_headers(tags, min(known_ends) - time.time() if known_ends else None)
    return response.with_headers(extra) if extra else response
