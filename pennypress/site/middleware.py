"""What every request to the site needs before its view: a language, and safe admin writes."""

from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes

from pennypress.delivery.pages import ASKED_QUERY
from pennypress.foundation.text import nfc

from .admin_refusals import REFUSALS, refuse
from .frame import default_site

_FILES = ("/media/", "/static/")  # whose names are as they are on the disk


def language_of_path(path: str) -> str:
    """Return the language that a path begins with (`/ar/…`), else the site's own."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class OneSite:
    """Tells Wagtail which site is asked for. There is one: it need not look for it each time."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request._wagtail_site = SimpleLazyObject(default_site)  # type: ignore[attr-defined]
        return self.get_response(request)


class ComposedAddress:
    """Sends on who asks in vain for an address in another Unicode form than NFC, in which ours are.

    Some systems write “é” as two characters, and a link that somebody copied there has them.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        path = request.path_info
        if response.status_code != HTTPStatus.NOT_FOUND or path.isascii():
            return response
        composed = nfc(path)
        if composed == path or path.startswith(_FILES):
            return response
        query = request.META.get(ASKED_QUERY) or request.META.get("QUERY_STRING", "")
        target = escape_leading_slashes(quote(composed)) + (f"?{query}" if query else "")
        kept = request.method not in {"GET", "HEAD"}  # a form that was posted keeps its words
        response = HttpResponsePermanentRedirect("/", preserve_request=kept)
        response.headers["Location"] = target
        return response


class LanguageFromPath:
    """Chooses the language by the address alone, so that one address is one page for everybody."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of_path(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class AdminWrites:
    """What an editor saves is one transaction with our part of it, or is refused in words.

    Our part is the frozen version of a story that Wagtail publishes, and the tags of all that
    changes.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "POST" or not settings.ADDRESSES.is_one_transaction(request.path_info):
            return None
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                if response.status_code >= HTTPStatus.BAD_REQUEST:  # Wagtail's API has said why
                    transaction.set_rollback(True)
                return response
        except REFUSALS as refusal:  # none that is raised here comes to process_exception
            return refuse(request, refusal)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path_info.startswith("/admin/") and isinstance(exception, REFUSALS):
            return refuse(request, exception)
        return None
