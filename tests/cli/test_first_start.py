"""A site's first seconds: its database and its static files are copies of the installation's."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.templates import INSTALLATION

from .command import Site, make_database


@pytest.fixture
def fresh(tmp_path) -> Site:
    """A folder and, on PostgreSQL, a database with nothing in them."""
    home = tmp_path / "site"
    home.mkdir()
    return Site(home, make_database())


def applied_first(site: Site) -> datetime:
    (when,) = site.ask("SELECT min(applied) FROM django_migrations")[0]
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def test_a_new_site_is_a_copy_of_a_migrated_database(fresh):
    began = datetime.now(UTC)
    fresh.must("init", "--title", "The Second Tide")
    assert applied_first(fresh) < began
    assert fresh.run("manage", "migrate", "--check").returncode == 0
    assert "record: ok" in fresh.must("check")
    assert fresh.ask("SELECT site_name FROM wagtailcore_site") == [("The Second Tide",)]


def test_it_has_the_installations_static_files(fresh):
    fresh.must("init")
    # Some of earlier states of the checkout may be there, too.
    collected = max(INSTALLATION.glob("web-files-*"), key=lambda path: path.stat().st_mtime)
    names = {path.relative_to(collected) for path in collected.rglob("*.css.gz")}
    assert names
    assert all((fresh.home / "static" / name).samefile(collected / name) for name in names)


def test_two_at_once_make_one_site(fresh):
    def init(number: int) -> subprocess.CompletedProcess[str]:
        return fresh.run("init", "--title", f"Paper {number}")

    with ThreadPoolExecutor() as pool:
        done = list(pool.map(init, range(2)))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 2
    assert fresh.ask("SELECT count(*) FROM stories_homepage") == [(1,)]
    assert "record: ok" in fresh.must("check")


def test_a_new_site_that_is_served_at_once_has_its_style_sheets(fresh):
    with fresh.serving("--init") as served:
        page = served.get("/")
        assert page.status == 200
        (sheet,) = re.findall(r'href="(/static/css/site\.[0-9a-f]+\.css)"', page.text)
        assert served.get(sheet).status == 200
