"""A worker: the RSGI application before Django. It answers from the page cache without Django.

Everything here runs on the event loop, except what is handed to a thread. A cached page costs a few
look-ups in dictionaries; the rest of a site's work must not be noticed by those who read.
"""

import asyncio
import gc
import io
import logging
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

from pennypress.foundation.addresses import AddressRegister, Body, Policy
from pennypress.limits.places import Places
from pennypress.limits.requests import WriteLimiter
from pennypress.limits.shares import Shares
from pennypress.limits.turns import Busy, Misses, Turns
from pennypress.requests.access_log import AccessLog, open_access_log, path_for_log
from pennypress.requests.bodies import Bodies, BodyRefused, NotWhole
from pennypress.requests.proxies import Proxies, RequestOrigin
from pennypress.requests.refusals import (
    CLOSE,
    LONGEST_TARGET,
    NOT_OUR_HOST,
    TOO_LONG,
    Fault,
    find_fault,
    refuse,
)
from pennypress.requests.sockets import give_up_the_deaf

from .addresses import LIVE
from .answering import answer_from
from .cache import CachedFragment, CachedPage, PageCache, brotli_of
from .changes import Watcher, sequences_of
from .dependencies import FragmentKey
from .facts import FACTS
from .gateway import Threads, environ_of, headers_of, path_of, send
from .live import Live
from .pages import CACHED_PAGES, canonical_query
from .redirects import leads_on, may_lead_on
from .rendering import call_django, django_handler, render, write_cached_fragment

logger = logging.getLogger("pennypress.delivery")

READ_THREADS = 2  # render pages for the cache: readers never wait behind those who write
WRITE_THREADS = 3  # forms, the admin, the API's posts: one slow upload must not stop the others
READ_NICENESS = 5  # what is cached goes first, where the system knows priorities of threads
HASH_NICENESS = 10  # and all other work before this
HASH_THREADS = 1  # passwords are slow on purpose: who tries them must not stop who writes
MOST_HASHING = 16  # requests for it, and of one address
MOST_HASHING_OF_ONE = 4
MOST_WAITING = 256  # requests for these; whoever comes then is asked to come back
MOST_UNSEEN = 1_024  # requests for what was never asked for, each of which costs little
TICK_SECONDS = 0.05
# How long a thread that computes may keep the event loop from going on. Python's own 5 ms add up
# when several do.
SWITCH_SECONDS = 0.0002
# Python stops everything to look through all objects there are, for 100 ms and more in a large
# worker. So it looks by itself at the young ones alone, and at the rest every few minutes, after
# which what is there then is not looked at again.
COLLECT_AFTER = (2_000, 20, 1_000_000)
FIRST_COLLECT_SECONDS, COLLECT_SECONDS = 15, 300
LISTENING_SECONDS = 0.5  # after a worker's beginning, until its server listens
LISTENING_TRIES = 20
HOSTS_REMEMBERED = 1_000
LONGEST_HOST = 300  # characters, its port with it
HOST_LINE_SECONDS = 1.0  # between two log lines about hosts that are not ours
FILES_REMEMBERED = 10_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that bring no body
LEADING_ON = frozenset({301, 302})
TOO_MANY_WORDS = "too much was sent from your address just now: send it again in {} seconds"


