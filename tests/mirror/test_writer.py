"""The mirror: the site as files that stand for themselves, and are brought up to date."""

import contextlib
import datetime as dt
import hashlib
import http.server
import json
import re
import resource
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from pennypress.delivery.dependencies import expires_at
from pennypress.discussion import tree
from pennypress.discussion.actions import (
    carry_over_comments,
    post_comment,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.models import Comment
from pennypress.funding import api as funding_api
from pennypress.funding import views as funding_views
from pennypress.funding.actions import record_gift, save_campaign
from pennypress.funding.models import Campaign
from pennypress.mirror.folder import Identity, MirrorFailed, MirrorFolder
from pennypress.mirror.writer import MirrorReport, Seed, write_mirror
from pennypress.redirects.actions import add_redirect, remove_redirect
from pennypress.redirects.finding import redirected_addresses
from pennypress.redirects.models import Redirect
from pennypress.stories import models as story_models
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import Person, StoryPage, pages, stories
from pennypress.stories.pictures import make_story_pictures
from pennypress.stories.seeds import api_documents, public_pages
from tests.discussion.conftest import carried
from tests.discussion.reading import api_pages, comments_on, flat
from tests.pictures.test_pictures import picture  # noqa: F401

from .mirrored import Copy, Reference

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.once]

LIVE = "http://127.0.0.1:8000"
# What a mirror leaves to the site itself.
LIVES_ON = re.compile(
    r"^(/ar)?/(give/|me/comments/)$|^(/ar)?/record/([0-9]+/$|\?)|/discussion/([0-9]+/)?reply/$"
)
DISCUSSION = "news/the-quay-is-open-again/discussion"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Rendering keeps the test's transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch) -> None:
    """A few rows make a list of several pages: the rules are the same as with many."""
    for module, name, size in (
        (tree, "WHOLE", 8),
        (tree, "THREADS", 3),
        (tree, "BRANCH_REPLIES", 3),
        (tree, "REPLIES", 1),
        (tree, "API_PAGE", 5),
        (pages, "SECTION_STORIES", 2),
        (funding_views, "LEDGER_PAGE", 2),
        (funding_api, "ENTRIES_PAGE", 2),
    ):
        monkeypatch.setattr(module, name, size)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mirror"


def mirror(folder: Path, *, full: bool = False, made_by: str = "this version") -> MirrorReport:
    pages = [Seed(page) for page in public_pages()]
    documents = [Seed(*pair) for pair in api_documents()]
    return write_mirror(folder, [*pages, *documents], site="tide", made_by=made_by, full=full)


def fresh(folder: Path) -> dict[str, bytes]:
    """What a new mirror of the site as it is now would hold."""
    other = folder.with_name("fresh")
    shutil.rmtree(other, ignore_errors=True)
    mirror(other)
    return Copy(other).files


def write_story(section, title: str, *paragraphs: str, **more) -> StoryPage:
    body = [("paragraph", f"<p>{words}</p>") for words in paragraphs or ("It is so.",)]
    return publish_story(StoryPage(title=title, body=body, **more), section)


@pytest.fixture
def crowd(discussion) -> list[int]:
    """Comments beyond the bounds: seven threads, one with five replies and one that is deep."""
    items = [carried(number) for number in range(7)]
    items += [carried(10 + number, "c1") for number in range(5)]
    items += [carried(20, "c2"), carried(21, "c20"), carried(22, "c21")]
    return list(carry_over_comments(discussion, items).values())


@pytest.fixture
def pictured(section, picture) -> StoryPage:  # noqa: F811
    """A story with a byline and a picture."""
    ines = Person.objects.create(slug="ines", name="Ines")
    story = StoryPage(
        title="With a picture",
        lead_picture=picture,
        lead_alt="A quay at dawn",
        body=[("paragraph", "<p>What happened.</p>")],
    )
    story.bylines = [story_models.Byline(person=ines)]
    return publish_story(story, section)


@pytest.fixture
def paper(section, story, campaign, crowd, pictured) -> StoryPage:
    """A small paper with everything that has more than one page; returns its pictured story."""
    write_story(section, "Fog", "<a href='https://example.org/fog'>elsewhere</a>")
    save_campaign(Campaign(slug="boat", title="A boat", currency="USD", goal=90_000))
    for amount in range(5):
        record_gift(campaign, 500 + amount, "USD")
    return pictured


