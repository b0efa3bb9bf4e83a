"""`pennypress verify` on a site as it is served, mirrored, killed and rolled back."""

import html
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from .command import Served, Site
from .test_live import find_story, say


def signed_size(served: Served) -> int:
    """The size that the site's checkpoint states; 0 before the first."""
    try:
        with urllib.request.urlopen(f"{served.address}/record/checkpoint", timeout=20) as answer:
            return int(answer.read().split(b"\n")[1])
    except urllib.error.HTTPError:
        return 0


def wait_until_signed(site: Site, served: Served) -> int:
    """Wait until all is signed, the line of the day's first checkpoint too; return its size."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        ((size, days),) = site.ask("SELECT size, (SELECT count(*) FROM record_day) FROM record_log")
        if days and signed_size(served) == size:
            return size
        time.sleep(0.2)
    raise AssertionError("nothing was signed")


def wait_until_nobody_answers(served: Served) -> None:
    """Workers do not go on without the process that watches them."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{served.address}/healthz", timeout=5).close()
        except OSError:
            return
        time.sleep(0.2)
    raise AssertionError("a worker goes on")


def verify(site: Site, *arguments: str) -> tuple[int, dict]:
    done = site.run("verify", *arguments, "--json")
    assert not done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_served_site_agrees_before_and_after_changes_and_its_mirror_does(paper, tmp_path):
    seen, mirror = tmp_path / "seen", tmp_path / "mirror"
    story, _ = find_story(paper)
    with paper.serving("--workers", "2", PENNYPRESS_FIRST_COMMENTS="publish") as served:
        first = wait_until_signed(paper, served)
        status, found = verify(paper, served.address, "--save", str(seen))
        assert (status, found["findings"]) == (0, [])
        assert found["size"] == first
        say(served, story, "A word that was not there before.")
        assert paper.run("gift", "12", "USD").returncode == 0
        # Claims may be ahead of what is signed: it waits.
        status, found = verify(paper, served.address, "--since", str(seen))
        assert (status, found["findings"]) == (0, [])
        wait_until_signed(paper, served)
        assert paper.run("mirror", str(mirror), PENNYPRESS_URL=served.address).returncode == 0
    status, found = verify(paper, str(mirror), "--since", str(seen))
    assert (status, found["findings"]) == (0, [])
    assert found["size"] == first + 2


def test_a_site_that_was_killed_goes_on_with_the_same_record(paper, tmp_path):
    seen = tmp_path / "seen"
    story, _ = find_story(paper)
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        wait_until_signed(paper, served)
        assert verify(paper, served.address, "--save", str(seen))[0] == 0
        for number in range(5):
            say(served, story, f"Word number {number}.")
        served.process.send_signal(signal.SIGKILL)
        served.process.wait(timeout=20)
        wait_until_nobody_answers(served)
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        wait_until_signed(paper, served)
        status, found = verify(paper, served.address, "--since", str(seen))
        assert (status, found["findings"]) == (0, [])


def test_an_older_database_put_back_is_not_signed(paper):
    if paper.database:
        pytest.skip("a server's database is not a file to be replaced")
    older = paper.home / "pennypress.sqlite3"
    story, _ = find_story(paper)
    before = older.read_bytes()
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        say(served, story, "This is going to vanish.")
        size = wait_until_signed(paper, served)
    for end in ("-wal", "-shm"):
        older.with_name(older.name + end).unlink(missing_ok=True)
    older.write_bytes(before)
    with paper.serving() as served:
        time.sleep(5)
        assert signed_size(served) < size
    done = paper.run("check")
    assert done.returncode == 1
    assert "when it was signed" in done.stdout


@pytest.mark.once
def test_what_a_page_tells_readers_to_type_works(paper, tmp_path):
    """With Python alone, and in a folder of their own."""
    folder = tmp_path / "reader"
    folder.mkdir()
    with paper.serving() as served:
        wait_until_signed(paper, served)
        page = served.get("/record/how-to-check/").text
        blocks = [
            html.unescape(one) for one in re.findall(r"<code\s*>(.*?)</code\s*>", page, re.DOTALL)
        ]
        typed = [one for one in blocks if re.match("curl |python3 ", one)]
        assert [one.split()[0] for one in typed] == ["curl", "python3", "python3", "python3"]
        if not shutil.which("curl"):
            urllib.request.urlretrieve(typed.pop(0).split()[-1], folder / "verifier.pyz")
        said = [
            subprocess.run(
                ["sh", "-ec", one],
                cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
                check=True, timeout=300,
            ).stdout
            for one in typed
        ]  # fmt: skip
    fingerprint, first, again = said[-3:]
    assert fingerprint.strip() in blocks
    assert first.endswith("Everything agrees.\n")
    assert again.endswith("Everything agrees.\n")
