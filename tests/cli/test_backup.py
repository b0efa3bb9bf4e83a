"""`pennypress backup` and `pennypress restore`: the whole site in one file, and back again."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from .command import Site, make_database
from .test_live import find_story, say
from .test_usage import refusal
from .test_verify import verify, wait_until_signed

VISIBLE = {"PENNYPRESS_FIRST_COMMENTS": "publish"}


@pytest.fixture(autouse=True)
def _tools(stocked_site) -> None:
    if stocked_site.database and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")


@pytest.fixture
def elsewhere(paper, tmp_path) -> Site:
    """A folder, and on PostgreSQL a database, with nothing in them."""
    return Site(tmp_path / "elsewhere", make_database() if paper.database else "")


def read_manifest(file: Path) -> dict:
    with tarfile.open(file) as archive:
        content = archive.extractfile("manifest.json")
        assert content
        return json.load(content)


def pictures(site: Site) -> dict[str, str]:
    return {
        str(path.relative_to(site.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("media", "originals")
        for path in (site.home / folder).rglob("*")
        if path.is_file()
    }


def add_picture(site: Site) -> None:
    for folder in (site.home / "media" / "original_images", site.home / "originals"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "quay.png").write_bytes(bytes(range(256)) * 5000)


def comments(site: Site) -> list[tuple]:
    return site.ask("SELECT id, state, text FROM discussion_comment ORDER BY id")


def ledger(site: Site) -> list[tuple]:
    return site.ask("SELECT amount, currency, entry FROM funding_transfer ORDER BY id")


def test_a_backup_that_was_taken_while_serving_restores_to_the_same_site(
    paper, elsewhere, tmp_path
):
    file, seen = tmp_path / "site.backup", tmp_path / "seen"
    add_picture(paper)
    story, address = find_story(paper)
    stop = threading.Event()
    posted: list[int] = []
    with paper.serving("--workers", "2", **VISIBLE) as served:
        wait_until_signed(paper, served)
        assert verify(paper, served.address, "--save", str(seen))[0] == 0

        def write() -> None:
            while not stop.is_set():
                say(served, story, f"Word number {len(posted)}.")
                posted.append(len(posted))
                stop.wait(0.05)  # the backup shall not wait for a processor

        writer = threading.Thread(target=write)
        writer.start()
        try:
            while not posted and writer.is_alive():
                time.sleep(0.01)
            for _ in range(2):
                said = paper.must("backup", str(file), "--force")
        finally:
            stop.set()
            writer.join()
    made = read_manifest(file)
    assert made["checkpoint"] in said
    assert posted
    assert file.stat().st_mode & 0o077 == 0, "it holds addresses and keys"
    elsewhere.must("restore", str(file))
    assert len(comments(elsewhere)) >= 2 + 1
    assert comments(elsewhere) == comments(paper)[: len(comments(elsewhere))]
    assert ledger(elsewhere) == ledger(paper)
    assert pictures(elsewhere) == pictures(paper) != {}
    assert elsewhere.ask("SELECT body FROM record_entry ORDER BY \"index\"")[: made["entries"]] == (
        paper.ask("SELECT body FROM record_entry ORDER BY \"index\"")[: made["entries"]]
    )  # fmt: skip
    elsewhere.must("check")
    with elsewhere.serving(**VISIBLE) as served:
        wait_until_signed(elsewhere, served)
        assert served.get(address).status == 200
        status, found = verify(elsewhere, served.address, "--since", str(seen))
        assert [one["code"] for one in found["findings"]] == ["restored"]
        assert status == 0, "nothing that was seen is lost"
        say(served, story, "It goes on.")
        wait_until_signed(elsewhere, served)
        assert verify(elsewhere, served.address, "--since", str(seen))[0] == 0


def test_the_keys_of_readers_addresses_are_in_no_copy_of_the_database(paper, elsewhere, tmp_path):
    file = tmp_path / "site.backup"
    story, _ = find_story(paper)
    with paper.serving(PENNYPRESS_UNLIMITED="none", **VISIBLE) as served:
        say(served, story, "From an address.")
    assert len(paper.ask("SELECT key FROM limits_daykey")) == 1
    paper.must("backup", str(file))
    elsewhere.must("restore", str(file))
    assert elsewhere.ask("SELECT key FROM limits_daykey") == []
    # What is counted stays; a bucket that is full again meanwhile is gone.
    assert 1 <= len(elsewhere.ask("SELECT id FROM limits_bucket")) <= 5
    with elsewhere.serving(PENNYPRESS_UNLIMITED="none", **VISIBLE) as served:
        say(served, story, "It goes on.")


@pytest.mark.once
def test_a_site_that_moves_with_its_last_checkpoint_keeps_its_record(paper, elsewhere, tmp_path):
    file, seen = tmp_path / "site.backup", tmp_path / "seen"
    with paper.serving() as served:
        wait_until_signed(paper, served)
        verify(paper, served.address, "--save", str(seen))
    paper.must("backup", str(file))
    said = elsewhere.must(
        "restore", str(file), "--checkpoint", str(paper.home / "record-last-signed")
    )
    assert "The record goes on." in said
    with elsewhere.serving() as served:
        wait_until_signed(elsewhere, served)
        status, found = verify(elsewhere, served.address, "--since", str(seen))
        assert (status, found["findings"]) == (0, [])


def test_a_restore_that_would_fork_the_record_begins_a_successor(paper, tmp_path):
    file, seen = tmp_path / "site.backup", tmp_path / "seen"
    story, _ = find_story(paper)
    paper.must("backup", str(file))
    with paper.serving(**VISIBLE) as served:
        say(served, story, "This is going to vanish.")
        wait_until_signed(paper, served)
        _, before = verify(paper, served.address, "--save", str(seen))
    assert "--force" in refusal(paper.run("restore", str(file)))
    assert len(comments(paper)) == 3
    said = paper.must("restore", str(file), "--force")
    assert "a new one that names the old" in said
    assert len(comments(paper)) == 2
    paper.must("check")
    with paper.serving(**VISIBLE) as served:
        say(served, story, "Another word in its place.")
        wait_until_signed(paper, served)
        status, found = verify(paper, served.address)
        assert (status, found["origin"] != before["origin"]) == (0, True)
        status, found = verify(paper, served.address, "--since", str(seen))
        assert status == 1, "what the reader saw is lost"
        assert {one["code"] for one in found["findings"]} == {"restored"}
        assert "lost" in " ".join(one["message"] for one in found["findings"])


def test_what_was_taken_back_after_the_backup_stays_gone(paper, elsewhere, tmp_path):
    file = tmp_path / "site.backup"
    story, _ = find_story(paper)
    with paper.serving(**VISIBLE) as served:
        number = say(served, story, "I should not have said this.")["id"]
        wait_until_signed(paper, served)
        paper.must("backup", str(file))
        withdraw(paper, number)
        wait_until_signed(paper, served)
    kept = (paper.home / "erasures").read_text()
    assert kept.split()[-2:] == ["comment.withdrawn", f"comment:{number}"]
    said = paper.must("restore", str(file), "--force")
    assert "erased since: 1" in said
    list_elsewhere = tmp_path / "kept-elsewhere"
    list_elsewhere.write_text(kept)
    without = elsewhere.run("restore", str(file))
    assert (without.returncode, "what was erased after the backup is back" in without.stderr) == (
        0,
        True,
    )
    known = elsewhere.run("restore", str(file), "--force", "--erasures", str(list_elsewhere))
    assert (known.returncode, "is back" in known.stderr) == (0, False)
    for site in (paper, elsewhere):
        ((state, text),) = site.ask(
            f"SELECT state, text FROM discussion_comment WHERE id = {number}"
        )
        assert (state, text) == ("withdrawn", "")
        salts = 'SELECT subject FROM record_salt JOIN record_entry ON entry_id = "index"'
        assert (f"comment:{number}",) not in site.ask(salts)
        site.must("check")


def test_what_was_taken_back_before_anybody_saw_it_stays_gone(paper, tmp_path):
    """The record has no entry of it, before or after: it is known by number and moment."""
    file = tmp_path / "site.backup"
    story, _ = find_story(paper)
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="hold-all") as served:
        mine, other = (say(served, story, f"Held words {n}.")["id"] for n in (1, 2))
        wait_until_signed(paper, served)
        paper.must("backup", str(file))
        withdraw(paper, mine)
    assert f" comment.erased comment:{mine}." in (paper.home / "erasures").read_text()
    entries = "SELECT count(*) FROM record_entry WHERE subject = "
    assert paper.ask(f"{entries}'comment:{mine}'") == [(0,)]
    assert "erased since: 1" in paper.must("restore", str(file), "--force")
    found = paper.ask(
        f"SELECT id, state, text FROM discussion_comment WHERE id IN ({mine}, {other}) ORDER BY id"
    )
    assert found == [(mine, "withdrawn", ""), (other, "held", "Held words 2.")]
    paper.must("check")


def test_whatever_was_erased_after_the_backup_is_erased_again(paper, elsewhere, tmp_path):
    """Of every kind: comments, givers, guests."""
    file, seen = tmp_path / "site.backup", tmp_path / "seen"
    story, address = find_story(paper)
    paper.must("gift", "12", "USD", "--name", "Quixwort Giver")
    paper.must("gift", "13", "USD", "--name", "Stays Shown")
    paper.must("manage", "shell", "-c", MAKE_PEOPLE)
    ((gift,),) = paper.ask("SELECT entry FROM funding_transfer WHERE amount = 1200")
    with paper.serving(**VISIBLE) as served:
        number = say(served, story, "Quixwort words.")["id"]
        wait_until_signed(paper, served)
        assert "Quixwort Giver" in served.get("/funding/").text
        assert verify(paper, served.address, "--save", str(seen))[0] == 0
        paper.must("backup", str(file))
        paper.must("erase", "gift", str(gift))
        paper.must("erase", "comment", str(number))
        assert "2 in number" in paper.must("erase", "person", "Quixwort@example.org")
        wait_until_signed(paper, served)
        for place in ("/funding/", "/api/v1/funding/entries", "/campaigns/main/", address):
            assert "Quixwort" not in served.get(place).text, place
        assert "Stays Shown" in served.get("/funding/").text
        status, found = verify(paper, served.address, "--since", str(seen))
        assert (status, found["findings"]) == (0, [])
        paper.must("check")
    listed = (paper.home / "erasures").read_text()
    assert f"giver.erased gift:{gift}\n" in listed
    assert "Quixwort" not in listed
    list_elsewhere = tmp_path / "kept-elsewhere"
    list_elsewhere.write_text(listed)
    paper.must("restore", str(file), "--force")
    elsewhere.must("restore", str(file), "--erasures", str(list_elsewhere))
    for site in (paper, elsewhere):
        names = [name for (name,) in site.ask("SELECT name FROM funding_givername ORDER BY name")]
        assert "Quixwort Giver" not in names
        assert "Stays Shown" in names
        assert site.ask(f"SELECT text FROM discussion_comment WHERE id = {number}") == [("",)]
        for table in ("readers_guest", "readers_account"):
            people = site.ask(f"SELECT email FROM {table} WHERE email LIKE '%@example.org'")
            assert "quixwort@example.org" not in {email for (email,) in people}
            assert ("stays@example.org",) in people
        site.must("check")
    with elsewhere.serving(**VISIBLE) as served:
        wait_until_signed(elsewhere, served)
        assert "Quixwort" not in served.get("/funding/").text
        assert verify(elsewhere, served.address)[0] == 0


MAKE_PEOPLE = (
    "from pennypress.readers.actions import make_editor, welcome_guest\n"
    "for name in ('quixwort', 'stays'):\n"
    "    make_editor(f'{name}@example.org'), welcome_guest(f'{name}@example.org')"
)


@pytest.mark.parametrize("where", ["in the folder", "in the backup", "given"])
def test_a_list_with_what_cannot_be_erased_is_refused_before_anything_is_done(
    paper, elsewhere, tmp_path, where
):
    file, given = tmp_path / "site.backup", tmp_path / "given"
    unknown = "pennypress/other 7 letter.erased letter:3\n"
    erasures = paper.home / "erasures"
    if where == "in the backup":
        erasures.write_text(unknown)
    paper.must("backup", str(file))
    if where == "in the folder":
        erasures.write_text(unknown)
    given.write_text(unknown)
    before = comments(paper), ledger(paper)
    more = ["--erasures", str(given)] if where == "given" else []
    reason = refusal(paper.run("restore", str(file), "--force", *more))
    assert "line 1 of the list of erasures" in reason
    assert "letter.erased" in reason
    assert (comments(paper), ledger(paper)) == before
    assert not list(paper.home.glob("replaced-*"))
    paper.must("check")
    if where != "in the folder":
        refusal(elsewhere.run("restore", str(file), *more))
        assert not (elsewhere.home / "pennypress.sqlite3").exists()


def withdraw(site: Site, number: int) -> None:
    verb = "from pennypress.discussion.actions import withdraw_comment"
    site.must(
        "manage", "shell", "-c", f"{verb}; withdraw_comment(Comment.objects.get(pk={number}))"
    )


@pytest.mark.once
def test_what_is_no_backup_is_refused_and_nothing_is_touched(paper, tmp_path):
    file = tmp_path / "site.backup"
    assert str(file) in refusal(paper.run("restore", str(file), "--force")), "there is none"
    file.write_text("no backup at all")
    before = comments(paper), {path.name for path in paper.home.iterdir()} | {".in-use"}
    assert "is not a backup" in refusal(paper.run("restore", str(file), "--force"))
    assert (comments(paper), {path.name for path in paper.home.iterdir()}) == before
    assert "nowhere" in refusal(paper.run("backup", str(tmp_path / "nowhere" / "file")))
    assert not list(tmp_path.glob(".*"))


def forge(file: Path, forged: Path, change: Callable[[Path], None]) -> Path:
    """Unpack a backup, change what is in it, and pack it again with a manifest that fits."""
    folder = forged.with_name("forged")
    folder.mkdir()
    subprocess.run(["tar", "xzf", file, "-C", folder], check=True)
    change(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    names = [path.name for path in folder.iterdir()]
    subprocess.run(["tar", "czf", forged, "-C", folder, *names], check=True)
    return forged


def find_database(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.name.startswith("database."))


def spoil(folder: Path) -> None:
    """Damage the database in its middle: it can be opened, and not be read to its end."""
    path = find_database(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = b"\x07" * 20_000
    path.write_bytes(data)


def put_another(folder: Path) -> None:
    """A database that is whole, and no site's."""
    path = find_database(folder)
    if path.suffix == ".sqlite3":
        path.unlink()
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE django_migrations (app, name)")
            made.execute("CREATE TABLE wagtailcore_page (id)")
    else:
        path.write_bytes(b"PGDMP")


