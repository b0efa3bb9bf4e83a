"""The log as tiles and bundles (C2SP tlog-tiles): made from entries, stored once they are full."""

from collections.abc import Iterator

from django.db.models import Max

from . import tree
from .models import Checkpoint, Entry, Tile

WIDTH = 256  # hashes in a full tile
HEIGHT = 8  # of the tree within a tile
TILES_AT_ONCE = 64  # half a megabyte
MOST_LEVELS = 7  # enough for 2^56 entries


class NoSuchTile(LookupError):
    """There is no such tile, or no checkpoint that covers it yet."""


def make_tiles(size: int) -> int:
    """Store all full tiles of the first `size` entries that are not there; return how many.

    What a tile holds follows from the entries, so that two who make it make the same. Half a
    megabyte is held at a time. Raises DamagedLog when an entry is missing.
    """
    made = 0
    level, full = 0, size // WIDTH
    while full:
        have = _count_tiles(level)
        for first in range(have, full, TILES_AT_ONCE):
            tiles = [
                _tile(level, index) for index in range(first, min(first + TILES_AT_ONCE, full))
            ]
            Tile.objects.bulk_create(tiles, ignore_conflicts=True)
            made += len(tiles)
        level, full = level + 1, full // WIDTH
    return made


class DamagedLog(Exception):
    """Entries are missing from the database, or in it twice."""


def read_tile(level: int, index: int, width: int = WIDTH) -> bytes:
    """Return the first `width` hashes of a tile as they are served.

    Raises NoSuchTile for what no signed checkpoint covers.
    """
    if not (0 <= level < MOST_LEVELS and 0 < width <= WIDTH):
        raise NoSuchTile(f"no tile {level}/{index} of {width} hashes")
    if (index * WIDTH + width) << (HEIGHT * level) > signed_size():
        raise NoSuchTile(f"tile {level}/{index} has not {width} hashes yet")
    return b"".join(_hashes(level, index * WIDTH, width))


def read_bundle(index: int, width: int = WIDTH) -> bytes:
    """Return the first `width` entries of a bundle, each after its length in two bytes.

    Raises NoSuchTile for what no signed checkpoint covers.
    """
    if not 0 < width <= WIDTH or index * WIDTH + width > signed_size():
        raise NoSuchTile(f"bundle {index} has not {width} entries yet")
    entries = _entries(index * WIDTH, width)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def signed_size() -> int:
    """Return the size of the latest signed checkpoint; 0 before the first."""
    return Checkpoint.objects.aggregate(most=Max("size"))["most"] or 0


def root_at(size: int) -> bytes:
    """Return the root of the tree over the first `size` entries, whose full tiles are stored."""
    return tree.root_of(_edge(size))


def _edge(size: int) -> Iterator[tuple[int, bytes]]:
    """The hashes in the unfilled tile of each level, from the highest to the leaves."""
    for level in reversed(range(MOST_LEVELS)):
        here = size >> (HEIGHT * level)
        if width := here % WIDTH:
            for node in _hashes(level, here - width, width):
                yield HEIGHT * level, node


def subtrees(size: int) -> tree.Subtree:
    """Return a function that gives the root over any range of the first `size` entries.

    It reads each tile once: a proof asks for few.
    """
    rows: dict[tuple[int, int], list[bytes]] = {}

    def complete(low: int, height: int) -> bytes:
        level = height // HEIGHT
        count, first = 1 << height % HEIGHT, low >> (HEIGHT * level)
        start = first - first % WIDTH
        if (level, start) not in rows:
            width = min(WIDTH, (size >> (HEIGHT * level)) - start)
            # No other tile than a full one is stored: for the rest the database need not be asked.
            find = _hashes if width == WIDTH else _hashes_from_below
            rows[level, start] = find(level, start, width)
        return tree.fold(rows[level, start][first - start : first - start + count])

    def root(low: int, high: int) -> bytes:
        nodes = []
        while low < high:
            height = (high - low).bit_length() - 1
            nodes.append((height, complete(low, height)))
            low += 1 << height
        return tree.root_of(nodes)

    return root


def _tile(level: int, index: int) -> Tile:
    hashes = _hashes(level, index * WIDTH, WIDTH)
    return Tile(level=level, index=index, hashes=b"".join(hashes), root=tree.fold(hashes))


def _hashes(level: int, start: int, count: int) -> list[bytes]:
    """The hashes of neighbouring nodes at the foot of a level's tiles, all within one tile."""
    index, offset = divmod(start, WIDTH)
    stored = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    if stored is not None:
        row = bytes(stored)[offset * 32 : (offset + count) * 32]
        return [row[place : place + 32] for place in range(0, len(row), 32)]
    return _hashes_from_below(level, start, count)


def _hashes_from_below(level: int, start: int, count: int) -> list[bytes]:
    """The same, made from entries or from the tiles of the level below."""
    if level == 0:
        return [tree.leaf_hash(entry) for entry in _entries(start, count)]
    below = Tile.objects.filter(level=level - 1, index__gte=start, index__lt=start + count)
    roots = [bytes(root) for root in below.order_by("index").values_list("root", flat=True)]
    if len(roots) != count:
        raise DamagedLog(f"tiles {start} to {start + count - 1} of level {level - 1} are missing")
    return roots


def _entries(start: int, count: int) -> list[bytes]:
    rows = Entry.objects.filter(index__gte=start, index__lt=start + count).order_by("index")
    entries = [bytes(body) for body in rows.values_list("body", flat=True)]
    if len(entries) != count:
        raise DamagedLog(f"of entries {start} to {start + count - 1}, {len(entries)} are there")
    return entries


def _count_tiles(level: int) -> int:
    most = Tile.objects.filter(level=level).aggregate(most=Max("index"))["most"]
    return 0 if most is None else most + 1
