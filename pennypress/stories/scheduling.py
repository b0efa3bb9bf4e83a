"""Stories that go out, or are taken down, at a date and time that an editor chose."""

import sys

from django.core.management import call_command
from django.db import transaction

from pennypress.foundation.jobs import confirm_leader, periodic_job


@periodic_job(
    "publish-due-stories",
    interval=20,
    longest_pause=60,
    summary="Publishes stories and takes them down at the date and time that an editor set.",
)
def publish_due_stories() -> None:
    """Publish and take down what is scheduled, in one transaction with the versions it freezes."""
    with transaction.atomic():
        call_command("publish_scheduled", verbosity=0, stdout=sys.stderr)
        confirm_leader()
