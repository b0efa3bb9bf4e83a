"""The desk: queued work is done one task at a time; what a stop interrupted is taken up again."""

from collections.abc import Iterator

import pytest
from django_tasks_db.models import DBTaskResult

from pennypress.operations.serve import desk_name, resume_interrupted_tasks, run_next_task
from pennypress.stories.pictures import make_picture


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


def test_one_task_is_run_at_a_time():
    for _ in range(2):
        make_picture.enqueue(0)
    assert run_next_task()
    assert DBTaskResult.objects.ready().count() == 1
    assert run_next_task()
    assert not run_next_task()
    assert DBTaskResult.objects.successful().count() == 2


def test_what_a_stop_interrupted_is_run_again_and_another_machines_is_left_alone():
    for worker in (desk_name(), "desk@elsewhere"):
        make_picture.enqueue(0)
        DBTaskResult.objects.ready().get().claim(worker)
    assert not run_next_task()
    assert resume_interrupted_tasks() == 1
    assert run_next_task()
    assert DBTaskResult.objects.running().get().worker_ids == ["desk@elsewhere"]
