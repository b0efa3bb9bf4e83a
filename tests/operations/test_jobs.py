"""Periodic jobs: declared once, run by one leader of all processes, and their state says so."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pennypress.foundation import jobs as registry
from pennypress.foundation.jobs import (
    BadJob,
    JobFailed,
    PeriodicJob,
    confirm_leader,
    confirm_with,
    periodic_job,
    periodic_jobs,
)
from pennypress.operations import jobs, leases
from pennypress.operations.jobs import JobProcess, JobRun, check_jobs, run_jobs
from pennypress.operations.leases import (
    LEADER,
    QUEUE,
    LeaseLost,
    confirm_lease,
    live_leases,
    release_lease,
    renew_lease,
    take_lease,
)
from pennypress.operations.models import JobState, Lease
from tests.record.committed import at_once


@pytest.fixture(autouse=True)
def _tables(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Rows that are really committed: other connections are to see them."""
    with django_db_blocker.unblock():
        _empty()
        try:
            yield
        finally:
            confirm_with(None)
            _empty()


def _empty() -> None:
    connection.close()
    JobState.objects.all().delete()
    Lease.objects.all().delete()


@pytest.fixture
def declared(monkeypatch) -> dict[str, PeriodicJob]:
    """No job but those that the test declares."""
    monkeypatch.setattr(registry, "_declared", {})
    return registry._declared


def declare(function: Callable[[], object], name: str = "test", **more) -> PeriodicJob:
    times = {"interval": 2, "longest_pause": 60}
    periodic_job(name, summary="Tests.", **(times | more))(function)
    return registry._declared[name]


def let_leases_run_out() -> None:
    """What the database's clock does while a process is paused."""
    Lease.objects.update(expires=timezone.now() - timedelta(seconds=1))


def leader_of(*nodes: JobProcess) -> list[JobProcess]:
    return [node for node in nodes if node.leads()]


def join(node: JobProcess, *runs: JobRun) -> None:
    """Two looks: one for the process's lease, one for the leader's."""
    node.keep(runs)
    node.keep(runs)


def write_now(node: JobProcess, *runs: JobRun) -> None:
    node._renewed = -1_000.0
    node.keep(runs)


# ── The registry ───────────────────────────────────────────────────────────────────────────────


def test_parts_declare_their_jobs_and_the_settings_decide(settings):
    names = {job.name for job in periodic_jobs()}
    assert names == {
        "clean-pictures", "count-unseen-comments", "forget-addresses", "housekeeping",
        "publish-due-stories", "resume-tasks", "sign-record",
    }  # fmt: skip
    settings.PURGE_URL, settings.WITNESSES = "https://cdn.example/purge", (("a", "b"),)
    assert {job.name for job in periodic_jobs()} - names == {"ask-witnesses", "purge-cdn"}
    assert all(job.summary.endswith(".") for job in periodic_jobs())


def test_two_jobs_of_one_name_are_refused(declared):
    declare(time.time)
    with pytest.raises(BadJob, match=r"there is a job test already: time\.time"):
        declare(time.monotonic)
    assert declared["test"].run is time.time


@pytest.mark.parametrize("what", ["interval", "longest_pause", "timeout"])
@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_times_that_are_none_are_refused(declared, what, seconds):
    with pytest.raises(BadJob, match=f"the job test: {what} must be a number of seconds above 0"):
        declare(time.time, **{what: seconds})
    assert not declared


def test_an_interval_of_nothing_is_refused(declared):
    with pytest.raises(BadJob):
        declare(time.time, interval=0)


# ── Leases ─────────────────────────────────────────────────────────────────────────────────────


def test_a_lease_is_had_by_one_until_it_runs_out_or_is_released():
    first = take_lease("x", "a")
    assert first == 1
    assert take_lease("x", "b") is None
    renew_lease("x", "a", first)
    confirm_lease("x", "a", first)
    left = (Lease.objects.get().expires - timezone.now()).total_seconds()
    assert 25 < left <= 31
    let_leases_run_out()
    with pytest.raises(LeaseLost):
        renew_lease("x", "a", first)
    second = take_lease("x", "b")
    assert second == 2
    with pytest.raises(LeaseLost):
        confirm_lease("x", "a", first)
    release_lease("x", "a", first)
    confirm_lease("x", "b", second)
    third = take_lease("x", "b")
    assert third == 3, "it may have its own anew, and the old token is worth nothing then"
    with pytest.raises(LeaseLost):
        confirm_lease("x", "b", second)
    release_lease("x", "b", third)
    assert take_lease("x", "a") == 4


def test_a_clock_that_was_put_back_holds_no_lease_for_ever():
    take_lease("x", "a")
    Lease.objects.update(expires=timezone.now() + timedelta(hours=1))
    assert take_lease("x", "b") == 2


