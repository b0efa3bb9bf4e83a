"""The page cache: public answers in memory, compressed, ready to be handed out as they are.

A page is a row of pieces: its own text, and between it the fragments that stand on many pages. Each
piece is compressed apart, to a deflate stream that ends on a byte and refers to nothing before it
(zlib's full flush), so that joining pieces makes a gzip file and nothing is compressed twice. When
the meter moves, every page is joined anew in microseconds, and none is rendered.

Knows neither Django nor a database. Used on the event loop alone, so nothing here locks, but for
the bodies without any encoding, which are made in threads, too.
"""

import hashlib
import heapq
import itertools
import sys
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import brotli

from .crc import combine
from .dependencies import FragmentKey
from .negotiation import BROTLI, GZIP, IDENTITY

Headers = list[tuple[str, str]]

LEVEL = 6  # of deflate: 9 costs several times as much for a per cent or two
BROTLI_QUALITY = 5
WORTH_COMPRESSING = 400  # bytes
PLAIN_BYTES = 16 * 1024 * 1024  # of bodies without any encoding, for all pages
PAGE_OVERHEAD = 2_000  # bytes of Python's own around a page, measured with tracemalloc
TAG_OVERHEAD = 150  # bytes for each tag and fragment under which a page is listed, likewise
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # no time, no name: the same bytes always
_DEFLATE_END = b"\x03\x00"
REMEMBERED_CHANGES = 20_000
MOST_IDLE_DEADLINES = 1_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes, kept compressed."""

    deflated: bytes
    length: int
    crc: int
    digest: bytes

    @property
    def text(self) -> bytes:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.deflated)


def make_piece(text: bytes) -> Piece:
    """Compress bytes so that they can be joined with others."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    digest = hashlib.blake2b(text, digest_size=16).digest()
    return Piece(deflated, len(text), zlib.crc32(text), digest)


@dataclass(eq=False, slots=True)
class CachedFragment:
    """A fragment as last written, with its cache tags and the change up to which it is true."""

    piece: Piece
    tags: frozenset[str] = frozenset()
    until: float | None = None
    sequence: int = 0
    small: bool = False
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """What goes out in one encoding: the body, the headers with it, and those of a 304."""

    body: bytes
    etag: str
    headers: Headers
    headers_unchanged: Headers

    def with_headers(self, extra: Headers) -> "CachedResponse":
        """The same with these headers, in the place of those of their names."""
        names = {name for name, _ in extra}
        return replace(
            self,
            headers=[h for h in self.headers if h[0] not in names] + extra,
            headers_unchanged=[h for h in self.headers_unchanged if h[0] not in names] + extra,
        )


