"""What the command says of itself, and how it says no: exit status, one line, no traceback."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from pennypress import __version__
from pennypress.cli import cli

from .command import Site

pytestmark = pytest.mark.once

COMMANDS = sorted(cli.commands)


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory) -> Site:
    """A folder in which no site was made."""
    return Site(tmp_path_factory.mktemp("nowhere") / "site")


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The reason of a command that could not do it: status 1 and one line beginning `error: `."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert re.fullmatch(r"error: \S[^\n]*\n", done.stderr), done.stderr
    return done.stderr.removeprefix("error: ").rstrip("\n")


def test_the_documented_commands_are_there():
    known = {"init", "demo", "serve", "upgrade", "import", "check", "gift", "manage"}
    assert known <= set(COMMANDS)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "manage"])
def test_every_command_explains_itself(nowhere, command):
    said = nowhere.must(command, "--help")
    assert said.startswith(f"Usage: pennypress {command} ")
    options = cli.commands[command].params
    assert all(name in said for option in options for name in option.opts if name[0] == "-")
    assert not nowhere.home.exists()


def test_help_lists_the_commands(nowhere):
    for option in ("--help", "-h"):
        said = nowhere.must(option)
        assert all(re.search(rf"^  {name} ", said, re.MULTILINE) for name in COMMANDS)


def test_version(nowhere):
    assert nowhere.run_afresh("--version").stdout == f"Pennypress {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("sing",),
        ("--colour",),
        ("check", "--colour"),
        ("check", "extra"),
        ("import",),
        ("import", "page.txt", "--as", "telegram"),
        ("gift",),
        ("gift", "5"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--workers", "none"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(nowhere, arguments):
    done = nowhere.run_afresh(*arguments) if "sing" in arguments else nowhere.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert not nowhere.home.exists()


def test_check_without_a_site_says_how_to_make_one(nowhere):
    why = refusal(nowhere.run_afresh("check"))
    assert str(nowhere.home) in why
    assert "pennypress init" in why
    assert not nowhere.home.exists()


@pytest.mark.parametrize("command", [("init",), ("serve",), ("import", "page.txt"), ("check",)])
def test_a_file_where_the_folder_should_be(tmp_path, command):
    home = tmp_path / "site"
    home.write_text("in the way")
    assert str(home) in refusal(Site(home).run(*command))
    assert home.read_text() == "in the way"


@pytest.mark.parametrize(
    "address", ["nonsense", "mailto:someone@example.org", "postgres://[::1/site", "http://x/y"]
)
def test_a_database_address_that_is_none(tmp_path, address):
    why = refusal(Site(tmp_path / "site").run("init", DATABASE_URL=address))
    assert "DATABASE_URL" in why


def test_a_broken_database_address_does_not_show_its_password(tmp_path):
    why = refusal(Site(tmp_path / "site").run("init", DATABASE_URL="postgre://a:hush@host/x"))
    assert "hush" not in why


def test_a_database_that_nobody_serves(tmp_path):
    address = "postgres://nobody:hush@127.0.0.1:1/none?connect_timeout=2"
    why = refusal(Site(tmp_path / "site").run_afresh("check", DATABASE_URL=address))
    assert "cannot reach the database" in why
    assert "hush" not in why


def test_a_database_file_that_is_damaged(tmp_path):
    home = tmp_path / "site"
    home.mkdir()
    (home / "pennypress.sqlite3").write_bytes(b"this is no database at all" * 400)
    assert "not a database" in refusal(Site(home).run("check"))


def test_a_setting_that_makes_no_sense_is_named(tmp_path):
    done = Site(tmp_path / "site").run_afresh("check", PENNYPRESS_FIRST_COMMENTS="perhaps")
    assert "PENNYPRESS_FIRST_COMMENTS" in refusal(done)


def test_debug_shows_where_it_failed(tmp_path):
    file = tmp_path / "site"
    file.write_text("in the way")
    done = Site(file).run_afresh("--debug", "check")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_the_folder_can_be_named_by_option_or_variable(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    done = Site(tmp_path / "site").run("--home", str(elsewhere), "check")
    assert str(elsewhere) in refusal(done)


def test_it_runs_as_a_module(nowhere):
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "pennypress", "--help"],
        env=nowhere.environment(),
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout == nowhere.must("--help")


def test_verify_tells_by_its_status_what_could_not_be_read(nowhere):
    (nowhere.home.parent / "bare").mkdir()
    for arguments in (("bare",), ("nothing",), ("http://127.0.0.1:9",), ("bare", "--since", "no")):
        done = nowhere.run("verify", *arguments, "--deadline", "20")
        assert done.returncode == 3, (done.stdout, done.stderr)
        assert re.fullmatch(r"error: \S[^\n]* could not be read: [^\n]*\n", done.stderr)
    for arguments in (("bare", "--deadline", "0"), ("bare", "--deadline", "soon"), ()):
        assert nowhere.run("verify", *arguments).returncode == 2


def test_verify_paints_nothing_with_its_arguments(nowhere):
    paint = "\x1b[2J\u202e"
    for arguments in ((paint,), (f"--{paint}",), ("a", paint), ("a", "--deadline", paint)):
        done = nowhere.run("verify", *arguments)
        assert done.returncode in {2, 3}
        assert "\\x1b[2J\\u202e" in done.stderr
        assert not re.search("[\x1b\u202e]", done.stdout + done.stderr)


# ── What costs nothing is checked first, and no site is made by accident ───────────────────────


@pytest.mark.parametrize(
    "arguments",
    [("serve",), ("gift", "5", "USD"), ("erase", "person", "1"), ("rotate-key",), ("upgrade",)],
    ids=" ".join,
)
def test_a_folder_without_a_site_is_left_as_it_is(nowhere, arguments):
    why = refusal(nowhere.run(*arguments))
    assert str(nowhere.home) in why
    assert "pennypress init" in why
    assert not nowhere.home.exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_busy_port_is_told_before_anything_is_made(nowhere, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in refusal(nowhere.run(command, "--port", port))
    assert not nowhere.home.exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--currency", "shells"), "SHELLS"),
        (("--currency", "XYZ"), "XYZ"),
        (("--editor-email", "not-an-address"), "not-an-address"),
        (("--editor-email", "a@b@c"), "a@b@c"),
    ],
)
def test_init_makes_nothing_where_an_option_is_wrong(nowhere, arguments, why):
    assert why in refusal(nowhere.run("init", *arguments))
    assert not nowhere.home.exists()


@pytest.mark.parametrize(
    "address", ["mysql://a:hush@host/x", "oracle://a:hush@host/x", "mssql://a:hush@host/x"]
)
def test_a_database_that_is_not_supported_is_told_which_are(nowhere, address):
    why = refusal(nowhere.run("init", DATABASE_URL=address))
    assert "PostgreSQL" in why
    assert "SQLite" in why
    assert "hush" not in why
    assert not nowhere.home.exists()


# ── What is advised helps ──────────────────────────────────────────────────────────────────────


def advised_commands() -> list[str]:
    """The commands of ours that messages, pages and the documentation tell people to run."""
    root = Path(__file__).resolve().parents[2]
    files = [path for end in ("py", "html") for path in (root / "pennypress").rglob(f"*.{end}")]
    files += [root / "README.md", *(root / "docs").rglob("*.md")]
    found = set()
    for file in files:
        text = re.sub(r'"\s*\n\s*f?"', "", file.read_text(encoding="utf-8"))
        found.update(re.findall(r"[`“]pennypress ([a-z][^`”…]*)[`”]", text))
        if file.suffix == ".md":
            found.update(re.findall(r"^ +(?:\S*bin/)?pennypress ([a-z][^…\n#]*)$", text, re.M))
    return sorted(found)


def test_each_command_that_is_advised_can_be_typed():
    commands = advised_commands()
    assert {"init", "upgrade --no-backup", "check --repair"} <= set(commands)
    for words in map(str.split, commands):
        command = cli.commands.get(words[0])
        assert command, words
        if words[0] != "manage":
            known = {name for one in command.params for name in one.opts}
            asked = {word.strip("[]") for word in words if word.startswith(("--", "[--"))}
            assert asked <= known | {"--help"}, words