def test_a_look_at_a_lease_that_another_has_writes_nothing():
    take_lease("x", "a")
    with CaptureQueriesContext(connection) as asked:
        take_lease("x", "b")
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["SELECT"]


@pytest.mark.parametrize("turn", range(3))
def test_of_many_at_once_exactly_one_takes_it(turn):
    tokens = at_once(*(lambda n=n: take_lease(LEADER, f"process {n}") for n in range(6)))
    assert sorted(tokens, key=str) == [1, *[None] * 5]
    let_leases_run_out()
    tokens = at_once(*(lambda n=n: take_lease(LEADER, f"process {n}") for n in range(6)))
    assert sorted(tokens, key=str) == [2, *[None] * 5]


# ── The leader ─────────────────────────────────────────────────────────────────────────────────


def test_exactly_one_of_two_processes_leads_and_the_other_follows_at_once_when_it_leaves(declared):
    first, second = JobProcess(), JobProcess()
    for node in (first, second):
        join(node)
    assert leader_of(first, second) == [first]
    first.leave([])
    second.keep([])
    assert leader_of(first, second) == [second]
    assert {lease.name for lease in live_leases()} == {LEADER, f"worker {second.id}"}


def test_a_leader_that_was_paused_writes_nothing_when_it_wakes_up(declared):
    done = []
    old, new = JobProcess(), JobProcess()
    job = declare(lambda: done.append(1))
    run, its_run = JobRun(job, old), JobRun(job, new)
    join(old, run)
    assert run.run_if_due()
    write_now(old, run)
    let_leases_run_out()
    join(new, its_run)
    its_run.run_if_due()
    write_now(new, its_run)
    before = JobState.objects.values().get()
    assert len(done) == 2
    # It wakes up, and by its own clock it is the leader: in each of its threads.
    run._due = 0.0
    assert old.leads()
    assert not run.run_if_due()
    assert not old.leads()
    run.changed = True
    old.token = 1
    write_now(old, run)
    assert JobState.objects.values().get() == before
    assert len(done) == 2
    assert leader_of(old, new) == [new]


def test_a_leader_that_is_paused_in_the_middle_of_its_job_rolls_back(declared):
    old, new = JobProcess(), JobProcess()
    results = []

    def work() -> None:
        with transaction.atomic():
            JobState.objects.create(name="made by the job")
            # A pause here, of longer than the lease. Other connections would wait for this one's
            # transaction on SQLite, so that the rows are changed in it.
            let_leases_run_out()
            Lease.objects.filter(name=LEADER).update(holder=new.id, token=2)
            try:
                confirm_leader()
            except LeaseLost as lost:
                results.append(lost)
                raise

    run = JobRun(declare(work), old)
    join(old, run)
    run.run_if_due()
    assert len(results) == 1
    assert not JobState.objects.exists()
    assert not old.leads()
    assert (run.succeeded, run.failed) == (None, None)


def test_what_runs_outside_of_a_leaders_job_needs_no_leader():
    confirm_leader()


def test_nobody_takes_the_lease_between_a_jobs_last_look_and_its_commit(declared):
    node = JobProcess()
    join(node)
    looked, took = threading.Event(), []

    def steal() -> None:
        looked.wait(10)
        let_leases_run_out()
        took.append(take_lease(LEADER, "other"))
        connection.close()

    thread = threading.Thread(target=steal)
    thread.start()
    with transaction.atomic():
        node.confirm(node.token)
        looked.set()
        time.sleep(0.3)
        assert took == []
    thread.join(10)
    assert took == [2]


# ── How jobs go ────────────────────────────────────────────────────────────────────────────────


def test_a_job_that_fails_is_tried_again_later_each_time_and_its_state_says_so(declared, caplog):
    outcomes = iter([OSError("no 'ada@example.org' on disk")] * 9 + [None])

    def work() -> None:
        if error := next(outcomes):
            raise error

    node = JobProcess()
    run = JobRun(declare(work), node)
    join(node, run)
    pauses = []
    for _ in range(9):
        began = time.monotonic()
        assert run.run_if_due()
        assert not run.run_if_due(), "not at once"
        pauses.append(run._due - began)
        run._due = 0.0
    assert pauses == pytest.approx([2, 4, 8, 16, 32, 60, 60, 60, 60], rel=0.15)
    assert max(pauses) < 61, "sealing must be tried every minute"
    write_now(node, run)
    state = JobState.objects.get()
    assert (state.name, state.worker, state.failures) == ("test", "", 9)
    assert state.error == "OSError: no '…' on disk"
    assert state.succeeded is None
    assert state.started <= state.failed < state.next_run
    assert caplog.text.count("the job test failed") == 1, "and not each time"
    assert run.run_if_due()
    write_now(node, run)
    state.refresh_from_db()
    assert (state.failures, state.error) == (0, "OSError: no '…' on disk")
    assert state.succeeded > state.failed
    assert run._due - time.monotonic() == pytest.approx(2, abs=0.1)
    assert "the job test succeeds again" in caplog.text


