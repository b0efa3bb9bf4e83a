"""What a command prints."""

import os
import sys

import click

from .progress import is_quiet


def say(text: str, *, always: bool = False) -> None:
    """Print a line, unless the command was given --quiet; with `always` in any case.

    Where nobody reads it any more, as behind `| head`, the work goes on without a word.
    """
    if is_quiet() and not always:
        return
    try:
        click.echo(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
