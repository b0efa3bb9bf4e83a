"""What each story's page shows is what its version commits to; each difference is named.

On pages as the site serves them and on those of a mirror, of a paper that was made by the ordinary
verbs.
"""

import datetime as dt
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from PIL import Image
from wagtail.models import Locale

from pennypress.accountability.seeds import record_documents
from pennypress.mirror.writer import Seed, write_mirror
from pennypress.newsroom.setup import set_up_site
from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures.models import Picture
from pennypress.record.sealing import seal
from pennypress.stories import content as content_of_versions
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import Byline, HomePage, Person, SectionPage, StoryPage
from pennypress.verifier.check import verify
from pennypress.verifier.command import main
from pennypress.verifier.source import open_source

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUAY = "news/quay"
TITLE = 'The <quay> & “pier”: it\'s "open"'
QUAY_DATE = dt.datetime(2026, 3, 1, 23, 30, 5, 678_901, dt.timezone(dt.timedelta(hours=-5)))
STANDFIRST = "After eleven weeks\nthe barrier is  gone,\r\n\r\nsays the café."
LEAD, WITHIN, ORNAMENT, OLD = "lead", "within", "ornament", "old"


def draw(name: str, color: str) -> Picture:
    data = BytesIO()
    Image.new("RGB", (24, 16), color).save(data, "PNG")
    data.seek(0)
    file = ImageFile(data, name=f"{name}.png")
    return Picture.objects.create(title=name, credit=f"Photo: {name} & Co", file=file)


def within(picture: Picture, alt: str, caption: str = ""):
    picture.contextual_alt_text, picture.decorative = alt, not alt
    return ("picture", {"image": picture, "caption": caption})


def in_language(home, code: str) -> SectionPage:
    """A section of the site's edition in a language."""
    edition = home.copy_for_translation(Locale.objects.get_or_create(language_code=code)[0])
    edition.title, edition.slug = code, code
    edition.save_revision().publish()
    section = SectionPage(title=code, slug="news", locale=edition.locale)
    HomePage.objects.get(pk=edition.pk).add_child(instance=section)
    section.save_revision().publish()
    return section


def source(title: str, publisher: str = "", url: str = ""):
    return ("source", {"title": title, "publisher": publisher, "url": url, "seen": None})