def test_what_a_job_logs_itself_is_not_logged_again(declared, caplog):
    def work() -> None:
        raise JobFailed("the hook answered 503")

    node = JobProcess()
    run = JobRun(declare(work), node)
    join(node, run)
    run.run_if_due()
    write_now(node, run)
    assert JobState.objects.get().error == "the hook answered 503"
    assert "503" not in caplog.text


def test_a_prompt_jobs_state_is_written_once_a_minute_and_when_it_changes(declared):
    bad = []

    def work() -> None:
        if bad:
            raise OSError("out of order")

    node = JobProcess()
    run = JobRun(declare(work), node)
    join(node, run)

    def go_on(seconds: int) -> int:
        """Run the job each 2 seconds; return how often the database was written to."""
        writes = 0
        for second in range(seconds):
            if second % 2 == 0:
                run._due = 0.0
                run.run_if_due()
            with CaptureQueriesContext(connection) as asked:
                node.keep([run])
            writes += any("UPDATE" in query["sql"] for query in asked.captured_queries)
            node._renewed -= 1
            run._written -= 1
        return writes

    assert go_on(10) == 1, "the first success"
    written = JobState.objects.get().succeeded
    assert go_on(40) in {4, 5}, "renewals of the lease"
    assert JobState.objects.get().succeeded == written
    go_on(20)
    assert JobState.objects.get().succeeded > written
    bad.append(1)
    assert go_on(3) == 1, "the failure"
    assert go_on(6) == 0, "the same again"


def test_a_job_that_hangs_counts_as_failed(declared, caplog):
    going, enough = threading.Event(), threading.Event()

    def work() -> None:
        going.set()
        enough.wait(10)

    node = JobProcess()
    run = JobRun(declare(work, timeout=0.01), node)
    join(node, run)
    thread = threading.Thread(target=run.run_if_due)
    thread.start()
    going.wait(10)
    time.sleep(0.05)
    write_now(node, run)
    write_now(node, run)
    state = JobState.objects.get()
    assert (state.failures, state.succeeded) == (1, None)
    assert state.error == "it has been running for more than 0 seconds"
    assert caplog.text.count("it has been running") == 1
    enough.set()
    thread.join(10)
    write_now(node, run)
    state.refresh_from_db()
    assert (state.failures, bool(state.succeeded)) == (0, True)


def test_a_daily_job_is_not_done_again_by_the_next_leader(declared):
    done = []
    job = declare(lambda: done.append(1), interval=86_400, longest_pause=86_400)
    first, second = JobProcess(), JobProcess()
    run = JobRun(job, first)
    join(first, run)
    assert thread_returns(run.run_if_due)
    write_now(first, run)
    first.leave([run])
    run = JobRun(job, second)
    join(second, run)
    assert not thread_returns(run.run_if_due)
    assert len(done) == 1
    JobState.objects.update(next_run=timezone.now())
    assert thread_returns(JobRun(job, second).run_if_due)


def thread_returns(call: Callable[[], object]) -> object:
    """Call it as its own thread does: a job that is run rarely closes its connection."""
    (returned,) = at_once(call)
    return returned


def test_a_process_that_carries_out_tasks_never_leads():
    node = JobProcess(QUEUE)
    node.keep([])
    node.keep([])
    assert node.joined
    assert node.leads() is None
    assert [lease.name for lease in live_leases()] == [f"queue {node.id}"]
    let_leases_run_out()
    node._renewed -= leases.RENEW_SECONDS
    node.keep([])
    assert not node.joined
    node.keep([])
    assert live_leases().get().token == 2
    node.leave([])
    assert not Lease.objects.exists()


def test_a_job_of_each_node_is_run_by_each_and_forgotten_with_it(declared):
    done = []
    job = declare(lambda: done.append(1), on_each_node=True, interval=0.1)
    nodes = [JobProcess(), JobProcess()]
    runs = [JobRun(job, node) for node in nodes]
    for node, run in zip(nodes, runs, strict=True):
        join(node, run)
        assert run.run_if_due()
        write_now(node, run)
    assert len(done) == 2
    assert {state.worker for state in JobState.objects.all()} == {node.id for node in nodes}
    follower = nodes[1]
    Lease.objects.filter(holder=follower.id).update(expires=timezone.now() - timedelta(seconds=1))
    write_now(nodes[0], runs[0])
    assert {state.worker for state in JobState.objects.all()} == {nodes[0].id}
    write_now(follower, runs[1])  # it was only paused
    join(follower, runs[1])
    assert live_leases().count() == 3


