"""The items of one saved page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from pennypress.captures.discussions.comments import Remark, make_comments, make_remarks
from pennypress.captures.discussions.entries import read_entries
from pennypress.captures.discussions.groups import Group
from pennypress.captures.discussions.marks import Marks, find_marks
from pennypress.captures.discussions.nesting import find_parents
from pennypress.captures.discussions.places import Entry
from pennypress.captures.discussions.repeated import find_discussion
from pennypress.captures.discussions.sites import find_known_discussion
from pennypress.captures.discussions.talk import read_talk
from pennypress.formats.blocks import FoundPicture
from pennypress.formats.dates import DateReader
from pennypress.formats.encodings import decode
from pennypress.formats.items import ArrivalRefused, Doubt, Item, PageItem, Picture
from pennypress.formats.links import make_absolute, make_canonical
from pennypress.formats.tree import SIZE_LIMIT, Tree, parse

from .byline import find_authors, find_date
from .claims import count_signs, find_claim, find_elsewhere, has_more, lists_pages
from .head import Head, read_head
from .headline import find_headline
from .meter import find_meter
from .opening import find_opening
from .story import Story, count_words, find_story, make_story
from .structured import read_data_comments

Open = Callable[[], bytes]
ABOVE, BELOW = 150, 600  # characters around the comments that may belong to their discussion
SHORT_STORY = 200  # characters of what is no story beside a thread


def no_pictures(source: str) -> Open | None:
    """No file is at hand for any picture."""
    return None


@dataclass(slots=True)
class _Page:
    """What was read of a page, before its items are made."""

    tree: Tree
    marks: Marks
    head: Head
    remarks: list[Remark]
    taken: list[tuple[int, int]]  # ranges of the discussion
    entries: list[tuple[int, int]]
    opening: Entry | None = None  # the post that is the story
    headline: str = ""
    line: int = 1  # of the headline
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, what: str, why: str, line: int = 1, *, grave: bool = False) -> None:
        self.doubts.append(Doubt(None, what, why, line, grave))


def read_page(
    data: bytes,
    *,
    name: str,
    address: str | None = None,
    captured: datetime | None = None,
    encoding: str | None = None,
    pictures: Callable[[str], Open | None] = no_pictures,
) -> Iterator[Item]:
    """Yield the items of one saved page.

    `name` is the file's, for messages; `address` where the page was and `captured` when it was
    saved, where this is known from outside; `pictures` returns what reads the file that an address
    on the page leads to, where the capture holds it. Raises ArrivalRefused for what is no page.
    """
    if len(data) > SIZE_LIMIT:
        raise ArrivalRefused(f"the page is larger than {SIZE_LIMIT // 2**20} MiB", name)
    decoded = decode(data, name, encoding=encoding)
    tree = parse(decoded.text, name)
    if not tree.sizes[-1] and not tree.json_ld:
        raise ArrivalRefused("the page holds no words", name)
    head = read_head(tree, decoded.text, address=address, captured=captured)
    reader = DateReader(captured=head.captured, language=head.language, offset=head.offset)
    marks = find_marks(tree, reader)
    talk = read_talk(tree, marks)
    groups: list[Group] = []
    unsure: Group | None = None
    if talk:
        ranges = [span for entry in talk[0] for span in entry.body]
    else:
        groups = find_known_discussion(tree, marks)
        if not groups:
            groups, unsure = find_discussion(tree, marks)
        ranges = sorted({entry for group in groups for entry in group.ranges})
    entries = talk[0] if talk else read_entries(groups, marks, reader)
    page = _Page(tree, marks, head, [], _take_ranges(tree, ranges), ranges)
    if unsure:
        line = tree.nodes[unsure.ranges[0][0]].line
        why = f"{len(unsure.ranges)} parts begin with a name and a date: they may be comments"
        page.doubt("discussion", why, line, grave=True)
    if decoded.doubt:
        page.doubt("encoding", decoded.doubt)
    page.opening = find_opening(groups, entries, marks, head)
    story = _tell_story(page, name, pictures, is_talk=talk is not None)
    parents, unclear = (talk[1], None) if talk else find_parents(entries, marks)
    if unclear:
        page.doubt("nesting", unclear)
    if page.opening:
        entries, parents = entries[1:], [at - 1 if at else None for at in parents[1:]]
    page.remarks = make_remarks(entries, parents, marks, head.base)
    cut = not decoded.text.rstrip().endswith(">")
    yield from _make_items(page, story, pictures, cut_off=cut)


def _take_ranges(tree: Tree, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of the page that belong to the discussion: its entries, or all around them."""
    if not ranges:
        return []
    around = _find_around(tree, ranges)
    if around:
        return [around]
    taken: list[tuple[int, int]] = []
    for start, end in ranges:
        if taken and start < taken[-1][1]:
            continue
        at = start
        while at < end:  # a run is several elements side by side
            taken.append((at, tree.nodes[at].end))
            at = tree.nodes[at].end
    return taken


