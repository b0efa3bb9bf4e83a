"""Bodies of requests: read whole, within bounds, or not at all.

Granian ends the iteration over a body silently when the rest never came, whatever the reason. So
only the number of bytes that the client declared says that a body is whole; one that is sent in
chunks declares none, and is refused before this (411).

A body that comes at once, as nearly all do, is only counted. One that takes longer holds one of a
bounded number of places and has to keep up a rate.
"""

import asyncio
import io
import tempfile
import time
from typing import Any

from pennypress.limits.shares import Shares

IN_MEMORY = 64 * 1024  # bytes of a body held in memory; more goes to a temporary file
AT_ONCE_SECONDS = 1.0  # a body that has come by then never holds a place
GRACE_SECONDS = 10.0  # before the rate counts
MOST_SLOW = 1_024  # places for bodies that take longer


class BodyRefused(Exception):
    """The body cannot be had; `status` and `words` are for the client."""

    status = 400
    words = "the body did not arrive whole"


class NotWhole(BodyRefused):
    """Less came than was declared: the client went away, or sent nonsense."""


class TooLarge(BodyRefused):
    """More is declared than this address takes."""

    status, words = 413, "too large"


class TooSlow(BodyRefused):
    """The body did not arrive in time."""

    status, words = 408, "it took too long"


class TooManyAtOnce(BodyRefused):
    """So many slow bodies come from this address already."""

    status, words = 429, "too many unfinished requests from your address"


class Arrival:
    """A body on its way."""

    __slots__ = ("address", "began", "patience", "received", "refused")

    def __init__(self, address: str, patience: asyncio.Timeout) -> None:
        self.address = address
        self.began = time.monotonic()
        self.received = 0
        self.patience = patience
        self.refused: type[BodyRefused] | None = None

    @property
    def rate(self) -> float:
        """Bytes a second until now."""
        return self.received / (time.monotonic() - self.began)

    def give_up(self, why: type[BodyRefused]) -> None:
        """End the reading of it."""
        self.refused = why
        self.patience.reschedule(asyncio.get_running_loop().time())


class Bodies:
    """Reads the bodies that a worker is sent. Used on the event loop alone."""

    def __init__(self, *, slowest: int, per_address: int) -> None:
        """`slowest` is in bytes a second; `per_address` is how many slow ones one may send."""
        self._slowest = max(slowest, 1)
        self._shares = Shares(per_address)
        self._slow: set[Arrival] = set()

    @property
    def slow(self) -> int:
        """How many bodies hold a place."""
        return len(self._slow)

    async def read(self, protocol: Any, length: int, limit: int, address: str) -> Any:
        """Return a body of `length` bytes as a file. Raises BodyRefused.

        `address` is the reader's, "" if it is not to be counted.
        """
        if length > limit:
            raise TooLarge
        # A file is opened when so much has come, not when it is announced: that takes a while.
        body: Any = (
            io.BytesIO()
            if length <= IN_MEMORY
            else tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        )
        try:
            await self._fill(body, protocol, length, address)
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    async def _fill(self, body: Any, protocol: Any, length: int, address: str) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        arrival, timer = None, None
        try:
            async with asyncio.timeout_at(began + GRACE_SECONDS) as patience:
                arrival = Arrival(address, patience)
                timer = loop.call_later(AT_ONCE_SECONDS, self._is_slow, arrival)
                async for chunk in protocol:
                    arrival.received += len(chunk)
                    body.write(chunk)
                    if arrival.received < length and not arrival.refused:
                        due = began + GRACE_SECONDS + arrival.received / self._slowest
                        patience.reschedule(due)
        except TimeoutError as error:
            raise ((arrival and arrival.refused) or TooSlow) from error
        except RuntimeError as error:  # what RSGI raises on a closed connection
            raise NotWhole from error
        finally:
            if timer:
                timer.cancel()
            if arrival in self._slow:
                self._slow.discard(arrival)
                self._shares.give_back(address)
        if arrival.received != length:
            raise NotWhole

    def _is_slow(self, arrival: Arrival) -> None:
        """Give a body that did not come at once a place, if need be another's."""
        if not self._shares.take(arrival.address):
            arrival.give_up(TooManyAtOnce)
            return
        if len(self._slow) >= MOST_SLOW:
            # Of the network that holds most of them, the slowest.
            least = min(
                self._slow,
                key=lambda one: (-self._shares.held_by_network_of(one.address), one.rate),
            )
            least.give_up(TooSlow)
        self._slow.add(arrival)
