"""What a page shows: the tags of the facts on it, and when time alone will change it.

Whatever reads a fact for a page says so with `shows`. While a page is being rendered to be kept,
a recording collects these; at any other time saying it costs nothing.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

PartKey = tuple[str, ...]


@dataclass
class Shown:
    """What one rendering has shown. With a `mark`, kept parts leave marks instead of their text."""

    tags: set[str] = field(default_factory=set)
    until: dt.datetime | None = None
    mark: str = ""
    parts: list[PartKey] = field(default_factory=list)

    def leave_mark(self, key: PartKey) -> str:
        """Note that a part stands here, and return the mark at which it will be joined in."""
        self.parts.append(key)
        return f"<!--{self.mark}:{len(self.parts) - 1}-->"


_recording: ContextVar[Shown | None] = ContextVar("recording", default=None)


def shows(*tags: str) -> None:
    """Say that what is being rendered shows facts that change when one of these tags moves."""
    if (shown := _recording.get()) is not None:
        shown.tags.update(tags)


def differs_at(moment: dt.datetime) -> None:
    """Say that what is being rendered will read differently from this moment (aware) on."""
    shown = _recording.get()
    if shown is not None and (shown.until is None or moment < shown.until):
        shown.until = moment


def current() -> Shown | None:
    """Return the recording under way, if there is one."""
    return _recording.get()


@contextlib.contextmanager
def recording(*, with_marks: bool = False) -> Iterator[Shown]:
    """Collect what is shown inside the block. `with_marks`: kept parts are left out and marked."""
    # Readers' words cannot hold the mark: it is new for every rendering.
    shown = Shown(mark=secrets.token_hex(12) if with_marks else "")
    token = _recording.set(shown)
    try:
        yield shown
    finally:
        _recording.reset(token)
