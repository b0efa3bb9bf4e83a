"""How many comments a page says it has, which system keeps them, and other signs of them."""

import re
from collections.abc import Sequence

from pennypress.captures.discussions.hints import hints_no_comment, rate_comment
from pennypress.captures.discussions.marks import Marks
from pennypress.captures.hosted import find_hosted, find_hosted_mark
from pennypress.captures.signs import is_heading, is_invitation, is_load_more, read_claim
from pennypress.formats.tree import TEXT, Tree

LONGEST = 90  # characters of a claim
TITLES, TEASER = 5, 450  # headings that lead elsewhere, and characters for each of them
BELOW = 60  # nodes below the last comment
NEAR = 400  # nodes above the first comment in which a claim may stand
_NUMBERED = re.compile(r"\d+\.(?!\d{3})")  # a heading's number
_COUNTED = re.compile(r"^\(?(\d{1,6})\)?\s+[^\W\d_]{4,}$")
_HOSTED_AT = ("id", "class", "src", "data-src", "data-shortname", "data-spotim-module")


def find_claim(
    tree: Tree, marks: Marks, taken: Sequence[tuple[int, int]], said: int | None
) -> int | None:
    """How many comments the page claims: nearest above the discussion, else anywhere in it."""
    first = min((start for start, _ in taken), default=None)
    claims: list[tuple[int, int]] = []
    for node in tree.nodes:
        if node.tag == TEXT or node.silent or node.end - node.index > 12:
            continue
        if not 0 < tree.size(node.index, node.end) <= LONGEST:
            continue
        text = tree.words_of(node.index)
        claim = None if _NUMBERED.match(text) else read_claim(text)
        hinted = node.tag != "a" and rate_comment(marks.descriptions[node.index]) == 1
        if claim is None and hinted and (found := _COUNTED.match(text)):
            claim = int(found[1])
        if claim is not None and not _is_elsewhere(tree, marks, node.index, first):
            claims.append((node.index, claim))
    if not claims:
        return said
    if first is None:
        several = len({claim for _, claim in claims}) > 2  # those of other pages
        return said if several else max(claim for _, claim in claims)
    near = [(at, claim) for at, claim in claims if first - NEAR <= at <= first + 60]
    if near:
        return min(near, key=lambda pair: abs(pair[0] - first))[1]
    return said if said is not None else claims[0][1]


def _is_elsewhere(tree: Tree, marks: Marks, at: int, first: int | None) -> bool:
    """Whether a count is of another page's comments: in a list of teasers, beside other links."""
    for node in tree.ancestors(at):
        if node.tag in {"body", "html", "main"}:
            return False
        description = marks.descriptions[node.index]
        if node.tag in {"nav", "aside"} or re.search(
            r"related|teaser|recent|popular|sidebar", description
        ):
            return True
        if 3 * tree.size(node.index, node.end) > tree.sizes[-1]:
            return False
    return False


def has_more(tree: Tree, taken: Sequence[tuple[int, int]]) -> bool:
    """Say whether a link in or below the discussion leads to comments that are not in the page."""
    if not taken:
        return False
    first, last = taken[0][0], max(end for _, end in taken)
    return any(
        node.tag == TEXT and 3 < len(node.text) < LONGEST and is_load_more(node.text)
        for node in tree.span(first, min(len(tree.nodes), last + BELOW))
    )


def find_elsewhere(tree: Tree, marks: Marks) -> str | None:
    """The system on whose servers the page's comments are, by its empty shell."""
    for node in tree.nodes:
        if node.tag == TEXT:
            continue
        for name in _HOSTED_AT:
            value = node.attrs.get(name)
            if value and (found := find_hosted_mark(value)):
                return found
        if node.tag == "script" or not node.attrs:
            continue
    for node in tree.nodes:
        if node.tag == TEXT and 8 < len(node.text) < 200:
            found = find_hosted(" ".join(node.text.split()))
            if found:
                return found
    return None


def count_signs(tree: Tree, marks: Marks) -> int:
    """How many signs of comments a page shows: answer links, a heading with dates below it."""
    signs = marks.reply_counts[-1]
    for node in tree.nodes:
        if node.tag in {"h1", "h2", "h3", "h4", "h5"} and tree.size(node.index, node.end) < 40:
            text = tree.words_of(node.index)
            if not is_heading(text) or is_invitation(text):
                continue
            after = marks.date_counts[-1] - marks.date_counts[node.end]
            if after > 1 and not hints_no_comment(marks.descriptions[node.index]):
                signs += 2
    return signs


def lists_pages(marks: Marks, span: tuple[int, int], words: int) -> bool:
    """Say whether a page is a list of others, as front pages are.

    Many of the headings in the story found, which is `words` long, lead elsewhere.
    """
    titles = marks.title_counts[span[1]] - marks.title_counts[span[0]]
    return titles >= TITLES and words < TEASER * titles
