"""The walk over the record: every entry is read, and checked against the tree and its root."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from . import tree
from .entries import Clock, Malformed, read_entries
from .figures import AT_THE_END, Check, Figures
from .notes import SignedCheckpoint
from .reading import read_object
from .report import VerifyReport
from .source import AT_ONCE, Missing, RecordSource

SALT_BYTES = 32

Opened = tuple[str, bytes, bytes]  # the name of a commitment, its salt and its content


class Walk:
    """Reads all entries that a checkpoint covers, once and in order."""

    def __init__(
        self,
        source: RecordSource,
        report: VerifyReport,
        checkpoint: SignedCheckpoint,
        now: datetime,
    ) -> None:
        self.source, self.report, self.checkpoint = source, report, checkpoint
        self.figures, self._clock = Figures(), Clock(now)
        self._checks: dict[int, list[Check]] = defaultdict(list)
        self._uppers: list[bytes] = []

    def schedule(self, size: int, check: Check) -> None:
        """Have a check run once the figures are those at this record size, or AT_THE_END."""
        if size == AT_THE_END:
            size = self.checkpoint.size
        if size > self.checkpoint.size:
            self.report.find(
                "uncovered",
                "record/checkpoint",
                f"a claim is about {size} entries, but only {self.checkpoint.size} are signed",
            )
        else:
            self._checks[size].append(check)

    def _run_checks(self, size: int) -> None:
        for check in self._checks.pop(size, ()):
            check(self.figures)

    def run(self, seen: SignedCheckpoint | None) -> tuple[Figures, bytes | None]:
        """Read each entry, check it against the tree, and run the checks due at each size.

        `seen` is a checkpoint that was seen before. Returns the figures, and the root at the size
        of `seen`, if it is known.
        """
        checkpoint = self.checkpoint
        # The tree over the hashes in the tiles, and from the first difference on the tree over the
        # entries themselves: if one of them leads to the signed root, the other was tampered with.
        of_tiles = tree.Frontier()
        of_entries: tree.Frontier | None = None
        edges: tuple[list[bytes], list[bytes]] = [], []
        roots_at_seen: list[bytes] = []  # by the tiles, by the entries
        differing: list[tuple[int, int]] = []  # runs of entries, first and last
        for index, width, bundle, leaves, rows in self._bundles(checkpoint.size):
            start = index * tree.WIDTH
            opened = self._read_opened(rows, index, width)
            hashes = tree.leaves(bundle)
            if hashes != leaves:
                of_entries = of_entries or of_tiles.copy()
                for place in range(width):
                    if hashes[place] != leaves[place]:
                        _extend(differing, start + place)
            if seen is not None and start <= seen.size < start + width:
                for frontier, nodes in ((of_tiles, leaves), (of_entries or of_tiles, hashes)):
                    at_seen = frontier.copy()
                    for node in nodes[: seen.size - start]:
                        at_seen.add(node)
                    roots_at_seen.append(at_seen.root())
            if of_entries:
                of_entries.add_tile(hashes)
            if width == tree.WIDTH:
                self._uppers.append(tree.above(leaves))
                of_tiles.add(self._uppers[-1], tree.WIDTH)
            else:
                of_tiles.add_tile(leaves)
                edges = leaves, hashes
            for number, entry in enumerate(read_entries(bundle), start):
                if number in self._checks:
                    self._run_checks(number)
                self._add(number, entry)
                if number in opened:
                    for one in opened[number]:
                        self._check_opened(number, entry, one)
            self.report.tiles += 1
        self._run_checks(checkpoint.size)
        self.report.entries = checkpoint.size
        signed = of_tiles.root() == checkpoint.root
        rewritten = of_entries is not None and not signed and of_entries.root() == checkpoint.root
        self._report_differing(differing, checkpoint.size, rewritten=rewritten)
        known = bool(roots_at_seen) and (signed or rewritten)
        before = len(self.report.findings)
        self._check_upper_tiles(checkpoint, edges[rewritten], signed=signed)
        if not signed and not rewritten:
            more = "" if differing or len(self.report.findings) != before else (
                ": tiles were rewritten, with their entries"
            )  # fmt: skip
            self.report.find(
                "root",
                "record/checkpoint",
                f"the root of the tree is not the one that was signed{more}",
            )
        return self.figures, roots_at_seen[rewritten] if known else None

    def _report_differing(self, runs: list[tuple[int, int]], size: int, *, rewritten: bool) -> None:
        """Report the entries that differ from the tiles, or the tiles that were rewritten."""
        if rewritten:
            tiles = {n // tree.WIDTH for first, last in runs for n in range(first, last + 1)}
            for index in sorted(tiles):
                width = min(size - index * tree.WIDTH, tree.WIDTH)
                self.report.find(
                    "tile",
                    tree.address(0, index, width),
                    "it was rewritten: its hashes are not those of the entries, which were signed",
                )
            return
        for first, last in runs:
            self.report.find(
                "entry",
                f"entry {first}" if first == last else f"entries {first} to {last}",
                "it is not what is in the tree: changed, removed, added or out of order",
            )

    def _bundles(self, size: int) -> Iterator[tuple[int, int, list[bytes], list[bytes], Any]]:
        """Read each bundle of entries with its leaves and what is opened of it, some ahead.

        Not ahead from a folder: there, threads only wait for each other.
        """
        if not self.source.may_change:
            for index, width in tree.widths(size):
                yield self._bundle(index, width)
            return
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ahead: list[Any] = []
            for index, width in tree.widths(size):
                ahead.append(pool.submit(self._bundle, index, width))
                if len(ahead) > AT_ONCE:
                    yield ahead.pop(0).result()
            for one in ahead:
                yield one.result()

    def _bundle(
        self, index: int, width: int
    ) -> tuple[int, int, list[bytes], list[bytes], list[Any]]:
        path = tree.address("entries", index, width)
        packed = self._tile("entries", index, width)
        try:
            entries = tree.split_bundle(packed)[:width]
        except ValueError as error:
            self.report.stop("bundle", path, str(error))
        leaves = tree.unpack(self._tile(0, index, width))[:width]
        if len(entries) != width or len(leaves) != width:
            self.report.stop(
                "truncated", path, f"it holds {len(entries)} of {width} entries: some are missing"
            )
        where = f"record/opened/{index}.json"
        opened = read_object(self.source, self.report, where)
        listed = [] if opened is None else opened.get("opened")
        if not isinstance(listed, list):
            self.report.find("malformed", where, "it has no list of what is opened")
            listed = []
        return index, width, entries, leaves, listed

    def _tile(self, level: int | str, index: int, width: int) -> bytes:
        path = tree.address(level, index, width)
        try:
            return self.source.read(path)
        except Missing as error:
            if width != tree.WIDTH:
                try:
                    return self.source.read(tree.address(level, index, tree.WIDTH))
                except Missing:
                    pass
            return self.report.stop("missing", path, f"it cannot be read ({error})")

    def _check_upper_tiles(
        self, checkpoint: SignedCheckpoint, edge: list[bytes], *, signed: bool
    ) -> None:
        """Compare each tile of hashes of tiles with the tiles below.

        `signed` says whether what is below leads to the signed root. When it does not, and a level
        above does, then the tile below is the one that was rewritten.
        """
        level, hashes = 1, self._uppers
        right = [(1, edge)]  # the nodes at the right edge of the tree, from the leaves upwards
        while hashes:
            theirs, differing = [], []
            for index, width in tree.widths(checkpoint.size, level):
                tile = tree.unpack(self._tile(level, index, width))[:width]
                self.report.tiles += 1
                mine = hashes[index * tree.WIDTH : index * tree.WIDTH + width]
                if tile != mine:
                    differing.append((index, width))
                theirs += tile
            if differing and not signed and _root(level, theirs, right) == checkpoint.root:
                named = {finding.where for finding in self.report.findings}
                for index, (below, above) in enumerate(zip(hashes, theirs, strict=True)):
                    where = tree.address(level - 1, index, tree.WIDTH)
                    if below != above and where not in named:
                        self.report.find(
                            "tile",
                            where,
                            "it was rewritten: the tile above, which was signed, has another hash",
                        )
                hashes, signed = theirs, True
            else:
                for index, width in differing:
                    self.report.find(
                        "tile",
                        tree.address(level, index, width),
                        "it was rewritten: its hashes are not those of the tiles below",
                    )
            full = len(hashes) - len(hashes) % tree.WIDTH
            right.append((tree.WIDTH**level, hashes[full:]))
            hashes = [
                tree.above(hashes[place : place + tree.WIDTH])
                for place in range(0, full, tree.WIDTH)
            ]
            level += 1

    def _add(self, number: int, entry: dict[str, Any] | Malformed) -> None:
        try:
            if isinstance(entry, Malformed):
                raise entry
            if self._clock.is_ahead(entry["time"]):
                self.report.find(
                    "time", f"entry {number}", f"its time is in the future: {entry['time']}"
                )
            self.figures.add(entry)
        except Malformed as error:
            self.report.find("malformed", f"entry {number}", str(error))
            self.figures.size = number + 1

    def _read_opened(self, rows: list[Any], index: int, width: int) -> dict[int, list[Opened]]:
        """Return what is opened of the entries in a bundle, by the number of the entry."""
        first = index * tree.WIDTH
        found: dict[int, list[Opened]] = defaultdict(list)
        for row in rows:
            try:
                number, name = row["entry"], row["name"]
                if type(number) is not int or not first <= number < first + tree.WIDTH:
                    raise ValueError(number)
                if type(name) is not str:
                    raise TypeError(name)
                salt = base64.b64decode(row["salt"], validate=True)
                content = row["content"].encode()
            except (KeyError, TypeError, ValueError, AttributeError):
                self._report_unfit(index)
                continue
            if number < first + width:  # others are newer than the checkpoint
                found[number].append((name, salt, content))
        return found

    def _check_opened(self, number: int, entry: dict[str, Any] | Malformed, opened: Opened) -> None:
        name, salt, content = opened
        if isinstance(entry, Malformed) or name not in entry["commitments"]:
            self._report_unfit(number // tree.WIDTH)
            return
        claimed = entry["commitments"][name]
        self.report.opened += 1
        # With a salt of another length, bytes could be moved between it and the content.
        if len(salt) != SALT_BYTES or hashlib.sha256(salt + content).hexdigest() != claimed:
            self.report.find(
                "opened",
                f"entry {number}",
                f"the {name} that the site shows for it does not match the entry's commitment",
            )

    def _report_unfit(self, index: int) -> None:
        self.report.find(
            "opened",
            f"record/opened/{index}.json",
            "something in it does not belong to any commitment of these entries",
        )


def _extend(runs: list[tuple[int, int]], number: int) -> None:
    """Add a number to the last run when it follows it, or begin another."""
    if runs and runs[-1][1] == number - 1:
        runs[-1] = runs[-1][0], number
    else:
        runs.append((number, number))


def _root(level: int, hashes: list[bytes], right: list[tuple[int, list[bytes]]]) -> bytes:
    """The root over all hashes of a level and the right edge below it."""
    frontier = tree.Frontier()
    for entries, nodes in [(tree.WIDTH**level, hashes), *reversed(right)]:
        for node in nodes:
            frontier.add(node, entries)
    return frontier.root()
