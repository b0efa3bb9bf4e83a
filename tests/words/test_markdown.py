"""A comment shows each word that was typed, in its order and direction, and nothing else."""

import html
import re
import sys
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pennypress.foundation.hygiene import BadText
from pennypress.words.checks import check_text
from pennypress.words.sanitising import sanitise
from pennypress.words.writing import render
from tests.discussion.reading import read_html

from .test_harmless import corpus

pytestmark = pytest.mark.once


def write(text: str) -> str:
    """What readers get of a posted text, without what is the same in each link and Latin block."""
    written = check_text(text).to_html()
    return written.replace(' rel="nofollow ugc noopener noreferrer"', "").replace(' dir="ltr"', "")


def shown(written: str) -> str:
    """All that HTML says to a reader: its text, where its links lead, the numbers of its items."""
    numbers: list[str] = []
    counting: list[int] = []  # of the lists that are open
    for closes, tag, start, value in re.findall(
        r'<(/?)(ol|ul|li)(?: dir="..."|(?: start="(\d+)")|(?: value="(\d+)"))*>', written
    ):
        if tag != "li":
            counting = counting[:-1] if closes else [*counting, int(start or 1)]
        elif not closes:
            counting[-1] = int(value or counting[-1])
            numbers.append(str(counting[-1]))
            counting[-1] += 1
    targets = [html.unescape(one) for one in re.findall(r'href="([^"]*)"', written)]
    targets += [unquote(one) for one in targets]
    text = html.unescape(re.sub(r"<[^>]*>", " ", written))
    return " ".join([text, *targets, *numbers])


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
    assert render(text, markdown=False).replace(' dir="ltr"', "") == written


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.text("ab<&>*é 語", min_size=1), min_size=1), min_size=1))
def test_plain_text_can_be_read_back_whole(paragraphs):
    kept = [lines for lines in ([x for x in lines if x.strip()] for lines in paragraphs) if lines]
    text = "\n\n".join("\n".join(lines) for lines in kept)
    read = [
        "".join(c if isinstance(c, str) else "\n" for c in p.children).split("\n")
        for p in read_html(render(text, markdown=False)).elements
    ]
    assert read == kept


# ── Markdown ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text, written",
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        (
            "[x](https://x.example/?a=1&b=2)",
            '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>',
        ),
        ("# No headings\n===", "<p># No headings<br>===</p>"),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
        ("[a]: https://x.example", '<p>[a]: <a href="https://x.example">https://x.example</a></p>'),
    ],
)
def test_markdown_is_light(text, written):
    assert write(text) == written


@pytest.mark.parametrize(
    "text, written",
    [
        ("3. c", '<ol start="3"><li>c</li></ol>'),
        ("0. a\n1. b", '<ol start="0"><li>a</li><li>b</li></ol>'),
        ("1. a\n3. b\n5. c", '<ol><li>a</li><li value="3">b</li><li value="5">c</li></ol>'),
        ("9. a\n1. b", '<ol start="9"><li>a</li><li value="1">b</li></ol>'),
        ("1986. What a year.", "<p>1986. What a year.</p>"),
        ("12345678. eight digits", "<p>12345678. eight digits</p>"),
        ("1986. A year.\n12345678. eight", "<p>1986. A year.</p><p>12345678. eight</p>"),
        ("1986) A year.\n\n1987) Another.", "<p>1986) A year.</p><p>1987) Another.</p>"),
        ("007. The spy", "<p>007. The spy</p>"),
        ("1. a\n2000. b", "<p>1. a</p><p>2000. b</p>"),
        ("1986.\n- a", "<p>1986.</p><ul><li>a</li></ul>"),
        ("2001. > said", "<p>2001.</p><blockquote><p>said</p></blockquote>"),
        ("2001. - a\n      - b", "<p>2001.</p><ul><li>a</li><li>b</li></ul>"),
        ("- 1999. a", "<ul><li><p>1999. a</p></li></ul>"),
    ],
)
def test_numbers_are_those_that_were_typed(text, written):
    assert write(text) == written


