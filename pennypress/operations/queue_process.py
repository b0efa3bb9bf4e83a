"""The process that carries out queued tasks, beside the one that runs the periodic jobs.

A task may keep the interpreter for long, at a low priority. In the jobs' process it would make
those wait that have the database's lock, and whoever wants to write with them.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from django.db import close_old_connections

from pennypress.foundation.processes import WakefulEvent, end_with_parent

from .jobs import JobProcess, keep_leases, leave
from .leases import QUEUE
from .queued_tasks import run_next_task

logger = logging.getLogger("pennypress.operations.jobs")

EMPTY_SECONDS = 1.0  # an empty queue is looked at so often
FAILED_SECONDS = 5.0
# Cutting pictures takes minutes of a processor; readers go first. Not by much: tasks write, too,
# and a process that gets no processor while it has the database's lock makes all writers wait.
NICENESS = 5
WATCH_SECONDS = 0.5  # the end of a process is noticed after so long at the latest
RESTART_SECONDS = 5.0
END_SECONDS = 1.5  # what the process gets after SIGTERM to put back its task
STOP_SECONDS = 2.0  # the same for the process that watches it

_FORK = multiprocessing.get_context("fork")


class QueueProcess:
    """The queue's process, as the one that serves has it.

    Between the two stands a third that starts the queue's process, again if it ends. It has neither
    threads nor connections to the database, as the one that serves has soon: to fork one that has
    them is not safe.
    """

    def __init__(self) -> None:
        """Fork. Call this while there are no other threads and no connections to the database."""
        self._begin, self._tell = _FORK.Pipe(duplex=False)
        self._watcher: ForkProcess = _FORK.Process(
            target=_keep_queue_running, args=(self._begin, os.getpid()), name="queue's watcher"
        )
        self._watcher.start()
        self._stopping = False
        self._deadline = 0.0

    def begin(self) -> None:
        """Have tasks carried out from now on."""
        self._tell.send_bytes(b"begin")
        threading.Thread(target=self._say_if_it_ends, daemon=True).start()

    def stop(self) -> None:
        """Have the task under way put back, and all end. Returns at once."""
        self._stopping = True
        self._deadline = time.monotonic() + STOP_SECONDS
        self._watcher.terminate()

    def join(self) -> None:
        """Wait until all has ended after `stop`, for STOP_SECONDS at most."""
        self._watcher.join(max(0.0, self._deadline - time.monotonic()))
        self._watcher.kill()

    def _say_if_it_ends(self) -> None:
        wait([self._watcher.sentinel])
        if not self._stopping:
            logger.error("queued tasks are not carried out any more until the site is restarted")


def _keep_queue_running(begin: Connection, parent: int) -> None:
    """Once told to, run the queue in a process, and in another one after that, until SIGTERM."""
    stopping = _stop_on_signals()

    def goes_on(pause: float) -> bool:
        return not stopping.wait(pause) and os.getppid() == parent

    while not begin.poll(WATCH_SECONDS):
        if not goes_on(0):
            return
    pause = 0.0
    while goes_on(pause):
        queue = _FORK.Process(target=_be_queue, name="queue")
        queue.start()
        while queue.is_alive():
            if not goes_on(WATCH_SECONDS):
                queue.terminate()
                queue.join(END_SECONDS)
                queue.kill()
                return
        logger.error("the process of the queue has ended (%s); another follows", queue.exitcode)
        pause = RESTART_SECONDS


def _be_queue() -> None:
    gc.freeze()  # the collector would write to all objects, and none would be shared any longer
    os.nice(NICENESS)
    stopping = _stop_on_signals()
    end_with_parent()
    run_queue(stopping)
    # A picture that is being cut would hold the process for seconds. Its task has been put back.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _stop_on_signals() -> threading.Event:
    """Return what SIGTERM and SIGINT set from now on. A terminal that is closed stops nothing."""
    stopping = WakefulEvent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return stopping


def run_queue(stopping: threading.Event) -> None:
    """Carry out queued tasks until `stopping` is set; then put back the one under way."""
    node = JobProcess(QUEUE)
    threading.Thread(target=_run_tasks, args=(node, stopping), name="tasks", daemon=True).start()
    keep_leases(node, [], stopping)
    leave(node, [])


def _run_tasks(node: JobProcess, stopping: threading.Event) -> None:
    """Carry out queued tasks, one at a time, whoever is the leader."""
    pause = 0.0
    while not stopping.wait(pause):
        try:
            close_old_connections()
            busy = node.joined and run_next_task(node.id)
            pause = 0.0 if busy else EMPTY_SECONDS
        except Exception:  # the next round may find the database back
            logger.exception("the queue of tasks could not be read")
            pause = FAILED_SECONDS
