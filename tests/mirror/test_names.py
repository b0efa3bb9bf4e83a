"""Names in a mirror, and references in its pages: for any address, and any markup of ours."""

import html
import re
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pennypress.mirror.links import way_to
from pennypress.mirror.markup import Reference, rewrite_css, rewrite_html
from pennypress.mirror.names import NOT_FOUND, Names, is_inside, plain_file, safe_name
from pennypress.verifier.deadline import Deadline
from pennypress.verifier.source import FolderSource

pytestmark = pytest.mark.once

NASTY = [
    "",
    ".",
    "..",
    "index.html",
    "mirror.json",
    "CON",
    "nul.txt",
    "a~b",
    "a\\b",
    "a:b",
    "x" * 300,
]
NASTY += [
    "é",
    "e\u0301",
    "ﬁ",
    "İ",
    "ß",
    "SS",
    "ss",
    "Fog",
    "fog",
    "\ud800",
    "a\0b",
    " ",
    "a.",
    ".mirror-1",
]
parts = st.sampled_from(NASTY) | st.text(max_size=12).filter(lambda part: "/" not in part)
paths = (
    st.lists(parts, max_size=4)
    .map(lambda found: "/" + "/".join(found))
    .map(lambda path: path.replace("?", ""))
)
page_parts = parts.filter(lambda part: part and not re.search("[?\ud800-\udfff]", part))
page_paths = st.lists(page_parts, min_size=1, max_size=3).map(
    lambda found: f"/{'/'.join(found)}/",
)
files = paths.map(lambda path: plain_file(path, 1, walked=False))


def folded(file: str) -> str:
    return unicodedata.normalize("NFC", file).casefold()


@given(paths)
@example("/" + "../" * 8 + "etc/passwd")
def test_no_name_leaves_the_folder_or_breaks_a_file_system(path):
    file = plain_file(path, 1, walked=False)
    assert is_inside(file)
    for name in file.split("/"):
        assert 0 < len(name.encode()) <= 255
        assert not re.search(r'[\x00-\x1f<>:"|?*\\]', name)
        assert not name.endswith((".", " "))


@given(paths, paths)
def test_two_addresses_have_two_names(one, other):
    if one != other:
        first, second = (plain_file(path, 1, walked=False) for path in (one, other))
        assert first != second


@given(st.lists(paths, max_size=12, unique=True))
@example(["/Fog/", "/fog/", "/fog", "/fog/x", "/FOG"])
@example(["/e\u0301/", "/é/"])
def test_names_taken_in_one_mirror_never_meet(addresses):
    names = Names()
    taken = [names.take(plain_file(path, 1, walked=False)) for path in addresses]
    assert len({folded(file) for file in taken}) == len(taken)
    folders = {folded(file.rsplit("/", depth)[0]) for file in taken for depth in range(1, 6)
               if file.count("/") >= depth}  # fmt: skip
    assert not folders & {folded(file) for file in taken}
    assert [names.take(plain_file(path, 1, walked=False)) for path in addresses] == taken


@pytest.mark.parametrize(
    "name", ["the-quay", "ميناء", "tide.2f.width-480.jpg", ".well-known", "Annual Report.pdf"]
)
def test_a_name_that_can_be_stays(name):
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("con", r"con~[0-9a-f]{12}"),
        ("index.html", r"index~[0-9a-f]{12}\.html"),
        ("a/../b", r"a_.._b~[0-9a-f]{12}"),
        ("..", r"~[0-9a-f]{12}"),
        ("港" * 120 + ".jpg", r"港{33}~[0-9a-f]{12}\.jpg"),
    ],
)
def test_a_name_that_cannot_be_is_marked(name, form):
    assert re.fullmatch(form, safe_name(name))


@given(files, files)
@example(NOT_FOUND, "news/index.html")
@example("a/b/index.html", "a/index.html")
def test_a_link_leads_from_any_file_to_any_other(here, there):
    way = way_to(here, there, "#comment-1")
    assert way.isascii()
    root = "http://mirror.example/"
    assert unquote(urljoin(root + quote(here), way)) == f"{root}{there}#comment-1"


# ── References ─────────────────────────────────────────────────────────────────────────────────

