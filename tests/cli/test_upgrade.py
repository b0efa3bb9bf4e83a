"""`pennypress upgrade`, and what every command does before it changes a database that is in use."""

import re
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from .command import Site
from .test_usage import refusal

NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?\.(sqlite3|dump)")


def backups(site: Site) -> list[Path]:
    folder = site.home / "backups"
    return sorted(folder.iterdir()) if folder.exists() else []


def fall_behind(site: Site) -> None:
    """Take the site's database back to before its latest version."""
    site.must("manage", "migrate", "sessions", "zero")


def is_current(site: Site) -> bool:
    return bool(site.ask("SELECT count(*) FROM django_migrations WHERE app = 'sessions'")[0][0])


def run_sql(site: Site, statement: str) -> None:
    connect = psycopg.connect if site.database else sqlite3.connect
    with closing(connect(site.database or site.home / "pennypress.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def titles_in(copy: Path) -> list[str]:
    """The pages' titles in a copy of the database, read without Pennypress."""
    if copy.suffix == ".sqlite3":
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [title for (title,) in connection.execute("SELECT title FROM wagtailcore_page")]
    done = subprocess.run(
        ["pg_restore", "--data-only", "--table=wagtailcore_page", "--file=-", copy],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return re.findall(r"\t([^\t]+)\t", done.stdout)


@pytest.fixture(autouse=True)
def _tools(stocked_site) -> None:
    if stocked_site.database and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")


def test_upgrade_copies_the_database_and_brings_it_up_to_date(paper):
    fall_behind(paper)
    said = paper.must("upgrade")
    (copy,) = backups(paper)
    assert NAME.fullmatch(copy.name)
    assert f"Copied the database to {copy}" in said
    assert "sessions.0001_initial" in said
    assert "tatic files" in said
    assert is_current(paper)
    assert "The bakery on Pier Street is to close" in titles_in(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert paper.must("check")


@pytest.mark.once
def test_upgrade_again_says_that_there_was_nothing_to_do_and_keeps_the_latest_copies(paper):
    (paper.home / "backups").mkdir()
    old = [paper.home / "backups" / f"2026010{day}T120000Z.sqlite3" for day in range(1, 5)]
    foreign = paper.home / "backups" / "before-the-move.sqlite3"
    for file in (*old, foreign):
        file.write_bytes(b"")
    said = paper.must("upgrade", "--keep", "2")
    assert "was up to date" in said
    assert "Removed old copies of the database: 3" in said
    left = backups(paper)
    assert foreign in left
    assert old[-1] in left
    assert len(left) == 3


@pytest.mark.once
@pytest.mark.parametrize("command", [("gift", "5", "USD"), ("init",)])
def test_other_commands_copy_a_database_in_use_before_they_change_it(paper, command):
    fall_behind(paper)
    done = paper.run(*command)
    assert done.returncode == 0, done.stderr
    (copy,) = backups(paper)
    assert done.stderr == f"Copied the database to {copy}\n"
    assert is_current(paper)
    assert paper.run(*command).stderr == ""
    assert backups(paper) == [copy]


@pytest.mark.once
def test_serve_does_so_too(paper):
    fall_behind(paper)
    with paper.serving() as served:
        assert served.get("/").status == 200
    assert len(backups(paper)) == 1
    assert is_current(paper)


def test_a_new_site_needs_no_copy(tmp_path, blank):
    assert backups(blank) == []


def test_where_no_copy_can_be_made_nothing_is_changed(paper, tmp_path):
    fall_behind(paper)
    (paper.home / "backups").write_text("in the way")
    assert "backups" in refusal(paper.run("upgrade"))
    assert "pennypress upgrade --no-backup" in refusal(paper.run("gift", "5", "USD"))
    assert not is_current(paper)
    assert "sessions.0001_initial" in paper.must("upgrade", "--no-backup")
    assert is_current(paper)


def test_without_pg_dump_a_database_server_is_not_copied_and_not_changed(paper, tmp_path):
    if not paper.database:
        pytest.skip("SQLite needs no program for its copy")
    fall_behind(paper)
    assert "pg_dump" in refusal(paper.run("upgrade", PATH=str(tmp_path)))
    assert not is_current(paper)
    assert backups(paper) == []


def test_a_migration_that_fails_names_the_copy_to_go_back_to(paper):
    fall_behind(paper)
    run_sql(paper, "CREATE TABLE django_session (session_key integer)")
    done = paper.run("upgrade")
    (copy,) = backups(paper)
    assert done.returncode == 1
    assert re.fullmatch(r"error: [^\n]*\n", done.stderr)
    assert str(copy) in done.stderr
    assert "The bakery on Pier Street is to close" in titles_in(copy)


def test_a_migration_that_fails_takes_those_before_it_back(paper):
    paper.must("manage", "migrate", "limits", "zero")
    fall_behind(paper)
    run_sql(paper, "CREATE TABLE django_session (session_key integer)")
    before = paper.count_rows()
    for command in (("upgrade",), ("gift", "5", "USD")):
        assert "cannot bring the database up to date" in refusal_of_upgrade(paper, command)
        assert paper.count_rows() == before
    run_sql(paper, "DROP TABLE django_session")
    assert "Applied 2 migrations: limits.0001_initial, sessions.0001_initial" in paper.must(
        "upgrade"
    )
    paper.must("check")


def refusal_of_upgrade(site: Site, command: tuple[str, ...]) -> str:
    done = site.run(*command)
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def test_a_copy_is_whole_while_others_write(paper):
    """Each gift is a transfer and a line of the record: a copy never has one without the other."""
    stop = threading.Event()

    def give() -> None:
        while not stop.is_set():
            paper.must("gift", "1", "USD")

    giving = threading.Thread(target=give)
    giving.start()
    try:
        for _ in range(2):
            paper.must("upgrade")
    finally:
        stop.set()
        giving.join()
    for copy in backups(paper):
        if copy.suffix == ".sqlite3":
            with closing(sqlite3.connect(copy)) as connection:
                ((loose,),) = connection.execute(
                    "SELECT count(*) FROM funding_transfer WHERE entry NOT IN "
                    '(SELECT "index" FROM record_entry)'
                )
            assert loose == 0
        assert titles_in(copy)


@pytest.mark.once
def test_upgrade_without_a_site_is_refused(tmp_path):
    assert "pennypress init" in refusal(Site(tmp_path / "site").run("upgrade"))
    assert not (tmp_path / "site").exists()
