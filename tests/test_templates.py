"""The templates of test databases: made once, and anew when they do not fit any more."""

from pathlib import Path

import pytest

from tests import templates
from tests.templates import find_or_make, fingerprint

pytestmark = pytest.mark.once


@pytest.fixture
def tree(tmp_path) -> Path:
    """Sources with a migration that imports a module of the site, which imports another."""
    package = tmp_path / "source" / "pennypress"
    for name, text in {
        "settings.py": "INSTALLED_APPS = []",
        "ledger/migrations/0001_initial.py": "from pennypress.ledger import triggers",
        "ledger/triggers.py": "import pennypress.ledger.names",
        "ledger/names.py": "TABLE = 'ledger'",
        "ledger/views.py": "",
    }.items():
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return package.parent


@pytest.mark.parametrize(
    "name",
    [
        "settings.py",
        "ledger/migrations/0001_initial.py",
        "ledger/migrations/0002_more.py",
        "ledger/triggers.py",
        "ledger/names.py",
    ],
)
def test_the_fingerprint_covers_migrations_and_what_they_import(tree, name):
    before = fingerprint(tree)
    with (tree / "pennypress" / name).open("a") as file:
        file.write("\nchanged = True")
    assert fingerprint(tree) != before


def test_the_fingerprint_covers_packages_with_migrations_and_no_other_module(tree, monkeypatch):
    before = fingerprint(tree)
    (tree / "pennypress" / "ledger" / "views.py").write_text("changed = True")
    assert fingerprint(tree) == before
    packages = list(templates._packages_with_migrations())
    assert {"Django", "wagtail"} <= {package.split()[0] for package in packages}
    monkeypatch.setattr(templates, "_packages_with_migrations", lambda: [*packages, "other 1"])
    assert fingerprint(tree) != before


def test_a_template_is_made_once_and_thrown_away_when_it_does_not_fit(tmp_path, monkeypatch, capfd):
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "database").write_text(f"number {len(made)}")

    monkeypatch.setattr(templates, "fingerprint", lambda: "one")
    first = find_or_make("sqlite", make, tmp_path)
    assert "there is none yet" in capfd.readouterr().err
    assert find_or_make("sqlite", make, tmp_path) == first
    assert capfd.readouterr().err == ""
    other = find_or_make("postgresql15", make, tmp_path)
    monkeypatch.setattr(templates, "fingerprint", lambda: "two")
    capfd.readouterr()
    second = find_or_make("sqlite", make, tmp_path)
    assert "the migrations or their packages have changed" in capfd.readouterr().err
    assert (second / "database").read_text() == "number 3"
    assert not first.exists()
    assert other.exists()


def test_one_that_could_not_be_made_is_not_taken(tmp_path):
    def fail(folder: Path) -> None:
        (folder / "database").write_text("half of it")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        find_or_make("sqlite", fail, tmp_path)
    made = find_or_make("sqlite", lambda folder: None, tmp_path)
    assert list(made.iterdir()) == []
