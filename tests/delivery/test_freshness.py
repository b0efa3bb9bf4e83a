"""Two workers on one database, as two workers or two web nodes: what one does the other shows."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from pennypress.delivery.actions import invalidate
from pennypress.delivery.changes import Watcher, read_changes
from pennypress.discussion.actions import post_comment
from pennypress.funding.actions import record_gift
from tests.databases import as_operator, copy_database, copy_sqlite

from .paper import Paper
from .served import Served, wait_for


@pytest.fixture
def two(paper, serve_worker) -> Iterator[tuple[Served, Served]]:
    yield serve_worker(), serve_worker()


def elsewhere(call) -> None:
    """Make a call in another thread, on a connection of its own: as another process would."""

    def run() -> None:
        try:
            call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def post(served: Served, story: int, text: str) -> int:
    body = json.dumps({"name": "Ann", "text": text}).encode()
    address = f"/api/v1/stories/{story}/comments"
    return served.ask("POST", address, {"Content-Type": "application/json"}, body).status


def test_a_comment_through_one_shows_on_the_other(two, paper: Paper):
    here, there = two
    address = paper.url("fog")
    assert [served.get(address).status for served in two] == [200, 200]
    assert post(here, paper.stories["fog"].pk, "Through the first.") == 201
    # Whoever posted finds it in the very next answer of the same process.
    assert "Through the first." in here.get(address).text
    wait_for(lambda: "Through the first." in there.get(address).text)


def test_the_poster_finds_every_one_of_many_posts_at_once(two, paper: Paper):
    here, _ = two
    address = paper.url("tide")
    here.get(address)
    for number in range(5):
        assert post(here, paper.stories["tide"].pk, f"Word number {number}.") == 201
        assert f"Word number {number}." in here.get(address).text


def test_what_another_process_commits_shows_on_both(two, paper: Paper):
    for served in two:
        served.get("/")
        served.get(paper.url("tide"))
    elsewhere(lambda: record_gift(paper.campaigns["main"], 12_300, "USD"))
    raised = "$"
    for served in two:
        served.catch_up()
        raised = served.get("/api/v1/funding").text
        assert json.loads(raised)["campaigns"][0]["raised"] == 95_206
        wait_for(lambda page=served: "952.06" in page.get("/").text)


OTHER_PROCESS = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from wagtail.models import Site
site = Site.objects.get()
site.hostname, site.port = "tide.example.org", 443
site.save()
"""


def test_another_address_of_the_site_given_in_another_process_shows_on_both(two, paper: Paper):
    # What libraries remember of the site they remember for each process apart.
    address = paper.url("quay")
    for served in two:
        assert "tide.example.org" not in served.get(address).text
    name = str(connection.settings_dict["NAME"])
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, name], check=True, timeout=60)
    for served in two:
        served.catch_up()
        now = wait_for(lambda page=served: page.get(address).text)
        assert f"https://tide.example.org{address}" in now


def test_what_is_rolled_back_shows_nowhere_and_stales_nothing(two, paper: Paper):
    address = paper.url("ferry")
    for served in two:
        served.get(address)

    def give_up() -> None:
        with transaction.atomic():
            post_comment(paper.discussion("ferry"), name="Ann", text="Never said.")
            transaction.set_rollback(True)

    elsewhere(give_up)
    elsewhere(lambda: record_gift(paper.campaigns["main"], 100, "USD"))  # a sign that all is seen
    for served in two:
        served.catch_up()
        assert "Never said." not in served.get(address).text
        assert served.kept[address]


def test_a_change_without_a_notice_is_seen_all_the_same(paper: Paper):
    """A process that died between its commit and its notice: the rows tell."""
    told: list[int] = []
    watcher = Watcher(lambda sequence, moved: told.append(sequence))
    watcher.look()
    with connection.cursor() as cursor:  # what `invalidate` does, without a word to anybody
        cursor.execute("UPDATE delivery_sequence SET value = value + 1 WHERE id = 1")
        cursor.execute(
            "INSERT INTO delivery_tag (name, sequence) SELECT 'unheard', value "
            "FROM delivery_sequence"
        )
    latest, moved = read_changes(watcher.sequence)
    assert moved == {"unheard": latest}
    thread = threading.Thread(target=watcher._run, daemon=True)
    thread.start()
    wait_for(lambda: latest in told)
    watcher.stop()
    thread.join(10)


def test_a_listening_connection_that_is_cut_catches_up(two, paper: Paper):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is asked, it does not call")
    address = paper.url("ferry")
    for served in two:
        served.get(address)
    connection.close()
    with as_operator() as operator:
        cut = operator.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        ).fetchone()
    assert cut and cut[0] >= 2  # those that listen, and some that read
    elsewhere(lambda: post_comment(paper.discussion("ferry"), name="Ann", text="While deaf."))
    for served in two:
        wait_for(lambda page=served: "While deaf." in page.get(address).text)
        wait_for(lambda page=served: not page.worker.watcher.away)


def test_an_older_copy_of_the_database_drops_all_that_was_kept(two, paper: Paper, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("a server's database is not a file to be replaced")
    here, _ = two
    address = paper.url("fog")
    older = copy_database(tmp_path / "older.sqlite3")
    before = sqlite3.connect(older).execute("SELECT value FROM delivery_sequence").fetchone()[0]
    assert post(here, paper.stories["fog"].pk, "After the backup.") == 201
    assert "After the backup." in here.get(address).text
    copy_sqlite(older, connection.settings_dict["NAME"])
    wait_for(lambda: here.on_loop(lambda: here.worker.pages.sequence) == before)
    assert "After the backup." not in here.get(address).text


def test_tags_of_one_change_arrive_together(paper: Paper):
    told: list[dict[str, int]] = []
    watcher = Watcher(lambda sequence, moved: told.append(dict(moved)))
    watcher.look()
    told.clear()
    with transaction.atomic():
        number = invalidate("one", "two")
    assert watcher.look() == number
    assert told == [{"one": number, "two": number}]
