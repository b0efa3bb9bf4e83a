"""Pages that have to be made: those that no cache holds, and those that none holds yet.

The limit of both is a Django view that hands out the same bytes: what the way through Granian and
Django costs before a page is made at all.
"""

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .changes import post_comment
from .client import GZIP, Answer, Connection, connected, now_ms
from .figures import CannotMeasure, median, spread
from .load import run_wrk, take_turns
from .reads import wait_until_signed
from .servers import Server, django_view, pennypress
from .site import CACHE, Site, Story

MANY = 16  # connections
WARM_SECONDS = 0.5
HOME_CHANGES = 20  # in a round


@dataclass(frozen=True)
class Kind:
    """A kind of page: where to ask for it each time, and the status that it has."""

    paths: Iterator[str]
    status: int = 200


def measure_dynamic(site: Site, *, seconds: int, rounds: int) -> dict:
    """Pages that are made for each request: by us, and as the same bytes from a Django view."""
    reply = f"{site.stories[21][0].url}discussion/reply/"
    kinds = {
        "reply form": Kind(itertools.repeat(reply)),
        "/me/comments/": Kind(itertools.repeat("/me/comments/")),
        "sign-in page": Kind(itertools.repeat("/admin/login/")),
        "404": Kind((f"/news/nothing-{number}/" for number in itertools.count()), 404),
    }
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=CACHE)))
        ours = stack.enter_context(pennypress(site.home))
        wait_until_signed(ours)
        pages = {
            "" if kind.status == 404 else next(kind.paths): _warm(ours, kind)
            for kind in kinds.values()
        }
        limit = stack.enter_context(django_view(folder, pages))
        for kind in kinds.values():
            _warm(limit, kind)
        servers = {"limit": limit, "ours": ours}
        found = [
            {name: _ask_both(servers, kind, seconds) for name, kind in kinds.items()}
            for _ in range(rounds)
        ]
        addresses = {who: server.address(reply) for who, server in servers.items()}
        for address in addresses.values():
            run_wrk(address, MANY, 1)  # warm
        many = take_turns(addresses, MANY, rounds=rounds, seconds=seconds)
        return {
            "one": {name: _middle([one[name] for one in found]) for name in kinds},
            "many": {"connections": MANY, **many},
        }


def _warm(server: Server, kind: Kind) -> Answer:
    """Ask for a page some times; return it."""
    _ask_for_a_while(server, kind, WARM_SECONDS)
    with connected(server.port) as reader:
        return _get(reader, next(kind.paths), kind.status)


def _ask_both(servers: dict[str, Server], kind: Kind, seconds: int) -> dict[str, dict]:
    return {who: spread(_ask_for_a_while(server, kind, seconds)) for who, server in servers.items()}


def _ask_for_a_while(server: Server, kind: Kind, seconds: float) -> list[float]:
    """Ask for one page after the other over one connection; return milliseconds."""
    took: list[float] = []
    end = now_ms() + seconds * 1000
    with connected(server.port) as reader:
        while now_ms() < end:
            path = next(kind.paths)
            begun = now_ms()
            _get(reader, path, kind.status)
            took.append(now_ms() - begun)
    return took


def _get(reader: Connection, path: str, status: int = 200) -> Answer:
    answer = reader.get(path, GZIP)
    if answer.status != status:
        raise CannotMeasure(f"{path} was answered with {answer.status}")
    return answer


def _middle(runs: list[dict]) -> dict[str, dict[str, float]]:
    """The median of each figure of each server."""
    return {
        who: {figure: median(run[who][figure] for run in runs) for figure in ("p50", "p99")}
        for who in runs[0]
    }


def measure_first(site: Site, *, seconds: int, rounds: int) -> dict:
    """Pages that no cache holds yet: every story once after a start, the home page after changes.

    A round is one start of the server. `stale` counts home pages that did not show the change.
    """
    stories = sorted(itertools.chain(*site.stories.values()), key=lambda story: story.id)
    found: dict[str, dict[str, list[float]]] = {
        name: {"limit": [], "ours": []} for name in ("story", "home")
    }
    stale = 0
    with pennypress(site.home) as server:
        wait_until_signed(server)  # else it signs while it is measured
    for _ in range(rounds):
        with pennypress(site.home) as ours, connected(ours.port) as reader:
            pages = {
                story.url: _timed(reader, story.url, found["story"]["ours"]) for story in stories
            }
            stale += _change_home(ours.port, reader, site.stories[21][0], found["home"]["ours"])
            pages["/"] = _get(reader, "/")
        with (
            tempfile.TemporaryDirectory(dir=CACHE) as folder,
            django_view(Path(folder), pages) as limit,
            connected(limit.port) as reader,
        ):
            for story in stories:
                _timed(reader, story.url, found["story"]["limit"])
            for _ in range(HOME_CHANGES):
                _timed(reader, "/", found["home"]["limit"])
    return {
        "stories": len(stories),
        "stale": stale,
        **{name: {who: spread(took) for who, took in by.items()} for name, by in found.items()},
    }


def _timed(reader: Connection, path: str, took: list[float]) -> Answer:
    """Ask for a page; add how long that took."""
    begun = now_ms()
    page = _get(reader, path)
    took.append(now_ms() - begun)
    return page


def _change_home(port: int, reader: Connection, story: Story, took: list[float]) -> int:
    """Post comments to a story whose count the home page shows; time the home page after each.

    Return how many did not show the change.
    """
    before = _get(reader, "/")
    stale = 0
    with connected(port) as writer:
        for number in range(HOME_CHANGES):
            post_comment(writer, story, number)
            after = _timed(reader, "/", took)
            stale += after.body == before.body
            before = after
    return stale
