"""How a story's text begins: in words, and whether with a large letter."""

import unicodedata
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator
from wagtail.fields import StreamValue

# Alphabets whose letters stand alone, and look like themselves however large.
LARGE_LETTERS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN"})
THREE_LINES = 240  # characters that fill three lines of the column, in any window
SUMMARY = 155  # characters that a search engine shows of a description


def opens_large(body: StreamValue) -> bool:
    """Whether a text's first letter may be as tall as three lines.

    Its first paragraph must fill these lines, or the next one would run round the letter too.
    """
    text = _first_paragraph(body)
    script, _, _ = unicodedata.name(text[:1] or " ").partition(" ")
    return len(text) >= THREE_LINES and script in LARGE_LETTERS


def summarize(body: StreamValue) -> str:
    """Return the first words of a text, as a description of its page; "" when it has none."""
    return Truncator(_first_paragraph(body)).chars(SUMMARY)


def _first_paragraph(body: StreamValue) -> str:
    """The first block's words up to the end of its paragraph; "" where it is no paragraph."""
    first: Any = next(iter(body), None)
    if first is None or first.block_type != "paragraph":
        return ""
    markup, _, _ = str(first.value.source).partition("</p>")
    return " ".join(unescape(strip_tags(markup)).split())
