"""Queued tasks: what requests leave to be done later, in django-tasks' table.

The process of the queue, on any machine, takes the next one. A task that fails, or whose process
dies, is tried again, later each time; so a task may run more than once. After MOST_ATTEMPTS it
stays in the table as failed, until somebody has it retried or deletes it. Attempts are the workers
that a task had.
"""

import logging
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max

from pennypress.foundation.jobs import periodic_job

from .leases import live_leases
from .logs import without_values

logger = logging.getLogger("pennypress.operations.jobs")

MOST_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 30  # after the first failure; four times as long after each other one
JITTER = 0.25  # so much longer or shorter, so that what failed together is not tried together
GROUPS_SHOWN = 20
BATCH = 500

# A list in JSON has no length that both databases know, but a place that is empty.
_HAD_ALL_ATTEMPTS = Q(**{f"worker_ids__{MOST_ATTEMPTS - 1}__isnull": False})


def run_next_task(worker: str) -> bool:
    """Run the next task that waits in the queue; say whether there was one.

    If it fails, it is put back into the queue for a later attempt. `worker` is the process's id.
    """
    waiting = DBTaskResult.objects.ready().exists()
    if waiting:
        _RetryingWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=worker,
            excluded_queue_names=[],
        ).run()
    return waiting


class _RetryingWorker(Worker):
    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        if is_moot(db_task_result):
            db_task_result.delete()
        elif db_task_result.status == TaskResultStatus.FAILED:
            retry_later(db_task_result)


def is_moot(task: DBTaskResult) -> bool:
    """Whether a task of Wagtail's failed because what it was about is deleted: nothing is left."""
    return (
        task.status == TaskResultStatus.FAILED
        and task.task_path.startswith("wagtail.")
        and task.exception_class_path.endswith(".DoesNotExist")
    )


def retry_later(task: DBTaskResult) -> bool:
    """Put a failed task back into the queue; say whether it had an attempt left."""
    attempts = len(task.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        return False
    pause = FIRST_PAUSE_SECONDS * 4 ** (attempts - 1) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    mine = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.FAILED)
    return bool(
        mine.update(
            status=TaskResultStatus.READY,
            run_after=timezone.now() + timedelta(seconds=pause),
            finished_at=None,
        )
    )


@periodic_job(
    "resume-tasks",
    interval=20,
    longest_pause=60,
    summary="Puts tasks that a process began and did not end back into the queue.",
)
def resume_tasks() -> None:
    """Give tasks another attempt that were interrupted, or failed just before a process ended."""
    if resumed := resume_interrupted_tasks():
        logger.info("%d interrupted tasks are taken up again", resumed)
    # Between a failure and putting the task back, too, a process may die.
    for task in DBTaskResult.objects.failed().exclude(_HAD_ALL_ATTEMPTS)[:BATCH]:
        retry_later(task)


def resume_interrupted_tasks() -> int:
    """Put back what workers had begun that are no more; return how many.

    The interrupted run counts as an attempt: a task that kills its process does so a few times.
    """
    # In this order: a worker has its lease before it takes a task.
    begun = list(DBTaskResult.objects.running().order_by("started_at")[:BATCH])
    living = set(live_leases().values_list("holder", flat=True))
    resumed = 0
    for task in begun:
        if task.worker_ids and task.worker_ids[-1] in living:
            continue
        left = len(task.worker_ids) < MOST_ATTEMPTS
        changes = (
            {"status": TaskResultStatus.READY}
            if left
            else {
                "status": TaskResultStatus.FAILED,
                "finished_at": timezone.now(),
                "exception_class_path": f"{__name__}.Interrupted",
                "traceback": f"{__name__}.Interrupted: the process ended in the middle each time",
            }
        )
        resumed += DBTaskResult.objects.filter(
            pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at
        ).update(**changes)
    return resumed


class Interrupted(Exception):
    """What the table says of a task that never came to its end."""


