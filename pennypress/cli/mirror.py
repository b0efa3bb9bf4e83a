"""The site as static files."""

import os
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..operations.private_files import UMASK, umask
from ..operations.site_folder import SiteFolder
from .command import cli, command, option
from .output import say
from .paths import TypedPath
from .problem import Problem
from .progress import progress


def _refuse_bad_target(folder: Path, **options: Any) -> None:
    """What is said of a folder that holds something else is said when it is opened."""
    home = Path(os.environ["PENNYPRESS_HOME"])
    try:
        path = folder.resolve()
        if path.is_relative_to(home) and SiteFolder(home).is_taken(path.relative_to(home)):
            raise Problem(f"cannot write a mirror to {folder}: the site itself needs what is there")
        if home.is_relative_to(path):
            raise Problem(f"cannot write a mirror to {folder}: the site's own folder lies in it")
        above = next(one for one in (path, *path.parents) if one.exists())
        if not above.is_dir():
            raise Problem(f"{above} is a file: name a folder")
        if not os.access(above, os.W_OK | os.X_OK):
            raise Problem(f"cannot write to {folder}: you have no right to, or nobody has")
    except OSError as error:
        raise Problem(f"cannot write to {folder}: {error.strerror}") from error


@cli.command()
@click.argument("folder", metavar="DIR", type=TypedPath(folder=True))
@option("--full", is_flag=True, help="Render every page, also those that seem unchanged.")
@command(upgrade=False, quiet=True, first=_refuse_bad_target)
@click.pass_context
def mirror(context: click.Context, folder: Path, full: bool) -> None:
    """Write the whole public site as static files into DIR, or bring the mirror in it up to date.

    Links are relative: any web server can serve the files, and a browser can open them.
    """
    from ..accountability.seeds import CLAIMS, signed_documents
    from ..accountability.verifier_file import PATH as VERIFIER
    from ..mirror.writer import Seed, write_mirror
    from ..newsroom.setup import check_public_address, site_mark
    from ..operations.static_files import collect_static_files
    from ..operations.upgrade import check_up_to_date
    from ..record.sealing import seal
    from ..redirects.finding import redirected_addresses
    from ..stories.seeds import api_documents, public_pages

    mark = site_mark()
    if mark is None:
        raise Problem("there is no site in the database: make one with `pennypress init`")
    check_up_to_date()
    check_public_address()
    with progress("Collecting static files"):
        collect_static_files()

    def sign_all() -> list[Seed]:
        with umask(UMASK):  # what the site's own folder holds
            seal()
        return [Seed(*pair) for pair in signed_documents()]

    with (
        umask(context.obj["umask"]),  # a web server of another user's may hand it out
        progress("Mirroring", steady=False, forks=True) as tell,
    ):
        report = write_mirror(
            folder,
            [
                *(Seed(page) for page in public_pages()),
                *(Seed(*pair) for pair in api_documents()),
                Seed(VERIFIER),
            ],
            first=[Seed(CLAIMS)],  # a page may be newer than the claims, not older
            last=sign_all,  # so that the record reaches up to all that claims and pages state
            site=mark,
            made_by=__version__,
            redirects=redirected_addresses,
            full=full,
            progress=tell,
            processes=os.cpu_count() or 1,
        )
    say(f"{folder}: {report.as_text()}")
    if report.failed:
        more = f" and {len(report.failed) - 1} more" if len(report.failed) > 1 else ""
        raise Problem(
            f"the site did not answer {report.failed[0]}{more}: these files were left as they were"
        )
