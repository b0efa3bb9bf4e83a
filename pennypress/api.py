"""The JSON API's table of contents. Problems are RFC 9457 documents."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from pennypress.discussion.api import router as discussion_router
from pennypress.funding.api import router as funding_router
from pennypress.limits.actions import TooMany, TooManyWait
from pennypress.stories.api import router as stories_router

from . import __version__

logger = logging.getLogger(__name__)

JSON = "application/json"
_WITH_BODY = {"POST", "PUT", "PATCH"}


def take_json_alone(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a body that does not say that it is JSON, before anybody reads it.

    A form on another site can post text/plain without asking, and JSON only after a preflight
    request, which the API answers with a refusal.
    """

    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in _WITH_BODY and request.content_type != JSON:
            return problem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "The request is not JSON",
                f"send the body as Content-Type: {JSON}",
            )
        return operation(request, *args, **kwargs)

    return run


# The interactive documentation loads its script from another host, so it is left out.
api = NinjaAPI(title="Pennypress", version=__version__, docs_url=None, urls_namespace="api-v1")
api.add_decorator(take_json_alone, mode="view")  # of every operation, also of those to come
api.add_router("/stories", stories_router, tags=["stories"])
api.add_router("/stories", discussion_router, tags=["discussion"])
api.add_router("/funding", funding_router, tags=["funding"])


def problem(status: int, title: str, detail: str = "", **more: object) -> HttpResponse:
    """Return a problem document (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    return HttpResponse(
        json.dumps(body | more, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
    )


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """Answer for what is under /api/ and nowhere in it: a program asked, so no page is drawn."""
    return problem(404, "Not found", "there is no such address in the API")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"where": ".".join(str(part) for part in item["loc"][1:]), "why": item["msg"]}
        for item in error.errors
    ]
    return problem(422, "The request does not fit", errors=fields)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "The request cannot be answered", str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "Not found", str(error))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "The request is too large", "a comment has at most 20,000 characters")


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    why = "too many comments wait for a moderator" if isinstance(error, TooManyWait) else ""
    response = problem(429, "Too many requests", why or f"the limit {error.limit} is reached")
    response.headers["Retry-After"] = str(error.seconds)
    return response


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("the database does not answer: %s", type(error).__name__)
    response = problem(503, "The site cannot read or store anything just now")
    response.headers["Retry-After"] = "5"
    return response


@api.exception_handler(Exception)
def _failure(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("the API failed at %s", request.path)
    return problem(500, "Something went wrong on our side")
