"""The environment of a test run. A plugin, so that it comes before Django's settings are read."""

import os
import shutil
import tempfile
from pathlib import Path

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


def pytest_sessionfinish() -> None:
    shutil.rmtree(_home, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the stages before this one took, so that pytest's own line stays the last."""
    if file := os.environ.get("PENNYPRESS_STAGES"):
        terminalreporter.section("stages before the tests")
        terminalreporter.write_line(Path(file).read_text().rstrip())
