"""Requests that bring something, as one worker process counts them: in memory, before it reads."""

from django.conf import settings

from .clients import client_of
from .windows import MemoryLimiter


class WriteLimiter:
    """Counts what addresses and networks send: far above what is stored of them, and cheaper."""

    def __init__(self) -> None:
        self._limiter = MemoryLimiter()

    def wait_for(self, address: str) -> int:
        """Count a request from an address; return 0, or the seconds after which it may come."""
        client = client_of(address)
        if client is None:
            return 0
        limits = settings.LIMITS
        return self._limiter.take(
            [
                (client.address, limits.writes_address),
                (client.network, limits.writes_network),
            ]
        )
