"""The pages for what is not there, not allowed, not understood, or broken on our side."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template

from .actions import home_of
from .middleware import language_of_path
from .models import StoryPage


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; or 410 where a story stood that was taken down."""
    if was_taken_down(request.path_info):
        return render(request, "410.html", status=410)
    return render(request, "404.html", status=404)


def was_taken_down(path: str) -> bool:
    """Whether a story was once published at this path and is so no more."""
    language = language_of_path(path)
    home = home_of(language)
    if home is None:
        return False
    below = path.lstrip("/").removeprefix(f"{language}/")
    return StoryPage.objects.filter(
        live=False, url_path=home.url_path + below, versions__isnull=False
    ).exists()


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose anti-forgery mark is missing or old."""
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own failures. Asks nothing of the database, which may be what failed.

    503 when it is: the reader may try again, and what was kept before goes on being served.
    """
    response = HttpResponseServerError(get_template("500.html").render())
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
