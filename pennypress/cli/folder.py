"""The site's folder as a command finds it: whether it can be used, and is meant."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..operations.site_folder import SiteFolder
from .problem import Problem

_ANYWHERE = {"lost+found"}  # in a disk's top folder


def refuse_unusable_folder(home: Path) -> None:
    """Raise Problem where the site's folder is none, or whoever runs this has no rights to it."""
    try:
        if home.exists() and not home.is_dir():
            raise Problem(f"{home} is a file: name the site's folder")
        if home.is_dir():
            _refuse_without_rights(home, os.R_OK | os.W_OK | os.X_OK)
            database = SiteFolder(home).database
            if database.exists():
                _refuse_without_rights(database, os.R_OK | os.W_OK)
    except OSError as error:
        raise Problem(f"cannot look at the site's folder {home}: {error.strerror}") from error


def refuse_missing_site(home: Path) -> None:
    """Raise Problem where there is no site's SQLite database."""
    if not SiteFolder(home).database.exists():
        raise Problem(
            f"there is no site in {home}: make one there with `pennypress init`, or name the "
            "site's folder in PENNYPRESS_HOME"
        )


def _refuse_without_rights(path: Path, rights: int) -> None:
    if os.access(path, rights):
        return
    owner = path.stat().st_uid
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        why = "it lies on a file system that can only be read"
    elif owner == os.geteuid():
        why = "its own mode keeps you out"
    else:
        why = f"it belongs to {_name(owner)}: run this as {_name(owner)}"
    raise Problem(f"cannot use {path}: {why}")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"the user with the number {user}"


def refuse_foreign_folder(home: Path) -> None:
    """Raise Problem where a new site would come into a folder that holds something else.

    The folder of a site is taken from everybody else, so it must not be one that others use.
    """
    folder = SiteFolder(home)
    if any(path.exists() for path in (folder.database, folder.secret_key, folder.record_key)):
        return
    names = [path.name for path in home.iterdir()] if home.is_dir() else []
    if any(name[0] != "." and name not in _ANYWHERE and not folder.is_own(name) for name in names):
        raise Problem(
            f"{home} holds something else, and no site: name an empty folder, or one that is not "
            "there yet"
        )


@contextmanager
def made_folder(home: Path) -> Iterator[None]:
    """Have the site's folder within the block: made, where there was none.

    When the block fails, one that was made goes again, unless it holds anything of worth. Raises
    Problem when it cannot be written to.
    """
    missing = [path for path in (home, *home.parents) if not path.exists()]
    make_folder(home)
    try:
        yield
    except BaseException:
        if missing:
            _remove(home, missing)
        raise


@contextmanager
def without_new_key(home: Path) -> Iterator[None]:
    """When the block fails, leave no key in the folder that the settings made in it."""
    key = SiteFolder(home).secret_key
    had = key.exists()
    try:
        yield
    except BaseException:
        if not had:
            key.unlink(missing_ok=True)
        raise


def _remove(home: Path, made: list[Path]) -> None:
    folder = SiteFolder(home)
    with suppress(OSError):
        if {path.name for path in home.iterdir()} <= {path.name for path in folder.unused}:
            for path in folder.unused:
                path.unlink(missing_ok=True)
        for path in made:
            path.rmdir()


def make_folder(home: Path) -> None:
    """Make the site's folder where there is none. Raises Problem when it cannot be written to."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(f"cannot write to the site's folder {home}: {error.strerror}") from error
