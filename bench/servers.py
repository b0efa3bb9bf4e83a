"""The servers that are measured, each started for its measurement and stopped after it."""

import contextlib
import os
import pickle
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .client import Answer, Connection, now_ms
from .figures import CannotMeasure
from .load import find_program
from .site import INSTALLATION, ROOT, environment

START_SECONDS = 60
STOP_SECONDS = 8
PROGRAM = Path(sys.executable).with_name("pennypress")
READY_LINE = b"Pennypress is serving"
# What each server says for itself, whatever the page.
OWN_HEADERS = {"connection", "content-length", "content-type", "date", "server"}
ABOUT_BYTES = {"content-encoding", "content-type"}


@dataclass(frozen=True)
class Server:
    """A running server; `ready_ms` is when it said that it serves (see now_ms)."""

    port: int
    process: subprocess.Popen
    ready_ms: float = 0

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def workers(self) -> list[int]:
        """The process numbers of those that answer requests: they have the listening socket.

        Python's own watcher of resources has not, nor has the process of queued tasks.
        """
        row = re.compile(rf" [0-9A-F]{{8}}:{self.port:04X} [0-9A-F]{{8}}:0000 0A ")
        listening = _inodes(lambda line: row.search(line) is not None)
        return [pid for pid in _children(self.process.pid) if listening & _sockets_of(pid)]

    def resident_kb(self) -> int:
        """Memory of the first worker, as the kernel counts what is resident (VmRSS), in KB."""
        return resident_kb(self.workers[0])

    def worker_of(self, connection: Connection) -> int:
        """Which worker has taken a connection; ask only after it was answered on."""
        row = f" 0100007F:{self.port:04X} 0100007F:{connection.own_port:04X} "
        inodes = _inodes(lambda line: row in line)
        for pid in self.workers:
            if inodes & _sockets_of(pid):
                return pid
        raise CannotMeasure("cannot tell which worker has a connection")