def make_paper() -> list[str]:
    """Publish stories of every kind, and change people and pictures since; return their paths."""
    home = set_up_site("The Test Tide")
    news = find_or_make_section("news", "News")
    colors = {LEAD: "red", WITHIN: "green", ORNAMENT: "blue", OLD: "grey"}
    pictures = {name: draw(name, color) for name, color in colors.items()}
    names = {"ann": "Ann", "ben": "Ben <b>Bold</b> O'Neil", "cy": "Cy", "noor": "نور"}
    people = {slug: Person.objects.create(slug=slug, name=name) for slug, name in names.items()}
    own = "http://127.0.0.1:8000"

    def publish(section, slug: str, by: str = "", **facts) -> StoryPage:
        words = ("paragraph", "<p>What there is to say.</p>")
        tags = facts.pop("tags", [])
        facts["body"] = [*facts.get("body", []), words]
        story = StoryPage(**{"title": f"The story {slug}", "slug": slug} | facts)
        story.bylines = [Byline(person=people[one]) for one in by.split()]
        story.tags.add(*tags)
        return publish_story(story, section)

    publish(
        news, "quay", "ann ben", title=TITLE, standfirst=STANDFIRST,
        kind="analysis", dateline="At the <quay>", published=QUAY_DATE,
        tags=["The <quay>", "Ferries"],
        lead_picture=pictures[LEAD], lead_alt='A "quay" at dawn', lead_caption="At <dawn>\nand so",
        body=[within(pictures[WITHIN], "A boat", "Hers & ours"), within(pictures[ORNAMENT], "")],
        sources=[
            source("The “log” & more", "The <Harbour>, Ltd. Seen", "https://example.org/a?b=1&c=2"),
            source("A talk"),
            source("What we said", "This paper", f"{own}/news/plain/"),
            source("All we said", "", f"{own}/news/?page=1"),
            source("The front page", "", own),
            source("Giving", "", f"{own}/give/?campaign=main"),
        ],
    )  # fmt: skip
    publish(news, "plain")
    publish(in_language(home, "de"), "kai", "ann cy ben", title="Der Kai ist wieder offen – “ja”")
    publish(
        in_language(home, "ar"), "rasif", "ann noor", title="الرصيف (مفتوح) من جديد: 12",
        standfirst="قصة عن «الرصيف»\u200f!", lead_picture=pictures[LEAD], lead_alt="رصيف",
        body=[within(pictures[LEAD], "مركب", "عند الفجر")], sources=[source("سجل", "مكتب المرفأ")],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        schema_1 = partial(content_of_versions.committed_content, schema=1)
        patched.setattr("pennypress.stories.publishing.committed_content", lambda s, _: schema_1(s))
        publish(
            news, "old", "cy", kind="opinion", dateline="Old town", tags=["Old days"],
            standfirst="From before.", sources=[source("A book", "Its maker")],
            lead_picture=pictures[OLD], lead_alt="Old", lead_caption="An old one",
            body=[within(pictures[ORNAMENT], "Old too", "Another one")],
        )  # fmt: skip
    decomposed = "Cafe\u0301 Zoe\u0308"
    publish(news, "letters", title=decomposed, standfirst=f"{decomposed}\u00a0&amp; &lt;more&gt;")
    for change in ({"name": "Ann Marie"}, {"name": "Ann  Marie Smith"}):
        person = people["ann"]
        person.name = change["name"]
        person.save()
    pictures[WITHIN].credit = "Photo: somebody else"
    pictures[WITHIN].save()
    seal()
    return [story.url for story in StoryPage.objects.live()]


def save_site(root: Path, urls: list[str]) -> None:
    """Write the pages, their pictures and the record as the site serves them."""
    reader = Client()
    pages = [(url, f"{url[1:]}index.html") for url in urls]
    for address, name in [*pages, *record_documents()]:
        file = root / (name or address[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        response = reader.get(address)
        assert response.status_code == 200, address
        file.write_bytes(response.content)
    for picture in Picture.objects.all():
        file = root / picture.public_file.url[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture.public_file.path, file)


def save_mirror(root: Path, urls: list[str]) -> None:
    seeds = [*map(Seed, urls), *(Seed(*pair) for pair in record_documents())]
    write_mirror(root, seeds, site="tide", made_by="this version")


MADE: dict[str, tuple[Path, dict[str, str]]] = {}  # folders by form, and files of pictures


@pytest.fixture(params=["site", "mirror"])
def form(request) -> str:
    return request.param


@pytest.fixture
def paper(form, settings, tmp_path, tmp_path_factory) -> Iterator[Path]:
    """A folder with the site in one of its forms, which is made once; each test has a copy."""
    if form not in MADE:
        folder = tmp_path_factory.mktemp(form)
        settings.SITE_FOLDER = SiteFolder(folder / "home")
        settings.SITE_FOLDER.home.mkdir()
        settings.MEDIA_ROOT = folder / "media"
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            urls = make_paper()
            (save_site if form == "site" else save_mirror)(folder / "made", urls)
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        files = {one.title: one.public_file.url[1:] for one in Picture.objects.all()}
        MADE[form] = folder / "made", files
    root = tmp_path / "served"
    shutil.copytree(MADE[form][0], root)
    return root


@pytest.fixture
def files(paper, form) -> dict[str, str]:
    """The file of each picture in full size, by its name."""
    return MADE[form][1]


def check(root):
    return verify(open_source(str(root)))


def content_findings(root) -> list[str]:
    """What is found, all of which is of this code and on the page of the quay, by the command."""
    report = check(root)
    assert {(one.code, one.level) for one in report.findings} <= {("content", "disagreement")}
    assert {one.where for one in report.findings} <= {f"/{QUAY}/"}
    assert main([str(root)]) == bool(report.findings)
    return [one.message for one in report.findings]


def tamper(root: Path, old: str, new: str, count: int = 1, page: str = QUAY) -> None:
    """Replace a text on a page, where it stands the `count`-th time."""
    file = root / page / "index.html"
    parts = file.read_text(encoding="utf-8").split(old)
    assert len(parts) > count, f"{old!r} stands {len(parts) - 1} times on the page"
    text = old.join(parts[:count]) + new + old.join(parts[count:])
    file.write_text(text, encoding="utf-8")


def tamper_facts(root: Path, change) -> None:
    """Change the JSON-LD of the quay's page."""
    file = root / QUAY / "index.html"
    before, start, rest = file.read_text(encoding="utf-8").partition('"application/ld+json">')
    said, end, after = rest.partition("</script>")
    facts = json.loads(said)
    change(facts)
    text = json.dumps(facts).replace("<", "\\u003c")
    file.write_text(before + start + text + end + after, encoding="utf-8")


# ── What nobody touched ────────────────────────────────────────────────────────────────────────


def test_what_nobody_touched_agrees(paper):
    report = check(paper)
    assert report.findings == []
    assert (report.pages, report.pictures) == (6, 3)
    contents = b"".join(file.read_bytes() for file in (paper / "record/opened").iterdir())
    assert b"Ann  Marie Smith" in contents
    assert b"sha1" in contents


def test_over_http_it_is_the_same(paper, files):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(paper))
    handler.log_message = lambda *arguments: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        untouched = check(address)
        (paper / files[WITHIN]).write_bytes(b"another picture")
        (finding,) = check(address).findings
        server.shutdown()
    assert untouched.findings == []
    assert (untouched.pages, untouched.pictures) == (6, 3)
    assert "picture 1 in the text" in finding.message


def test_without_pages_nothing_is_compared(paper):
    tamper(paper, "After eleven weeks", "After nine weeks")
    assert verify(open_source(str(paper)), with_pages=False).findings == []


# ── One change each ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("The &lt;quay&gt; &amp; “pier”: it&#x27;s &quot;open&quot;</h1>", "Shut</h1>",
         ["the headline is 'Shut', but its version has ", "<quay>"]),
        ("</h1>", "</h1><h1>Shut</h1>", ["the headline is ", "Shut"]),
        ('dir="auto">After eleven weeks', 'dir="auto">After nine weeks',
         ["the standfirst is 'After nine weeks", "'After eleven weeks the barrier is gone,"]),
        ('data-kind="analysis"', 'data-kind="opinion"',
         ["the kind is 'opinion', but its version has 'analysis'"]),
        ('data-kind="analysis"', "", ["the kind is 'news'"]),
        ("At the &lt;quay&gt;</span>", "Rome</span>",
         ["the dateline is 'Rome', but its version has 'At the <quay>'"]),
        ('<span itemprop="dateline"',
         '<span itemprop="dateline">Rome</span><span itemprop="dateline"',
         ["the dateline is 'Rome At the <quay>'"]),
        ('datetime="2026-03-02T04:30:05Z"', 'datetime="2026-03-02T04:30:06Z"',
         ["the date is '2026-03-02T04:30:06Z', but its version has '2026-03-02T04:30:05Z'"]),
        ('datetime="2026-03-02T04:30:05Z"', "",
         ["the date is '', but its version has '2026-03-02T04:30:05Z'"]),
        ('<time itemprop="datePublished"', '<time itemprop="dateCreated"', ["the date is ''"]),
        ('<time itemprop="datePublished"',
         '<time itemprop="datePublished"></time><time itemprop="datePublished"',
         ["the date is '; 2026-03-02T04:30:05Z'"]),
        ("Ferries, The &lt;quay&gt;</span>", "Ferries</span>",
         ["the list of tags is 'Ferries', but its version has 'Ferries, The <quay>'"]),
        ('<span itemprop="keywords"',
         '<span itemprop="keywords">More</span><span itemprop="keywords"',
         ["the list of tags is 'More Ferries, The <quay>'"]),
        ('<b itemprop="name">Ann  Marie Smith</b>', '<b itemprop="name">Mallory</b>',
         ["the byline is \"Mallory; Ben <b>Bold</b> O'Neil\", ", '"Ann Marie Smith; Ben']),
        ('<span itemprop="author"',
         '<span itemprop="author">Mallory</span><span itemprop="author"',
         ['the byline is "Mallory; Ann Marie Smith']),
        ("At &lt;dawn&gt;", "At dusk", ["the caption of the lead picture is 'At dusk"]),
        ("Hers &amp; ours", "His", ["the caption of picture 1 in the text is 'His'"]),
        ("Photo: lead &amp; Co", "Photo: Mallory",
         ["the credit of the lead picture is 'Photo: Mallory'", "'Photo: lead & Co'"]),
        ('<span class="credit" dir="auto">Photo: somebody else</span>', "",
         ["the credit of picture 1 in the text is ''", "'Photo: somebody else'"]),
        ('alt="A &quot;quay&quot; at dawn"', 'alt="A quay at dusk"',
         ["the alternative text of the lead picture is 'A quay at dusk'"]),
        ('alt="A boat"', 'alt="A ship" alt="A boat"',
         ["the alternative text of picture 1 in the text is 'A ship'", "'A boat'"]),
        ('alt=""', 'alt="More"', ["the alternative text of picture 2 in the text is 'More'"]),
        ("The “log” &amp; more</span>", "Our log</span>",
         ["the title of source 1 is 'Our log'", "'The “log” & more'"]),
        ("The &lt;Harbour&gt;, Ltd. Seen", "Mallory", ["the publisher of source 1 is 'Mallory'"]),
        ("https://example.org/a?b=1&amp;c=2", "https://example.org/a?b=1",
         ["the address of source 1 is 'https://example.org/a?b=1'", "&c=2"]),
        ("https://example.org/a?b=1&amp;c=2", "//example.org/a?b=1&amp;c=2",
         ["the address of source 1 is '//example.org"]),
        ('<span itemprop="name">A talk</span', "A talk<i></i", ["the title of source 2 is ''"]),
        ('<li id="source-2"', '<li itemprop="citation"></li><li id="source-2"',
         ["the number of sources is 7, but its version has 6"]),
        ("<figure>", '<figure class="lead"><img alt="A third"></figure><figure>',
         ["the number of pictures in its text is 3, but its version has 2"]),
        ('<figure class="lead wide"', '<section class="lead wide"',
         ["the number of lead pictures is 0, but its version has 1"]),
        ("<figcaption>", '<figcaption><img alt="Another">',
         ["the lead picture consists of 2 images"]),
        ('itemtype="https://schema.org/NewsArticle"', "", ["it shows 0 stories, not one"]),
        ("<main", '<article itemtype="https://schema.org/NewsArticle"></article><main',
         ["it shows 2 stories, not one"]),
    ],
)  # fmt: skip
def test_each_change_of_what_people_read_is_named_with_both_values(paper, old, new, words):
    tamper(paper, old, new)
    (message,) = content_findings(paper)
    assert all(word in message for word in words), message


