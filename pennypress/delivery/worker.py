"""A worker: the RSGI application before Django. It answers from the page cache without Django.

Everything here runs on the event loop, except what is handed to a thread. A cached page costs a few
look-ups in dictionaries; the rest of a site's work must not be noticed by those who read.
"""

import asyncio
import json
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

from pennypress.foundation.addresses import AddressRegister
from pennypress.limits.places import Places
from pennypress.limits.requests import WriteLimiter

from .access_log import AccessLog, open_access_log
from .addresses import LIVE
from .answering import PLAIN, answer_from
from .cache import CachedFragment, CachedPage, PageCache, brotli_of
from .changes import Watcher, sequences_of
from .dependencies import FragmentKey
from .facts import FACTS
from .gateway import (
    Threads,
    TooLarge,
    TooSlow,
    environ_of,
    headers_of,
    path_of,
    read_body,
    send,
)
from .live import Live
from .pages import CACHED_PAGES, canonical_query
from .proxies import Proxies, RequestOrigin
from .redirects import leads_on, may_lead_on
from .rendering import call_django, django_handler, render, write_cached_fragment

logger = logging.getLogger("pennypress.delivery")

READ_THREADS = 2  # render pages for the cache: readers never wait behind those who write
WRITE_THREADS = 3  # forms, the admin, the API's posts: one slow upload must not stop the others
HASH_THREADS = 1  # passwords are slow on purpose: who tries them must not stop who writes
MOST_HASHING = 16  # requests for it, and of one address
MOST_HASHING_OF_ONE = 4
MOST_WAITING = 256  # requests for these; whoever comes then is asked to come back
MOST_READING = 1_024  # requests whose bodies are on their way: slow ones must not stop the others
TICK_SECONDS = 0.05
HOSTS_REMEMBERED = 1_000
FILES_REMEMBERED = 10_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that bring no body
LEADING_ON = frozenset({301, 302})
CLOSE = ("connection", "close")
TOO_MANY_WORDS = (
    "Too much was sent from your address just now. Nothing was stored. Go back in your browser: "
    "what you typed is still in the form. Send it again in {} seconds.\n"
)


