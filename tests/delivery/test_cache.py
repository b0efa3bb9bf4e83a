"""The store of kept pages alone: joining, encodings, what is stale, what goes when it is full."""

import base64
import gzip
import hashlib
import sys
import zlib
from itertools import count

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pennypress.delivery import cache as module
from pennypress.delivery.cache import (
    REMEMBERED_CHANGES,
    CachedFragment,
    CachedPage,
    PageCache,
    PlainBodies,
    brotli_of,
    join_gzip,
    make_piece,
)
from pennypress.delivery.crc import combine
from pennypress.delivery.negotiation import encodings_taken

pytestmark = pytest.mark.once

ROOMY = 100_000_000
HTML = [("content-type", "text/html; charset=utf-8"), ("vary", "Accept-Encoding")]
METER, COUNT = ("meter", "en", "1"), ("comment-count", "en", "7")


def make_fragment(
    words: str | bytes = "100 $", *tags: str, sequence: int = 0, **more
) -> CachedFragment:
    words = words.encode() if isinstance(words, str) else words
    return CachedFragment(make_piece(words), frozenset(tags), sequence=sequence, **more)


def make_page(*row, tags: tuple[str, ...] = (), sequence: int = 0, **more) -> CachedPage:
    """A page of texts (bytes) and keys of parts, not yet joined."""
    items = [make_piece(item) if isinstance(item, bytes) else item for item in row]
    return CachedPage(200, HTML, items, frozenset(tags), sequence=sequence, **more)


def random_text(size: int, seed: int = 0) -> bytes:
    """Text that compression makes little smaller."""
    return base64.b85encode(hashlib.shake_256(str(seed).encode()).digest(size))[:size]


def keep(store: PageCache, address: str, *row, **more) -> CachedPage:
    """Join a page from the store's parts and keep it."""
    page = make_page(*row, **more)
    page.join(store.fragments)
    store.keep(address, page)
    return page


# ── Joining ────────────────────────────────────────────────────────────────────────────────────


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_check_sums_are_joined_without_the_texts(first, second):
    joined = combine(zlib.crc32(first), zlib.crc32(second), len(second))
    assert joined == zlib.crc32(first + second)


@given(st.lists(st.binary(max_size=3000), max_size=8))
def test_pieces_joined_are_one_gzip_file_of_the_text(texts):
    assert gzip.decompress(join_gzip([make_piece(text) for text in texts])) == b"".join(texts)


texts = st.one_of(st.binary(max_size=600), st.text(max_size=300).map(str.encode))


@given(
    row=st.lists(
        st.one_of(texts, st.sampled_from([METER, COUNT, ("plate", "en", "p")])), max_size=9
    ),
    words=st.lists(texts, min_size=3, max_size=3),
    small=st.lists(st.booleans(), min_size=3, max_size=3),
    compressible=st.booleans(),
)
def test_every_encoding_holds_the_same_text_whatever_it_is_joined_from(
    row, words, small, compressible
):
    keys = [METER, COUNT, ("plate", "en", "p")]
    fragments = {
        key: make_fragment(text, small=is_small)
        for key, text, is_small in zip(keys, words, small, strict=True)
    }
    by_key = dict(zip(keys, words, strict=True))
    whole = b"".join(by_key[item] if isinstance(item, tuple) else item for item in row)
    page = make_page(*row, compressible=compressible)
    page.join(fragments)
    assert page.text == whole
    decoders = {"gzip": gzip.decompress, "identity": bytes, "br": brotli.decompress}
    etags = set()
    for wanted in decoders:
        response = page.response_in((wanted, "identity"))
        headers = dict(response.headers)
        encoding = headers.get("content-encoding", "identity")
        assert encoding in {wanted, "identity"}
        assert decoders[encoding](response.body) == whole
        assert headers["content-length"] == str(len(response.body))
        assert headers["etag"] == response.etag
        assert not any(name.startswith("content-") for name, _ in response.headers_unchanged)
        assert ("etag", response.etag) in response.headers_unchanged
        etags.add((encoding, response.etag))
    page.add_brotli(brotli_of(page.text))
    response = page.response_in(("br", "gzip", "identity"))
    assert brotli.decompress(response.body) == whole
    assert len({etag for _, etag in etags | {("br", response.etag)}}) == len(
        {encoding for encoding, _ in etags | {("br", "")}}
    ), "each encoding has its own ETag"


