"""The hash tree of RFC 6962 in tiles of 256 hashes (C2SP tlog-tiles), from the reader's side."""

import hashlib
from collections.abc import Iterator

WIDTH = 256
EMPTY = hashlib.sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def leaves(entries: list[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def above(hashes: list[bytes]) -> bytes:
    """The hash over 2^n neighbours."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def unpack(tile: bytes) -> list[bytes]:
    return [tile[place : place + 32] for place in range(0, len(tile), 32)]


class Frontier:
    """A tree that is read from the left, of which only the finished right edge is held."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # one for each 1 in the size, written as a binary number

    def add(self, node: bytes, entries: int = 1) -> None:
        """Add the hash over the next 2^n entries; all before are whole groups of as many."""
        place = entries
        while self.size & place:
            node = hashlib.sha256(b"\x01" + self._peaks.pop() + node).digest()
            place <<= 1
        self._peaks.append(node)
        self.size += entries

    def add_tile(self, hashes: list[bytes]) -> None:
        """Add the leaves of a tile; all tiles before are full."""
        if len(hashes) == WIDTH:
            self.add(above(hashes), WIDTH)
        else:
            for node in hashes:
                self.add(node)

    def copy(self) -> "Frontier":
        other = Frontier()
        other.size, other._peaks = self.size, self._peaks.copy()
        return other

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = hashlib.sha256(b"\x01" + peak + root).digest()
        return root


def address(level: int | str, index: int, width: int) -> str:
    """The path of a tile (`level` is a number) or of a bundle of entries ("entries")."""
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    path = f"record/tile/{level}/{'/'.join(parts)}"
    return path if width == WIDTH else f"{path}.p/{width}"


def widths(size: int, level: int = 0) -> Iterator[tuple[int, int]]:
    """The index and width of each tile at a level of a tree."""
    count = size >> (8 * level)
    for index in range(count // WIDTH):
        yield index, WIDTH
    if count % WIDTH:
        yield count // WIDTH, count % WIDTH


def split_bundle(bundle: bytes) -> list[bytes]:
    """Take a bundle apart into entries. Raises ValueError when its lengths do not fit."""
    entries, place = [], 0
    while place < len(bundle):
        begin = place + 2
        place = begin + int.from_bytes(bundle[place:begin], "big")
        entries.append(bundle[begin:place])
    if place != len(bundle):
        raise ValueError("its lengths do not add up")
    return entries
