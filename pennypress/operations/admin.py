"""The page of background jobs in the admin: how they go, and what to do about failed tasks."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pennypress.foundation.jobs import PeriodicJob, periodic_jobs

from .jobs import WRITE_SECONDS, is_late
from .leases import LEADER, QUEUE, WORKER, live_leases
from .models import JobState, Lease
from .queued_tasks import (
    delete_failed_tasks,
    read_failed_groups,
    read_queue,
    retry_failed_tasks,
)

PERMISSION = "operations.manage_jobs"


@dataclass(frozen=True)
class JobRow:
    """A line of the table of periodic jobs."""

    title: str
    summary: str
    pace: str
    runner: str  # the machine, of a job that each one runs
    state: JobState | None
    status: str  # well, failing, late, or waiting for its first run
    label: str
    soon: bool  # the next run is due before anybody could read when


def _guard(request: HttpRequest) -> None:
    """The one door to jobs. Raises PermissionDenied."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def jobs(request: HttpRequest) -> HttpResponse:
    """Every periodic job with its state, and the queue with what failed."""
    _guard(request)
    living = list(live_leases().order_by("taken"))
    leader = next((lease for lease in living if lease.name == LEADER), None)
    workers = [lease for lease in living if lease.kind == WORKER]
    return render(
        request,
        "operations/admin/jobs.html",
        {
            "leader": name_machine(leader.holder) if leader else "",
            "queues": sum(lease.kind == QUEUE for lease in living),
            "rows": read_rows(leader, workers),
            "queue": read_queue(),
            "groups": read_failed_groups(),
        },
    )


@require_POST
def retry_failed(request: HttpRequest) -> HttpResponse:
    """Put all failed tasks back into the queue."""
    _guard(request)
    count = retry_failed_tasks()
    messages.success(
        request,
        ngettext(
            "%(count)d task is back in the queue.", "%(count)d tasks are back in the queue.", count
        )
        % {"count": count},
    )
    return redirect("jobs")


def delete_failed(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete all failed tasks; delete them when that was confirmed."""
    _guard(request)
    if request.method != "POST":
        return render(request, "operations/admin/delete.html", {"queue": read_queue()})
    count = delete_failed_tasks()
    messages.success(
        request,
        ngettext("%(count)d task was deleted.", "%(count)d tasks were deleted.", count)
        % {"count": count},
    )
    return redirect("jobs")


def read_rows(leader: Lease | None, workers: list[Lease]) -> list[JobRow]:
    """Return a line for each of the leader's jobs, and one a process for those of each."""
    states = {(state.name, state.worker): state for state in JobState.objects.all()}
    rows = []
    for job in periodic_jobs():
        owners: list[Lease | None] = [*workers] if job.on_each_node else [leader]
        for lease in owners or [None]:
            worker = lease.holder if lease and job.on_each_node else ""
            state = states.get((job.name, worker))
            status, label = _judge(job, state, lease.taken if lease else None)
            rows.append(
                JobRow(
                    title=job.name.replace("-", " ").capitalize().replace("cdn", "CDN"),
                    summary=job.summary,
                    pace=say_interval(job.interval),
                    runner=name_machine(worker) if worker else "",
                    state=state,
                    status=status,
                    label=label,
                    soon=status == "well" and job.interval < WRITE_SECONDS,
                )
            )
    return rows


def _judge(job: PeriodicJob, state: JobState | None, since: datetime | None) -> tuple[str, str]:
    if since is None:
        return "idle", _("Not running")
    if state and state.failures:
        return "failing", ngettext(
            "Failed", "Failed %(count)d times in a row", state.failures
        ) % {"count": state.failures}  # fmt: skip
    if is_late(job, state, since):
        return "failing", _("Late")
    if state and state.succeeded:
        return "well", _("Working")
    return "idle", _("Not run yet")


def name_machine(worker: str) -> str:
    """Return the machine and the process of a worker's id, for people."""
    machine, _colon, rest = worker.partition(":")
    return f"{machine}, {_('process')} {rest.partition(':')[0]}"


def say_interval(seconds: float) -> str:
    """Say in words how often something is done."""
    for size, one, many in (
        (86_400, _("Every day"), _("Every %d days")),
        (3_600, _("Every hour"), _("Every %d hours")),
        (60, _("Every minute"), _("Every %d minutes")),
        (1, _("Every second"), _("Every %d seconds")),
    ):
        if seconds >= size:
            count = round(seconds / size)
            return one if count == 1 else many % count
    return _("%d times a second") % round(1 / seconds)
