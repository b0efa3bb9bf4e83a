"""The `pennypress` command: thin commands over what the parts can do.

A command reads its options, calls a function of a part and prints what came of it. Nothing here
imports Django, or a part that needs it, before a command runs: `pennypress --help` is quick.
"""

# Each module adds its commands to the group as it is imported.
from . import arrivals, backups, erase, fund, mirror, site, verify  # noqa: F401
from .command import cli

__all__ = ["cli", "main"]


def main() -> None:
    """Entry point of the `pennypress` command."""
    cli(prog_name="pennypress")
