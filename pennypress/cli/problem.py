"""What a command says when it could not do what it was asked."""

import click

from ..verifier.printing import escape


class Problem(click.ClickException):
    """Something that could not be done: one line on standard error, exit status 1."""

    exit_code = 1

    def show(self, file=None) -> None:
        # Names of files may hold anything, also what ends a line or paints a terminal.
        click.echo(f"error: {escape(self.format_message())}", err=True)
