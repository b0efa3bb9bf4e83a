"""Sends on who asks for an old address."""

from http import HTTPStatus

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)

from pennypress.delivery.pages import ASKED_QUERY

from .finding import Lead, find_query_redirect, find_redirect, is_of_the_site

READING = frozenset({"GET", "HEAD"})


class Redirects:
    """Looks for a redirect where nothing answers; before that only where parameters may lead on.

    A form that was posted to an old address is sent on with its words (308), but to no other site.
    Nothing is looked for below a page that answers for itself: it knows what it has not.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        query = request.META.get(ASKED_QUERY) or request.META.get("QUERY_STRING", "")
        if getattr(request, "is_dummy", False):  # Wagtail's preview
            return self.get_response(request)
        if query and request.method in READING:
            lead = find_query_redirect(path, query)
            if lead:
                return _send_on(request, lead)
        response = self.get_response(request)
        if _may_be_elsewhere(request, response):
            # What was taken down is gone, unless somebody says where else to look.
            gone = response.status_code == HTTPStatus.GONE
            lead = find_redirect(path, query, by_hand=gone)
            if lead and (request.method in READING or not lead.outside):
                return _send_on(request, lead)
        return response


def _may_be_elsewhere(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        and request.method in {*READING, "POST"}
        and not getattr(request, "page_answers", False)
        and not is_of_the_site(request.path_info)
    )


def _send_on(request: HttpRequest, lead: Lead) -> HttpResponse:
    kind = HttpResponsePermanentRedirect if lead.permanent else HttpResponseRedirect
    response = kind("/", preserve_request=request.method not in READING)
    # Here, for Django's class takes no more than 2,048 characters, and encoded ones are many.
    response.headers["Location"] = lead.location
    return response
