"""Which modules a module imports, as its text says; nothing is run."""

import ast
from collections.abc import Iterable
from pathlib import Path


def modules_imported_by(files: Iterable[Path], package: Path) -> set[Path]:
    """Return the modules of a package that these files import by name, and what those import.

    `package` is its folder. Relative imports are not followed, and the files themselves left out.
    """
    files = set(files)
    found: set[Path] = set()
    waiting = set(files)
    while waiting:
        new = _imports(waiting.pop(), package) - found - files
        found |= new
        waiting |= new
    return found


def _imports(file: Path, package: Path) -> set[Path]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    prefix = f"{package.name}."
    paths = {
        package / f"{name.removeprefix(prefix).replace('.', '/')}.py"
        for name in names
        if name.startswith(prefix)
    }
    return {path for path in paths if path.is_file()}
