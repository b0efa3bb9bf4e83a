"""Processes that work for another one."""

import os
import threading
import time

LOOK_UP_SECONDS = 0.2  # a signal is noticed after so long at the latest


def end_with_parent() -> None:
    """End this process soon after its parent: whatever ends that, nobody could stop this one."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


class WakefulEvent(threading.Event):
    """An event that a signal's handler may set, and whose waiter hears of signals.

    A handler runs in the main thread. When that is just entering its wait it holds the event's own
    lock, so the handler must not ask for it. And the kernel may hand a signal to any thread, which
    does not wake the main one: it looks up by itself.
    """

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is not None:
            return super().wait(timeout)
        while not super().wait(LOOK_UP_SECONDS):
            pass
        return True

    def set(self) -> None:
        if threading.current_thread() is threading.main_thread():
            threading.Thread(target=super().set, daemon=True).start()
        else:  # at once: one that came late would wake the waiter again, for nothing
            super().set()
