"""Attack a site in all ways at once, and see what its readers notice: `make torture`.

Once with the site alone, once behind nginx as `deploy/` sets it up, with one worker. Strangers
attack from hundreds of addresses of this machine, while readers open a page, and others comment.
Says what these had to wait, how much memory the worker took, and how soon all was well again.
Fails where a goal is missed; a shorter run than the full one does so for requests that failed, for
memory, and where the site does not recover, but not for times: other work may go on beside it. Runs
on Linux.
"""

import argparse
import contextlib
import json
import os
import re
import select
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .client import GZIP, Connection, comment_path, now_ms
from .figures import CannotMeasure, percentile
from .live import raise_open_files
from .load import PACKAGES, find_program
from .servers import free_port, nginx_temporary_folders, pennypress, resident_kb, running
from .site import ROOT, Site, copy_of, find_or_build

MINUTES = 20
READ_EVERY, FLOODED_EVERY, COMMENT_EVERY = 0.05, 0.5, 2.0  # seconds
OPEN_FILES = 20_000
PAGE_MS, COMMENT_MS, MEMORY_MB, RECOVERY_SECONDS = 50, 2_000, 400, 10
WELL_MS = 50  # a page is as fast as ever
WELL_IN_A_ROW = 20


@dataclass
class Noticed:
    """What a reader noticed: how long each answer took, and those that were none."""

    took: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)


@dataclass
class Found:
    """What one run found."""

    pages: Noticed
    flooded: Noticed
    comments: Noticed
    memory_mb: float
    recovery_seconds: float
    attacks: dict[str, dict[str, int]]


def main() -> int:
    options = _read_options()
    if sys.platform != "linux":
        print("error: this reads /proc and runs on Linux alone", file=sys.stderr)
        return 1
    goals_met = True
    try:
        raise_open_files(OPEN_FILES)
        site_folder = find_or_build("small")
        with copy_of(site_folder) as site:
            for proxy in options.proxies:
                if proxy and find_program("nginx") is None:
                    print(f"nginx is missing (Debian: {PACKAGES['nginx']}): not tried behind it")
                    continue
                found = _torture(site, options.seconds, proxy)
                goals_met &= _report(found, proxy, options.seconds)
    except CannotMeasure as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0 if goals_met else 1


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make torture", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--seconds", type=int, default=MINUTES * 60, help="of each run (%(default)s)"
    )
    parser.add_argument(
        "--only", choices=("alone", "nginx"), help="one of the two runs: with nginx, or without"
    )
    options = parser.parse_args()
    options.proxies = {"alone": [False], "nginx": [True], None: [False, True]}[options.only]
    return options


def _torture(site: Site, seconds: int, proxy: bool) -> Found:
    """Attack for so many seconds, with readers beside."""
    # The flood of comments makes one page stale all the time; what is cached is another.
    story, quiet = site.stories[200][0], site.stories[21][0]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(pennypress(site.home))
        port = stack.enter_context(deployed_nginx(site.home, server.port)) if proxy else server.port
        over = threading.Event()
        pages, flooded, comments = Noticed(), Noticed(), Noticed()
        worker = server.workers[0]  # found once: looking through all sockets takes long
        memory = [resident_kb(worker)]
        read_page(port, story.url, 0)
        read_page(port, quiet.url, 0)
        threads = [
            threading.Thread(target=_keep_on, args=(over, pause, noticed, act))
            for pause, noticed, act in (
                (READ_EVERY, pages, lambda number: read_page(port, quiet.url, number)),
                (FLOODED_EVERY, flooded, lambda number: read_page(port, story.url, number)),
                (COMMENT_EVERY, comments, lambda number: comment(port, story.id, number)),
            )
        ]
        command = [sys.executable, "-m", "bench.attacks", port, story.id, seconds]
        attackers = stack.enter_context(running(command, stdout=subprocess.PIPE))
        for thread in threads:
            thread.start()
        attacks = _watch(attackers, worker, memory, seconds)
        over.set()
        for thread in threads:
            thread.join()
        recovery = _recover(port, story.url, story.id)
        memory.append(resident_kb(worker))
        return Found(pages, flooded, comments, max(memory) / 1024, recovery, attacks)


def _watch(
    attackers: subprocess.Popen, worker: int, memory: list[int], seconds: int
) -> dict[str, dict[str, int]]:
    """Note the worker's memory until the attackers are done; return what became of their work."""
    deadline = time.monotonic() + seconds + 120
    said = b""
    while True:
        if time.monotonic() > deadline:
            raise CannotMeasure("the attackers did not stop")
        ready, _, _ = select.select([attackers.stdout], [], [], 0.5)
        with contextlib.suppress(OSError):
            memory.append(resident_kb(worker))
        if ready:
            more = os.read(attackers.stdout.fileno(), 65_536)
            if not more:
                return json.loads(said.splitlines()[-1])
            said += more


def _keep_on(over: threading.Event, pause: float, noticed: Noticed, act) -> None:
    with contextlib.suppress(PermissionError):
        # Readers have processors of their own: waiting for this machine's is no wait for the site.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -15)
    number = 0
    while not over.wait(pause):
        number += 1
        begun = now_ms()
        try:
            failure = act(number)
        except (OSError, ValueError) as error:
            failure = type(error).__name__
        noticed.took.append(now_ms() - begun)
        if failure:
            noticed.failed[failure] += 1


