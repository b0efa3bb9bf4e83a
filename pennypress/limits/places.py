"""Places in a queue of one process: so many, and of one address only a few of them."""

from collections import Counter


class Places:
    """Who waits. Used by one thread, the event loop's."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Take a place for an address; say whether there was one. Then `leave` it."""
        if self._taken.total() >= self._most or self._taken[address] >= self._most_of_one:
            return False
        self._taken[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give a place back."""
        self._taken[address] -= 1
        if self._taken[address] <= 0:
            del self._taken[address]

    def __len__(self) -> int:
        return self._taken.total()
