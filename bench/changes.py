"""What a change costs: the first reader after it, and how soon other workers tell the truth."""

import contextlib
import json
import threading
import time
import zlib
from random import Random

from .client import GZIP, Answer, Connection, comment_of, comment_path, connected, now_ms
from .figures import CannotMeasure, spread
from .servers import Server, pennypress
from .site import Site, Story

CHANGES = 50
SEEN_SECONDS = 10  # then we stop waiting for a comment to be seen
MOST_CONNECTIONS = 200  # to try until each worker has one
BETWEEN_POLLS = 0.001


def measure_changes(site: Site, *, seconds: int, rounds: int) -> list[dict]:
    """Post a comment, then time the next request for the story page, per size of discussion.

    `stale` counts answers that did not show the change.
    """
    with pennypress(site.home) as server:
        return [
            {"comments": size, **_first_after_each_change(server, site.stories[size])}
            for size in (21, 10_000, 100_000)
        ]


def _first_after_each_change(server: Server, stories: list[Story]) -> dict:
    took: list[float] = []
    stale = 0
    with connected(server.port) as writer, connected(server.port) as reader:
        for number in range(CHANGES + 1):
            story = stories[number % len(stories)]
            before = reader.get(story.url, GZIP)
            post_comment(writer, story, number)
            begun = now_ms()
            after = reader.get(story.url, GZIP)
            if number:  # the first one warms
                took.append(now_ms() - begun)
                stale += before.body == after.body
            time.sleep(0.02)
    return {**spread(took), "stale": stale}


def post_comment(connection: Connection, story: Story, number: int) -> int:
    """Post a comment; return its number."""
    answer = connection.post(comment_path(story.id), comment_of(number))
    if answer.status != 201:
        raise CannotMeasure(f"a comment was answered with {answer.status}: {answer.body!r}")
    return json.loads(answer.body)["id"]


def measure_freshness(site: Site, *, seconds: int, rounds: int) -> dict:
    """Two workers: from a post's 201 until the story page shows the comment, on each of them."""
    rng = Random(1)
    own: list[float] = []
    others: list[float] = []
    with pennypress(site.home, workers=2) as server:
        for number in range(CHANGES * 2):
            story = site.stories[0][number % len(site.stories[0])]
            with contextlib.ExitStack() as stack:
                readers = _one_to_each_worker(server, story.url, stack)
                writer = stack.enter_context(connected(server.port))
                comment = post_comment(writer, story, number)
                begun = now_ms()
                posted_at = server.worker_of(writer)
                for worker, seen in _watch(readers, story.url, comment).items():
                    (own if worker == posted_at else others).append(seen - begun)
            time.sleep(rng.random() / 10)  # not in step with whoever looks for changes
    return {"own": spread(own), "other": spread(others)}


def _one_to_each_worker(
    server: Server, path: str, stack: contextlib.ExitStack
) -> dict[int, Connection]:
    """Open connections until each worker has one; close those that are too many."""
    found: dict[int, Connection] = {}
    workers = server.workers
    for _ in range(MOST_CONNECTIONS):
        connection = stack.enter_context(connected(server.port))
        connection.get(path, GZIP)
        worker = server.worker_of(connection)
        if worker in found:
            connection.close()
        found.setdefault(worker, connection)
        if len(found) == len(workers):
            return found
    raise CannotMeasure(f"only {len(found)} of {len(workers)} workers take connections")


def _watch(readers: dict[int, Connection], path: str, comment: int) -> dict[int, float]:
    """Ask every worker for a page until it shows a comment; return when each did (see now_ms)."""
    seen: dict[int, float] = {}
    mark = f'id="comment-{comment}"'.encode()

    def look(worker: int, connection: Connection) -> None:
        deadline = now_ms() + SEEN_SECONDS * 1000
        while now_ms() < deadline:
            if mark in text_of(connection.get(path, GZIP)):
                seen[worker] = now_ms()
                return
            time.sleep(BETWEEN_POLLS)

    threads = [threading.Thread(target=look, args=pair) for pair in readers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(seen) < len(readers):
        raise CannotMeasure(f"a comment was not to be seen after {SEEN_SECONDS} s")
    return seen


def text_of(page: Answer) -> bytes:
    """A page's body without its encoding."""
    if page.header("content-encoding") == "gzip":
        return zlib.decompress(page.body, wbits=31)
    return page.body