def resident_kb(process: int) -> int:
    """Memory of a process, as the kernel counts what is resident (VmRSS), in KB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, **options
) -> Iterator[subprocess.Popen]:
    """Run a program in a process group of its own, and end that group whatever happens."""
    # Apart from the terminal's group: Ctrl-C is ours to pass on.
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=env, start_new_session=True, **options
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # what it may have left behind
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


@contextlib.contextmanager
def pennypress(
    home: Path,
    *,
    workers: int = 1,
    cache: Path = INSTALLATION,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Serve a site as a person would, with these settings besides."""
    port = free_port()
    env = environment(home, cache) | {"PENNYPRESS_URL": f"http://127.0.0.1:{port}"}
    env |= variables or {}
    command = [PROGRAM, "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    with (
        _log(home, "pennypress") as log,
        running(command, env, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        wait_for_line(process, READY_LINE, Path(log.name))
        server = Server(port, process, now_ms())
        _wait_for(lambda: len(server.workers) == workers, process, Path(log.name))
        yield server


@contextlib.contextmanager
def bare_granian(folder: Path, pages: Mapping[str, Answer]) -> Iterator[Server]:
    """Hand out these pages with Granian and nothing else: RSGI, one worker, uvloop."""
    store = folder / "pages.pickle"
    ready = {
        path: ([h for h in page.headers if h[0] not in {"connection", "date", "server"}], page.body)
        for path, page in pages.items()
    }
    store.write_bytes(pickle.dumps(ready))
    options = ["--interface", "rsgi", "--loop", "uvloop"]
    env = os.environ | {"BENCH_PAGES": str(store)}
    with _granian(folder, "bench.bare:fixed", options, env) as server:
        yield server


@contextlib.contextmanager
def django_view(folder: Path, pages: Mapping[str, Answer]) -> Iterator[Server]:
    """Hand out these pages by a view of Django's and nothing else: WSGI, one blocking thread.

    The page of the path "" is handed out for every other path. What says how to read the bytes
    goes with them: status, content type, encoding.
    """
    store = folder / "view-pages.pickle"
    ready = {
        path: (page.status, {n: v for n, v in page.headers if n in ABOUT_BYTES}, page.body)
        for path, page in pages.items()
    }
    store.write_bytes(pickle.dumps(ready))
    options = ["--interface", "wsgi", "--blocking-threads", "1"]
    env = os.environ | {"BENCH_PAGES": str(store)}
    with _granian(folder, "bench.bare:view", options, env) as server:
        yield server


@contextlib.contextmanager
def _granian(
    folder: Path, application: str, options: list[str], env: Mapping[str, str]
) -> Iterator[Server]:
    port = free_port()
    command = [PROGRAM.with_name("granian"), *options, "--workers", "1", "--port", str(port)]
    command += ["--no-ws", "--log-level", "warning", "--workers-kill-timeout", "2", application]
    with (
        _log(folder, application) as log,
        running(command, env, stdout=log, stderr=log) as process,
    ):
        _wait_for(lambda: _listens(port), process, Path(log.name))
        yield Server(port, process)


@contextlib.contextmanager
def nginx(folder: Path, pages: Mapping[str, Answer], *, keeps_open: bool) -> Iterator[Server]:
    """Hand out these pages with nginx: one worker, files that are compressed already.

    As distributions set it up; `keeps_open` has it keep the files open besides, at the price of
    not seeing that they change.
    """
    program = find_program("nginx")
    if program is None:
        raise CannotMeasure("nginx is not installed")
    port = free_port()
    root = folder / ("nginx-open" if keeps_open else "nginx")
    root.mkdir()
    locations = "".join(
        _nginx_location(root / f"page-{number}", path, page)
        for number, (path, page) in enumerate(pages.items())
    )
    keeping = "open_file_cache max=100; open_file_cache_valid 1h;" if keeps_open else ""
    user = "user root;" if os.getuid() == 0 else ""
    config = root / "nginx.conf"
    config.write_text(f"""{user}
daemon off;
worker_processes 1;
pid {root}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
{nginx_temporary_folders(root)}    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    {keeping}
    etag off;
    if_modified_since off;
    max_ranges 0;
    types {{ }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
{locations}    }}
}}
""")
    with (
        _log(folder, "nginx") as log,
        running([program, "-p", root, "-c", config], stdout=log, stderr=log) as process,
    ):
        _wait_for(lambda: _listens(port), process, Path(log.name))
        yield Server(port, process)


def nginx_temporary_folders(root: Path) -> str:
    """Lines that keep nginx from writing where its distribution's has its folders."""
    return "".join(
        f"    {kind}_temp_path {root}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )


def _nginx_location(file: Path, path: str, page: Answer) -> str:
    """A page as nginx hands it out: the same bytes under the same headers."""
    file.write_bytes(page.body)
    lines = [
        f"default_type {_quoted(page.header('content-type'))};",
        'add_header Last-Modified "";',
    ]
    for name, value in page.headers:
        if name not in OWN_HEADERS:
            lines.append(f"add_header {name} {_quoted(value)} always;")
    inner = "".join(f"            {line}\n" for line in [f"alias {file};", *lines])
    return f"        location = {path} {{\n{inner}        }}\n"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if "$" in escaped:
        raise CannotMeasure(f"nginx cannot be told this header: {value}")
    return f'"{escaped}"'


# ── Waiting and looking ────────────────────────────────────────────────────────────────────────


def wait_for_line(
    process: subprocess.Popen, beginning: bytes, log: Path, seconds: float = START_SECONDS
) -> None:
    """Wait until a program prints a line that begins so. Raises CannotMeasure if it does not."""
    deadline = time.monotonic() + seconds
    told = b""
    while not any(line.startswith(beginning) for line in told.splitlines()):
        left = deadline - time.monotonic()
        ready, _, _ = select.select([process.stdout], [], [], max(0, left))
        more = os.read(process.stdout.fileno(), 65_536) if ready else b""
        if not more:
            raise CannotMeasure(f"a server did not start: {_last_line(log)}")
        told += more


def _wait_for(condition, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotMeasure(f"a server did not start: {_last_line(log)}")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _log(folder: Path, name: str):
    return (folder / f"{name.replace(':', '-')}.log").open("ab")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return sorted(found)


def _inodes(wanted: Callable[[str], bool]) -> set[str]:
    """The inodes of the sockets whose rows of the kernel's table are wanted."""
    table = Path("/proc/net/tcp").read_text().splitlines()
    return {line.split()[9] for line in table if wanted(line)}


def _sockets_of(pid: int) -> set[str]:
    """The inodes of the sockets that a process has open; none once it has ended."""
    found = set()
    with contextlib.suppress(OSError):
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if match := re.fullmatch(r"socket:\[(\d+)\]", str(file.readlink())):
                    found.add(match[1])
    return found