@pytest.mark.parametrize(
    "text, written",
    [
        ("    def f():\n        return 1", "<pre><code>def f():\n    return 1\n</code></pre>"),
        ("```\n  a\n    b\n```", "<pre><code>  a\n    b\n</code></pre>"),
        ("~~~ python 3\nx\n~~~", "<p>python 3</p><pre><code>x\n</code></pre>"),
        ("\n\n    x\n", "<pre><code>x\n</code></pre>"),
        ("for x in y:\n    print(x)", "<p>for x in y:<br>&nbsp;&nbsp;&nbsp;&nbsp;print(x)</p>"),
        ("a\n\tb", "<p>a<br>&nbsp;&nbsp;&nbsp;&nbsp;b</p>"),
        ("- a\n  b\n    c", "<ul><li>a<br>b<br>&nbsp;&nbsp;c</li></ul>"),
    ],
)
def test_code_keeps_its_indentation(text, written):
    assert write(text) == written


def test_each_block_runs_in_its_own_direction():
    text = (
        "English\n\nعربي\n\n> اقتباس\n>\n> quote\n\n1. واحد\n2. two\n\n1234 🎉\n\n"
        "*تأكيد* then\n\nhttps://x.example/ ثم\n\n    code\n\n\u2068ltr\u2069 עברית"
    )
    written = check_text(text).to_html()
    assert re.findall(r"<(pre|p|blockquote|ol|li)( dir=\"...\")?", written) == [
        ("p", ' dir="ltr"'),
        ("p", ' dir="rtl"'),
        ("blockquote", ' dir="rtl"'),
        ("p", ' dir="rtl"'),
        ("p", ' dir="ltr"'),
        ("ol", ' dir="rtl"'),
        ("li", ' dir="rtl"'),
        ("li", ' dir="ltr"'),
        ("p", ' dir="ltr"'),
        ("p", ' dir="rtl"'),
        ("p", ' dir="rtl"'),
        ("pre", ' dir="ltr"'),
        ("p", ' dir="rtl"'),
    ]
    assert render("1 > 2", markdown=True) == "<p>1 &gt; 2</p>"
    assert render("1\n\nעברית", markdown=True).count(' dir="rtl"') == 2
    assert render("> עברית\n>\n> 2", markdown=True).count(' dir="rtl"') == 3
    assert render("ltr\n\nעברית", markdown=False) == '<p dir="ltr">ltr</p><p dir="rtl">עברית</p>'


def test_the_star_of_a_keycap_emphasises_nothing():
    assert write("*\ufe0f\u20e3 a *\ufe0f\u20e3 *b*") == (
        "<p>*\ufe0f\u20e3 a *\ufe0f\u20e3 <em>b</em></p>"
    )


# ── No word is lost ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("  " * depth + f"- level{depth}" for depth in range(10)),
        "\n".join("   " * depth + f"1. level{depth}" for depth in range(60)),
        ">" * 21 + " words",
        "> " * 500 + "words\n\nand more",
        "- " * 500 + "words",
        "- > " * 100 + "words\nlazy\n\nafter",
        "[" * 300 + "words" + "](https://x.example)" * 300,
        "*" * 500 + "words" + "*" * 400,
        "`" * 500 + "words",
        '[a](https://x.example "title words") and [](https://y.example)',
        "[a](../here) [b](ftp://there) [c](javascript:bad) ![d](https://x.example/e.png)",
        "~~~ info words\nnever closed",
        "&nbsp;words &unknown; &#99999999; end",
        "\\*words\\* \\\nend",
    ],
)
def test_no_word_is_lost(text):
    said = shown(write(text))
    for word in re.findall(r"[a-z]+[0-9]*", re.sub(r"&#?\w+;", " ", text)):
        assert word in said, word


