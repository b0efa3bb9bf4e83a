"""Whatever is typed, imported or forged: what comes out is safe and says what went in."""

import html
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.discussion.models import Comment
from pennypress.discussion.text import BadText, check_name, check_text, render, sanitise, take_as_is
from tests.conftest import SHARED

from .reading import read_html

pytestmark = pytest.mark.once

MARKDOWN, PLAIN = Comment.Markup.MARKDOWN, Comment.Markup.PLAIN

PARTS = ["blockquote", "br", "code", "del", "em", "hr", "li", "p", "pre", "strong", "ul"]
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in PARTS},
    "a": {"href", "rel"},
    "ol": {"start"},
}

OURS = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1) style='position:fixed' id=meter class=button>x</p>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' java\tscr\nipt:alert(1)'>x</a>",
    "<a href='&#x6a;avascript&colon;alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='\ufeffjavascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,x'>y</a><a href='file:///etc/passwd'>z</a>",
    "<a href='ftp://x.example/'>x</a><a href=blob:x>y</a><a href='view-source:x'>z</a>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt&colon;alert(1)) <javascript:alert(1)>",
    '[x](https://x.example/"onmouseover="alert(1)) [y](<https://x.example/ onmouseover=1>)',
    "![x](https://tracker.example/pixel.gif)",
    '[x]: javascript:alert(1) "t"\n\n[x]',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x><embed src=x>",
    "<form action=//x.example><input name=csrfmiddlewaretoken><button>x</form>",
    "<a href=https://x.example/ title='Your bank' lang=ar dir=rtl>x</a><p title=x lang=de>y</p>",
    '[x](https://x.example/ "Your bank") <https://y.example/>',
    "<base href=//x.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//x>",
    "<textarea></textarea><title></title><template><script>alert(1)</script></template>",
    "</article></li></ol></section></main><h1>Breaking</h1>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<pre>\n\n\nx</pre>",
    "<a href=x><table><a href=y>z",
    "<p><em><p><blockquote></em></p><ul><a href=x><li></a><ol></ul>",
    "<" * 500 + ">" * 500,
    "<p>" * 300,
    "<a href=x><em>" * 150,
    "```\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "> " * 100 + "deep",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]


def check_safe(raw: str) -> None:
    """Check that HTML is well-formed and holds nothing but what comments may hold."""
    for element in read_html(raw).all():
        assert element.tag in ALLOWED, raw
        assert set(element.attributes) <= ALLOWED[element.tag], raw
        if element.tag == "a":
            assert element.attributes["rel"] == "nofollow ugc noopener noreferrer"
        if href := element.attributes.get("href"):
            # As a browser reads it: control characters and white space do not count.
            bare = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]", "", href)
            scheme = re.match(r"([^/?#:]*):", bare)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}, href


def check_all(text: str) -> None:
    """Send a text through every door, and what comes out through the sanitiser once more."""
    once = sanitise(text)
    check_safe(once)
    assert sanitise(once) == once, text
    for markup in (MARKDOWN, PLAIN):
        written = render(text, markup)
        check_safe(written)
        assert sanitise(written) == written, text


def corpus(name: str) -> Iterator[str]:
    """Yield the payloads of a public collection of attacks, if it lies beside the repository."""
    file = SHARED / "corpora" / name
    if not file.exists():
        pytest.skip(f"{name} is not here; our own payloads are tested always")
    for item in json.loads(file.read_text(encoding="utf-8")):
        if isinstance(item, str):
            yield item
        else:
            raw = item.get("payload") or item.get("input") or item.get("xml")
            yield raw
            yield html.unescape(raw)


def test_our_own_payloads_come_out_harmless():
    for payload in OURS:
        check_all(payload)


@pytest.mark.parametrize(
    "name",
    [
        "xss/dompurify-expect.json",
        "xss/feedparser-sanitize.json",
        "xss/bleach-data.json",
        "strings/blns.json",
    ],
)
def test_public_collections_come_out_harmless(name):
    for payload in corpus(name):
        check_all(payload)
        take_as_is(payload)


