"""Files that are whole or not there, and on the disk when it matters.

What is written goes into a draft beside the file, under a name that nobody else writes under, and
gets the file's name in one step. A process that is killed leaves the file as it was, and perhaps a
draft, which is in nobody's way. With `wait`, both the content and its name are on the disk when a
function returns, so that a machine that loses its power keeps them, too; without, only what other
processes see is whole.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

OWNER_ONLY = 0o600
BY_UMASK = 0o666  # as `open` makes files


def replace_file(
    path: Path, content: str | bytes, *, mode: int = OWNER_ONLY, wait: bool = True
) -> None:
    """Make a file hold this, in the place of what was there. Raises OSError; it is then as before.

    Text is written in UTF-8. `mode` is narrowed by the umask.
    """
    with draft_beside(path, mode=mode) as draft:
        _write(draft, content, wait=wait)
        put_in_place(draft, path, wait=wait)


def create_file_once(
    path: Path, content: str | bytes, *, mode: int = OWNER_ONLY, wait: bool = True
) -> bool:
    """Make a file that is not there yet; say whether this call made it. Raises OSError.

    Of several processes at once one makes it, and none sees it before it is whole. Needs a file
    system with hard links.
    """
    with draft_beside(path, mode=mode) as draft:
        _write(draft, content, wait=wait)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        if wait:
            sync_path(path.parent)
    return True


@contextmanager
def draft_beside(
    path: Path, *, mode: int = OWNER_ONLY, prefix: str = "", endings: Sequence[str] = ()
) -> Iterator[Path]:
    """Make an empty file in the folder of `path`, to be filled and put in place; yield its path.

    It is gone afterwards, whatever happened, and so are the files with these `endings` to its name
    that a program may put beside it. Its name begins with `prefix`, or with a dot and the name of
    `path`. Raises OSError.
    """
    name = f"{prefix or f'.{path.name}-'}{os.getpid()}-{secrets.token_hex(4)}"
    draft = path.with_name(name)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield draft
    finally:
        for ending in ("", *endings):
            draft.with_name(name + ending).unlink(missing_ok=True)


def put_in_place(draft: Path, path: Path, *, wait: bool = True) -> None:
    """Give a draft its name, over what had it. The draft's content is the caller's to sync."""
    draft.replace(path)
    if wait:
        sync_path(path.parent)


def sync_file(file: IO[Any]) -> None:
    """Wait until what was written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_path(path: Path) -> None:
    """Wait until a file that another program wrote, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: str | bytes, *, wait: bool) -> None:
    with path.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        if wait:
            sync_file(file)
