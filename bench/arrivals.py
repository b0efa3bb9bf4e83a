"""Arrivals: 100,000 comments taken in beside a reader who posts all the time."""

import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from .client import Connection, comment_of, comment_path, now_ms
from .figures import CannotMeasure, median, percentile
from .servers import PROGRAM, pennypress
from .site import Site, environment

PAGES, COMMENTS = 1_000, 100  # of each page
SECONDS = 900  # after which the import has failed
POST_EVERY = 0.1  # seconds
_WORDS = (
    "harbour", "ferry", "lamp", "tide", "gull", "rope", "mast", "keel", "storm", "quay", "fog",
    "morning", "evening", "nobody", "always", "council", "letter", "market", "bridge", "paper",
)  # fmt: skip


def measure_arrival(site: Site, *, seconds: int, rounds: int) -> dict:
    """Import a folder of saved pages into a served site, and post a comment ten times a second."""
    story = site.stories[0][0].id
    with tempfile.TemporaryDirectory() as folder, pennypress(site.home) as server:
        write_pages(Path(folder))
        alone = _post_until(server.port, story, threading.Event(), 20)
        ended = threading.Event()
        took: list[float] = []
        reader = threading.Thread(
            target=lambda: took.extend(_post_until(server.port, story, ended, 10_000))
        )
        reader.start()
        begun = time.monotonic()
        try:
            memory_mb = _import(site, folder)
        finally:
            ended.set()
            reader.join()
    return {
        "comments": PAGES * COMMENTS,
        "seconds": time.monotonic() - begun,
        "alone_p50": median(alone),
        "p50": median(took),
        "p99": percentile(took, 99),
        "most": max(took),
        "posts": len(took),
        "memory_mb": memory_mb,
    }


def _import(site: Site, folder: str) -> float:
    """Import the pages in a folder; return the most memory that it took, in MB."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [PROGRAM, "import", folder, "--json"], env=environment(site.home),
            stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
        late = threading.Timer(SECONDS, process.kill)
        late.start()
        _, status, used = os.wait4(process.pid, 0)
        late.cancel()
        if status:
            said.seek(0)
            raise CannotMeasure(f"the import failed: {said.read().strip()[-300:]}")
    return used.ru_maxrss / 1024


def write_pages(folder: Path) -> None:
    """Write captured pages of our own as text, with discussions three levels deep."""
    random = Random(1835)
    for number in range(PAGES):
        headline = f"The lamp of day {number} is lit again"
        lines = [headline, "", "", headline, "", _sentence(random), "", _sentence(random), ""]
        depth = 0
        for _ in range(COMMENTS):
            depth = min(random.choice((0, 0, 1, depth, depth + 1)), depth + 1, 3)
            margin = "  " * (depth + 1)
            lines += ["", f"{margin}• Reader {random.randint(1, 5000)}", ""]
            lines += [f"{margin}  {_sentence(random)}"]
        (folder / f"{number:04}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sentence(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=random.randint(5, 60))).capitalize() + "."


def _post_until(port: int, story: int, ended: threading.Event, most: int) -> list[float]:
    """Post comments one by one; return how long each took, in milliseconds."""
    took: list[float] = []
    connection = Connection(port)
    while not ended.is_set() and len(took) < most:
        begun = now_ms()
        answer = connection.post(comment_path(story), comment_of(len(took)))
        if answer.status != 201:
            raise CannotMeasure(f"a comment was answered {answer.status}")
        took.append(now_ms() - begun)
        ended.wait(POST_EVERY)
    connection.close()
    return took
