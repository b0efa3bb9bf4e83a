"""A backup's file: what is in it, and that nothing is taken from one that is not whole."""

import gzip
import json
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection

from pennypress.operations.backup import NotABackup, unpack_backup, write_backup
from pennypress.operations.database_copies import BackupFailed
from pennypress.operations.site_folder import SiteFolder

pytestmark = pytest.mark.django_db

PICTURE = bytes(range(256)) * 9000


@pytest.fixture
def home(settings, tmp_path) -> Path:
    """A folder of the site's own with a picture, and the test's database."""
    if connection.vendor != "sqlite" and not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed")
    home = tmp_path / "home"
    for folder in ("media/original_images", "originals"):
        (home / folder).mkdir(parents=True)
        (home / folder / "quay.png").write_bytes(PICTURE)
    (home / "secret-key").write_text("secret")
    settings.SITE_FOLDER, settings.MEDIA_ROOT = SiteFolder(home), home / "media"
    return home


@pytest.fixture
def file(home, tmp_path) -> Path:
    file = tmp_path / "site.backup"
    write_backup(file)
    return file


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        return archive.getnames()


def pack(file: Path, folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    subprocess.run(["tar", "czf", file, "-C", folder, *names], check=True)


def unpacked(file: Path) -> Path:
    folder = file.with_name("by-tar")
    folder.mkdir()
    subprocess.run(["tar", "xzf", file, "-C", folder], check=True)
    return folder


def test_a_backup_is_an_ordinary_archive_and_comes_back_whole(file, tmp_path):
    assert names_in(file)[-1] == "manifest.json"
    folder = tmp_path / "back"
    folder.mkdir()
    manifest = unpack_backup(file, folder)
    assert (folder / "media/original_images/quay.png").read_bytes() == PICTURE
    assert (folder / "originals/quay.png").read_bytes() == PICTURE
    assert (folder / "secret-key").read_text() == "secret"
    pictures = {"media/original_images/quay.png", "originals/quay.png"}
    assert {*pictures, "secret-key"} < set(manifest.files)
    assert json.loads((unpacked(file) / "manifest.json").read_text())["files"] == manifest.files


def test_only_what_is_public_can_be_read_by_others_wherever_the_folder_lies(file, tmp_path):
    folder = tmp_path / "media" / "disk"
    folder.mkdir(parents=True)
    unpack_backup(file, folder)
    assert (folder / "media/original_images/quay.png").stat().st_mode & 0o777 == 0o600
    assert (folder / "originals/quay.png").stat().st_mode & 0o777 == 0o600
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


def test_an_older_backup_of_that_name_stays_until_the_new_one_is_whole(file, home, monkeypatch):
    before = file.read_bytes()
    monkeypatch.setattr("pennypress.operations.backup.copy_database", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_backup(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_a_picture_that_goes_while_the_backup_is_made_does_not_stop_it(home, tmp_path, monkeypatch):
    gone = home / "media" / "original_images" / "a-gone.png"
    monkeypatch.setattr(
        "pennypress.operations.backup._find_files",
        lambda folders: iter(
            [("media/a-gone.png", gone), ("media/quay.png", gone.parent / "quay.png")]
        ),
    )
    file = tmp_path / "site.backup"
    write_backup(file)
    assert "media/quay.png" in names_in(file)
    assert "media/a-gone.png" not in names_in(file)


@pytest.mark.parametrize("bytes_left", [0, 10, 2000, -300])
def test_what_was_cut_off_is_refused(bytes_left, file, tmp_path):
    file.write_bytes(file.read_bytes()[:bytes_left])
    with pytest.raises(NotABackup, match="is not a backup"):
        unpack_backup(file, tmp_path / "back")


def test_a_picture_that_is_another_one_is_named(file, tmp_path):
    folder = unpacked(file)
    (folder / "media/original_images/quay.png").write_bytes(b"another")
    pack(file, folder)
    with pytest.raises(NotABackup, match=r"quay\.png is not what was backed up"):
        unpack_backup(file, tmp_path / "back")


@pytest.mark.parametrize("name", ["secret-key", "manifest.json"])
def test_a_file_that_is_missing_is_named(name, file, tmp_path):
    folder = unpacked(file)
    (folder / name).unlink()
    pack(file, folder)
    with pytest.raises(NotABackup, match=name.partition(".")[0]):
        unpack_backup(file, tmp_path / "back")


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/tmp/escaped",
        "media/../../escaped",
        "media/./x",
        "media",
        "pennypress.sqlite3",
    ],
)
def test_a_name_that_is_none_of_a_backup_is_refused(name, tmp_path):
    file = tmp_path / "evil"
    with tarfile.open(file, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    with pytest.raises(NotABackup, match="it holds"):
        unpack_backup(file, tmp_path / "back")
    assert not (tmp_path / "escaped").exists()


def test_a_link_is_refused(tmp_path):
    file, link = tmp_path / "evil", tarfile.TarInfo("media/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(file, "w:gz") as archive:
        archive.addfile(link)
    with pytest.raises(NotABackup, match="media/link"):
        unpack_backup(file, tmp_path / "back")


# ── Links ──────────────────────────────────────────────────────────────────────────────────────


def test_pictures_on_another_disk_are_backed_up(home, tmp_path):
    disk = tmp_path / "disk"
    (disk / "deep").mkdir(parents=True)
    (disk / "harbour.png").write_bytes(PICTURE)
    (disk / "deep" / "pier.png").write_bytes(PICTURE)
    (home / "media" / "pictures").symlink_to(disk)
    (home / "media" / "single.png").symlink_to(disk / "harbour.png")
    shutil.move(home / "originals", disk / "originals")
    (home / "originals").symlink_to(disk / "originals")
    file = tmp_path / "site.backup"
    write_backup(file)
    folder = tmp_path / "back"
    folder.mkdir()
    unpack_backup(file, folder)
    for name in (
        "media/pictures/harbour.png", "media/pictures/deep/pier.png", "media/single.png",
        "originals/quay.png",
    ):  # fmt: skip
        assert (folder / name).read_bytes() == PICTURE
        assert not (folder / name).is_symlink()


@pytest.mark.parametrize("target", ["nothing", "..", ".", "pictures", "/"])
def test_a_link_that_cannot_be_followed_stops_the_backup(home, tmp_path, target):
    (home / "media" / "pictures").symlink_to(target)
    file = tmp_path / "site.backup"
    with pytest.raises(BackupFailed, match="media/pictures"):
        write_backup(file)
    assert not list(tmp_path.glob("*site.backup*"))


def test_a_folder_that_leads_nowhere_stops_it(home, tmp_path):
    shutil.rmtree(home / "originals")
    (home / "originals").symlink_to(tmp_path / "unmounted")
    with pytest.raises(BackupFailed, match="originals: it leads nowhere"):
        write_backup(tmp_path / "site.backup")


def test_a_backup_is_not_written_among_what_is_backed_up(home, tmp_path):
    (tmp_path / "linked").symlink_to(home / "media")
    for folder in (home / "media", home / "media" / "original_images", tmp_path / "linked"):
        with pytest.raises(BackupFailed, match="backed up itself"):
            write_backup(folder / "site.backup")
    write_backup(home / "site.backup")
    write_backup(home / "next.backup")
    assert not any("backup" in name for name in names_in(home / "next.backup"))


def pack_members(file: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for info, content in members:
            archive.addfile(info, BytesIO(content))
    return file


def member(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def pack_zeros(file: Path, name: str, size: int) -> Path:
    """An archive that says of a file that it has so many bytes, with a little of it."""
    info = tarfile.TarInfo(name)
    info.size = size
    with gzip.open(file, "wb") as out:
        out.write(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    return file


@pytest.mark.parametrize("name", ["manifest.json", "erasures", "secret-key", "record-key"])
def test_what_would_be_read_into_memory_has_a_bound(name, tmp_path):
    file = pack_zeros(tmp_path / "evil", name, 3 << 30)
    with pytest.raises(NotABackup, match=f"{name} has 3,221,225,472 bytes"):
        unpack_backup(file, tmp_path)


@pytest.mark.parametrize("name", ["media/quay.png", "database.sqlite3", "originals/a/b.png"])
def test_what_the_disk_has_no_room_for_is_not_unpacked(name, tmp_path):
    free = shutil.disk_usage(tmp_path).free
    file = pack_zeros(tmp_path / "evil", name, free)
    with pytest.raises(NotABackup, match="more than there is room for"):
        unpack_backup(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_file_that_says_that_it_is_mostly_holes_is_refused(tmp_path):
    info = tarfile.TarInfo("media/holes")
    info.pax_headers = {
        "GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 24), "GNU.sparse.numblocks": "1",
    }  # fmt: skip
    info.size = 1
    with tarfile.open(tmp_path / "evil", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, BytesIO(b"x"))
    with pytest.raises(NotABackup, match="media/holes"):
        unpack_backup(tmp_path / "evil", tmp_path / "back")


@pytest.mark.parametrize(
    "kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK]
)
def test_a_name_has_a_bound(kind, tmp_path):
    info = tarfile.TarInfo("long")
    info.type, info.size = kind, 3 << 30
    with gzip.open(tmp_path / "evil", "wb") as out:
        out.write(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    with pytest.raises(NotABackup, match="too long"):
        unpack_backup(tmp_path / "evil", tmp_path / "back")


def test_a_file_that_comes_twice_or_in_the_way_of_another_is_refused(tmp_path):
    for number, (names, why) in enumerate(
        {
            ("media/a", "media/a"): "twice",
            ("manifest.json", "manifest.json"): "twice",
            ("media/a", "media/a/b"): "cannot unpack",
            ("media/a/b", "media/a"): "cannot unpack",
            ("media/" + "x" * 300, "media/b"): "cannot unpack",
        }.items()
    ):
        file = pack_members(tmp_path / f"evil{number}", *(member(name, b"{}") for name in names))
        with pytest.raises(NotABackup, match=why):
            unpack_backup(file, tmp_path / f"back{number}")


@pytest.mark.parametrize(
    "text",
    [b"", b"[" * 200_000, b"[]", b"{}", b"null", b"\xff", b'{"format": "pennypress backup 1"}'],
)
def test_a_manifest_that_is_none_is_refused(text, tmp_path):
    file = pack_members(tmp_path / "evil", member("manifest.json", text))
    with pytest.raises(NotABackup, match="no manifest"):
        unpack_backup(file, tmp_path / "back")