def set_to(*way):
    *path, last, value = way

    def change(facts):
        for step in path:
            facts = facts[step]
        facts[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_to("headline", "Shut"), ["the headline in its JSON-LD is 'Shut'", "<quay>"]),
        (set_to("description", ""), ["the standfirst in its JSON-LD is ''"]),
        (set_to("@type", "NewsArticle"),
         ["the kind in its JSON-LD is 'NewsArticle', but its version has 'AnalysisNewsArticle'"]),
        (set_to("dateline", "Rome"), ["the dateline in its JSON-LD is 'Rome'", "'At the <quay>'"]),
        (lambda facts: facts.pop("dateline"), ["the dateline in its JSON-LD is ''"]),
        (set_to("datePublished", "2026-03-02T04:30:04.999999+00:00"),
         ["the date in its JSON-LD is '2026-03-02T04:30:04Z'", "has '2026-03-02T04:30:05Z'"]),
        (set_to("datePublished", "2026-03-02"), ["the date in its JSON-LD is '2026-03-02'"]),
        (lambda facts: facts.pop("datePublished"), ["the date in its JSON-LD is ''"]),
        (set_to("keywords", ["Ferries"]),
         ["the list of tags in its JSON-LD is 'Ferries'", "'Ferries; The <quay>'"]),
        (set_to("keywords", "Ferries"), ["the list of tags in its JSON-LD is 'Ferries'"]),
        (lambda facts: facts["keywords"].reverse(), ["the list of tags in its JSON-LD is 'The"]),
        (lambda facts: facts.pop("keywords"), ["the list of tags in its JSON-LD is ''"]),
        (set_to("author", 1, "name", "Mallory"),
         ["the byline in its JSON-LD is 'Ann Marie Smith; Mallory'", "Ben"]),
        (lambda facts: facts["author"].append({"name": "Mallory"}), ["the byline in its JSON-LD"]),
        (lambda facts: facts["author"].reverse(), ['the byline in its JSON-LD is "Ben']),
        (lambda facts: facts.pop("author"), ["the byline in its JSON-LD is ''"]),
        (lambda facts: facts["image"].pop(1),
         ["the number of images in its JSON-LD is 2, but its version has 3"]),
        (set_to("image", []), ["the number of images in its JSON-LD is 0"]),
        (set_to("image", 0, "sha256", "00"), ["the SHA-256 of image 1 in its JSON-LD is '00'"]),
        (set_to("image", 2, "creditText", "Mallory"), ["the credit of image 3 in its JSON-LD"]),
        (set_to("image", 1, "url", "/media/another.png"),
         ["the address of image 2 in its JSON-LD is '/media/another.png', but its picture has"]),
        (set_to("citation", 0, "name", "Our log"), ["the title of source 1 in its JSON-LD"]),
        (set_to("citation", 2, "url", ""), ["the address of source 3 in its JSON-LD is ''"]),
        (lambda facts: facts["citation"].pop(), ["the number of sources in its JSON-LD is 5"]),
        (set_to("@type", "Thing"), ["its JSON-LD states 0 stories, not one"]),
    ],
)  # fmt: skip
def test_each_change_of_what_machines_read_is_named(paper, change, words):
    tamper_facts(paper, change)
    (message,) = content_findings(paper)
    assert all(word in message for word in words), message


