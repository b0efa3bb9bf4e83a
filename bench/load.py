"""Load from wrk, in rounds that take turns, so that what the machine does meanwhile hits all."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .client import GZIP
from .figures import CannotMeasure, median

SCRIPT = Path(__file__).with_name("wrk.lua")
PACKAGES = {"wrk": "wrk", "nginx": "nginx-light"}  # Debian's


@dataclass(frozen=True)
class Rate:
    """What a server kept up: requests per second, and how long one took, in milliseconds."""

    per_second: float
    p50: float
    p99: float


def find_program(name: str) -> str | None:
    """The path of a program, also where only an administrator's shell looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def run_wrk(address: str, connections: int, seconds: int) -> Rate:
    """Ask for one page over and over, from one thread. Raises CannotMeasure when any fails."""
    wrk = find_program("wrk")
    if wrk is None:
        raise CannotMeasure("wrk is not installed")
    told = subprocess.run(
        [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, "-H", GZIP, address],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    ).stdout
    found = json.loads(told.splitlines()[-1])
    if found["failed"] or found["refused"] or not found["requests"]:
        raise CannotMeasure(
            f"{address}: {found['failed']} of {found['requests']} requests failed, "
            f"{found['refused']} were answered with an error"
        )
    rate = found["requests"] / found["microseconds"] * 1e6
    return Rate(rate, found["p50"] / 1000, found["p99"] / 1000)


def take_turns(
    addresses: Mapping[str, str], connections: int, *, rounds: int, seconds: int
) -> dict[str, dict[str, float]]:
    """Load each address in turn, `rounds` times; return the medians of each.

    `steady` is the slowest round's rate ÷ the fastest one's: far from 1, other work was going on.
    """
    runs: dict[str, list[Rate]] = {name: [] for name in addresses}
    for _ in range(rounds):
        for name, address in addresses.items():
            runs[name].append(run_wrk(address, connections, seconds))
    return {name: asdict(middle(found)) | {"steady": steady(found)} for name, found in runs.items()}


def middle(rates: list[Rate]) -> Rate:
    """The median of each figure."""
    return Rate(
        median(rate.per_second for rate in rates),
        median(rate.p50 for rate in rates),
        median(rate.p99 for rate in rates),
    )


def steady(rates: list[Rate]) -> float:
    return min(rate.per_second for rate in rates) / max(rate.per_second for rate in rates)
