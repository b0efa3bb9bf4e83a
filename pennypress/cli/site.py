"""Making, serving, upgrading and checking a site."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from .command import cli, command, describe, option
from .folder import refuse_missing_site
from .output import say
from .problem import Problem
from .progress import progress

TITLE_LENGTH = 255

# What Django does that needs no database, or makes it.
_WITHOUT_A_SITE = {
    "--help", "--version", "-h", "check", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "makemigrations", "migrate", "version",
}  # fmt: skip


def _check_first(title: str, currency: str, editor_email: str | None, **options: Any) -> None:
    """Check what is wrong whatever the site is."""
    from ..foundation.hygiene import BadText, clean_line
    from ..funding.money import BadAmount, exponent

    try:
        if not clean_line(title, "title", most=TITLE_LENGTH, isolates=True):
            raise Problem("--title names no paper")
    except BadText as error:
        raise Problem(f"--title: {error}") from error
    try:
        exponent(currency.upper())
    except BadAmount as error:
        raise Problem(str(error)) from error
    if editor_email:
        _check_email(editor_email)


@cli.command()
@option("--title", default="Our paper", show_default=True, help="The paper's name.")
@option("--currency", default="USD", show_default=True, help="ISO code of the fund's currency.")
@option("--editor-email", help="The first editor's address; a one-time sign-in link is printed.")
@command(upgrade=True, makes_site=True, first=_check_first)
def init(title: str, currency: str, editor_email: str | None) -> None:
    """Make an empty site in the site's folder.

    Running it again changes nothing but prints a fresh sign-in link.
    """
    from ..newsroom.setup import set_up_site, site_exists

    new = not site_exists()
    set_up_site(title, currency.upper())
    say(f"{'Made a site' if new else 'There is a site already'} in {os.environ['PENNYPRESS_HOME']}")
    if editor_email:
        say(f"Sign in once as {editor_email}: {_sign_in_link(editor_email)}")
    say("Serve it with `pennypress serve`.")


def _check_email(email: str) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError as error:
        raise Problem(f"not an e-mail address: {email}") from error


def _sign_in_link(email: str, base: str = "") -> str:
    from django.conf import settings

    from ..readers.actions import make_editor, sign_in_path

    return (base or settings.PUBLIC_URL) + sign_in_path(make_editor(email))


def _serve_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for add in (
        option("--workers", default=1, show_default=True, type=click.IntRange(1, 64),
                     envvar="PENNYPRESS_WORKERS", help="Worker processes."),
        option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535),
                     envvar=["PENNYPRESS_PORT", "PORT"], help="Port."),
        option("--host", default="127.0.0.1", show_default=True,
                     envvar="PENNYPRESS_HOST", help="Address to listen on."),
    ):  # fmt: skip
        function = add(function)
    return function


def _check_port(host: str, port: int, **options: Any) -> None:
    from ..operations.serve import check_port

    check_port(host, port)  # first: a site that cannot be served is left as it is


@cli.command()
@_serve_options
@option("--init", is_flag=True, help="Make an empty site where there is none.")
@command(upgrade=True, first=_check_port)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site over plain HTTP until SIGTERM or Ctrl-C.

    Brings the database up to date first. Prints one line when it answers requests.
    """
    from django.conf import settings

    from ..discussion.rules import record_missing_rules
    from ..newsroom.setup import DEFAULT_TITLE, point_default_site_at, set_up_site, site_exists
    from ..operations.static_files import collect_static_files
    from ..stories.actions import freeze_missing_versions

    if not site_exists():
        set_up_site(DEFAULT_TITLE)
    point_default_site_at(settings.PUBLIC_URL)
    freeze_missing_versions()
    record_missing_rules()
    with progress("Collecting static files"):
        collect_static_files()
    _serve(host, port, workers)


@cli.command()
@_serve_options
@command(upgrade=True, makes_site=True, first=_check_port)
def demo(host: str, port: int, workers: int) -> None:
    """Make the demo newspaper in the site's folder, and serve it.

    Running it again serves the same site.
    """
    from django.conf import settings

    from ..demo.build import EDITOR, build_demo
    from ..newsroom.setup import point_default_site_at
    from ..operations.static_files import collect_static_files

    with progress("Making the demo") as tell:
        build_demo(say=say, progress=tell)
    point_default_site_at(settings.PUBLIC_URL)
    with progress("Collecting static files"):
        collect_static_files()
    say("Sign in as an editor (works once): " + _sign_in_link(EDITOR, f"http://{host}:{port}"))
    _serve(host, port, workers)


