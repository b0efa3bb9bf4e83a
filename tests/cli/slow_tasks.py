"""A queued task that takes as long as a test wants. Servers find it by PYTHONPATH."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def wait_for(file: str) -> int:
    """Be under way until a file is there; return the process that saw it."""
    while not Path(file).exists():
        time.sleep(0.02)
    return os.getpid()
