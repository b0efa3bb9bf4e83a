"""The table: each figure beside its limit and its goal, in the terminal and in docs/reference."""

import datetime as dt
import importlib.metadata
import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .figures import median
from .load import find_program

BUSY = 0.5  # processes that run besides: above it, ratios are not to be trusted
SMALL_PAGE = 40_000  # bytes: above it a server does little but copy
HEADS = (
    "what",
    "limit",
    "bare Granian",
    "Pennypress",
    "to the limit",
    "to Granian",
    "goal",
)


@dataclass(frozen=True)
class Goal:
    """A number to reach, and what was reached."""

    reached: float | None
    sign: str  # ≥ or ≤
    number: float
    unit: str

    @property
    def met(self) -> bool | None:
        """None when it was not measured."""
        if self.reached is None:
            return None
        if self.sign == "≥":
            return self.reached >= self.number
        return self.reached <= self.number

    def __str__(self) -> str:
        verdict = {True: "met", False: "NOT met", None: "not measured"}[self.met]
        return f"{self.sign} {self.number:g} {self.unit}".rstrip() + f": {verdict}"


@dataclass(frozen=True)
class Row:
    """A line of the table; cells are ready to be printed."""

    what: str
    ours: str = ""
    limit: str = ""
    granian: str = ""
    to_limit: str = ""
    to_granian: str = ""
    goals: list[Goal] = field(default_factory=list)

    @property
    def cells(self) -> tuple[str, ...]:
        goals = "; ".join(map(str, self.goals))
        beside = (self.limit, self.granian, self.ours, self.to_limit, self.to_granian)
        return (self.what, *(cell or "–" for cell in beside), goals or "–")


def make_rows(results: dict) -> Iterator[Row]:
    """The rows of whatever was measured."""
    for part, found in results.items():
        if isinstance(found, dict) and "missing" in found:
            yield Row(f"{part}: not measured ({found['missing']})")
        else:
            yield from ROWS[part](found)


# ── Reading ────────────────────────────────────────────────────────────────────────────────────


def _reads(found: list[dict]) -> Iterator[Row]:
    for row in found:
        ours, granian, nginx = row["ours"], row["granian"], row.get("nginx")
        to_granian = ours["per_second"] / granian["per_second"]
        to_nginx = _ratio(row, "per_second")
        slower = _ratio(row, "p99")
        wanted = row["comments"] == 10_000 and row["connections"] == 16
        small = row["bytes"] <= SMALL_PAGE
        page = f"{_connections(row)}, story page, {row['comments']:,} comments"
        yield Row(
            f"{page} ({row['bytes'] / 1000:.1f} KB): requests/s",
            ours=_rate(ours),
            limit=_rate(nginx),
            granian=_rate(granian),
            to_limit=_two(to_nginx),
            to_granian=_two(to_granian),
            goals=[
                *([Goal(to_nginx, "≥", 0.6, "of nginx")] if wanted and small else []),
                Goal(to_granian, "≥", 0.9, "of Granian"),
            ],
        )
        yield Row(
            f"{page}: p50 / p99, ms",
            ours=_times(ours),
            limit=_times(nginx),
            granian=_times(granian),
            to_limit=f"{_two(_ratio(row, 'p50'))} / {_two(slower)}" if nginx else "",
            to_granian=f"{ours['p50'] / granian['p50']:.2f} / {ours['p99'] / granian['p99']:.2f}",
            goals=[Goal(slower, "≤", 3, "× nginx's p99")] if wanted else [],
        )
        if keeping := row.get("nginx open"):
            yield Row(
                f"{page}, limit: nginx that keeps its files open: requests/s",
                ours=_rate(ours),
                limit=_rate(keeping),
                to_limit=_two(ours["per_second"] / keeping["per_second"]),
            )
    for name in ("nginx", "nginx open", "granian", "ours"):
        rounds = [row[name]["steady"] for row in found if name in row]
        if rounds:
            yield Row(
                f"noise: slowest round ÷ fastest of {name}, median and worst",
                ours=f"{median(rounds):.2f}, {min(rounds):.2f}",
            )
    for connections in sorted({row["connections"] for row in found}):
        rows = [row for row in found if row["connections"] == connections]
        small, large = _ratio(rows[0], "per_second"), _ratio(rows[-1], "per_second")
        flat = large / small if large and small else None
        yield Row(
            f"{_connections(rows[0])}, ratio to nginx: {rows[-1]['comments']:,} comments "
            f"÷ {rows[0]['comments']:,}",
            ours=_two(flat),
            goals=[Goal(flat, "≥", 0.85, "")],
        )


