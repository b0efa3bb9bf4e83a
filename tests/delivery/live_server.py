"""Live streams on a real server, over made-up topics: `python -m tests.delivery.live_server PORT`.

Topic `sheet:N` tells how often it was written. The tests steer it by asking:
`/move?tag=sheet:1&tag=…` (changes, in one batch), `/hold` and `/release` (writing waits meanwhile),
`/fail` (the next writing fails), `/swell?bytes=N` (the size of sheet 1), `/counts`, `/close`.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pennypress.delivery import live as module
from pennypress.delivery.live import Live, live_topic

module.RETRY_SECONDS = 0.05
MOST_LISTENERS = 4


class Steered:
    """Stands where a worker and Django stand."""

    def __init__(self) -> None:
        self.sequence = 0
        self.tags: dict[str, int] = {}
        self.written: Counter[str] = Counter()
        self.may_write = threading.Event()
        self.may_write.set()
        self.began = threading.Event()
        self.failures = 0
        self.bytes = 0
        self.pool = ThreadPoolExecutor(1)
        self.live = Live(
            self.run_in_django,
            lambda tags: {tag: self.tags[tag] for tag in tags if tag in self.tags},
            languages=["en", "de"],
            most_listeners=MOST_LISTENERS,
        )

    async def run_in_django(self, function) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, function)

    def write(self, number: int, language: str) -> str:
        written = self.written[f"{number} {language}"] = self.written[f"{number} {language}"] + 1
        self.began.set()
        self.may_write.wait(10)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the database is away")
        if number == 404:
            return ""
        pad = "." * self.bytes if number == 1 else ""
        return json.dumps({"sheet": number, "written": written, "pad": pad})

    async def answer(self, path: str, asked: dict[str, list[str]]) -> object:
        if path == "/move":
            self.sequence += 1
            moved = dict.fromkeys(asked["tag"], self.sequence)
            self.tags |= moved
            self.live.apply_changes(self.sequence, moved)
        elif path == "/hold":
            self.may_write.clear()
            self.began.clear()
        elif path == "/began":
            while not self.began.is_set():
                await asyncio.sleep(0.01)
        elif path == "/release":
            self.may_write.set()
        elif path == "/fail":
            self.failures += 1
        elif path == "/swell":
            self.bytes = int(asked["bytes"][0])
        elif path == "/close":
            await self.live.close()
        return {"sequence": self.sequence, "open": len(self.live), "written": self.written}


steered = Steered()
live_topic("sheet", tag="sheet:{}")(steered.write)


async def application(scope: Any, protocol: Any) -> None:
    """Live streams below /live/; everything else steers."""
    if scope.path.startswith("/live/"):
        await steered.live.stream(scope, protocol)
    else:
        said = await steered.answer(scope.path, parse_qs(scope.query_string))
        protocol.response_str(200, [], json.dumps(said))


if __name__ == "__main__":
    Granian(
        "tests.delivery.live_server:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        workers=1,
        workers_kill_timeout=1,
        log_level=LogLevels.error,
    ).serve()
