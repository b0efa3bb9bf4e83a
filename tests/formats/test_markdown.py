"""A comment's markup becomes Markdown that says the same words and shows the same things."""

import random

import pytest

from pennypress.formats.links import make_absolute, make_canonical, unwrap
from pennypress.formats.markdown import to_markdown
from pennypress.formats.tree import parse
from pennypress.words.markdown import parse as parse_markdown
from pennypress.words.markdown import shown_blocks
from pennypress.words.writing import render

pytestmark = pytest.mark.once


def convert(markup: str) -> str:
    tree = parse(f"<html><body><main>{markup}</main></body></html>", "page")
    start = next(node for node in tree.nodes if node.tag == "main")
    return to_markdown(
        tree.events(start.index + 1, start.end),
        lambda href: make_absolute(href, "https://paper.example/story/"),
    )


def squeeze(text: str) -> str:
    return "".join(text.split())


def words(markup: str) -> str:
    tree = parse(f"<html><body>{markup}</body></html>", "page")
    return squeeze("".join(node.text for node in tree.nodes if node.tag == "#text"))


def shown(text: str) -> str:
    return squeeze("".join(shown_blocks(parse_markdown(text))))


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("a <b>bold </b>word, <i>slanted</i>", "a **bold** word, *slanted*"),
        ("<a href='/y'>there</a>", "[there](<https://paper.example/y>)"),
        ("<a href='javascript:x()'>there</a>", "there"),
        ("<blockquote><p>q1</p><p>q2</p></blockquote><p>a</p>", "> q1\n>\n> q2\n\na"),
        ("<div class='bbcode_quote'>said</div>mine", "> said\n\nmine"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<pre>x\n  y</pre>", "```\nx\n  y\n```"),
        ("the <code>a`b</code> key", "the ``a`b`` key"),
        ("&gt; no quotation", "\\> no quotation"),
        ("1. no list", "1\\. no list"),
        ("2 * 3 * 4 [x] &lt;b&gt;", "2 \\* 3 \\* 4 \\[x\\] \\<b>"),
        ("snake_case stays", "snake_case stays"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("hi <img class='emoji' alt='🙂'> <img class='smiley' alt=':-)'>", "hi 🙂"),
    ],
)
def test_markup_is_kept(markup, markdown):
    assert convert(markup) == markdown


PIECES = """
* ** _ ` ~~ [ ]( <b> </b> <i> </i> <a_href='/x'> </a> <br> <p> </p> <blockquote> </blockquote>
<ul><li> </li></ul> <li> &amp; &lt; 1.@ -@ #@ >@ word @ é http://x.example/a_b*c &#35; ```
<pre> </pre> <code> </code> \\ | --- ! ( ) <ol><li> </ol>
""".replace("@", "\u00a0").split()
PIECES = [piece.replace("<a_", "<a ").replace("\u00a0", " ") for piece in PIECES]


@pytest.mark.parametrize("seed", range(300))
def test_no_word_is_lost_or_added(seed):
    chooser = random.Random(seed)
    markup = "".join(chooser.choice(PIECES) for _ in range(30))
    assert shown(convert(markup)) == words(markup), markup


def test_what_looks_like_markup_stays_text():
    html = render(convert("&lt;script&gt;alert(1)&lt;/script&gt;"), markdown=True)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_deepest_quotations_keep_their_words():
    markup = "<blockquote>" * 300 + "deep" + "</blockquote>" * 300
    assert shown(convert(markup)) == "deep"


def test_links_lead_out_of_the_web_archive():
    archived = "https://web.archive.org/web/20130307194448/http://paper.example/a"
    assert unwrap(archived) == "http://paper.example/a"
    assert make_absolute("/web/20130307194448im_/http://paper.example/b.png", archived) == (
        "http://paper.example/b.png"
    )
    assert make_absolute("http://user:pass@evil.example/", None) is None


def test_an_address_is_the_same_whatever_tracks_it():
    assert make_canonical("HTTPS://Paper.example/a?utm_source=x&id=3&fbclid=9#comment-4") == (
        "https://paper.example/a?id=3"
    )