@given(st.lists(texts, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=4))
def test_etags_are_equal_only_where_texts_are(one, other):
    pages = [make_page(*row) for row in (one, other)]
    for page in pages:
        page.join({})
    first, second = (page.response_in(("identity",)).etag for page in pages)
    if b"".join(one) != b"".join(other):
        assert first != second
    again = make_page(*one)
    again.join({})
    assert again.response_in(("identity",)).etag == first


def test_brotli_is_made_once_it_was_asked_for_twice():
    page = make_page(random_text(5000))
    page.join({})
    taken = ("br", "gzip", "identity")
    assert "content-encoding" in dict(page.response_in(taken).headers)
    assert not page.wants_brotli
    page.response_in(taken)
    assert page.wants_brotli
    page.add_brotli(brotli_of(page.text))
    assert not page.wants_brotli
    assert dict(page.response_in(taken).headers)["content-encoding"] == "br"


def test_brotli_of_an_older_text_is_not_taken_on():
    store = PageCache(ROOMY)
    store.store_fragment(METER, make_fragment("100 $" * 100, "campaign:1"))
    page = keep(store, "/", random_text(2000), METER)
    pieces, old = page.pieces, brotli_of(page.text)
    store.store_fragment(METER, make_fragment("200 $" * 100, "campaign:1"))
    page.join(store.fragments)
    store.note_joined("/")
    store.add_brotli("/", page, pieces, old)
    assert "br" not in page.responses
    store.add_brotli("/", page, page.pieces, brotli_of(page.text))
    assert b"200 $" in brotli.decompress(page.responses["br"].body)


# ── Which encodings a client takes ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        (None, ("identity",)),
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("GZip", ("gzip", "identity")),
        ("br", ("br", "identity")),
        ("gzip, deflate, br, zstd", ("br", "gzip", "identity")),
        ("compress, gzip", ("gzip", "identity")),
        ("compress;q=0.5, gzip;q=1.0", ("gzip", "identity")),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", ("gzip", "identity")),
        ("br;q=0.2, gzip;q=0.8", ("gzip", "br", "identity")),
        ("br ; q=0.8 , gzip ;Q=0.2", ("br", "gzip", "identity")),
        ("identity, gzip;q=0.5", ("identity", "gzip")),
        ("identity;q=0.5, gzip", ("gzip", "identity")),
        ("*", ("identity",)),
        ("*;q=0", ()),
        ("gzip, *;q=0", ("gzip",)),
        ("*;q=0, identity", ("identity",)),
        ("identity;q=0", ()),
        ("identity;q=0, gzip", ("gzip",)),
        ("identity;q=0, br;q=0.001", ("br",)),
        ("identity;q=0, deflate", ()),
        ("gzip;q=0", ("identity",)),
        ("gzip;q=0.000, br;q=0", ("identity",)),
        ("gzip;q=2, br", ("br", "identity")),
        ("gzip;q=nan", ("identity",)),
        ("gzip;level=9", ("identity",)),
        (",, ,;q=1,gzip,,", ("gzip", "identity")),
        ("\x00\xff garbage; ", ("identity",)),
        ("notgzip", ("identity",)),
        ("gzip," * 5000, ("gzip", "identity")),
    ],
)
def test_what_a_client_takes(accepted, taken):
    assert encodings_taken(accepted) == taken


@given(st.text(max_size=60))
def test_no_header_is_too_strange(accepted):
    taken = encodings_taken(accepted)
    assert set(taken) <= {"br", "gzip", "identity"}
    assert len(set(taken)) == len(taken)


# ── What is stale ──────────────────────────────────────────────────────────────────────────────


