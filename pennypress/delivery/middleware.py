"""Public pages are the same bytes for every reader; this is where that is enforced."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from pennypress.foundation.addresses import Policy

from .answering import answer_from
from .cache import CachedPage
from .dependencies import collect_dependencies
from .facts import facts_of_request
from .pages import ASKED_QUERY, MARKS, canonical_query, page_of
from .policy import protect_admin

PERSONAL = "private, no-store"


def is_public(request: HttpRequest) -> bool:
    """Say whether the answer to this request must be the same for every reader."""
    # Wagtail previews a draft by a made-up request to the story's own address.
    if getattr(request, "is_dummy", False):
        return False
    return request.method in {"GET", "HEAD"} and settings.ADDRESSES.is_public(request.path_info)


class PublicPages:
    """Takes cookies away from public requests, and gives their answers ETag and Cache-Control.

    Without a cookie no view, middleware or template tag can make a public page personal. The page
    itself goes along as `response.cached_page`, for whoever keeps it.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return HttpResponseBadRequest("no such address", content_type="text/plain")
        if not is_public(request):
            response = self._answer_one(request)
            response.headers.setdefault("Cache-Control", PERSONAL)
            return response
        request.META.pop("HTTP_COOKIE", None)
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        asked = request.META.get("QUERY_STRING", "")
        request.META[ASKED_QUERY] = asked  # what leads on may keep it; no page reads it
        request.META["QUERY_STRING"] = canonical_query(request.path_info, asked)
        # HEAD is GET without its body, which the server leaves out. The API knows GET alone.
        method, request.method = request.method, "GET"
        marks = bool(request.META.get(MARKS))
        with collect_dependencies(with_marks=marks) as found, facts_of_request():
            response = self.get_response(request)
        request.method = method
        response.cookies.clear()
        response.headers["Vary"] = "Accept-Encoding"
        response.headers.setdefault("Cache-Control", _how_long(request, response))
        if response.streaming or response.has_header("Content-Encoding"):
            return response
        page = page_of(response, found)
        response.cached_page = page
        if marks or response.status_code != 200:
            return response
        page.join({})
        return _answer(request, response, page)

    def _answer_one(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with facts_of_request():
            return self.get_response(request)


class ContentSecurityPolicy:
    """Gives every answer the site's policy, or the admin's, unless it has one of its own."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            protect_admin(request, response)
        else:
            policy = settings.CONTENT_SECURITY_POLICY
            response.headers.setdefault("Content-Security-Policy", policy)
        return response


def _how_long(request: HttpRequest, response: HttpResponse) -> str:
    """The Cache-Control of an answer that brings none of its own."""
    address = settings.ADDRESSES.find(request.path_info)
    if address is None or (address.tree and response.status_code == HTTPStatus.NOT_FOUND):
        return PERSONAL  # no live page is there, so it is as if nobody had declared it
    return "max-age=0, must-revalidate" if address.policy == Policy.CACHED else "no-store"


def _answer(request: HttpRequest, response: HttpResponse, page: CachedPage) -> HttpResponse:
    """Put into the response what a worker would send of the page."""
    status, headers, body = answer_from(
        page,
        request.META.get("HTTP_ACCEPT_ENCODING"),
        request.META.get("HTTP_IF_NONE_MATCH"),
    )
    sent = HttpResponse(body, status=status, headers=dict(headers))
    if status == HTTPStatus.NOT_MODIFIED:
        del sent.headers["Content-Type"]
    sent.cached_page = page  # type: ignore[attr-defined]
    return sent


def _holds_nul(request: HttpRequest) -> bool:
    """No name of ours holds a NUL, and PostgreSQL fails on a question that does."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
