"""Showing at a terminal how far a check has come, by what the report counts."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

from .report import VerifyReport

DELAY = 0.7  # seconds of work that nobody needs to be told of
EVERY = 0.25  # seconds
_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def shown(report: VerifyReport) -> Iterator[None]:
    """Show what was checked so far on standard error, if that is a terminal, and take it away."""
    if not (sys.stderr and sys.stderr.isatty()) or os.environ.get("TERM") in {"dumb", "unknown"}:
        yield
        return
    ended = threading.Event()
    showing = threading.Thread(target=_show, args=(report, ended), daemon=True)
    showing.start()
    try:
        yield
    finally:
        ended.set()
        showing.join()


def _show(report: VerifyReport, ended: threading.Event) -> None:
    if ended.wait(DELAY):
        return
    while True:
        _write(f"{_CLEAR}{progress_of(report)}")
        if ended.wait(EVERY):
            break
    _write(_CLEAR)


def progress_of(report: VerifyReport) -> str:
    """Return what was checked so far in one line; what is not known yet is left out."""
    signed = report.checkpoint
    counts = [
        (report.pages, report.all_pages, "pages"),
        (report.entries, signed.size if signed else 0, "entries"),
        (report.pictures, report.all_pictures, "pictures"),
    ]
    words = [f"{done:,} of {of:,} {what}" for done, of, what in counts if of]
    return "Checking: " + (", ".join(words) or "what the site claims")


def _write(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # the terminal has gone
        sys.stderr.write(text)
        sys.stderr.flush()
