"""Programs on a real terminal."""

import os
import pty
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The command, but that it does not wait before it shows how far it has come.
IMPATIENT = """\
import rich.console, rich.progress, rich.text
import pennypress.cli.progress as shown
import pennypress.verifier.showing as showing
from pennypress.cli import main
shown.DELAY, showing.DELAY, showing.EVERY = 0, 0, 0.01
main()
"""


@dataclass(frozen=True)
class Seen:
    """What a program left: its exit status, its standard output, and what the terminal got."""

    status: int
    out: str
    terminal: str


def run_on_terminal(
    program: str, *arguments: str, environment: Mapping[str, str], folder: Path
) -> Seen:
    """Run a Python program whose standard error is a terminal of 100 columns, to its end."""
    main, other = pty.openpty()
    termios.tcsetwinsize(other, (24, 100))
    process = start(
        program, arguments, environment | {"TERM": "xterm"} | environment, folder, other
    )
    os.close(other)
    pieces: list[bytes] = []
    reading = threading.Thread(target=_read, args=(main, pieces), daemon=True)
    reading.start()
    out, _ = process.communicate(timeout=300)
    reading.join(20)
    os.close(main)
    return Seen(process.returncode, out, b"".join(pieces).decode())


def start(
    program: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    terminal: int,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=terminal, text=True,
    )  # fmt: skip


def _read(terminal: int, pieces: list[bytes]) -> None:
    try:
        while piece := os.read(terminal, 65_536):
            pieces.append(piece)
    except OSError:  # nobody has the other end any more
        pass
