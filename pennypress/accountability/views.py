"""Whether the site can serve and write, for load balancers and monitors."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from pennypress.delivery.models import Sequence
from pennypress.delivery.pages import CACHED_PAGES


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database takes a write, 503 when it does not."""
    try:
        with transaction.atomic():
            # There is no row 0: the statement needs all that a write needs, but on PostgreSQL it
            # does not queue behind a long import that has the sequence's one row locked.
            Sequence.objects.filter(pk=0).update(value=0)
    except DatabaseError as error:
        status = {"status": "unwell", "database": type(error).__name__}
        if count_cached_pages := request.META.get(CACHED_PAGES):
            # Readers still get what was cached, which may no longer be the truth.
            status["cached pages"] = f"{count_cached_pages()}, perhaps stale"
        response = JsonResponse(status, status=503)
    else:
        response = JsonResponse({"status": "ok"})
    response.headers["Cache-Control"] = "no-store"
    return response
