"""What operators get wrong: one sentence that says so, and nothing made, lost or half-written."""

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from .command import COMMAND, Site
from .test_mirroring import address_of

pytestmark = pytest.mark.once


class Place(NamedTuple):
    """A folder with a site and all that an operator can take for something else."""

    folder: Path
    site: Site

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.site.run(*self.fill(arguments), **self.environment(environment))

    def fill(self, arguments: tuple[str, ...]) -> list[str]:
        return [argument.replace("HERE", str(self.folder)) for argument in arguments]

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        usual = {"PENNYPRESS_URL": address_of(self.site), "HOME": str(self.folder / "home")}
        return usual | {
            name: value.replace("HERE", str(self.folder)) for name, value in more.items()
        }

    def look(self) -> dict[str, tuple[int, int]]:
        """Everything that is there, but for what any command leaves in the site's folder."""
        found = {}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if not re.fullmatch(r"site|site/(\.in-use|\.database-lock|.*-(wal|shm))", name):
                about = path.lstat()
                measured = not path.is_dir() and not name.endswith("site/pennypress.sqlite3")
                found[name] = about.st_mode, about.st_size if measured else 0
        ((entries,),) = self.site.ask("SELECT count(*) FROM record_entry")
        return found | {"entries of the record": (entries, 0)}


