"""Whoever doubts the site can run the checker with nothing but Python."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pennypress.verifier

pytestmark = pytest.mark.once

FOLDER = Path(pennypress.verifier.__file__).parent
OWN = "pennypress.verifier"
ALLOWED = set(sys.stdlib_module_names)
# With these, what is imported would not be written in the text.
HIDING = {"importlib", "imp", "pkgutil", "runpy", "__import__", "exec", "eval"}


def find_imports(path: Path) -> Iterator[str]:
    """The absolute name of each module that a module of the checker imports, anywhere in it."""
    package = [*OWN.split("."), *path.relative_to(FOLDER).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            # `from . import tree` names a module, `from .tree import leaf` is about one.
            yield from {
                f"{stem}.{alias.name}" if node.module is None else stem for alias in node.names
            }


MODULES = sorted(FOLDER.rglob("*.py"))


def test_the_checker_imports_the_standard_library_and_itself_alone():
    found = {(path.name, name) for path in MODULES for name in find_imports(path)}
    assert len(found) > 50
    alien = {
        (module, name)
        for module, name in found
        if name.split(".")[0] not in ALLOWED and not f"{name}.".startswith(f"{OWN}.")
    }
    assert alien == set()
    assert {name.split(".")[0] for _, name in found} & HIDING == set()
    for path in MODULES:
        names = {n.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Name)}
        assert names & HIDING == set(), path.name


def test_modules_of_the_checker_import_in_no_circle():
    known = {
        path.stem: {n.rpartition(".")[2] for n in find_imports(path) if n.startswith(f"{OWN}.")}
        for path in MODULES
    }
    done: set[str] = set()
    while ready := {name for name in known if name not in done and known[name] <= done}:
        done |= ready
    assert set(known) == done, f"a circle among {sorted(set(known) - done)}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import orjson", {"orjson"}),
        ("def f():\n    from django.db import models", {"django.db"}),
        ("from . import tree", {"pennypress.verifier.tree"}),
        ("from .tree import leaf", {"pennypress.verifier.tree"}),
        ("from ..record import notes", {"pennypress.record"}),
        ("from .. import record", {"pennypress.record"}),
        ("import json, os.path", {"json", "os.path"}),
    ],
)
def test_every_way_to_import_is_seen(tmp_path, monkeypatch, text, names):
    monkeypatch.setattr(sys.modules[__name__], "FOLDER", tmp_path)
    (tmp_path / "module.py").write_text(text)
    assert set(find_imports(tmp_path / "module.py")) == names