def read_page(port: int, path: str, number: int) -> str:
    """Open a page over a connection of its own; return what was wrong with the answer."""
    answer = _ask(port, number, lambda connection: connection.get(path, GZIP))
    return "" if answer.status == 200 and len(answer.body) > 5_000 else str(answer.status)


def comment(port: int, story: int, number: int) -> str:
    """Comment as a reader of an address of their own; return what was wrong with the answer."""
    body = {"name": f"Reader {number}", "text": f"The ferry of {number} past noon was on time."}
    answer = _ask(port, number, lambda connection: connection.post(comment_path(story), body))
    return "" if answer.status in {201, 202} else str(answer.status)


def _ask(port: int, number: int, act):
    """Ask over a new connection, each time from another network than the attackers'."""
    source = f"127.{64 + number // 200 % 60}.{number % 200}.7"
    connection = Connection(port, source=source)
    try:
        return act(connection)
    finally:
        connection.close()


def _recover(port: int, path: str, story: int) -> float:
    """Return after how many seconds pages are fast again, and a comment is taken at once."""
    begun = time.monotonic()
    well = 0
    while well < WELL_IN_A_ROW:
        if time.monotonic() - begun > 60:
            return 60.0
        asked = now_ms()
        try:
            wrong = read_page(port, path, 10_000 + well)
        except (OSError, ValueError):
            wrong = "no answer"
        well = 0 if wrong or now_ms() - asked > WELL_MS else well + 1
        if well == WELL_IN_A_ROW:
            asked = now_ms()
            if comment(port, story, 11_000) or now_ms() - asked > 10 * WELL_MS:
                well = 0
    return time.monotonic() - begun


def _report(found: Found, proxy: bool, seconds: int) -> bool:
    """Print what was found; say whether all goals are met."""
    page, comments = percentile(found.pages.took, 99), percentile(found.comments.took, 99)
    rows = [
        ("a cached page, p99", page, PAGE_MS, "ms"),
        ("an honest comment, p99", comments, COMMENT_MS, "ms"),
        ("memory of the worker", found.memory_mb, MEMORY_MB, "MB"),
        ("all is well again after", found.recovery_seconds, RECOVERY_SECONDS, "s"),
    ]
    print(f"\n{seconds} s of attacks, one worker, {'behind nginx' if proxy else 'without a proxy'}")
    for name, value, most, unit in rows:
        goal = f"≤ {most} {unit}: {'met' if value <= most else 'MISSED'}"
        print(f"  {name:<26}{value:>8,.1f} {unit:<3}  {goal}")
    anew = percentile(found.flooded.took, 99)
    print(
        f"  {'the page under the flood':<26}{anew:>8,.1f} ms   p99, written anew with each comment"
    )
    for name, noticed in (
        ("cached pages", found.pages),
        ("pages under the flood", found.flooded),
        ("comments", found.comments),
    ):
        wrong = ", ".join(f"{count} × {what}" for what, count in noticed.failed.items()) or "none"
        print(f"  {name} that failed: {wrong} of {len(noticed.took):,}")
    for name, became in found.attacks.items():
        print(f"  {name}: " + ", ".join(f"{what} {count:,}" for what, count in became.items()))
    sys.stdout.flush()
    failed = found.pages.failed or found.flooded.failed or found.comments.failed
    judged = rows if seconds >= MINUTES * 60 else rows[2:]
    return not failed and all(value <= most for _, value, most, _ in judged)


@contextlib.contextmanager
def deployed_nginx(folder: Path, upstream: int) -> Iterator[int]:
    """Run nginx as `deploy/nginx.conf` sets it up, but in plain HTTP; yields its port."""
    program = find_program("nginx")
    if program is None:
        raise CannotMeasure("nginx is not installed")
    port = free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    site = site.replace("server 127.0.0.1:8000", f"server 127.0.0.1:{upstream}")
    site = site.replace("listen 80 ", f"listen 127.0.0.1:{free_port()} ")
    site = site.replace("listen 443 ssl http2 ", f"listen 127.0.0.1:{port} ")
    site = re.sub(r"(?m)^ *(listen \[::\]|ssl_).*\n", "", site)
    root = folder / "nginx"
    root.mkdir()
    (root / "site.conf").write_text(site)
    config = root / "nginx.conf"
    config.write_text(
        f"{'user root;' if os.getuid() == 0 else ''}\ndaemon off;\npid {root}/pid;\n"
        f"worker_processes 1;\nworker_rlimit_nofile {OPEN_FILES};\nerror_log {root}/log crit;\n"
        f"events {{ worker_connections 8192; }}\n"
        f"http {{\n{nginx_temporary_folders(root)}    include {root}/site.conf;\n}}\n"
    )
    with running([program, "-p", root, "-c", config], stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            if process.poll() is not None:
                raise CannotMeasure(f"nginx did not start: {(root / 'log').read_text()[-300:]}")
            with contextlib.suppress(OSError):
                Connection(port, 1).close()
                break
            time.sleep(0.05)
        yield port


if __name__ == "__main__":
    sys.exit(main())