DYNAMIC_GOALS = {"reply form": 12, "/me/comments/": 12, "sign-in page": 12, "404": 5}  # ms
VIEW = "limit: a Django view that returns the same bytes"


def _dynamic(found: dict) -> Iterator[Row]:
    for name, row in found["one"].items():
        yield _beside_view(f"1 client, {name}, never cached", row, DYNAMIC_GOALS[name])
    many = found["many"]
    yield Row(
        f"{_connections(many)}, reply form, never cached ({VIEW}): requests/s",
        ours=_rate(many["ours"]),
        limit=_rate(many["limit"]),
        to_limit=_two(many["ours"]["per_second"] / many["limit"]["per_second"]),
    )
    yield _beside_view(f"{_connections(many)}, reply form, never cached", many)


def _first(found: dict) -> Iterator[Row]:
    stale = f", {found['stale']} stale" if found["stale"] else ""
    stories = f"1 client, a story page never cached before, {found['stories']} stories"
    yield _beside_view(stories, found["story"], 15)
    home = f"1 client, the home page after a change that it shows{stale}"
    yield _beside_view(home, found["home"], 15)


def _beside_view(what: str, row: dict, goal: float | None = None) -> Row:
    """How long a page takes beside a view that returns its bytes; the goal is for p50, in ms."""
    ours, limit = row["ours"], row["limit"]
    return Row(
        f"{what} ({VIEW}): p50 / p99, ms",
        ours=_times(ours),
        limit=_times(limit),
        to_limit=f"{ours['p50'] / limit['p50']:.2f} / {ours['p99'] / limit['p99']:.2f}",
        goals=[Goal(ours["p50"], "≤", goal, "ms")] if goal else [],
    )


# ── Writing ────────────────────────────────────────────────────────────────────────────────────


def _posts(found: dict) -> Iterator[Row]:
    raw, by_django = found["raw"], found["django"]
    for size, ours in found["one"].items():
        post = f"1 client, a comment posted to {int(size):,}"
        more = ours["p50"] - raw["p50"]
        yield Row(
            f"{post} (limit: bare insert): p50 / p99, ms",
            ours=_times(ours),
            limit=_times(raw),
            to_limit=f"+{more:.2f} ms",
            goals=[Goal(ours["p50"], "≤", 4, "ms"), Goal(more, "≤", 2.5, "ms more")],
        )
        yield Row(
            f"{post} (limit: bare insert through Django): p50 / p99, ms",
            ours=_times(ours),
            limit=_times(by_django),
            to_limit=f"+{ours['p50'] - by_django['p50']:.2f} ms",
        )
    sizes = list(found["one"])
    growth = found["one"][sizes[-1]]["p50"] / found["one"][sizes[0]]["p50"]
    yield Row(f"1 client, p50: {int(sizes[-1]):,} comments ÷ {int(sizes[0]):,}", ours=_two(growth))
    for size, ours in found["many"].items():
        share = ours["per_second"] / raw["per_second"]
        yield Row(
            f"{found['clients']} clients, comments posted to {int(size):,}: posts/s",
            ours=_rate(ours),
            limit=_rate(raw),
            to_limit=_two(share),
            goals=[Goal(share, "≥", 0.1, "of bare inserts")],
        )


def _limits(found: dict) -> Iterator[Row]:
    with_, without = found["reads"]["limits"], found["reads"]["none"]
    share = with_["per_second"] / without["per_second"]
    yield Row(
        "a cached page with limits (limit: with none): requests/s",
        ours=_rate(with_),
        limit=_rate(without),
        to_limit=_two(share),
        goals=[Goal(share, "≥", 0.97, "of the rate without")],
    )
    cost = found["posts"]["limits"] - found["posts"]["none"]
    yield Row(
        "a comment with limits (limit: with none): p50, ms",
        ours=_ms(found["posts"]["limits"]),
        limit=_ms(found["posts"]["none"]),
        goals=[Goal(cost, "≤", 0.2, "ms more")],
    )


