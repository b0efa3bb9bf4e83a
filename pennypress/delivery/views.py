"""Files and failures: media, and the pages for what is not there or went wrong."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.static import serve

# Only what the newsroom's pictures are made of: nothing that a browser would run.
_PICTURE_TYPES = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}


def media(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a picture from the site's media folder; nothing else in it has an address."""
    if not path.startswith(("images/", "original_images/")):
        raise Http404
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    if response.get("Content-Type") not in {*_PICTURE_TYPES, None}:
        raise Http404
    response.headers["Cache-Control"] = "public, max-age=31536000"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own failures. Asks nothing of the database, which may be what failed."""
    try:
        return HttpResponseServerError(get_template("500.html").render())
    except TemplateDoesNotExist:
        return HttpResponseServerError(
            "Something went wrong on our side.", content_type="text/plain"
        )