@dataclass(eq=False, slots=True)
class CachedPage:
    """A public answer to one address.

    `row` holds its pieces, and a key wherever a fragment stands. `tags` and `until` (seconds since
    1970) say what makes it stale, `sequence` is the change up to which it tells the truth. `whole`
    is false while its own text is stale; `fresh` is false while anything on it is.
    """

    status: int
    headers: Headers
    row: list[Piece | FragmentKey]
    tags: frozenset[str] = frozenset()
    until: float | None = None
    sequence: int = 0
    cacheable: bool = True
    compressible: bool = True
    whole: bool = True
    fresh: bool = True
    uses: float = 0
    asked_for_brotli: int = 0
    fragments: dict[FragmentKey, CachedFragment] = field(
        default_factory=dict
    )  # those it is joined from
    pieces: list[Piece] = field(default_factory=list)
    responses: dict[str, CachedResponse] = field(default_factory=dict)

    @property
    def fragment_keys(self) -> list[FragmentKey]:
        return [item for item in self.row if isinstance(item, tuple)]

    @property
    def size(self) -> int:
        """Bytes of memory that it holds, without the fragments, which it shares."""
        pieces = sum(len(item.deflated) for item in self.row if isinstance(item, Piece))
        listed = TAG_OVERHEAD * (len(self.tags) + len(self.fragment_keys))
        bodies = sum(len(answer.body) for answer in self.responses.values())
        return pieces + bodies + listed + PAGE_OVERHEAD

    def join(self, fragments: Mapping[FragmentKey, CachedFragment]) -> None:
        """Put the responses together from the pieces and from the fragments given."""
        used = {key: fragments[key] for key in self.fragment_keys}
        pieces = _pieces(self.row, used)
        responses = {}
        if self.compressible and sum(piece.length for piece in pieces) > WORTH_COMPRESSING:
            responses[GZIP] = self._make(GZIP, join_gzip(pieces), pieces)
        else:
            text = b"".join(piece.text for piece in pieces)
            responses[IDENTITY] = self._make(IDENTITY, text, pieces)
        # One assignment each: another thread may be handing out the responses made before.
        self.fragments, self.pieces, self.responses = used, pieces, responses

    @property
    def text(self) -> bytes:
        """The body without any encoding."""
        return PLAIN_BODIES.of(self.pieces)

    def response_in(self, taken: Sequence[str]) -> CachedResponse:
        """Return the response in the first encoding of those taken that is ready.

        Text without any encoding is made for the one who asks, and so is brotli for the one who
        takes nothing else: hardly anybody does.
        """
        if taken[0] == BROTLI:
            self.asked_for_brotli += 1
        for encoding in taken:
            if ready := self.responses.get(encoding):
                return ready
        if IDENTITY in taken or GZIP not in self.responses:
            return self._make(IDENTITY, self.text, self.pieces)
        return self._make(BROTLI, brotli_of(self.text), self.pieces)

    @property
    def wants_brotli(self) -> bool:
        """Whether a brotli form would be worth its cost: asked for twice, and not there."""
        return self.asked_for_brotli > 1 and BROTLI not in self.responses and GZIP in self.responses

    def add_brotli(self, body: bytes) -> None:
        """Take on the brotli form of the text as it is joined now."""
        self.responses[BROTLI] = self._make(BROTLI, body, self.pieces)

    def _make(self, encoding: str, body: bytes, pieces: Sequence[Piece]) -> CachedResponse:
        digest = _digest_of(pieces)
        suffix = "" if encoding == IDENTITY else f"-{encoding}"
        etag = f'"{digest.hex()}{suffix}"'
        headers = [*self.headers, ("etag", etag), ("content-length", str(len(body)))]
        if encoding != IDENTITY:
            headers.append(("content-encoding", encoding))
        unchanged = [h for h in self.headers if not h[0].startswith("content-")]
        return CachedResponse(body, etag, headers, [*unchanged, ("etag", etag)])


def _digest_of(pieces: Sequence[Piece]) -> bytes:
    return hashlib.blake2b(b"".join(piece.digest for piece in pieces), digest_size=16).digest()


