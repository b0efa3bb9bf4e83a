"""Periodic jobs: each part declares its own here, and `operations` runs what is declared.

A job is declared beside its function, in a module that the part's AppConfig imports when it is
ready. Most jobs are run by the leader alone, which is one process of all that serve the site.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[[], object])

LONGEST_PAUSE_SECONDS = 300.0  # between two tries of a job that goes on failing
TIMEOUT_SECONDS = 600.0


class BadJob(ValueError):
    """A job that cannot be declared like this; the message says why."""


class JobFailed(Exception):
    """The job could not do what it is for, as may happen; the message says why, in one line.

    Unlike any other exception it is not logged by what runs the job: who raises it has done that.
    """


@dataclass(frozen=True)
class PeriodicJob:
    """Work that is done again and again. Times are in seconds."""

    name: str  # as in thread names, the log and the table of states
    run: Callable[[], object]
    interval: float  # from the end of one run to the start of the next
    summary: str  # for people: what it does, in a sentence
    on_each_node: bool  # run by every process that runs jobs, not by the leader alone
    longest_pause: float  # after several failures in a row
    timeout: float  # a run that takes longer counts as a failure, though it is not ended
    niceness: int  # of its thread: above 0 for what takes long, since readers go first
    when: Callable[[], bool]  # whether the settings ask for it at all


_declared: dict[str, PeriodicJob] = {}
_confirm: ContextVar[Callable[[], None] | None] = ContextVar("confirm", default=None)


def periodic_job(
    name: str,
    *,
    interval: float,
    summary: str,
    on_each_node: bool = False,
    longest_pause: float | None = None,
    timeout: float = TIMEOUT_SECONDS,
    niceness: int = 0,
    when: Callable[[], bool] = lambda: True,
) -> Callable[[Function], Function]:
    """Declare the function below as a periodic job; the function itself stays what it is.

    Raises BadJob for a second job of that name, and for times that are not above zero.
    """

    def declare(function: Function) -> Function:
        register_job(
            PeriodicJob(
                name=name,
                run=function,
                interval=interval,
                summary=summary,
                on_each_node=on_each_node,
                longest_pause=longest_pause or max(interval, LONGEST_PAUSE_SECONDS),
                timeout=timeout,
                niceness=niceness,
                when=when,
            )
        )
        return function

    return declare


def register_job(job: PeriodicJob) -> None:
    """Add a job to those that are run. Raises BadJob as `periodic_job` does."""
    if job.name in _declared:
        raise BadJob(f"there is a job {job.name} already: {_place_of(_declared[job.name])}")
    for what in ("interval", "longest_pause", "timeout"):
        if not 0 < getattr(job, what) < inf:
            raise BadJob(f"the job {job.name}: {what} must be a number of seconds above 0")
    _declared[job.name] = job


def _place_of(job: PeriodicJob) -> str:
    return f"{job.run.__module__}.{getattr(job.run, '__qualname__', '')}"


def periodic_jobs() -> list[PeriodicJob]:
    """Return the declared jobs that the settings ask for, by name."""
    return [job for _, job in sorted(_declared.items()) if job.when()]


def confirm_leader() -> None:
    """Make sure that the job under way is still the leader's: the last thing in a transaction.

    For jobs whose writes must not be made by two: a process that was paused for long may wake up
    in the middle of its job when another has become the leader. Raises what rolls the transaction
    back then. Does nothing outside of a leader's job.
    """
    confirm = _confirm.get()
    if confirm is not None:
        confirm()


def confirm_with(confirm: Callable[[], None] | None) -> None:
    """Say how `confirm_leader` finds out, for the jobs that the calling thread runs."""
    _confirm.set(confirm)