class Worker:
    """An RSGI application. One per worker."""

    def __init__(self, port: int = 0) -> None:
        """`port` is the one that the worker's process listens on, if that is known."""
        self._port = port
        self._renders: dict[str, asyncio.Task[CachedPage | None]] = {}
        self._brotli: set[str] = set()
        self._hosts: dict[str, bool] = {}
        self._host_line = 0.0
        self._tasks: set[asyncio.Task] = set()
        self._files: dict[str, File] = {}
        self._waiting = 0
        self._writes = WriteLimiter()
        self._hashing = Places(MOST_HASHING, MOST_HASHING_OF_ONE)
        # Who asks for what was never asked for before. Those who mostly miss wait apart.
        self._firsts = Turns(READ_THREADS, MOST_UNSEEN)
        self._strays = Turns(1, MOST_UNSEEN)
        self._misses = Misses()

    def count_cached_pages(self) -> int:
        """How many pages this worker has cached, fresh or not."""
        return len(self.pages.pages)

    # ── Beginning and end ──────────────────────────────────────────────────────────────────────

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server in each worker, before the first request."""
        self.loop = loop
        self.pages = PageCache(settings.PAGE_CACHE_BYTES)
        self.readers = Threads(READ_THREADS, "reading", niceness=READ_NICENESS)
        self.writers = Threads(WRITE_THREADS, "writing")
        self.hashers = Threads(HASH_THREADS, "hashing", niceness=HASH_NICENESS)
        self.proxies = Proxies(settings.TRUSTED_PROXIES)
        self.access_log = open_access_log()
        self.addresses: AddressRegister = settings.ADDRESSES
        self.for_cdn = bool(settings.PURGE_URL)
        self.behind_https: bool = settings.BEHIND_HTTPS
        self.bodies = Bodies(
            slowest=settings.SLOWEST_BODY, per_address=settings.SLOW_BODIES_PER_ADDRESS
        )
        self.live = Live(
            self.readers.run, sequences_of, shares=Shares(settings.LIVE_LISTENERS_PER_ADDRESS)
        )
        self.watcher = Watcher(self._notify)
        self.watcher.start()
        FACTS.begin()
        django_handler()
        loop.call_later(TICK_SECONDS, self._tick)
        if self._port:  # the process is this worker's own
            loop.call_later(LISTENING_SECONDS, self._give_up_the_deaf, LISTENING_TRIES)
            sys.setswitchinterval(SWITCH_SECONDS)
            gc.set_threshold(*COLLECT_AFTER)
            loop.call_later(FIRST_COLLECT_SECONDS, self._collect)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        FACTS.end()
        self.watcher.stop()
        self.readers.stop()
        self.writers.stop()
        self.hashers.stop()

    def _give_up_the_deaf(self, tries: int) -> None:
        """Bound how long a client may take nothing; the server listens only after the beginning."""
        if not give_up_the_deaf(self._port) and tries:
            self.loop.call_later(LISTENING_SECONDS, self._give_up_the_deaf, tries - 1)

    def _collect(self) -> None:
        """Look for garbage among all that was made since last time, and leave the rest alone."""
        gc.collect()
        gc.freeze()
        self.loop.call_later(COLLECT_SECONDS, self._collect)

    def _notify(self, sequence: int, moved: dict[str, int]) -> None:
        """Pass on what the watcher noticed, from its thread to the event loop."""
        if not moved or "site" in moved:
            # Libraries remember where the site's pages lie, each process for itself.
            cache.clear()
        if moved:
            FACTS.invalidate(moved)
        else:  # the database was replaced
            FACTS.forget_all()
        self.loop.call_soon_threadsafe(self._apply_changes, sequence, moved)

    def _apply_changes(self, sequence: int, moved: dict[str, int]) -> None:
        if sequence < self.pages.sequence:  # a backup was put back under our feet
            self.pages.clear(sequence)
        else:
            self.pages.apply_changes(sequence, moved)
        self.live.apply_changes(sequence, moved)

    def _tick(self) -> None:
        self.pages.expire(time.time())
        self.loop.call_later(TICK_SECONDS, self._tick)

    # ── Requests ───────────────────────────────────────────────────────────────────────────────

    def __rsgi__(self, scope: Any, protocol: Any) -> Coroutine[Any, Any, None]:
        """Answer one request (RSGI)."""
        # No coroutine of its own: thousands of open streams would each hold one more.
        if self.access_log is not None:
            return self._answer_and_note(self.access_log, scope, protocol)
        return self._answer(scope, protocol)

    async def _answer_and_note(self, log: AccessLog, scope: Any, protocol: Any) -> None:
        began = time.monotonic()
        noted = LoggedProtocol(protocol)
        try:
            await self._answer(scope, noted)
        finally:
            seconds = time.monotonic() - began
            log.note(scope.method, scope.path, noted.status, seconds, cached=noted.cached)

    async def _answer(self, scope: Any, protocol: Any) -> None:
        path, query, method = scope.path, scope.query_string, scope.method
        # Asking the server for the headers copies them: once is enough.
        headers = scope.headers
        # A `?` within the path came encoded. No page of ours has one, and in an address it would
        # pass for the beginning of a query.
        if (method == "GET" or method == "HEAD") and "?" not in path:
            if query:
                if len(query) > LONGEST_TARGET:
                    return self._refuse(protocol, scope, TOO_LONG)
                if may_lead_on(path) and await self._leads_on(path, query):
                    return await self._dynamic(scope, protocol)
            address = path if not query else _address(path, query)
            page = self.pages.pages.get(address)
            if page is not None and page.fresh and self._admits(scope, headers):
                return self._send_page(headers, protocol, method, address, page)
            if fault := self._find_fault(scope, headers):
                return self._refuse(protocol, scope, fault)
            if self.addresses.is_cached(path) and self._admits(scope, headers):
                return await self._answer_slowly(scope, headers, protocol, address, page)
        elif fault := self._find_fault(scope, headers):
            return self._refuse(protocol, scope, fault)
        if path.startswith(LIVE) and self._admits(scope, headers):
            # It takes GET alone, and says so.
            return await self.live.stream(scope, protocol, self._reader(scope, headers))
        return await self._dynamic(scope, protocol)

    async def _answer_slowly(
        self, scope: Any, headers: Any, protocol: Any, address: str, page: CachedPage | None
    ) -> None:
        """Answer what may be cached, and is not, or is not fresh, or is no page."""
        if address in self._files:
            return await self._file(address, scope, protocol)
        try:
            page = await self._current(address, page, lambda: self._reader(scope, headers))
        except Busy as busy:
            return self._too_busy(protocol, scope, of_one=busy.of_one)
        except Exception as error:
            logger.warning("could not bring %s up to date: %s", scope.path, type(error).__name__)
            page = self.pages.pages.get(address)  # what was true a moment ago, if anything
        if page is None:
            return await self._file(address, scope, protocol)
        if page.status in LEADING_ON and scope.query_string:  # which it may take along
            return await self._dynamic(scope, protocol)
        return self._send_page(headers, protocol, scope.method, address, page)

    async def _leads_on(self, path: str, query: str) -> bool:
        """Whether these parameters lead to another address, whatever answers at this one."""
        try:
            return await self.readers.run(lambda: leads_on(path, query))
        except Exception as error:  # the database is away: what is cached is still served
            logger.warning("could not look where %s leads: %s", path, type(error).__name__)
            return False

    def _send_page(
        self, headers: Any, protocol: Any, method: str, address: str, page: CachedPage
    ) -> None:
        page.uses += 1
        status, sent, body = answer_from(
            page,
            headers.get("accept-encoding"),
            headers.get("if-none-match"),
            for_cdn=self.for_cdn,
        )
        if page.wants_brotli and address not in self._brotli:
            self._brotli.add(address)
            self._spawn(self._make_brotli(address, page))
        if status == HTTPStatus.NOT_MODIFIED or method == "HEAD":
            protocol.response_empty(status, sent)
        else:
            protocol.response_bytes(status, sent, body)

    async def _make_brotli(self, address: str, page: CachedPage) -> None:
        pieces = page.pieces
        try:
            body = await self.readers.call(lambda: brotli_of(page.text))
            self.pages.add_brotli(address, page, pieces, body)
        finally:
            self._brotli.discard(address)

    def _admits(self, scope: Any, headers: Any) -> bool:
        """Whether this request may have the cached page: asked for at this site, as it is served.

        Others are refused, or are Django's (plain HTTP where the site is served by HTTPS), which
        knows what to tell them.
        """
        hosts = headers.get_all("host")
        if len(hosts) != 1 or scope.authority or not self._knows_host(hosts[0]):
            return False
        if not self.behind_https:
            return True
        forwarded = headers.get_all("x-forwarded-proto")
        return self.proxies.scheme_of(scope.client, forwarded) == "https"

    def _knows_host(self, host: str) -> bool:
        known = self._hosts.get(host)
        if known is None:
            known = len(host) <= LONGEST_HOST and _is_ours(host)
            if len(self._hosts) >= HOSTS_REMEMBERED:
                self._hosts.clear()
            self._hosts[host[:LONGEST_HOST]] = known
        return known

    def _find_fault(self, scope: Any, headers: Any) -> Fault | None:
        """What is wrong with a request that no cached page answers."""
        if fault := find_fault(scope, headers):
            return fault
        host = headers.get("host")
        if host is None or self._knows_host(host):  # none: HTTP/1.0, for which Django knows one
            return None
        now = time.monotonic()
        if now >= self._host_line:
            self._host_line = now + HOST_LINE_SECONDS
            logger.warning("refused a request for a host that is not this site's: %.100s", host)
        return NOT_OUR_HOST

    def _reader(self, scope: Any, headers: Any) -> str:
        """The address that limits count a request by; "" if it is not to be counted."""
        return self.proxies.reader_of(scope.client, headers.get_all("x-forwarded-for"))

    # ── Cached pages ─────────────────────────────────────────────────────────────────────────────

    async def _current(
        self, address: str, page: CachedPage | None, find_reader: Callable[[], str]
    ) -> CachedPage | None:
        """Return the page as it is now: one request renders, the others have what was before.

        Where there was nothing before they wait for the one. While the database is away everybody
        has what was before. None for what is no page, and where there is nothing to be had.
        Raises Busy.
        """
        if page is not None and page.whole and self._rejoin(address, page):
            return page
        if self.watcher.away:
            return page
        render = self._renders.get(address)
        if render is None:
            if page is None:
                reader = find_reader()
                self._lane_of(reader).check_room(reader)
                render = self._spawn(self._render_first(address, reader))
            else:
                render = self._spawn(self._refresh(address, page))
            self._renders[address] = render
            render.add_done_callback(lambda _: self._renders.pop(address, None))
        elif page is not None:
            return page
        return await asyncio.shield(render)

    async def _render_first(self, address: str, reader: str) -> CachedPage | None:
        """Render what is not cached, when it is the reader's turn."""
        first = not self._misses.are_any(reader)
        async with self._lane_of(reader).turn(reader, first=first):
            page = await self._refresh(address, None)
        if page is not None and page.status >= HTTPStatus.BAD_REQUEST:
            self._misses.note(reader)
        return page

    def _lane_of(self, reader: str) -> Turns:
        """Where a reader waits who asks for what is not cached."""
        return self._strays if self._misses.are_many(reader) else self._firsts

    def _rejoin(self, address: str, page: CachedPage) -> bool:
        """Join a page anew if all its fragments are at hand and it is cheap; say whether it was."""
        fragments = self.pages.fragments
        found = [fragments.get(key) for key in page.fragment_keys]
        if not all(
            fragment is not None and fragment.fresh and not fragment.small for fragment in found
        ):
            return False
        page.join(fragments)
        self.pages.note_joined(address)
        return page.fresh

    async def _refresh(self, address: str, before: CachedPage | None) -> CachedPage | None:
        """Bring a page up to date, in a thread: its text, or only stale fragments."""
        fresh = {key: fragment for key, fragment in self.pages.fragments.items() if fragment.fresh}
        text = before if before is not None and before.whole else None
        page, sequence, written = await self.readers.run(lambda: self._render(address, text, fresh))
        # Also of a page that is not cached: an address where nothing is has the same fragments.
        for key, fragment in written.items():
            self.pages.store_fragment(key, fragment)
        if page is None or not page.cacheable:
            if before is not None and page is not None and page.status >= 500:
                return before  # our own failure: what was true a moment ago is the better answer
            if before is not None:
                self.pages.drop(address)
            return page
        if text is None:
            page.sequence = sequence
        self.pages.keep(address, page)
        return page

    def _render(
        self, address: str, text: CachedPage | None, fresh: dict[FragmentKey, CachedFragment]
    ) -> tuple[CachedPage | None, int, dict[FragmentKey, CachedFragment]]:
        """In a thread: render the text unless it is given, write stale fragments, join.

        Looks for changes first, so that the page is known to show all that was committed until now.
        """
        sequence = self.watcher.look()
        # A copy: the loop may be joining the cached one at the same moment.
        page = replace(text) if text else render(address, with_marks=True)
        if page is None:
            return None, sequence, {}
        written = {
            key: write_cached_fragment(key, sequence)
            for key in set(page.fragment_keys) - fresh.keys()
        }
        page.join(fresh | written)
        return page, sequence, written

    # ── Files ──────────────────────────────────────────────────────────────────────────────────

    async def _file(self, address: str, scope: Any, protocol: Any) -> None:
        """Let the server send a picture or a font; Django has said once where it lies, and how."""
        known = self._files.get(address)
        if known is None or not Path(known.path).is_file():
            self._files.pop(address, None)
            await self._dynamic(scope, protocol, address)
        elif ("last-modified", scope.headers.get("if-modified-since")) in known.headers:
            unchanged = [h for h in known.headers if not h[0].startswith("content-")]
            protocol.response_empty(304, unchanged)
        elif scope.method == "HEAD":
            protocol.response_empty(200, known.headers)
        else:
            protocol.response_file(200, known.headers, known.path)

    def _remember_file(self, address: str, response: HttpResponseBase) -> None:
        path = path_of(response)
        if path and response.status_code == 200 and not response.has_header("Content-Encoding"):
            if len(self._files) >= FILES_REMEMBERED:
                del self._files[next(iter(self._files))]
            self._files[address] = File(headers_of(response), path)

    # ── Everything else ────────────────────────────────────────────────────────────────────────

    async def _dynamic(self, scope: Any, protocol: Any, address: str = "") -> None:
        """Let Django answer: forms, the admin, posts, personal pages.

        `address` is given where a file may come out that needs Django only once.
        """
        headers, path = scope.headers, scope.path
        body, length = None, 0
        if scope.method not in READING:
            if wait := self._writes.wait_for(self._origin(scope, headers).address):
                words = TOO_MANY_WORDS.format(wait)
                retry = ("retry-after", str(wait))
                return refuse(protocol, scope, 429, words, retry, CLOSE, sent=True)
            takes = self.addresses.body_of(path)
            if takes == Body.NONE:  # nobody there would read it, so neither does the worker
                body = io.BytesIO()
            else:
                length, limit = _length_of(headers), _largest(takes, headers)
                try:
                    reader = self._reader(scope, headers)
                    body = await self.bodies.read(protocol, length, limit, reader)
                except BodyRefused as refused:
                    return self._refuse_body(protocol, scope, refused)
        try:
            if self._only_reads(scope):
                turn = nullcontext() if address else self._turn_of(scope, headers)
            elif self._waiting >= MOST_WAITING:
                raise Busy(of_one=False)
            else:
                turn = nullcontext()
            if body is not None and self.addresses.checks_password(path):
                await self._hash(scope, headers, protocol, body, length)
            else:
                await self._through_django(scope, headers, protocol, address, body, length, turn)
        except Busy as busy:
            self._too_busy(protocol, scope, of_one=busy.of_one)
        finally:
            if body is not None:
                body.close()

    async def _hash(self, scope: Any, headers: Any, protocol: Any, body: Any, length: int) -> None:
        """Let Django answer what has a password in it, one such request after the other."""
        reader = self._origin(scope, headers).address
        if not self._hashing.take(reader):
            return self._too_busy(protocol, scope)
        try:
            await self._through_django(
                scope, headers, protocol, "", body, length, nullcontext(), self.hashers
            )
        finally:
            self._hashing.leave(reader)

    def _turn_of(self, scope: Any, headers: Any) -> AbstractAsyncContextManager[None]:
        """The turn of a reader who asks Django for what is public, or nowhere. Raises Busy."""
        reader = self._reader(scope, headers)
        lane = self._lane_of(reader)
        lane.check_room(reader)
        first = not self._misses.are_any(reader)
        if self.addresses.find(scope.path) is None:
            self._misses.note(reader)
        return lane.turn(reader, first=first)

    @staticmethod
    def _too_busy(protocol: Any, scope: Any, *, of_one: bool = False) -> None:
        status, words = 503, "too much to do just now"
        if of_one:
            status, words = 429, "too many requests from your address at a time"
        sent = scope.method not in READING
        refuse(protocol, scope, status, words, ("retry-after", "2"), sent=sent)

    @staticmethod
    def _refuse(protocol: Any, scope: Any, fault: Fault) -> None:
        close = (CLOSE,) if fault.closes else ()
        sent = scope.method == "POST"
        refuse(protocol, scope, fault.status, fault.words, *fault.headers, *close, sent=sent)

    @staticmethod
    def _refuse_body(protocol: Any, scope: Any, refused: BodyRefused) -> None:
        if isinstance(refused, NotWhole):
            path = path_for_log(scope.path)
            logger.info("dropped %s %s: its body did not arrive whole", scope.method, path)
        retry = (("retry-after", "10"),) if refused.status == 429 else ()
        with suppress(RuntimeError):  # who sent half of it may have gone
            refuse(protocol, scope, refused.status, refused.words, *retry, CLOSE, sent=True)

    async def _through_django(
        self,
        scope: Any,
        headers: Any,
        protocol: Any,
        address: str,
        body: Any,
        length: int,
        turn: AbstractAsyncContextManager[None],
        threads: Threads | None = None,
    ) -> None:
        reads = body is None
        environ = environ_of(scope, self._origin(scope, headers), body, length)
        environ[CACHED_PAGES] = self.count_cached_pages
        if threads is None:
            threads = self.readers if self._only_reads(scope) else self.writers
        async with turn:  # not while it is sent: who takes it slowly keeps nobody waiting
            self._waiting += 1
            try:
                response = await threads.call(lambda: self._answer_in_thread(environ, reads))
            finally:
                self._waiting -= 1
        try:
            if address:
                self._remember_file(address, response)
            await send(protocol, scope.method, response, threads)
        finally:
            if not response.closed:
                await threads.call(response.close)

    def _origin(self, scope: Any, headers: Any) -> RequestOrigin:
        return self.proxies.origin_of(
            scope.client, headers.get_all("x-forwarded-for"), headers.get_all("x-forwarded-proto")
        )

    def _only_reads(self, scope: Any) -> bool:
        """Whether Django cannot write for this request: what is public, and what is nowhere."""
        if scope.method in READING:
            found = self.addresses.find(scope.path)
            return found is None or found.policy in {Policy.CACHED, Policy.FRESH}
        return self.addresses.body_of(scope.path) == Body.NONE

    def _answer_in_thread(self, environ: dict[str, Any], reads: bool) -> HttpResponseBase:
        response = call_django(environ)
        if not reads:
            # Whoever wrote something sees it in the next page that this worker hands out.
            try:
                self.watcher.look()
            except Exception:
                logger.warning("could not look for changes after a write")
        if not response.streaming:
            response.close()  # all of it is in memory: its request is over
        return response

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task:
        task = self.loop.create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)
        return task


