"""Live updates: what changes on a page reaches the readers who have it open, as server-sent events.

An event is the state of a topic, not what was added to it: whoever missed some needs only the last
one. A topic is written once per change and language, whatever the number of its listeners.

Runs on a worker's event loop, so nothing here waits for a database: topics are written, and tags
are read, by functions that `run_in_django` carries out elsewhere. Knows neither comments nor gifts.
"""

import asyncio
import logging
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from pennypress.limits.shares import Shares

logger = logging.getLogger("pennypress.live")

MOST_TOPICS = 12  # on one stream
BEAT_SECONDS = 45  # between signs of life, by which proxies know that a stream is in use
SEND_SECONDS = 20  # what a client has to take an event; then it is let go
# The server takes what is sent whether or not the client reads it. A stream that has carried this
# much ends, and a client that lives comes back within seconds for what it missed.
MOST_BYTES = 256 * 1024
AT_ONCE = 20  # listeners that are told before pages have their turn again
REST = 4  # how many times longer than telling took, the next telling of a topic waits
RETRY_SECONDS = 5  # before a topic that could not be written is tried again

_HEADERS = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),
    ("x-content-type-options", "nosniff"),
]
_TOPIC = re.compile(r"([a-z]+):([1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[0-9]{1,18}")
_HELLO = b"retry: 3000\n\n"
_BEAT = b":\n\n"


# ── Topics ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Topic:
    """A kind of thing that can be listened to: its tag, and how its state is written."""

    tag: str
    write: Callable[[int, str], str]


TOPICS: dict[str, Topic] = {}


def live_topic(name: str, *, tag: str) -> Callable[[Callable[[int, str], str]], Callable]:
    """Register a function that writes a topic's state: `(number, language) -> JSON`.

    It runs in Django, and must tell only what the public page shows; "" says that there is no such
    page. `tag` is a format for the tag that moves when the state changes, as in "discussion:{}".
    """

    def register(write: Callable[[int, str], str]) -> Callable[[int, str], str]:
        TOPICS[name] = Topic(tag, write)
        return write

    return register


# ── What a client asks for ─────────────────────────────────────────────────────────────────────


class StreamRefused(Exception):
    """The request cannot be answered with a stream."""

    def __init__(self, status: int, why: str, *headers: tuple[str, str]) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers


@dataclass(frozen=True, slots=True)
class Question:
    """The topics that a client listens to, their language, and the last change it knows of."""

    topics: tuple[tuple[str, int], ...]
    language: str
    since: int | None


def read_question(scope: Any, languages: Iterable[str]) -> Question:
    """Read a request; the first language stands for none. Raises Refused."""
    if scope.path != "/live/":
        raise StreamRefused(404, "no such stream")
    if scope.method != "GET":
        raise StreamRefused(405, "only GET", ("allow", "GET"))
    languages = list(languages)
    topics: dict[tuple[str, int], None] = {}
    language, since = languages[0], None
    try:
        pairs = parse_qsl(scope.query_string, keep_blank_values=True, max_num_fields=32)
    except ValueError as error:
        raise StreamRefused(400, "too many parameters") from error
    for name, value in pairs:
        if name == "topic":
            if not (found := _TOPIC.fullmatch(value)) or found[1] not in TOPICS:
                raise StreamRefused(
                    400, f"a topic is one of {', '.join(sorted(TOPICS))}, and a number"
                )
            topics[found[1], int(found[2])] = None
        elif name == "lang":
            if value not in languages:
                raise StreamRefused(400, f"lang is one of {', '.join(languages)}")
            language = value
        elif name == "since":
            if not _NUMBER.fullmatch(value):
                raise StreamRefused(400, "since is the number of a change")
            since = int(value)
    if not 1 <= len(topics) <= MOST_TOPICS:
        raise StreamRefused(400, f"a stream has 1 to {MOST_TOPICS} topics")
    last = scope.headers.get("last-event-id", "")
    if _NUMBER.fullmatch(last):
        since = int(last)
    return Question(tuple(topics), language, since)


