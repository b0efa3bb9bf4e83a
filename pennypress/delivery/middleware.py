"""Public pages are the same bytes for every reader; this is where that is enforced."""

import gzip
import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import get_conditional_response

# What may know who is asking: the admin, sign-in, personal pages, forms that write, and the API's
# POST. Everything else is public.
# A story may be called "me" or "reply", so only these exact places count.
_PERSONAL = re.compile(
    r"^/(admin|accounts)(/|$)"
    r"|^/([a-z]{2,3}(-[a-z]+)?/)?me(/|$)"  # /me/… and, in another language, /ar/me/…
    r"|/discussion/([0-9]+/)?reply/$"
)

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)


def is_public(request: HttpRequest) -> bool:
    """Say whether the answer to this request must be the same for every reader."""
    # Wagtail previews a draft by a made-up request to the story's own address.
    if getattr(request, "is_dummy", False):
        return False
    return request.method in {"GET", "HEAD"} and not _PERSONAL.search(request.path_info)


class PublicPages:
    """Takes cookies away from public requests, and gives their answers ETag and Cache-Control.

    Without a cookie no view, middleware or template tag can make a public page personal.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return HttpResponseBadRequest("no such address", content_type="text/plain")
        if not is_public(request):
            response = self.get_response(request)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        request.META.pop("HTTP_COOKIE", None)
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        # HEAD is GET without its body, which the server leaves out. The API knows GET alone.
        method, request.method = request.method, "GET"
        response = self.get_response(request)
        request.method = method
        response.cookies.clear()
        response.headers["Vary"] = "Accept-Encoding"
        response.headers.setdefault("Cache-Control", "max-age=0, must-revalidate")
        if response.streaming or response.status_code != 200:
            return response
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        if _worth_compressing(request, response):
            # Nothing in a public page is secret, so there is nothing that its length could betray.
            response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            digest += "-gz"
        response.headers["ETag"] = f'"{digest}"'
        conditional = get_conditional_response(request, response.headers["ETag"], None, response)
        return conditional or response


def _holds_nul(request: HttpRequest) -> bool:
    """No name of ours holds a NUL, and PostgreSQL fails on a question that does."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def _worth_compressing(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        len(response.content) > 400
        and not response.has_header("Content-Encoding")
        and not response.get("Content-Type", "").startswith(("image/", "font/"))
        and bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    )
