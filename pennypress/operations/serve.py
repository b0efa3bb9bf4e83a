"""Serving: the workers' application, and the process that watches them and runs the jobs.

A process of its own carries out queued tasks (see `queue_process`).
"""

import logging
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from pennypress.foundation.processes import WakefulEvent, end_with_parent

from .errors import OperationFailed

if TYPE_CHECKING:
    from pennypress.delivery.worker import Worker

    from .queue_process import QueueProcess

logger = logging.getLogger("pennypress.operations.serve")

STOP_SECONDS = 2  # what open connections get after SIGTERM before they are cut
ROOM_FOR_REQUESTS = 4_096  # open at once per worker, besides event streams
# A connection is closed that does not bring the whole head of a request in so long: a silent one,
# a slow one, and one that was used and is idle.
HEAD_SECONDS = 10
HEAD_BYTES = 32 * 1024  # of a request: its first line and all headers
JOBS_STOP_SECONDS = 2  # after that, for jobs to end and leases to be released


_port = 0  # on which the workers listen; 0 while it is not known


def __getattr__(name: str) -> "Worker":
    """Make the application when a worker asks for it, so that importing this costs nothing."""
    if name != "application":
        raise AttributeError(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.settings")
    import django

    django.setup(set_prefix=False)
    from pennypress.delivery.worker import Worker

    end_with_parent()
    globals()["application"] = application = Worker(_port)
    return application


class CannotServe(OperationFailed):
    """The site cannot be served; the message says why."""


def check_port(host: str, port: int) -> None:
    """Raise CannotServe when the address is taken or is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(f"cannot listen on {host} port {port}: {error.strerror}") from error


def http_options() -> dict[str, Any]:
    """How the server is to read requests, as Granian's options.

    HTTP/1.1 alone: of HTTP/2 Granian bounds neither what waits to be sent to a client that does not
    read nor a silent connection, and a proxy speaks HTTP/1.1 with the site anyway.
    """
    from granian.constants import HTTPModes
    from granian.http import HTTP1Settings

    head = HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=HEAD_BYTES)
    return {"http": HTTPModes.http1, "http1_settings": head, "websockets": False}


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT. Prints the ready line once requests are answered."""
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    from .logs import SERVER_LOGGING
    from .queue_process import QueueProcess

    check_port(host, port)
    global _port
    _port = port  # for the workers, which are forked from this process
    server = Granian(
        "pennypress.operations.serve:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        workers=workers,
        backpressure=ROOM_FOR_REQUESTS + settings.LIVE_LISTENERS,
        backlog=2048,
        **http_options(),
        log_level=LogLevels.warning,
        log_dictconfig=SERVER_LOGGING,
        respawn_failed_workers=True,
        # An open event stream would keep a worker waiting for ever.
        workers_kill_timeout=STOP_SECONDS,
    )
    server.main_loop_interrupt = WakefulEvent()
    stopping = threading.Event()
    shown = f"[{host}]" if ":" in host else host
    # Workers are forked from this process, and so is the queue's: what it has open to the database
    # must not go with them, and its own work begins only when they are there.
    connections.close_all()
    queue = QueueProcess()
    jobs = threading.Thread(
        target=_run_jobs, args=(f"http://{shown}:{port}", queue, stopping), name="jobs", daemon=True
    )
    jobs.start()
    try:
        server.serve()
    finally:
        stopping.set()
        queue.stop()
        jobs.join(JOBS_STOP_SECONDS)
        queue.join()
    # The workers are gone, and what they did is in the database: a job's thread is not waited for.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _run_jobs(address: str, queue: "QueueProcess", stopping: threading.Event) -> None:
    from .jobs import run_jobs

    if _announce(address, stopping):
        queue.begin()
        run_jobs(stopping)


def _announce(address: str, stopping: threading.Event) -> bool:
    """Print the ready line as soon as the site answers; say whether it did."""
    # As a proxy would ask: behind https a plain request is sent away.
    probe = urllib.request.Request(  # noqa: S310
        f"{address}/healthz", headers={"X-Forwarded-Proto": "https"}
    )
    while not stopping.wait(0.02):
        try:
            with urllib.request.urlopen(probe, timeout=5):  # noqa: S310
                break
        except urllib.error.HTTPError:
            break  # it answers; what is wrong is for /healthz to say
        except OSError:
            continue
    else:
        return False
    print(f"Pennypress is serving {address}", flush=True)
    return True
