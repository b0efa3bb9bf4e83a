"""A hint that somebody is known here, which public pages cannot say; and passwords, counted."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from pennypress.delivery.middleware import is_public
from pennypress.limits.actions import Counted, TooMany
from pennypress.site.errors import too_many

from .actions import GUEST_COOKIE, GUEST_COOKIE_SECONDS
from .attempts import count, link_buckets, old_password_buckets, page_password_buckets
from .security_log import TOO_MANY, log_event

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


class CountedDoors:
    """Counts what is tried at the doors that are Wagtail's: its views that check a password.

    Those that ask `authenticate` count there (`backends.py`); here its refusal becomes a page.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "POST":
            return None
        try:
            count(_buckets_at_door(request))
        except TooMany as refusal:
            return self.process_exception(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMany):
            return None
        if not exception.again:
            log_event(TOO_MANY, request, request.user.pk)
        return too_many(request, exception.seconds)


def _buckets_at_door(request: HttpRequest) -> list[Counted]:
    match request.resolver_match.url_name if request.resolver_match else None:
        case "wagtailcore_authenticate_with_password" | "wagtaildocs_authenticate_with_password":
            return page_password_buckets(request)
        case "wagtailadmin_password_reset_confirm":
            return link_buckets(request)
        case "wagtailadmin_account" if request.POST.get("password-old_password"):
            return old_password_buckets(request)
    return []
