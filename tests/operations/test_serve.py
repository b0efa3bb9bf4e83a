"""The server's own process: it stops whenever it is told to."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from pennypress.operations.serve import WakefulEvent

pytestmark = pytest.mark.once


HANDLING = """
from pennypress.operations.serve import WakefulEvent

event = WakefulEvent()
with event._cond:  # as `wait` holds it, in the thread in which handlers run
    event.set()
assert event.wait(5)
print("set", flush=True)
"""


def test_it_can_be_set_while_the_main_thread_enters_its_wait():
    done = subprocess.run(
        [sys.executable, "-c", HANDLING], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "set\n"


def test_another_thread_sets_it_at_once():
    event = WakefulEvent()
    was_set = []

    def work() -> None:
        event.set()
        was_set.append(event.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)
    assert was_set == [True]


WAITING = """
import signal, sys, threading
from pennypress.operations.serve import WakefulEvent

event = WakefulEvent()
signal.signal(signal.SIGTERM, lambda number, frame: event.set())

def take_the_signal():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    print("waiting", flush=True)
    threading.Event().wait()

# Only the other thread can be given the signal.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
threading.Thread(target=take_the_signal, daemon=True).start()
event.wait()
print("woken", flush=True)
"""


def test_a_signal_that_another_thread_is_given_wakes_it():
    with subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "waiting\n"
            os.kill(process.pid, signal.SIGTERM)
            assert process.communicate(timeout=20)[0] == "woken\n"
        finally:
            process.kill()
