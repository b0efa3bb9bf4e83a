"""Memory of a worker with many cached pages."""

import time

from .client import GZIP, connected, now_ms
from .figures import CannotMeasure, spread
from .servers import pennypress
from .site import Site

CACHED_PAGES = 2_000


def measure_memory(site: Site, *, seconds: int, rounds: int) -> dict:
    """Fetch as many permalinks as pages are to be cached; read the worker's memory.

    They are fetched twice: the second time shows whether they were cached.
    """
    story = site.stories[10_000][0]
    paths = [
        f"{story.url}discussion/{story.first_comment + number}/" for number in range(CACHED_PAGES)
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
            "pages": CACHED_PAGES,
            "resident_mb": server.resident_kb() / 1024,
            "empty_mb": empty / 1024,
            "compressed_mb": size / 2 / 1e6,
            "first_ms": spread(first),
            "again_ms": spread(second),
        }
