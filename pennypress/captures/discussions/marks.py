"""Where a page's dates, names, answer links and links stand, found in one pass over its nodes."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from pennypress.captures.signs import is_removed, is_reply, read_claim
from pennypress.formats.dates import DateReader, may_hold_date, read_stamp
from pennypress.formats.tree import TEXT, Node, Tree

from .hints import describe, hints_date, hints_name, hints_reply
from .leads import find_headings

DATE_LENGTH = 70  # characters of a text that is looked at for a date
NAME_LENGTH = 60
CLAIM_LENGTH = 40
_YEAR = re.compile(r"\d{4}")
_STAMPS = ("datetime", "data-datetime", "data-time", "data-timestamp", "data-date", "data-created")
_REPLY_LINK = re.compile(r"replytocom=|#respond\b|[?/&]reply|do=newreply|comment/reply|mode=reply")
_USER_LINK = re.compile(
    r"(?://profile\.|(?:^|[/.])(?:users?|members?|profiles?|authors?|u|people|person|member\.php|account|autor"
    r"|auteur|benutzer|verfasser|usuarios?|utilisateurs?)[/?=])|[?&](?:u|uid|user|userid|user_id)="
    r"|memberlist\.php|user:|/!ku\d|/@[\w.-]+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date in the page: which nodes say it, and the moment, if it can be told."""

    start: int
    end: int
    moment: datetime | None
    whole: bool = True  # the nodes say little else


@dataclass(slots=True)
class Marks:
    """What stands where. The lists of counts have, for each node, how many stand before it."""

    tree: Tree
    descriptions: list[str]
    dates: list[DateMark]
    names: list[int]
    date_counts: list[int]
    name_counts: list[int]
    reply_counts: list[int]
    removed_counts: list[int]
    marked_sizes: list[int]  # characters of dates, names and answer links
    link_sizes: list[int]
    title_counts: list[int]  # headings that are links to elsewhere
    claim_counts: list[int]  # texts such as "12 comments"
    headings: list[int]  # of discussions
    reader: DateReader


def find_marks(tree: Tree, reader: DateReader) -> Marks:
    """Find the marks of a page."""
    nodes = tree.nodes
    descriptions = [describe(node) for node in nodes]
    _learn(tree, reader)
    dates = _find_dates(tree, reader, descriptions)
    spans = [(mark.start, mark.end) for mark in dates]
    names = _find_names(tree, descriptions)
    spans += [(at, nodes[at].end) for at in names]
    replies = _find_replies(tree, descriptions)
    spans += [(at, nodes[at].end) for at in replies]
    removed = [
        node.index
        for node in nodes
        if node.tag == TEXT and not node.silent and len(node.text) < 120 and _says_removed(node)
    ]
    links = [(n.index, n.end) for n in nodes if n.tag == "a" and n.get("href")]
    named = set(names) | {nodes[at].parent for at in names} | {at + 1 for at in names}
    titles = [
        n.index
        for n in nodes
        if n.tag in _HEADINGS and n.index not in named and _is_title_link(tree, n)
    ]
    count = len(nodes)
    return Marks(
        tree=tree,
        descriptions=descriptions,
        dates=dates,
        names=names,
        date_counts=_count(count, [mark.start for mark in dates]),
        name_counts=_count(count, names),
        reply_counts=_count(count, replies),
        removed_counts=_count(count, removed),
        marked_sizes=_cover(tree, spans),
        link_sizes=_cover(tree, links),
        title_counts=_count(count, titles),
        claim_counts=_count(count, _find_claims(tree)),
        headings=find_headings(tree),
        reader=reader,
    )


_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))


def _learn(tree: Tree, reader: DateReader) -> None:
    short = (n.text for n in tree.nodes if n.tag == TEXT and not n.silent and len(n.text) < 80)
    reader.learn(short)


def _find_dates(tree: Tree, reader: DateReader, descriptions: list[str]) -> list[DateMark]:
    found: list[DateMark] = []
    nodes = tree.nodes
    at, end = 0, len(nodes)
    while at < end:
        node = nodes[at]
        mark = None
        if node.tag == TEXT:
            text = node.text
            if not node.silent and len(text) <= 4 * DATE_LENGTH and may_hold_date(text):
                text = " ".join(text.split())
                said = reader.find(text) if len(text) <= DATE_LENGTH else None
                named = said and not said.timed and not _YEAR.search(text)
                if said and not (named and _is_in_name(descriptions[max(node.parent, 0)])):
                    whole = 2 * (said.end - said.start) >= len(text)
                    mark = DateMark(at, at + 1, said.moment, whole)
        elif node.attrs and not node.silent:
            mark = _read_element(tree, node, reader)
        if mark:
            found.append(mark)
            at = mark.end
        else:
            at += 1
    return found