def test_json_ld_that_is_none_is_named(paper):
    tamper(paper, '{"@context"', "{{")
    (message,) = content_findings(paper)
    assert "its JSON-LD cannot be read" in message


def test_a_second_json_ld_is_named(paper):
    more = '<script type="application/ld+json">{"@type":"OpinionNewsArticle"}</script>'
    tamper(paper, "</main>", f"{more}</main>")
    (message,) = content_findings(paper)
    assert "its JSON-LD states 2 stories" in message


# ── Pictures ───────────────────────────────────────────────────────────────────────────────────


def test_another_file_in_place_of_a_picture_is_named(paper, files):
    (paper / files[ORNAMENT]).write_bytes((paper / files[ORNAMENT]).read_bytes() + b"\0")
    (message,) = content_findings(paper)
    assert message.startswith(f"the file of picture 2 in the text, /{files[ORNAMENT]}, has the SHA")


def test_a_picture_that_several_pages_show_is_named_on_each(paper, files):
    (paper / files[LEAD]).write_bytes(b"")
    found = sorted((one.where, one.code) for one in check(paper).findings)
    assert found == [*[("/ar/news/rasif/", "content")] * 2, (f"/{QUAY}/", "content")]


def test_swapped_files_are_both_named(paper, files):
    (paper / files[LEAD]).rename(paper / "kept")
    (paper / files[WITHIN]).rename(paper / files[LEAD])
    (paper / "kept").rename(paper / files[WITHIN])
    report = check(paper)
    on_the_quay = [one.message for one in report.findings if one.where == f"/{QUAY}/"]
    assert len(on_the_quay) == 2
    for what in ("the lead picture", "picture 1 in the text"):
        assert any(message.startswith(f"the file of {what}") for message in on_the_quay)


