"""The post that opens a thread of a forum: it is the story, and the others answer it."""

import re
from collections.abc import Sequence

from pennypress.captures.discussions.groups import Group
from pennypress.captures.discussions.hints import rate_comment
from pennypress.captures.discussions.marks import Marks
from pennypress.captures.discussions.places import Entry, own_nodes
from pennypress.formats.tree import TEXT

from .head import Head

_FORUM = re.compile(
    r"phpbb|vbulletin|discourse|mybb|\bsmf\b|simple machines|xenforo|invision|ipboard|flarum"
    r"|vanilla|fluxbb|punbb|woltlab|burning ?board|nodebb|forum|showthread|viewtopic|thread"
    r"|\btopic|foren|board",
    re.IGNORECASE,
)
_LATER_PAGE = re.compile(
    r"(?:page|seite|strona|страница|стр|página|pagina|sida|side|sivu|oldal|sayfa|стор)\W{0,2}"
    r"(?!0*1\b)\d{1,5}\b|[?&](?:start|offset|page|p)=(?!0*[01]\b)\d+|/page/(?!1\b)\d+"
    r"|-page-?(?!1\b)\d+|(?:第|第\s)(?!1\s?[页頁])\d+\s?[页頁]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^#\s?(\d{1,6})$")


def find_opening(
    groups: Sequence[Group], entries: Sequence[Entry], marks: Marks, head: Head
) -> Entry | None:
    """Return the entry that opens a forum's thread; None on other pages, and on later ones."""
    if len(entries) < 2 or not groups:
        return None
    word = f"{groups[0].key[1]} {groups[0].key[0]}"
    if rate_comment(word) == 1 and not re.search(r"post(?!-?comment)", word):
        return None
    titles = " ".join(head.titles[-2:])
    about = f"{head.address or ''} {head.generator or ''} {_page_names(marks)}"
    if not _FORUM.search(f"{about} {word}"):
        return None
    if _LATER_PAGE.search(titles) or _LATER_PAGE.search(head.address or ""):
        return None
    first = entries[0]
    number = _number(first, marks)
    return first if number in (None, 1) else None


def _page_names(marks: Marks) -> str:
    """The ids and classes of the page as a whole."""
    names = []
    for node in marks.tree.nodes[:200]:
        if node.tag in {"html", "body"} or node.depth < 5:
            names.append(marks.descriptions[node.index])
    return " ".join(names)[:4000]


def _number(entry: Entry, marks: Marks) -> int | None:
    """The number of a post in its thread, where it is shown."""
    for node in own_nodes(marks, entry):
        if node.tag == TEXT and (found := _NUMBER.match(node.text.strip())):
            return int(found[1])
        value = node.attrs.get("data-post-number", "")
        if value.isdecimal():
            return int(value)
    return None
