"""What the admin says when something that an editor asked for is not done: a sentence, not a 500.

Whatever refuses raises ValidationError, or the database's own protection does. Nothing was changed
then: what an editor saves is one transaction.
"""

import logging
from collections import Counter
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

logger = logging.getLogger("pennypress.site")

REFUSALS = (
    *(ValidationError, ProtectedError, RestrictedError, IntegrityError, DataError),
    *(ObjectDoesNotExist, MultiValueDictKeyError),  # Wagtail takes for granted that it is there
)


def refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request of the admin that was refused: where the editor came from, with the reason.

    Where there was more to send than a confirmation, a page that leads back to what was typed.
    """
    reasons = explain(exception)
    if _expects_json(request):
        words = " ".join(reasons)
        return JsonResponse(
            {"success": False, "error_code": "refused", "error_message": words, "detail": words},
            status=409,
        )
    back = _where_from(request)
    if back and _was_only_confirmed(request):
        for reason in reasons:
            messages.error(request, reason)
        return redirect(back)
    context = {"reasons": reasons, "back": back}
    return render(request, "site/admin/refused.html", context, status=409)


def explain(exception: Exception) -> list[str]:
    """Return, in an editor's words, why something is not done and what to do instead."""
    match exception:
        case ValidationError():
            return list(exception.messages)
        case (
            ProtectedError(protected_objects=objects) | RestrictedError(restricted_objects=objects)
        ):
            return _explain_uses(objects)
        case ObjectDoesNotExist():
            logger.warning("the admin looked for what is not there", exc_info=exception)
            return [
                _("What you chose is not there any more. Somebody may have deleted it just now.")
            ]
        case MultiValueDictKeyError():
            return [_("Part of the form did not arrive as it was sent. Send it once more.")]
    # Two people did what only one could do, or a value that no form should have let through.
    logger.error("the admin could not store something", exc_info=exception)
    return [
        _(
            "This could not be saved: it does not fit what is stored already. Somebody may have "
            "changed the same thing just now. Look at how it is now, and try again."
        )
    ]


def _explain_uses(uses) -> list[str]:
    kinds = Counter(type(use) for use in uses)
    reasons = []
    for kind, count in kinds.items():
        why = str(getattr(kind, "why_kept", ""))
        if why and why not in reasons:
            reasons.append(why)
        elif not why:
            name = kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural
            reasons.append(
                ngettext(
                    "It cannot be deleted: %(count)d %(name)s still needs it.",
                    "It cannot be deleted: %(count)d %(name)s still need it.",
                    count,
                )
                % {"count": count, "name": name}
            )
    return reasons


def _expects_json(request: HttpRequest) -> bool:
    return (
        request.path.startswith("/admin/api/")
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or (request.accepts("application/json") and not request.accepts("text/html"))
    )


def _was_only_confirmed(request: HttpRequest) -> bool:
    """Whether nothing that somebody typed is in the request."""
    given = set(request.POST) - {"csrfmiddlewaretoken", "next"}
    return len(given) < 4 and not request.FILES  # ids, "include descendants" and the like


def _where_from(request: HttpRequest) -> str:
    """The page of the admin from which this one was asked for; "" when it is not known."""
    came = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(came, request.get_host(), request.is_secure())
    path = urlsplit(came).path
    if not came or not allowed or not path.startswith("/admin/"):
        return ""
    if request.method != "POST" and path == request.path:  # it would only be refused again
        return ""
    return came