class PlainBodies:
    """The bodies without any encoding that were asked for last, whatever pages they are of.

    Hardly anybody asks for one; but whoever does so on purpose, again and again, shall not have a
    page unpacked each time.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._bodies: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pieces: Sequence[Piece]) -> bytes:
        """Return the text of some pieces."""
        key = _digest_of(pieces)
        with self._lock:
            if (body := self._bodies.get(key)) is not None:
                self._bodies.move_to_end(key)
                return body
        body = b"".join(piece.text for piece in pieces)
        with self._lock:
            if len(body) <= self._most and key not in self._bodies:
                self._bodies[key] = body
                self._bytes += len(body)
            while self._bytes > self._most:
                self._bytes -= len(self._bodies.popitem(last=False)[1])
        return body


PLAIN_BODIES = PlainBodies(PLAIN_BYTES)


def brotli_of(text: bytes) -> bytes:
    """Compress with brotli. Costs milliseconds and holds no lock on Python: meant for a thread."""
    return brotli.compress(text, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)


def join_gzip(pieces: Sequence[Piece]) -> bytes:
    """Join pieces into one gzip file (RFC 1952)."""
    crc, length = 0, 0
    for piece in pieces:
        crc = combine(crc, piece.crc, piece.length)
        length += piece.length
    tail = crc.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join((_GZIP_HEAD, *(piece.deflated for piece in pieces), _DEFLATE_END, tail))


def _pieces(
    row: Sequence[Piece | FragmentKey], fragments: Mapping[FragmentKey, CachedFragment]
) -> list[Piece]:
    """The pieces to join. Small fragments are compressed with the text on both sides."""
    pieces: list[Piece] = []
    run: list[Piece] = []
    has_small = False

    def close() -> None:
        nonlocal has_small
        if has_small:
            pieces.append(make_piece(b"".join(piece.text for piece in run)))
        else:
            pieces.extend(run)
        run.clear()
        has_small = False

    for item in row:
        if isinstance(item, Piece):
            run.append(item)
        elif fragments[item].small:
            run.append(fragments[item].piece)
            has_small = True
        else:
            close()
            pieces.append(fragments[item].piece)
    close()
    return pieces


class PageCache:
    """All pages and fragments that one process caches, within a bound in bytes.

    When the bound is passed the least valuable go first: those asked for least often, and of these
    the largest. Counts fade, so that yesterday's front page gives way too, but a crawl of made-up
    addresses, each asked for once, only ever pushes out its own like: size alone takes no page
    away that is wanted more often than others.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._begin()

    def _begin(self) -> None:
        """Hold nothing."""
        self.pages: dict[str, CachedPage] = {}
        self.fragments: dict[FragmentKey, CachedFragment] = {}
        self.bytes = 0
        self.sequence = 0
        self._moved: dict[str, int] = {}
        self._horizon = 0  # changes up to here are no longer remembered one by one
        self._pages_by_tag: dict[str, set[str]] = {}
        self._pages_by_fragment: dict[FragmentKey, set[str]] = {}
        self._fragments_by_tag: dict[str, set[FragmentKey]] = {}
        self._sizes: dict[str, int] = {}
        self._deadlines: list[
            tuple[float, int, str | FragmentKey, CachedPage | CachedFragment]
        ] = []
        self._count = itertools.count()

    # ── Storing ────────────────────────────────────────────────────────────────────────────────

    def keep(self, address: str, page: CachedPage) -> None:
        """Store a page that was just rendered and joined, in the place of the one before."""
        if before := self.pages.get(address):
            page.uses, page.asked_for_brotli = before.uses, before.asked_for_brotli
            self._forget(address)
        self.pages[address] = page
        for tag in page.tags:
            self._pages_by_tag.setdefault(tag, set()).add(address)
        for key in page.fragment_keys:
            self._pages_by_fragment.setdefault(key, set()).add(address)
        page.whole = not self._has_moved(page.tags, page.sequence)
        if page.until is not None:
            self._expire_at(page.until, address, page)
        self.note_joined(address)

    def store_fragment(self, key: FragmentKey, fragment: CachedFragment) -> None:
        """Store a fragment that was just written. If it reads differently, its pages are stale."""
        before = self.fragments.get(key)
        if before:
            self._forget_fragment(key)
            if before.piece.digest == fragment.piece.digest:
                # The same words again: the pages joined from them are right as they are.
                before.tags, before.until = fragment.tags, fragment.until
                before.sequence, fragment = fragment.sequence, before
        self.fragments[key] = fragment
        self.bytes += len(fragment.piece.deflated) + PAGE_OVERHEAD
        for tag in fragment.tags:
            self._fragments_by_tag.setdefault(tag, set()).add(key)
        fragment.fresh = not self._has_moved(fragment.tags, fragment.sequence)
        if fragment.until is not None:
            self._expire_at(fragment.until, key, fragment)
        for address in self._pages_by_fragment.get(key, ()):
            page = self.pages[address]
            page.fresh = self._is_fresh(page)

    def drop(self, address: str) -> None:
        """Forget a page that is no more: taken down, or moved."""
        if address in self.pages:
            self._forget(address)

    def note_joined(self, address: str) -> None:
        """Note that a cached page was joined: it holds other bytes, and may be fresh again."""
        if (page := self.pages.get(address)) is None:  # it had to make room for others meanwhile
            return
        page.fresh = self._is_fresh(page)
        size = page.size + sys.getsizeof(address)  # it may be longer than the page
        self.bytes += size - self._sizes.get(address, 0)
        self._sizes[address] = size
        if size * 8 > self.limit:
            self._forget(address)
        self._make_room(address)

    def add_brotli(self, address: str, page: CachedPage, pieces: list[Piece], body: bytes) -> None:
        """Add the brotli form of these pieces to a page, unless it has become another meanwhile."""
        if self.pages.get(address) is page and page.pieces is pieces:
            page.add_brotli(body)
            self.note_joined(address)

    # ── Changes ────────────────────────────────────────────────────────────────────────────────

    def apply_changes(self, sequence: int, moved: Mapping[str, int]) -> None:
        """Take note of changes up to `sequence`: what shows a moved tag is stale from now on."""
        self.sequence = max(self.sequence, sequence)
        self._moved |= moved
        if len(self._moved) > REMEMBERED_CHANGES:
            self._horizon = self.sequence
            self._moved.clear()
        for tag in moved:
            for key in self._fragments_by_tag.get(tag, ()):
                self._fragment_is_stale(key)
            for address in self._pages_by_tag.get(tag, ()):
                self.pages[address].whole = self.pages[address].fresh = False

    def clear(self, sequence: int) -> None:
        """Drop everything: the database is no longer the one that these pages were read from."""
        self._begin()
        self.sequence = self._horizon = sequence

    def expire(self, now: float) -> None:
        """Mark as stale what time has changed by `now` (seconds since 1970)."""
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, name, item = heapq.heappop(self._deadlines)
            if isinstance(name, str):
                if self.pages.get(name) is item:
                    item.fresh = False
                    self.pages[name].whole = False
            elif self.fragments.get(name) is item:
                self._fragment_is_stale(name)

    def _has_moved(self, tags: Iterable[str], since: int) -> bool:
        """Whether a tag moved after change `since`, for all that is known.

        What claims to know more changes than there were comes from a database since replaced.
        """
        if not self._horizon <= since <= self.sequence:
            return True
        return any(self._moved.get(tag, 0) > since for tag in tags)

    def _is_fresh(self, page: CachedPage) -> bool:
        """Whether a page tells the truth: its own text, and each fragment that it was joined from.

        By its words, not by itself: two renderings at once may each have written the same one,
        and only one of the two is here to be told of changes.
        """
        fragments = self.fragments
        return page.whole and all(
            (now := fragments.get(key)) is not None
            and now.fresh
            and now.piece.digest == used.piece.digest
            for key, used in page.fragments.items()
        )

    def _fragment_is_stale(self, key: FragmentKey) -> None:
        self.fragments[key].fresh = False
        for address in self._pages_by_fragment.get(key, ()):
            self.pages[address].fresh = False

    def _expire_at(
        self, moment: float, name: str | FragmentKey, item: CachedPage | CachedFragment
    ) -> None:
        heapq.heappush(self._deadlines, (moment, next(self._count), name, item))
        # Those of what was forgotten since would keep it in memory until their moment comes.
        if len(self._deadlines) > 2 * (len(self.pages) + len(self.fragments)) + MOST_IDLE_DEADLINES:
            self._deadlines = [one for one in self._deadlines if self._holds(one[2], one[3])]
            heapq.heapify(self._deadlines)

    def _holds(self, name: str | FragmentKey, item: CachedPage | CachedFragment) -> bool:
        held = self.pages.get(name) if isinstance(name, str) else self.fragments.get(name)
        return held is item

    # ── Room ───────────────────────────────────────────────────────────────────────────────────

    def _make_room(self, newest: str) -> None:
        if self.bytes <= self.limit:
            return
        self._forget_unused_fragments()
        by_value = sorted(
            (page.uses, -self._sizes[address], address)
            for address, page in self.pages.items()
            if address != newest
        )
        for _, _, address in by_value:
            if self.bytes <= self.limit * 9 // 10:
                break
            self._forget(address)
        for page in self.pages.values():
            page.uses /= 2
        self._forget_unused_fragments()

    def _forget_unused_fragments(self) -> None:
        for key in [key for key in self.fragments if not self._pages_by_fragment.get(key)]:
            self._forget_fragment(key)
            del self.fragments[key]

    def _forget(self, address: str) -> None:
        page = self.pages.pop(address)
        self.bytes -= self._sizes.pop(address)
        _unlist(self._pages_by_tag, page.tags, address)
        _unlist(self._pages_by_fragment, page.fragment_keys, address)

    def _forget_fragment(self, key: FragmentKey) -> None:
        fragment = self.fragments[key]
        self.bytes -= len(fragment.piece.deflated) + PAGE_OVERHEAD
        _unlist(self._fragments_by_tag, fragment.tags, key)


def _unlist(index: dict, names: Iterable, item: object) -> None:
    for name in names:
        if (held := index.get(name)) is not None:
            held.discard(item)
            if not held:
                del index[name]