def test_swapped_pictures_on_the_page_are_named(paper, files):
    file = paper / QUAY / "index.html"
    start, article = file.read_text(encoding="utf-8").split("<article", 1)
    for old, new in ((files[LEAD], "X"), (files[WITHIN], files[LEAD]), ("X", files[WITHIN])):
        assert old in article
        article = article.replace(old, new)
    file.write_text(f"{start}<article{article}", encoding="utf-8")
    found = content_findings(paper)
    assert len(found) == 3
    for what in ("address of image 1 in its JSON-LD", "file of the lead picture",
                 "file of picture 1 in the text"):  # fmt: skip
        assert any(message.startswith(f"the {what}") for message in found)


@pytest.mark.parametrize(
    "address",
    ["", "https://example.org/a.png", "//example.org/a.png", "/media/a.png?b", "http://["],
)
def test_a_picture_without_an_address_on_this_site_is_named(paper, files, address):
    before = (paper / QUAY / "index.html").read_text(encoding="utf-8")
    after = before.partition("data-full-size=")[2].split('"')[1]
    tamper(paper, f'data-full-size="{after}"', f'data-full-size="{address}"')
    found = content_findings(paper)
    assert any("the lead picture has no address in full size on this site" in one for one in found)


def test_a_picture_that_is_gone_is_named_and_one_that_lies_outside(paper, files):
    (paper / files[LEAD]).unlink()
    (paper / files[WITHIN]).unlink()
    (paper / files[WITHIN]).symlink_to(paper.parent)
    report = check(paper)
    assert {(one.code, one.level) for one in report.findings} == {("missing", "disagreement")}
    assert "the file of the lead picture" in report.findings[0].message


