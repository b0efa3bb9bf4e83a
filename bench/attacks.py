"""The attacks of `make torture`: what strangers do to a site, all at once, from many addresses.

`python -m bench.attacks PORT STORY SECONDS` runs them and prints what came of each. They use the
loopback range's addresses, as visitors from 127.16.0.0/12, open a bounded number of connections,
and stop by themselves.
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from random import Random

from .live import raise_open_files

OPEN_FILES = 12_000
CONNECT_SECONDS = 10
ANSWER_SECONDS = 20
NICE = 15  # those who attack a real site do not use its processor

SLOW_BODIES = 300
IDLE = 5_000  # half of them say nothing, half of them half a request line
STREAMS = 1_200
SLOW_READERS = 200
HEADER_FLOODS = 20  # connections that send one after the other, 5 a second each
MISSES = 200  # connections, 2 a second each
GUESSERS = 12  # as fast as they are let
POSTERS = 20  # 5 comments a second each

counts: dict[str, Counter[str]] = {}


class Target:
    """The site under attack, and for how long."""

    def __init__(self, port: int, story: int, seconds: float) -> None:
        self.port, self.story = port, story
        self.host = f"127.0.0.1:{port}"
        self.end = time.monotonic() + seconds

    def goes_on(self) -> bool:
        return time.monotonic() < self.end

    async def connect(self, source: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect from an address. Raises OSError and TimeoutError."""
        async with asyncio.timeout(CONNECT_SECONDS):
            return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))

    async def ask(self, source: str, request: bytes) -> tuple[int, bytes]:
        """Send a request; return the status and all else, 0 where there was no answer."""
        reader, writer = await self.connect(source)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                writer.write(request)
                await writer.drain()
                said = await reader.read(-1)
        finally:
            writer.close()
        return (int(said[9:12]) if said[:5] == b"HTTP/" else 0), said


def source_of(attack: int, number: int) -> str:
    """An address for the `number`-th of those who attack in one way: 50 in each network."""
    return f"127.{16 + attack}.{number // 50 % 250}.{1 + number % 50}"


async def again_and_again(
    name: str, target: Target, one: Callable[[], Awaitable[str]], pause: float
) -> None:
    """Do something until the end, whatever becomes of it, and count what became of it."""
    noted = counts.setdefault(name, Counter())
    while target.goes_on():
        try:
            noted[await one()] += 1
        except asyncio.CancelledError:
            noted["under way at the end"] += 1
            raise
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            noted[type(error).__name__] += 1
        await asyncio.sleep(pause)


async def wait_for_end(reader: asyncio.StreamReader, target: Target) -> str:
    """Wait until the site closes a connection, or the attack is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.1, target.end - time.monotonic())):
            said = await reader.read(-1)
            return f"closed {said[9:12].decode('ascii', 'replace')}".strip()
    return "still open"


# ── The attacks ────────────────────────────────────────────────────────────────────────────────


def slow_bodies(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """A body that was announced, and then a byte every few seconds."""

    async def one(source: str, path: str, length: int) -> str:
        reader, writer = await target.connect(source)
        try:
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: {target.host}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{".encode()
            )
            ended = asyncio.ensure_future(wait_for_end(reader, target))
            while not ended.done():
                writer.write(b" ")
                await asyncio.wait([ended], timeout=4 + rng.random())
            return ended.result()
        finally:
            writer.close()

    paths = [f"/api/v1/stories/{target.story}/comments", "/accounts/login/", "/no-such-page/"]
    for number in range(SLOW_BODIES):
        source, path = source_of(0, number), paths[number % len(paths)]
        length = 1_000 if number % 2 else 1_000_000
        yield again_and_again(
            "slow bodies", target, lambda s=source, p=path, n=length: one(s, p, n), 1
        )


def idle_sockets(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """A connection and nothing else, or half a request line."""

    async def one(source: str, said: bytes) -> str:
        await asyncio.sleep(10 * rng.random())  # not all in the same moment
        reader, writer = await target.connect(source)
        try:
            writer.write(said)
            return await wait_for_end(reader, target)
        finally:
            writer.close()

    for number in range(IDLE):
        said = b"" if number % 2 else b"GET /news/ HT"
        source = source_of(1, number)
        yield again_and_again("idle sockets", target, lambda s=source, w=said: one(s, w), 5)


def streams(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Event streams, from a few networks."""
    request = (
        f"GET /live/?topic=discussion:{target.story} HTTP/1.1\r\nHost: {target.host}\r\n\r\n"
    ).encode()

    async def one(source: str) -> str:
        await asyncio.sleep(10 * rng.random())
        reader, writer = await target.connect(source)
        try:
            writer.write(request)
            return await wait_for_end(reader, target)
        finally:
            writer.close()

    for number in range(STREAMS):
        source = source_of(2, number % 10)
        yield again_and_again("streams", target, lambda s=source: one(s), 2)


