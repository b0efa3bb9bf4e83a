"""Files are whole or not there, whoever else writes, and whenever the process dies."""

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pennypress.foundation import files
from pennypress.foundation.files import (
    BY_UMASK,
    create_file_once,
    draft_beside,
    put_in_place,
    replace_file,
)

pytestmark = pytest.mark.once


class Killed(BaseException):
    """As by a signal: nothing catches it."""


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "kept"
    file.write_text("before")
    return file


@pytest.fixture
def waits(monkeypatch, file) -> list[tuple[str, str]]:
    """Each wait for the disk: what is waited for, and what others then see in the file."""
    seen: list[tuple[str, str]] = []
    real = os.fsync

    def sync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append((kind, file.read_text() if file.exists() else ""))
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    return seen


def names(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir())


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_content_is_on_the_disk_before_its_name_and_then_its_name(file, waits):
    replace_file(file, "after")
    assert waits == [("file", "before"), ("folder", "after")]
    assert names(file) == ["kept"]


def test_creating_waits_in_the_same_order(file, waits):
    file.unlink()
    assert create_file_once(file, "made")
    assert waits == [("file", ""), ("folder", "made")]
    assert names(file) == ["kept"]


def test_without_wait_nobody_waits(file, waits):
    replace_file(file, "after", wait=False)
    assert not create_file_once(file, "again", wait=False)
    assert (waits, file.read_text()) == ([], "after")


@pytest.mark.parametrize("content", ["", "Grüße\r\n", b"\x00\xff", b"x" * 3_000_000])
def test_bytes_are_kept_exactly_and_text_in_utf_8(file, content):
    replace_file(file, content)
    assert file.read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_only_the_owner_reads_a_file_unless_it_is_said_otherwise(file, tmp_path):
    before = os.umask(0o022)
    try:
        file.chmod(0o644)
        replace_file(file, "after")
        assert mode(file) == 0o600
        replace_file(file, "after", mode=BY_UMASK)
        assert mode(file) == 0o644
        create_file_once(tmp_path / "new", "")
        assert mode(tmp_path / "new") == 0o600
        with draft_beside(file) as draft:
            assert mode(draft) == 0o600
    finally:
        os.umask(before)


@pytest.mark.parametrize("step", ["_write", "put_in_place", "sync_path", "sync_file"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), Killed()])
def test_whatever_fails_the_file_is_whole_and_no_draft_is_left(file, monkeypatch, step, error):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(files, step, fail)
    with pytest.raises(type(error)):
        replace_file(file, "after")
    assert file.read_text() == ("after" if step == "sync_path" else "before")
    assert names(file) == ["kept"]
    file.unlink()
    if step != "put_in_place":
        with pytest.raises(type(error)):
            create_file_once(file, "made")
        assert names(file) == (["kept"] if step == "sync_path" else [])


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    for write in (replace_file, create_file_once):
        with pytest.raises(FileNotFoundError):
            write(tmp_path / "none" / "kept", "x")


def test_of_many_at_once_one_makes_the_file(tmp_path):
    file = tmp_path / "key"
    said = [f"{number:04}" * 10_000 for number in range(24)]

    def make(content: str) -> tuple[bool, str]:
        return create_file_once(file, content, wait=False), file.read_text()

    with ThreadPoolExecutor(24) as pool:
        made = list(pool.map(make, said))
    assert [mine for mine, _ in made].count(True) == 1
    assert {seen for _, seen in made} == {said[[mine for mine, _ in made].index(True)]}
    assert names(file) == ["key"]


def test_what_is_there_is_left_alone(file):
    assert not create_file_once(file, "another")
    assert (file.read_text(), names(file)) == ("before", ["kept"])


def test_two_drafts_of_one_file_are_two_files(file):
    with draft_beside(file) as one, draft_beside(file) as other:
        one.write_text("one")
        other.write_text("other")
        put_in_place(other, file)
        put_in_place(one, file)
        assert not one.exists()
    assert (file.read_text(), names(file)) == ("one", ["kept"])


def test_a_draft_and_what_a_program_puts_beside_it_are_gone_afterwards(file):
    with draft_beside(file, prefix=".mine-", endings=("-wal", "-shm")) as draft:
        draft.with_name(f"{draft.name}-wal").write_text("x")
        assert draft.name.startswith(".mine-")
        assert draft.parent == file.parent
    assert names(file) == ["kept"]


def test_who_is_killed_while_writing_leaves_a_whole_file(tmp_path):
    file = tmp_path / "kept"
    loop = (
        "import pathlib, sys\n"
        "from pennypress.foundation.files import replace_file\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "while True:\n"
        "    for letter in 'ab': replace_file(file, letter * 500_000, wait=False)\n"
    )
    for _ in range(5):
        running = subprocess.Popen([sys.executable, "-c", loop, str(file)])
        began = time.monotonic()
        while not file.exists() and time.monotonic() - began < 20:
            time.sleep(0.01)
        time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert file.read_text() in {"a" * 500_000, "b" * 500_000}
