"""Checking a site's public record from outside."""

import sys

import click

from .command import cli


@cli.command()
@click.argument("source", metavar="URL|DIR")
@click.option("--since", metavar="FILE", help="A checkpoint that was seen before.")
@click.option("--save", metavar="FILE", help="Keep the checkpoint, for a later --since.")
@click.option("--key", metavar="KEY", help="The verifier key that you trust.")
@click.option("--no-pages", is_flag=True, help="Check the record, and fetch no page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(source: str, as_json: bool, no_pages: bool, **files: str | None) -> None:
    """Check a site's public record, and what its pages claim. Needs no site of one's own."""
    from ..verifier.command import main as run

    given = [part for name, value in files.items() if value for part in (f"--{name}", value)]
    flags = ["--json"] * as_json + ["--no-pages"] * no_pages
    sys.exit(run([*given, *flags, "--", source]))
