"""Migrated databases, made once and copied after that: migrating takes longer than most tests.

They lie in .cache/databases under the fingerprint of all that decides what migrating makes. One
that does not fit any more is thrown away, and made anew by the real command.
"""

import contextlib
import fcntl
import getpass
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import quote

from pennypress.foundation.imports import modules_imported_by

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "databases"
INSTALLATION = ROOT / ".cache" / "installation"  # PENNYPRESS_CACHE of the commands under test
MIGRATED = "migrated"  # the template's name on PostgreSQL

# ── What fits ──────────────────────────────────────────────────────────────────────────────────


def fingerprint(root: Path = ROOT) -> str:
    """Return a short hash of what migrating a new database depends on.

    These are the site's migrations, what they import of the site, the settings, and the versions
    of the packages that bring migrations of their own.
    """
    package = root / "pennypress"
    files = {package / "settings.py", *package.glob("*/migrations/*.py")}
    files |= modules_imported_by(files, package)
    hashed = hashlib.sha256()
    for file in sorted(files):
        hashed.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    for name in sorted(_packages_with_migrations()):
        hashed.update(f"{name}\n".encode())
    return hashed.hexdigest()[:16]


def _packages_with_migrations() -> Iterator[str]:
    for package in distributions():
        if any(file.match("*/migrations/*.py") for file in package.files or ()):
            yield f"{package.name} {package.version}"


def find_or_make(kind: str, make: Callable[[Path], None], cache: Path = CACHE) -> Path:
    """Return the folder with the template of this kind that fits; `make` fills a new one.

    Templates of this kind that do not fit are deleted.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{kind}-{fingerprint()}"
    with (cache / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs at once make it once
        if folder.exists():
            return folder
        old = list(cache.glob(f"{kind}-*"))
        why = "the migrations or their packages have changed" if old else "there is none yet"
        print(f"Migrating a test database on {kind}: {why}", file=sys.stderr, flush=True)
        draft = cache / f"draft of {kind}"
        for path in (draft, *old):
            shutil.rmtree(path, ignore_errors=True)
        draft.mkdir()
        make(draft)
        draft.rename(folder)  # whole or not at all
    return folder


def _migrate(home: Path, database: str = "") -> None:
    """Do what every command does on a new site, in a process of its own.

    What it keeps for the installation is at hand for all commands that tests run.
    """
    own = {"PENNYPRESS_HOME": str(home), "PENNYPRESS_CACHE": str(INSTALLATION)}
    own |= {"DATABASE_URL": database} if database else {}
    away = ("PENNYPRESS_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(away)}
    program = (
        "from pennypress.cli.command import load_site; load_site(upgrade=True, makes_site=True); "
        # Else some of it may stay in SQLite's log, which is not copied.
        "from django.db import connections; connections.close_all()"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env={"DJANGO_SETTINGS_MODULE": "pennypress.settings"} | kept | own, check=True,
    )  # fmt: skip


# ── SQLite ─────────────────────────────────────────────────────────────────────────────────────


def sqlite_template() -> Path:
    """Return a migrated SQLite file. It is only to be copied."""
    return find_or_make("sqlite", _migrate) / "pennypress.sqlite3"


# ── PostgreSQL ─────────────────────────────────────────────────────────────────────────────────


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's server programs, the newest installed."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    sys.exit("error: no PostgreSQL server is installed (Debian: apt-get install postgresql)")


def address_of(folder: Path | str, database: str) -> str:
    """Return the address of a database of the server whose socket is in `folder`."""
    return f"postgres://pennypress@{quote(str(folder), safe='')}/{database}"


@contextlib.contextmanager
def running_postgres() -> Iterator[Path]:
    """Start a PostgreSQL with a migrated template; yield its socket's folder; stop it."""
    version = subprocess.run(
        [find_postgres() / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout
    template = find_or_make(f"postgresql{re.findall(r'[0-9]+', version)[0]}", _make_cluster)
    with _server_folder() as folder:
        _copy(template / "data", folder / "data")
        with _running(folder):
            yield folder


def _make_cluster(draft: Path) -> None:
    """Fill `draft` with the data of a server in which there is a migrated database."""
    with _server_folder() as folder:
        _as_owner(
            "initdb", "-D", folder / "data", "-A", "trust", "-U", "pennypress", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--wal-segsize=4",
            cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with _running(folder, stop="fast"):  # not "immediate": what is copied needs no recovery
            _as_owner("createdb", "-h", folder, "-U", "pennypress", MIGRATED, cwd=folder)
            _migrate(draft, address_of(folder, MIGRATED))
        _copy(folder / "data", draft / "data", owner=getpass.getuser())


@contextlib.contextmanager
def _running(folder: Path, stop: str = "immediate") -> Iterator[None]:
    control = ("pg_ctl", "-D", folder / "data", "-w", "-s")
    # Nothing of a test run outlives the machine: no reason to wait for its disk.
    options = (
        f"-k {folder} -c listen_addresses= -c max_connections=60 "
        "-c fsync=off -c full_page_writes=off -c jit=off"
    )
    _as_owner(*control, "-l", folder / "log", "-o", options, "start", cwd=folder)
    try:
        yield
    finally:
        _as_owner(*control, "-m", stop, "stop", cwd=folder)


def _owner() -> str:
    """PostgreSQL refuses to run as root: another user owns its folder then."""
    return "postgres" if os.getuid() == 0 else getpass.getuser()


def _as_owner(program: str, *arguments: str | Path, **how) -> None:
    if os.getuid() == 0:
        user = pwd.getpwnam(_owner())
        how |= {"user": user.pw_uid, "group": user.pw_gid}
    subprocess.run([find_postgres() / program, *arguments], check=True, **how)


@contextlib.contextmanager
def _server_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pennypress-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _owner())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Path, target: Path, owner: str = "") -> None:
    shutil.copytree(source, target)
    if os.getuid() == 0:
        for path in (target, *target.rglob("*")):
            shutil.chown(path, owner or _owner())
    target.chmod(0o700)


def make_all() -> None:
    """Make what is missing, on both databases at the same time."""
    with ThreadPoolExecutor() as pool:
        file = pool.submit(sqlite_template)
        with running_postgres():
            file.result()


if __name__ == "__main__":
    make_all()