def _is_in_name(description: str) -> bool:
    """Whether what looks like a date is somebody's name: "May 3rd"."""
    return bool(description) and hints_name(description) and not hints_date(description)


def _read_element(tree: Tree, node: Node, reader: DateReader) -> DateMark | None:
    """A date that an element's attributes say, or an element of dates says in pieces."""
    if tree.size(node.index, node.end) > DATE_LENGTH:
        return None
    for name in _STAMPS:
        moment = read_stamp(node.get(name), reader.offset) if name in node.attrs else None
        if moment:
            return DateMark(node.index, node.end, moment)
    title = node.get("title")
    if node.tag == "meta" and node.get("itemprop"):
        title = node.get("content")
    moment = read_stamp(title, reader.offset) if 9 < len(title) < 60 else None
    if moment:
        return DateMark(node.index, node.end, moment)
    if node.tag == "time" or (node.tag == "abbr" and title):
        said = reader.find(title) if title else None
        said = said or reader.find(tree.words_of(node.index))
        return DateMark(node.index, node.end, said.moment if said else None)
    return None


def _find_names(tree: Tree, descriptions: list[str]) -> list[int]:
    """The elements that hint at a name and hold a short text; the innermost of each."""
    found: list[int] = []
    for node in tree.nodes:
        if node.tag == TEXT or node.silent or node.tag == "meta":
            continue
        size = tree.size(node.index, node.end)
        if not 0 < size <= NAME_LENGTH:
            continue
        hinted = hints_name(descriptions[node.index]) if node.attrs else False
        if not hinted and node.tag == "a":
            hinted = is_user_link(node)
        if hinted:
            if found and tree.nodes[found[-1]].end >= node.end:
                found[-1] = node.index
            else:
                found.append(node.index)
    return found


def _find_replies(tree: Tree, descriptions: list[str]) -> list[int]:
    found: list[int] = []
    last = -1
    for node in tree.nodes:
        if node.index < last or node.silent:
            continue
        if node.tag == TEXT:
            text = node.text.strip()
            hit = 1 < len(text) < 60 and is_reply(text)
        elif node.tag in {"a", "button", "li", "span", "div", "p"} and node.attrs:
            hit = tree.size(node.index, node.end) <= 40 and (
                (node.tag == "a" and _REPLY_LINK.search(node.get("href")) is not None)
                or (node.tag in {"a", "button"} and hints_reply(descriptions[node.index]))
            )
        else:
            continue
        if hit:
            found.append(node.index)
            last = node.end
    return found


def _find_claims(tree: Tree) -> list[int]:
    return [
        node.index
        for node in tree.nodes
        if node.tag == TEXT
        and not node.silent
        and 5 < len(node.text) < CLAIM_LENGTH
        and any(map(str.isdigit, node.text))
        and read_claim(" ".join(node.text.split())) is not None
    ]


def _says_removed(node: Node) -> bool:
    text = node.text.strip()
    return bool(text) and is_removed(text)


def _is_title_link(tree: Tree, node: Node) -> bool:
    """Whether a heading is a link to another page, as those of teasers are."""
    for inner in tree.nodes[node.index : node.end]:
        if inner.tag == "a" and inner.get("href"):
            href = inner.get("href")
            return "#" not in href and not href.startswith("javascript")
    parent = tree.nodes[node.parent] if node.parent >= 0 else None
    return parent is not None and parent.tag == "a" and "#" not in parent.get("href")


def _count(count: int, places: list[int]) -> list[int]:
    here = [0] * count
    for place in places:
        here[place] += 1
    return list(accumulate(here, initial=0))


def _cover(tree: Tree, spans: list[tuple[int, int]]) -> list[int]:
    """Characters of words before each node that lie in any of the spans."""
    covered = bytearray(len(tree.nodes))
    last = 0
    for start, end in sorted(spans):
        start = max(start, last)
        if start < end:
            covered[start:end] = b"\1" * (end - start)
            last = end
    sizes = (
        tree.sizes[at + 1] - tree.sizes[at] if covered[at] else 0 for at in range(len(tree.nodes))
    )
    return list(accumulate(sizes, initial=0))


def is_user_link(node: Node) -> bool:
    """Say whether an element is a link to a person's page."""
    return node.tag == "a" and _USER_LINK.search(node.get("href")) is not None
