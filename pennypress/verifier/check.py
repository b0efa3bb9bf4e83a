"""The whole check: from a checkpoint to every entry, and from the entries to the site's claims."""

import contextlib
import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from .claims import check_claims, read_claims
from .deadline import OutOfTime
from .pages import NO_PAGES, read_pages
from .picture_files import PictureFiles
from .report import UNREAD, Stop, VerifyReport
from .source import RecordSource
from .trust import Trust, read_covering_checkpoint, read_served_key
from .walk import Walk


def verify(
    source: RecordSource,
    *,
    since: bytes | None = None,
    key: str = "",
    with_pages: bool = True,
    report: VerifyReport | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> VerifyReport:
    """Check a record and what is claimed from it; return all that disagrees.

    `since` is a checkpoint (its note) that was seen before. `key` is the verifier key that the
    reader trusts; without it, the one that the source itself names is used. An empty `report` that
    is given is filled while the check goes on. `now` returns the reader's own time, aware; `sleep`
    takes seconds.
    """
    report = report or VerifyReport()
    with _ended(source, report), _without_garbage_collection():
        served = read_served_key(source, report)
        claims = read_claims(source, report)
        pictures = PictureFiles(source, report)
        pages = read_pages(source, report, claims, pictures) if with_pages and claims else NO_PAGES
        needed = max([claims["size"] if claims else 0, *(size for size, _ in pages.checks)])
        checkpoint = read_covering_checkpoint(source, report, served, needed, now, sleep)
        report.checkpoint = checkpoint
        trust = Trust(report, served, key, since, checkpoint)
        walk = Walk(source, report, checkpoint, now())
        if claims:
            walk.schedule(claims["size"], partial(check_claims, report, claims))
        for size, check in pages.checks:
            walk.schedule(size, check)
        for entry, compare in pages.content_checks:
            walk.schedule_content(entry, compare)
        figures, root_at_seen = walk.run(trust.seen)
        trust.check(figures, root_at_seen)
        pictures.check()
    return report


@contextlib.contextmanager
def _ended(source: RecordSource, report: VerifyReport) -> Iterator[None]:
    """End the check where nothing more can be done, or when its time is over."""
    try:
        yield
    except Stop:
        pass
    except OutOfTime:
        size = report.checkpoint.size if report.checkpoint else "an unknown number of"
        report.find(
            "deadline",
            "the check",
            f"it was not done within {source.deadline.seconds:g} seconds: it got to "
            f"{report.entries} of {size} entries and read {report.pages} pages and "
            f"{report.pictures} pictures",
            UNREAD,
        )


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Entries are read by the million and hold no cycles: looking for these took a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
