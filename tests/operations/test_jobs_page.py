"""The page of jobs in the admin: what runs, what failed and why, and two buttons."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pennypress.operations.admin import say_interval
from pennypress.operations.leases import LEADER, QUEUE, WORKER, take_lease
from pennypress.operations.models import JobState
from pennypress.operations.queued_tasks import MOST_ATTEMPTS
from pennypress.readers.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LEADER_ID = "press-1:4711:abcd"


def make_failed(count: int) -> None:
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            status="FAILED",
            args_kwargs={"args": [number], "kwargs": {}},
            task_path="pennypress.pictures.renditions.make_picture",
            backend_name="default",
            run_after=timezone.now(),
            worker_ids=[LEADER_ID] * MOST_ATTEMPTS,
            exception_class_path="builtins.OSError",
            traceback="Traceback:\nOSError: no room for 'ada@example.org' on the disk\n",
            finished_at=timezone.now(),
        )
        for number in range(count)
    )


def read_page(client: Client) -> str:
    return " ".join(client.get("/admin/jobs/").content.decode().split())


def test_each_job_says_what_it_does_and_how_it_went(newsroom, site):
    page = read_page(newsroom)
    assert "No process runs the periodic jobs at the moment" in page
    assert page.count("Not running") == 7
    take_lease(f"worker {LEADER_ID}", LEADER_ID)
    take_lease(LEADER, LEADER_ID)
    now = timezone.now()
    JobState.objects.create(name="housekeeping", succeeded=now, next_run=now + timedelta(days=1))
    JobState.objects.create(
        name="sign-record", succeeded=now, failed=now, failures=3, error="KeyMissing: <gone>"
    )
    page = read_page(newsroom)
    assert "The periodic jobs are run by press-1, process 4711." in page
    assert "Signs the record&#x27;s new entries, so that readers can check them. Every 2 s" in page
    assert "Failed 3 times in a row" in page
    assert "KeyMissing: &lt;gone&gt;" in page
    assert page.count("Working") == 1
    assert page.count("Not run yet") == 5
    assert "Failed tasks" not in page


def test_a_table_full_of_failed_tasks_is_one_line(newsroom, site, django_assert_max_num_queries):
    make_failed(2_000)
    read_page(newsroom)
    with django_assert_max_num_queries(25):
        page = read_page(newsroom)
    assert page.count("Make picture") == 1
    assert "<td>2000</td>" in page
    assert "OSError: no room for &#x27;…&#x27; on the disk" in page
    assert "ada@" not in page


def test_failed_tasks_are_retried_and_deleted_from_the_page(newsroom, site):
    make_failed(2)
    answer = newsroom.post("/admin/jobs/retry/", follow=True)
    assert "2 tasks are back in the queue." in answer.content.decode()
    assert DBTaskResult.objects.ready().count() == 2
    make_failed(1)
    asked = newsroom.get("/admin/jobs/delete/").content.decode()
    assert "1 failed task will be forgotten" in asked
    assert DBTaskResult.objects.count() == 3
    answer = newsroom.post("/admin/jobs/delete/", follow=True)
    assert "1 task was deleted." in answer.content.decode()
    assert DBTaskResult.objects.ready().count() == DBTaskResult.objects.count() == 2
    assert newsroom.get("/admin/jobs/retry/").status_code == 405


def test_it_says_how_many_processes_carry_out_tasks_and_lists_no_jobs_of_theirs(
    newsroom, site, settings
):
    settings.PURGE_URL = "http://127.0.0.1:9/purge"  # what each machine runs
    take_lease(LEADER, LEADER_ID)
    for kind in (WORKER, QUEUE):
        take_lease(f"{kind} {LEADER_ID}", LEADER_ID)
    page = read_page(newsroom)
    assert page.count("Tells the CDN") == 1
    assert "take tasks from the queue" not in page
    take_lease("queue press-2:1:ef", "press-2:1:ef")
    page = read_page(newsroom)
    assert page.count("Tells the CDN") == 1
    assert "2 processes take tasks from the queue." in page


@pytest.mark.parametrize("address", ["/admin/jobs/", "/admin/jobs/retry/", "/admin/jobs/delete/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_sees_or_changes_them(reader, site, address, method):
    make_failed(1)
    account = Account.objects.create_user("editor@example.org", "a long password")
    account.user_permissions.add(Permission.objects.get(codename="access_admin"))
    reader.force_login(account)
    answer = getattr(reader, method)(address)
    assert answer.status_code in {302, 403, 405}
    assert "OSError" not in answer.content.decode()
    assert DBTaskResult.objects.failed().count() == 1
    assert "/admin/jobs/" not in reader.get("/admin/").content.decode()


def test_a_group_may_be_allowed_to(reader, site):
    account = Account.objects.create_user("admin@example.org", "a long password")
    for codename in ("access_admin", "manage_jobs"):
        account.user_permissions.add(Permission.objects.get(codename=codename))
    reader.force_login(account)
    assert reader.get("/admin/jobs/").status_code == 200
    assert "/admin/jobs/" in reader.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "10 times a second"),
        (1, "Every second"),
        (20, "Every 20 seconds"),
        (60, "Every minute"),
        (7_200, "Every 2 hours"),
        (86_400, "Every day"),
    ],
)
def test_intervals_in_words(seconds, words):
    assert say_interval(seconds) == words
