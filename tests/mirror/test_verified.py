"""A mirror and `pennypress verify` agree on what files are called, and on the record."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from pennypress.accountability.seeds import CLAIMS, signed_documents
from pennypress.delivery.cache import CachedPage
from pennypress.delivery.rendering import render
from pennypress.discussion.actions import post_comment
from pennypress.funding.actions import record_gift
from pennypress.mirror.writer import ROUNDS, MirrorReport, Seed, write_mirror
from pennypress.operations.site_folder import SiteFolder
from pennypress.record.sealing import latest_checkpoint, seal
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
    settings.FIRST_COMMENTS = "publish"


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


def sign_all() -> list[Seed]:
    seal()
    return [Seed(*pair) for pair in signed_documents()]


def mirror(folder: Path, *, full: bool = False) -> MirrorReport:
    return write_mirror(
        folder,
        [Seed(page) for page in public_pages()],
        site="tide",
        made_by="this version",
        first=[Seed(CLAIMS)],
        last=sign_all,
        full=full,
    )


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


# ── A site that changes meanwhile ──────────────────────────────────────────────────────────────


@dataclass
class Changes:
    """What happens on the site just before, or just after, the mirror renders certain pages."""

    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    after: dict[str, Callable[[], object]] = field(default_factory=dict)
    rendered: Counter[str] = field(default_factory=Counter)

    def render(self, address: str, **options: bool) -> CachedPage | None:
        self.rendered[address] += 1
        self.before.get(address, int)()
        page = render(address, **options)
        self.after.get(address, int)()
        return page


@pytest.fixture
def changes(monkeypatch) -> Changes:
    found = Changes()
    monkeypatch.setattr("pennypress.mirror.writer.render", found.render)
    return found


def once(act: Callable[[], object]) -> Callable[[], object]:
    """Return what acts at the first call alone."""
    acts = [act]
    return lambda: acts and acts.pop()()


def assert_agrees(folder: Path) -> None:
    report = check(folder)
    assert report.findings == []
    assert report.pages
    size = latest_checkpoint().size
    assert report.checkpoint.size == size
    (partial,) = (folder / "record/tile/entries/000.p").iterdir()
    assert partial.name == str(size)


@pytest.mark.parametrize("is_signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("where", ["/", CLAIMS, "/news/"])
@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
def test_stories_that_are_published_meanwhile(
    folder, section, story, changes, where, full, is_signed
):
    mirror(folder)

    def publish() -> None:
        for number in range(6):
            write_story(section, f"meanwhile-{number}")
        if is_signed:
            seal()

    write_story(section, "before")
    changes.after[where] = once(publish)
    mirror(folder, full=full)
    assert_agrees(folder)
    assert mirror(folder).written == 0
    assert check(folder).pages == 8


def test_a_story_that_is_taken_down_once_the_claims_name_it(folder, section, story, changes):
    gone = write_story(section, "gone")
    changes.after[CLAIMS] = once(gone.unpublish)
    mirror(folder)
    assert_agrees(folder)
    assert not (folder / "news/gone").exists()


@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
def test_a_site_that_never_rests(folder, section, story, campaign, discussion, changes, full):
    """The rounds come to an end before the changes do."""
    numbers = count()
    mirror(folder)

    def publish() -> None:
        write_story(section, f"more-{next(numbers)}")
        story.title += " again"
        publish_story(story, section)

    def speak() -> None:
        post_comment(discussion, name="Ada", text="And again.")
        record_gift(campaign, 500, "USD")

    publish()
    changes.before[CLAIMS] = changes.after["/"] = publish
    changes.after[story.url] = changes.after["/news/"] = speak
    changes.after["/about/"] = seal
    mirror(folder, full=full)
    assert changes.rendered["/"] == 1 + ROUNDS
    assert_agrees(folder)
    changes.before.clear()
    changes.after.clear()
    mirror(folder)
    assert_agrees(folder)
    assert mirror(folder).written == 0
