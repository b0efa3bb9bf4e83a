"""Whether the site can serve and write, for load balancers and monitors."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from pennypress.delivery.models import Sequence


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database takes a write (undone at once), 503 when it does not."""
    try:
        with transaction.atomic():
            Sequence.objects.filter(pk=1).update(value=-1)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return JsonResponse({"status": "unwell", "database": type(error).__name__}, status=503)
    response = JsonResponse({"status": "ok"})
    response.headers["Cache-Control"] = "no-store"
    return response
