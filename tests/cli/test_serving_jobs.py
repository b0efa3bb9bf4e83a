"""Two processes that serve one site: one runs the periodic jobs, and the other when that cannot."""

import os
import signal
import time

from .command import Served, Site
from .test_database_away import eventually
from .test_upgrade import run_sql


def leader_of(site: Site) -> int:
    """The number of the process that leads; 0 for none."""
    held = site.ask("SELECT holder FROM operations_lease WHERE name = 'leader' AND holder <> ''")
    return int(held[0][0].split(":")[1]) if held else 0


def leads(site: Site, served: Served) -> bool:
    return leader_of(site) == served.process.pid


def let_leases_run_out(site: Site) -> None:
    run_sql(site, "UPDATE operations_lease SET expires = '2026-01-01 00:00:00'")


def is_signed(site: Site) -> bool:
    """Whether the record's latest checkpoint is over all of its entries."""
    ((size,),) = site.ask("SELECT size FROM record_log")
    return site.ask("SELECT max(size) FROM record_checkpoint") == [(size,)]


def test_one_of_two_processes_leads_and_the_other_takes_over(paper):
    with paper.serving() as first:
        eventually(lambda: leads(paper, first))
        with paper.serving() as second:
            eventually(
                lambda: (
                    paper.ask("SELECT count(*) FROM operations_lease WHERE holder <> ''") == [(5,)]
                )
            )
            assert leads(paper, first)
            # Paused for longer than its lease, the leader is none when it wakes up.
            os.kill(first.process.pid, signal.SIGSTOP)
            let_leases_run_out(paper)
            eventually(lambda: leads(paper, second))
            os.kill(first.process.pid, signal.SIGCONT)
            time.sleep(2)
            assert leads(paper, second)
            paper.must("gift", "21", "USD")
            eventually(lambda: is_signed(paper))
            assert second.stop() < 5
        eventually(lambda: leads(paper, first))
        paper.must("gift", "22", "USD")
        eventually(lambda: is_signed(paper))
        first.process.kill()
        first.process.wait()
    let_leases_run_out(paper)
    with paper.serving() as third:
        eventually(lambda: leads(paper, third))
        tokens = paper.ask("SELECT token FROM operations_lease WHERE name = 'leader'")
        assert third.stop() < 5
    assert tokens[0][0] >= 4
    assert leader_of(paper) == 0
    assert "jobs: ok" in paper.must("check")
