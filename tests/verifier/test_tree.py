"""The checker's tree is that of RFC 6962, in the tiles of C2SP tlog-tiles."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.verifier import tree

from .writer import root_of, sha, tile_path

pytestmark = pytest.mark.once

# The entries that implementations of Certificate Transparency test with, and their root.
KNOWN = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
KNOWN += ["606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

LEAVES = [sha(b"\x00%d" % number) for number in range(70_000)]


def grow(leaves):
    frontier = tree.Frontier()
    for start in range(0, len(leaves), 256):
        frontier.add_tile(leaves[start : start + 256])
    return frontier


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert tree.Frontier().root().hex() == EMPTY_ROOT


def test_known_entries_have_the_known_root():
    leaves = tree.leaves([bytes.fromhex(entry) for entry in KNOWN])
    assert tree.above(leaves).hex() == KNOWN_ROOT
    assert grow(leaves).root().hex() == KNOWN_ROOT
    assert root_of(leaves).hex() == KNOWN_ROOT  # and the tests' own tree is right too


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_tile_by_tile_it_comes_to_the_root_that_the_text_defines(size):
    frontier = grow(LEAVES[:size])
    assert (frontier.size, frontier.root()) == (size, root_of(LEAVES[:size]))


@settings(max_examples=40, deadline=None)
@given(size=st.integers(0, 3000))
@example(size=768)
def test_it_does_so_at_every_size_and_copies_do_not_disturb_it(size):
    frontier = grow(LEAVES[:size])
    other = frontier.copy()
    other.add(LEAVES[0])
    assert frontier.root() == root_of(LEAVES[:size])
    assert other.root() == root_of([*LEAVES[:size], LEAVES[0]])


@given(level=st.integers(0, 5), index=st.integers(0, 10**10), width=st.integers(1, 256))
@example(level=0, index=1234067, width=256)
def test_addresses_are_those_of_the_format(level, index, width):
    assert tree.address(level, index, width) == tile_path(level, index, width)


def test_a_long_number_is_written_in_groups_of_three():
    assert tree.address("entries", 1234067, 256) == "record/tile/entries/x001/x234/067"
    assert tree.address(0, 5, 7) == "record/tile/0/005.p/7"


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, 2**40))
@example(size=0)
@example(size=65_536)
def test_widths_of_the_edge_are_those_of_the_format(size):
    for level in range(2, 6):
        edge = size // 256**level % 256
        if size // 256**level > 5000:
            continue
        found = list(tree.widths(size, level))
        assert [width for _, width in found if width != 256] == ([edge] if edge else [])
        assert sum(width for _, width in found) == size // 256**level


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_falls_apart_into_what_was_packed(entries):
    packed = b"".join(len(one).to_bytes(2, "big") + one for one in entries)
    assert tree.split_bundle(packed) == entries
    if entries:
        with pytest.raises(ValueError):
            tree.split_bundle(packed + b"\x00\x05a")
