"""Sites for the command's tests: made once, and copied for each test that changes one."""

from pathlib import Path

import pytest

from .command import Site, make_migrated_site

PAGE = """\
0 $
2,350 $
4,700 $
789 $

The bakery on Pier Street is to close


The bakery on Pier Street is to close

The ovens go cold in October, after eighty years.

“I have burnt enough fingers,” says the baker, who is seventy-one.


Would you miss us, too? Then help us stay.

  • Early Riser

    Where shall I go at five now?

    • Late Riser

      To bed.
"""


@pytest.fixture(autouse=True)
def _quick_settings() -> None:
    """Nothing here happens in this process, so nothing of its settings need change."""


@pytest.fixture(scope="session")
def page_file(tmp_path_factory) -> Path:
    """A captured page with a meter and two comments."""
    file = tmp_path_factory.mktemp("pages") / "bakery.txt"
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory) -> Site:
    """A site after `pennypress init`, with its static files collected. Copy it to change it."""
    site = make_migrated_site(tmp_path_factory.mktemp("empty") / "site")
    site.must("init", "--title", "The Test Tide", "--editor-email", "editor@example.org")
    with site.serving():
        pass
    return site


@pytest.fixture(scope="session")
def stocked_site(empty_site, page_file, tmp_path_factory) -> Site:
    """The same with one arrived story, its two comments and its fund. Copy it to change it."""
    site = empty_site.copy(tmp_path_factory.mktemp("stocked") / "site")
    site.must("import", str(page_file))
    return site


@pytest.fixture
def paper(stocked_site, tmp_path) -> Site:
    """A site of this test's own, with one story, two comments and 789 of 4,700 US dollars."""
    return stocked_site.copy(tmp_path / "site")


@pytest.fixture
def blank(empty_site, tmp_path) -> Site:
    """An empty site of this test's own."""
    return empty_site.copy(tmp_path / "site")