def _serve(host: str, port: int, workers: int) -> None:
    from ..operations.patience import wait_no_longer_than_usual
    from ..operations.serve import serve
    from ..operations.site_lock import shared_lock

    wait_no_longer_than_usual()  # readers wait for what is opened from here on
    with shared_lock():
        serve(host, port, workers)


@cli.command()
@option("--no-backup", is_flag=True, help="Do not copy the database first.")
@option(
    "--keep",
    default=5,
    show_default=True,
    type=click.IntRange(1),
    envvar="PENNYPRESS_BACKUPS_KEPT",
    help="How many copies of the database to keep.",
)
@command(upgrade=False, quiet=True)
def upgrade(no_backup: bool, keep: int) -> None:
    """Bring a site up to the installed version of Pennypress.

    Copies the database to the folder `backups`, brings it up to date and collects static files.
    """
    from django.conf import settings

    from ..operations.database_copies import BackupFailed, back_up_database, remove_old_backups
    from ..operations.private_files import close_all
    from ..operations.site_lock import database_lock
    from ..operations.static_files import collect_static_files
    from ..operations.upgrade import (
        apply_migrations,
        database_holds_a_site,
        find_missing_migrations,
    )

    if not database_holds_a_site():
        raise Problem("there is no site in the database: make one with `pennypress init`")
    copy = None
    if not no_backup:
        try:
            with progress("Copying the database"):
                copy = back_up_database()
        except BackupFailed as error:
            raise Problem(f"{error}; use --no-backup to upgrade without a copy") from error
        say(f"Copied the database to {copy} ({copy.stat().st_size:,} bytes)")
    missing = find_missing_migrations()
    if missing:
        with progress("Bringing the database up to date") as tell, database_lock():
            apply_migrations(copy, progress=tell, count=len(missing))
        say(f"Applied {len(missing)} migrations: {', '.join(missing)}")
    else:
        say("The database was up to date already")
    if closed := close_all(settings.SITE_FOLDER):
        say(f"Took other users' rights off {closed:,} files")
    with progress("Collecting static files"):
        collected = collect_static_files()
    say("Collected static files" if collected else "Static files were up to date already")
    if copy and (removed := remove_old_backups(keep)):
        say(f"Removed old copies of the database: {removed}")


@cli.command()
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@option(
    "--repair",
    is_flag=True,
    help="First put right what earlier versions stored wrongly, and say what was done.",
)
@command(upgrade=False, quiet=True)
def check(as_json: bool, repair: bool) -> None:
    """Check configuration, database, ledger sums, discussions, versions, the record and jobs.

    Exit status 0 when no check finds a problem, 1 otherwise.
    """
    from ..accountability.checks import run_checks, run_repairs

    repaired: list[str] = []
    if repair:
        with progress("Repairing"):
            repaired = list(run_repairs())
    with progress("Checking") as tell:
        findings = run_checks(tell)
    if as_json:
        found: dict[str, list[str]] = {finding.name: finding.problems for finding in findings}
        say(json.dumps(found | ({"repaired": repaired} if repair else {})), always=True)
    else:
        for done in repaired:
            say(f"repaired: {done}")
        for finding in findings:
            wrong = bool(finding.problems)
            say(f"{finding.name}: {'' if wrong else 'ok'}".rstrip(), always=wrong)
            for problem in finding.problems:
                say(f"  {problem}", always=True)
    broken = [finding.name for finding in findings if finding.problems]
    if broken:
        raise Problem(f"something is wrong with: {', '.join(broken)}")


@cli.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def manage(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands on the site."""
    from django.core.management import execute_from_command_line

    from ..operations.patience import wait_for_writers

    asked = arguments[0] if arguments else "help"
    if not os.environ.get("DATABASE_URL") and asked not in _WITHOUT_A_SITE:
        refuse_missing_site(Path(os.environ["PENNYPRESS_HOME"]))  # connecting would make it
    wait_for_writers()
    try:
        execute_from_command_line(["pennypress manage", *arguments])
    except BrokenPipeError:
        raise
    except KeyboardInterrupt as error:
        raise Problem("interrupted") from error
    except Exception as error:
        if context.obj["debug"]:
            raise
        raise Problem(describe(error)) from error
