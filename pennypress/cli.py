"""The `pennypress` command."""

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from . import __version__
from .operations.site_folder import SiteFolder


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
    context.obj = {"debug": debug}
    os.environ["PENNYPRESS_HOME"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "pennypress.settings"


def command(
    *, upgrade: bool, open_site: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a command with the site's settings loaded; with `upgrade`, its database up to date.

    With `open_site=False` the command itself sees to the site's folder and database. Any failure
    becomes one line that begins `error: `, except with --debug.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @click.pass_context
        @wraps(function)
        def run(context: click.Context, *args: Any, **kwargs: Any) -> Any:
            if "port" in kwargs:  # unless told otherwise, readers reach the site where it listens
                host = "127.0.0.1" if kwargs["host"] in {"0.0.0.0", "::"} else kwargs["host"]  # noqa: S104
                os.environ.setdefault("PENNYPRESS_URL", f"http://{host}:{kwargs['port']}")
            try:
                load_site(upgrade=upgrade, open_site=open_site)
                return function(*args, **kwargs)
            except (click.ClickException, click.exceptions.Exit):
                raise
            except Exception as error:
                if (context.obj or {}).get("debug"):
                    raise
                raise Problem(_one_line(error)) from error

        return run

    return decorate


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else text[:299] + "…"


def load_site(*, upgrade: bool, open_site: bool = True) -> None:
    """Load settings, make the site's folder, reach the database and bring it up to date."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    home = Path(os.environ["PENNYPRESS_HOME"])
    if upgrade:
        _make_folder(home)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Problem(_one_line(error)) from error
    if not open_site:
        return
    if SiteFolder(home).restore_unfinished.exists():
        raise Problem("the restore of this site was not finished: run `pennypress restore` again")
    _reach_database(home, must_exist=not upgrade)
    if upgrade:
        upgrade_database()


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".write-test-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(f"cannot write to the site's folder {home}: {error.strerror}") from error


def _reach_database(home: Path, *, must_exist: bool) -> None:
    from django.db import DatabaseError, connection

    if connection.vendor == "sqlite" and must_exist and not SiteFolder(home).database.exists():
        raise Problem(f"there is no site in {home}: make one with `pennypress init`")
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Problem(f"cannot reach the database: {_one_line(error)}") from error


def upgrade_database() -> None:
    """Apply the migrations that are missing, if any; a database that is in use is copied before."""
    from django.conf import settings

    from .operations.database_copies import BackupFailed, back_up_database, remove_old_backups

    if not find_missing_migrations():
        return
    if not database_holds_a_site():
        apply_migrations()
        return
    try:
        copy = back_up_database()
    except BackupFailed as error:
        raise Problem(
            f"the database has to be brought up to date, but {error}; "
            "`pennypress upgrade --no-backup` goes ahead without a copy"
        ) from error
    click.echo(f"Copied the database to {copy}", err=True)
    apply_migrations(copy)
    remove_old_backups(settings.BACKUPS_KEPT)


def find_missing_migrations() -> list[str]:
    """Name the migrations that the database lacks, in their order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def database_holds_a_site() -> bool:
    """Say whether anything was ever made in the database."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return bool(MigrationRecorder(connection).applied_migrations())


def apply_migrations(copy: Path | None = None) -> None:
    """Apply the missing migrations. `copy` is what there is to go back to."""
    from django.core.management import call_command

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Exception as error:
        if copy is None:
            raise
        raise Problem(
            f"cannot bring the database up to date: {_one_line(error)}; as it was, it is in {copy}"
        ) from error


def collect_static_files() -> bool:
    """Gather static files into the site's folder; say whether the installed ones had changed."""
    import wagtail
    from django.conf import settings
    from django.core.management import call_command

    own = [path.stat().st_mtime_ns for path in sorted(settings.STATICFILES_DIRS[0].rglob("*"))]
    stamp = json.dumps([__version__, wagtail.__version__, own])
    mark = settings.SITE_FOLDER.static_stamp
    if mark.exists() and mark.read_text() == stamp:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(stamp)
    return True


@cli.command()
@option("--title", default="Our paper", show_default=True, help="The paper's name.")
@option("--currency", default="USD", show_default=True, help="ISO code of the fund's currency.")
@option("--editor-email", help="The first editor's address; a one-time sign-in link is printed.")
@command(upgrade=True)
def init(title: str, currency: str, editor_email: str | None) -> None:
    """Make an empty site in the site's folder.

    Running it again changes nothing but prints a fresh sign-in link.
    """
    from .newsroom.setup import set_up_site, site_exists

    new = not site_exists()
    set_up_site(title, currency.upper())
    click.echo(f"{'Made a site' if new else 'There is a site'} in {os.environ['PENNYPRESS_HOME']}")
    if editor_email:
        click.echo(f"Sign in once as {editor_email}: {_sign_in_link(editor_email)}")
    click.echo("Serve it with `pennypress serve`.")


def _sign_in_link(email: str, base: str = "") -> str:
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from .readers.actions import make_editor, sign_in_path

    try:
        validate_email(email)
    except ValidationError as error:
        raise Problem(f"not an e-mail address: {email}") from error
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


@cli.command()
@_serve_options
@command(upgrade=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site over plain HTTP until SIGTERM or Ctrl-C.

    Brings the database up to date first. Prints one line when it answers requests.
    """
    from django.conf import settings

    from .discussion.rules import record_missing_rules
    from .newsroom.setup import DEFAULT_TITLE, point_default_site_at, set_up_site, site_exists
    from .operations import serve as server
    from .stories.actions import freeze_missing_versions

    try:
        server.check_port(host, port)
    except server.CannotServe as error:
        raise Problem(str(error)) from error
    if not site_exists():
        set_up_site(DEFAULT_TITLE)
    point_default_site_at(settings.PUBLIC_URL)
    freeze_missing_versions()
    record_missing_rules()
    collect_static_files()
    _serve(host, port, workers)


@cli.command()
@_serve_options
@command(upgrade=True)
def demo(host: str, port: int, workers: int) -> None:
    """Make the demo newspaper in the site's folder, and serve it.

    Running it again serves the same site.
    """
    from django.conf import settings

    from .demo.build import EDITOR, build_demo
    from .newsroom.setup import point_default_site_at
    from .operations import serve as server

    try:
        server.check_port(host, port)
    except server.CannotServe as error:
        raise Problem(str(error)) from error
    build_demo(say=click.echo)
    point_default_site_at(settings.PUBLIC_URL)
    collect_static_files()
    click.echo(
        "Sign in as an editor (works once): " + _sign_in_link(EDITOR, f"http://{host}:{port}")
    )
    _serve(host, port, workers)


def _serve(host: str, port: int, workers: int) -> None:
    from .operations import serve as server
    from .operations import site_lock as in_use

    try:
        with in_use.shared_lock():
            server.serve(host, port, workers)
    except in_use.SiteInUse as error:
        raise Problem(str(error)) from error


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
    from .operations.database_copies import BackupFailed, back_up_database, remove_old_backups

    if not database_holds_a_site():
        raise Problem("there is no site in the database: make one with `pennypress init`")
    copy = None
    if not no_backup:
        try:
            copy = back_up_database()
        except BackupFailed as error:
            raise Problem(f"{error}; --no-backup goes ahead without a copy") from error
        click.echo(f"Copied the database to {copy} ({copy.stat().st_size:,} bytes)")
    missing = find_missing_migrations()
    if missing:
        apply_migrations(copy)
        click.echo(f"Applied {len(missing)} migrations: {', '.join(missing)}")
    else:
        click.echo("The database was up to date")
    collected = collect_static_files()
    click.echo("Collected static files" if collected else "Static files were up to date")
    if copy and (removed := remove_old_backups(keep)):
        click.echo(f"Removed old copies of the database: {removed}")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command(upgrade=False)
def backup(file: Path) -> None:
    """Write the whole site into one FILE, also while it is served.

    The file holds readers' addresses and the site's keys: keep it as safe as the site's folder.
    """
    from .operations.backup import BackupFailed, write_backup
    from .record.sealing import seal

    if find_missing_migrations():
        raise Problem("the database is not up to date: run `pennypress upgrade`")
    try:
        seal()  # so that the checkpoint in the file covers what is in it
    except Exception as error:
        click.echo(f"The record is not signed: {_one_line(error)}", err=True)
    try:
        made = write_backup(file)
    except BackupFailed as error:
        raise Problem(str(error)) from error
    size = file.stat().st_size
    click.echo(f"Wrote {len(made.files)} files to {file} ({size:,} bytes)")
    click.echo(f"The record has {made.entries} entries. The checkpoint in the file:")
    click.echo(made.checkpoint or "none was signed yet")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--force", is_flag=True, help="Overwrite the site that is in the folder.")
@option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The last checkpoint that the site signed, if you have it.",
)
@option(
    "--erasures",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A list of erasures that you kept elsewhere.",
)
@command(upgrade=False, open_site=False)
def restore(file: Path, force: bool, checkpoint: Path | None, erasures: Path | None) -> None:
    """Put a backup back in the site's folder and database.

    What was erased since is erased again. The record goes on where it is known that nothing was
    signed after the backup; otherwise a successor begins, which names it.
    """
    from .operations import restore as restoring
    from .operations import site_lock as in_use
    from .operations.backup import NotABackup
    from .operations.database_copies import BackupFailed

    _make_folder(Path(os.environ["PENNYPRESS_HOME"]))
    try:
        with in_use.exclusive_lock():
            restored = restoring.put_back(file, force=force)
            apply_migrations()
            restoring.finish_restore(
                restored,
                checkpoint.read_text(encoding="utf-8") if checkpoint else "",
                erasures.read_text(encoding="utf-8") if erasures else "",
            )
    except (in_use.SiteInUse, restoring.CannotRestore, NotABackup, BackupFailed) as error:
        raise Problem(str(error)) from error
    made = restored.manifest
    click.echo(
        f"Restored {len(made.files)} files of {made.made} to {os.environ['PENNYPRESS_HOME']}"
    )
    if restored.erased:
        click.echo(f"Erased again what was erased since: {restored.erased}")
    click.echo(
        "The record goes on."
        if restored.continued
        else "The record goes on as a new one that names the old: more may have been signed since."
    )
    if restored.replaced:
        click.echo(f"What was there before is in {restored.replaced}: delete it when you need not")


@cli.command("rotate-key")
@command(upgrade=True)
def rotate_key() -> None:
    """Let the record's signing key pass on to a new one.

    The record says so, signed with the old key. Tell readers who keep the key.
    """
    from .record.succession import rotate_key as rotate

    old, new = rotate()
    click.echo(f"The key was {old}\nThe key is  {new}")


@cli.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@option(
    "--as",
    "kind",
    type=click.Choice(
        ["auto", "capture", "wxr", "disqus", "ghost", "commento", "isso", "remark42", "pennypress"]
    ),
    default="auto",
    show_default=True,
    help="What the files are. Only captures can be read so far.",
)
@option("--dry-run", is_flag=True, help="Read and report; write nothing.")
@option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@option("--hold-flagged", is_flag=True, help="Hold comments that the word list marks.")
@option("--section", default="news", show_default=True, help="Section for the stories.")
@option("--currency", help="ISO code that a meter's sign means, where that is not plain.")
@command(upgrade=True)
def import_(
    paths: tuple[Path, ...],
    kind: str,
    dry_run: bool,
    as_json: bool,
    hold_flagged: bool,
    section: str,
    currency: str | None,
) -> None:
    """Take in what other systems hold: an arrival.

    PATHS are files, or folders of files. Running it again with the same files changes nothing.
    """
    from django.db import transaction

    from .arrivals.actions import receive
    from .arrivals.items import ArrivalRefused
    from .newsroom.setup import DEFAULT_TITLE, set_up_site, site_exists

    try:
        with transaction.atomic():
            if not site_exists():
                set_up_site(DEFAULT_TITLE)
            report = receive(
                list(paths),
                kind=kind,
                hold_flagged=hold_flagged,
                section=section,
                currency=currency.upper() if currency else None,
                progress=not as_json and sys.stderr.isatty(),
            )
            if dry_run:
                report.dry_run, report.arrival = True, None
                transaction.set_rollback(True)
    except ArrivalRefused as error:
        raise Problem(str(error)) from error
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else report.as_text())


@cli.command(context_settings={"ignore_unknown_options": True})  # so that -1 is an amount
@click.argument("amount")
@click.argument("currency")
@option("--campaign", "slug", help="Slug of the campaign; without it, the main campaign.")
@option("--name", default="", help="Shown to everybody: only if the giver wants that.")
@option("--reference", default="", help="Yours or the bank's; the same one is booked once.")
@option("--cash", is_flag=True, help="Received in cash, not in the bank account.")
@command(upgrade=True)
def gift(
    amount: str, currency: str, slug: str | None, name: str, reference: str, cash: bool
) -> None:
    """Record a gift that was received outside: bank transfer or cash. It counts at once."""
    from .funding.actions import main_campaign, record_gift
    from .funding.figures import read_meter
    from .funding.models import Campaign
    from .funding.money import format_money, parse_amount

    campaign = Campaign.objects.filter(slug=slug).first() if slug else main_campaign()
    if campaign is None:
        raise Problem(
            f"there is no campaign {slug}"
            if slug
            else "there is no campaign yet: open one in the admin"
        )
    currency = currency.upper()
    minor = parse_amount(amount, currency)
    record_gift(
        campaign,
        minor,
        currency,
        name=name,
        reference=reference,
        received_in="cash" if cash else "bank",
    )
    raised = read_meter(campaign, "en").raised_text
    click.echo(
        f"Recorded {format_money(minor, currency, 'en')} for {campaign.title}; raised {raised}"
    )


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--full", is_flag=True, help="Render every page, also those that seem unchanged.")
@command(upgrade=False)
def mirror(folder: Path, full: bool) -> None:
    """Write the whole public site as static files into DIR, or bring the mirror in it up to date.

    Links are relative: any web server can serve the files, and a browser can open them.
    """
    from .accountability.seeds import record_documents
    from .mirror.writer import Seed, write_mirror
    from .newsroom.setup import check_public_address, site_mark
    from .record.sealing import seal
    from .stories.seeds import api_documents, public_pages

    mark = site_mark()
    if mark is None:
        raise Problem("there is no site in the database: make one with `pennypress init`")
    if find_missing_migrations():
        raise Problem("the database is not up to date: run `pennypress upgrade`")
    check_public_address()
    collect_static_files()
    seal()  # so that the record's files reach up to what the pages are going to say
    report = write_mirror(
        folder,
        [
            *(Seed(page) for page in public_pages()),
            *(Seed(*pair) for pair in api_documents()),
            *(Seed(*pair) for pair in record_documents()),
        ],
        site=mark,
        made_by=__version__,
        full=full,
        progress=sys.stderr.isatty(),
    )
    click.echo(f"{folder}: {report.as_text()}")
    if report.failed:
        more = f" and {len(report.failed) - 1} more" if len(report.failed) > 1 else ""
        raise Problem(f"the site failed to answer {report.failed[0]}{more}: left as before")


@cli.command()
@click.argument("source", metavar="URL|DIR")
@click.option("--since", metavar="FILE", help="A checkpoint that was seen before.")
@click.option("--save", metavar="FILE", help="Keep the checkpoint, for a later --since.")
@click.option("--key", metavar="KEY", help="The verifier key that you trust.")
@click.option("--no-pages", is_flag=True, help="Check the record, and fetch no page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(source: str, as_json: bool, no_pages: bool, **files: str | None) -> None:
    """Check a site's public record, and what its pages claim. Needs no site of one's own."""
    from .verifier.command import main as run

    given = [part for name, value in files.items() if value for part in (f"--{name}", value)]
    flags = ["--json"] * as_json + ["--no-pages"] * no_pages
    sys.exit(run([*given, *flags, "--", source]))


@cli.command()
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command(upgrade=False)
def check(as_json: bool) -> None:
    """Check configuration, database, ledger sums, discussions, versions, the record and jobs.

    Exit status 0 when all is well, 1 otherwise.
    """
    from .accountability.checks import run_checks

    findings = run_checks()
    if as_json:
        click.echo(json.dumps({finding.name: finding.problems for finding in findings}))
    else:
        for finding in findings:
            click.echo(f"{finding.name}: {'well' if not finding.problems else ''}".rstrip())
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
        raise Problem(_one_line(error)) from error


def main() -> None:
    """Entry point of the `pennypress` command."""
    cli(prog_name="pennypress")


if __name__ == "__main__":
    main()