# ── Versions ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("From before.", "From now.", "the standfirst is"),
        ('alt="Old"', 'alt="New"', "the alternative text of the lead picture is 'New'"),
        ("An old one", "A new one", "the caption of the lead picture is 'A new one'"),
        ("Photo: old &amp; Co", "Photo: new", "the credit of the lead picture is 'Photo: new'"),
        ('data-kind="opinion"', 'data-kind="analysis"', "the kind is 'analysis'"),
        ("Old town</span", "New town</span", "the dateline is 'New town'"),
        ("Its maker</span", "Another</span", "the publisher of source 1 is 'Another'"),
        ('<b itemprop="name">Cy', '<b itemprop="name">Di', "the byline is 'Di'"),
    ],
)
def test_a_version_of_the_first_schema_is_compared_as_far_as_it_says(paper, old, new, words):
    file = paper / "news/old/index.html"
    start, article = file.read_text(encoding="utf-8").split("<article", 1)
    assert old in article
    file.write_text(f"{start}<article{article.replace(old, new)}", encoding="utf-8")
    (finding,) = check(paper).findings
    assert (finding.code, finding.where) == ("content", "/news/old/")
    assert words in finding.message


def test_of_the_first_schema_no_file_is_read_and_no_picture_of_the_text_compared(paper, files):
    (paper / files[OLD]).write_bytes(b"another")
    tamper(paper, "Another one", "Yet another one", page="news/old")
    assert check(paper).findings == []


def test_of_the_first_schema_neither_date_nor_tags_are_compared(paper):
    tamper(paper, 'datePublished" datetime="', 'datePublished" datetime="1', page="news/old")
    tamper(paper, "Old days</span", "New days</span", page="news/old")
    assert check(paper).findings == []


@pytest.mark.parametrize(
    ("added", "what"),
    [
        ('<i itemprop="dateline">Rome</i>', "the dateline is 'Rome', but its version has ''"),
        ('<meta itemprop="dateline" content="Rome">',
         "the dateline is 'Rome', but its version has ''"),
        ('<meta itemprop="author" content="Mallory">',
         "the byline is 'Mallory', but its version has ''"),
        ('<i itemprop="keywords">More</i>', "the list of tags is 'More', but its version has ''"),
    ],
)  # fmt: skip
def test_what_a_version_does_not_have_is_named(paper, added, what):
    tamper(paper, "</h1>", f"</h1>{added}", page="news/plain")
    (finding,) = check(paper).findings
    assert (finding.code, finding.where, finding.message) == ("content", "/news/plain/", what)


@pytest.mark.parametrize(
    ("name", "what"),
    [("dateline", "dateline"), ("keywords", "list of tags"), ("description", "standfirst")],
)
def test_json_ld_that_says_something_in_another_form_is_named(paper, name, what):
    tamper(paper, '{"@context"', f'{{"{name}":{{"@value":"Rome"}},"@context"', page="news/plain")
    (finding,) = check(paper).findings
    assert (finding.code, finding.where) == ("content", "/news/plain/")
    assert finding.message == (
        f"the {what} in its JSON-LD is '(not a text)', but its version has ''"
    )


@pytest.mark.parametrize("author", ['"Mallory"', '["Mallory"]', '{"name":"Mallory"}'])
def test_json_ld_that_names_somebody_in_another_form_is_named(paper, author):
    tamper(paper, '{"@context"', f'{{"author":{author},"@context"', page="news/plain")
    (finding,) = check(paper).findings
    assert finding.message == "the byline in its JSON-LD is 'Mallory', but its version has ''"


def rewrite_opened(root: Path, change) -> None:
    for file in (root / "record/opened").iterdir():
        said = json.loads(file.read_bytes())
        said["opened"] = [row for row in said["opened"] if change(row)]
        file.write_text(json.dumps(said))


def test_a_version_that_is_not_opened_is_named(paper):
    number = (paper / QUAY / "index.html").read_text().partition('data-record-entry="')[2]
    entry = int(number.split('"')[0])
    rewrite_opened(paper, lambda row: row["entry"] != entry)
    (message,) = content_findings(paper)
    assert message == "the site does not show what its version commits to"


def test_values_are_shortened_and_printed_harmlessly(paper, capsys):
    tamper(paper, "says the café.</p>", f"says \x1b[2J\u202e{'the café ' * 400}</p>")
    (message,) = content_findings(paper)
    assert len(message) < 300
    assert "\\x1b[2J\\u202e" in message
    assert "\x1b" not in capsys.readouterr().out