def _changes(found: list[dict]) -> Iterator[Row]:
    for row in found:
        wanted = row["comments"] == 10_000
        stale = f", {row['stale']} stale" if row["stale"] else ""
        yield Row(
            f"first request after a change, {row['comments']:,} comments: p50 / p99, ms",
            ours=f"{_times(row)}{stale}",
            goals=[Goal(row["p50"], "≤", 20, "ms")] if wanted else [],
        )


def _freshness(found: dict) -> Iterator[Row]:
    for name, where in (("other", "on another worker"), ("own", "on the worker that took it")):
        spread = found[name]
        yield Row(
            f"a comment shows {where}, after its 201: p50 / p99 / most, ms",
            ours=f"{_times(spread)} / {_ms(spread['max'])}",
            goals=[Goal(spread["p99"], "≤", 100, "ms p99")] if name == "other" else [],
        )


# ── Listening, memory, start ───────────────────────────────────────────────────────────────────


def _live(found: dict) -> Iterator[Row]:
    who = f"{found['listeners']:,} listeners"
    slowest, each = found["reach_ms"]["max"], found["kb_each"]
    kept = found["reads_beside"] / found["reads_alone"]
    yield Row(f"{who}: memory of each, KB", ours=f"{each:.1f}", goals=[Goal(each, "≤", 32, "KB")])
    yield Row(
        f"{who}: an event has reached all: p50 / most, ms",
        ours=f"{_ms(found['reach_ms']['p50'])} / {_ms(slowest)}",
        goals=[Goal(slowest, "≤", 1000, "ms")],
    )
    yield Row(
        f"{who}: page reads beside them (limit: without them): requests/s",
        ours=f"{found['reads_beside']:,.0f}",
        limit=f"{found['reads_alone']:,.0f}",
        to_limit=_two(kept),
        goals=[Goal(kept, "≥", 0.9, "of the rate without")],
    )


def _memory(found: dict) -> Iterator[Row]:
    yield Row(
        f"{found['pages']:,} cached pages ({found['compressed_mb']:.1f} MB compressed): "
        "memory of the worker, MB (before)",
        ours=f"{found['resident_mb']:.0f} ({found['empty_mb']:.0f})",
        goals=[Goal(found["resident_mb"], "≤", 300, "MB")],
    )
    yield Row(
        f"{found['pages']:,} cached pages: first request, then again, p50, ms",
        ours=f"{_ms(found['first_ms']['p50'])}, {_ms(found['again_ms']['p50'])}",
    )


def _start(found: dict) -> Iterator[Row]:
    yield _seconds("the first init of an installation", found["first_init"])
    yield _seconds("init of a new site on SQLite", found["init_sqlite"], 4)
    postgres, what = found["init_postgres"], "init of a new site on PostgreSQL"
    if "missing" in postgres:
        yield Row(f"{what}: not measured ({postgres['missing']})")
    else:
        yield _seconds(what, postgres["seconds"], 10)
    yield _seconds("the first serve of a new site, until it serves", found["serve_new"], 4)
    yield _seconds("serve of a site that was served before, until it serves", found["serve"], 2.3)
    yield _seconds("the first page after that", found["page"], 0.3)
    opened, empty = found["open"], found["empty_setup"]
    yield Row(
        "a command that opens a site and does nothing (limit: an empty django.setup()): s",
        ours=_two(opened),
        limit=_two(empty),
        to_limit=f"+{opened - empty:.2f} s",
        goals=[Goal(opened, "≤", 1.6, "s")],
    )
    yield _seconds("check of an empty site", found["check"], 2.2)


def _mirror(found: dict) -> Iterator[Row]:
    yield _seconds(f"the first mirror of the demo, {found['files']:,} files", found["seconds"], 25)


def _demo(found: dict) -> Iterator[Row]:
    for name, who, goal in (("uv", "uv", 50), ("pip", "pip alone", 80)):
        what = f"make demo in a clean clone, with {who}, until the demo is served"
        if "missing" in found[name]:
            yield Row(f"{what}: not measured ({found[name]['missing']})")
        else:
            yield _seconds(what, found[name]["seconds"], goal)


