"""The entries of a discussion's list: their names and texts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pennypress.formats.items import Doubt

from .lines import NAME_WIDTH, CapturedLine, is_sentence, may_be_name, width
from .lists import BulletList, choose_named, choose_nameless, doubt_unread, find_lists, read_list
from .nesting import find_depths

REMARK_WIDTH = 30  # a shorter text without the end of a sentence may be a lone name


@dataclass(slots=True)
class Remark:
    """An entry of the discussion: blocks of lines, the first of which stands at the bullet."""

    line: CapturedLine
    blocks: list[list[str]]
    depth: int = 1
    author: str | None = None
    text: str = ""
    posted: datetime | None = None
    removed: bool = False
    parent: int | None = None  # its place among the remarks, if columns don't say it

    @property
    def is_one_line(self) -> bool:
        return len(self.blocks) == 1 and len(self.blocks[0]) == 1


def find_listed(
    lines: Sequence[CapturedLine], doubts: list[Doubt]
) -> tuple[list[Remark], list[tuple[int, int]]] | None:
    """Return the remarks of the list that is the page's discussion, and the lines that hold them.

    None when no list has the form of one. More than one stretch of lines is a list that stray
    lines part.
    """
    lists = [read_list(lines, start, end) for start, end in find_lists(lines)]
    chosen = choose_named(lines, lists, doubts) or choose_nameless(lines, lists, doubts)
    if not chosen:
        doubt_unread(lines, lists, doubts)
        return None
    for part in chosen:
        if part.skipped is not None:
            why = "lines above the discussion look like entries of it: kept as the story"
            doubts.append(Doubt(None, "discussion", why, part.skipped))
    remarks = [remark for part in chosen for remark in _gather_remarks(lines, part, doubts)]
    for remark in remarks:
        _tell_name(remark, doubts)
    depths = find_depths([remark.line for remark in remarks])
    for remark, depth in zip(remarks, depths or [1] * len(remarks), strict=True):
        remark.depth = depth
    if not depths:
        why = "nesting unknown: the bullets' columns fit no grid, so all comments are threads"
        doubts.append(Doubt(None, "nesting", why, remarks[0].line.number))
    _doubt_entries(remarks, doubts)
    return remarks, [(part.start, part.end) for part in chosen]


def _gather_remarks(
    lines: Sequence[CapturedLine], part: BulletList, doubts: list[Doubt]
) -> list[Remark]:
    """Collect each entry's blocks. Text below a reply, but left of it, goes to whom it is under."""
    remarks: list[Remark] = []
    open_entries: list[Remark] = []  # those that a line may still belong to, from left to right
    openings = set(part.openings)
    owner = None
    for index in range(part.start, part.end):
        line = lines[index]
        least = 0 if index in openings else 1  # a text belongs to somebody
        while len(open_entries) > least and open_entries[-1].line.column >= line.column:
            open_entries.pop()
        if index in openings:
            owner = Remark(line, [[line.content] if line.content else []])
            remarks.append(owner)
            open_entries.append(owner)
            continue
        if owner is not open_entries[-1]:
            owner = open_entries[-1]
            owner.blocks.append([])
            why = "a line below the replies is taken as the end of the comment that it stands under"
            doubts.append(Doubt(None, "comment", why, line.number))
        elif line.gap:
            owner.blocks.append([])
        owner.blocks[-1].append(line.text)
    return remarks


def _tell_name(remark: Remark, doubts: list[Doubt]) -> None:
    """Set the entry's author and text: a name is one short line with a text below it."""
    head, *rest = remark.blocks
    alone = len(head) == 1 and any(rest)
    is_long = alone and width(head[0]) > NAME_WIDTH
    if alone and not is_long:
        remark.author, blocks = head[0], rest
    else:
        blocks = remark.blocks
    remark.text = "\n\n".join("\n".join(block) for block in blocks if block)
    why = None
    if is_long:
        why = "the first line is long for a name: taken as the text of a comment that names nobody"
    elif remark.author and not may_be_name(remark.author):
        why = f"“{head[0]}” ends like a sentence, but stands where names do: taken as one"
    elif remark.is_one_line and width(head[0]) <= REMARK_WIDTH:
        if not is_sentence(head[0]):
            why = f"“{head[0]}” is taken as a text; it may be a name whose text is missing"
    elif not remark.text:
        why = "an entry without any words"
    if why:
        doubts.append(Doubt(None, "name", why, remark.line.number))


def _doubt_entries(remarks: Sequence[Remark], doubts: list[Doubt]) -> None:
    """Doubt what only the whole discussion shows about its names and texts."""
    authors = {remark.author for remark in remarks if remark.author}
    for remark in remarks:
        if remark.author is None and remark.text in authors:
            why = f"“{remark.text}” is taken as a text; elsewhere it is a name"
            doubts.append(Doubt(None, "name", why, remark.line.number))
    _doubt_lists(remarks, doubts)
    dated = sum(any(char.isdigit() for char in author) for author in authors)
    if len(authors) > 2 and 2 * dated > len(authors):
        why = "most names hold digits: their lines may hold dates too"
        doubts.append(Doubt(None, "name", why, remarks[0].line.number))
    ends = Counter(remark.text.rpartition("\n\n")[2] for remark in remarks)
    words, often = ends.most_common(1)[0]
    if often > 2 and 2 * often > len(remarks):
        why = f"most comments end with “{words[:40]}”: this may be a link and no words of theirs"
        doubts.append(Doubt(None, "comment", why, remarks[0].line.number))


def _doubt_lists(remarks: Sequence[Remark], doubts: list[Doubt]) -> None:
    """Doubt replies that may be a list in the text of the comment above them."""
    named = {remark.depth for remark in remarks if remark.author}
    short = [not remark.author and remark.is_one_line for remark in remarks]
    for index, remark in enumerate(remarks):
        again = index > 0 and short[index - 1] and remarks[index - 1].depth == remark.depth
        if short[index] and remark.depth > 1 and (again or remark.depth not in named):
            why = "a reply of one line that names nobody may be part of a list in the text above it"
            doubts.append(Doubt(None, "comment", why, remark.line.number))
    if remarks[0].line.column == 0 and not remarks[0].author:
        why = "the first comment names nobody and stands at the margin: it may end the story"
        doubts.append(Doubt(None, "discussion", why, remarks[0].line.number))


def find_parents(remarks: Sequence[Remark]) -> Iterator[int | None]:
    """Yield each remark's parent, as its place among the remarks: what it says, or by depth."""
    branch: list[int] = []  # from the thread down to the remark before
    for at, remark in enumerate(remarks):
        if remark.parent is not None:
            yield remark.parent
            continue
        del branch[remark.depth - 1 :]
        yield branch[-1] if branch else None
        branch.append(at)
