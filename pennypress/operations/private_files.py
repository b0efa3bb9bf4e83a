"""A site's files are its owner's alone: 0600, and 0700 for folders.

What is made gets these modes by the umask of every command, and what is uploaded by the settings;
what earlier versions made otherwise is put right here. A link is left alone, and so is what it
leads to: whoever put it there decides. Files in the folder that are not the site's are not touched.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .site_folder import SiteFolder

UMASK = 0o077
_OTHERS = 0o077  # the bits of a mode that let anybody but the owner in


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Make files with another umask within the block. It is the whole process's."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def close_folder(folder: SiteFolder) -> None:
    """Take everybody else's rights off the folder and the files right in it.

    Where the folder was open until now, also off all below: nobody could have reached these
    otherwise. What belongs to another user is left as it is.
    """
    was_open = _is_open(folder.home)
    _close(folder.home)
    for path in _find_own(folder):
        _close(path)
    if was_open:
        close_all(folder)


def close_all(folder: SiteFolder) -> int:
    """Take everybody else's rights off all that the folder holds; return off how many files."""
    return sum(_close(path) for path in list(find_open(folder)))


def find_open(folder: SiteFolder) -> Iterator[Path]:
    """Find the folders and files of the site that others than their owner have rights to."""
    for path in (folder.home, *_find_own(folder)):
        if _is_open(path):
            yield path
        if path == folder.home or path.is_symlink() or not path.is_dir():
            continue
        for place, folders, files in os.walk(path):
            yield from (
                below for name in (*folders, *files) if _is_open(below := Path(place, name))
            )


def _find_own(folder: SiteFolder) -> list[Path]:
    try:
        return [path for path in folder.home.iterdir() if folder.is_own(path.name)]
    except OSError:
        return []


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:  # it went in this moment
        return False
    return not stat.S_ISLNK(mode) and bool(mode & _OTHERS)


def _close(path: Path) -> bool:
    """Say whether there was something to take off, and it could be."""
    if not _is_open(path):
        return False
    with suppress(OSError):  # another user's, or a file system without modes
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS)
    return not _is_open(path)
