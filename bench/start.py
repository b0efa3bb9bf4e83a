"""Memory with many kept pages, and how long a start takes until the first page is there."""

import time

from .client import GZIP, connected, fetch, now_ms
from .figures import CannotMeasure, median, spread
from .servers import pennypress
from .site import Site

KEPT_PAGES = 2_000
STARTS = 5


def measure_memory(site: Site, *, seconds: int, rounds: int) -> dict:
    """Fetch as many permalinks as pages are to be kept; read the worker's memory.

    They are fetched twice: the second time shows whether they were kept.
    """
    story = site.stories[10_000][0]
    paths = [
        f"{story.url}discussion/{story.first_comment + number}/" for number in range(KEPT_PAGES)
    ]
    with pennypress(site.home) as server, connected(server.port) as reader:
        reader.get(story.url, GZIP)
        empty = server.resident_kb()
        first, second, size = [], [], 0
        for took in (first, second):
            for path in paths:
                begun = now_ms()
                page = reader.get(path, GZIP)
                took.append(now_ms() - begun)
                if page.status != 200:
                    raise CannotMeasure(f"{path} was answered with {page.status}")
                size += len(page.body)
        time.sleep(1)
        return {
            "pages": KEPT_PAGES,
            "resident_mb": server.resident_kb() / 1024,
            "empty_mb": empty / 1024,
            "compressed_mb": size / 2 / 1e6,
            "first_ms": spread(first),
            "again_ms": spread(second),
        }


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
