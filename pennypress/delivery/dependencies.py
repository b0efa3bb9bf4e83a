"""What a page depends on: the cache tags of the facts on it, and when time alone will change it.

Whatever reads a fact for a page says so with `depends_on`. While a page is rendered for the cache
these are collected; at any other time saying it costs nothing.
"""

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

FragmentKey = tuple[str, ...]


@dataclass
class Dependencies:
    """What one rendering depends on. With a `mark`, fragments leave marks instead of their text."""

    tags: set[str] = field(default_factory=set)
    until: dt.datetime | None = None
    mark: str = ""
    fragments: list[FragmentKey] = field(default_factory=list)

    def leave_mark(self, key: FragmentKey) -> str:
        """Note that a fragment stands here, and return the mark at which it will be joined in."""
        self.fragments.append(key)
        return f"<!--{self.mark}:{len(self.fragments) - 1}-->"


def split_at_marks(text: str, found: Dependencies) -> Iterator[str | FragmentKey]:
    """Take a text apart: what stands between its fragments, and the key of each of these."""
    if not found.mark:
        yield text
        return
    first, *others = text.split(f"<!--{found.mark}:")
    if first:
        yield first
    for other in others:
        number, _, rest = other.partition("-->")
        yield found.fragments[int(number)]
        if rest:
            yield rest


_collected: ContextVar[Dependencies | None] = ContextVar("dependencies", default=None)


def depends_on(*tags: str) -> None:
    """Say that what is being rendered changes when one of these cache tags is invalidated."""
    if (dependencies := _collected.get()) is not None:
        dependencies.tags.update(tags)


def expires_at(moment: dt.datetime) -> None:
    """Say that what is being rendered will read differently from this moment (aware) on."""
    dependencies = _collected.get()
    if dependencies is not None and (dependencies.until is None or moment < dependencies.until):
        dependencies.until = moment


def current_dependencies() -> Dependencies | None:
    """Return what is collected for the rendering under way, if there is one."""
    return _collected.get()


@contextlib.contextmanager
def collect_dependencies(*, with_marks: bool = False) -> Iterator[Dependencies]:
    """Collect what the block depends on. `with_marks`: fragments are left out and marked."""
    # Readers' words cannot hold the mark: it is new for every rendering.
    dependencies = Dependencies(mark=secrets.token_hex(12) if with_marks else "")
    token = _collected.set(dependencies)
    try:
        yield dependencies
    finally:
        _collected.reset(token)
