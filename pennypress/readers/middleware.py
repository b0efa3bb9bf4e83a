"""A hint for the browser's script that somebody is known here, which public pages cannot say."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from pennypress.delivery.middleware import is_public

from .actions import GUEST_COOKIE, GUEST_COOKIE_SECONDS

KNOWN_COOKIE = "pennypress_known"


class KnownHint:
    """Keeps the hint in step with sign-in, sign-out and the guest's cookie.

    The hint says nothing but that there is somebody: no identifier is in it, and whoever makes it
    up gains an empty answer. Only answers of personal addresses carry it.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_public(request):
            return response
        known = (
            request.user.is_authenticated
            or GUEST_COOKIE in response.cookies
            or GUEST_COOKIE in request.COOKIES
        )
        if known and KNOWN_COOKIE not in request.COOKIES:
            response.set_cookie(
                KNOWN_COOKIE,
                "1",
                max_age=GUEST_COOKIE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        elif not known and KNOWN_COOKIE in request.COOKIES:
            response.delete_cookie(KNOWN_COOKIE, samesite="Lax")
        return response
