"""What the limits cost: the same site with limits that nobody reaches, and with none."""

import contextlib

from .client import now_ms
from .figures import median
from .load import take_turns
from .posts import post_for_a_while
from .servers import pennypress
from .site import Site

CONNECTIONS = 16
NAMES = (
    "WRITES_ADDRESS", "WRITES_NETWORK", "COMMENTS_ADDRESS_STORY", "COMMENTS_ADDRESS",
    "COMMENTS_NETWORK", "COMMENTS_READER", "GUESTS_ADDRESS", "COMMENTS_STORY", "COMMENTS_SITE",
)  # fmt: skip
SETTINGS = {
    "limits": {
        "PENNYPRESS_UNLIMITED": "none",
        **{f"PENNYPRESS_LIMIT_{name}": "100000+100000/second" for name in NAMES},
    },
    "none": {"PENNYPRESS_UNLIMITED": "127.0.0.0/8"},
}


def measure_limits(site: Site, *, seconds: int, rounds: int) -> dict:
    """Read a cached page and post comments, in turns, with limits and without any."""
    stories = iter(site.stories[0])  # a new one for each round: it does not stay empty
    posts: dict[str, list[float]] = {name: [] for name in SETTINGS}
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(pennypress(site.home, variables=variables))
            for name, variables in SETTINGS.items()
        }
        page = site.stories[21][0].url
        reads = take_turns(
            {name: server.address(page) for name, server in servers.items()},
            CONNECTIONS, rounds=rounds, seconds=seconds,
        )  # fmt: skip
        for _ in range(rounds):
            for name, server in servers.items():
                story = next(stories).id
                posts[name].append(median(post_for_a_while(server.port, story, now_ms(), seconds)))
    return {"reads": reads, "posts": {name: median(took) for name, took in posts.items()}}
