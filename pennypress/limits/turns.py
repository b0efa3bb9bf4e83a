"""Turns: the order in which those who wait get at what is scarce, a thread that renders.

Networks take turns, and in each of them its addresses, so that whoever asks for a thousand pages
waits behind himself and not before the others. Who missed nothing lately goes before those who did.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .shares import NETWORK_TIMES, is_unlimited, names_of

MOST_OF_ONE = 64  # requests of an address that wait; of a network four times as many
MISSES_IN_A_MINUTE = 30  # of an address; it waits apart then, and a network after four times that
WINDOW_SECONDS = 60
REMEMBERED = 8_192  # addresses and networks that missed something

Place = asyncio.Future[None]


class Busy(Exception):
    """So many wait already that one more may not. `of_one`: so many of the same network."""

    def __init__(self, *, of_one: bool) -> None:
        super().__init__()
        self.of_one = of_one


class _Ring:
    """Those who wait: by network, by address, in their order."""

    def __init__(self) -> None:
        self._networks: OrderedDict[str, OrderedDict[str, deque[Place]]] = OrderedDict()

    def add(self, address: str, place: Place) -> None:
        one, network = names_of(address)
        self._networks.setdefault(network, OrderedDict()).setdefault(one, deque()).append(place)

    def count(self, address: str) -> tuple[int, int]:
        """How many wait of an address, and of its network."""
        one, network = names_of(address)
        ones: OrderedDict[str, deque[Place]] = self._networks.get(network, OrderedDict())
        return len(ones.get(one, ())), sum(map(len, ones.values()))

    def pop(self) -> Place | None:
        """Take the one out whose turn it is; his network, and he in it, go behind all others."""
        if not self._networks:
            return None
        network, ones = self._networks.popitem(last=False)
        one, places = ones.popitem(last=False)
        place = places.popleft()
        if places:
            ones[one] = places
        if ones:
            self._networks[network] = ones
        return place


class Turns:
    """Lets `at_once` in at a time; of those who wait, one of each network after the other."""

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self._free = at_once
        self._most = most_waiting
        self._waiting = 0
        self._first, self._later = _Ring(), _Ring()

    def check_room(self, address: str) -> None:
        """Raise Busy if an address may not join those who wait."""
        if self._free:
            return
        if self._waiting >= self._most:
            raise Busy(of_one=False)
        if is_unlimited(address):
            return
        first, later = self._first.count(address), self._later.count(address)
        of_one, of_network = first[0] + later[0], first[1] + later[1]
        if of_one >= MOST_OF_ONE or of_network >= MOST_OF_ONE * NETWORK_TIMES:
            raise Busy(of_one=True)

    @asynccontextmanager
    async def turn(self, address: str, *, first: bool = True) -> AsyncIterator[None]:
        """Wait for a turn of this address, and hold it during the block."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(self._first if first else self._later, address)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, ring: _Ring, address: str) -> None:
        place: Place = asyncio.get_running_loop().create_future()
        ring.add(address, place)
        self._waiting += 1
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was this one's turn just now
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while (place := self._first.pop() or self._later.pop()) is not None:
            self._waiting -= 1
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Misses:
    """Which addresses and networks asked lately for what is not there, and how often."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def note(self, address: str) -> None:
        """Note that an address asked for what is not there."""
        if is_unlimited(address):
            return
        now = time.monotonic()
        for name in names_of(address):
            began, count = self._counts.pop(name, (now, 0))
            self._counts[name] = (began, count + 1) if now - began <= WINDOW_SECONDS else (now, 1)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)

    def are_many(self, address: str) -> bool:
        """Say whether an address, or its network, missed often in the last minute."""
        one, network = names_of(address)
        return (
            self._count(one) > MISSES_IN_A_MINUTE
            or self._count(network) > MISSES_IN_A_MINUTE * NETWORK_TIMES
        )

    def are_any(self, address: str) -> bool:
        """Say whether an address missed something in the last minute."""
        return self._count(names_of(address)[0]) > 0

    def _count(self, name: str) -> int:
        began, count = self._counts.get(name, (0.0, 0))
        return count if time.monotonic() - began <= WINDOW_SECONDS else 0
