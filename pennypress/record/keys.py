"""The record's own files in the site's folder: its signing key, and what it signed last.

Both stay outside the database: whoever puts an old copy of the database back must not be able to
sign another history, and a copy of the database must not hold the key.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from .notes import BadNote, SigningKey


class KeyMissing(Exception):
    """The record was signed before, and its key is not in the site's folder."""


def key_file() -> Path:
    return Path(settings.HOME) / "record-key"


def last_signed_file() -> Path:
    return Path(settings.HOME) / "record-last-signed"


def read_key() -> SigningKey:
    """Return the record's signing key. Raises KeyMissing, and BadNote for a damaged file."""
    try:
        return SigningKey.parse(key_file().read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise KeyMissing(f"the record's signing key {key_file()} is missing") from error
    except UnicodeDecodeError as error:
        raise BadNote(f"{key_file()} is no signing key of a record") from error


def read_or_make_key() -> SigningKey:
    """Return the record's signing key; make one, with an origin of its own, where there is none.

    The origin is the record's name for good. It says nothing of the site's address, which may
    change. Raises BadNote.
    """
    with suppress(KeyMissing):
        return read_key()
    key = SigningKey.generate(f"pennypress/{secrets.token_hex(8)}")
    draft = _draft_of(key_file())
    try:
        _write(draft, key.as_text())
        with suppress(FileExistsError):  # another process was first
            os.link(draft, key_file())
    finally:
        draft.unlink(missing_ok=True)
    return read_key()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process or thread of this folder sign at a time; the others wait for it."""
    with (Path(settings.HOME) / ".record-lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_last_signed() -> str | None:
    """Return the latest checkpoint that this folder's record signed, or None."""
    with suppress(FileNotFoundError):
        return last_signed_file().read_text(encoding="utf-8")
    return None


def write_last_signed(note: str) -> None:
    """Note a checkpoint as signed, on the disk before anybody sees it."""
    draft = _draft_of(last_signed_file())
    _write(draft, note)
    draft.replace(last_signed_file())
    folder = os.open(last_signed_file().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _draft_of(path: Path) -> Path:
    """A name beside `path` that nobody else writes under."""
    return path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