words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
tags = st.sampled_from(["p", "a", "li", "img", "span", "data"])
names = st.sampled_from(["class", "href", "src", "title", "data-state", "id", "alt", "cite"])
quoted = words.map(html.escape) | words.map(lambda text: text.replace('"', "&quot;"))
elements = st.builds(
    lambda tag, attributes, text: (
        f"<{tag}"
        + "".join(f' {name}="{value}"' for name, value in attributes.items())
        + f">{html.escape(text)}</{tag}>"
    ),
    tags, st.dictionaries(names, quoted, max_size=3), words,
)  # fmt: skip
pages = st.lists(
    elements
    | st.just("<!-- <a href='x'> -->")
    | st.just('<script type="application/ld+json">{"url": "<a href=\\"/x\\">"}</script>'),
    max_size=6,
).map("".join)


@given(pages)
def test_what_is_not_given_a_new_target_stays_byte_for_byte(page):
    assert rewrite_html(page.encode(), lambda reference: None, "").text == page.encode()


@given(pages, words)
def test_each_reference_is_given_its_target_and_nothing_else_moves(page, target):
    asked: list[Reference] = []

    def resolve(reference: Reference) -> str:
        asked.append(reference)
        return target

    text = page.encode()
    changed = rewrite_html(text, resolve, "")
    again: list[str] = []
    back = iter(asked)
    restored = rewrite_html(changed.text, lambda r: again.append(r.url) or next(back).url, "")
    assert again == [target] * len(asked)
    assert html.unescape(restored.text.decode()) == html.unescape(page)
    for position in (0, *(match.end() for match in re.finditer(rb"</p>", text))):
        assert changed.text[changed.place(position) :][:3] == text[position:][:3]


def resolve_x(reference: Reference) -> str | None:
    return None if reference.url.startswith("https:") else f"../{reference.url.lstrip('/')}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a href=/x>", '<a href="../x">'),
        ("<A HREF='/x?a=1&amp;b=2'>", '<A HREF="../x?a=1&amp;b=2">'),
        ('<img src="/a b.jpg" alt="1 > 0">', '<img src="../a b.jpg" alt="1 &gt; 0">'),
        ('<img srcset="/a.jpg 1x, /b.jpg 2x">', '<img srcset="../a.jpg 1x, ../b.jpg 2x">'),
        ('<a href="https://example.org/?q=&lt;">', '<a href="https://example.org/?q=&lt;">'),
        ('<script type="module" src="/js/live.0a1.js"></script><p>', "<p>"),
        ('<section id="meter" data-topic="meter:1">', '<section id="meter">'),
        ('<a href="/r" data-reply>', '<a href="../r">'),
        ("<form method=dialog>", "<form method=dialog>"),
        ('<form class="f">', '<form action="/here/" class="f">'),
        ('<form action="">', '<form action="../here/">'),
        ("<p title=\"<a href='/x'>\">", "<p title=\"<a href='/x'>\">"),
        ("1 < 2 and <", "1 < 2 and <"),
    ],
)
def test_markup(before, after):
    text = rewrite_html(before.encode(), resolve_x, "/here/").text.decode()
    assert html.unescape(text) == html.unescape(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a{src:url(/f.woff2)}", "a{src:url(../f.woff2)}"),
        ("a{src:url( '/f.woff2' )}", "a{src:url( '../f.woff2' )}"),
        ('@import "/more.css" print;', '@import "../more.css" print;'),
        ('a{src:url("https://example.org/f")}', 'a{src:url("https://example.org/f")}'),
    ],
)
def test_style_sheets(before, after):
    assert rewrite_css(before, resolve_x) == after


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(page_paths, unique=True, max_size=6))
@example(["/fog/", "/Fog/", "/FOG/x/", "/con/", "/fog/index.html/"])
@example(["/" + "\u0628" * 255 + "/", "/caf\u00e9/", "/cafe\u0301/a.b/"])
def test_the_checker_finds_the_file_of_each_page(tmp_path, addresses):
    """It follows the rule in its own words, and shares no code with the mirror."""
    with TemporaryDirectory(dir=tmp_path) as root:
        names = Names()
        files = {one: names.take(plain_file(one, 1, walked=False)) for one in addresses}
        for address, file in files.items():
            (Path(root) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / file).write_text(address, newline="")
        source = FolderSource(Path(root), Deadline())
        for address in addresses:
            assert source.read_page(quote(address)).decode() == address
