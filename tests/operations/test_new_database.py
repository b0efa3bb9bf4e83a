"""What a new database is filled from, and what happens where there is nothing that fits."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import django
import pytest
from django.core.management import call_command
from django.db import connection

from pennypress.operations import new_database, upgrade
from tests.templates import sqlite_template

pytestmark = pytest.mark.once


@pytest.fixture
def cache(tmp_path, settings) -> Path:
    """A cache folder that does not exist yet."""
    settings.CACHE_FOLDER = tmp_path / "cache" / "pennypress"
    return settings.CACHE_FOLDER


@pytest.fixture
def new(tmp_path, databases, django_db_blocker, monkeypatch) -> Iterator[Path]:
    """The path of a new database, to which connections lead."""
    path = tmp_path / "new.sqlite3"
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
        yield path
        connection.close()


@pytest.fixture
def migrated(monkeypatch) -> list[str]:
    """What was migrated: by putting a migrated database in place, which takes no time."""
    done: list[str] = []

    def migrate(copy: Path | None = None, **_: object) -> None:
        done.append(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(sqlite_template())) as there:
            connection.ensure_connection()
            there.backup(connection.connection)

    monkeypatch.setattr(upgrade, "apply_migrations", migrate)
    return done


def find_copy(cache: Path) -> Path:
    (copy,) = cache.glob("database-sqlite-*")
    return copy


def next_database(path: Path) -> None:
    connection.close()
    path.unlink()


def test_the_first_one_is_migrated_and_the_next_one_is_its_copy(new, cache, migrated):
    upgrade.upgrade_database()
    assert cache.stat().st_mode & 0o077 == 0  # nobody else can put another one there
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 1
    assert upgrade.find_missing_migrations() == []


def half(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])


def empty(copy: Path) -> None:
    copy.write_bytes(b"")


def no_database(copy: Path) -> None:
    copy.write_bytes(b"not a database" * 1_000)


def unmigrated(copy: Path) -> None:
    copy.unlink()
    with closing(sqlite3.connect(copy)) as database:
        database.execute("CREATE TABLE other (id INTEGER)")


@pytest.mark.parametrize("damage", [half, empty, no_database, unmigrated])
def test_a_damaged_copy_is_replaced(damage, new, cache, migrated):
    upgrade.upgrade_database()
    damage(find_copy(cache))
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 2
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 2
    assert upgrade.find_missing_migrations() == []


def test_a_copy_made_by_other_versions_does_not_fit(new, cache, migrated, monkeypatch):
    upgrade.upgrade_database()
    monkeypatch.setattr(django, "get_version", lambda: "5.2.999")
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 2
    assert len(list(cache.glob("database-sqlite-*"))) == 2


@pytest.mark.parametrize(
    "change", ["ledger/migrations/0001_initial.py", "ledger/triggers.py", "ledger/names.py"]
)
def test_the_fingerprint_covers_what_our_migrations_import(change, tmp_path, new, monkeypatch):
    package = tmp_path / "pennypress"
    for name, text in {
        "ledger/migrations/0001_initial.py": "from pennypress.ledger import triggers",
        "ledger/triggers.py": "import pennypress.ledger.names",
        "ledger/names.py": "TABLE = 'ledger'",
        "ledger/views.py": "",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)

    class App:
        label, path = "ledger", str(package / "ledger")

    monkeypatch.setattr(new_database.apps, "get_app_configs", lambda: [App])
    before = new_database.migrations_fingerprint(package)
    (package / "ledger/views.py").write_text("changed = True")
    assert new_database.migrations_fingerprint(package) == before
    (package / change).write_text((package / change).read_text() + "\nchanged = True")
    assert new_database.migrations_fingerprint(package) != before


def test_the_fingerprint_covers_the_main_language(new, settings):
    before = new_database.migrations_fingerprint()
    settings.LANGUAGE_CODE = "de"
    assert new_database.migrations_fingerprint() != before


def test_a_cache_folder_that_cannot_be_used_is_done_without(new, tmp_path, settings, migrated):
    (tmp_path / "file").write_text("in the way")
    settings.CACHE_FOLDER = tmp_path / "file" / "cache"
    upgrade.upgrade_database()
    assert len(migrated) == 1
    assert upgrade.find_missing_migrations() == []


def test_a_copy_in_a_folder_that_can_only_be_read_is_taken(new, cache, migrated, monkeypatch):
    def refuse(*arguments: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    upgrade.upgrade_database()
    next_database(new)
    monkeypatch.setattr("os.utime", refuse)
    monkeypatch.setattr(Path, "mkdir", refuse)
    upgrade.upgrade_database()
    assert len(migrated) == 1


def test_another_users_copy_is_not_taken(new, cache, migrated, monkeypatch):
    upgrade.upgrade_database()
    if os.geteuid() == 0:  # what root made anybody may use
        os.chown(find_copy(cache), 54_321, -1)
    monkeypatch.setattr("os.geteuid", lambda: 12_345)
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 2


def test_old_copies_make_room(new, cache, migrated, monkeypatch):
    for version in range(5):
        monkeypatch.setattr(django, "get_version", lambda version=version: f"6.{version}")
        upgrade.upgrade_database()
        next_database(new)
    assert len(list(cache.glob("database-sqlite-*"))) == 3


def test_a_draft_of_a_process_that_was_killed_is_in_nobodys_way(new, cache, migrated):
    cache.mkdir(parents=True)
    (cache / "draft-of-database-sqlite").write_bytes(b"half of one")
    upgrade.upgrade_database()
    assert not (cache / "draft-of-database-sqlite").exists()
    next_database(new)
    upgrade.upgrade_database()
    assert len(migrated) == 1


def test_progress_is_told_as_migrations_are_applied(new):
    shutil.copy(sqlite_template(), new)
    call_command("migrate", "sessions", "zero", verbosity=0)
    told: list[tuple[int, int]] = []
    upgrade.upgrade_database(progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]
