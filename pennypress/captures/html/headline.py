"""A page's headline: what stands as a heading and in the page's title, without the site's name."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

from pennypress.formats.links import unwrap
from pennypress.formats.tree import Node, Tree

LONGEST = 300  # characters of a headline
MOST_PARTS = 8  # of a title
MOST_HEADINGS = 60  # that are compared letter by letter
SIMILAR = 0.92
_APART = re.compile(r"\s+[|·•»«:<>/\\–—~-]+\s+|\s*::\s*|\s+[|»«]|[|»«]\s+|:\s+")
_NAMED = re.compile(
    r"headline|(?:entry|post|article|page|node|story|thread|topic|question|news)[-_]?(?:title|name|head)"
    r"|titre|titulo|titolo|\btitle\b|^subject"
)
_SITE = re.compile(r"site-?(?:title|name|header|brand)|blog-?(?:title|name)|logo|brand|masthead")
_HOME = re.compile(r"(?:https?://[^/]+)?(?:/|\./)?(?:index\.\w+)?|https?://[^/]+")
_NO_HEADLINE = re.compile(r"site|logo|brand|widget|comment|respond|sidebar|related|modal|menu|nav")


def find_headline(
    tree: Tree, titles: Sequence[str], site: str | None, taken: bytearray
) -> tuple[str | None, int | None]:
    """Return the headline, and the node in which it stands, if any.

    `titles` are what the page calls itself; `taken` marks the nodes of the discussion.
    """
    headings = [
        node for node in _headings(tree) if not taken[node.index] and not _leads_home(tree, node)
    ]
    by_text: dict[str, Node] = {}
    for node in headings:
        by_text.setdefault(_bare(tree.words_of(node.index)), node)
    elements: dict[str, Node] | None = None
    for title in titles:
        for part in _parts(title, site):
            found = by_text.get(_bare(part)) or _find_similar(_bare(part), by_text)
            if found:
                return tree.words_of(found.index), found.index
    heading = _named(headings) or next((node for node in headings if node.tag == "h1"), None)
    for title in titles:
        for part in _parts(title, site):
            elements = elements if elements is not None else _elements(tree, taken)
            if len(bare := _bare(part)) > 7 and bare in elements:
                return part, elements[bare].index
    for title in titles:
        cut = _cut(title, site)
        if heading is not None and len(_bare(cut)) < 4:
            break
        if heading is not None and _bare(tree.words_of(heading.index)) in _bare(title):
            break
        if cut:
            return cut, None
    if heading is not None:
        return tree.words_of(heading.index)[:LONGEST], heading.index
    return None, None


def _find_similar(bare: str, by_text: dict[str, Node]) -> Node | None:
    """The heading that differs by a mark or a badly read letter."""
    if not 10 <= len(bare) <= 200 or len(by_text) > MOST_HEADINGS:
        return None
    for text, node in by_text.items():
        if abs(len(text) - len(bare)) <= 0.1 * len(bare) and (
            SequenceMatcher(None, text, bare, autojunk=False).ratio() > SIMILAR
        ):
            return node
    return None


def _headings(tree: Tree) -> Iterator[Node]:
    for node in tree.nodes:
        if node.silent or node.tag == "#text":
            continue
        heads = node.tag in {"h1", "h2", "h3"} or (
            node.attrs and _NAMED.search(f"{node.get('class')} {node.get('itemprop')}".lower())
        )
        if heads and 0 < tree.size(node.index, node.end) <= LONGEST:
            yield node


def _leads_home(tree: Tree, node: Node) -> bool:
    """Whether a heading is the site's name: a link to its front page, or named so."""
    around = [node, *islice(tree.ancestors(node.index), 3)]
    if any(_SITE.search(f"{each.get('class')} {each.get('id')}".lower()) for each in around):
        return True
    inner = [each for each in tree.nodes[node.index : node.end] if each.tag == "a"]
    links = [*inner, *(each for each in around if each.tag == "a")]
    return any(_HOME.fullmatch(unwrap(link.get("href"))) for link in links if link.get("href"))


def _named(headings: Sequence[Node]) -> Node | None:
    """The heading whose class says that it is the page's."""
    for node in headings:
        described = f"{node.get('class')} {node.get('itemprop')}".lower()
        named = _NAMED.search(described) and not _NO_HEADLINE.search(described)
        if node.tag in {"h1", "h2"} and named:
            return node
    return None


def _elements(tree: Tree, taken: bytearray) -> dict[str, Node]:
    """Small elements by their words."""
    found: dict[str, Node] = {}
    for node in tree.nodes:
        if node.silent or node.tag == "#text" or node.end - node.index > 8:
            continue
        if 3 < tree.size(node.index, node.end) <= LONGEST and not taken[node.index]:
            found.setdefault(_bare(tree.words_of(node.index)), node)
    return found


def _parts(title: str, site: str | None) -> list[str]:
    """The title, and what is left of it without what stands before or after a separator."""
    cuts = list(_APART.finditer(title))[:MOST_PARTS]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(title)]
    parts = [
        title[start:end].strip()
        for start in starts
        for end in ends
        if end - start > 2 and not (site and _bare(title[start:end]) == _bare(site))
    ]
    return sorted(dict.fromkeys(parts), key=len, reverse=True)


def _cut(title: str, site: str | None) -> str:
    """A title without the site's name: the one that is known, else what follows the last bar."""
    if site:
        for cut in reversed(list(_APART.finditer(title))):
            if _bare(title[cut.end() :]) == _bare(site):
                return title[: cut.start()].strip()
            if _bare(title[: cut.start()]) == _bare(site):
                return title[cut.end() :].strip()
    cuts = [cut for cut in _APART.finditer(title) if cut[0].strip() not in {":", "/"}]
    if cuts and cuts[-1].start() * 2 > len(title):
        return title[: cuts[-1].start()].strip()
    return title.strip()


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