def _arrival(found: dict) -> Iterator[Row]:
    what = f"an arrival of {found['comments']:,} comments beside a reader who posts"
    yield _seconds(what, found["seconds"], 180)
    yield Row(
        "the reader's posts meanwhile (limit: without an arrival): p50, ms",
        ours=_ms(found["p50"]),
        limit=_ms(found["alone_p50"]),
        goals=[Goal(found["p50"], "≤", 60, "ms")],
    )
    yield Row(
        "the slowest of them: ms",
        ours=_ms(found["most"]),
        goals=[Goal(found["most"], "≤", 2_000, "ms")],
    )
    yield Row(
        "memory of the import: MB",
        ours=f"{found['memory_mb']:.0f}",
        goals=[Goal(found["memory_mb"], "≤", 200, "MB")],
    )


def _seconds(what: str, took: float, goal: float | None = None) -> Row:
    return Row(
        f"{what}: s",
        ours=f"{took:.2f}" if took < 10 else f"{took:.1f}",
        goals=[Goal(took, "≤", goal, "s")] if goal else [],
    )


def _record(found: dict) -> Iterator[Row]:
    entries = f"{found['entries']:,} entries"
    append, proof = found["append_ms"], found["proof_ms"]
    yield Row(
        "a record entry, in the transaction of a comment: p50 / p99, ms",
        ours=_times(append),
        goals=[Goal(append["p50"], "≤", 0.3, "ms")],
    )
    yield Row(f"{entries} signed at once: s", ours=f"{found['sign_seconds']:.1f}")
    yield Row(
        f"{entries} signed at once: memory that this took, MB",
        ours=f"{found['sign_mb']:.0f}",
        goals=[Goal(found["sign_mb"], "≤", 64, "MB")],
    )
    yield Row(
        f"{entries}: the proof of one: p50 / p99, ms",
        ours=_times(proof),
        goals=[Goal(proof["p99"], "≤", 5, "ms")],
    )
    rate = found["verified_per_cpu_second"]
    yield Row(
        f"{entries} verified, {found['opened']:,} opened: entries/s (of processor time)",
        ours=f"{found['verified_per_second']:,.0f} ({rate:,.0f})",
        goals=[Goal(rate, "≥", 100_000, "per core")],
    )


ROWS = {
    "reads": _reads,
    "dynamic": _dynamic,
    "first": _first,
    "posts": _posts,
    "limits": _limits,
    "changes": _changes,
    "freshness": _freshness,
    "live": _live,
    "memory": _memory,
    "start": _start,
    "mirror": _mirror,
    "demo": _demo,
    "record": _record,
    "arrival": _arrival,
}


def _ratio(row: dict, figure: str) -> float | None:
    return row["ours"][figure] / row["nginx"][figure] if "nginx" in row else None


def _connections(row: dict) -> str:
    return f"{row['connections']} connection{'s' if row['connections'] > 1 else ''}"


def _rate(found: dict | None) -> str:
    return f"{found['per_second']:,.0f}" if found else ""


def _times(found: dict | None) -> str:
    return f"{_ms(found['p50'])} / {_ms(found['p99'])}" if found else ""


def _ms(number: float) -> str:
    """Milliseconds to about three figures."""
    return f"{number:.3f}" if number < 1 else f"{number:.2f}" if number < 10 else f"{number:,.0f}"


def _two(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}"


# ── The machine ────────────────────────────────────────────────────────────────────────────────


def describe_machine() -> dict[str, str]:
    """What it was measured on and with. To be asked before anything is measured."""
    load = os.getloadavg()[0]
    packages = ("granian", "uvloop", "Django", "wagtail")
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
        "SQLite": sqlite3.sqlite_version,
        "nginx": _version("nginx", "-v"),
        "wrk": _version("wrk", "-v"),
        "load average before": f"{load:.2f}"
        + (": OTHER WORK WAS RUNNING, the figures are not to be trusted" if load > BUSY else ""),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _version(program: str, flag: str) -> str:
    path = find_program(program)
    if path is None:
        return "missing"
    told = subprocess.run([path, flag], capture_output=True, text=True, check=False)
    line = (told.stderr + told.stdout).splitlines()[0]
    return line.removeprefix("nginx version: nginx/").split(" [")[0].removeprefix("wrk ")


