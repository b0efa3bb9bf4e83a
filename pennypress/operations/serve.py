"""Serving: the workers' application, and the process that runs them together with its desk work."""

import logging
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pennypress.delivery.worker import Worker

logger = logging.getLogger("pennypress.operations.serve")

STOP_SECONDS = 2  # what open connections get after SIGTERM before they are cut
ROOM_FOR_REQUESTS = 4_096  # open at once per worker, besides event streams
TASK_SECONDS = 1
SCHEDULE_SECONDS = 20
DESK_NICENESS = 10
PURGE_SECONDS = 0.1
SEAL_SECONDS = 2
WITNESS_SECONDS = 60
HOUSEKEEPING_SECONDS = 24 * 60 * 60


def __getattr__(name: str) -> "Worker":
    """Make the application when a worker asks for it, so that importing this costs nothing."""
    if name != "application":
        raise AttributeError(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.settings")
    import django

    django.setup(set_prefix=False)
    from pennypress.delivery.worker import Worker

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()

    globals()["application"] = application = Worker()
    return application


def _end_with(parent: int) -> None:
    """End this worker when the process that watches it is gone: nobody could stop it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


class CannotServe(Exception):
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


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT. Prints the ready line once requests are answered."""
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    from .logs import SERVER_LOGGING

    check_port(host, port)
    server = Granian(
        "pennypress.operations.serve:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        workers=workers,
        backpressure=ROOM_FOR_REQUESTS + settings.LIVE_LISTENERS,
        backlog=2048,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=SERVER_LOGGING,
        respawn_failed_workers=True,
        # An open event stream would keep a worker waiting for ever.
        workers_kill_timeout=STOP_SECONDS,
    )
    stopping = threading.Event()
    shown = f"[{host}]" if ":" in host else host
    # Workers are forked from this process: what it has open to the database must not go with them,
    # and its own work begins only when they are there.
    connections.close_all()
    desk = threading.Thread(
        target=_run_desk, args=(f"http://{shown}:{port}", stopping), daemon=True
    )
    desk.start()
    try:
        server.serve()
    finally:
        stopping.set()
    # The workers are gone. A picture that the desk is cutting would hold the process for seconds:
    # the library's thread pool is waited for at exit. The task is taken up again at the next start.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _run_desk(address: str, stopping: threading.Event) -> None:
    if _announce(address, stopping):
        threading.Thread(target=_purge_work, args=(stopping,), daemon=True).start()
        threading.Thread(target=_seal_work, args=(stopping,), daemon=True).start()
        threading.Thread(target=_witness_work, args=(stopping,), daemon=True).start()
        _desk_work(stopping)


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


def _desk_work(stopping: threading.Event) -> None:
    """Carry out queued tasks and publish what is due, in the process that watches the workers."""
    from django.db import close_old_connections

    from .housekeeping import run_housekeeping

    # Cutting pictures takes minutes of a processor; readers go first.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), DESK_NICENESS)
    next_schedule = next_housekeeping = 0.0
    busy, resumed = False, False
    while not stopping.wait(0 if busy else TASK_SECONDS):
        try:
            close_old_connections()
            if not resumed:
                resume_interrupted_tasks()
                resumed = True
            if time.monotonic() >= next_schedule:  # a long queue must not delay what is due
                next_schedule = time.monotonic() + SCHEDULE_SECONDS
                publish_due_stories()
            if time.monotonic() >= next_housekeeping:
                next_housekeeping = time.monotonic() + HOUSEKEEPING_SECONDS
                run_housekeeping()
            busy = run_next_task()
        except Exception:  # the desk goes on; the next round may find the database back
            busy = False
            logger.exception("desk work failed")


def _purge_work(stopping: threading.Event) -> None:
    """Tell a CDN what changed. Apart from the desk's other work: a hook may take its time."""
    from django.db import close_old_connections

    from pennypress.delivery.purge import open_purger

    purger = open_purger()
    while purger and not stopping.wait(PURGE_SECONDS):
        try:
            close_old_connections()
            purger.run_once()
        except Exception:  # the next round may find the database back
            logger.exception("the purge hook was not told")
            stopping.wait(5)


def _seal_work(stopping: threading.Event) -> None:
    """Sign the record's new entries, again and again: readers may check them seconds later."""
    from django.db import close_old_connections

    from pennypress.record.sealing import seal

    said = ""
    while not stopping.wait(SEAL_SECONDS):
        try:
            close_old_connections()
            seal()
            said = ""
        except Exception as error:  # the next round may find the database, or the key, back
            if said != str(error):  # once, not every two seconds
                logger.exception("the record was not signed")
            said = str(error)


def _witness_work(stopping: threading.Event) -> None:
    """Ask the witnesses to cosign. Apart from the signing: they may take their time."""
    from django.conf import settings
    from django.db import close_old_connections

    from pennypress.record.witnesses import ask_witnesses

    said = ""
    while settings.WITNESSES and not stopping.wait(WITNESS_SECONDS):
        try:
            close_old_connections()
            ask_witnesses()
            said = ""
        except Exception as error:  # the next round may find the database back
            if said != str(error):  # once, not every minute
                logger.exception("the witnesses were not asked")
            said = str(error)


def desk_name() -> str:
    """The name under which this machine's desk takes tasks."""
    return f"desk@{socket.gethostname()}"[:64]


def resume_interrupted_tasks() -> int:
    """Put back what this desk had begun when the server last stopped; return how many."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    begun = DBTaskResult.objects.running()
    interrupted = [task for task in begun if task.worker_ids[-1:] == [desk_name()]]
    for task in interrupted:
        task.status = TaskResultStatus.READY
        task.save(update_fields=["status"])
    return len(interrupted)


def run_next_task() -> bool:
    """Run the next task that waits in the queue; say whether there was one."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().exists()
    if waiting:
        Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=desk_name(),
            excluded_queue_names=[],
        ).run()
    return waiting


def publish_due_stories() -> None:
    """Publish and take down what is scheduled, in one transaction with the versions it freezes."""
    from django.core.management import call_command
    from django.db import transaction

    with transaction.atomic():
        call_command("publish_scheduled", verbosity=0, stdout=sys.stderr)
