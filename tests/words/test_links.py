"""Links in comments lead where they seem to lead, and never into our own pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pennypress.words.links import pretends
from pennypress.words.writing import render

from .test_markdown import write

pytestmark = pytest.mark.once


def link(target: str, text: str) -> str:
    return f'<a href="{target}">{text}</a>'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://x.example/a", link("https://x.example/a", "https://x.example/a")),
        ("HTTP://x.example", link("HTTP://x.example", "HTTP://x.example")),
        ("See https://x.example/a.", f"See {link('https://x.example/a', 'https://x.example/a')}."),
        ("(https://x.example/)", f"({link('https://x.example/', 'https://x.example/')})"),
        ("https://x.example/a_(b)", link("https://x.example/a_(b)", "https://x.example/a_(b)")),
        ("https://x.example/_a_", link("https://x.example/_a", "https://x.example/_a") + "_"),
        ("https://x.example/*a*b", link("https://x.example/*a*b", "https://x.example/*a*b")),
        (
            "**https://x.example**",
            f"<strong>{link('https://x.example', 'https://x.example')}</strong>",
        ),
        ("*https://x.example/*", f"<em>{link('https://x.example/', 'https://x.example/')}</em>"),
        ("www.x.example/a?b=c", link("https://www.x.example/a?b=c", "www.x.example/a?b=c")),
        ("anna@x.example", link("mailto:anna@x.example", "anna@x.example")),
        ("<https://x.example/>", link("https://x.example/", "https://x.example/")),
        ("見てhttps://x.example/。", f"見て{link('https://x.example/', 'https://x.example/')}。"),
        ("«https://x.example»", f"«{link('https://x.example', 'https://x.example')}»"),
        ("انظر https://x.example/؟", f"انظر {link('https://x.example/', 'https://x.example/')}؟"),
        ("https://x.example:8080/", link("https://x.example:8080/", "https://x.example:8080/")),
        ("https://bücher.example", link("https://xn--bcher-kva.example", "https://bücher.example")),
    ],
)
def test_bare_addresses_are_links(text, written):
    assert write(text).replace(' dir="rtl"', "") == f"<p>{written}</p>"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "https://",
            "https://.",
            "http:/x.example",
            "www.",
            "www.x",
            "awww.x.example",
            "a@b",
            "@b.example",
        ),
        *(
            "https://bank.example@evil.example/",
            "xhttps://x.example",
            "ftp://x.example",
            "https://..x",
        ),
        *("[a](../y/)", "[a](/y/)", "[a](y)", "[a](?q=1)"),
        *("[a](#top)", "[a]()", "[a](notes.pdf)"),
        *("[a](javascript:alert)", "[a](data:x)"),
        *("[a](https:)", "[a](https:///x)", "[a](https:x)"),
        *("[a](https://u:p@x.example)", "[a](https:\\\\x.example)"),
        *("[a](mailto:)", "[a](tel:123)"),
    ],
)
def test_what_leads_nowhere_is_text(text):
    assert "<a" not in write(text)


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("www.x.example", "https://www.x.example"),
        ("//x.example/a", "https://x.example/a"),
        ("x.example/a", "https://x.example/a"),
        ("x.example", "https://x.example"),
        ("x.example:8080/a", "https://x.example:8080/a"),
        ("https://x.example", "https://x.example"),
        ("mailto:anna@x.example", "mailto:anna@x.example"),
    ],
)
def test_a_target_without_a_scheme_leads_to_the_web(target, leads):
    assert write(f"[a]({target})") == f"<p>{link(leads, 'a')}</p>"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("http://bank.example", "http://evil.example"),
        ("bank.example", "https://evil.example/bank.example"),
        ("bank.example", "https://bank.example.evil.example"),
        ("**bank.example**", "https://evil.example"),
        ("bank。example", "https://evil.example"),
        ("bank\u2024example", "https://evil.example"),
        ("ｂａｎｋ．ｅｘａｍｐｌｅ", "https://evil.example"),
        ("bank&#46;example", "https://evil.example"),
        ("bank.&#8203;example", "https://evil.example"),
        ("BANK.EXAMPLE/login", "https://evil.example"),
        ("see https://bank.example/ now", "https://evil.example"),
        ("anna@bank.example", "mailto:anna@evil.example"),
        ("b\u0430nk.example", "https://bank.example"),  # a Cyrillic а
        ("192.0.2.1", "https://192.0.2.2"),
        ("`bank.example`", "https://evil.example"),
    ],
)
def test_a_link_that_pretends_another_address_shows_the_true_one(text, target):
    written = write(f"[{text}]({target})")
    assert f" ({target.removeprefix('mailto:')})</a>" in written


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("our bank", "https://bank.example"),
        ("bank.example", "https://bank.example/login"),
        ("https://bank.example/a.html?b.c", "https://bank.example/a.html?b.c"),
        ("www.bank.example", "https://bank.example"),
        ("bank.example", "https://www.bank.example"),
        ("Bank.Example", "https://bank.example"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("anna@bank.example", "mailto:anna@bank.example"),
        ("3.5 per cent", "https://bank.example"),
        ("e.g. this", "https://bank.example"),
    ],
)
def test_an_honest_link_shows_what_was_typed(text, target):
    assert write(f"[{text}]({target})") == f"<p>{link(target, text)}</p>"


def test_a_link_without_text_shows_where_it_leads():
    assert write("a [](https://x.example/)") == (
        f"<p>a {link('https://x.example/', 'https://x.example/')}</p>"
    )
    long = "https://x.example/" + "a" * 300
    assert f"{long[:99]}…</a>" in write(f"a [&nbsp;]({long})")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(max_size=80),
    st.sampled_from(["https://x.example", "mailto:a@x.example", "https://[::1", ""]),
)
def test_any_text_can_be_asked_about(text, target):
    assert pretends(text, target) in {True, False}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://аррӏе.com/", "https://аррӏе.com/ (https://xn--80ak6aa92e.com/)"),
        ("https://münchen.de/", "https://münchen.de/"),
        ("https://пример.рф/", "https://пример.рф/"),
        ("https://例え.jp/", "https://例え.jp/"),
    ],
)
def test_a_host_that_looks_like_another_in_latin_letters_shows_what_it_is(typed, shown):
    assert f">{shown}</a>" in render(typed, markdown=True)
