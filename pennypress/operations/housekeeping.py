"""What is not needed any longer goes: a job sees to it once a day.

Every verb removes in short transactions, so that a reader's comment never waits behind one, and
stops at a bound: what is left over goes the next day. Any process may run them, two at once too.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pennypress.discussion.models import Comment, SubmissionKey
from pennypress.foundation.jobs import JobFailed, periodic_job
from pennypress.readers.models import Guest, OutgoingMail

from .database_copies import remove_old_backups

logger = logging.getLogger("pennypress.operations.housekeeping")

BATCH = 500  # rows in one transaction
MOST_BATCHES = 100  # of one kind in one run
PAUSE_SECONDS = 0.01  # between two: others want to write too


@periodic_job(
    "housekeeping",
    interval=24 * 60 * 60,
    timeout=60 * 60,
    niceness=5,
    summary="Removes what is past its time: sign-ins, outcomes of tasks, guests, old backups.",
)
def do_housekeeping() -> None:
    """Remove everything that is past its time. Raises JobFailed when some of it could not be."""
    if failed := _KINDS.keys() - run_housekeeping().keys():
        raise JobFailed(f"could not be removed: {', '.join(sorted(failed))}")


def run_housekeeping() -> dict[str, int]:
    """Remove everything that is past its time; return how many of each kind went.

    What fails is logged and does not keep the rest from going; it is not in the answer.
    """
    removed = {}
    for kind, verb in _KINDS.items():
        try:
            removed[kind] = verb()
        except Exception:
            logger.exception("housekeeping: %s could not be removed", kind)
    if any(removed.values()):
        counts = ", ".join(f"{count} {kind}" for kind, count in removed.items() if count)
        logger.info("housekeeping removed %s", counts)
    return removed


def remove_expired_sessions() -> int:
    """Remove sign-ins that have run out."""
    return _remove(Session.objects.filter(expire_date__lt=timezone.now()))


def remove_old_task_results() -> int:
    """Remove what finished tasks left, PENNYPRESS_KEEP_TASKS_DAYS after they ended."""
    return _remove(
        DBTaskResult.objects.finished().filter(
            finished_at__lt=timezone.now() - timedelta(days=settings.KEEP_TASKS_DAYS)
        )
    )


def remove_old_submission_keys() -> int:
    """Remove keys of sent comments after PENNYPRESS_KEEP_SUBMISSION_KEYS_DAYS."""
    return _remove(
        SubmissionKey.objects.filter(
            used__lt=timezone.now() - timedelta(days=settings.KEEP_SUBMISSION_KEYS_DAYS)
        )
    )


def remove_old_mails() -> int:
    """Remove mails PENNYPRESS_KEEP_MAIL_DAYS after they were sent or given up."""
    oldest = timezone.now() - timedelta(days=settings.KEEP_MAIL_DAYS)
    return _remove(OutgoingMail.objects.filter(Q(sent__lt=oldest) | Q(given_up__lt=oldest)))


def remove_silent_guests() -> int:
    """Remove guests, with the addresses they left, who have no comment (any longer).

    They go PENNYPRESS_KEEP_GUESTS_DAYS after they came.
    """
    return _remove(
        Guest.objects.filter(
            ~Exists(Comment.objects.filter(guest=OuterRef("pk"))),
            since__lt=timezone.now() - timedelta(days=settings.KEEP_GUESTS_DAYS),
        )
    )


def remove_expired_backups() -> int:
    """Remove copies of the database after PENNYPRESS_KEEP_BACKUPS_DAYS, but never the latest."""
    return remove_old_backups(settings.BACKUPS_KEPT, timedelta(days=settings.KEEP_BACKUPS_DAYS))


_KINDS: dict[str, Callable[[], int]] = {
    "sessions": remove_expired_sessions,
    "task results": remove_old_task_results,
    "submission keys": remove_old_submission_keys,
    "mails": remove_old_mails,
    "guests": remove_silent_guests,
    "backups": remove_expired_backups,
}


def _remove(rows: QuerySet) -> int:
    """Delete rows batch by batch, up to the bound; return how many went.

    Which ones is asked outside of the transaction, and whether they still should go inside.
    """
    removed = 0
    for _ in range(MOST_BATCHES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        _, kinds = rows.order_by().filter(pk__in=keys).delete()
        removed += kinds.get(rows.model._meta.label, 0)
        if len(keys) < BATCH:
            break
        time.sleep(PAUSE_SECONDS)
    return removed
