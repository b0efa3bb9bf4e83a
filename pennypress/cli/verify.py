"""Checking a site's public record from outside."""

import sys
from typing import Any

import click

from ..verifier.deadline import SECONDS
from .command import cli


@cli.command()
@click.argument("source", metavar="URL|DIR")
@click.option("--since", metavar="FILE", help="A checkpoint that was seen before.")
@click.option("--save", metavar="FILE", help="Keep the checkpoint, for a later --since.")
@click.option("--key", metavar="KEY", help="The verifier key that you trust.")
@click.option(
    "--deadline",
    type=click.FloatRange(min=0, min_open=True, max=10**9),
    default=SECONDS,
    show_default=True,
    help="Give up after so many seconds.",
)
@click.option("--no-pages", is_flag=True, help="Check the record, and fetch no page.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(
    source: str,
    as_json: bool,
    quiet: bool,
    no_pages: bool,
    deadline: float,
    **files: str | None,
) -> None:
    """Check a site's public record, and what its pages claim. Needs no site of one's own.

    The status is 0 if everything agrees, 1 if something disagrees, 3 if it could not be read.
    """
    from ..verifier.command import main as run

    given: list[Any] = [p for name, value in files.items() if value for p in (f"--{name}", value)]
    flags = ["--json"] * as_json + ["--no-pages"] * no_pages + ["--quiet"] * quiet
    # With an equals sign: what begins with a dash is a value here, too.
    sys.exit(run([*given, f"--deadline={deadline}", *flags, "--", source]))
