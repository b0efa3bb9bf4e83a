"""Whether the site can serve and write, for load balancers and monitors."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from pennypress.delivery.models import Sequence


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database takes a write, 503 when it does not."""
    try:
        with transaction.atomic():
            # There is no row 0: the statement needs all that a write needs, but on PostgreSQL it
            # does not queue behind a long import that has the sequence's one row locked.
            Sequence.objects.filter(pk=0).update(value=0)
    except DatabaseError as error:
        status = {"status": "unwell", "database": type(error).__name__}
        if front := request.META.get("pennypress.front"):
            # Readers still get what was kept, which may no longer be the truth.
            status["kept pages"] = f"{len(front.pages.pages)}, perhaps stale"
        response = JsonResponse(status, status=503)
    else:
        response = JsonResponse({"status": "ok"})
    response.headers["Cache-Control"] = "no-store"
    return response
