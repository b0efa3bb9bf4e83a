"""The pages for what is not there, not allowed, not understood, or broken on our side."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import get_template, render_to_string
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pennypress.delivery.fragments import cached_text

from .refused_forms import say_what_is_wrong_with_mark, show_form_again, typed_words

_TAKEN_DOWN: list[Callable[[str], bool]] = []


def knows_what_was_taken_down(check: Callable[[str], bool]) -> Callable[[str], bool]:
    """Register a function that says whether something public once stood at a path."""
    _TAKEN_DOWN.append(check)
    return check


def _show(status: int, heading: str, words: str, typed: str = "") -> HttpResponse:
    """A page of words, the same for everybody who comes by it in this language.

    Made without the request, whose address may be a private one: nothing of it can be in the page.
    But who sent a form gets back what was `typed`, alone.
    """
    context = {"status": status, "heading": heading, "words": words, "typed": typed}
    if typed:
        return HttpResponse(render_to_string("site/error.html", context), status=status)
    key = ("error", get_language() or "", str(status), heading, words)
    text = cached_text(key, lambda: render_to_string("site/error.html", context))
    return HttpResponse(text, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; or 410 where something stood that was taken down."""
    typed = typed_words(request)
    if any(was_taken_down(request.path_info) for was_taken_down in _TAKEN_DOWN):
        words = _("It was taken down. What stood here is not coming back.")
        return _show(410, _("This is no longer here"), words, typed)
    words = _("It may have been mistyped, or never have existed.")
    return _show(404, _("There is nothing at this address"), words, typed)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for what this reader may not see or do."""
    words = _(
        "If you came from a form, go back and send it again: its safety mark may have grown old."
    )
    return _show(403, _("This is not open to you"), words, typed_words(request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose anti-forgery mark is missing or old: its page, to send it once more.

    Where that cannot be, a page that says what to do; going back brings what was typed.
    """
    shown = show_form_again(request)
    if shown is not None:
        return shown
    words, typed = say_what_is_wrong_with_mark(request), typed_words(request)
    if not typed:
        words += " " + _("Go back in your browser: what you typed should still be there.")
    return _show(403, _("This form was not taken"), words, typed)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429 for what was tried too often; it may be tried again after so many seconds."""
    words = ngettext(
        "There were too many attempts. Please try again in %(count)s second.",
        "There were too many attempts. Please try again in %(count)s seconds.",
        seconds,
    ) % {"count": seconds}
    response = _show(429, _("Too often"), words)
    response.headers["Retry-After"] = str(seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what cannot be understood."""
    words = _("Something in the address or in what was sent is damaged.")
    return _show(400, _("This request makes no sense to us"), words, typed_words(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own failures. Asks nothing of the database, which may be what failed.

    503 when it is: the reader may try again, and what was cached before goes on being served.
    """
    page = get_template("site/500.html").render({"typed": typed_words(request)})
    response = HttpResponseServerError(page)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
