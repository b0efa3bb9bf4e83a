"""Who wrote a story and when, as the page shows it beside the headline."""

from datetime import datetime

from pennypress.captures.discussions.hints import hints_title
from pennypress.captures.discussions.marks import Marks
from pennypress.captures.discussions.places import is_label
from pennypress.captures.signs import split_by, trim_joints
from pennypress.formats.tree import TEXT

ABOVE, BELOW = 60, 150  # nodes around the headline in which the byline is
WORDS = 400  # letters of words between the headline and the byline
LONGEST = 60  # characters of a name


def find_date(marks: Marks, place: int | None, covered: bytearray) -> datetime | None:
    """The date nearest below the headline, else nearest above; not one of the discussion's."""
    tree = marks.tree
    around = [
        mark
        for mark in marks.dates
        if mark.moment and mark.whole and not covered[mark.start]
        and _is_near(marks, mark.start, place)
    ]  # fmt: skip
    if place is None or not around:
        return around[0].moment if around else None
    below = [mark for mark in around if mark.start > place]
    best = below[0] if below else around[-1]
    return best.moment if tree.nodes else None


def find_authors(marks: Marks, place: int | None, covered: bytearray) -> list[str]:
    """The names that stand as the story's authors near the headline."""
    tree = marks.tree
    names: list[str] = []
    for node in tree.nodes:
        if covered[node.index] or not _is_near(marks, node.index, place) or node.silent:
            continue
        if node.tag == TEXT:
            text = " ".join(node.text.split())
            if 4 < len(text) <= LONGEST and text[:1].isalpha() and (by := split_by(text)):
                found = marks.reader.find(by)
                name = trim_joints(by[: found.start] if found else by, right=True).strip(" ,|·-–")
                if _may_be_name(name):
                    return [name]
            continue
        described = marks.descriptions[node.index]
        author = "author" in node.get("rel") or "author" in node.get("itemprop")
        if author or ("author" in described and node.tag in {"a", "span", "b", "strong", "cite"}):
            text = tree.words_of(node.index)
            name = split_by(text) or text
            if _may_be_name(name) and not hints_title(described) and not is_label(name):
                names.append(name)
                if not author or len(names) > 4:
                    break
    return list(dict.fromkeys(names))


def _is_near(marks: Marks, at: int, place: int | None) -> bool:
    if place is None:
        return at < ABOVE + BELOW
    if at < place:
        return place - at <= ABOVE
    return at - place <= BELOW and marks.tree.size(place, at) <= WORDS


def _may_be_name(text: str) -> bool:
    words = text.split()
    return (
        0 < len(words) <= 5
        and 1 < len(text) <= LONGEST
        and not any(char.isdigit() for char in text)
        and not text.endswith((":", "?", "!"))
    )
