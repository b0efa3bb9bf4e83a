"""Runs the periodic jobs that the parts declare.

Each process that runs jobs has a lease of its own, and so has each that carries out queued tasks:
what that began is taken up by another when it has none any longer. One that runs jobs has the
leader's lease besides, and runs the leader's jobs. Each job has a thread, so that none delays
another; one thread sees to the leases and writes down how the jobs went, in the transaction in
which a lease is renewed. A process that was paused until its lease ran out can therefore write
nothing as the leader any more.
"""

import logging
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone

from pennypress.foundation.jobs import JobFailed, PeriodicJob, confirm_with, periodic_jobs

from .leases import (
    LEADER,
    LEASE_SECONDS,
    RENEW_SECONDS,
    WORKER,
    LeaseLost,
    confirm_lease,
    dead_leases,
    live_leases,
    release_lease,
    renew_lease,
    take_lease,
)
from .logs import say_exception, without_values
from .models import JobState, Lease
from .queued_tasks import find_failed_tasks, give_back_tasks

logger = logging.getLogger("pennypress.operations.jobs")

TICK_SECONDS = 1.0  # a follower looks so often whether there is a leader
WRITE_SECONDS = 60  # a job's state is written no oftener, while it goes as it went
FAILED_SECONDS = 5.0  # after an error that is none of the job's
IDLE_SECONDS = 0.5  # a job's thread looks so often whether its process has become the leader
LAST_SECONDS = 1.0  # what jobs under way get to end when the process stops
BRIEF_SECONDS = 10  # a job with a longer interval gives its connection back between two runs
FIRST_PAUSE_SECONDS = (1.0, 60.0)  # after a first failure: the interval, but within these
JITTER = 0.1  # by which a pause may be shorter: what failed together is not tried together
LATE_SECONDS = 300  # at least, before a job counts as late
LATE_INTERVALS = 3
NO_LEADER_SECONDS = 60


def run_jobs(stopping: threading.Event) -> None:
    """Run jobs in threads until `stopping` is set; then let other processes go on at once."""
    node = JobProcess()
    runs = [JobRun(job, node) for job in periodic_jobs()]
    threads = [_start(f"job {run.job.name}", run.repeat, stopping) for run in runs]
    keep_leases(node, runs, stopping)
    deadline = time.monotonic() + LAST_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    leave(node, runs)


def keep_leases(node: "JobProcess", runs: "Iterable[JobRun]", stopping: threading.Event) -> None:
    """Take and renew a process's leases until `stopping` is set, and write down how jobs went."""
    reachable = True
    while not stopping.wait(TICK_SECONDS if node.joined or not reachable else 0):
        try:
            close_old_connections()
            node.keep(runs)
            reachable = True
        except Exception:  # the next round may find the database back
            if reachable:
                logger.exception("the jobs' leases could not be renewed")
            reachable = False


def leave(node: "JobProcess", runs: "Iterable[JobRun]") -> None:
    """Let other processes go on at once, if the database is there; close its connections."""
    try:
        node.leave(runs)
    except DatabaseError:
        logger.warning("the jobs' leases could not be released: they run out by themselves")
    connections.close_all()


def _start(name: str, run, *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=run, args=arguments, name=name, daemon=True)
    thread.start()
    return thread


class JobProcess:
    """This process among those that run jobs: whether it is known, and whether it is the leader.

    Or among those that carry out queued tasks, of which none is ever the leader.
    """

    def __init__(self, kind: str = WORKER) -> None:
        """Give the process an id that no other has or had. Its kind is WORKER or QUEUE."""
        self._kind = kind
        self.id = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.token: int | None = None  # the leader's, while this is the leader
        self._own: int | None = None  # of the process's own lease
        self._renewed = 0.0  # on the monotonic clock
        self._lock = threading.Lock()

    @property
    def joined(self) -> bool:
        """Whether the process has its own lease, as far as it knows."""
        return self._own is not None

    def leads(self) -> int | None:
        """Return the leader's token, if this process is the leader as far as it knows."""
        alive = time.monotonic() - self._renewed < LEASE_SECONDS
        return self.token if alive else None

    def confirm(self, token: int) -> None:
        """Ask the database whether a token of the leader still holds. Raises LeaseLost."""
        try:
            confirm_lease(LEADER, self.id, token)
        except LeaseLost:
            self._stand_down(token)
            raise

    def keep(self, runs: "Iterable[JobRun]") -> None:
        """Take or renew leases where it is time, and write down how jobs went."""
        began = time.monotonic()
        urgent = any(run.changed for run in runs if run.job.on_each_node or self.token is not None)
        if self._own is None:
            self._own = take_lease(f"{self._kind} {self.id}", self.id)
            self._renewed = began
        elif urgent or began - self._renewed >= RENEW_SECONDS:
            self._renew(runs, began)
        if self._kind != WORKER or self.token is not None:
            return
        if (token := take_lease(LEADER, self.id)) is not None:
            self._renewed = began
            self.token = token
            logger.info("this process now runs the site's periodic jobs")

    def leave(self, runs: "Iterable[JobRun]") -> None:
        """Write down how jobs went, release the leases, and put back what was begun."""
        with transaction.atomic():
            if (token := self.token) is not None:
                try:
                    self.confirm(token)
                    write_states([run for run in runs if not run.job.on_each_node], "")
                except LeaseLost:
                    pass
                release_lease(LEADER, self.id, token)
            self.token = None
            Lease.objects.filter(name=f"{self._kind} {self.id}").delete()
            JobState.objects.filter(worker=self.id).delete()
        give_back_tasks(self.id)

    def _renew(self, runs: "Iterable[JobRun]", began: float) -> None:
        token = self.token
        try:
            with transaction.atomic():
                renew_lease(f"{self._kind} {self.id}", self.id, self._own or 0)
                if token is not None:
                    renew_lease(LEADER, self.id, token)
                    write_states([r for r in runs if not r.job.on_each_node], "")
                    remove_dead_workers()
                write_states([r for r in runs if r.job.on_each_node], self.id)
        except LeaseLost:  # this process was away for longer than it said
            self._own = None
            if token is not None:
                self._stand_down(token)
            return
        self._renewed = began

    def _stand_down(self, token: int) -> None:
        with self._lock:
            if self.token != token:
                return
            self.token = None
        logger.warning("another process may run the site's periodic jobs: this one was away")


