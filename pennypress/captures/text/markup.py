"""Text with the marks of Markdown, as converters of pages print it: its words without them."""

import re
from collections.abc import Sequence

HEAD = 5000  # lines that show the form
FEWEST = 5  # links that do

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]{0,60}\]){0,300})\]"
    r"\(([^()]{0,1000}(?:\([^()]{0,200}\)[^()]{0,500})?)\)"
)
_HEADING = re.compile(r"^([ \t]*(?:(?:[*+-]|\d+\.)[ \t]+)?)#{1,6}[ \t]+", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,300}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*_\\])([*_])(?=[^\s*_])([^\n*_]{1,300}?)(?<=\S)\1(?![\w*_])")
_ESCAPED = re.compile(r"\\([-.*_#+!()\[\]>`~])")


def drop_marks(lines: Sequence[str]) -> tuple[list[str], frozenset[int]]:
    """Return the lines without the marks of Markdown, and the numbers of those that are titles.

    There are as many lines as before. Titles are headings of the first level.
    """
    if sum(line.count("](") for line in lines[:HEAD]) < FEWEST:
        return list(lines), frozenset()
    titles = frozenset(at for at, line in enumerate(lines, 1) if line.startswith("# "))
    text = "".join(lines)
    # A link's address may be wrapped: its line ends stay, so that lines keep their numbers.
    text = _LINK.sub(_show_link, text)
    text = _STRONG.sub(r"\2", _HEADING.sub(r"\1", text))
    text = _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))
    return text.splitlines(keepends=True), titles


def _show_link(link: re.Match[str]) -> str:
    """A link's words, with a space where the next word would touch them."""
    below = link.string[link.end() : link.end() + 1]
    return link[1] + "\n" * link[2].count("\n") + (" " if below.isalnum() and link[1] else "")
