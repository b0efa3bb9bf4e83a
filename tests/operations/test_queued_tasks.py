"""Queued tasks: done one at a time, tried again when they fail, taken up again by another."""

import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.tasks import update_reference_index_task

from pennypress.accountability.checks import run_checks
from pennypress.operations import queued_tasks
from pennypress.operations.jobs import check_jobs
from pennypress.operations.leases import take_lease
from pennypress.operations.models import Lease
from pennypress.operations.queued_tasks import (
    MOST_ATTEMPTS,
    delete_failed_tasks,
    give_back_tasks,
    read_failed_groups,
    read_queue,
    resume_interrupted_tasks,
    resume_tasks,
    retry_failed_tasks,
    run_next_task,
)
from pennypress.pictures.renditions import make_picture

HERE = "here:1:abc"


@pytest.fixture(autouse=True)
def _queue(settings, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The real queue, in rows that are really committed: the worker closes its connections."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with django_db_blocker.unblock():
        DBTaskResult.objects.all().delete()
        try:
            yield
        finally:
            DBTaskResult.objects.all().delete()
            Lease.objects.all().delete()


@pytest.fixture
def broken(monkeypatch) -> None:
    """A task that fails each time, with a reader's words in what it says."""

    def fail(picture) -> None:
        raise OSError("no room for 'words of ada@example.org' on the disk")

    monkeypatch.setattr("pennypress.pictures.renditions.make_renditions", fail)
    monkeypatch.setattr(
        "pennypress.pictures.renditions.Picture.objects.filter",
        lambda **_: SimpleNamespace(first=object),
    )


def come_due() -> None:
    DBTaskResult.objects.update(run_after=timezone.now())


def test_one_task_is_run_at_a_time():
    for _ in range(2):
        make_picture.enqueue(0)
    assert run_next_task(HERE)
    assert DBTaskResult.objects.ready().count() == 1
    assert run_next_task(HERE)
    assert not run_next_task(HERE)
    assert DBTaskResult.objects.successful().count() == 2


def test_what_a_stop_interrupted_is_run_again_and_another_machines_is_left_alone():
    take_lease("worker elsewhere:1:def", "elsewhere:1:def")
    for worker in (HERE, "elsewhere:1:def"):
        make_picture.enqueue(0)
        DBTaskResult.objects.ready().get().claim(worker)
    assert not run_next_task("here:2:fed")
    assert resume_interrupted_tasks() == 1
    assert run_next_task("here:2:fed")
    assert DBTaskResult.objects.running().get().worker_ids == ["elsewhere:1:def"]
    assert DBTaskResult.objects.successful().get().worker_ids == [HERE, "here:2:fed"]


def test_a_worker_whose_lease_ran_out_has_lost_its_task(broken):
    take_lease(f"worker {HERE}", HERE)
    make_picture.enqueue(0)
    DBTaskResult.objects.get().claim(HERE)
    assert resume_interrupted_tasks() == 0
    Lease.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert resume_interrupted_tasks() == 1
    assert DBTaskResult.objects.ready().get().worker_ids == [HERE]


def test_a_task_that_ends_its_process_each_time_fails_in_the_end():
    make_picture.enqueue(0)
    for attempt in range(MOST_ATTEMPTS):
        DBTaskResult.objects.ready().get().claim(f"here:{attempt}:abc")
        assert resume_interrupted_tasks() == 1
    assert resume_interrupted_tasks() == 0
    (group,) = read_failed_groups()
    assert group.error == "Interrupted: the process ended in the middle each time"


def test_what_a_process_was_at_when_it_was_stopped_is_no_attempt():
    for worker in (HERE, "elsewhere:1:def"):
        make_picture.enqueue(0)
        DBTaskResult.objects.ready().get().claim(worker)
    give_back_tasks(HERE)
    assert DBTaskResult.objects.ready().get().worker_ids == []
    assert DBTaskResult.objects.running().count() == 1


def test_a_task_that_fails_is_tried_again_later_each_time_and_then_stays_failed(broken):
    make_picture.enqueue(0)
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS):
        assert run_next_task(HERE)
        assert not run_next_task(HERE), "not at once"
        task = DBTaskResult.objects.get()
        assert (task.status, len(task.worker_ids)) == ("READY", attempt)
        pauses.append((task.run_after - timezone.now()).total_seconds())
        figures = read_queue()
        assert (figures.waiting, figures.to_be_retried, figures.failed) == (1, 1, 0)
        assert figures.next_retry == task.run_after
        assert list(check_jobs()) == []
        come_due()
    assert pauses == pytest.approx([30, 120, 480, 1920], rel=0.27)
    assert run_next_task(HERE)
    assert not run_next_task(HERE)
    assert read_queue().failed == 1
    resume_tasks()
    come_due()
    assert not run_next_task(HERE)
    (group,) = read_failed_groups()
    assert (group.task, group.count) == ("make picture", 1)
    assert group.error == "OSError: no room for '…' on the disk"
    (problem,) = check_jobs()
    assert problem.startswith("1 queued tasks failed after all attempts; the latest, make picture")
    assert "ada" not in problem


def test_a_process_that_died_before_it_put_a_failed_task_back_loses_nothing(broken, monkeypatch):
    make_picture.enqueue(0)
    with monkeypatch.context() as patch:
        patch.setattr(queued_tasks, "retry_later", lambda task: None)
        run_next_task(HERE)
    assert DBTaskResult.objects.get().status == "FAILED"
    assert read_queue().failed == 0
    resume_tasks()
    assert read_queue().to_be_retried == 1


def make_failed(count: int, **more) -> None:
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            status="FAILED",
            args_kwargs={"args": [number], "kwargs": {}},
            task_path="pennypress.pictures.renditions.make_picture",
            backend_name="default",
            run_after=timezone.now(),
            worker_ids=[HERE] * MOST_ATTEMPTS,
            exception_class_path="builtins.OSError",
            traceback=f"Traceback:\n  File …\nOSError: out of order {number}\n",
            finished_at=timezone.now() - timedelta(seconds=number),
            **more,
        )
        for number in range(count)
    )


def test_a_table_full_of_failed_tasks_is_said_in_one_line_and_quickly():
    make_failed(5_000)
    began = time.monotonic()
    (problem,) = check_jobs()
    (group,) = read_failed_groups()
    assert read_queue().failed == 5_000
    assert time.monotonic() - began < 3
    assert len(problem) < 250
    assert "5000 queued tasks failed" in problem
    assert "OSError: out of order 0" in problem
    assert (group.count, group.error) == (5_000, "OSError: out of order 0")


def test_what_wagtail_left_to_be_done_about_what_is_deleted_is_no_failure():
    update_reference_index_task.enqueue("wagtailcore", "page", "987654")
    assert run_next_task(HERE)
    assert not DBTaskResult.objects.exists()


def test_failed_tasks_are_retried_or_deleted_and_no_others():
    make_failed(3)
    make_picture.enqueue(0)
    assert retry_failed_tasks() == 3
    assert list(check_jobs()) == []
    for _ in range(4):
        assert run_next_task(HERE)
    assert not run_next_task(HERE)
    assert DBTaskResult.objects.successful().count() == 4
    make_failed(2)
    assert delete_failed_tasks() == 2
    assert DBTaskResult.objects.count() == 4


@pytest.mark.parametrize("tasks", [0, 2])
def test_check_names_failed_tasks_under_jobs(tasks):
    make_failed(tasks)
    (result,) = [result for result in run_checks() if result.name == "jobs"]
    assert len(result.problems) == bool(tasks)
