"""The files of a site's folder: what each is called, and what it is for.

The one place that knows these names. It needs neither Django nor the settings, which make the
site's own `SITE_FOLDER` of it. A backup that was unpacked has the same layout.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

_REPLACED = "replaced-"
UNPACKING = ".restore-"  # begins the names of folders in which a restore unpacks a backup


@dataclass(frozen=True)
class SiteFolder:
    """A folder that holds a site, whether it exists or not. Nothing here reads or writes it."""

    home: Path

    # ── What a reader or an editor put there ───────────────────────────────────────────────────

    @property
    def database(self) -> Path:
        """The SQLite database. There is none when the site is on PostgreSQL."""
        return self.home / "pennypress.sqlite3"

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The SQLite database with what SQLite keeps beside it: its log and that log's index."""
        name = self.database.name
        return tuple(self.database.with_name(name + end) for end in ("", "-wal", "-shm"))

    @property
    def media(self) -> Path:
        """A folder with pictures in the sizes and formats that readers get, and documents."""
        return self.home / "media"

    @property
    def originals(self) -> Path:
        """A folder with the pictures of which those are made. They are the newsroom's alone."""
        return self.home / "originals"

    # ── Keys and the record ────────────────────────────────────────────────────────────────────

    @property
    def secret_key(self) -> Path:
        """The key that signs cookies and private links, unless the environment gives one."""
        return self.home / "secret-key"

    @property
    def record_key(self) -> Path:
        """The key that signs the record."""
        return self.home / "record-key"

    @property
    def next_record_key(self) -> Path:
        """The key that is going to sign: there while the present one passes on to it."""
        return self.home / "record-key-next"

    @property
    def record_last_signed(self) -> Path:
        """The latest checkpoint that was signed: no other history may be signed after it."""
        return self.home / "record-last-signed"

    @property
    def record_lock(self) -> Path:
        """Locked by the process that signs the record."""
        return self.home / ".record-lock"

    @property
    def erasures(self) -> Path:
        """The list of what was erased, so that a restore can erase it again."""
        return self.home / "erasures"

    # ── Running the site ───────────────────────────────────────────────────────────────────────

    @property
    def site_lock(self) -> Path:
        """Locked by servers, which share it, and by a restore, which does not."""
        return self.home / ".in-use"

    @property
    def database_lock(self) -> Path:
        """Locked by the process that makes the database, or brings it up to date."""
        return self.home / ".database-lock"

    @property
    def static(self) -> Path:
        """A folder with the collected static files."""
        return self.home / "static"

    @property
    def static_stamp(self) -> Path:
        """What the static files were collected from: while it is the same, they are up to date."""
        return self.static / ".collected"

    @property
    def purged_up_to(self) -> Path:
        """The number of the last change that the CDN was told."""
        return self.home / "purged-up-to"

    @property
    def backups(self) -> Path:
        """A folder with copies of the database, made before it was changed."""
        return self.home / "backups"

    @property
    def restore_unfinished(self) -> Path:
        """There while a restore is not finished. It holds what the folder knew before."""
        return self.home / "restore-unfinished"

    @property
    def unused(self) -> tuple[Path, ...]:
        """What a folder holds in which nothing of a site was made yet, at most."""
        return self.secret_key, self.site_lock, self.database_lock

    def replaced(self, now: datetime) -> Path:
        """A folder for what a restore replaces at this time."""
        return self.home / now.astimezone(UTC).strftime(f"{_REPLACED}%Y%m%dT%H%M%S.%fZ")

    def is_own(self, name: str) -> bool:
        """Say whether what has this name in the folder is the site's, or a draft of that."""
        own = (path.name for path in self._named)
        return name.startswith((_REPLACED, UNPACKING)) or any(
            name == known or name.startswith(f".{known}-") for known in own
        )

    def is_taken(self, path: PurePath) -> bool:
        """Say whether nothing else may stand at this path within the folder.

        That is the folder itself and what the site has in it, but for a file beside the copies.
        """
        top, *below = path.parts or (".",)
        if top == self.backups.name:
            return not below
        return top == "." or self.is_own(top)

    @property
    def _named(self) -> tuple[Path, ...]:
        return (
            *self.database_files,
            *self.replaced_by_restore,
            self.record_lock,
            self.site_lock,
            self.database_lock,
            self.static,
            self.purged_up_to,
            self.backups,
            self.restore_unfinished,
        )

    # ── Backups ────────────────────────────────────────────────────────────────────────────────

    @property
    def backed_up(self) -> tuple[Path, ...]:
        """The single files that a backup takes along, besides the database."""
        return self.secret_key, self.record_key, self.next_record_key, self.erasures

    @property
    def backed_up_folders(self) -> tuple[Path, ...]:
        """The folders that a backup takes along, with all that is in them."""
        return self.media, self.originals

    @property
    def replaced_by_restore(self) -> tuple[Path, ...]:
        """All that belongs to the site itself, besides its database: a restore puts it aside."""
        return *self.backed_up_folders, *self.backed_up, self.record_last_signed
