"""Backups, and the record's signing key."""

import os
from pathlib import Path
from typing import Any

import click

from ..operations.errors import one_line
from ..operations.private_files import close_folder
from ..operations.site_folder import SiteFolder
from .command import cli, command, option
from .folder import made_folder
from .output import say
from .paths import TypedPath
from .problem import Problem
from .progress import progress

_MOST_TEXT = 64 << 20  # bytes of a list or a checkpoint


def _refuse_bad_target(file: Path, force: bool) -> None:
    try:
        folder = file.parent
        if not folder.is_dir():
            raise Problem(f"there is no folder {folder}: make it first, or name another one")
        if os.path.lexists(file):
            if not force:
                raise Problem(f"there is a file {file} already: name another one, or use --force")
            if not file.is_file():
                raise Problem(f"{file} is no file that can be overwritten: name another one")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Problem(f"cannot write into {folder}: you have no right to, or nobody has")
    except OSError as error:
        raise Problem(f"cannot write {file}: {error.strerror}") from error


@cli.command()
@click.argument("file", type=TypedPath(folder=False))
@option("--force", is_flag=True, help="Overwrite the file if there is one.")
@command(upgrade=False, quiet=True, first=_refuse_bad_target)
def backup(file: Path, force: bool) -> None:
    """Write the whole site into one FILE, also while it is served.

    The file holds readers' addresses and the site's keys: keep it as safe as the site's folder.
    """
    from ..operations.backup import refuse_own_file, write_backup
    from ..operations.upgrade import check_up_to_date
    from ..record.sealing import seal

    target = file.resolve()  # of a link: the file that it leads to
    refuse_own_file(target)
    check_up_to_date()
    try:
        seal()  # so that the checkpoint in the file covers what is in it
    except Exception as error:
        click.echo(f"Could not sign the record before the backup: {one_line(error)}", err=True)
    with progress("Backing up", in_bytes=True) as tell:
        made = write_backup(target, tell)
    say(f"Wrote {len(made.files)} files to {file} ({target.stat().st_size:,} bytes)")
    say(f"The record has {made.entries} entries. The checkpoint in the file:")
    say(made.checkpoint or "none has been signed yet")


def _refuse_unreadable(
    file: Path, checkpoint: Path | None, erasures: Path | None, **options: Any
) -> None:
    if not file.exists():
        raise Problem(f"there is no file {file}")
    for path in (file, checkpoint, erasures):
        if path and not path.is_file():
            raise Problem(f"{path} is no file that can be read")
    try:
        with file.open("rb") as opened:
            if opened.read(2) != b"\x1f\x8b":
                raise Problem(f"{file} is not a backup: it is no gzip'd file")
    except OSError as error:
        raise Problem(f"cannot read {file}: {error.strerror}") from error


def _read_text(path: Path | None, what: str) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_TEXT + 1)
        if len(data) > _MOST_TEXT:
            raise Problem(f"{path} is no {what}: it is too large")
        return data.decode()
    except OSError as error:
        raise Problem(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path} is no {what}: it is no text in UTF-8") from error


@cli.command()
@click.argument("file", type=TypedPath(folder=False))
@option("--force", is_flag=True, help="Overwrite the site that is in the folder.")
@option(
    "--checkpoint",
    type=TypedPath(folder=False, exists=True),
    help="The last checkpoint that the site signed, if you have it.",
)
@option(
    "--erasures",
    type=TypedPath(folder=False, exists=True),
    help="A list of erasures that you kept elsewhere.",
)
@command(upgrade=False, open_site=False, quiet=True, first=_refuse_unreadable)
def restore(file: Path, force: bool, checkpoint: Path | None, erasures: Path | None) -> None:
    """Put a backup back in the site's folder and database.

    What was erased after the backup is erased again. The record goes on where it is known that
    nothing was signed after the backup; otherwise a new record begins, which names the old one.
    """
    from ..operations.restore import restore_backup

    home = Path(os.environ["PENNYPRESS_HOME"])
    seen, listed = _read_text(checkpoint, "checkpoint"), _read_text(erasures, "list of erasures")
    with made_folder(home):
        close_folder(SiteFolder(home))
        try:
            with progress("Restoring", in_bytes=True) as tell:
                restored = restore_backup(
                    file, force=force, checkpoint=seen, erasures=listed, progress=tell
                )
        except KeyboardInterrupt as error:
            if SiteFolder(home).restore_unfinished.exists():
                raise Problem("interrupted half-way: run the same command again") from error
            raise
    made = restored.manifest
    say(f"Restored {len(made.files)} files of the backup of {made.made} to {home}")
    if restored.erased:
        say(f"Erased again what had been erased since: {restored.erased}")
    if not restored.knows_erasures:
        click.echo(
            "There was no list of erasures here: what was erased after the backup is back. If you "
            "kept the site's file `erasures` elsewhere, restore once more with --erasures.",
            err=True,
        )
    say(
        "The record goes on."
        if restored.continued
        else "The record goes on as a new one that names the old: "
        "entries that this backup does not have may have been signed."
    )
    if restored.replaced:
        say(
            f"What was there before is in {restored.replaced}: delete it once you no longer need it"
        )


@cli.command("rotate-key")
@command(upgrade=True)
def rotate_key() -> None:
    """Let the record's signing key pass on to a new one.

    The record says so, signed with the old key. Tell readers who keep the key.
    """
    from ..record.succession import rotate_key as rotate

    old, new = rotate()
    click.echo(f"The key was {old}\nThe key is  {new}")
