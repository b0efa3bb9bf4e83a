"""Listening: thousands of open event streams on one worker, and what they cost the others.

`python -m bench.live PORT TOPIC COUNT` is the listeners: it opens the streams, prints a line when
all are open, and one for each event that has reached them all.
"""

import asyncio
import json
import re
import resource
import subprocess
import sys
import time
from collections import Counter

from .client import Connection, comment_of, comment_path, connected, now_ms
from .figures import CannotMeasure, median, spread
from .load import run_wrk
from .servers import Server, pennypress, running
from .site import Site, Story

LISTENERS = 5_000
SPARE_FILES = 500
AT_ONCE = 100  # connections that are being made
OPEN_SECONDS = 120
REACH_SECONDS = 30
EVENTS = 10
BETWEEN_EVENTS = 1.5  # seconds, so that no two are told as one
SETTLE_SECONDS = 2


def measure_live(site: Site, *, seconds: int, rounds: int) -> dict:
    """Open the listeners on one story; measure memory, how soon all hear, and page reads beside."""
    raise_open_files(LISTENERS + SPARE_FILES)
    story, page = site.stories[21][0], site.stories[21][1].url

    def read() -> list[float]:
        return [run_wrk(server.address(page), 16, seconds).per_second for _ in range(rounds)]

    with pennypress(site.home) as server:
        _check_streams(server, story)
        _post(server, story, 0)  # so that there is a state to tell
        alone = read()
        before = server.resident_kb()
        command = [sys.executable, "-m", "bench.live", server.port, _topic(story), LISTENERS]
        with running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as listeners:
            _read_line(listeners)
            time.sleep(SETTLE_SECONDS)
            after = server.resident_kb()
            beside = read()
            reached = [_reach_all(server, story, number, listeners) for number in range(EVENTS)]
        time.sleep(SETTLE_SECONDS)
        alone += read()
    return {
        "listeners": LISTENERS,
        "kb_each": (after - before) / LISTENERS,
        "resident_mb": after / 1024,
        "reach_ms": spread(reached),
        "reads_alone": median(alone),
        "reads_beside": median(beside),
    }


def raise_open_files(wanted: int) -> None:
    """Let this process and those it starts have so many open files. Raises CannotMeasure."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise CannotMeasure(f"{wanted:,} open files are needed and {hard:,} allowed (ulimit -Hn)")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _topic(story: Story) -> str:
    return f"/live/?topic=discussion:{story.id}&since=0"


def _check_streams(server: Server, story: Story) -> None:
    """Raise CannotMeasure where there are no event streams."""
    connection = Connection(server.port, seconds=10)
    try:
        request = f"GET {_topic(story)} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n"
        connection.socket.sendall(request.encode())
        status = connection.socket.recv(65_536).split(b"\r\n")[0]
    finally:
        connection.close()
    if b" 200" not in status:
        raise CannotMeasure(f"the event stream was answered with {status.decode()}")


def _post(server: Server, story: Story, number: int) -> int:
    with connected(server.port) as connection:
        answer = connection.post(comment_path(story.id), comment_of(number))
    if answer.status != 201:
        raise CannotMeasure(f"a comment was answered with {answer.status}: {answer.body!r}")
    return json.loads(answer.body)["id"]


def _reach_all(server: Server, story: Story, number: int, listeners: subprocess.Popen) -> float:
    """Post a comment; return the milliseconds from its 201 until every listener heard of it."""
    comment = _post(server, story, number + 1)
    posted = now_ms()
    while True:
        event = json.loads(_read_line(listeners))
        if event["comment"] >= comment:
            time.sleep(BETWEEN_EVENTS)
            return event["at"] - posted


def _read_line(listeners: subprocess.Popen) -> bytes:
    line = listeners.stdout.readline()
    if not line:
        raise CannotMeasure("the listeners gave up: a stream broke, or an event did not reach all")
    return line


# ── The listeners ──────────────────────────────────────────────────────────────────────────────

_NEWEST = re.compile(rb'"latest":\[\{"id":(\d+)')


class Listener(asyncio.Protocol):
    """One stream; it tells the crowd of each event."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd = crowd
        self.rest = b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.crowd.request)

    def data_received(self, data: bytes) -> None:
        *events, self.rest = (self.rest + data).split(b"\n\n")
        for event in events:
            if found := _NEWEST.search(event):
                self.crowd.hear(int(found[1]))

    def connection_lost(self, error) -> None:
        self.crowd.broken.set()


class Crowd:
    """All streams, and how many of them have heard of which comment."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self.port, self.count = port, count
        self.request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self.heard: Counter[int] = Counter()
        self.last = now_ms()
        self.broken = asyncio.Event()
        self.complete = asyncio.Event()
        self.listeners: list[Listener] = []

    def hear(self, comment: int) -> None:
        self.heard[comment] += 1
        if self.heard[comment] == self.count:
            print(json.dumps({"comment": comment, "at": now_ms()}), flush=True)
            self.complete.set()

    async def listen(self) -> None:
        """Open all streams, wait until each has had its first event; go on until told to stop."""
        loop = asyncio.get_running_loop()
        gate = asyncio.Semaphore(AT_ONCE)

        async def join() -> None:
            async with gate:
                _, listener = await loop.create_connection(
                    lambda: Listener(self), "127.0.0.1", self.port
                )
                self.listeners.append(listener)

        async with asyncio.timeout(OPEN_SECONDS):
            await asyncio.gather(*(join() for _ in range(self.count)))
            await self.complete.wait()
        stopped = loop.run_in_executor(None, sys.stdin.read)  # whoever started us has gone
        broken = asyncio.ensure_future(self.broken.wait())
        await asyncio.wait([stopped, broken], return_when=asyncio.FIRST_COMPLETED)


if __name__ == "__main__":
    raise_open_files(int(sys.argv[3]) + SPARE_FILES)
    asyncio.run(Crowd(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])).listen())
