"""Measure Pennypress beside the limits of the machine: `make bench`.

Prints one table and keeps it in `.cache/bench.json`. A whole run also writes
`docs/reference/benchmarks.md`. Runs on Linux, and wants the machine for itself.
"""

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict

from . import (
    arrivals,
    changes,
    demo,
    limits,
    live,
    memory,
    posts,
    reads,
    record,
    rendered,
    report,
    start,
)
from .figures import CannotMeasure
from .load import PACKAGES, find_program
from .site import CACHE, ROOT, copy_of, find_or_build

PARTS = {
    "reads": reads.measure_reads,
    "dynamic": rendered.measure_dynamic,
    "first": rendered.measure_first,
    "posts": posts.measure_posts,
    "limits": limits.measure_limits,
    "changes": changes.measure_changes,
    "freshness": changes.measure_freshness,
    "live": live.measure_live,
    "memory": memory.measure_memory,
    "start": start.measure_start,
    "mirror": start.measure_mirror,
    "demo": demo.measure_demo,
    "record": record.measure_record,
    "arrival": arrivals.measure_arrival,
}
SECONDS, ROUNDS = 3, 3
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"


def main() -> int:
    options = _read_options()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if sys.platform != "linux":
        print("error: the benchmarks read /proc and run on Linux alone", file=sys.stderr)
        return 1
    if find_program("wrk") is None:
        print(f"error: wrk is missing: install {PACKAGES['wrk']} (Debian's name)", file=sys.stderr)
        return 1
    if find_program("nginx") is None:
        _say(f"nginx is missing (Debian: {PACKAGES['nginx']}): reading has no limit beside it")
    try:
        _measure(options)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _measure(options: argparse.Namespace) -> None:
    built = find_or_build()
    machine = report.describe_machine()
    for name, value in machine.items():
        _say(f"{name}: {value}")
    results: dict = {}
    for part in options.only:
        begun = time.monotonic()
        try:
            with copy_of(built) as site:
                results[part] = PARTS[part](site, seconds=options.seconds, rounds=options.rounds)
        except CannotMeasure as error:
            results[part] = {"missing": str(error)}
        _say(f"{part}: {time.monotonic() - begun:.0f} s")
    rows = list(report.make_rows(results))
    print(report.as_text(rows))
    asked = {"seconds": options.seconds, "rounds": options.rounds}
    found = {"machine": machine, **asked, "results": results, "rows": [asdict(row) for row in rows]}
    kept = CACHE.with_suffix(".json")
    kept.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    if options.only == list(PARTS) and options.seconds >= SECONDS and options.rounds >= ROUNDS:
        PAGE.write_text(report.as_markdown(rows, machine, **asked), encoding="utf-8")
        _say(f"Wrote {PAGE.relative_to(ROOT)}")
    else:
        _say(f"Not a whole run: {PAGE.relative_to(ROOT)} stays as it is")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--only",
        type=_parts,
        default=list(PARTS),
        metavar="PARTS",
        help=f"some of {', '.join(PARTS)}, with commas between",
    )
    parser.add_argument(
        "--seconds", type=_positive, default=SECONDS, help="of a round (%(default)s)"
    )
    parser.add_argument("--rounds", type=_positive, default=ROUNDS, help="of each (%(default)s)")
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    wanted = text.split(",")
    if unknown := set(wanted) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no part {', '.join(sorted(unknown))}")
    return [part for part in PARTS if part in wanted]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