def test_what_shows_a_moved_tag_is_stale_and_nothing_else():
    store = PageCache(ROOMY)
    keep(store, "/story/", b"A story", tags=("story:1", "site"))
    keep(store, "/other/", b"Another", tags=("story:2", "site"))
    store.apply_changes(5, {"story:1": 5, "discussion:9": 5})
    assert not store.pages["/story/"].fresh
    assert not store.pages["/story/"].whole
    assert store.pages["/other/"].fresh
    store.apply_changes(6, {"site": 6})
    assert not store.pages["/other/"].fresh


def test_a_change_noticed_while_a_page_was_being_rendered_leaves_it_stale():
    store = PageCache(ROOMY)
    store.apply_changes(7, {"story:1": 7})
    keep(store, "/before/", b"x", tags=("story:1",), sequence=6)
    keep(store, "/after/", b"x", tags=("story:1",), sequence=7)
    assert not store.pages["/before/"].fresh
    assert store.pages["/after/"].fresh


def test_the_same_of_a_part():
    store = PageCache(ROOMY)
    store.apply_changes(7, {"campaign:1": 7})
    store.store_fragment(METER, make_fragment("100 $", "campaign:1", sequence=6))
    keep(store, "/", b"x", METER, sequence=7)
    assert not store.pages["/"].fresh
    assert store.pages["/"].whole, "only its part has to be written again"


def test_a_part_written_anew_with_the_same_words_leaves_pages_as_they_are():
    store = PageCache(ROOMY)
    store.store_fragment(METER, make_fragment("100 $", "campaign:1"))
    page = keep(store, "/", b"x", METER)
    responses = page.responses
    store.apply_changes(3, {"campaign:1": 3})
    assert not page.fresh
    store.store_fragment(METER, make_fragment("100 $", "campaign:1", sequence=3))
    assert page.fresh
    assert page.responses is responses
    store.apply_changes(4, {"campaign:1": 4})
    assert not page.fresh


def test_a_part_written_anew_with_other_words_makes_all_its_pages_stale_but_whole():
    store = PageCache(ROOMY)
    store.store_fragment(METER, make_fragment("100 $", "campaign:1"))
    pages = [keep(store, f"/{n}/", b"x", METER) for n in range(3)]
    store.apply_changes(3, {"campaign:1": 3})
    store.store_fragment(METER, make_fragment("200 $", "campaign:1", sequence=3))
    assert not any(page.fresh for page in pages)
    assert all(page.whole for page in pages)
    for page, address in zip(pages, store.pages, strict=True):
        page.join(store.fragments)
        store.note_joined(address)
    assert all(page.fresh and b"200 $" in page.text for page in pages)


def test_two_pages_rendered_at_once_with_the_same_part_are_both_stale_when_it_changes():
    # Each wrote the meter for itself; one of the two is in the store.
    store = PageCache(ROOMY)
    for address in ("/one/", "/two/"):
        own = make_fragment("100 $", "campaign:1")
        page = make_page(b"x", METER)
        page.join({METER: own})
        store.store_fragment(METER, own)
        store.keep(address, page)
    assert all(page.fresh for page in store.pages.values())
    store.apply_changes(3, {"campaign:1": 3})
    store.store_fragment(METER, make_fragment("200 $", "campaign:1", sequence=3))
    assert not any(page.fresh for page in store.pages.values())


def test_a_page_joined_from_a_part_that_has_gone_meanwhile_is_not_taken_for_fresh():
    store = PageCache(ROOMY)
    store.store_fragment(METER, make_fragment("100 $", "campaign:1"))
    page = make_page(b"x", METER)
    page.join(store.fragments)
    store.clear(0)  # or it was pushed out: nobody tells this page what becomes of its meter
    store.keep("/", page)
    store.apply_changes(3, {"campaign:1": 3})
    assert not page.fresh


def test_a_page_of_a_database_that_has_been_replaced_is_stale():
    store = PageCache(ROOMY)
    store.apply_changes(100, {"story:1": 100})
    page = make_page(b"from the old one", tags=("story:1",), sequence=100)
    page.join({})
    store.clear(50)
    store.keep("/", page)
    assert not page.fresh
    store.apply_changes(60, {"story:1": 60})
    assert not page.fresh


