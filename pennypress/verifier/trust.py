"""Whom to believe: keys, what passed on from one to the next, and what was shown before."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from .entries import SLACK
from .figures import Figures, Passed
from .notes import (
    Distrusted,
    Key,
    SignedCheckpoint,
    read_checkpoint,
    read_key,
    read_signed,
    read_stated,
    stated_times,
)
from .reading import read_needed
from .report import VerifyReport
from .source import RecordSource

SEEN = "the checkpoint seen before"
WAIT_SECONDS = 10.0  # for a checkpoint that covers what the site claims
POLL_SECONDS = 0.5


def read_served_key(source: RecordSource, report: VerifyReport) -> Key:
    """Return the key that the source names as its own."""
    try:
        text = read_needed(source, report, "record/key").decode("utf-8", "replace")
        return read_key(text.split("\n")[0])
    except Distrusted as error:
        return report.stop("key", "record/key", str(error))


def read_covering_checkpoint(
    source: RecordSource,
    report: VerifyReport,
    key: Key,
    asked: int,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> SignedCheckpoint:
    """Return the checkpoint, waited for until it covers the `asked` entries of what is claimed."""
    waited = 0.0
    while True:
        try:
            found = read_checkpoint(read_needed(source, report, "record/checkpoint"), key)
        except Distrusted as error:
            return report.stop("signature", "record/checkpoint", str(error))
        if found.size >= asked or not source.lives or waited >= WAIT_SECONDS:
            break
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
    limit = (now() + SLACK).timestamp()
    for name, stated in stated_times(found.note):
        if stated > limit:
            report.find("time", "record/checkpoint", f"{name} cosigned in the future ({stated})")
    return found


class Trust:
    """The key that is trusted and the checkpoint that was seen, held against a record."""

    def __init__(
        self,
        report: VerifyReport,
        served: Key,
        key: str,
        since: bytes | None,
        checkpoint: SignedCheckpoint,
    ) -> None:
        """`served` is the source's own key, `key` the one that the reader trusts, if any."""
        self.report, self.served, self.key = report, served, key
        self.checkpoint = checkpoint
        self.seen: SignedCheckpoint | None = None
        if since is None:
            return
        try:
            self.seen = read_stated(since)
        except Distrusted as error:
            report.stop("key", SEEN, str(error))
        if self.seen.origin == checkpoint.origin and any(
            _signs(one, self.seen) for one in (str(served), key)
        ):
            self._compare_sizes(self.seen)  # before the entries are fetched in vain

    def settle(self, figures: Figures, root_then: bytes | None) -> None:
        """Say what is not to be believed. `root_then` is the root at the size that was seen."""
        passed = list(self._signed(figures))
        if passed and passed[-1].new != str(self.served):
            self._find("key", "record/key", f"the last key that entries name is {passed[-1].new}")
        self._settle_key(passed)
        for one in passed:
            if one.before is not None:
                self._name_restored(one, one.before)
        if self.seen is not None:
            self._settle_seen(self.seen, root_then, passed)

    def _find(self, code: str, where: str, message: str, level: str = "disagreement") -> None:
        self.report.find(code, where, message, level)

    def _signed(self, figures: Figures) -> Iterator[Passed]:
        """What passed on by the word of the old key; the rest is named."""
        for one in figures.passed:
            try:
                said = read_signed(one.note, read_key(one.old))
                if said != f"{one.kind}\n{one.old}\n{one.new}\n":
                    raise Distrusted("it is not what the old key signed")
                if one.before is not None:
                    _check_before(one, one.before)
            except Distrusted as error:
                self._find(
                    "key", f"entry {one.entry}", f"{one.kind} is not to be believed: {error}"
                )
            else:
                yield one

    def _settle_key(self, passed: list[Passed]) -> None:
        """The key that is trusted must be the one that signs, or have passed on to it in order."""
        if not self.key:
            return
        try:
            trusted = str(read_key(self.key))
        except Distrusted as error:
            self._find("key", "the key given", str(error))
            return
        for one in passed:
            if one.old == trusted:
                trusted = one.new
                self.report.notes.append(
                    f"In entry {one.entry} the key that you trust passed on to {trusted}."
                )
        if trusted != str(self.served):
            self._find("key", "record/key", "the record is signed with a key you do not know")

    def _settle_seen(
        self, seen: SignedCheckpoint, root_then: bytes | None, passed: list[Passed]
    ) -> None:
        """What was shown before must still be there, if it was signed by whom it should be."""
        former = {str(self.served), self.key}
        for one in reversed(passed):
            if one.new in former:
                former.add(one.old)
        if not any(_signs(key, seen) for key in former):
            self._find(
                "key", SEEN, "it is not signed with a key that is known, or that passed on to this"
            )
            return
        if seen.origin != self.checkpoint.origin:
            restored = [one for one in passed if one.before and one.before.origin == seen.origin]
            if restored:
                self._settle_seen_before(seen, root_then, restored[-1])
            else:
                self._find("key", SEEN, f"it is of another record, {seen.origin}")
            return
        self._compare_sizes(seen)
        if root_then is not None and root_then != seen.root:
            self._find_rewritten(seen)

    def _compare_sizes(self, seen: SignedCheckpoint) -> None:
        if seen.size > self.checkpoint.size:
            self.report.stop(
                "truncated",
                "record/checkpoint",
                f"the record has {self.checkpoint.size} entries and had {seen.size}: it was cut "
                "short, or its database was rolled back and signed on",
            )
        if seen.size == self.checkpoint.size and seen.root != self.checkpoint.root:
            self.report.stop(
                "forked",
                "record/checkpoint",
                f"there are two records of {seen.size} entries, both signed: one was shown to you "
                "before, the other now",
            )

    def _find_rewritten(self, seen: SignedCheckpoint) -> None:
        self._find(
            "rewritten",
            "record/checkpoint",
            f"the first {seen.size} entries are not those that you were shown before: history was "
            "rewritten",
        )

    def _settle_seen_before(
        self, seen: SignedCheckpoint, root_then: bytes | None, passed: Passed
    ) -> None:
        """What was shown of the record before a restore must be there, or be said to be lost."""
        last, where = passed.before, f"entry {passed.entry}"
        assert last is not None
        if seen.size > last.size:
            self._find(
                "truncated",
                where,
                f"you were shown {seen.size} entries of {seen.origin}, and the restored record "
                f"knows of {last.size}",
            )
        elif seen.size == last.size and seen.root != last.root:
            self._find(
                "forked",
                where,
                f"you were shown another record of {seen.origin} with {seen.size} entries than the "
                "restored one continues",
            )
        elif seen.size > passed.entry:
            self._find(
                "restored",
                where,
                f"{seen.size - passed.entry} of the {seen.size} entries that you were shown before "
                "are lost: the site was restored from a backup that has not got them",
            )
        elif root_then is not None and root_then != seen.root:
            self._find_rewritten(seen)

    def _name_restored(self, passed: Passed, last: SignedCheckpoint) -> None:
        """Say by name that the record continues another, and what was lost in between."""
        lost = max(0, last.size - passed.entry)
        self._find(
            "restored",
            f"entry {passed.entry}",
            f"the site was restored here: the entries before are those of {last.origin}, which was "
            f"last known with {last.size}" + (f"; {lost} of these are lost" if lost else ""),
            "restored",
        )


def _check_before(passed: Passed, said: SignedCheckpoint) -> None:
    """Raise Distrusted unless the checkpoint that a restore names is the old key's own."""
    last = read_checkpoint(said.note, read_key(passed.old))
    if (last.origin, last.size, last.root) != (said.origin, said.size, said.root):
        raise Distrusted("what it says of the record before does not fit that one's checkpoint")


def _signs(key: str, seen: SignedCheckpoint) -> bool:
    with suppress(Distrusted):
        return bool(read_checkpoint(seen.note, read_key(key)))
    return False