class Worker:
    """An RSGI application. One per worker."""

    def __init__(self) -> None:
        self._renders: dict[str, asyncio.Task[CachedPage | None]] = {}
        self._brotli: set[str] = set()
        self._hosts: dict[str | None, bool] = {}
        self._tasks: set[asyncio.Task] = set()
        self._files: dict[str, File] = {}
        self._waiting = 0
        self._reading = 0
        self._writes = WriteLimiter()
        self._hashing = Places(MOST_HASHING, MOST_HASHING_OF_ONE)

    def count_cached_pages(self) -> int:
        """How many pages this worker has cached, fresh or not."""
        return len(self.pages.pages)

    # ── Beginning and end ──────────────────────────────────────────────────────────────────────

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server in each worker, before the first request."""
        self.loop = loop
        self.pages = PageCache(settings.PAGE_CACHE_BYTES)
        self.readers = Threads(READ_THREADS, "reading")
        self.writers = Threads(WRITE_THREADS, "writing")
        self.hashers = Threads(HASH_THREADS, "hashing")
        self.proxies = Proxies(settings.TRUSTED_PROXIES)
        self.access_log = open_access_log()
        self.addresses: AddressRegister = settings.ADDRESSES
        self.for_cdn = bool(settings.PURGE_URL)
        self.behind_https: bool = settings.BEHIND_HTTPS
        self.live = Live(self.readers.run, sequences_of)
        self.watcher = Watcher(self._notify)
        self.watcher.start()
        FACTS.begin()
        django_handler()
        loop.call_later(TICK_SECONDS, self._tick)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        FACTS.end()
        self.watcher.stop()
        self.readers.stop()
        self.writers.stop()
        self.hashers.stop()

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
            if query and may_lead_on(path) and await self._leads_on(path, query):
                return await self._dynamic(scope, protocol)
            address = path if not query else _address(path, query)
            page = self.pages.pages.get(address)
            if page is not None and page.fresh and self._admits(scope, headers):
                return self._send_page(headers, protocol, method, address, page)
            if self.addresses.is_cached(path) and self._admits(scope, headers):
                return await self._answer_slowly(scope, headers, protocol, address, page)
        if path.startswith(LIVE) and self._admits(scope, headers):
            return await self.live.stream(scope, protocol)  # which takes GET alone, and says so
        return await self._dynamic(scope, protocol)

    async def _answer_slowly(
        self, scope: Any, headers: Any, protocol: Any, address: str, page: CachedPage | None
    ) -> None:
        """Answer what may be cached, and is not, or is not fresh, or is no page."""
        if address in self._files:
            return await self._file(address, scope, protocol)
        if page is None and address not in self._renders and len(self._renders) >= MOST_WAITING:
            return self._too_busy(protocol)
        try:
            page = await self._current(address, page)
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

        Others (an unknown host, plain HTTP where the site is served by HTTPS) are Django's, which
        knows what to tell them.
        """
        host = headers.get("host") or scope.authority  # the latter is HTTP/2's
        known = self._hosts.get(host)
        if known is None:
            known = _is_ours(host)
            if len(self._hosts) < HOSTS_REMEMBERED:
                self._hosts[host] = known
        if not known or not self.behind_https:
            return known
        forwarded = headers.get_all("x-forwarded-proto")
        return self.proxies.scheme_of(scope.client, forwarded) == "https"

    # ── Cached pages ─────────────────────────────────────────────────────────────────────────────

    async def _current(self, address: str, page: CachedPage | None) -> CachedPage | None:
        """Return the page as it is now: one request renders, the others have what was before.

        Where there was nothing before they wait for the one. While the database is away everybody
        has what was before. None for what is no page, and where there is nothing to be had.
        """
        if page is not None and page.whole and self._rejoin(address, page):
            return page
        if self.watcher.away:
            return page
        render = self._renders.get(address)
        if render is None:
            render = self._spawn(self._refresh(address, page))
            self._renders[address] = render
            render.add_done_callback(lambda _: self._renders.pop(address, None))
        elif page is not None:
            return page
        return await asyncio.shield(render)

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
        headers = scope.headers
        body, length = None, 0
        if scope.method not in READING:
            if wait := self._writes.wait_for(self._origin(scope, headers).address):
                return _refuse_many(protocol, scope.path, wait)
            if self._reading >= MOST_READING:
                return self._too_busy(protocol)
            self._reading += 1
            try:
                declared = headers.get("content-length")
                body, length = await read_body(protocol, declared, settings.LARGEST_BODY)
            except TooLarge:
                return protocol.response_str(413, [*PLAIN, CLOSE], "too large\n")
            except TooSlow:
                return protocol.response_str(408, [*PLAIN, CLOSE], "it took too long\n")
            finally:
                self._reading -= 1
        if self._waiting >= MOST_WAITING:
            return self._too_busy(protocol)
        self._waiting += 1
        try:
            if body is not None and self.addresses.checks_password(scope.path):
                return await self._hash(scope, headers, protocol, body, length)
            await self._through_django(scope, headers, protocol, address, body, length)
        finally:
            self._waiting -= 1
            if body is not None:
                body.close()

    async def _hash(self, scope: Any, headers: Any, protocol: Any, body: Any, length: int) -> None:
        """Let Django answer what has a password in it, one such request after the other."""
        reader = self._origin(scope, headers).address
        if not self._hashing.take(reader):
            return self._too_busy(protocol)
        try:
            await self._through_django(
                scope, headers, protocol, "", body, length, threads=self.hashers
            )
        finally:
            self._hashing.leave(reader)

    @staticmethod
    def _too_busy(protocol: Any) -> None:
        protocol.response_str(503, [*PLAIN, ("retry-after", "2")], "too much to do just now\n")

    async def _through_django(
        self,
        scope: Any,
        headers: Any,
        protocol: Any,
        address: str,
        body: Any,
        length: int,
        threads: Threads | None = None,
    ) -> None:
        reads = body is None
        environ = environ_of(scope, self._origin(scope, headers), body, length)
        environ[CACHED_PAGES] = self.count_cached_pages
        public = reads and self.addresses.is_public(scope.path)
        threads = threads or (self.readers if public else self.writers)
        response = await threads.call(lambda: self._answer_in_thread(environ, reads))
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


def _refuse_many(protocol: Any, path: str, seconds: int) -> None:
    """Say that too much comes from one address. The body was not read: the connection ends."""
    headers = [("retry-after", str(seconds)), ("cache-control", "no-store"), CLOSE]
    if path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Too many requests", "status": 429}
        kind = ("content-type", "application/problem+json")
        return protocol.response_str(429, [*headers, kind], json.dumps(problem))
    kind = ("content-type", "text/plain; charset=utf-8")
    return protocol.response_str(429, [*headers, kind], TOO_MANY_WORDS.format(seconds))


def _address(path: str, query: str) -> str:
    """The address under which a page is cached: its path, and what it reads of the query."""
    known = canonical_query(path, query)
    return f"{path}?{known}" if known else path


def _is_ours(host: str | None) -> bool:
    domain, _ = split_domain_port(host or "")
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
