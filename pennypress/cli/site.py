"""Making, serving, upgrading and checking a site."""

import json
import os
from collections.abc import Callable
from typing import Any

import click

from ..operations.errors import one_line
from .command import Problem, cli, command, option
from .progress import progress


def _check_first(currency: str, editor_email: str | None, **options: Any) -> None:
    """Check what is wrong whatever the site is."""
    from ..funding.money import BadAmount, exponent

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
    click.echo(
        f"{'Made a site' if new else 'There is a site already'} in {os.environ['PENNYPRESS_HOME']}"
    )
    if editor_email:
        click.echo(f"Sign in once as {editor_email}: {_sign_in_link(editor_email)}")
    click.echo("Serve it with `pennypress serve`.")


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

    build_demo(say=click.echo)
    point_default_site_at(settings.PUBLIC_URL)
    collect_static_files()
    click.echo(
        "Sign in as an editor (works once): " + _sign_in_link(EDITOR, f"http://{host}:{port}")
    )
    _serve(host, port, workers)


def _serve(host: str, port: int, workers: int) -> None:
    from ..operations.serve import serve
    from ..operations.site_lock import shared_lock

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
@command(upgrade=False)
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
            copy = back_up_database()
        except BackupFailed as error:
            raise Problem(f"{error}; use --no-backup to upgrade without a copy") from error
        click.echo(f"Copied the database to {copy} ({copy.stat().st_size:,} bytes)")
    missing = find_missing_migrations()
    if missing:
        with database_lock(), progress("Bringing the database up to date") as tell:
            apply_migrations(copy, progress=tell, count=len(missing))
        click.echo(f"Applied {len(missing)} migrations: {', '.join(missing)}")
    else:
        click.echo("The database was up to date already")
    if closed := close_all(settings.SITE_FOLDER):
        click.echo(f"Took other users' rights off {closed:,} files")
    collected = collect_static_files()
    click.echo("Collected static files" if collected else "Static files were up to date already")
    if copy and (removed := remove_old_backups(keep)):
        click.echo(f"Removed old copies of the database: {removed}")


@cli.command()
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@option(
    "--repair",
    is_flag=True,
    help="First put right what earlier versions stored wrongly, and say what was done.",
)
@command(upgrade=False)
def check(as_json: bool, repair: bool) -> None:
    """Check configuration, database, ledger sums, discussions, versions, the record and jobs.

    Exit status 0 when no check finds a problem, 1 otherwise.
    """
    from ..accountability.checks import run_checks, run_repairs

    repaired = list(run_repairs()) if repair else []
    findings = run_checks()
    if as_json:
        found: dict[str, list[str]] = {finding.name: finding.problems for finding in findings}
        click.echo(json.dumps(found | ({"repaired": repaired} if repair else {})))
    else:
        for done in repaired:
            click.echo(f"repaired: {done}")
        for finding in findings:
            click.echo(f"{finding.name}: {'ok' if not finding.problems else ''}".rstrip())
            for problem in finding.problems:
                click.echo(f"  {problem}")
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

    try:
        execute_from_command_line(["pennypress manage", *arguments])
    except Exception as error:
        if context.obj["debug"]:
            raise
        raise Problem(one_line(error)) from error