def make_place(folder: Path, source: Site, page: Path) -> Place:
    folder.mkdir(exist_ok=True)
    site = source.copy(folder / "site")
    site.must("check")
    for name in ("home", "empty", "отец и сын 年", "full", "mirror-of-another"):
        (folder / name).mkdir()
    (folder / "full" / "thesis.txt").write_text("All my work.")
    (folder / "mirror-of-another" / "mirror.json").write_text("{}")
    (folder / "file").write_text("Something else.")
    shutil.copy(page, folder / "page.txt")
    (folder / "loop").symlink_to("loop")
    (folder / "nowhere").symlink_to("not/there")
    good = folder / "good.backup"
    site.must("backup", str(good))
    (folder / "link.backup").symlink_to("good.backup")
    data = good.read_bytes()
    (folder / "cut.backup").write_bytes(data[: len(data) // 2])
    (folder / "empty.backup").write_bytes(b"")
    with tarfile.open(folder / "other.tar.gz", "w:gz") as other:
        other.add(folder / "full", "full")
    make_newer(good, folder / "newer.backup")
    return Place(folder, site)


def make_newer(good: Path, newer: Path) -> None:
    with tarfile.open(good) as old, tarfile.open(newer, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            if member.name == "manifest.json":
                manifest = json.loads(content.read())
                manifest["migrations"] += ["stories.9999_of_tomorrow"]
                data = json.dumps(manifest).encode()
                member.size = len(data)
                new.addfile(member, BytesIO(data))
            else:
                new.addfile(member, content)


@pytest.fixture(scope="module")
def place(stocked_site, page_file, tmp_path_factory) -> Place:
    return make_place(tmp_path_factory.mktemp("place"), stocked_site, page_file)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that could not do it says: nothing else, and no traceback."""
    assert "Traceback" not in done.stderr
    if done.returncode == 2:
        assert done.stderr.startswith("Usage: ")
        assert done.stdout == ""
        return done.stderr.strip().split("\n")[-1].removeprefix("Error: ")
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert re.fullmatch(r"error: \S[^\n]*\n", done.stderr), done.stderr
    assert "Errno" not in done.stderr
    return done.stderr.removeprefix("error: ").rstrip("\n")


# Each: what is typed, the status, and a word or two of the answer. HERE is the folder.
MISTAKES: list[tuple[str, int, str]] = [
    # ── The site's folder ──
    ("--home HERE/file check", 1, "is a file"),
    ("--home HERE/file/below init", 1, "Not a directory"),
    ("--home HERE/full init", 1, "holds something else"),
    ("--home HERE/full import HERE/page.txt", 1, "holds something else"),
    ("--home HERE serve --init", 1, "holds something else"),
    ("--home HERE/mirror-of-another init", 1, "holds something else"),
    ("--home HERE/loop check", 1, "loop"),
    ("--home HERE/mistyped check", 1, "pennypress init"),
    ("--home HERE/mistyped backup HERE/new.backup", 1, "pennypress init"),
    ("--home HERE/empty check", 1, "pennypress init"),
    ("--home EMPTY init", 2, "empty"),
    ("--home HERE/new init --title EMPTY", 1, "--title"),
    (f"--home HERE/new init --title {'x' * 300}", 1, "--title"),
    ("--home ~/paper check", 1, "HERE/home/paper"),
    ("--home ~nobody-of-that-name/paper check", 1, "pennypress init"),
    (f"--home HERE/{'x' * 300} init", 1, "too long"),
    # ── A backup ──
    ("backup EMPTY", 2, "empty"),
    ("backup -", 2, "standard"),
    ("backup HERE/full", 2, "is a directory"),
    ("backup HERE/new/", 2, "names a folder"),
    ("backup HERE/not/there.backup", 1, "there is no folder HERE/not"),
    ("backup HERE/good.backup", 1, "--force"),
    ("backup HERE/nowhere", 1, "--force"),
    ("backup HERE/nowhere --force", 1, "no file that can be overwritten"),
    ("backup /dev/null --force", 1, "no file that can be overwritten"),
    ("backup HERE/site/pennypress.sqlite3 --force", 1, "the site itself needs"),
    ("backup HERE/site/record-key-next", 1, "the site itself needs"),
    ("backup HERE/site/media", 1, "backed up itself"),
    (f"backup HERE/{'x' * 300}", 1, "too long"),
    # ── A restore ──
    ("restore EMPTY", 2, "empty"),
    ("restore HERE/not-there", 1, "there is no file"),
    ("restore HERE/good.backup", 1, "--force"),
    ("restore /dev/null --force", 1, "no file that can be read"),
    ("restore HERE/file --force", 1, "not a backup"),
    ("restore HERE/empty.backup --force", 1, "not a backup"),
    ("restore HERE/cut.backup --force", 1, "damaged"),
    ("restore HERE/other.tar.gz --force", 1, "not a backup"),
    ("restore HERE/newer.backup --force", 1, "newer"),
    ("restore HERE/good.backup --force --erasures HERE/good.backup", 1, "no list of erasures"),
    ("restore HERE/good.backup --force --checkpoint HERE/file", 1, "not signed"),
    ("restore HERE/good.backup --force --checkpoint HERE/full", 2, "is a directory"),
    ("restore HERE/good.backup --force --checkpoint HERE/not-there", 2, "does not exist"),
    ("--home HERE/mistyped restore HERE/not-there", 1, "there is no file"),
    ("--home HERE/mistyped restore HERE/cut.backup", 1, "damaged"),
    ("--home HERE/mistyped/below restore HERE/newer.backup", 1, "newer"),
    # ── A mirror ──
    ("mirror EMPTY", 2, "empty"),
    ("mirror HERE/file", 1, "is a file"),
    ("mirror HERE/full", 1, "holds no mirror"),
    ("mirror HERE/mirror-of-another", 1, "no list of a mirror's files"),
    ("mirror HERE/site", 1, "the site itself needs"),
    ("mirror HERE", 1, "the site's own folder lies in it"),
    ("mirror HERE/loop", 1, "loop"),
    ("mirror HERE/file/below", 1, "HERE/file is a file"),
    # ── The rest ──
    ("import EMPTY", 2, "empty"),
    ("import HERE/page.txt --dry-run --section a/b", 1, "--section"),
    ("import HERE/page.txt --dry-run --currency dollars", 1, "--currency"),
    ("import HERE/not-there", 1, "no such file or folder"),
    ("import HERE/empty", 1, "holds no saved page"),
    ("import HERE/good.backup", 1, "binary"),
    ("--home HERE/mistyped import HERE/not-there", 1, "no such file or folder"),
    ("--home HERE/mistyped import HERE/empty", 1, "holds no saved page"),
    ("--home HERE/mistyped init --currency shells", 1, "SHELLS"),
    ("--home HERE/empty manage createsuperuser", 1, "pennypress init"),
    ("--home HERE/mistyped manage shell", 1, "pennypress init"),
    ("gift five USD", 1, "not an amount"),
    ("gift 5 shells", 1, "SHELLS"),
    ("gift 5 USD --campaign none", 1, "no campaign"),
    ("erase letter 5", 2, "letter"),
    ("erase comment 999999", 1, "999999"),
]


@pytest.mark.parametrize(
    ("typed", "status", "said"), MISTAKES, ids=[row[0][:60] for row in MISTAKES]
)
def test_a_mistake_is_named_and_changes_nothing(place, typed, status, said):
    before = place.look()
    words = tuple("" if word == "EMPTY" else word for word in typed.split())
    done = place.run(*words)
    answer = one_sentence(done)
    assert done.returncode == status, answer
    assert said.replace("HERE", str(place.folder)).lower() in answer.lower()
    assert place.look() == before


@pytest.mark.parametrize("name", ["отец и сын 年/резерв 1.backup", "a\nb.backup", "~.backup"])
def test_a_name_in_any_script_is_taken(place, name):
    path = place.folder / name
    assert place.site.must("backup", name).startswith("Wrote ")
    again = one_sentence(place.run("backup", name))
    assert "--force" in again
    elsewhere = Site(place.folder / "отец и сын 年" / "site")
    assert elsewhere.must("restore", str(path), "--force")
    assert elsewhere.must("check")
    shutil.rmtree(elsewhere.home)
    path.unlink()


def test_a_path_may_be_relative_and_begin_at_home(place):
    (place.folder / "home" / "kept").mkdir()
    done = place.run("backup", "~/kept/site.backup")
    assert done.returncode == 0, done.stderr
    assert (place.folder / "home" / "kept" / "site.backup").exists()
    assert not (place.folder / "~").exists()
    assert place.run("--home", "site/../site/", "check").returncode == 0
    shutil.rmtree(place.folder / "home" / "kept")


def test_a_link_to_a_backup_is_followed_when_it_is_overwritten(place):
    before = (place.folder / "good.backup").stat().st_ino
    assert place.run("backup", "link.backup", "--force").returncode == 0
    assert (place.folder / "link.backup").is_symlink()
    assert (place.folder / "good.backup").stat().st_ino != before


def test_a_trial_of_an_import_makes_no_site(place):
    before = place.look()
    done = place.run("--home", "HERE/mistyped", "import", "HERE/page.txt", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["made"]["stories"] == 1
    assert place.look() == before


def test_an_import_that_makes_a_site_says_so(place):
    done = place.run("--home", "HERE/new", "import", "HERE/page.txt")
    assert done.stderr == f"Made a site in {place.folder / 'new'}\n"
    assert place.run("--home", "HERE/new", "import", "HERE/page.txt").stderr == ""
    shutil.rmtree(place.folder / "new")


# ── Rights and room ────────────────────────────────────────────────────────────────────────────


def run_without_rights(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody whom the modes of files concern, also where tests run as root."""
    words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    return subprocess.run(
        [*(words if os.geteuid() == 0 else []), COMMAND, *place.fill(arguments)],
        env=place.site.environment(**place.environment({})),
        cwd=place.folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="no setpriv")
@pytest.mark.parametrize(
    ("closed", "mode", "typed"),
    [
        ("site", 0o000, "check"),
        ("site", 0o500, "upgrade"),
        ("site/pennypress.sqlite3", 0o000, "backup HERE/new.backup"),
        ("site/pennypress.sqlite3", 0o400, "serve --port 1024"),
        ("empty", 0o500, "backup HERE/empty/new.backup"),
        ("empty", 0o500, "mirror HERE/empty/new"),
        ("empty", 0o500, "mirror HERE/empty"),
        ("empty", 0o500, "--home HERE/empty/new init"),
        ("empty", 0o500, "--home HERE/empty/new restore HERE/good.backup"),
        ("good.backup", 0o000, "restore HERE/good.backup --force"),
        ("page.txt", 0o000, "import HERE/page.txt"),
        ("full", 0o000, "import HERE/full/thesis.txt"),
        ("full", 0o000, "backup HERE/full/new.backup"),
    ],
)
def test_what_one_has_no_right_to_is_named(place, closed, mode, typed):
    path = place.folder / closed
    usual = path.stat().st_mode & 0o777
    before = place.look()
    path.chmod(mode)
    try:
        answer = one_sentence(run_without_rights(place, *typed.split()))
    finally:
        path.chmod(usual)
    assert str(path) in answer
    assert place.look() == before


def run_with_room(place: Place, most: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a disk that is full for whatever is longer than this."""
    return subprocess.run(
        [COMMAND, *place.fill(arguments)],
        env=place.site.environment(**place.environment({})),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        cwd=place.folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "backup HERE/new.backup",
        "backup HERE/good.backup --force",
        "restore HERE/good.backup --force",
        "--home HERE/new restore HERE/good.backup",
        "upgrade",
    ],
)
def test_a_full_disk_leaves_all_as_it_was(place, typed):
    before = place.look()
    answer = one_sentence(run_with_room(place, 60_000, *typed.split()))
    assert re.search("too large|full|disk I/O", answer), answer
    now = place.look()
    assert {name for name in now if "backups" not in name} == set(before)
    assert not [name for name in now if re.search(r"backups/.", name)]
    shutil.rmtree(place.site.home / "backups", ignore_errors=True)
    assert "record: ok" in place.site.must("check")


# ── Who stops it, or does not listen ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("moment", [0.5, 1.5])
@pytest.mark.parametrize(
    "typed",
    [
        "backup HERE/new.backup",
        "restore HERE/good.backup --force",
        "mirror HERE/new",
        "--home HERE/new init",
    ],
)
def test_who_is_stopped_leaves_no_half(place, typed, moment):
    for name in ("new", "new.backup"):
        subprocess.run(["rm", "-rf", place.folder / name], check=True)
    words = place.fill(tuple(typed.split()))
    process = subprocess.Popen(
        [COMMAND, *words],
        env=place.site.environment(**place.environment({})),
        cwd=place.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(moment)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    _, told = process.communicate(timeout=120)
    if moment > 1:  # before that Python itself may just be beginning
        assert "Traceback" not in told
        assert process.returncode in {0, 1}, told
    if process.returncode == 1 and "Traceback" not in told:
        assert re.fullmatch(r"error: interrupted[^\n]*\n", told), told
    assert not [path for path in place.folder.rglob("*") if path.name.startswith(".restore-")]
    assert not [path for path in place.folder.iterdir() if path.name[0] == "."]
    if not (place.site.home / "restore-unfinished").exists():
        assert "record: ok" in place.site.must("check")
    again = place.run(*words, *(["--force"] if typed.startswith("backup") else []))
    assert again.returncode == 0, again.stderr
    for name in ("new", "new.backup"):
        subprocess.run(["rm", "-rf", place.folder / name], check=True)


@pytest.mark.parametrize("typed", ["check", "backup HERE/unread.backup", "upgrade", "--help"])
def test_nobody_has_to_read_what_it_says(place, typed):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(
            [COMMAND, *place.fill(tuple(typed.split()))],
            env=place.site.environment(**place.environment({})),
            cwd=place.folder, stdout=nobody, stderr=subprocess.PIPE, text=True, timeout=300,
        )  # fmt: skip
    assert done.stderr == ""
    if typed != "--help":
        assert done.returncode == 0
    if "unread" in typed:
        assert (place.folder / "unread.backup").exists()


def test_letters_that_the_output_has_not_become_escapes(place):
    done = place.run(
        "--home", "HERE/отец и сын 年/new", "init", PYTHONIOENCODING="latin-1", PYTHONUTF8="0"
    )
    assert done.returncode == 0, done.stderr
    assert "Made a site in" in done.stdout
    shutil.rmtree(place.folder / "отец и сын 年" / "new")


# ── A site of a newer version ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed", ["serve --port 1024", "check", "upgrade", "backup HERE/n.backup", "gift 5 USD", "init"]
)
def test_a_site_of_a_newer_version_is_left_alone(place, stocked_site, tmp_path, typed):
    newer = stocked_site.copy(tmp_path / "newer")
    with closing(sqlite3.connect(newer.home / "pennypress.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('stories', '9999_of_tomorrow', '2030-01-01')"
        )
        database.commit()
    answer = one_sentence(newer.run(*place.fill(tuple(typed.split()))))
    assert "newer version" in answer
    assert "stories.9999_of_tomorrow" in answer
    assert not (place.folder / "n.backup").exists()


def test_a_migration_that_a_library_has_dropped_makes_no_site_newer(paper):
    with closing(sqlite3.connect(paper.home / "pennypress.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES "
            "('wagtailcore', '0000_before_it_was_squashed', '2020-01-01'), "
            "('an_app_of_before', '0009_last', '2020-01-01')"
        )
        database.commit()
    paper.must("check")
    paper.must("backup", str(paper.home.parent / "new.backup"))
    paper.must("restore", str(paper.home.parent / "new.backup"), "--force")
