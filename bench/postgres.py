"""A PostgreSQL of our own, durable as it comes, for as long as it is measured on."""

import contextlib
import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.templates import address_of, find_postgres

from .figures import CannotMeasure

SECONDS = 60  # for any of its programs


@contextlib.contextmanager
def running_postgres() -> Iterator[Path]:
    """Start an empty server; yield its socket's folder; stop it. Raises CannotMeasure."""
    with _server_folder() as folder:
        _run(
            "initdb", "-D", folder / "data", "-A", "trust", "-U", "pennypress", "-E", "UTF8",
            "--locale=C.UTF-8", cwd=folder,
        )  # fmt: skip
        control = ("pg_ctl", "-D", folder / "data", "-w", "-s")
        options = f"-k {folder} -c listen_addresses="
        _run(*control, "-l", folder / "log", "-o", options, "start", cwd=folder)
        try:
            yield folder
        finally:
            _run(*control, "-m", "immediate", "stop", cwd=folder)


def make_database(folder: Path, name: str) -> str:
    """Make an empty database; return its address."""
    _run("createdb", "-h", folder, "-U", "pennypress", name, cwd=folder)
    return address_of(folder, name)


def _run(program: str, *arguments: str | Path, cwd: Path) -> None:
    how = {}
    if os.getuid() == 0:
        user = pwd.getpwnam(_owner())
        how = {"user": user.pw_uid, "group": user.pw_gid}
    try:
        subprocess.run(
            [_programs() / program, *arguments],
            check=True,
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            timeout=SECONDS,
            **how,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotMeasure(f"PostgreSQL's {program} failed: {error}") from error


def _programs() -> Path:
    try:
        return find_postgres()
    except SystemExit as error:  # what it says when there are none
        raise CannotMeasure(str(error).removeprefix("error: ")) from error


def _owner() -> str:
    """PostgreSQL refuses to run as root: another user owns its folder then."""
    return "postgres" if os.getuid() == 0 else getpass.getuser()


@contextlib.contextmanager
def _server_folder() -> Iterator[Path]:
    """A folder with a short path: a socket's may have 107 characters."""
    _programs()
    folder = Path(tempfile.mkdtemp(prefix="pennypress-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _owner())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
