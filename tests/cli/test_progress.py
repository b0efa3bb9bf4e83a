"""How far a long piece of work has come, as a person at a terminal sees it."""

import io
import sys

import pytest

from pennypress.cli.progress import progress

pytestmark = pytest.mark.once


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_has_come(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with progress("Making the first database") as tell:
        tell(50, 200)
    assert "Making the first database" in terminal.getvalue()
    assert "25%" in terminal.getvalue()


def test_a_log_shows_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", log := io.StringIO())
    with progress("Making the first database") as tell:
        tell(50, 200)
    assert log.getvalue() == ""


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
