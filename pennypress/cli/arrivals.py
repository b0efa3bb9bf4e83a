"""Taking in what other systems hold."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import click

from ..operations.site_folder import SiteFolder
from .command import cli, command, option
from .output import say
from .paths import TypedPath
from .problem import Problem
from .progress import progress


def _look_at_paths(
    paths: tuple[Path, ...], dry_run: bool, section: str, currency: str | None, **options: Any
) -> None:
    from ..arrivals.reading import find_files
    from ..formats.items import ArrivalRefused
    from ..foundation.slugs import is_slug
    from ..funding.money import BadAmount, exponent

    if not is_slug(section):
        raise Problem(f"--section: “{section}” cannot be part of an address")
    try:
        exponent(currency.upper() if currency else "USD")
    except BadAmount as error:
        raise Problem(f"--currency: {error}") from error
    try:
        for source in find_files(paths):
            source.file.open("rb").close()
    except ArrivalRefused as error:
        raise Problem(str(error)) from error
    except OSError as error:
        raise Problem(f"cannot read {error.filename}: {error.strerror}") from error
    home = Path(os.environ["PENNYPRESS_HOME"])
    if dry_run and not os.environ.get("DATABASE_URL") and not SiteFolder(home).database.exists():
        # No site is made for a trial: it runs on one that is gone afterwards.
        trial = tempfile.TemporaryDirectory(prefix="pennypress-", ignore_cleanup_errors=True)
        os.environ["PENNYPRESS_HOME"] = click.get_current_context().with_resource(trial)


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=TypedPath(folder=None))
@option(
    "--as",
    "kind",
    type=click.Choice(
        ["auto", "capture", "wxr", "disqus", "ghost", "commento", "isso", "remark42", "pennypress"]
    ),
    default="auto",
    show_default=True,
    help="What the files are. Only captures can be read so far.",
)
@option("--dry-run", is_flag=True, help="Read and report; write nothing.")
@option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@option("--hold-flagged", is_flag=True, help="Hold comments that the word list marks.")
@option("--publish-doubtful", is_flag=True, help="Publish also what would arrive as a draft.")
@option("--section", default="news", show_default=True, help="Section for the stories.")
@option("--fetch-pictures", is_flag=True, help="Fetch pictures that the files do not hold.")
@option("--encoding", help="What the files are written in, where they do not say it themselves.")
@option("--currency", help="ISO code that a meter's sign means, where that is not plain.")
@command(upgrade=True, makes_site=True, quiet=True, first=_look_at_paths)
def import_(
    paths: tuple[Path, ...],
    kind: str,
    dry_run: bool,
    as_json: bool,
    hold_flagged: bool,
    publish_doubtful: bool,
    section: str,
    fetch_pictures: bool,
    encoding: str | None,
    currency: str | None,
) -> None:
    """Take in what other systems hold: an arrival.

    PATHS are files, or folders of files. Running it again with the same files changes nothing.
    """
    from ..arrivals.actions import ImportOptions, receive
    from ..formats.items import ArrivalRefused
    from ..newsroom.setup import DEFAULT_TITLE, set_up_site, site_exists

    new = not site_exists()

    def begin() -> None:
        if new:
            set_up_site(DEFAULT_TITLE)

    options = ImportOptions(
        kind=kind,
        section=section,
        hold_flagged=hold_flagged,
        publish_doubtful=publish_doubtful,
        currency=currency.upper() if currency else None,
        encoding=encoding,
        fetch_pictures=fetch_pictures,
        dry_run=dry_run,
    )
    try:
        with progress("Taking in stories and comments") as tell:
            report = receive(list(paths), options, tell, begin)
    except ArrivalRefused as error:
        raise Problem(str(error)) from error
    if new and report.arrival:
        click.echo(f"Made a site in {os.environ['PENNYPRESS_HOME']}", err=True)
    if as_json:
        say(json.dumps(report.as_json(), ensure_ascii=False), always=True)
    else:
        say(report.as_text())
    if report.refused:
        more = len(report.refused) - 1
        rest = f" (and {more} more, see the report)" if more else ""
        raise Problem(f"not everything could be taken in: {report.refused[0]}{rest}")