def _find_around(tree: Tree, ranges: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The element around all entries, if they are most of what it holds."""
    first, last = ranges[0][0], max(end for _, end in ranges)
    size, reach = 0, -1
    for start, end in ranges:
        if start >= reach:
            size += tree.size(start, end)
            reach = end
    best = None
    for node in tree.ancestors(first):
        if node.tag in {"body", "html", "main"} or node.end < last:
            if node.end < last:
                continue
            break
        above, below = tree.size(node.index, first), tree.size(last, node.end)
        if size < 0.7 * tree.size(node.index, node.end) or above > ABOVE or below > BELOW:
            break
        best = node.index, node.end
    return best


def _tell_story(
    page: _Page, name: str, pictures: Callable[[str], Open | None], *, is_talk: bool
) -> Story:
    """Find the headline and the story; a thread's first post is the story if there is no other.

    A talk page is a discussion and nothing else.
    """
    head, tree = page.head, page.tree

    def resolve(href: str) -> str | None:
        return make_absolute(href, head.base)

    def find_picture(source: str) -> str | None:
        return source if pictures(source) else make_absolute(source, head.base)

    headline, place = find_headline(tree, head.titles, head.site, _cover(page))
    if headline is None:
        headline = _first_words(tree) or name
        page.doubt("headline", "the page has no headline: its first words stand for one")
    page.headline, page.line = headline, tree.nodes[place].line if place else 1
    if is_talk:
        return Story()
    if is_talk:
        return Story()
    covered = _cover(page)
    head.published = head.published or find_date(page.marks, place, covered)
    head.authors = head.authors or find_authors(page.marks, place, covered)
    story = find_story(tree, page.marks, page.taken, headline, place, resolve, find_picture)
    if page.opening:
        post = make_story(page.marks, page.opening, resolve, find_picture)
        if count_words(story) < max(SHORT_STORY, count_words(post)):
            head.authors = [page.opening.author] if page.opening.author else head.authors
            head.published = page.opening.posted or head.published
            return post
        page.opening = None
    _add_lead(story, head)
    return story


def _make_items(
    page: _Page, story: Story, pictures: Callable[[str], Open | None], *, cut_off: bool
) -> Iterator[Item]:
    _check_story(page, story)
    item = _make_page(page, story)
    from_data = [] if page.remarks else read_data_comments(page.tree, page.head, item.source_id)
    if not from_data:
        _doubt_discussion(page, item)
    yield item
    meter = find_meter(page.tree, page.marks, page.taken, item.source_id)
    if meter:
        yield meter
    yield from _make_pictures(item, story, pictures)
    for doubt in page.doubts:
        yield Doubt(item.source_id, doubt.what, doubt.why, doubt.line, doubt.grave)
    yield from from_data
    yield from make_comments(item.source_id, page.remarks, page.marks, cut_off=cut_off)


def _cover(page: _Page) -> bytearray:
    """Which nodes belong to comments."""
    covered = bytearray(len(page.tree.nodes))
    for start, end in page.entries:
        covered[start:end] = b"\1" * (end - start)
    return covered


def _first_words(tree: Tree) -> str:
    text = next(
        (n.text for n in tree.nodes if n.tag == "#text" and not n.silent and n.text.strip()), ""
    )
    return " ".join(text.split())[:200]


def _add_lead(story: Story, head: Head) -> None:
    """The picture that the page gives to others, where the story has none above its words."""
    if story.lead is None and head.image and not story.pictures:
        story.lead = FoundPicture(head.image)


def _check_story(page: _Page, story: Story) -> None:
    if not story.blocks:
        page.doubt("story", "no words of a story were found", grave=not page.remarks)
        return
    if not page.head.is_article and lists_pages(page.marks, story.span, count_words(story)):
        page.doubt("story", "the page lists others, and may hold no story of its own", grave=True)
    said = "".join("".join(block.text for block in story.blocks).split())
    for remark in page.remarks:
        words = "".join(remark.text.split())
        if len(words) > 60 and words[:60] in said:
            line = page.tree.nodes[remark.entry.start].line
            page.doubt("story", "words of a comment stand in the story", line, grave=True)
            return


def _make_page(page: _Page, story: Story) -> PageItem:
    head = page.head
    blocks = tuple(story.blocks)
    first = next((block.text for block in blocks if block.text), "")
    key = make_canonical(head.address) if head.address else f"{page.headline}\n{first}"
    return PageItem(
        source_id=f"page:{sha256(key.encode()).hexdigest()[:20]}",
        headline=page.headline,
        blocks=blocks,
        appeal=None,
        line=page.line,
        claimed_comments=find_claim(page.tree, page.marks, page.taken, head.claimed),
        bylines=tuple(dict.fromkeys(head.authors)),
        published=head.published,
        language=head.language,
        section=head.section,
        tags=tuple(head.tags),
        address=head.address,
        captured=head.captured,
    )


def _doubt_discussion(page: _Page, item: PageItem) -> None:
    """Doubt comments that are missing: claimed, kept elsewhere, or seen by their signs alone."""
    found = sum(not remark.removed for remark in page.remarks)
    claimed = item.claimed_comments
    if found:
        if claimed is not None and claimed > found:
            page.doubt("comment", f"{claimed} claimed, {found} found")
        elif claimed is None and has_more(page.tree, page.taken):
            page.doubt("comment", "a link leads to further comments, which are not in the page")
        return
    elsewhere = find_elsewhere(page.tree, page.marks)
    if elsewhere:
        why = f"the comments are not in this page: {elsewhere} keeps them"
        page.doubt("comment", why, grave=True)
    elif claimed:
        page.doubt("comment", f"{claimed} claimed, none found", grave=True)
    elif count_signs(page.tree, page.marks) > 1:
        why = "the page shows signs of a discussion, but none was found"
        page.doubt("comment", why, grave=True)


def _make_pictures(
    item: PageItem, story: Story, pictures: Callable[[str], Open | None]
) -> Iterator[Picture]:
    for found in ([story.lead] if story.lead else []) + story.pictures:
        yield Picture(
            page=item.source_id,
            line=story.line,
            source=found.source,
            alt=found.alt,
            caption=found.caption,
            credit=found.credit,
            lead=found is story.lead,
            read=pictures(found.source),
        )