def give_back_tasks(worker: str) -> None:
    """Put back what a worker has begun, as it ends in order. The run counts as no attempt."""
    for task in DBTaskResult.objects.running().order_by("started_at")[:BATCH]:
        if task.worker_ids[-1:] == [worker]:
            DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY, worker_ids=task.worker_ids[:-1]
            )


# ── What people see of them, and do about them ─────────────────────────────────────────────────


@dataclass(frozen=True)
class QueueFigures:
    """How many tasks there are in each state."""

    waiting: int
    to_be_retried: int  # of those that wait: after a failure
    running: int
    failed: int
    oldest_waiting: datetime | None  # when it was put into the queue
    next_retry: datetime | None


@dataclass(frozen=True)
class FailedGroup:
    """Failed tasks of one kind that failed with one kind of error."""

    task: str
    count: int
    latest: datetime | None
    error: str  # of the latest one, in one line, without values


def read_queue() -> QueueFigures:
    """Count the tasks. One query, whatever is in the table."""
    waiting = Q(status=TaskResultStatus.READY)
    retried = waiting & Q(worker_ids__0__isnull=False)
    figures = DBTaskResult.objects.order_by().aggregate(
        waiting=Count("pk", filter=waiting),
        to_be_retried=Count("pk", filter=retried),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED) & _HAD_ALL_ATTEMPTS),
        oldest_waiting=Min("enqueued_at", filter=waiting),
        next_retry=Min("run_after", filter=retried & Q(run_after__lt=get_date_max())),
    )
    return QueueFigures(**figures)


def read_failed_groups() -> list[FailedGroup]:
    """Summarise the failed tasks, at most GROUPS_SHOWN kinds, the most frequent first."""
    failed = final_failures()
    kinds = (
        failed.order_by()
        .values("task_path", "exception_class_path")
        .annotate(count=Count("pk"), latest=Max("finished_at"))
        .order_by("-count", "task_path", "exception_class_path")[:GROUPS_SHOWN]
    )
    groups = []
    for kind in kinds:
        same = failed.filter(
            task_path=kind["task_path"], exception_class_path=kind["exception_class_path"]
        )
        task = same.order_by("-finished_at").first()
        if task is not None:  # it may just have been deleted
            groups.append(
                FailedGroup(name_task(task), kind["count"], kind["latest"], describe_failure(task))
            )
    return groups


def find_failed_tasks() -> Iterator[str]:
    """Say how many tasks failed for good, in one line."""
    failed = final_failures()
    count = failed.count()
    latest = failed.order_by("-finished_at").first()
    if latest is not None:
        yield (
            f"{count} queued tasks failed after all attempts; the latest, {name_task(latest)}: "
            f"{describe_failure(latest)} (see Reports, Jobs in the admin)"
        )


def final_failures() -> QuerySet[DBTaskResult]:
    """Return the tasks that are not tried again by themselves."""
    return DBTaskResult.objects.failed().filter(_HAD_ALL_ATTEMPTS)


def retry_failed_tasks() -> int:
    """Put all failed tasks back into the queue, with all their attempts; return how many."""
    return final_failures().update(
        status=TaskResultStatus.READY,
        run_after=get_date_max(),
        worker_ids=[],
        started_at=None,
        finished_at=None,
    )


def delete_failed_tasks() -> int:
    """Forget all failed tasks; return how many."""
    return final_failures().delete()[0]


def name_task(task: DBTaskResult) -> str:
    """Return a task's name for people: its function's, in words."""
    return task.task_path.rpartition(".")[2].replace("_", " ")


def describe_failure(task: DBTaskResult) -> str:
    """Return why a task failed, in one line, without what may quote a reader."""
    kind = task.exception_class_path.removeprefix("builtins.")
    lines = re.findall(rf"^{re.escape(kind)}: (.*)$", task.traceback, re.MULTILINE)
    message = without_values(lines[-1])[:200] if lines else ""
    return f"{kind.rpartition('.')[2]}: {message}" if message else kind.rpartition(".")[2]
