"""Shares: how much of what a worker has one address, and the network around it, may hold at a time.

Kept in memory, per worker, and only while something is held. An address is what
`Proxies.reader_of` returns; "" stands for whoever is not to be counted.
"""

from collections import Counter

from .clients import client_of, read_client

NETWORK_TIMES = 4  # as much as an address may hold, all of its network may


def names_of(address: str) -> tuple[str, str]:
    """Return what counts as one address, and the network around it. ("", "") for none."""
    if not address:
        return "", ""
    client = read_client(address)
    return client.address, client.network


def network_of(address: str) -> str:
    """Return the network that an address is in: its /24, or its /48. "" for none."""
    return names_of(address)[1]


def is_unlimited(address: str) -> bool:
    """Say whether the operator exempted an address from all limits; whoever is unknown is."""
    return not address or client_of(address) is None


class Shares:
    """Counts what addresses hold. Used on the event loop alone."""

    def __init__(self, per_address: int) -> None:
        self.per_address = per_address
        self._held: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Take one for an address; say whether it was to be had."""
        if is_unlimited(address):
            return True
        one, network = names_of(address)
        if self._held[network] >= self.per_address * NETWORK_TIMES:
            return False
        if self._held[one] >= self.per_address:
            return False
        self._held[one] += 1
        self._held[network] += 1
        return True

    def give_back(self, address: str) -> None:
        """Give back one that was taken."""
        if is_unlimited(address):
            return
        for name in names_of(address):
            self._held[name] -= 1
            if not self._held[name]:
                del self._held[name]

    def held_by_network_of(self, address: str) -> int:
        """How many the network of an address holds."""
        return self._held.get(network_of(address), 0)
