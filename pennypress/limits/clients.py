"""Where a request came from, as limits count it: an address, and the network around it."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

CLIENTS_REMEMBERED = 4_096
# Who has one address of IPv6 has all of its /64; providers hand out up to a /48.
ADDRESS_BITS = {4: 32, 6: 64}
NETWORK_BITS = {4: 24, 6: 48}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """The address that counts as one, and its network. Neither is ever stored or logged."""

    address: str
    network: str


def client_of(address: str) -> Client | None:
    """Return the client at an address, as in REMOTE_ADDR; None where nothing limits it.

    An address that cannot be known or read ("") is one client of its own, shared by all such.
    """
    return None if _is_unlimited(address, tuple(settings.UNLIMITED)) else read_client(address)


def client_of_request(request: HttpRequest) -> Client | None:
    """Return the client that sent a request, as the proxies before the site tell of it."""
    return client_of(request.META.get("REMOTE_ADDR", ""))


@lru_cache(CLIENTS_REMEMBERED)
def read_client(address: str) -> Client:
    """Return the client at an address, also where nothing limits it."""
    found = _read(address)
    if found is None:
        return Client(UNKNOWN, UNKNOWN)
    return Client(_around(found, ADDRESS_BITS), _around(found, NETWORK_BITS))


@lru_cache(CLIENTS_REMEMBERED)
def _is_unlimited(address: str, unlimited: tuple) -> bool:
    found = _read(address)
    return found is not None and any(found in network for network in unlimited)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _around(address: IPv4Address | IPv6Address, bits: dict[int, int]) -> str:
    return str(ip_network((address, bits[address.version]), strict=False))
