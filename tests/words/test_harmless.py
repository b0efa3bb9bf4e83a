"""Whatever is typed, imported or forged: what comes out is safe and says what went in."""

import html
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.foundation.hygiene import take_as_is
from pennypress.words.sanitising import sanitise
from pennypress.words.writing import render
from tests.conftest import SHARED
from tests.discussion.reading import read_html

pytestmark = pytest.mark.once

ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ("br", "code", "del", "em", "hr", "strong")},
    **{tag: {"dir"} for tag in ("blockquote", "p", "pre", "ul")},
    "a": {"href", "rel"},
    "ol": {"start", "dir"},
    "li": {"value", "dir"},
}
VALUES = {"dir": "ltr|rtl|auto", "start": "[0-9]{1,9}", "value": "[0-9]{1,9}"}

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
    "<p dir='rtl;x'>x</p><ol start=-1><li value=1e9>x</ol><ul dir=RTL onclick=x>",
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
        for name in VALUES.keys() & element.attributes.keys():
            assert re.fullmatch(VALUES[name], element.attributes[name]), raw
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
    for markdown in (True, False):
        written = render(text, markdown=markdown)
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
            names = ("payload", "input", "xml", "markdown")
            raw = next(item[name] for name in names if item.get(name))
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
