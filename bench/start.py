"""How long a start takes until the first page is there."""

from .client import GZIP, fetch, now_ms
from .figures import CannotMeasure, median
from .servers import pennypress
from .site import Site

STARTS = 5


def measure_start(site: Site, *, seconds: int, rounds: int) -> dict:
    """Start the server some times: until it says that it serves, and until a page is there."""
    path = site.stories[10_000][0].url
    ready: list[float] = []
    page: list[float] = []
    for number in range(STARTS + 1):
        begun = now_ms()
        with pennypress(site.home) as server:
            serving = now_ms()
            if fetch(server.port, path, GZIP).status != 200:
                raise CannotMeasure(f"{path} cannot be had")
            if number:  # the first one brings database and static files up to date
                ready.append(serving - begun)
                page.append(now_ms() - begun)
    return {"ready_ms": median(ready), "page_ms": median(page), "all_ms": page}
