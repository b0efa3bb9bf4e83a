"""Wall times of whole processes: making a site, serving it, and starting commands on it."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .client import GZIP, fetch, now_ms
from .figures import CannotMeasure, median
from .postgres import make_database, running_postgres
from .servers import PROGRAM, pennypress
from .site import CACHE, INSTALLATION, ROOT, Site, environment, find_or_build

STARTS = 5
COMMAND_SECONDS = 300
MIRROR_SECONDS = 900
EMPTY_SETUP = """\
import django
from django.conf import settings
settings.configure()
django.setup()
"""


def measure_start(site: Site, *, seconds: int, rounds: int) -> dict:
    """Make new sites and serve them; serve the measured one; start commands. Medians of five."""
    with _folder() as folder:
        cache = folder / "installation"  # its own, empty: the first init fills it
        first = _time_init(folder / "first", cache)
        sqlite = [_time_init(folder / f"site-{number}", cache) for number in range(STARTS)]
        serve_new = [
            _time_serve(folder / f"site-{number}", cache)["ready"] for number in range(STARTS)
        ]
        empty = folder / "site-0"
        try:
            postgres = {"seconds": median(_time_inits_on_postgres(folder, cache))}
        except CannotMeasure as error:
            postgres = {"missing": str(error)}
        commands = {
            "open": [PROGRAM, "manage", "version"],
            "check": [PROGRAM, "check"],
            "empty_setup": [sys.executable, "-c", EMPTY_SETUP],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(STARTS):
            for name, command in commands.items():
                took[name].append(time_command(command, environment(empty, cache)))
    path = site.stories[10_000][0].url
    _time_serve(site.home)  # brings database and static files up to date
    serve = [_time_serve(site.home, path=path) for _ in range(STARTS)]
    return {
        "first_init": first,
        "init_sqlite": median(sqlite),
        "init_postgres": postgres,
        "serve_new": median(serve_new),
        "serve": median(one["ready"] for one in serve),
        "page": median(one["page"] for one in serve),
        **{name: median(found) for name, found in took.items()},
    }


def measure_mirror(site: Site, *, seconds: int, rounds: int) -> dict:
    """Write the first mirror of the demo, as it is before anyone has served it."""
    built = find_or_build("demo")
    took = []
    for _ in range(rounds):
        with _folder() as folder:
            home = folder / "site"
            shutil.copytree(built, home)
            command = [PROGRAM, "mirror", folder / "mirror"]
            took.append(time_command(command, environment(home), MIRROR_SECONDS))
            files = sum(file.is_file() for file in (folder / "mirror").rglob("*"))
    return {"seconds": median(took), "files": files}


def time_command(
    command: Sequence[str | Path], env: Mapping[str, str], seconds: float = COMMAND_SECONDS
) -> float:
    """Run a command to its end; return the seconds that took. Raises CannotMeasure if it fails."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotMeasure(f"{Path(command[0]).name} took more than {seconds:g} s") from error
    took = time.perf_counter() - begun
    if done.returncode:
        said = done.stderr.strip()[-300:]
        raise CannotMeasure(f"{Path(command[0]).name} {command[1]} failed: {said}")
    return took


def _time_init(home: Path, cache: Path, database: str = "") -> float:
    own = {"DATABASE_URL": database} if database else {}
    return time_command([PROGRAM, "init"], environment(home, cache) | own)


def _time_inits_on_postgres(folder: Path, cache: Path) -> list[float]:
    """Make sites in databases of a server of their own; the first one only fills the cache."""
    with running_postgres() as server:
        took = [
            _time_init(folder / f"postgres-{number}", cache, make_database(server, f"s{number}"))
            for number in range(STARTS + 1)
        ]
    return took[1:]


def _time_serve(home: Path, cache: Path = INSTALLATION, path: str = "/") -> dict[str, float]:
    """Serve a site; return the seconds until the ready line, and those of the first page after."""
    begun = now_ms()
    with pennypress(home, cache=cache) as server:
        asked = now_ms()
        if fetch(server.port, path, GZIP).status != 200:
            raise CannotMeasure(f"{path} cannot be had")
        shown = now_ms()
    return {"ready": (server.ready_ms - begun) / 1000, "page": (shown - asked) / 1000}


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