def test_forgetting_all_leaves_nothing_and_knows_where_it_is():
    store = PageCache(ROOMY)
    store.apply_changes(100, {"story:1": 100})
    store.store_fragment(METER, make_fragment())
    keep(store, "/", b"x", METER)
    store.clear(50)
    assert (store.pages, store.fragments, store.bytes, store.sequence) == ({}, {}, 0, 50)
    keep(store, "/", b"x", tags=("story:1",), sequence=50)
    assert store.pages["/"].fresh


def test_more_changes_than_are_remembered_make_what_began_before_them_stale():
    store = PageCache(ROOMY)
    for first in range(0, REMEMBERED_CHANGES + 10, 10):
        sequence = first // 10 + 1
        store.apply_changes(sequence, {f"story:{first + n}": sequence for n in range(10)})
    keep(store, "/old/", b"x", tags=("nothing",), sequence=3)
    keep(store, "/new/", b"x", tags=("nothing",), sequence=store.sequence)
    assert not store.pages["/old/"].fresh
    assert store.pages["/new/"].fresh


def test_time_makes_pages_and_parts_stale_at_their_moment():
    store = PageCache(ROOMY)
    store.store_fragment(METER, make_fragment("100 $", until=20.0))
    keep(store, "/", b"x", METER)
    keep(store, "/story/", b"x", until=10.0)
    store.expire(9.9)
    assert all(page.fresh for page in store.pages.values())
    store.expire(10.0)
    assert not store.pages["/story/"].whole
    assert store.pages["/"].fresh
    store.expire(20.0)
    assert not store.pages["/"].fresh
    assert store.pages["/"].whole


def test_a_page_rendered_anew_expires_at_its_new_moment():
    store = PageCache(ROOMY)
    keep(store, "/", b"x", until=10.0)
    keep(store, "/", b"x", until=30.0)
    store.expire(15.0)
    assert store.pages["/"].fresh
    store.expire(30.0)
    assert not store.pages["/"].fresh


def test_what_is_dropped_or_replaced_leaves_no_bytes_behind():
    store = PageCache(ROOMY)
    for size in (10, 5000, 100):
        keep(store, "/", random_text(size), tags=("a", f"b{size}"))
        store.store_fragment(METER, make_fragment(random_text(size), f"c{size}"))
    store.drop("/")
    store.drop("/never/")
    assert store.bytes == len(store.fragments[METER].piece.deflated) + 2_000
    store.apply_changes(1, {"a": 1, "b10": 1, "c10": 1})  # nobody is there to be told
    assert store.fragments[METER].fresh


# ── Room ───────────────────────────────────────────────────────────────────────────────────────


def test_a_page_too_large_for_the_store_is_not_kept():
    store = PageCache(80_000)
    keep(store, "/", random_text(40_000))
    assert "/" not in store.pages
    assert store.bytes <= store.limit


def test_a_page_that_grew_too_large_goes_too():
    store = PageCache(80_000)
    store.store_fragment(METER, make_fragment("few", "discussion:1"))
    page = keep(store, "/", b"x" * 500, METER)
    assert "/" in store.pages
    store.apply_changes(1, {"discussion:1": 1})
    store.store_fragment(METER, make_fragment(random_text(70_000), "discussion:1", sequence=1))
    page.join(store.fragments)
    store.note_joined("/")
    assert store.bytes <= store.limit


@pytest.mark.parametrize("size", [500, 20_000])
@pytest.mark.parametrize("every", [2, 50])
def test_a_crawl_never_pushes_out_what_is_asked_for_again_and_again(size, every):
    """Whatever their sizes: the front page is larger than what a crawler makes up."""
    store = PageCache(300_000)
    worker = keep(store, "/", random_text(size))
    worker.uses += 2
    for number in range(1000):
        page = keep(store, f"/?page={number}", random_text(400, number))
        page.uses += 1  # asked for once
        if number % every == 0:
            assert "/" in store.pages, f"gone after {number}"
            store.pages["/"].uses += 1
        assert store.bytes <= store.limit
    assert len(store.pages) > 50


