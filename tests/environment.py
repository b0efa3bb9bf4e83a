"""The environment of a test run. A plugin, so that it comes before Django's settings are read."""

import os
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from tests.templates import address_of

os.umask(0o077)  # as each command of ours has it
_home = Path(tempfile.mkdtemp(prefix="pennypress-test-"))
os.environ["PENNYPRESS_HOME"] = str(_home)  # nothing of a test touches ./site
for _name in ("DATABASE_URL", "PENNYPRESS_FIRST_COMMENTS", "PENNYPRESS_URL", "PENNYPRESS_HOSTS"):
    os.environ.pop(_name, None)
if _socket := os.environ.get("PENNYPRESS_TEST_POSTGRES"):  # the folder of a server's socket
    os.environ["DATABASE_URL"] = address_of(_socket, "postgres")
(_home / "static").mkdir()

# Where the variable CI is set Hypothesis tries the same examples each time, and elsewhere new ones.


_began = time.monotonic()
_parts: dict[str, tuple[float, float]] = {}  # of a shared run: seconds, and those of a processor


def pytest_sessionfinish(session: pytest.Session) -> None:
    shutil.rmtree(_home, ignore_errors=True)
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        worked = sum(usage.ru_utime + usage.ru_stime for usage in used)
        output["took"] = time.monotonic() - _began, worked


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A process that shared the run has ended."""
    if took := getattr(node, "workeroutput", {}).get("took"):
        _parts[node.gateway.id] = took


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the stages before this one took, so that pytest's own line stays the last."""
    if file := os.environ.get("PENNYPRESS_STAGES"):
        terminalreporter.section("stages before the tests")
        terminalreporter.write_line(Path(file).read_text().rstrip())
    if _parts:
        terminalreporter.section("parts of the tests")
        for name, (took, worked) in _parts.items():
            terminalreporter.write_line(f"{name}: {took:.0f} s, {worked:.0f} s of a processor")
