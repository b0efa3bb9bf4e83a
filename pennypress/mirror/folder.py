"""The folder of a mirror: files that are whole or not there, and a journal of the run.

A file is written under another name, brought to the disk, and renamed. New files stand in the
journal before they stand in the folder, so that a later run knows what an interrupted one left.
"""

import contextlib
import fcntl
import filecmp
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pennypress.foundation.files import BY_UMASK, draft_beside, put_in_place, sync_file

from .names import DRAFT, JOURNAL, MANIFEST, is_inside

FORMAT = 1


class MirrorFailed(RuntimeError):
    """A mirror that could not be written: what, where and why, for people."""


@dataclass(frozen=True)
class Identity:
    """Whose mirror it is: the site's address and its own mark, which no other site has."""

    origin: str
    site: str


class MirrorFolder:
    """A mirror's folder, held by one run at a time. Raises MirrorFailed for every failure in it."""

    def __init__(self, root: Path, identity: Identity) -> None:
        self.root = root
        self.identity = identity
        self.manifest: dict[str, Any] = {}  # of the run before; empty in a new mirror
        self.leftovers: set[str] = set()  # what an interrupted run may have written
        self._journal: IO[str] | None = None
        self._known: set[str] = set()
        self._folders: set[str] = set()

    # ── Beginning and end ──────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for a run. The journal stays behind unless `finish` was reached."""
        with _told(f"cannot write to {self.root}"):
            self.root.mkdir(parents=True, exist_ok=True)
            self.root = self.root.resolve()
            self._refuse_what_is_no_mirror()
            self._open_journal()
        try:
            yield
        finally:
            if self._journal:
                with contextlib.suppress(OSError):  # a full disk: what was to be told is told
                    self._journal.close()

    def _refuse_what_is_no_mirror(self) -> None:
        there = {path.name for path in self.root.iterdir()}
        if MANIFEST in there:
            self.manifest = self._read_manifest()
            self._known = {entry["file"] for entry in self.manifest["addresses"].values()}
            whose: Identity | None = Identity(self.manifest["origin"], self.manifest["site"])
        elif there - {JOURNAL}:
            whose = self._read_journal() if JOURNAL in there else None
        else:
            return
        if whose is None:
            raise MirrorFailed(f"{self.root} is not empty and holds no mirror")
        if whose.origin != self.identity.origin:
            raise MirrorFailed(
                f"{self.root} is the mirror of {whose.origin}, not of {self.identity.origin}"
            )
        if whose.site != self.identity.site:
            raise MirrorFailed(f"{self.root} is the mirror of another site at {whose.origin}")

    def _read_manifest(self) -> dict[str, Any]:
        try:
            manifest = json.loads((self.root / MANIFEST).read_bytes())
            newer = manifest["format"] != FORMAT
            _ = manifest["origin"], manifest["site"], manifest["parts"]
            safe = all(is_inside(entry["file"]) for entry in manifest["addresses"].values())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MirrorFailed(f"{self.root / MANIFEST} is no list of a mirror's files") from error
        if newer:
            raise MirrorFailed(f"{self.root} was written by another version: use a new folder")
        if not safe:
            raise MirrorFailed(f"{self.root / MANIFEST} names a file outside of the mirror")
        return manifest

    def _read_journal(self) -> Identity | None:
        """Read what an interrupted run left; None when the journal does not begin as one does."""
        lines = (self.root / JOURNAL).read_text(errors="replace").splitlines()
        found: list[Any] = []
        for line in lines:
            with contextlib.suppress(ValueError):  # the last line may be cut off
                found.append(json.loads(line))
        names = [name for name in found[1:] if isinstance(name, str) and is_inside(name)]
        self.leftovers.update(names)
        try:
            return Identity(found[0]["origin"], found[0]["site"])
        except (IndexError, KeyError, TypeError):
            return None

    def _open_journal(self) -> None:
        path = self.root / JOURNAL
        was_cut_off = path.exists()
        self._journal = path.open("a")
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._journal.close()
            self._journal = None
            raise MirrorFailed(f"another run is writing to {self.root}") from error
        if was_cut_off:
            self._read_journal()
            self._remove_drafts()
        if not path.stat().st_size:
            self._note({"origin": self.identity.origin, "site": self.identity.site})

    def _note(self, line: object) -> None:
        assert self._journal
        self._journal.write(json.dumps(line) + "\n")
        self._journal.flush()

    def _remove_drafts(self) -> None:
        for folder, _, files in os.walk(self.root):
            for name in files:
                if name.startswith(DRAFT):
                    (Path(folder) / name).unlink()

    def finish(self, manifest: Iterable[str]) -> None:
        """Write the manifest, from its lines, and forget the journal: the run is complete."""
        with _told(f"cannot write {self.root / MANIFEST}"):
            self._put(MANIFEST, (line.encode() for line in manifest))
            (self.root / JOURNAL).unlink()

    # ── Files ──────────────────────────────────────────────────────────────────────────────────

    def size_of(self, file: str) -> int | None:
        """The size of a file of the mirror; None when it is not there."""
        try:
            found = os.lstat(self.root / file)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size

    def read(self, file: str) -> bytes:
        """A file's bytes; none when it is not there."""
        try:
            return (self.root / file).read_bytes()
        except OSError:
            return b""

    def put(self, file: str, content: bytes | Iterable[bytes]) -> tuple[bool, str, int]:
        """Make a file hold this. Returns whether it had to be written, its SHA-256 and its size."""
        with _told(f"cannot write {self.root / file}"):
            if isinstance(content, bytes):
                digest = hashlib.sha256(content).hexdigest()
                if self.size_of(file) == len(content) and self.read(file) == content:
                    return False, digest, len(content)
                content = [content]
            self._make_folders(file)
            if file not in self._known:
                self._note(file)
                self._known.add(file)
            return self._put(file, content)

    def _put(self, file: str, content: Iterable[bytes]) -> tuple[bool, str, int]:
        path = self.root / file
        digest, size = hashlib.sha256(), 0
        with draft_beside(path, mode=BY_UMASK, prefix=DRAFT) as draft:
            with draft.open("wb") as out:
                for chunk in content:
                    out.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                out.flush()
                if self.size_of(file) == size and filecmp.cmp(draft, path, shallow=False):
                    return False, digest.hexdigest(), size
                sync_file(out)
            # Names are not waited for: the journal says which may be missing, or be there.
            put_in_place(draft, path, wait=False)
            return True, digest.hexdigest(), size

    def _make_folders(self, file: str) -> None:
        path = ""
        for name in file.split("/")[:-1]:
            path = f"{path}/{name}" if path else name
            if path in self._folders:
                continue
            folder = self.root / path
            folder.mkdir(exist_ok=True)
            if folder.is_symlink():
                raise MirrorFailed(f"{folder} leads out of the mirror")
            self._folders.add(path)

    def remove(self, file: str) -> bool:
        """Remove a file of the mirror, and the folders that it leaves empty."""
        path = self.root / file
        with _told(f"cannot remove {path}"):
            if not path.parent.resolve().is_relative_to(self.root):
                return False
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return False
            for folder in path.parents:
                if folder == self.root:
                    break
                try:
                    folder.rmdir()
                except OSError:  # something stands in it
                    break
                self._folders.discard(str(folder.relative_to(self.root)))
            return True


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Tell people of a system's error: what could not be done, and why."""
    try:
        yield
    except OSError as error:
        raise MirrorFailed(f"{what}: {error.strerror or error}") from error
