"""The walk over the record: every entry is read, checked against the tree, and added up."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from . import tree
from .entries import Clock, Malformed, read_entries
from .figures import AT_THE_END, Check, Figures
from .notes import SignedCheckpoint
from .report import VerifyReport
from .source import RecordSource
from .tiles import Bundle, TileCheck, read_bundles

SALT_BYTES = 32

CONTENT = "content"  # the name of the commitment to what a version says

Opened = tuple[str, bytes, bytes]  # the name of a commitment, its salt and its content
ContentCheck = Callable[[bytes | None], None]  # takes the content, or None when it is not opened


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
        self._content_checks: dict[int, list[ContentCheck]] = defaultdict(list)
        self._unsound = -1  # the last bundle of which something that is opened is not as it must be

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

    def schedule_content(self, entry: int, check: ContentCheck) -> None:
        """Have a check run with the content that is opened of an entry, which is as committed to.

        It is not run where something else is said of that content: that it is not what the entry
        commits to, or that what is opened could not be read.
        """
        self._content_checks[entry].append(check)

    def run(self, seen: SignedCheckpoint | None) -> tuple[Figures, bytes | None]:
        """Read each entry, check it against the tree, and run the checks due at each size.

        `seen` is a checkpoint that was seen before. Returns the figures, and the root at the size
        of `seen`, if it is known. Raises Stop if entries are missing.
        """
        tiles = TileCheck(self.source, self.report, self.checkpoint, seen)
        for bundle in read_bundles(self.source, self.report, self.checkpoint.size):
            tiles.add(bundle)
            self._add(bundle)
            self.report.entries = bundle.start + len(bundle.entries)
        self._run_checks(self.checkpoint.size)
        return self.figures, tiles.finish()

    def _run_checks(self, size: int) -> None:
        for check in self._checks.pop(size, ()):
            check(self.figures)

    def _add(self, bundle: Bundle) -> None:
        opened = self._read_opened(bundle)
        for number, entry in enumerate(read_entries(bundle.entries), bundle.start):
            if number in self._checks:
                self._run_checks(number)
            self._add_entry(number, entry)
            found = [self._check_opened(number, entry, one) for one in opened.get(number, ())]
            if number in self._content_checks:
                self._run_content_checks(number, found)

    def _run_content_checks(self, number: int, opened: list[tuple[str, bytes | None]]) -> None:
        """Run the checks of a content, unless something was said of it already."""
        contents = [content for name, content in opened if name == CONTENT]
        if None in contents or (not contents and self._unsound == number // tree.WIDTH):
            return
        for check in self._content_checks.pop(number):
            check(contents[0] if contents else None)

    def _add_entry(self, number: int, entry: dict[str, Any] | Malformed) -> None:
        try:
            if isinstance(entry, Malformed):
                raise entry
            if self._clock.is_ahead(entry["time"]):
                message = f"its time is in the future: {entry['time']}"
                self.report.find("time", f"entry {number}", message)
            self.figures.add(entry)
        except Malformed as error:
            self.report.find("malformed", f"entry {number}", str(error))
            self.figures.size = number + 1

    def _read_opened(self, bundle: Bundle) -> dict[int, list[Opened]]:
        """Return what is opened of the entries in a bundle, by the number of the entry."""
        found: dict[int, list[Opened]] = defaultdict(list)
        if bundle.opened is None:
            self._unsound = bundle.index
        for row in bundle.opened or ():
            try:
                number, name = row["entry"], row["name"]
                if type(number) is not int or number // tree.WIDTH != bundle.index:
                    raise ValueError(number)
                if type(name) is not str:
                    raise TypeError(name)
                salt = base64.b64decode(row["salt"], validate=True)
                content = row["content"].encode()
            except (KeyError, TypeError, ValueError, AttributeError):
                self._report_unfit(bundle.index)
                continue
            if number < bundle.start + len(bundle.entries):  # others are newer than the checkpoint
                found[number].append((name, salt, content))
        return found

    def _check_opened(
        self, number: int, entry: dict[str, Any] | Malformed, opened: Opened
    ) -> tuple[str, bytes | None]:
        """Return the name of what is opened, and its content if that is what was committed to."""
        name, salt, content = opened
        if isinstance(entry, Malformed) or name not in entry["commitments"]:
            self._report_unfit(number // tree.WIDTH)
            return name, None
        self.report.opened += 1
        commitment = entry["commitments"][name]
        # With a salt of another length, bytes could be moved between it and the content.
        if len(salt) != SALT_BYTES or hashlib.sha256(salt + content).hexdigest() != commitment:
            self.report.find(
                "opened",
                f"entry {number}",
                f"the {name} that the site shows for it does not match the entry's commitment",
            )
            return name, None
        return name, content

    def _report_unfit(self, index: int) -> None:
        self._unsound = index
        self.report.find(
            "opened",
            f"record/opened/{index}.json",
            "something in it does not belong to any commitment of these entries",
        )
