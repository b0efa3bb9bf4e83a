"""A page's discussion as comments: each with its place in the tree, its words as Markdown."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from pennypress.captures.signs import is_removed
from pennypress.formats.items import CommentItem, Markup
from pennypress.formats.links import make_absolute
from pennypress.formats.markdown import to_markdown
from pennypress.formats.tree import TEXT

from .hints import hints_removed
from .marks import Marks
from .places import Entry, own_nodes, shell_nodes

_SPECIAL = re.compile(r"[\\`*_\[\]<&~>#+\-.\n]")
_OWN_ID = re.compile(r"\d|[a-z0-9]{6,}", re.IGNORECASE)
_REMOVED_NOTE = re.compile(
    r"[(\[][^()\[\]]{0,60}(?:delet|remov|withdrawn|gelösch|entfern|supprim|retir|eliminad|borrad"
    r"|rimoss|cancellat|usunię|удал|видал|verwijder|borttag|slettet|silin|削除|刪除|删除|삭제)[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
SHOWN_REMOVED = 200  # characters of a placeholder


@dataclass(slots=True)
class Remark:
    """A comment before its source id is known."""

    entry: Entry
    text: str
    parent: int | None
    removed: bool
    answers: list[int] = field(default_factory=list)


def make_remarks(
    entries: Sequence[Entry],
    parents: Sequence[int | None],
    marks: Marks,
    base: str | None,
) -> list[Remark]:
    """Return the discussion's comments, parents before their answers.

    Removed ones stay only where something answers them; parents are places in the list.
    """
    remarks = []
    for entry, parent in zip(entries, parents, strict=True):
        text = write_words(entry, marks, base)
        remarks.append(Remark(entry, text, parent, _is_removed(entry, text, marks)))
    _find_placeholders(remarks, marks)
    _find_doubles(remarks, marks)
    return _in_order(remarks)


def write_words(entry: Entry, marks: Marks, base: str | None) -> str:
    """An entry's words as Markdown."""

    def resolve(href: str) -> str | None:
        return None if href.startswith("#") else make_absolute(href, base)

    parts = []
    for start, end in entry.body:
        first = marks.tree.nodes[start]
        inside = start + 1 if first.tag != TEXT and first.end == end else start
        parts.append(to_markdown(marks.tree.events(inside, end, entry.left_out), resolve))
    return "\n\n".join(part for part in parts if part)


def _is_removed(entry: Entry, text: str, marks: Marks) -> bool:
    if len(text) > SHOWN_REMOVED:
        return False
    bare = re.sub(r"[\\*_>`]", "", text).strip()
    if bare:
        return is_removed(bare) or _REMOVED_NOTE.fullmatch(bare) is not None
    return marks.removed_counts[entry.end] > marks.removed_counts[entry.start] and not entry.inner


def _find_placeholders(remarks: list[Remark], marks: Marks) -> None:
    """Mark as removed what holds no words, or short ones without the name that others have."""
    named = sum(remark.entry.author is not None for remark in remarks) > 0.8 * len(remarks)
    for remark in remarks:
        entry = remark.entry
        if remark.removed:
            continue
        if not any(char.isprintable() and not char.isspace() for char in remark.text):
            remark.removed = True
        elif named and entry.author is None and len(remark.text) <= SHOWN_REMOVED:
            remark.removed = not entry.dated or any(
                hints_removed(marks.descriptions[node.index]) for node in own_nodes(marks, entry)
            )


def _find_doubles(remarks: list[Remark], marks: Marks) -> None:
    """Mark what the page shows once more, such as a pinned comment, as removed there."""
    seen: dict[tuple[str, str | None, str], int] = {}
    answered = {remark.parent for remark in remarks}
    for place, remark in enumerate(remarks):
        own = _own_id(remark.entry, marks)
        if own is None or remark.removed:
            continue
        key = (own, remark.entry.author, remark.text)
        first = seen.setdefault(key, place)
        if first != place:
            double = place if place not in answered else first
            if double not in answered:
                remarks[double].removed = True


def _in_order(remarks: list[Remark]) -> list[Remark]:
    """Each after its parent, otherwise as the page has them; removed ones without answers go."""
    for place, remark in enumerate(remarks):
        if remark.parent is not None:
            remarks[remark.parent].answers.append(place)
    kept = [False] * len(remarks)
    order: list[int] = []
    stack = [place for place in range(len(remarks) - 1, -1, -1) if remarks[place].parent is None]
    while stack:
        place = stack.pop()
        order.append(place)
        stack.extend(reversed(remarks[place].answers))
    for place in reversed(order):
        remark = remarks[place]
        kept[place] = not remark.removed or any(kept[answer] for answer in remark.answers)
    new = {place: at for at, place in enumerate(p for p in order if kept[p])}
    result = []
    for place in order:
        if kept[place]:
            remark = remarks[place]
            remark.parent = None if remark.parent is None else new[remark.parent]
            result.append(remark)
    return result


def make_comments(
    page: str, remarks: Sequence[Remark], marks: Marks, *, cut_off: bool
) -> Iterator[CommentItem]:
    """Yield the comments. Equal ones differ by their count, so that a later capture of the page
    gives each of them the same source id.
    """
    seen: Counter[str] = Counter()
    used: set[str] = set()
    ids: list[str] = []
    depths: list[int] = []
    for position, remark in enumerate(remarks):
        parent = ids[remark.parent] if remark.parent is not None else None
        entry = remark.entry
        own = _own_id(entry, marks)
        if own is None or own in used:
            key = json.dumps([parent, entry.author, remark.text])
            own = sha256(f"{key}{seen[key]}".encode()).hexdigest()[:20]
            seen[key] += 1
        used.add(own)
        ids.append(f"{page}:{own}")
        depths.append(1 if remark.parent is None else depths[remark.parent] + 1)
        yield CommentItem(
            page=page,
            source_id=ids[-1],
            parent=parent,
            depth=depths[-1],
            author=None if remark.removed else entry.author,
            text="" if remark.removed else remark.text,
            posted=entry.posted,
            position=position,
            line=marks.tree.nodes[entry.start].line,
            cut_off=cut_off and entry.end == len(marks.tree.nodes),
            markup=Markup.MARKDOWN if _SPECIAL.search(remark.text) else Markup.PLAIN,
            removed=remark.removed,
        )


def _own_id(entry: Entry, marks: Marks) -> str | None:
    """The id of an entry's element, or of one that holds it alone or begins with it."""
    nodes = marks.tree.nodes
    heads = [*(nodes[at] for at in range(entry.start, min(entry.start + 4, entry.end)))]
    heads += [node for node in shell_nodes(marks, entry) if node.end >= entry.end]
    for node in heads:
        for name in ("id", "data-id", "data-comment-id", "name"):
            value = node.attrs.get(name, "")
            if name == "name" and node.tag != "a":
                continue
            if value and len(value) < 80 and _OWN_ID.search(value):
                return value
    return None
