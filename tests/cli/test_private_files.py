"""What a site's folder holds is its owner's alone, whatever the umask was."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from .command import Site, free_port

# A program that is run as an operator does who never heard of umask.
pytestmark = pytest.mark.once


def modes(folder: Path) -> Iterator[tuple[str, str]]:
    """Each folder and file with its mode, but for links and what lies behind them."""
    for place, folders, files in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in (*folders, *files))):
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode):
                yield path.relative_to(folder).as_posix(), oct(stat.S_IMODE(mode))


def open_ones(folder: Path) -> dict[str, str]:
    return {name: mode for name, mode in modes(folder) if not mode.endswith("00")}


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def open_everything(home: Path) -> None:
    for place, folders, files in os.walk(home):
        for name in (".", *folders, *files):
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o777 if path.is_dir() else 0o666)


def test_all_that_is_made_is_private(tmp_path, page_file):
    site = Site(tmp_path / "site")
    assert site.run_afresh("init", "--title", "Tide").returncode == 0
    assert site.run_afresh("import", str(page_file)).returncode == 0
    assert site.run_afresh("upgrade").returncode == 0
    with site.serving(PENNYPRESS_PURGE_URL=f"http://127.0.0.1:{free_port()}/") as served:
        assert served.get("/").status == 200
        assert (site.home / "pennypress.sqlite3-wal").exists()
        assert open_ones(site.home) == {}
        assert site.run_afresh("backup", str(tmp_path / "paper.backup")).returncode == 0
    assert oct(stat.S_IMODE((tmp_path / "paper.backup").stat().st_mode)) == "0o600"
    found = dict(modes(site.home))
    assert {"pennypress.sqlite3", "secret-key", "record-key", ".in-use"} <= set(found)
    assert any(name.startswith("backups/") for name in found)
    restored = site.run_afresh("restore", str(tmp_path / "paper.backup"), "--force")
    assert restored.returncode == 0, restored.stderr
    assert any(name.startswith("replaced-") for name in dict(modes(site.home)))
    assert open_ones(site.home) == {}
    assert site.run_afresh("check").returncode == 0


def test_what_an_earlier_version_made_is_put_right(paper):
    (paper.home / "media" / "images").mkdir(parents=True)
    (paper.home / "media" / "images" / "quay.jpg").write_bytes(b"")
    (paper.home / "notes of mine").write_text("not the site's")
    open_everything(paper.home)
    told = paper.run("check")
    assert told.returncode == 1
    assert "other users of this machine have rights to" in told.stdout
    assert "files: took other users' rights off" in paper.must("check", "--repair")
    assert open_ones(paper.home) == {"notes of mine": "0o666"}
    assert "files: ok" in paper.must("check")
    open_everything(paper.home)
    assert "Took other users' rights off" in paper.must("upgrade")
    assert set(open_ones(paper.home)) == {"notes of mine"}
    open_everything(paper.home)
    with paper.serving():
        assert set(open_ones(paper.home)) == {"notes of mine"}


def test_a_link_is_left_alone_and_so_is_what_it_leads_to(paper, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "shared.jpg").write_bytes(b"")
    (paper.home / "media").symlink_to(elsewhere)
    open_everything(paper.home)
    paper.must("check", "--repair")
    assert set(open_ones(paper.home)) == set()
    assert {mode for _, mode in modes(elsewhere)} == {"0o777", "0o666"}


def test_a_mirror_is_for_everybody_whom_the_umask_lets_in(paper, tmp_path):
    os.umask(0o022)
    ((host, port),) = paper.ask("SELECT hostname, port FROM wagtailcore_site")
    done = paper.run_afresh("mirror", str(tmp_path / "www"), PENNYPRESS_URL=f"http://{host}:{port}")
    assert done.returncode == 0, done.stderr
    assert oct((tmp_path / "www" / "index.html").stat().st_mode)[-3:] == "644"
    assert oct((tmp_path / "www" / "news").stat().st_mode)[-3:] == "755"
    assert open_ones(paper.home) == {}