def edit_manifest(folder: Path, **changes) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


BAD_BACKUPS: dict[str, Callable[[Path], None]] = {
    "no database": lambda folder: find_database(folder).unlink(),
    "junk as its database": lambda folder: find_database(folder).write_bytes(b"junk" * 9_999),
    "an empty database": lambda folder: find_database(folder).write_bytes(b""),
    "a damaged database": spoil,
    "another database": put_another,
    "half a database": lambda folder: os.truncate(
        find_database(folder), find_database(folder).stat().st_size // 2
    ),
    "no migrations": lambda folder: edit_manifest(folder, migrations=[]),
    "migrations to come": lambda folder: edit_manifest(folder, migrations=["stories.9999_later"]),
    "another kind of database": lambda folder: edit_manifest(folder, database="oracle"),
    "a key that is none": lambda folder: (folder / "record-key").write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("what", BAD_BACKUPS)
def test_a_backup_that_cannot_be_restored_leaves_the_site_as_it_is(paper, tmp_path, what):
    paper.must("backup", str(tmp_path / "site.backup"))
    forged = forge(tmp_path / "site.backup", tmp_path / "forged.backup", BAD_BACKUPS[what])
    before = comments(paper), ledger(paper), (paper.home / "record-key").read_text()
    names = {path.name for path in paper.home.iterdir() if "sqlite3-" not in path.name}
    refusal(paper.run("restore", str(forged), "--force"))
    assert (comments(paper), ledger(paper), (paper.home / "record-key").read_text()) == before
    now = {path.name for path in paper.home.iterdir() if "sqlite3-" not in path.name}
    assert now - names <= {".in-use", ".database-lock", "backups"}
    assert not names - now
    assert "record: ok" in paper.must("check")


@pytest.mark.once
def test_a_checkpoint_of_another_site_is_refused_before_anything_is_done(paper, tmp_path):
    file, foreign = tmp_path / "site.backup", tmp_path / "checkpoint"
    paper.must("backup", str(file))
    foreign.write_text(read_manifest(file)["checkpoint"].replace("pennypress/", "another/"))
    before = comments(paper), ledger(paper)
    why = refusal(paper.run("restore", str(file), "--force", "--checkpoint", str(foreign)))
    assert "not signed with any key of this site" in why
    assert (comments(paper), ledger(paper)) == before
    assert not list(paper.home.glob("replaced-*"))
    paper.must("check")


@pytest.mark.once
def test_a_file_that_is_there_is_overwritten_only_when_told_so(paper, tmp_path):
    file = tmp_path / "site.backup"
    file.write_text("the last one")
    assert str(file) in refusal(paper.run("backup", str(file)))
    assert file.read_text() == "the last one"
    paper.must("backup", str(file), "--force")
    assert file.read_bytes()[:2] == b"\x1f\x8b"


@pytest.mark.once
def test_a_site_that_is_served_is_not_overwritten(paper, tmp_path):
    file = tmp_path / "site.backup"
    paper.must("backup", str(file))
    with paper.serving() as served:
        assert "stop" in refusal(paper.run("restore", str(file), "--force"))
        assert served.get("/").status == 200


@pytest.mark.once
def test_a_restore_that_was_cut_short_is_not_served_but_done_again(paper, tmp_path):
    file = tmp_path / "site.backup"
    paper.must("backup", str(file))
    (paper.home / "restore-unfinished").write_text(json.dumps({"notes": [], "keys": []}))
    assert "restore" in refusal(paper.run("serve", "--port", "1"))
    paper.must("restore", str(file))
    assert "The record goes on" in paper.must("restore", str(file), "--force")
    paper.must("check")


@pytest.mark.once
def test_the_key_is_rotated_and_readers_follow(paper, tmp_path):
    seen = tmp_path / "seen"
    with paper.serving() as served:
        wait_until_signed(paper, served)
        known = served.get("/record/key").text.strip()
        verify(paper, served.address, "--save", str(seen), "--key", known)
        said = paper.must("rotate-key")
        assert known in said
        wait_until_signed(paper, served)
        assert served.get("/record/key").text.strip() in said
        status, found = verify(paper, served.address, "--since", str(seen), "--key", known)
        assert (status, found["findings"]) == (0, [])
        assert "handed over" in found["notes"][0]