def slow_readers(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Pages that are asked for over and over on one connection, and never read."""
    request = (f"GET /news/story-0/ HTTP/1.1\r\nHost: {target.host}\r\n\r\n" * 5).encode()

    async def one(source: str) -> str:
        _, writer = await target.connect(source)
        try:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(request)
            await asyncio.sleep(min(30, max(0.1, target.end - time.monotonic())))
            return "left"
        finally:
            writer.transport.abort()

    for number in range(SLOW_READERS):
        source = source_of(3, number)
        yield again_and_again("slow readers", target, lambda s=source: one(s), 1 + rng.random())


def header_floods(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Headers of hundreds of kilobytes, each different; hosts and methods that do not exist."""
    numbers = itertools.count()

    async def one(source: str) -> str:
        number = next(numbers)
        large = f"{number}-" + "x" * rng.choice((3_000, 30_000, 300_000))
        requests = (
            f"GET / HTTP/1.1\r\nHost: {target.host}\r\nAccept-Encoding: {large}\r\n",
            f"GET / HTTP/1.1\r\nHost: {target.host}\r\nCookie: a={large}\r\n",
            f"GET / HTTP/1.1\r\nHost: {large[:60_000]}.example\r\n",
            f"GET /{large[:60_000]}/ HTTP/1.1\r\nHost: {target.host}\r\n",
            f"GET /?{large[:60_000]} HTTP/1.1\r\nHost: {target.host}\r\n",
            f"get / HTTP/1.1\r\nHost: {target.host}\r\nX-Number: {number}\r\n",
        )
        request = requests[number % len(requests)] + "Connection: close\r\n\r\n"
        return str((await target.ask(source, request.encode()))[0])

    for number in range(HEADER_FLOODS):
        source = source_of(4, number)
        yield again_and_again("header floods", target, lambda s=source: one(s), 0.2)


def misses(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Addresses that nobody has, and parameters without end of those that exist."""
    numbers = itertools.count()

    async def one(source: str) -> str:
        number = next(numbers)
        paths = (
            f"/made-up-{number}/",
            f"/news/story-{number}/",
            f"/record/?before={number}",
            f"/news/story-0/discussion/?order=newest&x={number}",
            f"/news/story-0/discussion/{number}/",
            f"/people/nobody-{number}/",
        )
        path = paths[rng.randrange(len(paths))]
        request = f"GET {path} HTTP/1.1\r\nHost: {target.host}\r\nConnection: close\r\n\r\n"
        return str((await target.ask(source, request.encode()))[0])

    for number in range(MISSES):
        source = source_of(5, number)
        yield again_and_again("misses", target, lambda s=source: one(s), 0.5)


def guessers(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Passwords that are tried, one after the other, on a few accounts."""
    token = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
    cookie = re.compile(rb"(?i)set-cookie: ([^;\r]+)")

    async def one(source: str) -> str:
        head = f"Host: {target.host}\r\nConnection: close\r\n"
        form = f"GET /admin/login/ HTTP/1.1\r\n{head}\r\n"
        status, page = await target.ask(source, form.encode())
        found = token.search(page)
        if not found:
            return f"form {status}"
        jar = "; ".join(one.decode() for one in cookie.findall(page))
        body = (
            f"csrfmiddlewaretoken={found[1].decode()}"
            f"&username=editor{rng.randrange(3)}@paper.example&password={rng.random()}"
        )
        status, _ = await target.ask(
            source,
            f"POST /admin/login/ HTTP/1.1\r\n{head}Cookie: {jar}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
        )
        return str(status)

    for number in range(GUESSERS):
        source = source_of(6, number)
        yield again_and_again("wrong passwords", target, lambda s=source: one(s), 0.05)


def comment_floods(target: Target, rng: Random) -> Iterator[Awaitable[None]]:
    """Comments without end."""
    numbers = itertools.count()

    async def one(source: str) -> str:
        body = json.dumps({"name": "Offers", "text": f"Buy number {next(numbers)}, now cheaper."})
        request = (
            f"POST /api/v1/stories/{target.story}/comments HTTP/1.1\r\nHost: {target.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}"
        )
        return str((await target.ask(source, request.encode()))[0])

    for number in range(POSTERS):
        source = source_of(7, number)
        yield again_and_again("comment floods", target, lambda s=source: one(s), 0.2)


ATTACKS = (
    slow_bodies, idle_sockets, streams, slow_readers, header_floods, misses, guessers,
    comment_floods,
)  # fmt: skip


async def attack(target: Target) -> None:
    """Attack in all ways at once, until the time is over."""
    rng = Random(1)
    running = [asyncio.ensure_future(one) for way in ATTACKS for one in way(target, rng)]
    print("attacking", flush=True)
    await asyncio.wait(running, timeout=max(0, target.end - time.monotonic()))
    for one in running:
        one.cancel()
    await asyncio.wait(running)


if __name__ == "__main__":
    os.nice(NICE)
    raise_open_files(OPEN_FILES)
    port, story, seconds = (int(word) for word in sys.argv[1:])
    asyncio.run(attack(Target(port, story, seconds)))
    print(json.dumps(counts))