@contextlib.contextmanager
def longest_file(size: int) -> Iterator[None]:
    """No file of this process may get longer than this: a disk that is full, for a while."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# ── What is in it ──────────────────────────────────────────────────────────────────────────────


def test_every_page_is_there_and_every_link_leads_to_a_file(folder, paper, crowd):
    report = mirror(folder)
    copy = Copy(folder)
    assert copy.check_references(LIVE, LIVES_ON) == []
    assert {
        "index.html", "404.html", "news/index.html", "news/page/2/index.html",
        "news/fog/index.html", "news/with-a-picture/index.html",
        "news/with-a-picture/full-size/index.html", "people/ines/index.html",
        "campaigns/main/index.html", "campaigns/boat/index.html", "about/index.html",
        "about/rules/index.html", "funding/index.html", "funding/page/3/index.html",
        "funding/campaign/boat/index.html", "funding/campaign/main/page/2/index.html",
        f"{DISCUSSION}/index.html", f"{DISCUSSION}/oldest/1/index.html",
        f"{DISCUSSION}/oldest/3/index.html", f"{DISCUSSION}/newest/3/index.html",
        f"{DISCUSSION}/{crowd[1]}/index.html", "api/v1/funding.json",
    } <= set(copy.files)  # fmt: skip
    assert not (folder / "news/page/3").exists()
    assert {f"{DISCUSSION}/{number}/index.html" for number in crowd} <= set(copy.files)
    assert report.written == len(copy.files)
    assert report.bytes == sum(map(len, copy.files.values()))
    assert (report.unchanged, report.removed, report.failed) == (0, 0, [])


@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_the_pages_of_a_discussion_stand_in_walking_order(folder, paper, crowd, order):
    mirror(folder)
    threads: list[int] = []
    file: str | None = f"{DISCUSSION}/{order}/1/index.html"
    number = 1
    while file:
        assert file == f"{DISCUSSION}/{order}/{number}/index.html"
        page = Copy(folder).read(file)
        thread = page.one("ol", class_="thread")
        threads += [int(item.attributes["id"].split("-")[1]) for item in thread.elements]
        onward = [one for one in Copy(folder).references(file) if one.rel == "next"]
        file = onward[0].target if onward else None
        number += 1
    expected = crowd[:7] if order == "oldest" else crowd[6::-1]
    assert threads == expected


def test_a_large_branch_goes_on(folder, discussion):
    comments = carry_over_comments(
        discussion, [carried(0), *(carried(1 + number, "c0") for number in range(12))]
    )
    mirror(folder)
    top = comments["c0"]
    shown: list[int] = []
    for page in ("", "page/2/", "page/3/", "page/4/"):
        text = (folder / f"{DISCUSSION}/{top}/{page}index.html").read_text()
        shown += [number for number in comments_on(text) if number != top]
    assert shown == [number for number in comments.values() if number != top]
    assert not (folder / f"{DISCUSSION}/{top}/page/5").exists()
    assert Copy(folder).check_references(LIVE, LIVES_ON) == []


def test_the_api_documents_hold_the_very_bytes(folder, paper, story, reader):
    mirror(folder)
    copy = Copy(folder)
    for file, address in {
        "api/v1/funding.json": "/api/v1/funding",
        "api/v1/funding/entries/1.json": "/api/v1/funding/entries",
        f"api/v1/stories/{story.pk}.json": f"/api/v1/stories?url={story.url}",
        f"api/v1/stories/{story.pk}/discussion/1.json": f"/api/v1/stories/{story.pk}/discussion",
    }.items():
        assert (folder / file).read_bytes() == reader.get(address).content
    walked = []
    for number, page in enumerate(api_pages(reader, story.pk), start=1):
        assert copy.json(f"api/v1/stories/{story.pk}/discussion/{number}.json") == page
        walked += [comment["id"] for comment in flat(page["comments"])]
    assert number > 1
    assert not (folder / f"api/v1/stories/{story.pk}/discussion/{number + 1}.json").exists()
    entries = [copy.json(f"api/v1/funding/entries/{number}.json") for number in (1, 2, 3)]
    assert sum(len(page["entries"]) for page in entries) == 5
    assert entries[-1]["next"] is None


def test_the_manifest_tells_of_every_file(folder, paper):
    mirror(folder)
    copy = Copy(folder)
    rows = copy.manifest["addresses"]
    assert {row["file"] for row in rows.values()} == set(copy.files)
    for row in rows.values():
        content = copy.files[row["file"]]
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert rows["/funding/?page=2"]["file"] == "funding/page/2/index.html"
    assert copy.manifest["origin"] == LIVE


def test_what_is_not_an_address_stays_byte_for_byte(folder, story, discussion, reader):
    words = 'A < b & c > d, “so” it is: <script>alert(1)</script> &amp; *that* is `<a href="/x/">`'
    carry_over_comments(discussion, [carried(0, text=words)])
    mirror(folder)
    bare = re.compile(r'\s(href|src|srcset|data-[a-z]+)="[^"]*"|\sdata-reply|<script .*?</script>')
    page = reader.get(story.url).content.decode()
    mirrored = (folder / "news/the-quay-is-open-again/index.html").read_text()
    assert unescape(bare.sub("", mirrored)) == unescape(bare.sub("", page))


def test_a_picture_comes_in_all_its_sizes(folder, pictured):
    make_story_pictures.call(pictured.pk)
    mirror(folder)
    copy = Copy(folder)
    page = copy.read("news/with-a-picture/index.html")
    assert [source.attributes["type"] for source in page.all("source")] == [
        "image/avif", "image/webp",
    ]  # fmt: skip
    pictures = {
        one.target
        for one in copy.references("news/with-a-picture/index.html")
        if one.tag in {"img", "source"}
    }
    assert len(pictures) == 10
    for file in pictures:
        assert (folder / file).read_bytes() == (
            Path(site_settings.MEDIA_ROOT) / file.removeprefix("media/")
        ).read_bytes()
    assert copy.check_references(LIVE, LIVES_ON) == []


def test_nothing_in_it_asks_for_the_live_stream(folder, story, discussion):
    carry_over_comments(discussion, [carried(0)])
    mirror(folder)
    page = (folder / "news/the-quay-is-open-again/index.html").read_text()
    assert "live.js" not in page
    assert "data-topic" not in page
    assert "data-strip" not in page


def test_readers_links_make_no_page_but_lead_to_those_that_are_there(
    folder, story, discussion, publish_at_once
):
    hostile = [
        f"{LIVE}/about/rules/",
        f"{LIVE}/about/?page=7",
        f"{LIVE}/no/such/page/",
        f"{LIVE}{story.url}discussion/?order=../../../up&after=x",
        f"{LIVE}{story.url}discussion/?order=best",
        f"{LIVE}/%2e%2e/%2e%2e/etc/passwd",
        f"{LIVE}/give/",
        "https://example.org/",
    ]
    for number, url in enumerate(hostile):
        post_comment(discussion, name=f"Reader {number}", text=f"See <{url}>.")
    mirror(folder)
    copy = Copy(folder)
    references = copy.references("news/the-quay-is-open-again/index.html")
    found = [one for one in references if "ugc" in one.rel]
    assert found[0].target == "about/rules/index.html"
    assert [one.url for one in found[1:]] == hostile[1:]
    assert not (folder / DISCUSSION / "best").exists()
    assert not (folder / "about/page").exists()
    assert not (folder.parent / "etc").exists()
    assert mirror(folder).written == 0


# ── Names ──────────────────────────────────────────────────────────────────────────────────────


def test_slugs_that_could_be_something_else(folder, section):
    for slug in ("discussion", "page", "2", "index", "mirror", "con", "full-size", "newest"):
        write_story(section, slug.title(), slug=slug)
    mirror(folder)
    assert Copy(folder).check_references(LIVE, LIVES_ON) == []
    for slug in ("discussion", "page", "2", "index", "mirror", "full-size", "newest"):
        page = Copy(folder).read(f"news/{slug}/index.html")
        assert page.one("h1").text == slug.title()
    (device,) = folder.glob("news/con~*/index.html")
    assert Copy(folder).read(str(device.relative_to(folder))).one("h1").text == "Con"


def test_slugs_in_any_script_and_length(folder, section):
    slugs = ["ميناء-جديد", "é-accents", "港" * 120]
    for slug in slugs:
        write_story(section, slug, slug=slug)
    mirror(folder)
    copy = Copy(folder)
    assert copy.check_references(LIVE, LIVES_ON) == []
    assert {f"news/{slug}/index.html" for slug in slugs[:2]} <= set(copy.files)
    assert all(len(name.encode()) < 256 for file in copy.files for name in file.split("/"))
    assert all(one.url.isascii() for one in copy.references("news/index.html"))


def test_slugs_that_differ_only_in_case(folder, section):
    write_story(section, "Small", slug="fog")
    write_story(section, "Large", slug="Fog")
    write_story(section, "Shouted", slug="FOG")
    mirror(folder)
    copy = Copy(folder)
    assert copy.check_references(LIVE, LIVES_ON) == []
    assert len({file.casefold() for file in copy.files}) == len(copy.files)
    rows = copy.manifest["addresses"]
    for slug, title in (("fog", "Small"), ("Fog", "Large"), ("FOG", "Shouted")):
        assert copy.read(rows[f"/news/{slug}/"]["file"]).one("h1").text == title
    assert mirror(folder).written == 0


# ── The next run ───────────────────────────────────────────────────────────────────────────────


def test_a_second_run_touches_nothing(folder, paper):
    first = mirror(folder)
    before = Copy(folder).times
    second = mirror(folder)
    assert Copy(folder).times == before
    assert (second.written, second.bytes, second.removed, second.rendered) == (0, 0, 0, 0)
    assert second.unchanged == first.written


def test_a_comment_rewrites_only_the_pages_that_show_it(
    folder, paper, discussion, crowd, publish_at_once
):
    mirror(folder)
    before = Copy(folder).files
    times = Copy(folder).times
    new = post_comment(discussion, name="Ada", text="A new word.", parent=crowd[1]).comment
    report = mirror(folder)
    after = Copy(folder).files
    changed = {file for file in after if after[file] != before.get(file)}
    assert f"{DISCUSSION}/{new.pk}/index.html" in changed
    assert f"{DISCUSSION}/{crowd[1]}/index.html" in changed
    assert "index.html" in changed  # it counts the comments
    assert not any(file.startswith(("about/", "funding/", "people/", "media/")) for file in changed)
    assert f"{DISCUSSION}/{crowd[3]}/index.html" not in changed
    assert report.written == len(changed)
    touched = {file for file, time in Copy(folder).times.items() if times.get(file) != time}
    assert touched == changed | {"mirror.json"}
    assert after == fresh(folder)


def test_a_gift_moves_the_meter_and_only_pages_of_the_fund_are_rendered(folder, paper, campaign):
    mirror(folder)
    record_gift(campaign, 123_456, "USD")
    report = mirror(folder)
    copy = Copy(folder)
    for file in copy.files:
        if file.endswith(".html"):
            assert "1,259" in copy.read(file).one(id="meter").text, file
    rows = copy.manifest["addresses"]
    of_the_fund = [a for a in rows if re.match("/(funding|campaigns|api/v1/funding)", a)]
    assert report.rendered <= len(of_the_fund)
    assert copy.files == fresh(folder)


def test_a_gift_after_a_file_was_meddled_with(folder, story, campaign):
    mirror(folder)
    page = folder / "about/index.html"
    page.write_text(page.read_text().replace("<h1>", "<h1>?"))
    record_gift(campaign, 100, "USD")
    mirror(folder)
    assert Copy(folder).files == fresh(folder)


def test_a_story_that_is_taken_down_disappears(folder, paper, story, section):
    other = write_story(section, "Following up", f'<a href="{story.url}">As we wrote</a>.')
    mirror(folder)
    assert "news/fog/index.html" in Copy(folder).files
    link = next(
        r for r in Copy(folder).references("news/following-up/index.html") if "quay" in r.url
    )
    assert link.target == "news/the-quay-is-open-again/index.html"
    StoryPage.objects.get(pk=story.pk).unpublish()
    report = mirror(folder)
    assert report.removed > 15  # its discussion too
    assert not (folder / "news/the-quay-is-open-again").exists()
    link = next(
        r for r in Copy(folder).references("news/following-up/index.html") if "quay" in r.url
    )
    assert link.url == LIVE + story.url
    assert Copy(folder).files == fresh(folder)
    StoryPage.objects.get(pk=story.pk).save_revision().publish()
    mirror(folder)
    link = next(
        r for r in Copy(folder).references("news/following-up/index.html") if "quay" in r.url
    )
    assert link.target == "news/the-quay-is-open-again/index.html"
    assert other.live


def test_what_was_removed_or_withdrawn_is_in_no_file(folder, crowd, rule, editor):
    mirror(folder)
    words = re.compile(rb"Words (1|12)\b")
    assert len([file for file, text in Copy(folder).files.items() if words.search(text)]) > 5
    remove_comment(Comment.objects.get(pk=crowd[1]), rule, editor)
    withdraw_comment(Comment.objects.get(pk=crowd[9]))
    mirror(folder)
    assert not [file for file, text in Copy(folder).files.items() if words.search(text)]
    assert Copy(folder).files == fresh(folder)


def test_any_changes_come_to_the_same_as_a_new_mirror(folder, paper, section, discussion, campaign):
    mirror(folder)
    carry_over_comments(discussion, [carried(30 + number) for number in range(4)])
    write_story(section, "Another day")
    find_or_make_section("sea", "Sea")
    record_gift(campaign, 777, "USD")
    paper.title = "Still with a picture"
    publish_story(paper, section)
    mirror(folder)
    assert Copy(folder).files == fresh(folder)


def test_what_is_said_while_a_page_is_being_rendered_is_not_missed(
    folder, story, discussion, publish_at_once, monkeypatch
):
    facts = stories.story_facts
    said = []

    def say_once(*arguments: object) -> dict:
        if not said:
            said.append(post_comment(discussion, name="Ada", text="Just now.").comment)
        return facts(*arguments)

    carry_over_comments(discussion, [carried(0)])
    monkeypatch.setattr(stories, "story_facts", say_once)
    mirror(folder)
    assert (folder / f"{DISCUSSION}/{said[0].pk}/index.html").exists()
    assert b"Just now." in (folder / "news/the-quay-is-open-again/index.html").read_bytes()
    assert Copy(folder).files == fresh(folder)


def test_what_time_changes_is_rendered_when_its_time_has_come(folder, story, monkeypatch):
    facts = stories.story_facts
    tomorrow = timezone.now() + dt.timedelta(days=1)

    def in_time(*arguments: object) -> dict:
        expires_at(tomorrow)
        return facts(*arguments)

    monkeypatch.setattr(stories, "story_facts", in_time)
    mirror(folder)
    rows = Copy(folder).manifest["addresses"]
    assert rows[story.url]["until"] == tomorrow.timestamp()
    assert mirror(folder).rendered == 0
    rows[story.url]["until"] -= 2 * 86_400  # as a mirror that was left alone for two days
    (folder / "mirror.json").write_text(json.dumps(Copy(folder).manifest | {"addresses": rows}))
    assert mirror(folder).rendered == 1


def test_another_version_or_full_renders_everything(folder, story):
    first = mirror(folder)
    again = mirror(folder, full=True)
    newer = mirror(folder, made_by="the next version")
    assert again.rendered == newer.rendered == first.rendered
    assert (again.written, newer.written) == (0, 0)


def test_a_file_that_somebody_removed_comes_back(folder, story):
    mirror(folder)
    before = Copy(folder).files
    (folder / "about/index.html").unlink()
    shutil.rmtree(folder / "news")
    mirror(folder)
    assert Copy(folder).files == before


# ── Faults ─────────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_leaves_the_old_mirror_and_the_next_run_heals(folder, paper, story, section):
    mirror(folder)
    before = Copy(folder).files
    manifest = (folder / "mirror.json").read_bytes()
    story.body = [("paragraph", f"<p>{'Long. ' * 5000}</p>")]
    publish_story(story, section)
    write_story(section, "A new one")
    with (
        longest_file(25_000),
        pytest.raises(MirrorFailed, match=r"cannot write .*: File too large"),
    ):
        mirror(folder)
    assert (folder / "mirror.json").read_bytes() == manifest
    assert set(before) <= set(Copy(folder).files)
    assert not list(folder.rglob(".mirror-*"))
    mirror(folder)
    assert Copy(folder).files == fresh(folder)
    assert not (folder / "mirror.journal").exists()


def test_a_first_run_that_broke_off_is_completed(folder, story):
    with longest_file(12_000), pytest.raises(MirrorFailed):
        mirror(folder)
    assert not (folder / "mirror.json").exists()
    mirror(folder)
    assert Copy(folder).files == fresh(folder)


def test_what_a_broken_run_wrote_of_a_page_that_is_gone_goes_too(folder, section, story):
    mirror(folder)
    new = write_story(section, "Soon gone")
    story.body = [("paragraph", f"<p>{'Long. ' * 5000}</p>")]
    publish_story(story, section)
    with longest_file(25_000), pytest.raises(MirrorFailed):
        mirror(folder)
    (folder / "news/soon-gone").mkdir(exist_ok=True)
    new.unpublish()
    (folder / "about" / ".mirror-1234").write_text("half a fi")
    mirror(folder)
    assert Copy(folder).files == fresh(folder)


def test_a_page_that_fails_keeps_its_file(folder, story, section, monkeypatch):
    mirror(folder)
    before = Copy(folder).files
    story.standfirst = "Another."
    publish_story(story, section)

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(stories, "story_facts", fail)
        report = mirror(folder)
    file = "news/the-quay-is-open-again/index.html"
    assert report.failed == [story.url]
    assert Copy(folder).files[file] == before[file]
    assert mirror(folder).failed == []
    assert Copy(folder).files == fresh(folder)


@pytest.mark.parametrize("what", ["text", "folder", "journal"])
def test_a_folder_that_holds_something_else_is_left_alone(folder, story, what):
    folder.mkdir()
    match what:
        case "text":
            (folder / "thesis.txt").write_text("All my work.")
        case "folder":
            (folder / "photos").mkdir()
        case "journal":
            (folder / "mirror.journal").write_text("[]\n")
            (folder / "thesis.txt").write_text("All my work.")
    there = sorted(folder.rglob("*"))
    with pytest.raises(MirrorFailed, match="is not empty and holds no mirror"):
        mirror(folder)
    assert sorted(folder.rglob("*")) == there


def test_a_folder_that_is_a_file(folder, story):
    folder.write_text("All my work.")
    with pytest.raises(MirrorFailed, match="cannot write to"):
        mirror(folder)
    assert folder.read_text() == "All my work."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"origin": "https://other.example"}, "is the mirror of https://other.example, not of"),
        ({"site": "another"}, "is the mirror of another site"),
        ({"format": 2}, "was written by another version"),
        ({"addresses": {"/": {"file": "../thesis.txt"}}}, "names a file outside"),
        ({"addresses": {"/": {"file": "/thesis.txt"}}}, "names a file outside"),
        ({"addresses": {"/": {"file": "index.html"}}}, "list of files is damaged"),
        ({"addresses": []}, "is no list of a mirror's files"),
    ],
    ids=str,
)
def test_a_manifest_that_is_not_ours(folder, story, change, why):
    mirror(folder)
    path = folder / "mirror.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    before = Copy(folder).times
    with pytest.raises(MirrorFailed, match=re.escape(why)):
        mirror(folder)
    (folder / "mirror.journal").unlink(missing_ok=True)
    assert Copy(folder).times == before


def test_two_runs_do_not_write_to_one_folder(folder, story):
    mirror(folder)
    held = MirrorFolder(folder, Identity(LIVE, "tide"))
    with held.held(), pytest.raises(MirrorFailed, match="another run is writing to"):
        mirror(folder)
    mirror(folder)


def test_a_link_in_the_folder_leads_nobody_out(folder, story, tmp_path):
    mirror(folder)
    shutil.rmtree(folder / "about")
    (tmp_path / "elsewhere").mkdir()
    (folder / "about").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MirrorFailed, match="leads out of the mirror"):
        mirror(folder)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_any_web_server_can_serve_it(folder, paper):
    mirror(folder)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    # Not at the root of the server: one folder down.
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(folder.parent))
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    start = f"http://127.0.0.1:{server.server_port}/mirror/"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    seen: set[str] = set()
    waiting = [start]
    copy = Copy(folder)
    try:
        while waiting:
            url = waiting.pop()
            with opener.open(url) as answer:
                assert answer.status == 200
            file = Reference("", "a", url.removeprefix(start)).target or "index.html"
            for one in copy.references(file):
                if one.is_relative:
                    target = urldefrag(urljoin(url, one.url))[0]
                    if target not in seen:
                        seen.add(target)
                        waiting.append(target)
    finally:
        server.shutdown()
        server.server_close()
    linked = {file for file in copy.files if not file.startswith(("api/", "404", "campaigns/"))}
    assert {Reference("", "a", url.removeprefix(start)).target for url in seen} >= linked


def test_a_document_is_there_while_everybody_may_have_it(folder, section, reader):
    minutes, letter = (
        Document.objects.create(title=name, file=ContentFile(b"%PDF-1.7 %%EOF", name=f"{name}.pdf"))
        for name in ("minutes", "letter")
    )
    links = [f'<a href="{document.url}">{document.title}</a>' for document in (minutes, letter)]
    story = write_story(section, "With documents", *links)
    mirror(folder)
    for document in (minutes, letter):
        assert Copy(folder).files[document.url[1:]] == b"%PDF-1.7 %%EOF"
    Path(minutes.file.path).write_bytes(b"%PDF-1.6 %%EOF")
    mirror(folder)
    assert Copy(folder).files[minutes.url[1:]] == b"%PDF-1.6 %%EOF"
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    Document.objects.filter(pk=minutes.pk).update(collection=private)
    letter.delete()
    mirror(folder)
    files = Copy(folder).files
    assert [name for name in files if name.startswith("documents/")] == []
    page = files[f"{story.url[1:]}index.html"].decode()
    assert f'href="{site_settings.PUBLIC_URL}{minutes.url}"' in page
    assert files == fresh(folder)


# ── Old addresses ──────────────────────────────────────────────────────────────────────────────


def lead_on(folder: Path) -> MirrorReport:
    pages = [Seed(page) for page in public_pages()]
    return write_mirror(
        folder, pages, site="tide", made_by="this version", redirects=redirected_addresses
    )


def test_a_file_leads_on_from_each_old_address(folder, section, story):
    linking = write_story(section, "Links", '<a href="/news/old-quay/">before</a>')
    story.slug = "old-quay"
    story.save_revision().publish()
    lead_on(folder)
    story.slug = "quay"
    story.save_revision().publish()
    add_redirect("/2019/quay.html", story)
    add_redirect("/shop/", "https://example.org/shop?a=1&b=2")
    add_redirect("/gifts", "/give/")
    assert lead_on(folder).failed == []
    copy = Copy(folder)
    assert copy.check_references(LIVE, LIVES_ON) == []
    old = (folder / "news/old-quay/index.html").read_text()
    assert f'<link rel="canonical" href="{LIVE}/news/quay/">' in old
    assert 'content="0; url=../quay/index.html"' in old
    assert 'url=../news/quay/index.html"' in (folder / "2019/quay.html").read_text()
    assert "url=https://example.org/shop?a=1&amp;b=2" in (folder / "shop/index.html").read_text()
    assert f"url={LIVE}/give/" in (folder / "gifts/index.html").read_text()
    page = (folder / f"news/{linking.slug}/index.html").read_text()
    assert 'href="../old-quay/index.html"' in page
    assert lead_on(folder).written == 0
    Redirect.objects.filter(path="/2019/quay.html").delete()
    remove_redirect(Redirect.objects.get(path="/shop"))
    lead_on(folder)
    assert not (folder / "2019").exists()
    assert not (folder / "shop").exists()
    story.slug = "old-quay"
    story.save_revision().publish()
    lead_on(folder)
    assert "http-equiv" not in (folder / "news/old-quay/index.html").read_text()
    assert "http-equiv" in (folder / "news/quay/index.html").read_text()
