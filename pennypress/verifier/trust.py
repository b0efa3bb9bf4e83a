"""Whom to trust: keys, handovers from one key to the next, and checkpoints seen before."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from .entries import SLACK
from .figures import Figures, KeyHandover
from .notes import (
    Distrusted,
    Key,
    NotSigned,
    SignedCheckpoint,
    read_checkpoint,
    read_key,
    read_signed,
    read_stated,
    stated_times,
)
from .reading import read_needed
from .report import DISAGREEMENT, RESTORED, UNREAD, VerifyReport
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
        return report.stop("key", "record/key", str(error), _level(error))


def read_covering_checkpoint(
    source: RecordSource,
    report: VerifyReport,
    key: Key,
    needed: int,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> SignedCheckpoint:
    """Return the checkpoint; wait for it, for some seconds, until it covers `needed` entries."""
    waited = 0.0
    while True:
        try:
            checkpoint = read_checkpoint(read_needed(source, report, "record/checkpoint"), key)
        except Distrusted as error:
            return report.stop("signature", "record/checkpoint", str(error), _level(error))
        if checkpoint.size >= needed or not source.may_change or waited >= WAIT_SECONDS:
            break
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
    limit = (now() + SLACK).timestamp()
    for name, stated in stated_times(checkpoint.note):
        if stated > limit:
            report.find("time", "record/checkpoint", f"{name} cosigned in the future ({stated})")
    return checkpoint


def _level(error: Distrusted) -> str:
    """What is no record's file at all says nothing of the record."""
    return UNREAD if isinstance(error, NotSigned) else DISAGREEMENT


class Trust:
    """Checks a record against the key that is trusted, and a checkpoint that was seen before."""

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
            report.stop("key", SEEN, str(error), _level(error))
        if self.seen.origin == checkpoint.origin and any(
            _signs(one, self.seen) for one in (str(served), key)
        ):
            self._compare_sizes(self.seen)  # before the entries are fetched in vain

    def check(self, figures: Figures, root_at_seen: bytes | None) -> None:
        """Report what cannot be trusted. `root_at_seen` is the root at the size seen before."""
        handovers = list(self._find_signed(figures))
        if handovers and handovers[-1].new != str(self.served):
            message = f"the last key that entries name is {handovers[-1].new}"
            self._find("key", "record/key", message)
        self._check_key(handovers)
        for handover in handovers:
            if handover.continued is not None:
                self._report_restored(handover, handover.continued)
        if self.seen is not None:
            self._check_seen(self.seen, root_at_seen, handovers)

    def _find(self, code: str, where: str, message: str, level: str = DISAGREEMENT) -> None:
        self.report.find(code, where, message, level)

    def _find_signed(self, figures: Figures) -> Iterator[KeyHandover]:
        """Yield the handovers that the old key signed; report the others."""
        for one in figures.handovers:
            try:
                text = read_signed(one.note, read_key(one.old))
                if text != f"{one.kind}\n{one.old}\n{one.new}\n":
                    raise Distrusted("it is not what the old key signed")
                if one.continued is not None:
                    _check_continued(one, one.continued)
            except Distrusted as error:
                self._find("key", f"entry {one.entry}", f"{one.kind} cannot be trusted: {error}")
            else:
                yield one

    def _check_key(self, handovers: list[KeyHandover]) -> None:
        """The trusted key must be the one that signs, or have handed over to it, in order."""
        if not self.key:
            return
        try:
            trusted = str(read_key(self.key))
        except Distrusted as error:
            self._find("key", "the key given", str(error))
            return
        for one in handovers:
            if one.old == trusted:
                trusted = one.new
                self.report.notes.append(
                    f"In entry {one.entry} the key that you trust handed over to {trusted}."
                )
        if trusted != str(self.served):
            self._find("key", "record/key", "the record is signed with a key you do not know")

    def _check_seen(
        self, seen: SignedCheckpoint, root_at_seen: bytes | None, handovers: list[KeyHandover]
    ) -> None:
        """What was seen before must still be there, if it was signed with a key of this record."""
        former = {str(self.served), self.key}
        for one in reversed(handovers):
            if one.new in former:
                former.add(one.old)
        if not any(_signs(key, seen) for key in former):
            self._find(
                "key",
                SEEN,
                "it is not signed with a known key, nor with one that handed over to it",
            )
            return
        if seen.origin != self.checkpoint.origin:
            restored = [h for h in handovers if h.continued and h.continued.origin == seen.origin]
            if restored:
                self._check_seen_before_restore(seen, root_at_seen, restored[-1])
            else:
                self._find("key", SEEN, f"it is of another record, {seen.origin}")
            return
        self._compare_sizes(seen)
        if root_at_seen is not None and root_at_seen != seen.root:
            self._report_rewritten(seen)

    def _compare_sizes(self, seen: SignedCheckpoint) -> None:
        if seen.size > self.checkpoint.size:
            self.report.stop(
                "truncated",
                "record/checkpoint",
                f"the record has {self.checkpoint.size} entries, and had {seen.size} before: it "
                "was cut short, or its database was rolled back and signed again",
            )
        if seen.size == self.checkpoint.size and seen.root != self.checkpoint.root:
            self.report.stop(
                "forked",
                "record/checkpoint",
                f"there are two records of {seen.size} entries, both signed: one was shown to you "
                "before, the other now",
            )

    def _report_rewritten(self, seen: SignedCheckpoint) -> None:
        self._find(
            "rewritten",
            "record/checkpoint",
            f"the first {seen.size} entries are not those that you were shown before: history was "
            "rewritten",
        )

    def _check_seen_before_restore(
        self, seen: SignedCheckpoint, root_at_seen: bytes | None, handover: KeyHandover
    ) -> None:
        """What was seen of the record before a restore must be there, or be reported as lost."""
        last, where = handover.continued, f"entry {handover.entry}"
        assert last is not None
        if seen.size > last.size:
            self._find(
                "truncated",
                where,
                f"you were shown {seen.size} entries of {seen.origin}, but the restored record "
                f"knows of {last.size}",
            )
        elif seen.size == last.size and seen.root != last.root:
            self._find(
                "forked",
                where,
                f"you were shown another record of {seen.origin} with {seen.size} entries than the "
                "restored one continues",
            )
        elif seen.size > handover.entry:
            self._find(
                "restored",
                where,
                f"{seen.size - handover.entry} of the {seen.size} entries that you were shown are "
                "lost: the site was restored from a backup that does not hold them",
            )
        elif root_at_seen is not None and root_at_seen != seen.root:
            self._report_rewritten(seen)

    def _report_restored(self, handover: KeyHandover, last: SignedCheckpoint) -> None:
        """Report that the record continues another one, and what was lost in between."""
        lost = max(0, last.size - handover.entry)
        self._find(
            "restored",
            f"entry {handover.entry}",
            f"the site was restored here: the entries before are those of {last.origin}, which was "
            f"last known with {last.size}" + (f"; {lost} of these are lost" if lost else ""),
            RESTORED,
        )


def _check_continued(handover: KeyHandover, stated: SignedCheckpoint) -> None:
    """Raise Distrusted unless the checkpoint that a restore names is the old key's own."""
    last = read_checkpoint(stated.note, read_key(handover.old))
    if (last.origin, last.size, last.root) != (stated.origin, stated.size, stated.root):
        raise Distrusted("what it states of the record before does not match its checkpoint")


def _signs(key: str, seen: SignedCheckpoint) -> bool:
    with suppress(Distrusted):
        return bool(read_checkpoint(seen.note, read_key(key)))
    return False
