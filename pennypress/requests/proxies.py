"""Who asks, and how: what a proxy before the site says of a request, believed only of our own.

Anybody can send X-Forwarded-For and X-Forwarded-Proto. They count only when the connection comes
from a trusted proxy, and then from right to left: each proxy appends what it saw, so the rightmost
address that is no trusted proxy is the one that the outermost of ours saw. All to its left is
hearsay. RFC 7239's `Forwarded` is not read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

MOST_HOPS = 32  # of a chain; more is no chain of ours
PEERS_REMEMBERED = 4096


@dataclass(frozen=True)
class RequestOrigin:
    """Where a request comes from.

    `address` is the client's, in its shortest form, "" when it cannot be known; `scheme` is "http"
    or "https"; `forwarded_scheme` is what a trusted proxy said of it, None when none did: only this
    may reach Django as HTTP_X_FORWARDED_PROTO.
    """

    address: str
    scheme: str
    forwarded_scheme: str | None


class Proxies:
    """The proxies that this site believes. Safe to share between threads."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)
        self._knows = lru_cache(PEERS_REMEMBERED)(self._looks_up)

    def trusts(self, peer: str) -> bool:
        """Say whether a connection's other end, as in `127.0.0.1:50000`, is a trusted proxy."""
        return self._knows(_without_port(peer))

    def scheme_of(self, peer: str, forwarded_proto: Sequence[str], scheme: str = "http") -> str:
        """Return "https" or "http"; `scheme` is the connection's own. For cached pages."""
        if forwarded_proto and self.trusts(peer):
            return _read_scheme(forwarded_proto) or scheme
        return scheme

    def origin_of(
        self,
        peer: str,
        forwarded_for: Sequence[str] = (),
        forwarded_proto: Sequence[str] = (),
        scheme: str = "http",
    ) -> RequestOrigin:
        """Return where a request comes from.

        `peer` is the connection's other end with its port. The headers are given as often as they
        came, in their order: one of them may be the visitor's own, the last is the proxy's.
        """
        near = _read(_without_port(peer))
        address = str(near) if near else ""
        if not self.trusts(peer):
            return RequestOrigin(address, scheme, None)
        chain = [hop for line in forwarded_for for hop in line.split(",")]
        for hop in reversed(chain[-MOST_HOPS:]):
            far = _read(_host(hop))
            if far is None:  # "unknown", or nonsense: the nearest we know is the last proxy
                break
            address = str(far)
            if not self._contains(far):
                break
        forwarded = _read_scheme(forwarded_proto)
        return RequestOrigin(address, forwarded or scheme, forwarded)

    def reader_of(self, peer: str, forwarded_for: Sequence[str] = ()) -> str:
        """Return the address that limits count a request by, "" where it would be a proxy's.

        A proxy that does not say for whom it asks would else be limited for all its readers.
        """
        if not self.trusts(peer):
            return self.origin_of(peer).address
        address = self.origin_of(peer, forwarded_for).address
        return "" if self._knows(address) else address

    def _looks_up(self, host: str) -> bool:
        address = _read(host)
        return address is not None and self._contains(address)

    def _contains(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def _without_port(peer: str) -> str:
    """Take the port off `127.0.0.1:50000`, `[::1]:50000` or `::1:50000`."""
    return peer.rpartition(":")[0].strip("[]")


def _host(hop: str) -> str:
    """Take off what some proxies write around an address: quotes, brackets, a port."""
    hop = hop.strip(' \t"')
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _read(host: str) -> IPv4Address | IPv6Address | None:
    """Read an address; one of IPv4 that came through an IPv6 socket is the IPv4 one."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _read_scheme(forwarded_proto: Sequence[str]) -> str | None:
    """Return what the nearest proxy wrote, if it is a scheme."""
    forwarded = forwarded_proto[-1].rpartition(",")[2].strip().lower() if forwarded_proto else ""
    return forwarded if forwarded in {"http", "https"} else None
