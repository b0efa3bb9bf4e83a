"""Posting: what a durable comment costs through HTTP, beside bare inserts into SQLite.

`python -m bench.posts PORT STORY BEGIN SECONDS` is one client: it posts one comment after the other
and prints what each took.
"""

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from .client import comment_of, comment_path, connected, now_ms, post_request
from .figures import CannotMeasure, median, percentile
from .servers import Server, pennypress, running
from .site import ROOT, Site, environment

THREADS = (0, 1_000, 10_000, 100_000)  # comments there before
CLIENTS = 8
START_MS = 1_500  # for all clients to be ready
RAW_SHARE = 4  # the bare insert gets this part of a round: it is done in no time


def measure_posts(site: Site, *, seconds: int, rounds: int) -> dict:
    """Post with one client to threads of all sizes, and with eight to an empty and the largest."""
    empty = iter(site.stories[0])  # a new one for each round: it does not stay empty
    raw: list[dict] = []
    by_django: list[dict] = []
    single: dict[int, list[dict]] = {size: [] for size in THREADS}
    many: dict[int, list[dict]] = {size: [] for size in (THREADS[0], THREADS[-1])}
    with pennypress(site.home) as server:
        _post(server, next(empty).id, 1, 1)  # warm
        for _ in range(rounds):
            raw.append(insert_raw(site.home, max(0.5, seconds / RAW_SHARE)))
            by_django.append(insert_by_django(site.home, max(0.5, seconds / RAW_SHARE)))
            for clients, found in ((1, single), (CLIENTS, many)):
                for size, runs in found.items():
                    story = next(empty) if size == 0 else site.stories[size][0]
                    runs.append(_post(server, story.id, clients, seconds))
    return {
        "raw": _middle(raw),
        "django": _middle(by_django),
        "one": {size: _middle(runs) for size, runs in single.items()},
        "many": {size: _middle(runs) for size, runs in many.items()},
        "clients": CLIENTS,
    }


def insert_raw(folder: Path, seconds: float) -> dict[str, float]:
    """Insert rows one by one, each durable, and nothing around it: WAL, synchronous FULL."""
    path = folder / "raw.sqlite3"
    database = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(database):
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE IF NOT EXISTS comment (id INTEGER PRIMARY KEY, text TEXT)")
        took: list[float] = []
        end = now_ms() + seconds * 1000
        while (begun := now_ms()) < end:
            text = comment_of(len(took))["text"]
            database.execute("INSERT INTO comment (text) VALUES (?)", (text,))
            took.append(now_ms() - begun)
    return _figures(took, seconds)


def insert_by_django(folder: Path, seconds: float) -> dict[str, float]:
    """Do so through Django's models, in a process without any other part of a site."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", folder, str(seconds)],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    if done.returncode:
        raise CannotMeasure(f"the bare insert through Django failed: {done.stderr.strip()[-300:]}")
    return _figures(json.loads(done.stdout), seconds)


def _post(server: Server, story: int, clients: int, seconds: int) -> dict[str, float]:
    """Have some clients post to one story for some seconds, each from a process of its own."""
    begin = now_ms() + START_MS
    command = [sys.executable, "-m", "bench.posts", server.port, story, begin, seconds]
    with contextlib.ExitStack() as stack:
        running_clients = [
            stack.enter_context(running(command, stdout=subprocess.PIPE)) for _ in range(clients)
        ]
        told = [client.stdout.read() for client in running_clients]
    if not all(told):
        raise CannotMeasure("a client that posted comments failed")
    return _figures([took for text in told for took in json.loads(text)], seconds)


def _figures(took: list[float], seconds: float) -> dict[str, float]:
    return {
        "per_second": len(took) / seconds,
        "p50": median(took),
        "p99": percentile(took, 99),
    }


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: median(run[key] for run in runs) for key in runs[0]}


def post_for_a_while(port: int, story: int, begin: float, seconds: float) -> list[float]:
    """Post comments from `begin` (see now_ms) on; return the milliseconds that each took.

    Every second one answers the one before it. Raises CannotMeasure for any but a 201.
    """
    path = comment_path(story)
    took: list[float] = []
    parent = None
    with connected(port) as connection:
        time.sleep(max(0, begin - now_ms()) / 1000)
        while now_ms() < begin + seconds * 1000:
            request = post_request(port, path, comment_of(len(took), parent))
            sent = now_ms()
            answer = connection.ask(request)
            took.append(now_ms() - sent)
            if answer.status != 201:
                raise CannotMeasure(f"a comment was answered with {answer.status}: {answer.body}")
            parent = None if parent else json.loads(answer.body)["id"]
    return took


if __name__ == "__main__":
    samples = post_for_a_while(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:5]))
    print(json.dumps(samples))
