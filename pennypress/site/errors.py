"""The pages for what is not there, not allowed, not understood, or broken on our side."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template

_TAKEN_DOWN: list[Callable[[str], bool]] = []


def knows_what_was_taken_down(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """Register a function that says whether something public once stood at a path."""
    _TAKEN_DOWN.append(check)
    return check


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; or 410 where something stood that was taken down."""
    if any(was_taken_down(request.path_info) for was_taken_down in _TAKEN_DOWN):
        return render(request, "site/410.html", status=410)
    return render(request, "site/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose anti-forgery mark is missing or old."""
    return render(request, "site/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own failures. Asks nothing of the database, which may be what failed.

    503 when it is: the reader may try again, and what was cached before goes on being served.
    """
    response = HttpResponseServerError(get_template("site/500.html").render())
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
