"""What is made once for an installation, and copied to each of its sites.

That is a migrated database and the collected static files. Each lies in the cache folder under its
kind and the fingerprint of all that it was made from, so that one which does not fit is never
found. The folder may be deleted at any time, and a site does without one that cannot be used.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

ROOT = 0  # may prepare a folder for all users of the machine
KEPT = 3  # of each kind: other versions of the site may share the folder


class CacheUnusable(Exception):
    """The cache folder cannot be used; the message says why."""


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """Return a short hash of these parts, in their order."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.hexdigest()[:20]


def find(kind: str, key: str) -> Path | None:
    """Return the path of what was made for this fingerprint; None when there is nothing usable."""
    path = _path(kind, key)
    try:
        if path.lstat().st_uid not in {os.geteuid(), ROOT}:  # of a link: who made the link
            return None
    except OSError:
        return None
    with suppress(OSError):  # where nothing can be written nothing has to make room
        os.utime(path)  # it is in use: others go first
    return path


@contextmanager
def making(kind: str) -> Iterator[None]:
    """Be the only process that makes something of this kind. Raises CacheUnusable."""
    folder = cache_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            raise CacheUnusable(f"{folder} belongs to another user")
        lock = (folder / f"{kind}.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)  # some network folders cannot be locked
    except OSError as error:
        raise CacheUnusable(f"cannot write to {folder}: {error.strerror}") from error
    with lock:
        yield


@contextmanager
def draft_of(kind: str, key: str) -> Iterator[Path]:
    """Yield a path for a new file or folder of this kind; it is in its place after the block.

    To be used within `making`. When the block fails nothing of it stays. Raises CacheUnusable.
    """
    path = _path(kind, key)
    draft = path.with_name(f"draft-of-{kind}")
    try:
        _delete(draft)  # of a process that was killed
        yield draft
        _delete(path)
        draft.rename(path)
        _delete_old(kind)
    except OSError as error:
        raise CacheUnusable(f"cannot write to {path.parent}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            _delete(draft)


def cache_folder() -> Path:
    """Return the folder of what is made once for an installation, whether it exists or not."""
    if settings.CACHE_FOLDER is not None:
        return settings.CACHE_FOLDER
    from platformdirs import user_cache_path  # here: few commands need it

    return user_cache_path("pennypress")


def _path(kind: str, key: str) -> Path:
    return cache_folder() / f"{kind}-{key}"


def _delete_old(kind: str) -> None:
    found = cache_folder().glob(f"{kind}-*")
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