# ── Listeners and what they listen to ──────────────────────────────────────────────────────────


class Channel:
    """A topic in a language. `moved` is its latest change as far as known.

    `state` is its event as last written, with every change up to `written`. `due` are the
    listeners whom the next writing is for; `next` is when that may be, in the loop's time.
    """

    __slots__ = (
        "due", "key", "language", "listeners", "moved", "name", "next", "number", "state", "tag",
        "work", "written",
    )  # fmt: skip

    def __init__(self, name: str, number: int, language: str) -> None:
        self.key = (name, number, language)
        self.name, self.number, self.language = name, number, language
        self.tag = TOPICS[name].tag.format(number)
        self.listeners: set[Listener] = set()
        self.due: set[Listener] = set()
        self.moved: int | None = None
        self.written = -1
        self.state = b""
        self.next = 0.0
        self.work: asyncio.Task | None = None


class Listener:
    """A client with an open stream. There may be thousands: it holds little.

    `pending` has at most one event per channel, the latest; `owed` counts the channels that are
    being written for it; `sent` counts bytes, `sending` is since when one send has been under way.
    `reader` is the address that it is counted by.
    """

    __slots__ = (
        "beat", "channels", "left", "owed", "pending", "reader", "sending", "sent", "slot", "task",
        "wake",
    )  # fmt: skip

    def __init__(self, channels: tuple[Channel, ...], slot: int, reader: str) -> None:
        self.channels = channels
        self.reader = reader
        self.slot = slot
        self.pending: dict[Channel, bytes] | None = None
        self.owed = self.sent = 0
        self.beat = self.left = False
        self.sending = 0.0
        self.task = asyncio.current_task()
        self.wake: asyncio.Future | None = None

    def rouse(self) -> None:
        """Let the stream go on: there is something to send, or it is over."""
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)

    def leave(self, _: object = None) -> None:
        self.left = True
        self.rouse()

    def offer(self, channel: Channel, state: bytes) -> None:
        """Have a state sent; one that still waits is replaced by it."""
        if self.pending is None:
            self.pending = {}
        self.pending[channel] = state
        self.rouse()