WORDS = [
    "harbour",
    "Straße",
    "гавань",
    "λιμάνι",
    "नमस्ते",
    "ข่าว",
    "港口",
    "خبر",
    "שלום",
    "항구",
    "1986",
]
PIECES = st.sampled_from(
    [
        *("*", "**", "_", "~~", "`", "```", "~~~", "> ", ">", "- ", "1. ", "7) ", "    ", "\t"),
        *("\n", "\n\n", " ", " ", " ", "[", "]("),
        *("](https://x.example/", ")", "(", "<", ">", '"'),
        *(
            "https://x.example/",
            "www.x.example/",
            "@x.example",
            "&amp;",
            "\\",
            "***\n",
            "# ",
            "===\n",
        ),
        *("!", ".", "|", "'", ":", "&#8203;", "\ufe0f", "1986. "),
    ]
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(PIECES | st.sampled_from(WORDS), max_size=40).map("".join))
@example("- " * 40 + "harbour")
def test_no_word_of_any_script_is_lost(text):
    try:
        written = check_text(text).to_html()
    except BadText:
        return
    said = shown(written)
    for word in WORDS:
        assert said.count(word) >= text.count(word), (word, written)
    assert sanitise(written) == written


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_text_keeps_its_letters(text):
    try:
        words = check_text(text)
    except BadText:
        return
    said = shown(words.to_html())
    kept = re.sub(r"&#?\w+;?", " ", words.text)
    assert [word for word in re.findall(r"\w+", kept) if word not in said] == []
    assert check_text(words.text).to_html() == words.to_html()


@pytest.mark.parametrize(
    "name",
    [
        "commonmark/spec-0.31.2.json",
        "strings/blns.json",
        "xss/dompurify-expect.json",
        "xss/feedparser-sanitize.json",
        "xss/bleach-data.json",
    ],
)
def test_no_word_of_public_collections_is_lost(name):
    for text in corpus(name):
        try:
            words = check_text(text)
        except BadText:
            continue
        written = words.to_html()
        said = shown(written)
        source = re.sub(r"&#?\w+;?", " ", words.text)
        lost = [word for word in re.findall(r"[^\W_]+", source) if word not in said]
        assert lost == [], (text, written)
        assert sanitise(written) == written


LONG = 8_000  # characters


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "[]", "[](", "[a](", "![", "*a ", "**a"),
        *("_a_", "~~a", "`", "` `", "<", "<a ", "a@"),
        *(
            "> ",
            ">",
            "- ",
            "1. ",
            "1.\n",
            "> - ",
            "\t",
            "  \n",
            "&",
            "&a",
            "\\",
            "(",
            ")",
            "https:",
        ),
        *(
            "https://",
            "https://a",
            "https://a.b/(",
            "https://a.b/)",
            "https://a.b ",
            "www.",
            "www.a.b",
        ),
        *(
            "a.",
            "a",
            "a@b.c",
            "a.b@",
            "mailto:",
            "é",
            "\u0301",
            "ا",
            "\u2067",
            "[a.b](https://c.d)",
        ),
        *(
            "[a.a.a.a.a.a.a",
            "```\n",
            "~~~\n",
            "***\n",
            "a\n",
            "\n",
            "|",
            "'",
            "&#8203;",
            "1986. a\n",
        ),
    ],
)
def test_work_grows_with_the_length_alone(piece):
    assert count_calls(piece, LONG) < 6 * count_calls(piece, LONG // 4) + 1_000


def count_calls(piece: str, length: int) -> int:
    """How many functions are called to check and write a text of a piece over and over."""
    calls = 0

    def count(_frame, event, _argument) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        check_text((piece * length)[:length]).to_html()
    except BadText:
        pass
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2*3*4 = 24, not 5*6*7", "2*3*4 = 24, not 5*6*7"),
        ("a*b*c", "a*b*c"),
        ("*yes*, **no**", "<em>yes</em>, <strong>no</strong>"),
        ("これは*強調*です", "これは<em>強調</em>です"),
        ("x**2**", "x<strong>2</strong>"),
    ],
)
def test_a_star_between_letters_or_figures_is_a_star(typed, shown):
    assert f">{shown}</p>" in render(typed, markdown=True)
