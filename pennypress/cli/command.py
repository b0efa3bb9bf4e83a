"""What all commands share: the group, its options, and how a command runs and fails."""

import gc
import os
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
from .progress import progress


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that `--help` lists with its environment variable: every one has one."""
    return click.option(*names, show_envvar=True, **attributes)


class Problem(click.ClickException):
    """Something that could not be done: one line on standard error, exit status 1."""

    exit_code = 1

    def show(self, file=None) -> None:
        click.echo(f"error: {self.format_message()}", err=True)


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "PENNYPRESS",
    }
)
@click.version_option(__version__, message="Pennypress %(version)s")
@option(
    "--home",
    envvar="PENNYPRESS_HOME",
    default="site",
    show_default=True,
    type=click.Path(file_okay=True, path_type=Path),
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
    context.obj = {"debug": debug, "umask": os.umask(UMASK)}
    os.environ["PENNYPRESS_HOME"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "pennypress.settings"


def command(
    *,
    upgrade: bool,
    open_site: bool = True,
    makes_site: bool = False,
    first: Callable[..., None] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a command with the site's settings loaded; with `upgrade`, its database up to date.

    A command that `makes_site`, or is given `--init`, makes the site's folder and database where
    there are none; others fail then. With `open_site=False` the command itself sees to them.
    `first` gets the command's options and raises Problem: it checks what costs nothing before the
    site is touched. Any failure becomes one line that begins `error: `, except with --debug.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, *args: Any, **kwargs: Any) -> Any:
            if "port" in kwargs:  # unless told otherwise, readers reach the site where it listens
                host = "127.0.0.1" if kwargs["host"] in {"0.0.0.0", "::"} else kwargs["host"]  # noqa: S104
                os.environ.setdefault("PENNYPRESS_URL", f"http://{host}:{kwargs['port']}")
            try:
                if first is not None:
                    first(**kwargs)
                makes = makes_site or kwargs.pop("init", False)
                load_site(upgrade=upgrade, open_site=open_site, makes_site=makes)
                return function(*args, **kwargs)
            except (click.ClickException, click.exceptions.Exit):
                raise
            except OperationFailed as error:
                raise Problem(str(error)) from error
            except Exception as error:
                if (context.obj or {}).get("debug"):
                    raise
                raise Problem(one_line(error)) from error

        return run

    return decorate


def load_site(*, upgrade: bool, open_site: bool = True, makes_site: bool = False) -> None:
    """Load settings, reach the database and bring it up to date; make both if `makes_site`."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    home = Path(os.environ["PENNYPRESS_HOME"])
    if makes_site:
        _check_environment()  # the folder is made only where the settings make sense
        make_folder(home)
    try:
        with _without_collecting():
            django.setup()
    except ImproperlyConfigured as error:
        raise Problem(one_line(error)) from error
    if not open_site:
        return
    if SiteFolder(home).restore_unfinished.exists():
        raise Problem("the restore of this site was not finished: run `pennypress restore` again")
    _reach_database(home, must_exist=not makes_site)
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

    def announce(copy: Path) -> None:
        click.echo(f"Copied the database to {copy}", err=True)

    in_use = database_holds_a_site()
    what = "Bringing the database up to date" if in_use else "Making the database"
    with nullcontext() if in_use else collected_meanwhile(), progress(what) as tell:
        upgrade_database(announce, tell)


def make_folder(home: Path) -> None:
    """Make the site's folder where there is none. Raises Problem when it cannot be written to."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(f"cannot write to the site's folder {home}: {error.strerror}") from error


def _refuse_an_empty_database() -> None:
    from ..operations.upgrade import database_holds_a_site

    if not database_holds_a_site():
        raise Problem("there is no site in the database: make one with `pennypress init`")


def _reach_database(home: Path, *, must_exist: bool) -> None:
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite" and must_exist and not SiteFolder(home).database.exists():
        raise Problem(
            f"there is no site in {home}: make one there with `pennypress init`, or name the "
            "site's folder in PENNYPRESS_HOME"
        )
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Problem(f"cannot reach the database: {one_line(error)}") from error
