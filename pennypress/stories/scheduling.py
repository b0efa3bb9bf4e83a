"""Stories that go out, or are taken down, at a date and time that an editor chose."""

import logging
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from pennypress.foundation.jobs import JobFailed, confirm_leader, periodic_job

logger = logging.getLogger("pennypress.stories")

# What a page's history in the admin says of it.
PUBLISHED, TAKEN_DOWN = "wagtail.publish.scheduled", "wagtail.unpublish.scheduled"


@periodic_job(
    "publish-due-stories",
    interval=20,
    longest_pause=60,
    summary="Publishes stories and takes them down at the date and time that an editor set.",
)
def publish_due_stories() -> None:
    """Publish and take down what is due, each in one transaction with the version it freezes.

    One that lacks something by now stops no other; it is tried again. Raises JobFailed for it.
    """
    refused = []
    expired = Page.objects.filter(live=True, expire_at__lt=timezone.now()).order_by("expire_at")
    for page in list(expired):
        try:
            _carry_out(page.specific.unpublish, set_expired=True, log_action=TAKEN_DOWN)
        except ValidationError as error:
            refused.append(f"page {page.pk} cannot be taken down: {' '.join(error.messages)}")
    for revision in due_revisions():
        try:
            _carry_out(revision.publish, log_action=PUBLISHED)
        except ValidationError as error:
            refused.append(f"page {revision.object_id} cannot go out: {' '.join(error.messages)}")
    if refused:
        logger.warning("%s", "; ".join(refused))
        raise JobFailed("; ".join(refused))


def due_revisions():
    """Return the revisions whose time to go out has come, the longest due first."""
    due = Revision.page_revisions.filter(approved_go_live_at__lt=timezone.now())
    return due.order_by("approved_go_live_at")


def _carry_out(act: Callable[..., object], **options: object) -> None:
    with transaction.atomic():
        act(**options)
        confirm_leader()
