"""Taking in what other systems hold."""

import json
import sys
from pathlib import Path

import click

from .command import Problem, cli, command, option


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
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
@option("--section", default="news", show_default=True, help="Section for the stories.")
@option("--currency", help="ISO code that a meter's sign means, where that is not plain.")
@command(upgrade=True, makes_site=True)
def import_(
    paths: tuple[Path, ...],
    kind: str,
    dry_run: bool,
    as_json: bool,
    hold_flagged: bool,
    section: str,
    currency: str | None,
) -> None:
    """Take in what other systems hold: an arrival.

    PATHS are files, or folders of files. Running it again with the same files changes nothing.
    """
    from django.db import transaction

    from ..arrivals.actions import receive
    from ..arrivals.items import ArrivalRefused
    from ..newsroom.setup import DEFAULT_TITLE, set_up_site, site_exists

    try:
        with transaction.atomic():
            if not site_exists():
                set_up_site(DEFAULT_TITLE)
            report = receive(
                list(paths),
                kind=kind,
                hold_flagged=hold_flagged,
                section=section,
                currency=currency.upper() if currency else None,
                progress=not as_json and sys.stderr.isatty(),
            )
            if dry_run:
                report.dry_run, report.arrival = True, None
                transaction.set_rollback(True)
    except ArrivalRefused as error:
        raise Problem(str(error)) from error
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else report.as_text())