_PIECES = st.sampled_from(
    [
        *("<a ", "<a href=x>", "</a>", "<p>", "</p>", "<pre>", "</pre>", "<ol start=", "<li>"),
        *("<table>", "<td>", "</table>", "<svg>", "<math>", "<style>", "</style>", "<select>"),
        *("<em>", "</em>", "<blockquote>", "</blockquote>", "<template>", "<!--", "-->"),
        *("<script>", "</script>", "href=", "javascript:", "java&#9;script:", "data:", "//x/"),
        *("'", '"', "<", ">", "&", "&lt;", "&#0;", "\n", "\n\n", "\t", " ", "x", "https://x/"),
        *("[", "](", ")", "`", "*", "**", "_", "~~", "> ", "- ", "1. ", "```"),
    ]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(_PIECES | st.text(max_size=6), max_size=25).map("".join))
@example("<pre>" + "\n" * 50 + "x")
@example("<a href=x><table>" * 40)
def test_any_text_comes_out_harmless(text):
    check_all(text)


# ── Plain ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text, written",
    [
        ("", ""),
        ("One", "<p>One</p>"),
        ("One\nTwo", "<p>One<br>Two</p>"),
        ("One\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\n\n\n\nTwo", "<p>One</p><p>Two</p>"),
        ("One\n \t\nTwo", "<p>One</p><p>Two</p>"),
        ("One\n \n \nTwo", "<p>One</p><p>Two</p>"),
        ("One\n\u00a0\n\nTwo", "<p>One</p><p>Two</p>"),
        ("\n\nOne\n", "<p>One</p>"),
        ("One\n  Two", "<p>One<br>  Two</p>"),
        ("a < b & *c* [d](e) # f", "<p>a &lt; b &amp; *c* [d](e) # f</p>"),
        ("<b>no</b> &amp;", "<p>&lt;b&gt;no&lt;/b&gt; &amp;amp;</p>"),
        ("https://x.example/", "<p>https://x.example/</p>"),
    ],
)
def test_plain_text_keeps_its_paragraphs_and_lines(text, written):
    assert render(text, PLAIN) == written


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.text("ab<&>*é 語", min_size=1), min_size=1), min_size=1))
def test_plain_text_can_be_read_back_whole(paragraphs):
    kept = [lines for lines in ([x for x in lines if x.strip()] for lines in paragraphs) if lines]
    text = "\n\n".join("\n".join(lines) for lines in kept)
    read = [
        "".join(c if isinstance(c, str) else "\n" for c in p.children).split("\n")
        for p in read_html(render(text, PLAIN)).elements
    ]
    assert read == kept


# ── Markdown ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text, written",
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("One\nTwo\n\nThree", "<p>One<br>\nTwo</p>\n<p>Three</p>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        (
            "[x](https://x.example/?a=1&b=2)",
            '<p><a href="https://x.example/?a=1&amp;b=2" rel="nofollow ugc noopener noreferrer">'
            "x</a></p>",
        ),
        ("# No headings\n===", "<p># No headings<br>\n===</p>"),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
    ],
)
def test_markdown_is_light(text, written):
    assert render(text, MARKDOWN).strip() == written


# ── On the way in ──────────────────────────────────────────────────────────────────────────────


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=60))
@example("e\u200b\u0301")
@example("\u2069\u2067")
def test_what_is_taken_is_taken_again_unchanged(text):
    for take in (check_text, take_as_is):
        try:
            taken = take(text)
        except BadText:
            continue
        assert take(taken) == taken
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ufeff]", taken)
        taken.encode()  # no half of a surrogate pair is left


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=90))
def test_a_name_that_is_taken_is_one_line_and_taken_again_unchanged(name):
    try:
        taken = check_name(name)
    except BadText as error:
        assert error.field == "name"
        assert str(error)
        return
    assert taken == check_name(taken)
    assert 1 <= len(taken) <= 80
    assert taken.splitlines() == [taken]


def test_imported_text_loses_what_deceives_and_nothing_else():
    assert take_as_is("a\x00b\u202ec\u200bd\r\ne\u0301") == "abcd\né"
    assert take_as_is("Z" + "\u0313" * 9).startswith("Z")
    assert take_as_is("a\u2067b\u2069") == "a\u2067b\u2069"
    assert take_as_is("a\u2067b") == "ab"
    assert take_as_is(" A\n B\t", multiline=False) == "A B"
