"""The hash tree over the log's entries (RFC 6962, section 2.1): hashes, roots and proofs.

Knows neither files nor a database. Positions and sizes count entries from 0; hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]  # the root over entries from a position to another


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring nodes of one height; their number is a power of two."""
    row = hashes
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def root_of(nodes: Iterable[tuple[int, bytes]]) -> bytes:
    """Return the root over complete subtrees `(height, hash)`, which come from left to right.

    Heights never rise from one to the next, as where a tree is written as tiles.
    """
    stack: list[tuple[int, bytes]] = []
    for height, node in nodes:
        while stack and stack[-1][0] == height:
            node = node_hash(stack.pop()[1], node)
            height += 1
        stack.append((height, node))
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()[1]
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root


def split(count: int) -> int:
    """Return how many of `count` (at least 2) entries lie in the left subtree."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that lead from an entry to the root of the tree of `size` entries.

    From the leaf's sibling up (RFC 6962, section 2.1.1). Raises ValueError for an entry outside.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return path[::-1]


def consistency_proof(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that show the tree of `old` entries in that of `size` (section 2.1.2)."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} is not in one of {size}")
    path, low, high, whole = [], 0, size, True
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(subtree(low, high))
    return path[::-1]


def short_fingerprint(root: bytes) -> str:
    """Return the first 80 bits of a root as people compare them: `1f2e 3d4c …`, in fours."""
    digits = root.hex()[:20]
    return " ".join(digits[place : place + 4] for place in range(0, 20, 4))
