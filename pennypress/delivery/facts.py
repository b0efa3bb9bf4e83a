"""Facts that stand around many pages, read once by a worker and cached until a tag of theirs moves.

Pages that no cache holds (a form, a reader's own page, an error) take them from here, and so does a
page that is rendered for the cache: it depends on all that its facts depend on.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from .dependencies import collect_dependencies, depends_on, expires_at

T = TypeVar("T")
FactKey = tuple[str, ...]

MOST_FACTS = 2_000


@dataclass(frozen=True, slots=True)
class CachedFact:
    """A value with what makes it stale."""

    value: Any
    tags: frozenset[str]
    until: dt.datetime | None


class FactCache:
    """The facts that one process caches; used by many threads. Caches nothing until `begin`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active = False
        self.changes = 0  # how often something may have become stale
        self._clear()

    def _clear(self) -> None:
        self._facts: dict[FactKey, CachedFact] = {}
        self._keys_by_tag: dict[str, set[FactKey]] = {}
        self.changes += 1

    def begin(self) -> None:
        """Cache facts from now on: from here on somebody tells which tags move."""
        with self._lock:
            self._clear()
            self._active = True

    def end(self) -> None:
        """Cache nothing any more."""
        with self._lock:
            self._active = False
            self._clear()

    def invalidate(self, tags: Iterable[str]) -> None:
        """Forget what depends on these tags."""
        with self._lock:
            self.changes += 1
            for key in {key for tag in tags for key in self._keys_by_tag.get(tag, ())}:
                self._drop(key)

    def forget(self, key: FactKey) -> None:
        """Forget one fact, which turned out not to be true any more."""
        with self._lock:
            self._drop(key)

    def forget_all(self) -> None:
        """Forget everything: the database is not the one that was read before."""
        with self._lock:
            self._clear()

    def find(self, key: FactKey) -> CachedFact | None:
        """Return a fact that is still true, if it is cached and may be used here."""
        fact = self._facts.get(key)
        if fact is None or (fact.until is not None and fact.until <= dt.datetime.now(dt.UTC)):
            return None
        return fact if self._can_be_used() else None

    def store(self, key: FactKey, fact: CachedFact, changes: int) -> None:
        """Cache a fact that was read when there had been so many `changes`, and none since."""
        if not self._active or not self._can_be_used():
            return
        with self._lock:
            if self.changes != changes:
                return  # perhaps it is stale already
            self._drop(key)
            if len(self._facts) >= MOST_FACTS:
                self._drop(next(iter(self._facts)))
            self._facts[key] = fact
            for tag in fact.tags:
                self._keys_by_tag.setdefault(tag, set()).add(key)

    def _drop(self, key: FactKey) -> None:
        fact = self._facts.pop(key, None)
        for tag in fact.tags if fact else ():
            keys = self._keys_by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._keys_by_tag[tag]

    def _can_be_used(self) -> bool:
        """Not in a transaction: what it has changed is seen by nobody else, and may never be."""
        return self._active and not connection.in_atomic_block


FACTS = FactCache()
# Those of the request that is being answered, where no process may cache them for others.
_OWN: ContextVar[dict[FactKey, CachedFact] | None] = ContextVar("facts of a request", default=None)


@contextmanager
def facts_of_request() -> Iterator[None]:
    """Read each fact once in here, whatever this process caches: nothing in here changes one."""
    own = _OWN.set({})
    try:
        yield
    finally:
        _OWN.reset(own)


def cached_fact(key: FactKey, read: Callable[[], T]) -> T:
    """Return the fact of this key: cached, or as `read` reads it, saying what it depends on.

    The key names all that the fact is read by, the language too if words are in it. Whoever gets
    the fact must not change it.
    """
    own = _OWN.get()
    fact = FACTS.find(key) or (own.get(key) if own else None)
    if fact is None:
        changes = FACTS.changes
        with collect_dependencies() as found:
            value = read()
        fact = CachedFact(value, frozenset(found.tags), found.until)
        if fact.tags:  # one that says of nothing that it depends on it may depend on anything
            FACTS.store(key, fact, changes)
        if own is not None:
            own[key] = fact
    return _use(fact)


def find_fact(key: FactKey) -> Any:
    """Return the fact of this key if it is cached, else None."""
    fact = FACTS.find(key)
    return None if fact is None else _use(fact)


def _use(fact: CachedFact) -> Any:
    depends_on(*fact.tags)
    if fact.until is not None:
        expires_at(fact.until)
    return fact.value