class Live:
    """The open streams of a worker.

    `run_in_django(function)` is awaitable and carries a function out where Django lives;
    `read_moved(tags)`, called there, returns the sequence numbers of those tags that ever moved.
    The worker calls `apply_changes` for every batch of commits, and once at the start.
    """

    def __init__(
        self,
        run_in_django: Callable[[Callable[[], Any]], Awaitable[Any]],
        read_moved: Callable[[list[str]], Mapping[str, int]],
        *,
        languages: Iterable[str] = (),
        most_listeners: int = 0,
        shares: Shares | None = None,
    ) -> None:
        """The languages (the site's own first) and the bound are the settings', unless given.

        `shares` say how many streams one address may have.
        """
        self._run = run_in_django
        self._read_moved = read_moved
        self._languages = list(languages) or _languages_of_the_site()
        self._most = most_listeners or _most_listeners()
        self._shares = shares or Shares(self._most)
        self._channels: dict[tuple[str, int, str], Channel] = {}
        self._by_tag: dict[str, set[Channel]] = {}
        self._listeners: set[Listener] = set()
        self._slots: list[set[Listener]] = [set() for _ in range(BEAT_SECONDS)]
        self._joined = 0
        self._sequence = 0
        self._closing = False
        self._clock: asyncio.Task | None = None

    def __len__(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    # ── A stream ───────────────────────────────────────────────────────────────────────────────

    async def stream(self, scope: Any, protocol: Any, reader: str = "") -> None:
        """Answer a request for events (RSGI). Returns when the stream is over.

        `reader` is the address that it is counted by; "" is not counted.
        """
        try:
            question = read_question(scope, self._languages)
            if self._closing or len(self._listeners) >= self._most:
                retry = str(random.randint(20, 60))  # noqa: S311 - so that they come back apart
                raise StreamRefused(503, "too many listeners", ("retry-after", retry))
            if not self._shares.take(reader):
                raise StreamRefused(
                    429, "too many streams from your address", ("retry-after", "60")
                )
        except StreamRefused as refused:
            headers = [
                ("content-type", "text/plain; charset=utf-8"),
                ("cache-control", "no-store"),
                *refused.headers,
            ]
            protocol.response_str(refused.status, headers, f"{refused.why}\n")
            return
        listener = self._join(question, reader)
        gone = asyncio.ensure_future(protocol.client_disconnect())
        gone.add_done_callback(listener.leave)
        try:
            transport = protocol.response_stream(200, _HEADERS)
            await self._send(listener, transport, _HELLO)
            if question.since is not None:
                await self._catch_up(listener, question.since)
            await self._hold(listener, transport)
        except asyncio.CancelledError:
            pass  # it did not take what was sent
        except RuntimeError as error:  # what RSGI raises on a closed connection
            logger.debug("stream ended: %s", error)
        finally:
            self._part(listener)
            gone.cancel()

    async def _hold(self, listener: Listener, transport: Any) -> None:
        """Send what comes, until the client leaves or the stream has to end."""
        loop = asyncio.get_running_loop()
        while not listener.left:
            if listener.pending:
                await self._send(listener, transport, self._take(listener))
            elif self._closing:
                # They come back to the next server, but not all in the same moment.
                retry = random.randint(2000, 8000)  # noqa: S311
                await self._send(listener, transport, b"retry: %d\n\n" % retry)
                return
            elif listener.sent > MOST_BYTES:
                return
            elif listener.beat:
                listener.beat = False
                await self._send(listener, transport, _BEAT)
            else:
                listener.wake = loop.create_future()
                await listener.wake
                listener.wake = None

    @staticmethod
    async def _send(listener: Listener, transport: Any, data: bytes) -> None:
        listener.sent += len(data)
        listener.sending = time.monotonic()
        await transport.send_bytes(data)
        listener.sending = 0.0

    def _take(self, listener: Listener) -> bytes:
        """What waits for a listener, as bytes.

        A number is sent only when with this the listener knows all its topics up to it: from there
        it can resume without missing anything.
        """
        events = list((listener.pending or {}).values())
        listener.pending = None
        if self._sequence and not listener.owed:
            events.insert(-1, b"id: %d\n" % self._sequence)
        return b"".join(events)

    async def _catch_up(self, listener: Listener, since: int) -> None:
        """Give a new listener the state of those of its topics that moved after `since`."""
        unknown = [channel for channel in listener.channels if channel.moved is None]
        if unknown:
            tags = [channel.tag for channel in unknown]
            try:
                moved = await self._run(partial(self._read_moved, tags))
            except Exception as error:
                logger.warning("cannot read what moved: %s", error)
                moved = dict.fromkeys(tags, since + 1)  # perhaps; a state too many does no harm
            for channel in unknown:
                channel.moved = max(channel.moved or 0, moved.get(channel.tag, 0))
        for channel in listener.channels:
            if (channel.moved or 0) <= since:
                continue
            if channel.written >= (channel.moved or 0):
                if channel.state:
                    listener.offer(channel, channel.state)
            else:
                self._owe(channel, [listener])

    # ── Coming and going ───────────────────────────────────────────────────────────────────────

    def _join(self, question: Question, reader: str) -> Listener:
        channels = []
        for name, number in question.topics:
            key = (name, number, question.language)
            channel = self._channels.get(key)
            if channel is None:
                channel = self._channels[key] = Channel(*key)
                self._by_tag.setdefault(channel.tag, set()).add(channel)
            channels.append(channel)
        self._joined += 1
        listener = Listener(tuple(channels), self._joined % BEAT_SECONDS, reader)
        self._listeners.add(listener)
        self._slots[listener.slot].add(listener)
        for channel in channels:
            channel.listeners.add(listener)
        if self._clock is None:
            self._clock = asyncio.get_running_loop().create_task(self._tick())
        return listener

    def _part(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        self._shares.give_back(listener.reader)
        self._slots[listener.slot].discard(listener)
        for channel in listener.channels:
            channel.listeners.discard(listener)
            channel.due.discard(listener)
            if not channel.listeners and channel.key in self._channels:
                del self._channels[channel.key]
                self._by_tag[channel.tag].discard(channel)
                if not self._by_tag[channel.tag]:
                    del self._by_tag[channel.tag]
                if channel.work:
                    channel.work.cancel()

    async def _tick(self) -> None:
        """Once a second: a sign of life for some, and an end to those who take nothing."""
        second = 0
        while self._listeners:
            await asyncio.sleep(1)
            second += 1
            for listener in list(self._slots[second % BEAT_SECONDS]):
                listener.beat = True
                listener.rouse()
            if second % 5 == 0:
                late = time.monotonic() - SEND_SECONDS
                for listener in [one for one in self._listeners if 0 < one.sending < late]:
                    if listener.task:
                        listener.task.cancel()
        self._clock = None

    async def close(self) -> None:
        """End all streams; their clients will come back to the next server."""
        self._closing = True
        for listener in list(self._listeners):
            listener.rouse()
        until = time.monotonic() + 1
        while self._listeners and time.monotonic() < until:
            await asyncio.sleep(0.01)
        if self._clock:
            self._clock.cancel()

    # ── Changes ────────────────────────────────────────────────────────────────────────────────

    def apply_changes(self, sequence: int, moved: Mapping[str, int]) -> None:
        """Take note of changes up to `sequence`, and tell those who listen to what moved.

        A sequence lower than the last says that the database was replaced: all may have moved.
        """
        if sequence < self._sequence:
            moved = dict.fromkeys(self._by_tag, sequence)
            for channel in self._channels.values():
                channel.moved, channel.written = None, -1
        self._sequence = sequence
        for tag in moved.keys() & self._by_tag.keys():
            for channel in self._by_tag[tag]:
                channel.moved = max(channel.moved or 0, moved[tag])
                self._owe(channel, channel.listeners)

    def _owe(self, channel: Channel, listeners: Iterable[Listener]) -> None:
        for listener in listeners:
            if listener not in channel.due:
                channel.due.add(listener)
                listener.owed += 1
        if channel.work is None:
            channel.work = asyncio.get_running_loop().create_task(self._tell(channel))

    async def _tell(self, channel: Channel) -> None:
        """Write a channel's state for those to whom it is owed, as often as there are any."""
        loop = asyncio.get_running_loop()
        try:
            while channel.due:
                await asyncio.sleep(channel.next - loop.time())
                due, channel.due = channel.due, set()
                known = max(channel.moved or 0, self._sequence)
                try:
                    state = await self._run(partial(_write, channel))
                except Exception:
                    logger.exception("cannot write %s:%d", channel.name, channel.number)
                    for listener in due:  # or for those of them who do not leave meanwhile
                        listener.owed -= 1
                    self._owe(channel, due & channel.listeners)
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                channel.state, channel.written = state, known
                began = loop.time()
                for count, listener in enumerate(due, start=1):
                    listener.owed -= 1
                    if state and listener in channel.listeners:
                        listener.offer(channel, state)
                    if count % AT_ONCE == 0:
                        await asyncio.sleep(0)
                channel.next = loop.time() + REST * (loop.time() - began)
        finally:
            channel.work = None


def _languages_of_the_site() -> list[str]:
    from django.conf import settings

    codes = [settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES)]
    return list(dict.fromkeys(codes))


def _most_listeners() -> int:
    from django.conf import settings

    return settings.LIVE_LISTENERS


def _write(channel: Channel) -> bytes:
    """The event that tells a channel's state; empty when there is nothing to tell."""
    data = TOPICS[channel.name].write(channel.number, channel.language)
    return f"event: {channel.name}\ndata: {data}\n\n".encode() if data else b""