# ── All together ───────────────────────────────────────────────────────────────────────────────


def wait_until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def serve_jobs(monkeypatch) -> Iterator[Callable[[], threading.Event]]:
    """Run jobs as a process that serves does; the event ends it."""
    monkeypatch.setattr(jobs, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(jobs.os, "setpriority", lambda *_: None)
    running = []

    def start() -> threading.Event:
        stopping = threading.Event()
        thread = threading.Thread(target=run_jobs, args=(stopping,))
        thread.start()
        running.append((stopping, thread))
        return stopping

    yield start
    for stopping, thread in running:
        stopping.set()
        thread.join(15)
        assert not thread.is_alive()


def test_a_slow_job_delays_no_other_and_none_holds_up_the_end(declared, serve_jobs):
    enough, quick = threading.Event(), []
    declare(lambda: enough.wait(30), "slow")
    declare(lambda: quick.append(time.monotonic()), "quick", interval=0.1)
    stopping = serve_jobs()
    wait_until(lambda: len(quick) > 8)
    stopping.set()
    began = time.monotonic()
    wait_until(lambda: not live_leases().exists())
    assert time.monotonic() - began < 2
    enough.set()


def test_a_successor_starts_at_once_and_jobs_have_one_runner_at_a_time(declared, serve_jobs):
    under_way, most, done = [], [], []

    def work() -> None:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()
        done.append(threading.get_ident())

    declare(work, interval=0.05)
    first = serve_jobs()
    wait_until(lambda: done)
    serve_jobs()
    wait_until(lambda: len(done) > 5)
    assert len(set(done)) == 1
    first.set()
    wait_until(lambda: len(set(done)) == 2)
    assert max(most) == 1


def test_jobs_go_on_when_the_database_is_back(declared, serve_jobs, monkeypatch, caplog):
    done = []
    declare(lambda: done.append(1), interval=0.05)
    from django.db import OperationalError

    def fail(*_: object) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        for name in ("take_lease", "renew_lease", "confirm_lease"):
            patch.setattr(jobs, name, fail)
        serve_jobs()
        wait_until(lambda: "could not be renewed" in caplog.text)
        time.sleep(0.3)
        assert caplog.text.count("could not be renewed") == 1
        assert done == []
    wait_until(lambda: done)


# ── What check says ────────────────────────────────────────────────────────────────────────────


def test_a_site_that_nobody_serves_has_no_late_jobs():
    assert list(check_jobs()) == []
    JobState.objects.create(name="sign-record", succeeded=timezone.now() - timedelta(days=30))
    assert list(check_jobs()) == []


def test_a_job_that_is_late_is_named_while_a_leader_lives(declared):
    declare(time.time)
    declare(time.time, "daily", interval=86_400)
    declare(time.time, "each", on_each_node=True)
    node = JobProcess()
    join(node)
    assert list(check_jobs()) == [], "the leader has only begun"
    ago = timezone.now() - timedelta(minutes=20)
    Lease.objects.update(taken=ago)
    JobState.objects.create(
        name="test", succeeded=ago, failed=timezone.now(), failures=3, error="OSError: no room"
    )
    assert list(check_jobs()) == [
        "the job each has not succeeded yet",
        f"the job test has not succeeded since {ago:%Y-%m-%d %H:%M} UTC: OSError: no room",
    ]
    JobState.objects.update(succeeded=timezone.now())
    JobState.objects.create(name="each", worker=node.id, succeeded=timezone.now())
    assert list(check_jobs()) == []


def test_a_process_that_runs_no_jobs_is_late_with_none(declared):
    declare(time.time, "each", on_each_node=True)
    JobProcess(QUEUE).keep([])
    Lease.objects.update(taken=timezone.now() - timedelta(minutes=20))
    assert list(check_jobs()) == []


def test_a_served_site_without_a_leader_is_named(declared):
    node = JobProcess()
    join(node)
    Lease.objects.filter(name=LEADER).update(expires=timezone.now() - timedelta(seconds=5))
    assert list(check_jobs()) == []
    Lease.objects.filter(name=LEADER).update(expires=timezone.now() - timedelta(minutes=5))
    assert list(check_jobs()) == [
        "no process runs the periodic jobs, though the site is being served"
    ]


def test_a_lease_is_longer_than_what_lies_between_renewals():
    assert leases.RENEW_SECONDS * 3 <= leases.LEASE_SECONDS
