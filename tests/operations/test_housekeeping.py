"""Housekeeping: what is past its time goes, all else stays, in short transactions."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pennypress.discussion.actions import post_comment
from pennypress.discussion.models import Comment, SubmissionKey
from pennypress.operations import housekeeping
from pennypress.operations.housekeeping import run_housekeeping
from pennypress.operations.site_folder import SiteFolder
from pennypress.readers.actions import welcome_guest
from pennypress.readers.models import Account, Guest

pytestmark = pytest.mark.django_db

NONE = {
    "sessions": 0,
    "task results": 0,
    "submission keys": 0,
    "mails": 0,
    "guests": 0,
    "backups": 0,
}


@pytest.fixture(autouse=True)
def _home(settings, tmp_path) -> None:
    settings.SITE_FOLDER = SiteFolder(tmp_path)


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_task(status: str, finished: datetime | None) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="pennypress.pictures.renditions.make_picture",
        backend_name="default",
        run_after=ago(400),
        exception_class_path="",
        traceback="",
        started_at=finished,
        finished_at=finished,
    )


def test_on_a_new_site_there_is_nothing_to_do(site):
    assert run_housekeeping() == NONE


def test_expired_sign_ins_go(db):
    old, live = SessionStore(), SessionStore()
    for store in (old, live):
        store["who"] = 1
        store.save()
    Session.objects.filter(pk=old.session_key).update(expire_date=ago(0.01))
    assert run_housekeeping() == NONE | {"sessions": 1}
    assert [session.pk for session in Session.objects.all()] == [live.session_key]


def test_outcomes_of_tasks_go_when_they_are_old_and_unfinished_tasks_never(db, settings):
    settings.KEEP_TASKS_DAYS = 3
    kept = {
        make_task("SUCCESSFUL", ago(2.9)).pk,
        make_task("READY", None).pk,
        make_task("RUNNING", None).pk,
    }
    make_task("SUCCESSFUL", ago(3.1))
    make_task("FAILED", ago(9))
    assert run_housekeeping() == NONE | {"task results": 2}
    assert {task.pk for task in DBTaskResult.objects.all()} == kept


def test_a_submission_key_goes_and_its_comment_stays(discussion, publish_at_once, settings):
    settings.KEEP_SUBMISSION_KEYS_DAYS = 3
    for number in range(2):
        post_comment(discussion, name="Ada", text=f"Word {number}", key=f"k{number}")
    SubmissionKey.objects.filter(comment__text="Word 0").update(used=ago(3.1))
    SubmissionKey.objects.filter(comment__text="Word 1").update(used=ago(2.9))
    assert run_housekeeping() == NONE | {"submission keys": 1}
    assert Comment.objects.count() == 2
    again = post_comment(discussion, name="Ada", text="Word 1", key="k1")
    assert again.again


def test_guests_who_said_nothing_are_forgotten(discussion, publish_at_once, settings):
    settings.KEEP_GUESTS_DAYS = 3
    silent, recent, speaker = (welcome_guest(f"{n}@example.org")[0] for n in range(3))
    post_comment(discussion, name="Ada", text="A word", guest=speaker)
    Guest.objects.filter(pk__in=[silent.pk, speaker.pk]).update(since=ago(3.1))
    Guest.objects.filter(pk=recent.pk).update(since=ago(2.9))
    assert run_housekeeping() == NONE | {"guests": 1}
    assert set(Guest.objects.all()) == {recent, speaker}
    assert Comment.objects.get().guest == speaker


def test_old_copies_of_the_database_go_but_never_the_latest(db, settings):
    folder = settings.SITE_FOLDER.backups
    folder.mkdir()
    settings.KEEP_BACKUPS_DAYS, settings.BACKUPS_KEPT = 10, 3

    def name(days: int, end: str = ".sqlite3") -> str:
        return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ") + end

    names = [name(day) for day in (20, 11, 9, 8, 7)]
    foreign = ["notes.txt", "20260101T000000Z.sqlite3.gz", "99999999T000000Z.dump"]
    for each in [*names, *foreign]:
        (folder / each).touch()
    assert run_housekeeping() == NONE | {"backups": 2}
    assert {file.name for file in folder.iterdir()} == {*names[2:], *foreign}
    for each in names[2:]:
        (folder / each).unlink()
    latest = folder / name(300, "-1.dump")
    latest.touch()
    (folder / name(400)).touch()
    assert run_housekeeping() == NONE | {"backups": 1}
    assert latest.exists()


def test_accounts_and_what_the_newsroom_made_are_never_touched(newsroom, story, settings):
    for period in ("TASKS", "SUBMISSION_KEYS", "GUESTS", "BACKUPS"):
        setattr(settings, f"KEEP_{period}_DAYS", 0)
    Group.objects.create(name="Reporters")
    before = (Account.objects.count(), Group.objects.count(), story.versions.count())
    assert newsroom.get("/admin/").status_code == 200
    run_housekeeping()
    assert (Account.objects.count(), Group.objects.count(), story.versions.count()) == before
    assert newsroom.get("/admin/").status_code == 200


def test_it_works_in_batches_and_up_to_a_bound(db, monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 10)
    monkeypatch.setattr(housekeeping, "MOST_BATCHES", 3)
    Session.objects.bulk_create(
        Session(session_key=f"key-{n}", session_data="", expire_date=ago(1)) for n in range(45)
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert run_housekeeping()["sessions"] == 30
    for question in asked.captured_queries:
        if question["sql"].startswith("DELETE"):
            assert question["sql"].count("key-") <= 10
    assert run_housekeeping()["sessions"] == 15
    assert run_housekeeping() == NONE


def test_what_fails_is_logged_and_the_rest_goes_on(db, settings, caplog):
    settings.KEEP_TASKS_DAYS = "not a number"
    Session.objects.create(session_key="old", session_data="", expire_date=ago(1))
    with caplog.at_level(logging.INFO, "pennypress"):
        removed = run_housekeeping()
    assert removed["sessions"] == 1
    assert "task results" not in removed
    assert "task results could not be removed" in caplog.text
    assert "housekeeping removed 1 sessions" in caplog.text
