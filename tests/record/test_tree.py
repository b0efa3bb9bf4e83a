"""The hash tree agrees with RFC 6962, its published examples and a library of others."""

import hashlib

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pennypress.record.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

pytestmark = pytest.mark.once

# The inputs and roots that implementations of Certificate Transparency test themselves with.
EXAMPLES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

entries = st.lists(st.binary(max_size=8), max_size=70)


def subtree_of(leaves):
    """The root over a range of entries, from the definition in RFC 6962, section 2.1."""

    def root(low, high):
        if high - low == 1:
            return leaf_hash(leaves[low])
        count = 1
        while count * 2 < high - low:
            count *= 2
        return node_hash(root(low, low + count), root(low + count, high))

    return root


def peer_of(leaves):
    peer = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        peer.append_entry(leaf)
    return peer


def test_the_published_examples_have_the_published_roots():
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT == root_of([])
    leaves = [bytes.fromhex(text) for text in EXAMPLES]
    for size, root in ROOTS.items():
        assert root_of((0, leaf_hash(leaf)) for leaf in leaves[:size]).hex() == root


@settings(deadline=None)
@given(entries)
def test_roots_are_those_of_another_implementation(leaves):
    assert root_of((0, leaf_hash(leaf)) for leaf in leaves) == peer_of(leaves).get_root()


@settings(deadline=None)
@given(entries.filter(len), st.data())
def test_another_implementation_believes_our_proofs_and_no_altered_ones(leaves, data):
    peer, subtree = peer_of(leaves), subtree_of(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    theirs = peer.prove_inclusion(index + 1)  # it counts from 1, and begins with the leaf
    assert inclusion_proof(index, len(leaves), subtree) == theirs.path[1:]
    old = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(old, len(leaves), subtree)
    assert _follow(old, len(leaves), proof, peer.get_root(old)) == (
        peer.get_root(old), peer.get_root(),
    )  # fmt: skip


def _follow(old, size, proof, old_root):
    """The two roots that a consistency proof leads to (RFC 9162, section 2.1.4.2)."""
    if old == size:
        assert not proof
        return old_root, old_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        if place & 1 or place == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, node)
        place, last = place >> 1, last >> 1
    assert last == 0
    return first, second
