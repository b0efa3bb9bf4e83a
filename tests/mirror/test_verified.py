"""A mirror and `pennypress verify` agree on what files are called, and on the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from pennypress.accountability.seeds import record_documents
from pennypress.mirror.writer import Seed, write_mirror
from pennypress.operations.site_folder import SiteFolder
from pennypress.record.sealing import seal
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage
from pennypress.stories.seeds import public_pages
from pennypress.verifier.check import verify
from pennypress.verifier.report import VerifyReport
from pennypress.verifier.source import open_source

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LONG = "ب" * 255
ODD_SLUGS = (
    *(LONG, "م" * 101, "ميناء-جديد", "港" * 120),
    *("fog", "Fog", "FOG"),
    *("con", "lpt1", "index"),
)


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> None:
    settings.SITE_FOLDER = SiteFolder(tmp_path / "home")
    settings.SITE_FOLDER.home.mkdir()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Rendering keeps the test's transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mirror"


def mirror(folder: Path, *, full: bool = False) -> None:
    seal()
    pages = [Seed(page) for page in public_pages()]
    record = [Seed(*pair) for pair in record_documents()]
    write_mirror(folder, [*pages, *record], site="tide", made_by="this version", full=full)


def check(folder: Path) -> VerifyReport:
    return verify(open_source(str(folder)))


def write_story(section, slug: str) -> StoryPage:
    body = [("paragraph", f"<p>What {slug[:10]} is about.</p>")]
    return publish_story(StoryPage(title=f"Of {slug[:10]}", slug=slug, body=body), section)


# ── Names ──────────────────────────────────────────────────────────────────────────────────────


def test_stories_whose_files_are_called_otherwise_are_found(folder, section):
    for slug in ODD_SLUGS:
        write_story(section, slug)
    mirror(folder)
    assert not (folder / "news/con").exists()
    assert len([*folder.glob("news/*~*/index.html")]) >= 6
    report = check(folder)
    assert report.findings == []
    assert report.pages == len(ODD_SLUGS)


def test_a_story_that_outlives_the_one_it_met_is_found(folder, section):
    first = write_story(section, "fog")
    write_story(section, "Fog")
    mirror(folder)
    first.unpublish()
    mirror(folder)
    report = check(folder)
    assert report.findings == []
    assert report.pages == 1


def test_a_page_that_was_tampered_with_is_not_passed_over(folder, section):
    """A right page under the name that a later one gets does not hide a wrong one."""
    write_story(section, "fog")
    mirror(folder)
    write_story(section, "FOG")
    mirror(folder)
    (later,) = folder.glob("news/FOG~*/index.html")
    (folder / "news/FOG").mkdir()
    (folder / "news/FOG/index.html").write_text("<html>Something else.</html>")
    assert later.exists()
    assert {finding.where for finding in check(folder).findings} == {"/news/FOG/"}


def test_a_folder_that_leads_elsewhere_is_not_looked_into(folder, section, tmp_path):
    write_story(section, LONG)
    mirror(folder)
    (folder / "news").rename(tmp_path / "elsewhere")
    (folder / "news").symlink_to(tmp_path / "elsewhere")
    (finding,) = check(folder).findings
    assert "it lies outside of the folder" in finding.message
