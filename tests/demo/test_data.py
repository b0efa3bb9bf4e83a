"""The demo's data: what the files say arrives as it is meant, and what is wrong is told."""

import shutil
from pathlib import Path

import pytest

from pennypress.demo.crowd import make_crowd
from pennypress.demo.data import FOLDER, BadDemoData, load_demo
from pennypress.foundation.images import take_bare_webp

pytestmark = pytest.mark.once

STORY = "stories/old-quay-sale.md"
DISCUSSION = "discussions/old-quay-sale.toml"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the demo's data, to be spoilt."""
    copy = tmp_path / "demo"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def put(path: Path, old: str, new: str) -> None:
    """Put `new` in the place of the first `old` in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_lines_of_a_paragraph_are_joined(folder):
    demo = load_demo(folder)
    standfirst = demo.stories["old-quay-sale"].standfirst
    assert standfirst.startswith("The council is asking a court who owns 186 metres")
    assert "\n" not in standfirst
    first = demo.discussions["old-quay-sale"][0].text
    assert first.count("\n\n") == 1
    assert first.count("\n") == 2
    assert demo.fund.account_details.count("\n") == 1  # an address keeps its lines


def test_a_story_is_markdown_with_blocks_of_its_own(folder):
    path = folder / "stories" / "short.md"
    head = (folder / STORY).read_text(encoding="utf-8").partition("\n+++\n")[0]
    path.write_text(
        head
        + """
+++

Some *slanted* and **strong**
words, [linked](https://example.org/).

## A heading

- one
- two, on
  two lines

1. first

```quotation
text = \"\"\"
Nobody
forgot.
\"\"\"
speaker = "Marta"
role = "clerk"
source = "to us"
```

```picture
picture = "ledger"
caption = "A page."
```

```embed
url = "https://example.org/tape"
title = "The tape"
author = "The council"
```

```pull_quote
Said
twice.
```

```note
We *asked*.
```
""",
        encoding="utf-8",
    )
    assert load_demo(folder).stories["short"].body == (
        (
            "paragraph",
            "<p>Some <i>slanted</i> and <b>strong</b> words, "
            '<a href="https://example.org/">linked</a>.</p>',
        ),
        ("heading", "A heading"),
        ("list", {"ordered": False, "items": ["<p>one</p>", "<p>two, on two lines</p>"]}),
        ("list", {"ordered": True, "items": ["<p>first</p>"]}),
        (
            "quotation",
            {"text": "Nobody forgot.", "speaker": "Marta", "role": "clerk", "source": "to us"},
        ),
        ("picture", {"picture": "ledger", "caption": "A page."}),
        (
            "embed",
            {"url": "https://example.org/tape", "title": "The tape", "author": "The council"},
        ),
        ("pull_quote", "Said twice."),
        ("note", "<p>We <i>asked</i>.</p>"),
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "wrong"),
    [
        (STORY, "kind =", "colour =", "colour: unknown key"),
        (STORY, "kind =", "slug =", "slug: unknown key"),
        (STORY, 'kind = "news"', 'kind = "gossip"', "kind: Input should be 'news'"),
        (STORY, "dateline = ", "dateline", "Expected '='"),
        (STORY, "+++", "---", "a story begins with a head of TOML"),
        (STORY, 'headline = "The', 'title = "The', "headline: Field required"),
        (STORY, "publisher =", "printer =", "sources.0.printer: unknown key"),
        (STORY, "ines-calder", "ines-caldera", "there is no person 'ines-caldera'"),
        (STORY, '"town-hall"', '"town-wall"', "there is no section 'town-wall'"),
        (STORY, '"harbour-cranes"', '"cranes"', "there is no picture 'cranes'"),
        (STORY, '"ledger"', '"lodger"', "there is no picture 'lodger'"),
        (STORY, "```note", "```footnote", "no block of the kind 'footnote'"),
        (STORY, "## Folio 212", "> Folio 212", "no block of the kind 'blockquote'"),
        (STORY, "- Sandlock has", "- - Sandlock has", "an item of a list is one paragraph"),
        (STORY, "speaker =", "orator =", "orator: unknown key"),
        ("stories/fishing-families.md", '"harbour"', '"schools"', "no section 'schools'"),
        (DISCUSSION, "minutes_after =", "minutes =", "comments.0.minutes: unknown key"),
        (DISCUSSION, 'parent = "mi', 'parent = "lo', "no earlier comment 'lonutes-book'"),
        (DISCUSSION, "removed_under = 3", "removed_under = 99", "there is no house rule 99"),
        (DISCUSSION, 'key = "mooring-fee"', 'key = "minutes-book"', "two comments have the key"),
        ("paper.toml", 'portrait = "person-1"', 'portrait = "nobody"', "no picture 'nobody'"),
        ("fund.toml", "minor = 1000", 'minor = "much"', "gifts.0.minor: Input should be a valid"),
        ("pictures.toml", "focal =", "centre =", "harbour-cranes.centre: unknown key"),
        ("pictures.toml", "[gulls]", "[geese]", "geese: there is no pictures/geese.webp"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_name(folder, file, old, new, wrong):
    put(folder / file, old, new)
    with pytest.raises(BadDemoData) as told:
        load_demo(folder)
    assert str(told.value).startswith(f"{folder / file}: ")
    assert wrong in str(told.value)


def test_a_discussion_belongs_to_a_story(folder):
    (folder / DISCUSSION).rename(folder / "discussions" / "no-such-story.toml")
    with pytest.raises(BadDemoData, match=r"no-such-story\.toml: there is no story"):
        load_demo(folder)


def test_the_crowd_says_the_same_every_time():
    once, again = (list(make_crowd(60, seed=5)) for _ in range(2))
    assert once == again
    assert list(make_crowd(60, seed=6)) != once
    assert not any(mark in comment.text for comment in once for mark in "{}[]|")


def test_its_pictures_hold_nothing_but_pixels():
    demo = load_demo()
    for slug in demo.pictures:
        assert take_bare_webp(demo.picture_file(slug).read_bytes()).full_size.width >= 1200
