"""The command `mirror`: what it says, what it refuses, and a run that was killed."""

import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.mirror.mirrored import Copy

from .command import COMMAND, Site
from .test_usage import refusal

pytestmark = pytest.mark.once


def address_of(site: Site) -> str:
    """The address that the site was last served at."""
    ((host, port),) = site.ask("SELECT hostname, port FROM wagtailcore_site")
    return f"http://{host}:{port}"


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mirror"


@pytest.fixture
def served_at(paper) -> dict[str, str]:
    return {"PENNYPRESS_URL": address_of(paper)}


def test_a_mirror_and_what_changes_in_it(paper, folder, served_at):
    first = paper.must("mirror", str(folder), **served_at)
    count = len(Copy(folder).files)
    assert first.startswith(f"{folder}: {count:,} files written (")
    assert first.endswith("0 unchanged, 0 removed\n")
    assert (folder / "news/the-bakery-on-pier-street-is-to-close/index.html").exists()
    again = paper.must("mirror", str(folder), **served_at)
    assert again == f"{folder}: 0 files written (0 bytes), {count:,} unchanged, 0 removed\n"
    paper.must("gift", "11", "USD")
    paper.must("mirror", str(folder), **served_at)
    assert "800" in Copy(folder).read("about/index.html").one(id="meter").text


def test_a_mirror_is_written_while_the_site_is_served(paper, folder):
    with paper.serving() as served:
        paper.must("mirror", str(folder), PENNYPRESS_URL=served.address)
        assert served.get("/").status == 200
    assert f'href="{served.address}/give/"' in (folder / "index.html").read_text()


def test_what_a_mirror_refuses(paper, folder, served_at, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("All my work.")
    why = refusal(paper.run("mirror", str(tmp_path / "work"), **served_at))
    assert why == f"{tmp_path / 'work'} is not empty and holds no mirror"
    elsewhere = refusal(paper.run("mirror", str(folder), PENNYPRESS_URL="https://other.example"))
    assert served_at["PENNYPRESS_URL"] in elsewhere
    assert not folder.exists()


def test_a_mirror_needs_a_site(tmp_path, folder):
    assert "there is no site in" in refusal(Site(tmp_path / "site").run("mirror", str(folder)))


def test_a_full_disk_is_one_line(paper, folder, served_at):
    paper.must("manage", "shell", "-c", "from pennypress.record.sealing import seal; seal()")
    # Full for whatever is longer than this: a font is, and the database's working files are not.
    limit = 36_000
    done = subprocess.run(
        [COMMAND, "mirror", folder],
        env=paper.environment(**served_at),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "File too large" in refusal(done)
    paper.must("mirror", str(folder), **served_at)
    assert not list(folder.rglob(".mirror-*"))
    assert not (folder / "mirror.journal").exists()


def test_a_run_that_was_killed_is_completed_by_the_next(paper, folder, served_at, tmp_path):
    for enough in (1, 5, 20):
        running = subprocess.Popen(
            [COMMAND, "mirror", folder],
            env=paper.environment(**served_at),
            stdout=subprocess.DEVNULL,
        )
        while running.poll() is None and len(list(folder.rglob("*.html"))) < enough:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        running.wait()
    paper.must("mirror", str(folder), **served_at)
    paper.must("mirror", str(tmp_path / "fresh"), **served_at)
    assert Copy(folder).files == Copy(tmp_path / "fresh").files
