"""Reading: cached pages beside nginx and bare Granian."""

import contextlib
import tempfile
import time
from pathlib import Path

from .client import GZIP, Answer, fetch
from .figures import CannotMeasure
from .load import run_wrk, take_turns
from .servers import Server, bare_granian, nginx, pennypress
from .site import CACHE, SIZES, Site

CONNECTIONS = (1, 16)
SETTLED_SECONDS = 6  # without another signature: all that there was is signed
SIGNED_SECONDS = 60


def measure_reads(site: Site, *, seconds: int, rounds: int) -> list[dict]:
    """For each size of discussion: the story page from us, from nginx and from bare Granian.

    The others hand out the very bytes that we hand out, under the same headers.
    """
    paths = {size: site.stories[size][0].url for size in SIZES}
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(pennypress(site.home))
        wait_until_signed(ours)
        pages = {path: _compressed(ours, path) for path in paths.values()}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=CACHE)))
        servers: dict[str, Server] = {}
        with contextlib.suppress(CannotMeasure):  # without nginx the rest is worth having
            files = {_file_path(path): page for path, page in pages.items()}
            servers["nginx"] = stack.enter_context(nginx(folder, files, keeps_open=False))
            servers["nginx open"] = stack.enter_context(nginx(folder, files, keeps_open=True))
        servers["granian"] = stack.enter_context(bare_granian(folder, pages))
        servers["ours"] = ours
        found = []
        for size, path in paths.items():
            addresses = {}
            for name, server in servers.items():
                own_path = _file_path(path) if name.startswith("nginx") else path
                _check_same(name, pages[path], fetch(server.port, own_path, GZIP))
                addresses[name] = server.address(own_path)
                run_wrk(addresses[name], 16, 1)  # warm
            for connections in CONNECTIONS:
                turns = addresses if connections > 1 else _without(addresses, "nginx open")
                rates = take_turns(turns, connections, rounds=rounds, seconds=seconds)
                length = len(pages[path].body)
                row = {"comments": size, "connections": connections, "bytes": length}
                found.append(row | rates)
        return found


def wait_until_signed(server: Server) -> None:
    """The day's first signature stands at the foot of every page: later it would change them."""
    signed, since = b"", time.monotonic()
    end = since + SIGNED_SECONDS
    while not signed or time.monotonic() - since < SETTLED_SECONDS:
        if time.monotonic() > end:
            raise CannotMeasure("the record was not signed")
        time.sleep(0.5)
        answer = fetch(server.port, "/record/checkpoint")
        if answer.status == 200 and answer.body != signed:
            signed, since = answer.body, time.monotonic()


def _without(addresses: dict[str, str], name: str) -> dict[str, str]:
    return {key: address for key, address in addresses.items() if key != name}


def _file_path(path: str) -> str:
    """Where nginx has a page: to nginx a path with a slash at its end is a folder."""
    return path.rstrip("/")


def _compressed(server: Server, path: str) -> Answer:
    """The page in gzip, as it is handed out for the second time."""
    fetch(server.port, path, GZIP)
    page = fetch(server.port, path, GZIP)
    if page.status != 200 or page.header("content-encoding") != "gzip":
        raise CannotMeasure(f"{path} came with status {page.status} and not in gzip")
    return page


def _check_same(name: str, page: Answer, other: Answer) -> None:
    """Refuse to compare what is not the same: bytes, and headers but for the server's own."""
    own = {"connection", "date", "server"}

    def shown(answer: Answer) -> list[tuple[str, str]]:
        return [header for header in answer.headers if header[0] not in own]

    if (other.status, other.body) != (page.status, page.body):
        raise CannotMeasure(f"{name} hands out another page than Pennypress")
    if different := set(shown(other)) ^ set(shown(page)):
        raise CannotMeasure(f"{name} hands the page out under other headers: {sorted(different)}")