# ── Printing ───────────────────────────────────────────────────────────────────────────────────


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    table = [HEADS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADS))]
    lines = []
    for cells in table:
        first, *figures, last = zip(cells, widths, strict=True)
        middle = "  ".join(cell.rjust(width) for cell, width in figures)
        lines.append(f"{first[0].ljust(first[1])}  {middle}  {last[0]}".rstrip())
    return "\n".join(lines)


def as_markdown(rows: Sequence[Row], machine: dict[str, str], seconds: int, rounds: int) -> str:
    """The page for docs/reference."""
    table = [HEADS, ("---", *["---:"] * (len(HEADS) - 2), "---"), *(row.cells for row in rows)]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Made by `make bench`, which writes this page anew. Each figure stands beside its",
            "limit, measured in the same run on the same machine: those who are compared took",
            f"turns, in {rounds} rounds of {seconds} s, and the median counts. On another machine",
            "only the ratios mean anything.",
            "",
            *(f"- {name}: {value}" for name, value in machine.items()),
            "",
            *(f"| {' | '.join(cells)} |" for cells in table),
            "",
            "## What is measured",
            "",
            *MEANINGS,
            "",
        ]
    )


MEANINGS = """\
The site has 200 stories of about 600 words, and discussions of up to 100,000 comments of about 50
words, six levels deep, a third of them at the top; it is served from SQLite by `pennypress serve`
with one worker.

- **Reading**: wrk, one thread, connections kept open, gzip taken. The limit is nginx with one
  worker, which hands out the same compressed bytes under the same headers from files (`sendfile`,
  `tcp_nopush`, as distributions set it up; with `open_file_cache` it is faster still, and no longer
  sees at once that a file has changed). Bare Granian is an RSGI application of five lines that does
  so from memory.
- **Never cached**: pages that are made for each request, asked for one after the other over one
  connection: the reply form, a reader's own comments, the sign-in page, and unknown paths, each
  time another one. (`/give/` is cached, so it is not among them.) The limit is a Django project of
  one view, which hands out the bytes and the content type that Pennypress sent: no middleware, no
  database, no apps; Granian's WSGI interface, one worker, one blocking thread.
- **Never cached before**: each story asked for once after a start of the server, and the home page
  after a comment whose count it shows. The limit is the same.
- **Posting**: durable comments through `POST /api/v1/stories/{id}/comments`, each client a process
  with one connection; every second comment answers the one before. One limit is a bare insert of
  the same words into SQLite (WAL, `synchronous=FULL`), from one connection; the other is the same
  through Django: a project of one model, with a comment's text fields and a site's own settings of
  the database, and `create()` in its own transaction.
- **First request after a change**: a comment is posted, and the story page asked for at once: it
  is rendered, compressed and cached within that request.
- **A comment shows**: two workers; both are asked without a pause from the 201 on.
- **Listeners**: event streams of one discussion, all on one worker. Memory is what the kernel
  counts as resident.
- **Cached pages**: permalinks of comments, fetched twice.
- **init, serve, check** and other commands: wall times of whole processes, the interpreter's own
  start among them; the medians of five. New sites are made with a warm installation cache, which
  one first `init` fills. `serve` is timed until its ready line, the first page after that by
  itself: a story with 10,000 comments. PostgreSQL runs with its default settings. The command that
  opens a site is `pennypress manage version`; its limit is a process that configures Django with
  nothing and sets it up.
- **mirror**: a whole process too, on the demo as it is before it was ever served.
- **make demo**: a clone of what is committed, until the ready line, once with each installer. Each
  has installed the packages in that clone before, so its own cache is warm; `.venv` is deleted
  then, and the installation cache is empty.
- **The record**: the site's own entries and others up to a million. An entry is timed without its
  commit, which is the comment's. Proofs are made from tiles in the database. `verify` runs in a
  process of its own, on files, without the pages.
""".splitlines()