@dataclass(frozen=True, slots=True)
class File:
    """Where a file lies, and the headers that go with it."""

    headers: list[tuple[str, str]]
    path: str


class LoggedProtocol:
    """A request's other end, which notes what is answered. Used only for the access log."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.status = 0
        self.cached = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._protocol, name)
        if not name.startswith("response_"):
            return found

        def respond(status: int, headers: list[tuple[str, str]], *rest: Any) -> Any:
            self.status = status
            self.cached = any(header == "etag" for header, _ in headers)
            return found(status, headers, *rest)

        return respond

    def __call__(self) -> Any:
        return self._protocol()

    def __aiter__(self) -> Any:
        return self._protocol.__aiter__()


def _address(path: str, query: str) -> str:
    """The address under which a page is cached: its path, and what it reads of the query."""
    known = canonical_query(path, query)
    return f"{path}?{known}" if known else path


def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _length_of(headers: Any) -> int:
    """How long a body is declared to be. The server has refused what is no number."""
    declared = headers.get("content-length") or "0"
    return int(declared) if declared.isdigit() and len(declared) < 19 else sys.maxsize


def _largest(takes: Body, headers: Any) -> int:
    """How large a body may be: files are for those who seem to be signed in."""
    if takes == Body.UPLOAD and f"{settings.SESSION_COOKIE_NAME}=" in headers.get("cookie", ""):
        return settings.LARGEST_BODY
    return settings.LARGEST_FORM
