"""The tiles of a record: read from its source, compared with the entries and the signed root."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from . import tree
from .notes import SignedCheckpoint
from .reading import level_of, read_object
from .report import VerifyReport
from .source import AT_ONCE, Missing, RecordSource, Unreadable


@dataclass(frozen=True)
class Bundle:
    """Up to 256 entries in order, with the hashes in their tile and the rows of what is opened.

    There are no rows, not even none, where what is opened could not be read.
    """

    index: int
    entries: list[bytes]
    leaves: list[bytes]
    opened: list[Any] | None

    @property
    def start(self) -> int:
        """The number of the first entry."""
        return self.index * tree.WIDTH


def read_bundles(source: RecordSource, report: VerifyReport, size: int) -> Iterator[Bundle]:
    """Read the bundles of the first `size` entries, some ahead. Raises Stop if one is missing.

    Not ahead from a folder: there, threads only wait for each other.
    """
    if not source.may_change:
        for index, width in tree.widths(size):
            yield _read_bundle(source, report, index, width)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ahead: list[Future[Bundle]] = []
        for index, width in tree.widths(size):
            ahead.append(pool.submit(_read_bundle, source, report, index, width))
            if len(ahead) > AT_ONCE:
                yield ahead.pop(0).result()
        for one in ahead:
            yield one.result()


def _read_bundle(source: RecordSource, report: VerifyReport, index: int, width: int) -> Bundle:
    path = tree.address("entries", index, width)
    packed = _read_tile(source, report, "entries", index, width)
    try:
        entries = tree.split_bundle(packed)[:width]
    except ValueError as error:
        report.stop("bundle", path, str(error))
    leaves = tree.unpack(_read_tile(source, report, 0, index, width))[:width]
    if len(entries) != width or len(leaves) != width:
        report.stop(
            "truncated", path, f"it holds {len(entries)} of {width} entries: some are missing"
        )
    where = f"record/opened/{index}.json"
    document = read_object(source, report, where)
    opened = document.get("opened") if document else None
    if document is not None and not isinstance(opened, list):
        report.find("malformed", where, "it has no list of what is opened")
        opened = None
    return Bundle(index, entries, leaves, opened)


def _read_tile(
    source: RecordSource, report: VerifyReport, level: int | str, index: int, width: int
) -> bytes:
    path = tree.address(level, index, width)
    try:
        return source.read(path)
    except (Missing, Unreadable) as error:
        if width != tree.WIDTH:  # a partial tile may be gone once the full one is there
            with suppress(Missing, Unreadable):
                return source.read(tree.address(level, index, tree.WIDTH))
        return report.stop("missing", path, f"it cannot be read ({error})", level_of(error))


class TileCheck:
    """Compares the tiles with the entries, and both with the signed root.

    There is the tree over the hashes in the tiles, and from the first difference on the tree over
    the entries themselves: if one of them leads to the signed root, the other was tampered with.
    """

    def __init__(
        self,
        source: RecordSource,
        report: VerifyReport,
        checkpoint: SignedCheckpoint,
        seen: SignedCheckpoint | None,
    ) -> None:
        """`seen` is a checkpoint that was seen before."""
        self.source, self.report, self.checkpoint = source, report, checkpoint
        self._seen_size = -1 if seen is None else seen.size
        self._roots_at_seen: list[bytes] = []  # by the tiles, by the entries
        self._of_tiles = tree.Frontier()
        self._of_entries: tree.Frontier | None = None
        self._edges: tuple[list[bytes], list[bytes]] = [], []  # partial tile, and its entries
        self._differing: list[tuple[int, int]] = []  # runs of entries, first and last
        self._tile_hashes: list[bytes] = []  # of the full tiles of leaves

    def add(self, bundle: Bundle) -> None:
        """Compare the next bundle with its tile."""
        leaves, hashes = bundle.leaves, tree.leaves(bundle.entries)
        if hashes != leaves:
            self._of_entries = self._of_entries or self._of_tiles.copy()
            for number, (one, other) in enumerate(zip(hashes, leaves, strict=True), bundle.start):
                if one != other:
                    _extend(self._differing, number)
        if bundle.start <= self._seen_size < bundle.start + len(leaves):
            count = self._seen_size - bundle.start
            before = self._of_entries or self._of_tiles
            self._roots_at_seen = [
                _root_after(self._of_tiles, leaves[:count]),
                _root_after(before, hashes[:count]),
            ]
        if self._of_entries:
            self._of_entries.add_tile(hashes)
        if len(leaves) == tree.WIDTH:
            self._tile_hashes.append(tree.above(leaves))
            self._of_tiles.add(self._tile_hashes[-1], tree.WIDTH)
        else:
            self._of_tiles.add_tile(leaves)
            self._edges = leaves, hashes
        self.report.tiles += 1

    def finish(self) -> bytes | None:
        """Compare with the signed root, and the upper tiles with those below.

        Returns the root at the size that was seen before, if it is known.
        """
        root = self.checkpoint.root
        signed = self._of_tiles.root() == root
        rewritten = not signed and self._of_entries is not None and self._of_entries.root() == root
        if rewritten:
            self._report_rewritten()
        else:
            self._report_differing()
        before = len(self.report.findings)
        self._check_upper_tiles(self._edges[rewritten], signed=signed)
        if signed or rewritten:
            return self._roots_at_seen[rewritten] if self._roots_at_seen else None
        message = "the root of the tree is not the one that was signed"
        if not self._differing and len(self.report.findings) == before:
            message += ": tiles were rewritten, with their entries"
        self.report.find("root", "record/checkpoint", message)
        return None

    def _report_rewritten(self) -> None:
        """Report the tiles that differ from the entries."""
        message = "it was rewritten: its hashes are not those of the entries, which were signed"
        for index in sorted(
            {n // tree.WIDTH for first, last in self._differing for n in range(first, last + 1)}
        ):
            width = min(self.checkpoint.size - index * tree.WIDTH, tree.WIDTH)
            self.report.find("tile", tree.address(0, index, width), message)

    def _report_differing(self) -> None:
        """Report the entries that differ from the tiles."""
        for first, last in self._differing:
            self.report.find(
                "entry",
                f"entry {first}" if first == last else f"entries {first} to {last}",
                "it is not what is in the tree: changed, removed, added or out of order",
            )

    def _check_upper_tiles(self, edge: list[bytes], *, signed: bool) -> None:
        """Compare each tile of hashes of tiles with the tiles below.

        `signed` says whether what is below leads to the signed root. When it does not, and a level
        above does, then the tile below is the one that was rewritten.
        """
        level, hashes = 1, self._tile_hashes
        right = [(1, edge)]  # the nodes at the right edge of the tree, from the leaves upwards
        while hashes:
            stored, differing = self._compare_level(level, hashes)
            if (
                differing
                and not signed
                and _root_over(level, stored, right) == self.checkpoint.root
            ):
                self._report_lower_tiles(level, hashes, stored)
                hashes, signed = stored, True
            else:
                message = "it was rewritten: its hashes are not those of the tiles below"
                for where in differing:
                    self.report.find("tile", where, message)
            full = len(hashes) - len(hashes) % tree.WIDTH
            right.append((tree.WIDTH**level, hashes[full:]))
            hashes = [
                tree.above(hashes[place : place + tree.WIDTH])
                for place in range(0, full, tree.WIDTH)
            ]
            level += 1

    def _compare_level(self, level: int, hashes: list[bytes]) -> tuple[list[bytes], list[str]]:
        """Return the hashes in the tiles of a level, and the paths of tiles with others."""
        stored, differing = [], []
        for index, width in tree.widths(self.checkpoint.size, level):
            tile = tree.unpack(_read_tile(self.source, self.report, level, index, width))[:width]
            self.report.tiles += 1
            if tile != hashes[index * tree.WIDTH : index * tree.WIDTH + width]:
                differing.append(tree.address(level, index, width))
            stored += tile
        return stored, differing

    def _report_lower_tiles(self, level: int, hashes: list[bytes], stored: list[bytes]) -> None:
        """Report the tiles whose hash is not the one in the tile above."""
        named = {finding.where for finding in self.report.findings}
        message = "it was rewritten: the tile above, which was signed, has another hash"
        for index, (below, above) in enumerate(zip(hashes, stored, strict=True)):
            where = tree.address(level - 1, index, tree.WIDTH)
            if below != above and where not in named:
                self.report.find("tile", where, message)


def _extend(runs: list[tuple[int, int]], number: int) -> None:
    """Add a number to the last run when it follows it, or begin another."""
    if runs and runs[-1][1] == number - 1:
        runs[-1] = runs[-1][0], number
    else:
        runs.append((number, number))


def _root_after(frontier: tree.Frontier, nodes: list[bytes]) -> bytes:
    """The root of a tree to which some more leaves are added; the tree itself stays as it is."""
    grown = frontier.copy()
    for node in nodes:
        grown.add(node)
    return grown.root()


def _root_over(level: int, hashes: list[bytes], right: list[tuple[int, list[bytes]]]) -> bytes:
    """The root over all hashes of a level and the right edge below it."""
    frontier = tree.Frontier()
    for entries, nodes in [(tree.WIDTH**level, hashes), *reversed(right)]:
        for node in nodes:
            frontier.add(node, entries)
    return frontier.root()
