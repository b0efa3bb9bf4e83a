"""The `pennypress` command in processes of its own that need not import everything anew.

Two seconds of a command's start are imports, and the same ones each time. One process imports them
once; for each command it forks a child, which reads the settings from the environment given to it
and then is the command: with its own arguments, folder, output and exit status.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_REQUEST = 1_000_000  # bytes: arguments, environment


class Forker:
    """A process that has imported the site and forks commands. It ends when this one does.

    Models differ between databases: `database` is an address of the kind that commands will use.
    """

    def __init__(self, database: str = "") -> None:
        self._home = tempfile.TemporaryDirectory(prefix="pennypress-forker-")
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PENNYPRESS_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"))
        } | {"PENNYPRESS_HOME": self._home.name, "DJANGO_SETTINGS_MODULE": "pennypress.settings"}
        if database:
            environment["DATABASE_URL"] = database
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.cli.forking", str(other.fileno())],
                cwd=ROOT, env=environment, pass_fds=[other.fileno()],
            )  # fmt: skip

    def run(
        self, arguments: tuple[str, ...], environment: dict[str, str], folder: Path, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end. Raises TimeoutError when it takes longer than `seconds`."""
        ours, theirs = socket.socketpair()
        with ours, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            with theirs, self._lock:
                request = {
                    "arguments": arguments,
                    "environment": environment,
                    "folder": str(folder),
                }
                socket.send_fds(
                    self._socket,
                    [json.dumps(request).encode()],
                    [theirs.fileno(), out.fileno(), err.fileno()],
                )
            ours.settimeout(seconds)
            status = ours.recv(16)
            assert status, "the forking process has ended"
            texts = [file.read().decode() for file in (out, err) if not file.seek(0)]
        return subprocess.CompletedProcess(["pennypress", *arguments], int(status), *texts)

    def close(self) -> None:
        self._socket.close()
        self.process.wait(timeout=20)
        self._home.cleanup()


def serve(requests: socket.socket) -> None:
    """Fork a child for each request, until nobody can ask any more."""
    import django

    import pennypress.cli  # noqa: F401

    django.setup()
    _import_the_rest()
    while True:
        data, descriptors, _, _ = socket.recv_fds(requests, LONGEST_REQUEST, 3)
        if not data:
            return
        if os.fork() == 0:
            requests.close()
            _report_the_end(json.loads(data), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _report_the_end(request: dict, answer: int, out: int, err: int) -> None:
    """In a child: run the command in a child of its own, and tell its exit status."""
    command = os.fork()
    if command == 0:
        os.close(answer)
        _become_command(request, out, err)
    _, status = os.waitpid(command, 0)
    os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become_command(request: dict, out: int, err: int) -> None:
    """Be the command as if it had just been started, and end."""
    status = 1
    try:
        for descriptor, standard in ((out, 1), (err, 2)):
            os.dup2(descriptor, standard)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = ["pennypress", *request["arguments"]]
        _forget_the_settings()
        from pennypress.cli import main

        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _forget_the_settings() -> None:
    """Let Django read the settings again, from the environment as it is when it needs them.

    What it has made of the old ones is made anew then, as in tests that change settings.
    """
    import django.test.signals  # noqa: F401 - listens
    from django.conf import LazySettings, empty, settings
    from django.core.signals import setting_changed
    from django.db import connections

    import pennypress

    old = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    read = LazySettings._setup

    def read_and_tell(self: LazySettings, name: str | None = None) -> None:
        read(self, name)
        for name, before in old.items():
            if name != "DATABASES" and getattr(self, name, None) != before:
                now = getattr(self, name, None)
                setting_changed.send(LazySettings, setting=name, value=now, enter=True)

    LazySettings._setup = read_and_tell
    settings._wrapped = empty
    settings.__dict__.clear()
    settings._wrapped = empty
    del sys.modules["pennypress.settings"], pennypress.settings
    for alias in list(connections.settings):
        with suppress(AttributeError):
            del connections[alias]
    del connections.settings
    connections._settings = None


def _import_the_rest() -> None:
    """Import what commands import only when they need it."""
    from django.db.migrations.loader import MigrationLoader
    from django.urls import get_resolver

    import pennypress.accountability.checks
    import pennypress.arrivals.actions
    import pennypress.newsroom.setup
    import pennypress.operations.backup
    import pennypress.operations.restore
    import pennypress.verifier.command  # noqa: F401

    MigrationLoader(None)
    _ = get_resolver().url_patterns


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
