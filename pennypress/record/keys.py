"""The record's own files in the site's folder: its signing key, and what it signed last.

Both stay outside the database: whoever puts an old copy of the database back must not be able to
sign another history, and a copy of the database must not hold the key.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from pennypress.foundation.files import create_file_once, replace_file

from .notes import BadNote, SigningKey


class KeyMissing(Exception):
    """The record was signed before, and its key is not in the site's folder."""


def read_key() -> SigningKey:
    """Return the record's signing key. Raises KeyMissing, and BadNote for a damaged file."""
    path = settings.SITE_FOLDER.record_key
    key = read_key_in(path)
    if key is None:
        raise KeyMissing(f"the record's signing key {path} is missing")
    return key


def read_key_in(path: Path) -> SigningKey | None:
    """Return the signing key in a file, or None where there is no file. Raises BadNote."""
    try:
        return SigningKey.parse(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadNote(f"{path} is no signing key of a record") from error


def make_key(origin: str = "") -> SigningKey:
    """Make a signing key, for a record of this origin or for one of its own."""
    return SigningKey.generate(origin or f"pennypress/{secrets.token_hex(8)}")


def write_key(path: Path, key: SigningKey) -> None:
    """Write a signing key, whole and on the disk, in the place of what was there."""
    replace_file(path, key.as_text())


def read_or_make_key() -> SigningKey:
    """Return the record's signing key; make one, with an origin of its own, where there is none.

    The origin is the record's name for good. It says nothing of the site's address, which may
    change. Raises BadNote.
    """
    with suppress(KeyMissing):
        return read_key()
    # Unless another process was first.
    create_file_once(settings.SITE_FOLDER.record_key, make_key().as_text())
    return read_key()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process or thread of this folder sign at a time; the others wait for it."""
    with settings.SITE_FOLDER.record_lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_last_signed() -> str | None:
    """Return the latest checkpoint that this folder's record signed, or None."""
    with suppress(FileNotFoundError):
        return settings.SITE_FOLDER.record_last_signed.read_text(encoding="utf-8")
    return None


def write_last_signed(note: str) -> None:
    """Note a checkpoint as signed, on the disk before anybody sees it."""
    replace_file(settings.SITE_FOLDER.record_last_signed, note)
