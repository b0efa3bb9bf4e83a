"""Forms that are refused before their view sees them: what was typed into one is not lost.

A form whose anti-forgery mark does not fit is shown again by its own page, asked for as by GET, so
that nothing can be written. That page finds here what was typed, and why it was not taken. What a
reader writes, as against what is chosen or clicked, travels in a field named `text`.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

# Of the admin's pages the one that can say why and holds nothing that was stored: others would come
# back without what was changed in them.
_SIGN_IN = "/admin/login/"


@dataclass(frozen=True)
class RefusedForm:
    """What was typed into a form, and in words for the reader why it was not taken."""

    typed: QueryDict
    words: str


def refused_form(request: HttpRequest) -> RefusedForm | None:
    """Return the form in whose place this request asks for its page; mostly None."""
    return getattr(request, "refused_form", None)


def typed_words(request: HttpRequest) -> str:
    """Return what a reader wrote in the form that came with a request; "" if another site sent it.

    Never fails, for a failure may be why it is asked for.
    """
    try:
        if request.method != "POST" or came_from_elsewhere(request):
            return ""
        return request.POST.get("text", "").strip()
    except Exception:  # what was sent cannot be read
        return ""


def came_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that a page of another site sent a form, or does not say which."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def say_what_is_wrong_with_mark(request: HttpRequest) -> str:
    """Say to a reader why a form's anti-forgery mark does not fit, and what to do."""
    if came_from_elsewhere(request):
        return _(
            "It did not come from a page of this site, or your browser hides where it came from."
        )
    if settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return _(
            "Your browser sent no cookie with this form. It needs one, which says nothing about "
            "you, only that the form is ours. Allow cookies for this site and send it again."
        )
    return _(
        "This form has grown old: you may have signed in or out in another tab meanwhile. Please "
        "send it again."
    )


def show_form_again(request: HttpRequest) -> HttpResponse | None:
    """Show the page of a form whose mark does not fit, with what was typed and a new mark.

    None where there is no such page, and where somebody else's page sent the form.
    """
    path, match = request.path_info, request.resolver_match
    is_admin = path.startswith("/admin/")
    if match is None or request.method != "POST" or came_from_elsewhere(request):
        return None
    if path.startswith("/api/") or (is_admin and path != _SIGN_IN):
        return None
    words = say_what_is_wrong_with_mark(request)
    request.refused_form = RefusedForm(request.POST, words)  # type: ignore[attr-defined]
    if is_admin and not request.user.is_authenticated:
        messages.error(request, words)
    request.method = "GET"
    try:
        response = match.func(request, *match.args, **match.kwargs)
        if not getattr(response, "is_rendered", True):
            response = response.render()
    except Http404:
        return None
    finally:
        request.method = "POST"
    if response.status_code == 200:
        response.status_code = 403
    return response
