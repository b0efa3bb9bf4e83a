"""The site as static files."""

import os
import sys
from pathlib import Path

import click

from .. import __version__
from ..operations.private_files import UMASK, umask
from .command import Problem, cli, command, option


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--full", is_flag=True, help="Render every page, also those that seem unchanged.")
@command(upgrade=False)
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
    collect_static_files()

    def sign_all() -> list[Seed]:
        with umask(UMASK):  # what the site's own folder holds
            seal()
        return [Seed(*pair) for pair in signed_documents()]

    with umask(context.obj["umask"]):  # a web server of another user's may hand it out
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
            progress=sys.stderr.isatty(),
            processes=os.cpu_count() or 1,
        )
    click.echo(f"{folder}: {report.as_text()}")
    if report.failed:
        more = f" and {len(report.failed) - 1} more" if len(report.failed) > 1 else ""
        raise Problem(
            f"the site did not answer {report.failed[0]}{more}: these files were left as they were"
        )
