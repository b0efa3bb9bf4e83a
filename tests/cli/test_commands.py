"""The commands at work on a site: what they make, what they refuse, and what they leave alone."""

import contextlib
import json
import re
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .command import Browser, Site
from .test_usage import refusal

pytestmark = pytest.mark.once

Done = subprocess.CompletedProcess[str]


def run_all(site: Site, cases: dict[str, tuple[str, ...]]) -> dict[str, Done]:
    """Run commands side by side: each one's start costs more than its work."""
    with ThreadPoolExecutor(3) as pool:
        running = {name: pool.submit(site.run, *case) for name, case in cases.items()}
        return {name: future.result() for name, future in running.items()}


# ── init ───────────────────────────────────────────────────────────────────────────────────────


def test_init_again_changes_nothing_but_gives_a_fresh_link(blank):
    first = blank.must("init", "--title", "Another Name", "--editor-email", "editor@example.org")
    assert "There is a site" in first
    link = re.search(r"http://127\.0\.0\.1:8000(/accounts/enter/\S+)", first)
    assert link
    with blank.serving() as served:
        assert "The Test Tide" in served.get("/").text
        browser = Browser(served.address)
        asked = browser.get(link[1])
        assert asked.status == 200
        assert "<button" in asked.text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', asked.text)
        assert token
        entered = browser.post(link[1], {"csrfmiddlewaretoken": token[1]})
        assert entered.status == 200
        assert browser.get("/admin/").url == f"{served.address}/admin/"
        spent = Browser(served.address).get(link[1])
        assert spent.status == 410
        assert "This link is spent" in spent.text


def test_init_refuses_what_no_site_can_be(blank):
    assert "not an e-mail address" in blank.run("init", "--editor-email", "me").stderr
    assert "SHELLS" in refusal(blank.run("init", "--currency", "shells"))


def test_check_finds_a_new_site_well(blank):
    said = json.loads(blank.must("check", "--json"))
    assert said
    assert not any(said.values())
    assert blank.must("check").splitlines() == [f"{name}: ok" for name in said]


# ── gift ───────────────────────────────────────────────────────────────────────────────────────

GIFTS = {
    "nothing": ("0", "USD"),
    "less than nothing": ("-1", "USD"),
    "too fine": ("10.005", "USD"),
    "words": ("ten", "USD"),
    "grouped": ("1,000", "USD"),
    "other currency": ("5", "EUR"),
    "no currency": ("5", "shells"),
    "no such campaign": ("5", "USD", "--campaign", "none"),
    "reference used": ("5", "USD", "--reference", "B-1"),
}


@pytest.fixture(scope="module")
def bad_gifts(stocked_site, tmp_path_factory) -> dict[str, Done]:
    site = stocked_site.copy(tmp_path_factory.mktemp("gifts") / "site")
    said = site.must("gift", "12.50", "USD", "--reference", "B-1", "--name", "Early Riser")
    assert "801.50" in said  # 789 and this
    before = site.count_rows()
    done = run_all(site, {name: ("gift", *words) for name, words in GIFTS.items()})
    assert site.count_rows() == before
    return done


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("nothing", "more than zero"),
        ("less than nothing", "more than zero"),
        ("too fine", "2 decimals"),
        ("words", "'ten' is not an amount"),
        ("grouped", "'1,000' is not an amount"),
        ("other currency", "is in USD, not EUR"),
        ("no currency", "SHELLS"),
        ("no such campaign", "there is no campaign none"),
        ("reference used", "B-1"),
    ],
)
def test_a_gift_that_cannot_be_booked(bad_gifts, case, why):
    assert why in refusal(bad_gifts[case])


def test_a_gift_needs_a_campaign(blank):
    assert "no campaign" in refusal(blank.run("gift", "5", "USD"))


def test_only_what_is_there_can_be_erased(blank):
    assert "nothing to erase of comment 7" in refusal(blank.run("erase", "comment", "7"))
    assert "nothing to erase of gift 7" in refusal(blank.run("erase", "gift", "7"))
    assert "nobody here has" in refusal(blank.run("erase", "person", "ann@example.org"))
    for arguments in (("story", "1"), ("gift", "Ann"), ("gift", "-1"), ("gift",), ()):
        assert blank.run("erase", *arguments).returncode == 2


# ── import ─────────────────────────────────────────────────────────────────────────────────────

