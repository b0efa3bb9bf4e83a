"""Erasing what somebody wants back: a comment, the name on a gift, all of a person."""

import click

from ..operations.errors import one_line
from .command import cli, command
from .output import say
from .problem import Problem

PERSON = "person"


@cli.command()
@click.argument("what")
@click.argument("which")
@command(upgrade=True)
def erase(what: str, which: str) -> None:
    """Erase what somebody had let you show, for good. Its entry in the record stays.

    \b
    erase comment NUMBER  a comment's words and name; the number stands in its link
    erase gift ENTRY      the name on a gift; the record entry stands in the open ledger
    erase person EMAIL    everybody with this address: accounts, guests, all their comments
    """
    from ..accountability.erasure import (
        NothingToErase,
        erasable_things,
        erase_people,
        erase_thing,
    )
    from ..record.sealing import seal

    if what not in {PERSON, *erasable_things()}:
        known = ", ".join([*erasable_things(), PERSON])
        raise click.UsageError(f"nobody can erase {what!r}, only: {known}")
    try:
        if what == PERSON:
            say(f"Erased all of {which}: {erase_people(which)} in number.")
        else:
            erase_thing(what, _read_number(which))
            say(f"Erased of {what} {which} what had been shown. Its entry stays.")
    except NothingToErase as error:
        raise Problem(str(error)) from error
    try:
        seal()  # with it comes the list that a restore reads
    except Exception as error:
        click.echo(f"Could not sign the record after it: {one_line(error)}", err=True)


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise click.UsageError(f"{text!r} is not a number")
    return int(text)
