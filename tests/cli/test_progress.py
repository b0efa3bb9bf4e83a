"""How far a long piece of work has come, as a person at a terminal sees it."""

import io
import os
import re
import sys
import time
from pathlib import Path

import pytest

from pennypress.cli import progress as shown
from pennypress.cli.progress import progress
from tests.mirror.mirrored import Copy

from .command import Site, clean_environment
from .terminal import IMPATIENT, Seen, run_on_terminal
from .test_mirroring import address_of

pytestmark = pytest.mark.once

WORK = """\
import sys, time
from pennypress.cli.progress import progress
with progress("Making the first database") as tell:
    for done in range(11):
        tell(50 * done, 500)
        time.sleep(float(sys.argv[1]) / 11)
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*[34]\d[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_has_come(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(shown, "DELAY", 0)
    with progress("Making the first database") as tell:
        tell(50, 200)
        end = time.monotonic() + 20
        while "25%" not in terminal.getvalue() and time.monotonic() < end:
            time.sleep(0.01)
    assert "Making the first database" in terminal.getvalue()
    assert "25%" in terminal.getvalue()
    assert "50/200" in terminal.getvalue()


def test_a_log_shows_nothing(monkeypatch):
    monkeypatch.setattr(shown, "DELAY", 0)
    monkeypatch.setattr(sys, "stderr", log := io.StringIO())
    with progress("Making the first database") as tell:
        tell(50, 200)
        time.sleep(0.3)
    assert log.getvalue() == ""


def test_where_standard_error_is_closed_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with progress("Making the first database") as tell:
        tell(50, 200)


def test_nothing_is_shown_before_there_is_something_to_tell(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with progress("Making the first database"):
        pass
    assert terminal.getvalue() == ""


def test_what_fails_under_it_is_raised(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(LookupError), progress("Making the first database") as tell:
        tell(1, 2)
        raise LookupError


# ── On a real terminal ─────────────────────────────────────────────────────────────────────────


def watch(seconds: float, tmp_path: Path, **environment: str) -> Seen:
    seen = run_on_terminal(
        WORK, str(seconds), environment=clean_environment() | environment, folder=tmp_path
    )
    assert (seen.status, seen.out) == (0, "")
    return seen


def test_work_of_some_seconds_is_shown_and_then_gone(tmp_path):
    terminal = watch(3, tmp_path).terminal
    assert "Making the first database" in terminal
    assert re.search(r"\d\d%", terminal)
    assert re.search(r"\d+/500", terminal)
    assert re.search(r"0:0\d left", terminal)
    assert terminal.rstrip("\r\n").endswith("\x1b[2K")
    assert "\x1b[?25h" in terminal, "the cursor is there again"


def test_quick_work_is_not_shown(tmp_path):
    assert watch(0.1, tmp_path).terminal == ""


def test_a_terminal_that_cannot_go_back_gets_nothing(tmp_path):
    assert watch(1.5, tmp_path, TERM="dumb").terminal == ""


def test_colours_can_be_turned_off(tmp_path):
    assert not COLOUR.search(watch(2, tmp_path, NO_COLOR="1").terminal)


@pytest.fixture(scope="module")
def backup_file(stocked_site, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "site.backup"
    stocked_site.must("backup", str(file))
    return file


@pytest.fixture(scope="module")
def mirror(stocked_site, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("mirrors") / "mirror"
    stocked_site.must("mirror", str(folder), PENNYPRESS_URL=address_of(stocked_site))
    return folder


COMMANDS = {
    "backup": (("backup", "new.backup"), "Backing up"),
    "restore": (("restore", "{backup}", "--force"), "Restoring"),
    "mirror": (("mirror", "new-mirror"), "Mirroring"),
    "verify": (("verify", "{mirror}"), "Checking: "),
    "check": (("check",), "Checking"),
    "import": (("import", "{page}", "{page}"), "Taking in stories and comments"),
    "upgrade": (("upgrade",), "Copying the database"),
    "init": (("--home", "new", "init"), "Making the database"),
    "demo": (("--home", "new", "demo", "--port", "{port}"), "Making the demo"),
}


def run_shown(
    what: str, site: Site, page: Path, backup: Path, mirror: Path, *more: str, **environment: str
) -> Seen:
    arguments, _ = COMMANDS[what]
    named = {"page": page, "backup": backup, "mirror": mirror}
    environment = {"PENNYPRESS_URL": address_of(site)} | environment
    return run_on_terminal(
        IMPATIENT,
        *(argument.format(**named) for argument in arguments),
        *more,
        environment=site.environment(**environment),
        folder=site.home.parent,
    )


@pytest.mark.parametrize("what", sorted(COMMANDS.keys() - {"demo"}))
def test_each_long_command_shows_how_far_it_has_come(what, paper, page_file, backup_file, mirror):
    if paper.database:
        pytest.skip("the bars are the same")
    seen = run_shown(what, paper, page_file, backup_file, mirror)
    assert seen.status == 0, seen.terminal
    assert COMMANDS[what][1] in seen.terminal
    assert COMMANDS[what][1] not in seen.out
    assert "\x1b" not in seen.out
    last = re.split(r"\x1b\[2K|\x1b\[K", seen.terminal)[-1]
    assert COMMANDS[what][1] not in last, "the bar is gone in the end"
    if what == "mirror":  # its processes were forked by one that shows a bar
        made = Copy(paper.home.parent / "new-mirror").files
        assert made.keys() == Copy(mirror).files.keys()
        assert os.environ.get("PENNYPRESS_HOME") != str(paper.home)


@pytest.mark.parametrize("what", ["backup", "verify", "check", "upgrade"])
def test_a_quiet_command_shows_and_says_nothing(what, paper, page_file, backup_file, mirror):
    seen = run_shown(what, paper, page_file, backup_file, mirror, "--quiet")
    assert (seen.status, seen.out, seen.terminal) == (0, "", "")


def test_a_check_that_finds_something_is_not_quiet_about_it(paper):
    (paper.home / "secret-key").chmod(0o666)
    (paper.home / "static-of-mine").touch()
    done = paper.run("check", "--quiet")
    assert done.returncode == 1
    assert done.stdout.startswith("files:\n")
    assert "ok" not in done.stdout