def test_yesterdays_front_page_gives_way():
    store = PageCache(400_000)
    keep(store, "/yesterday/", random_text(5000)).uses += 200
    for number in range(1500):
        for address in (f"/{number}/", f"/{number // 50}/today/"):
            if address not in store.pages:
                keep(store, address, random_text(400, number))
            store.pages[address].uses += 1
    assert "/yesterday/" not in store.pages


def test_parts_go_with_the_last_page_on_which_they_stand():
    store = PageCache(400_000)
    for number in range(300):
        key = ("discussion", "en", str(number))
        store.store_fragment(key, make_fragment(random_text(3000, number), f"discussion:{number}"))
        keep(store, f"/{number}/", b"a story", key)
    assert store.bytes <= store.limit
    used = {key for page in store.pages.values() for key in page.fragment_keys}
    assert set(store.fragments) == used
    assert 20 < len(used) < 300


# ── Any order of events, against a plain model ─────────────────────────────────────────────────

TAGS = [f"tag:{n}" for n in range(5)]
KEYS = [("part", "en", str(n)) for n in range(3)]
ADDRESSES = [f"/{n}/" for n in range(6)]


class AnyOrder(RuleBasedStateMachine):
    """A world whose facts change, and a store that renders from it as the worker does.

    A tag's fact is a number. Pages and parts write the numbers of their tags; a rendering may be
    kept late, after further changes. What the store calls fresh must read as the world is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store = PageCache(60_000)
        self.facts = dict.fromkeys(TAGS, 0)
        self.sequence = 0
        self.noticed = 0
        self.unnoticed: dict[str, int] = {}
        self.now = 0.0
        self.under_way: list[tuple[str, CachedPage, dict[tuple[str, ...], CachedFragment]]] = []
        self.tags_of_key = {key: TAGS[n : n + 2] for n, key in enumerate(KEYS)}
        self.clock = count(1)

    def read(self, tags) -> str:
        return ",".join(f"{tag}={self.facts[tag]}" for tag in sorted(tags))

    def write_part(self, key) -> CachedFragment:
        tags = self.tags_of_key[key]
        words = f"[{self.read(tags)} until {self.hour()}]"
        until = (self.hour() + 1.0) * 10 if key == KEYS[0] else None
        if until is None:
            words = f"[{self.read(tags)}]"
        return make_fragment(words, *tags, sequence=self.noticed, until=until)

    def hour(self) -> int:
        return int(self.now // 10)

    def look(self) -> None:
        if self.unnoticed:
            self.store.apply_changes(self.sequence, self.unnoticed)
            self.unnoticed = {}
        self.noticed = self.sequence

    @rule(tags=st.sets(st.sampled_from(TAGS), min_size=1))
    def change(self, tags):
        self.sequence += 1
        for tag in tags:
            self.facts[tag] += 1
            self.unnoticed[tag] = self.sequence

    @rule(tags=st.sets(st.sampled_from(TAGS), min_size=1))
    def touch_without_a_change(self, tags):
        self.sequence += 1
        self.unnoticed |= dict.fromkeys(tags, self.sequence)

    @rule()
    def apply_changes(self):
        self.look()

    @rule(
        address=st.sampled_from(ADDRESSES),
        tags=st.sets(st.sampled_from(TAGS)),
        keys=st.lists(st.sampled_from(KEYS), unique=True),
        size=st.sampled_from([0, 2_000]),
    )
    def begin_rendering(self, address, tags, keys, size):
        """As a thread does: look, render the text, write what parts are not fresh, join."""
        self.look()
        fresh = {key: fragment for key, fragment in self.store.fragments.items() if fragment.fresh}
        text = f"{address} {self.read(tags)} ".encode() + random_text(size, next(self.clock))
        page = make_page(text, *keys, tags=tuple(tags), sequence=self.noticed)
        written = {key: self.write_part(key) for key in keys if key not in fresh}
        page.join(fresh | written)
        self.under_way.append((address, page, written))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 10))
    def keep_what_was_rendered(self, which):
        address, page, written = self.under_way.pop(which % len(self.under_way))
        if any(other == address for other, _, _ in self.under_way):
            self.under_way = [item for item in self.under_way if item[0] != address]
        self.look()  # the loop hears of changes before it hears of the rendering's end
        for key, fragment in written.items():
            self.store.store_fragment(key, fragment)
        self.store.keep(address, page)
        self.store.expire(self.now)

    @precondition(lambda self: any(p.whole and not p.fresh for p in self.store.pages.values()))
    @rule(which=st.integers(0, 10))
    def join_anew(self, which):
        self.look()
        stale = [a for a, p in self.store.pages.items() if p.whole and not p.fresh]
        if not stale:
            return
        address = stale[which % len(stale)]
        page = self.store.pages[address]
        for key in page.fragment_keys:
            fragment = self.store.fragments.get(key)
            if fragment is None or not fragment.fresh:
                self.store.store_fragment(key, self.write_part(key))
        page.join(self.store.fragments)
        self.store.note_joined(address)
        self.store.expire(self.now)

    @rule(address=st.sampled_from(ADDRESSES))
    def use(self, address):
        if page := self.store.pages.get(address):
            page.uses += 1

    @rule(address=st.sampled_from(ADDRESSES))
    def drop(self, address):
        self.store.drop(address)

    @rule(seconds=st.sampled_from([1.0, 4.0, 11.0]))
    def expire(self, seconds):
        self.now += seconds
        self.store.expire(self.now)

    @rule(number=st.integers(0, 10_000))
    def crawl(self, number):
        keep(self.store, f"/crawled/{number}/", random_text(2_500, number), sequence=self.noticed)

    @invariant()
    def holds_no_more_than_its_limit(self):
        assert self.store.bytes <= self.store.limit

    @invariant()
    def counts_its_bytes_right(self):
        pages = sum(
            page.size + sys.getsizeof(address) for address, page in self.store.pages.items()
        )
        fragments = sum(
            len(fragment.piece.deflated) + 2_000 for fragment in self.store.fragments.values()
        )
        assert self.store.bytes == pages + fragments

    @invariant()
    def what_is_called_fresh_is_so(self):
        if self.unnoticed:  # what nobody has heard of yet cannot be known
            return
        for address, page in self.store.pages.items():
            if not page.fresh or address.startswith("/crawled"):
                continue
            text = page.text.decode()
            assert self.read(page.tags) in text
            for key in page.fragment_keys:
                words = self.write_part(key).piece.text.decode()
                assert words in text, f"{address} shows an old {key}"


AnyOrder.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def test_an_address_and_its_tags_count_as_much_as_they_take():
    store = PageCache(10_000_000)
    keep(store, "/a/", b"Short.")
    before = store.bytes
    keep(store, "/" + "b" * 8_000 + "/", b"Short.", tags=[f"tag:{n}" for n in range(100)])
    assert store.bytes - before > 8_000 + 100 * 100


def test_what_was_forgotten_is_not_held_by_its_deadline(monkeypatch):
    monkeypatch.setattr(module, "MOST_IDLE_DEADLINES", 10)
    store = PageCache(40_000)
    for number in range(500):
        keep(store, f"/{number}/", b"Short.", until=10.0**10)
    assert len(store._deadlines) <= 2 * len(store.pages) + 11
    store.expire(10.0**11)
    assert not any(page.fresh for page in store.pages.values())


def test_bodies_without_encoding_are_made_once_and_only_so_many_are_held():
    bodies = PlainBodies(25)
    first, second, large = ([make_piece(text)] for text in (b"a" * 10, b"b" * 10, b"c" * 30))
    made = bodies.of(first)
    assert made == b"a" * 10
    assert bodies.of(first) is made
    assert bodies.of(second) == b"b" * 10
    assert bodies.of(large) == b"c" * 30  # larger than all that may be held
    assert bodies.of(first) is made
    assert bodies.of([make_piece(b"d" * 10)]) == b"d" * 10
    assert bodies.of(first) is made, "the one that was asked for last stays"


def test_the_same_pieces_of_another_page_are_the_same_body():
    bodies = PlainBodies(100)
    assert bodies.of([make_piece(b"x"), make_piece(b"y")]) is bodies.of(
        [make_piece(b"x"), make_piece(b"y")]
    )
