"""The names of the files in a site's folder: one module knows them."""

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import pennypress
from pennypress.operations import site_folder
from pennypress.operations.site_folder import SiteFolder

pytestmark = pytest.mark.once

CODE = Path(pennypress.__file__).parent
FOLDER = SiteFolder(Path("/srv/site"))


def find_names() -> Iterator[str]:
    """The names of all files and folders, without the dot of a hidden one."""
    for name, _ in inspect.getmembers(SiteFolder, lambda member: isinstance(member, property)):
        value = getattr(FOLDER, name)
        yield from (
            path.name.lstrip(".") for path in ([value] if isinstance(value, Path) else value)
        )
    yield "replaced"  # with the time behind it


NAMES = set(find_names())
# The same word with another meaning: part of an address, the name of an address, Pennypress's own
# folder with static files, and a kind of thing that housekeeping counts.
OTHER_MEANINGS = {
    ("urls.py", "media"),
    ("record/urls.py", "record-key"),
    ("settings.py", "static"),
    ("operations/housekeeping.py", "backups"),
}


def find_literals(path: Path) -> Iterator[tuple[str, int]]:
    """The strings of a module that are the name of a file, or begin or end one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lstrip(".")
            for name in NAMES:
                if text == name or text.startswith((f"{name}-", f"{name}/", f"{name}.")):
                    yield name, node.lineno


def test_no_other_module_names_a_file_of_the_sites_folder() -> None:
    own = Path(site_folder.__file__)
    composed = {path.name for path in FOLDER.database_files[1:]}
    assert {name for name, _ in find_literals(own)} == NAMES - composed, "it must see them there"
    found = {
        (path.relative_to(CODE).as_posix(), name): line
        for path in CODE.rglob("*.py")
        if path != own and "migrations" not in path.parts
        for name, line in find_literals(path)
    }
    assert {place: line for place, line in found.items() if place not in OTHER_MEANINGS} == {}
    assert set(found) >= OTHER_MEANINGS, "an exception that nothing needs any longer"


def test_what_a_restore_replaces_is_named_by_the_time_in_utc() -> None:
    made = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert FOLDER.replaced(made).name == "replaced-20260228T233000.000000Z"
    assert FOLDER.replaced(made) == FOLDER.replaced(made.astimezone(UTC))


def test_a_restore_replaces_whatever_a_backup_holds() -> None:
    assert set(FOLDER.replaced_by_restore) > {FOLDER.media, *FOLDER.backed_up}
    assert FOLDER.database in FOLDER.database_files