class JobRun:
    """A job as this process runs it, and how that went."""

    def __init__(self, job: PeriodicJob, node: JobProcess) -> None:
        """Take the job, and the process that runs it."""
        self.job, self._node = job, node
        self.started: datetime | None = None
        self.succeeded: datetime | None = None
        self.failed: datetime | None = None
        self.error = ""
        self.failures = 0
        self.next_run: datetime | None = None
        self.changed = False  # since the state was written: the outcome is another one
        self._seen = False  # since the state was written: there was a run
        self._taken = self._noted = 0  # how many outcomes the state that was taken knows, and all
        self._written = -float(WRITE_SECONDS)
        self._due = 0.0  # on the monotonic clock, as the following
        self._began: float | None = None
        self._overdue = False
        self._token: int | None = None
        self._logged = ""
        self._lock = threading.Lock()

    def repeat(self, stopping: threading.Event) -> None:
        """Run the job when it is due, wherever this process is the one to do it."""
        if self.job.niceness:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self.job.niceness)
        pause = 0.0
        while not stopping.wait(pause):
            try:
                self.run_if_due()
            except DatabaseError:  # said by the thread that sees to the leases
                pause = TICK_SECONDS
                continue
            except Exception:  # the thread must not end
                logger.exception("the job %s could not be run", self.job.name)
                pause = FAILED_SECONDS
                continue
            left = self._due - time.monotonic() if self._is_mine() else IDLE_SECONDS
            pause = min(IDLE_SECONDS, max(0.0, left))

    def run_if_due(self) -> bool:
        """Run the job once, if it is due and this process's; say whether it was."""
        token = self._node.leads()
        if not self._is_mine():
            return False
        if not self.job.on_each_node and token != self._token:
            close_old_connections()
            self._take_over()
            self._token = token
        if time.monotonic() < self._due:
            return False
        close_old_connections()
        confirm_with(None)
        if not self.job.on_each_node and token is not None:
            try:
                self._node.confirm(token)
            except LeaseLost:
                return False
            confirm_with(lambda: self._node.confirm(token))
        self._run()
        if self.job.interval >= BRIEF_SECONDS:
            connections.close_all()
        return True

    def note_overdue(self) -> None:
        """Count a run that takes too long as a failure, though it goes on."""
        with self._lock:
            if self._began is None or self._overdue:
                return
            if time.monotonic() - self._began < self.job.timeout:
                return
            self._overdue = True
            self._fail(f"it has been running for more than {self.job.timeout:.0f} seconds")
        logger.warning("the job %s: %s", self.job.name, self.error)

    def take_row(self, worker: str) -> JobState | None:
        """Return the state as it is to be written now; None when nothing need be written."""
        self.note_overdue()
        with self._lock:
            due = time.monotonic() - self._written >= WRITE_SECONDS
            if not (self.changed or (due and (self._seen or self._began is not None))):
                return None
            self._taken = self._noted
            return JobState(
                name=self.job.name,
                worker=worker,
                started=self.started,
                succeeded=self.succeeded,
                failed=self.failed,
                error=self.error,
                failures=self.failures,
                next_run=self.next_run,
            )

    def note_written(self) -> None:
        """The state that was taken is in the database."""
        with self._lock:
            if self._taken == self._noted:  # else the job has ended once more meanwhile
                self.changed = self._seen = False
            self._written = time.monotonic()

    def _is_mine(self) -> bool:
        return self._node.joined if self.job.on_each_node else self._node.leads() is not None

    def _take_over(self) -> None:
        """Go on where the leader before this one was: from the state in the database."""
        state = JobState.objects.filter(name=self.job.name, worker="").first()
        with self._lock:
            self._due = time.monotonic()
            self.changed = self._seen = False
            if state is None:
                return
            self.started, self.succeeded, self.failed = state.started, state.succeeded, state.failed
            self.error, self.failures = state.error, state.failures
            # What is done every few seconds is simply done.
            if state.next_run and self.job.interval >= WRITE_SECONDS:
                left = (state.next_run - timezone.now()).total_seconds()
                self._due += min(max(left, 0.0), self.job.interval)
                self.next_run = state.next_run

    def _run(self) -> None:
        with self._lock:
            self.started, self._began, self._overdue = timezone.now(), time.monotonic(), False
        error: Exception | None = None
        try:
            self.job.run()
        except LeaseLost:  # all is rolled back, and another does it
            with self._lock:
                self._began = None
            return
        except Exception as caught:  # the next run may find things better
            error = caught
        with self._lock:
            self._began, self._seen = None, True
            self._noted += 1
            if error is None:
                self._succeed()
            elif self._overdue:
                self.error = say_exception(error)[:300]
            else:
                self._fail(self._words_of(error))
            pause = self._pause()
            self._due = time.monotonic() + pause
            self.next_run = timezone.now() + timedelta(seconds=pause)
        self._log(error)

    def _succeed(self) -> None:
        self.changed = self.changed or self.failures > 0 or self.succeeded is None
        self.succeeded, self.failures = timezone.now(), 0

    def _fail(self, error: str) -> None:
        self.changed = self.changed or not self.failures or error[:300] != self.error
        self.failed, self.error = timezone.now(), error[:300]
        self.failures += 1

    def _pause(self) -> float:
        """How long to wait now: the interval, or after failures longer each time."""
        if not self.failures:
            return self.job.interval
        least, most = FIRST_PAUSE_SECONDS
        first = min(max(self.job.interval, least), most)
        pause = min(first * 2 ** min(self.failures - 1, 30), self.job.longest_pause)
        return pause * random.uniform(1 - JITTER, 1)  # noqa: S311 - no secret

    @staticmethod
    def _words_of(error: Exception) -> str:
        if isinstance(error, JobFailed):
            return without_values(str(error))
        return say_exception(error)

    def _log(self, error: Exception | None) -> None:
        """Log a failure once, and not every two seconds; and that it is over."""
        if error is None and self._logged:
            logger.warning("the job %s succeeds again", self.job.name)
        elif error is not None and not isinstance(error, JobFailed):
            message = say_exception(error)
            if message != self._logged:
                logger.error("the job %s failed", self.job.name, exc_info=error)
            self._logged = message
            return
        self._logged = ""


