"""The real `pennypress` command in processes of its own, on sites in temporary folders."""

import contextlib
import functools
import http.cookiejar
import itertools
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.templates import INSTALLATION, MIGRATED, address_of, sqlite_template

from .forking import Forker

COMMAND = Path(sys.executable).with_name("pennypress")
READY = re.compile(r"^Pennypress is serving (http://\S+)$")
START_SECONDS = 600  # a bound, no expectation: on a machine that others keep busy, too
RUN_SECONDS = 300
_numbers = itertools.count(1)


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that means a site."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PENNYPRESS_")
        and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT"}
    } | {"PENNYPRESS_CACHE": str(INSTALLATION)}


@functools.cache
def find_forker(*, on_postgres: bool) -> Forker:
    """Return the forking process for sites on this kind of database."""
    return Forker(address_of("/nowhere", "none") if on_postgres else "")


def make_database(template: str = "template0") -> str:
    """Make a database on the test run's PostgreSQL and return its address; "" on SQLite's run."""
    folder = os.environ.get("PENNYPRESS_TEST_POSTGRES")
    if not folder:
        return ""
    name = f"command_{os.getpid()}_{next(_numbers)}"
    address = {"host": folder, "user": "pennypress", "dbname": "postgres"}
    with psycopg.connect(**address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address_of(folder, name)


@dataclass
class Served:
    """A site that is being served."""

    address: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def get(self, path: str) -> "Answer":
        return Browser(self.address).get(path)

    def stop(self) -> float:
        """Ask it to end as an operator does, and return how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        return time.monotonic() - began


@dataclass(frozen=True)
class Site:
    """A site's folder and, on PostgreSQL, its database."""

    home: Path
    database: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        # Tests post more than a reader may.
        own = {"PENNYPRESS_HOME": str(self.home), "PENNYPRESS_UNLIMITED": "127.0.0.1/32"}
        if self.database:
            own["DATABASE_URL"] = self.database
        return clean_environment() | own | more

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end. Variables by name join its environment."""
        forker = find_forker(on_postgres=bool(self.database))
        own = self.environment(**environment)
        return forker.run(arguments, own, self.home.parent, RUN_SECONDS)

    def run_afresh(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Do the same by the installed program, in a process that begins with nothing."""
        assert COMMAND.exists(), f"{COMMAND} is missing: run `make install`"
        return subprocess.run(
            [COMMAND, *arguments],
            env=self.environment(**environment),
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    def must(self, *arguments: str, **environment: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        done = self.run(*arguments, **environment)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def ask(self, question: str) -> list[tuple]:
        """Ask the site's database itself, in SQL."""
        connection = (
            psycopg.connect(self.database)
            if self.database
            else sqlite3.connect(self.home / "pennypress.sqlite3")
        )
        with contextlib.closing(connection):
            return connection.execute(question).fetchall()

    def count_waiting_tasks(self) -> int:
        """How many queued tasks are not done yet."""
        waiting = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN "
        return self.ask(f"{waiting} ('READY', 'RUNNING')")[0][0]

    def count_rows(self) -> dict[str, int]:
        """How many rows every table of the site's database has."""
        if self.database:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            # The index of the search keeps tables of its own, which it also rebuilds by itself.
            tables = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' "
                "AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite_%'"
            )
        names = [name for (name,) in self.ask(tables)]
        return {name: self.ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}

    def copy(self, home: Path) -> "Site":
        """A site of its own with the same content, made in a moment."""
        shutil.copytree(self.home, home, ignore=shutil.ignore_patterns("static"))
        if (self.home / "static").exists():
            (home / "static").symlink_to(self.home / "static")
        template = self.database.rsplit("/", 1)[-1]
        return Site(home, make_database(template) if template else "")

    def copy_in_use(self, home: Path) -> "Site":
        """A site of its own with the content of one that is being served, without its tasks."""
        shutil.copytree(
            self.home, home, ignore=shutil.ignore_patterns("static", "pennypress.sqlite3*")
        )
        (home / "static").symlink_to(self.home / "static")
        copy = Site(home, make_database() if self.database else "")
        if self.database:
            dump = home / "dump"
            subprocess.run(["pg_dump", "-Fc", "-f", dump, self.database], check=True)
            subprocess.run(["pg_restore", "--no-owner", "-d", copy.database, dump], check=True)
            with psycopg.connect(copy.database) as there:
                there.execute("DELETE FROM django_tasks_database_dbtaskresult")
            return copy
        with (
            contextlib.closing(sqlite3.connect(self.home / "pennypress.sqlite3")) as here,
            contextlib.closing(sqlite3.connect(home / "pennypress.sqlite3")) as there,
        ):
            here.backup(there)
            there.execute("DELETE FROM django_tasks_database_dbtaskresult")
            there.commit()
        return copy

    @contextlib.contextmanager
    def serving(
        self, *options: str, command: str = "serve", **environment: str
    ) -> Iterator[Served]:
        """Serve the site on a free port until the block ends."""
        process = subprocess.Popen(
            [COMMAND, command, "--port", str(free_port()), *options],
            env=self.environment(**environment),
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield _wait_until_ready(process)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()


def make_migrated_site(home: Path) -> Site:
    """A folder and a database without a site, but with its tables: the command's own migrations."""
    home.mkdir()
    if os.environ.get("PENNYPRESS_TEST_POSTGRES"):
        return Site(home, make_database(MIGRATED))
    shutil.copy(sqlite_template(), home / "pennypress.sqlite3")
    return Site(home)


def _wait_until_ready(process: subprocess.Popen[str]) -> Served:
    """Read what a server prints; return when it says that it is ready. It is read on after that."""
    served = Served("", process)
    ready = threading.Event()

    def read() -> None:
        assert process.stdout
        for line in process.stdout:
            served.said.append(line.rstrip("\n"))
            if match := READY.match(served.said[-1]):
                served.address = match[1]
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    if not ready.wait(START_SECONDS) or not served.address:
        process.kill()
        pytest.fail("the server did not get ready:\n" + "\n".join(served.said))
    return served


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    text: str


class Browser:
    """A client that keeps cookies and follows redirects, and takes an error page as an answer."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.address, path)))

    def post(self, path: str, body: bytes | dict[str, str], content_type: str = "") -> Answer:
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body).encode()
            content_type = "application/x-www-form-urlencoded"
        url = urllib.parse.urljoin(self.address, path)
        return self._open(urllib.request.Request(url, body, {"Content-Type": content_type}))

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=20) as response:
                return Answer(response.status, response.url, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.url, error.read().decode())
