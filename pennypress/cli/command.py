"""What all commands share: the group, its options, and how a command runs and fails."""

import gc
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..operations.errors import OperationFailed, one_line
from ..operations.private_files import UMASK, close_folder
from ..operations.site_folder import SiteFolder
from ..verifier.printing import escape
from .folder import (
    made_folder,
    make_folder,
    refuse_foreign_folder,
    refuse_missing_site,
    refuse_unusable_folder,
    without_new_key,
)
from .paths import TypedPath
from .problem import Problem
from .progress import progress


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that `--help` lists with its environment variable: every one has one."""
    return click.option(*names, show_envvar=True, **attributes)


class Command(click.Command):
    """Says what is wrong with arguments without painting the terminal with them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(escape(error.format_message()), error.ctx) from error


class Group(click.Group):
    """A group whose commands are of our kind."""

    command_class = Command


@click.group(
    cls=Group,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "PENNYPRESS",
    },
)
@click.version_option(__version__, message="Pennypress %(version)s")
@option(
    "--home",
    envvar="PENNYPRESS_HOME",
    default="site",
    show_default=True,
    type=TypedPath(folder=True),
    help="The site's folder: database, media, keys.",
)
@option(
    "--debug",
    is_flag=True,
    envvar="PENNYPRESS_DEBUG_CLI",
    help="Show a traceback when something fails.",
)
@click.pass_context
def cli(context: click.Context, home: Path, debug: bool) -> None:
    """A self-hosted, reader-funded news site: story, fund and discussion on one page."""
    # What any command makes is its owner's alone; see operations/private_files.py.
    context.obj = {"debug": debug, "umask": os.umask(UMASK), "quiet": False}
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # what the terminal has no letters for
    try:
        os.environ["PENNYPRESS_HOME"] = str(home.resolve())
    except (OSError, RuntimeError) as error:  # links that lead to each other
        raise Problem(f"cannot find the site's folder {home}: {one_line(error)}") from error
    os.environ["DJANGO_SETTINGS_MODULE"] = "pennypress.settings"


def command(
    *,
    upgrade: bool,
    open_site: bool = True,
    makes_site: bool = False,
    quiet: bool = False,
    first: Callable[..., None] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a command with the site's settings loaded; with `upgrade`, its database up to date.

    A command that `makes_site`, or is given `--init`, makes the site's folder and database where
    there are none; others fail then. With `open_site=False` the command itself sees to them. One
    that can be `quiet` has an option for that. `first` gets the command's options and raises
    Problem: it checks what costs nothing before the site is touched. Any failure becomes one line
    that begins `error: `, except with --debug.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, *args: Any, **kwargs: Any) -> Any:
            context.obj["quiet"] = kwargs.pop("quiet", False)
            if "port" in kwargs:  # unless told otherwise, readers reach the site where it listens
                host = "127.0.0.1" if kwargs["host"] in {"0.0.0.0", "::"} else kwargs["host"]  # noqa: S104
                os.environ.setdefault("PENNYPRESS_URL", f"http://{host}:{kwargs['port']}")
            makes = makes_site or kwargs.pop("init", False)
            with _failing_in_one_line(debug=context.obj["debug"]):
                _refuse_wrong_folder(for_a_new_site=makes or not open_site)
                if first is not None:
                    first(**kwargs)
                load_site(upgrade=upgrade, open_site=open_site, makes_site=makes)
                return function(*args, **kwargs)

        if quiet:
            add = option("--quiet", "-q", is_flag=True, help="Print only what is wrong.")
            return add(run)
        return run

    return decorate


@contextmanager
def _failing_in_one_line(*, debug: bool) -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        if debug and isinstance(error, Problem):
            traceback.print_exc()
        raise
    except (click.exceptions.Exit, BrokenPipeError):  # nobody reads the error either
        raise
    except KeyboardInterrupt as error:
        raise Problem("interrupted") from error
    except Exception as error:
        if debug:
            raise
        raise Problem(describe(error)) from error


def describe(error: Exception) -> str:
    """Return in one line why a command failed."""
    from ..operations.patience import SECONDS, is_busy

    if isinstance(error, OperationFailed):
        return str(error)
    if is_busy(error):
        return f"others were writing to the database for {SECONDS} seconds: try again later"
    return one_line(error)


def _refuse_wrong_folder(*, for_a_new_site: bool) -> None:
    home = Path(os.environ["PENNYPRESS_HOME"])
    refuse_unusable_folder(home)
    if for_a_new_site:
        refuse_foreign_folder(home)


def load_site(*, upgrade: bool, open_site: bool = True, makes_site: bool = False) -> None:
    """Load settings, reach the database and bring it up to date; make both if `makes_site`."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    from ..operations.patience import wait_for_writers

    home = Path(os.environ["PENNYPRESS_HOME"])
    if makes_site:
        _check_environment()  # the folder is made only where the settings make sense
    with made_folder(home) if makes_site else without_new_key(home):
        try:
            with _without_collecting():
                django.setup()
                wait_for_writers()
        except ImproperlyConfigured as error:
            raise Problem(one_line(error)) from error
        if not open_site:
            return
        if SiteFolder(home).restore_unfinished.exists():
            raise Problem(
                "the restore of this site was not finished: run `pennypress restore FILE` again"
            )
        _reach_database(home, must_exist=not makes_site)
        _refuse_a_newer_database()
    if upgrade:
        if not makes_site:
            _refuse_an_empty_database()
        make_folder(home)
        close_folder(SiteFolder(home))
        _upgrade()


def _check_environment() -> None:
    from django.core.exceptions import ImproperlyConfigured

    from ..environment import DatabaseVariables, read_environment

    try:
        read_environment(DatabaseVariables)
    except ImproperlyConfigured as error:
        raise Problem(one_line(error)) from error


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Import without looking for garbage: all that is made stays, and looking takes time.

    What was made is not looked at later either, so that forked workers go on sharing its memory.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _upgrade() -> None:
    """Bring the database up to date. A new one is made while static files are being collected."""
    from ..operations.static_files import collected_meanwhile
    from ..operations.upgrade import database_holds_a_site, upgrade_database

    in_use = database_holds_a_site()
    what = "Bringing the database up to date" if in_use else "Making the database"
    copies: list[Path] = []
    try:
        with nullcontext() if in_use else collected_meanwhile(), progress(what) as tell:
            upgrade_database(copies.append, tell)
    finally:
        for copy in copies:
            click.echo(f"Copied the database to {copy}", err=True)


def _refuse_a_newer_database() -> None:
    from ..operations.upgrade import find_newer_migrations

    if newer := find_newer_migrations():
        raise Problem(
            f"a newer version than this, Pennypress {__version__}, has brought the site's database "
            f"up to date ({newer[0]}): install that version, or restore a backup of before"
        )


def _refuse_an_empty_database() -> None:
    from ..operations.upgrade import database_holds_a_site

    if not database_holds_a_site():
        raise Problem("there is no site in the database: make one with `pennypress init`")


def _reach_database(home: Path, *, must_exist: bool) -> None:
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite" and must_exist:
        refuse_missing_site(home)
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Problem(f"cannot reach the database: {one_line(error)}") from error