def write_states(runs: Iterable[JobRun], worker: str) -> None:
    """Write down how jobs went, where it is time, in one statement."""
    taken = [(run, row) for run in runs if (row := run.take_row(worker)) is not None]
    if not taken:
        return
    JobState.objects.bulk_create(
        [row for _, row in taken],
        update_conflicts=True,
        unique_fields=["name", "worker"],
        update_fields=["started", "succeeded", "failed", "error", "failures", "next_run"],
    )
    for run, _ in taken:
        transaction.on_commit(run.note_written)


def remove_dead_workers() -> None:
    """Forget processes whose lease ran out, and how their jobs went."""
    names = list(dead_leases().exclude(name=LEADER).values_list("name", flat=True))
    if names:
        Lease.objects.filter(name__in=names).delete()
        JobState.objects.filter(worker__in=[name.partition(" ")[2] for name in names]).delete()


# ── What `pennypress check` says of them ───────────────────────────────────────────────────────


def check_jobs() -> Iterator[str]:
    """Say which periodic jobs are late, and how many queued tasks failed. Changes nothing.

    A site that nobody serves has no late jobs.
    """
    living = list(live_leases())
    leader = next((lease for lease in living if lease.name == LEADER), None)
    workers = [lease for lease in living if lease.kind == WORKER]
    if leader is None and workers:
        long_ago = Now() - timedelta(seconds=NO_LEADER_SECONDS)
        if Lease.objects.filter(name=LEADER, expires__lt=long_ago).exists():
            yield "no process runs the periodic jobs, though the site is being served"
    states = {(state.name, state.worker): state for state in JobState.objects.all()}
    for job in periodic_jobs():
        owners = workers if job.on_each_node else [leader] if leader else []
        for lease in owners:
            state = states.get((job.name, lease.holder if job.on_each_node else ""))
            if is_late(job, state, since=lease.taken):
                last = state.succeeded if state else None
                why = f": {state.error}" if state and state.error and state.failures else ""
                when = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
                yield f"the job {job.name} has not succeeded {when}{why}"
    yield from find_failed_tasks()


def is_late(job: PeriodicJob, state: JobState | None, since: datetime) -> bool:
    """Say whether a job should long have succeeded. `since` is when its process began with it."""
    patience = timedelta(seconds=max(LATE_SECONDS, LATE_INTERVALS * job.interval))
    if state and state.succeeded:
        since = max(since, state.succeeded)
    return timezone.now() - since > patience
