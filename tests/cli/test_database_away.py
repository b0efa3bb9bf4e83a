"""A database that is away, or busy for long: readers go on reading, and nobody's words are lost."""

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from .command import Browser, Site
from .test_serving import STORY

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
WORDS = "I typed this while the database was busy."


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


@contextlib.contextmanager
def database_away(site: Site) -> Iterator[None]:
    """The site's database ends all connections and takes no new ones."""
    server, _, name = site.database.rpartition("/")

    def command(text: str) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(text)

    command(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    command(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        command(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_readers_do_not_notice_that_the_database_is_away(paper):
    if not paper.database:
        pytest.skip("an embedded database is never away")
    with paper.serving("--workers", "2") as served:

        def raised() -> set[str]:
            # Connections of their own, so that both workers are met.
            with ThreadPoolExecutor(8) as pool:
                pages = list(pool.map(lambda _: served.get(STORY), range(16)))
            assert {page.status for page in pages} == {200}
            return {re.search(r'<meter [^>]*value="([\d.]+)"', page.text)[1] for page in pages}

        assert raised() == {"789"}
        with database_away(paper):
            assert raised() == {"789"}
            state = served.get("/healthz")
            assert (state.status, json.loads(state.text)["status"]) == (503, "unwell")
            assert "stale" in state.text
            for address in ("/about/", "/api/v1/funding/entries?after=1"):  # never asked for yet
                answer = served.get(address)
                assert answer.status == 503
                assert "Traceback" not in answer.text
        eventually(lambda: served.get("/healthz").status == 200)
        assert served.get("/about/").status == 200
        paper.must("gift", "11", "USD")
        eventually(lambda: raised() == {"800"})


def test_a_locked_database_loses_no_words(paper):
    if paper.database:
        pytest.skip("there rows are locked, not the database")
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        reader = Browser(served.address)
        form = reader.get(f"{STORY}discussion/reply/").text
        fields = dict(HIDDEN.findall(form))
        fields |= {"name": "Night Baker", "text": WORDS}
        story = json.loads(served.get(f"/api/v1/stories?url={STORY}").text)["id"]
        body = json.dumps({"name": "Night Baker", "text": WORDS}).encode()
        writer = sqlite3.connect(paper.home / "pennypress.sqlite3", isolation_level=None)
        with contextlib.closing(writer), ThreadPoolExecutor(2) as pool:
            writer.execute("BEGIN IMMEDIATE")
            typed = pool.submit(reader.post, f"{STORY}discussion/reply/", fields)
            sent = pool.submit(
                Browser(served.address).post,
                f"/api/v1/stories/{story}/comments", body, "application/json",
            )  # fmt: skip
            while not (typed.done() and sent.done()):
                assert served.get(STORY).status == 200  # readers do not wait for writers
                assert served.get("/about/rules/").status == 200
                time.sleep(0.1)
            assert typed.result().status == 503
            assert WORDS in typed.result().text
            assert sent.result().status == 503
            assert json.loads(sent.result().text)["status"] == 503
            writer.execute("ROLLBACK")
            assert WORDS not in served.get(STORY).text
            fields |= dict(HIDDEN.findall(typed.result().text))
            assert reader.post(f"{STORY}discussion/reply/", fields).status == 200
        assert served.get(STORY).text.count(WORDS) == 1
