"""The process that carries out queued tasks: not the site's end, and ended with the site."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .command import Served, Site
from .forking import ROOT
from .test_database_away import eventually
from .test_serving_jobs import leader_of
from .test_upgrade import run_sql


@contextlib.contextmanager
def serving(site: Site) -> Iterator[Served]:
    with site.serving(PYTHONPATH=str(ROOT)) as served:
        yield served


def put_into_queue(site: Site, file: Path) -> None:
    """Leave a task that is under way until the file is there."""
    enqueue = f"from tests.cli.slow_tasks import wait_for; wait_for.enqueue({str(file)!r})"
    site.must("manage", "shell", "-c", enqueue)


def read_task(site: Site) -> tuple[str, list[str], int | None]:
    """State, attempts, and what it returned: the process that carried it out."""
    columns = "status, worker_ids, return_value"
    table = "django_tasks_database_dbtaskresult WHERE task_path LIKE 'tests.%'"
    [(status, *values)] = site.ask(f"SELECT {columns} FROM {table}")
    return status, *[json.loads(v) if isinstance(v, str) else v for v in values]


def is_under_way(site: Site) -> bool:
    return read_task(site)[0] == "RUNNING"


def queue_of(site: Site) -> int:
    """The number of the process that has the task."""
    return int(read_task(site)[1][-1].split(":")[1])


def is_alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def test_a_served_site_carries_out_queued_tasks_in_a_process_of_its_own(paper, tmp_path):
    put_into_queue(paper, tmp_path / "enough")
    with serving(paper) as served:
        eventually(lambda: is_under_way(paper))
        eventually(lambda: leader_of(paper) == served.process.pid)
        queue = queue_of(paper)
        assert queue != served.process.pid
        assert os.getpriority(os.PRIO_PROCESS, queue) > os.getpriority(
            os.PRIO_PROCESS, served.process.pid
        )
        (tmp_path / "enough").touch()
        eventually(lambda: read_task(paper)[0] == "SUCCESSFUL")
        assert read_task(paper)[2] == queue
        assert served.stop() < 5
    assert not is_alive(queue)


def test_what_a_killed_process_had_begun_is_done_by_its_successor(paper, tmp_path):
    put_into_queue(paper, tmp_path / "enough")
    with serving(paper) as served:
        eventually(lambda: is_under_way(paper))
        queue = queue_of(paper)
        os.kill(queue, signal.SIGKILL)
        (tmp_path / "enough").touch()
        # The leader takes it up when the lease has run out.
        run_sql(
            paper,
            "UPDATE operations_lease SET expires = '2026-01-01 00:00:00' "
            f"WHERE name IN ('leader', 'queue {read_task(paper)[1][-1]}')",
        )
        eventually(lambda: read_task(paper)[0] == "SUCCESSFUL")
        assert len(read_task(paper)[1]) == 2
        assert read_task(paper)[2] == queue_of(paper) != queue
        assert served.get("/").status == 200
        assert served.stop() < 5
        assert served.process.returncode == 0


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_task_under_way_is_back_in_the_queue_when_the_site_has_stopped(
    paper, tmp_path, interrupted
):
    put_into_queue(paper, tmp_path / "never")
    with serving(paper) as served:
        eventually(lambda: is_under_way(paper))
        queue = queue_of(paper)
        if interrupted:  # as by Ctrl-C, which all processes of a terminal hear
            os.kill(queue, signal.SIGINT)
        assert served.stop() < 5
        assert served.process.returncode == 0
        assert not is_alive(queue)
    assert read_task(paper) == ("READY", [], None)
    assert paper.ask("SELECT name FROM operations_lease WHERE name LIKE 'queue %'") == []
    assert "Traceback" not in "\n".join(served.said)


def test_one_that_does_not_stop_is_killed(paper, tmp_path):
    put_into_queue(paper, tmp_path / "never")
    with serving(paper) as served:
        eventually(lambda: is_under_way(paper))
        queue = queue_of(paper)
        os.kill(queue, signal.SIGSTOP)
        assert served.stop() < 5
        assert served.process.returncode == 0
        eventually(lambda: not is_alive(queue))


def test_it_ends_with_a_server_that_is_killed(paper, tmp_path):
    put_into_queue(paper, tmp_path / "never")
    with serving(paper) as served:
        eventually(lambda: is_under_way(paper))
        queue = queue_of(paper)
        served.process.kill()
        began = time.monotonic()
        eventually(lambda: not is_alive(queue))
        assert time.monotonic() - began < 5
