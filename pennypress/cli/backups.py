"""Backups, and the record's signing key."""

import os
from pathlib import Path

import click

from ..operations.errors import one_line
from ..operations.private_files import close_folder
from ..operations.site_folder import SiteFolder
from .command import Problem, cli, command, make_folder, option


def _refuse_to_overwrite(file: Path, force: bool) -> None:
    if file.exists() and not force:
        raise Problem(f"there is a file {file} already: name another one, or use --force")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--force", is_flag=True, help="Overwrite the file if there is one.")
@command(upgrade=False, first=_refuse_to_overwrite)
def backup(file: Path, force: bool) -> None:
    """Write the whole site into one FILE, also while it is served.

    The file holds readers' addresses and the site's keys: keep it as safe as the site's folder.
    """
    from ..operations.backup import write_backup
    from ..operations.upgrade import check_up_to_date
    from ..record.sealing import seal

    check_up_to_date()
    try:
        seal()  # so that the checkpoint in the file covers what is in it
    except Exception as error:
        click.echo(f"Could not sign the record before the backup: {one_line(error)}", err=True)
    made = write_backup(file)
    size = file.stat().st_size
    click.echo(f"Wrote {len(made.files)} files to {file} ({size:,} bytes)")
    click.echo(f"The record has {made.entries} entries. The checkpoint in the file:")
    click.echo(made.checkpoint or "none has been signed yet")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--force", is_flag=True, help="Overwrite the site that is in the folder.")
@option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The last checkpoint that the site signed, if you have it.",
)
@option(
    "--erasures",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A list of erasures that you kept elsewhere.",
)
@command(upgrade=False, open_site=False)
def restore(file: Path, force: bool, checkpoint: Path | None, erasures: Path | None) -> None:
    """Put a backup back in the site's folder and database.

    What was erased after the backup is erased again. The record goes on where it is known that
    nothing was signed after the backup; otherwise a new record begins, which names the old one.
    """
    from ..operations.restore import restore_backup

    home = Path(os.environ["PENNYPRESS_HOME"])
    make_folder(home)
    close_folder(SiteFolder(home))
    restored = restore_backup(
        file,
        force=force,
        checkpoint=checkpoint.read_text(encoding="utf-8") if checkpoint else "",
        erasures=erasures.read_text(encoding="utf-8") if erasures else "",
    )
    made = restored.manifest
    click.echo(f"Restored {len(made.files)} files of the backup of {made.made} to {home}")
    if restored.erased:
        click.echo(f"Erased again what had been erased since: {restored.erased}")
    if not restored.knows_erasures:
        click.echo(
            "There was no list of erasures here: what was erased after the backup is back. If you "
            "kept the site's file `erasures` elsewhere, restore once more with --erasures.",
            err=True,
        )
    click.echo(
        "The record goes on."
        if restored.continued
        else "The record goes on as a new one that names the old: "
        "entries that this backup does not have may have been signed."
    )
    if restored.replaced:
        click.echo(
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