BAD_METERS = {
    "negative": "0 $\n-5 $\n10 $\n3 $\n\n",
    "powers of ten": "0 $\n1e9 $\n2e9 $\n5 $\n\n",
    "mixed currencies": "0 $\n50 €\n100 $\n20 $\n\n",
}
PROSE = "A headline\n\n\nA headline\n\nA paragraph that is long enough.\n\nAnd another one.\n"


@pytest.fixture(scope="module")
def bad_imports(stocked_site, tmp_path_factory) -> dict[str, Done]:
    folder = tmp_path_factory.mktemp("imports")
    files: dict[str, bytes] = {
        "empty": b"",
        "binary": b"\x7fELF\0\0\0\1" * 200,
        "JSON": b'{"comments": []}',
    }
    files |= {name: (meter + PROSE).encode() for name, meter in BAD_METERS.items()}
    cases: dict[str, Path] = {"missing": folder / "nowhere.txt", "bare folder": folder / "bare"}
    cases["bare folder"].mkdir()
    (cases["bare folder"] / "photo.jpg").write_bytes(b"\xff\xd8")
    for name, data in files.items():
        cases[name] = folder / f"{name.replace(' ', '-')}.txt"
        cases[name].write_bytes(data)
    cases["too large"] = folder / "large.txt"
    with cases["too large"].open("wb") as file:
        file.truncate(3 * 2**30)  # no disk is used, and reading it would take all memory
    site = stocked_site.copy(folder / "site")
    before = site.count_rows()
    done = run_all(site, {name: ("import", "--json", str(path)) for name, path in cases.items()})
    assert site.count_rows() == before
    return done


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("empty", "empty"),
        ("binary", "binary"),
        ("JSON", "JSON"),
        ("bare folder", "no saved page"),
        ("missing", "no such file"),
        ("too large", "too much"),
        ("negative", "-5"),
        ("powers of ten", "powers of ten"),
        ("mixed currencies", "mix"),
    ],
)
def test_what_cannot_be_taken_in(bad_imports, case, why):
    assert why in refusal(bad_imports[case])


@pytest.fixture
def import_json(page_file) -> Callable[..., dict]:
    def run(site: Site, *options: str) -> dict:
        done = site.run("import", "--json", *options, str(page_file))
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)  # one object, and nothing else

    return run


def test_import_json_prints_one_object_and_again_makes_nothing(blank, import_json):
    empty = blank.count_rows()
    tried = import_json(blank, "--dry-run")
    assert blank.count_rows() == empty
    first = import_json(blank)
    assert first["made"] == first["found"] == tried["made"]
    assert first["made"] == {"stories": 1, "comments": 2, "sums": 1, "images": 0}
    (story,) = first["stories"]
    assert story["url"] == "/news/the-bakery-on-pier-street-is-to-close/"
    assert (story["comments"], first["held"]) == (2, 0)
    assert isinstance(first["arrival"], int)
    full = blank.count_rows()
    again = import_json(blank)
    assert set(again["made"].values()) == {0}
    assert (again["arrival"], again["stories"]) == (first["arrival"], first["stories"])
    assert blank.count_rows() == full


# ── manage ─────────────────────────────────────────────────────────────────────────────────────


def test_djangos_deployment_checks_are_clean_behind_https(paper):
    done = paper.run(
        "manage", "check", "--deploy", "--fail-level", "WARNING",
        PENNYPRESS_URL="https://news.example.org",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


# ── While others write ─────────────────────────────────────────────────────────────────────────


@pytest.mark.once
@pytest.mark.parametrize(
    "command",
    [("gift", "5", "USD"), ("manage", "clearsessions")],
    ids=" ".join,
)
def test_a_command_waits_for_others_to_write(paper, command):
    """As behind a server on a machine that has much to do."""
    with contextlib.closing(sqlite3.connect(paper.home / "pennypress.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        ended = threading.Timer(8, lambda: None)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(paper.run, *command)
            ended.start()
            ended.join()
            other.execute("ROLLBACK")
            done = running.result()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.once
def test_a_server_waits_no_longer_than_readers_do(paper):
    asked = (
        "from django.db import connection; c = connection.cursor(); "
        "c.execute('PRAGMA busy_timeout'); print(c.fetchone()[0])"
    )
    assert paper.must("manage", "shell", "--no-imports", "-c", asked) == "60000\n"
    wait = "from pennypress.operations.patience import wait_no_longer_than_usual as w; w(); "
    assert paper.must("manage", "shell", "--no-imports", "-c", wait + asked) == "5000\n"
