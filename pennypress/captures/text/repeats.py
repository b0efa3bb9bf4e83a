"""Which lines head the comments of a page: those that repeat, with words in between.

A group is lines of one form ("NAME, DATE", "NAME says:", "DATE" alone). The discussion is the
group that repeats most with words between its lines, if anything else on the page says that it is
one: "says", "Reply", a count or a heading above, whom a comment answers. Dates and names alone may
be teasers of other stories.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pennypress.captures.signs import Sign, simplify

from .heads import Head, Kind, may_be_author
from .page import Lines, is_prose

ABOVE = 14  # lines above the first comment in which its heading or count stands
NEAR = 5  # lines between a heading and a lone comment's date
FAR_FEWER = 50  # times as many comments claimed as found
LABELLED = 3  # times that a label stands before a date
LAST = 60  # lines that the last comment may have, to be looked at
FLOOR = 3  # evidence that makes a group a discussion
SURE = 6  # the same for a lone date
FLOOR_OF_FEW = 4  # the same for a group of one or two
_ORDER = (Kind.NAMED, Kind.SAID, Kind.LEVEL, Kind.DATE)


@dataclass(slots=True)
class Group:
    """Heads of one form, in the page's order, and how sure it is that they are a discussion's."""

    heads: list[Head]
    texts: int  # how many have words below or above
    evidence: int
    answered: bool = False  # links to answer, "says" and the like say so, beside a heading or count

    @property
    def kind(self) -> Kind:
        return self.heads[0].kind

    @property
    def rank(self) -> tuple[float, int]:
        return self.texts * (1 + self.evidence / 4), -_ORDER.index(self.kind)


def choose_heads(page: Lines) -> Group | None:
    """Return the heads of the page's comments; None where nothing is sure enough to be one."""
    groups = list(_make_groups(page))
    sure = [
        group
        for group in groups
        if group.texts > (group.kind is Kind.DATE and not _is_sure_date(page, group))
        and group.evidence >= (FLOOR if group.texts > 2 else FLOOR_OF_FEW)
    ]
    if not sure:
        doubtful = [group for group in groups if group.texts > 1 and group.evidence > 1]
        page.unsure = max((group.texts for group in doubtful), default=0)
        return None
    best = max(sure, key=lambda group: group.rank)
    _take_siblings(best, groups)
    _drop_quotes(page, best)
    best.heads = _drop_above(page, best.heads)
    _take_removed(page, best)
    counting = [head for head in best.heads if head.index in page.claims]
    if len(counting) < 0.2 * len(best.heads):  # the story's own line: "by Anna | 12 comments"
        best.heads = [head for head in best.heads if head.index not in page.claims]
    return best


def _is_sure_date(page: Lines, group: Group) -> bool:
    """Say whether a lone date heads a comment: much says so, or a heading stands right above."""
    first = group.heads[0].index
    near = range(max(0, first - NEAR), first)
    headings = page.boundaries - page.invitations
    told = any(index in headings or page.claims.get(index) for index in near)
    return group.evidence >= SURE or (told and group.evidence >= FLOOR_OF_FEW)


def _make_groups(page: Lines) -> Iterator[Group]:
    by_form: dict[tuple[str, ...], list[Head]] = defaultdict(list)
    for head in page.heads.values():
        by_form[head.form].append(head)
    answered = _heads_by_reply(page)
    if answered:
        by_form["reply",] = answered
    for form, heads in list(by_form.items()):
        if heads[0].kind is Kind.NAMED and form[1:2] in (("left",), ("right",)):
            _part_labels(by_form, form, heads)
    for found in by_form.values():
        heads = _drop_above(page, found)
        texts = _count_texts(page, heads)
        yield Group(heads, texts, _weigh(page, heads, texts), _are_answered(page, heads))


def _part_labels(
    by_form: dict[tuple[str, ...], list[Head]], form: tuple[str, ...], heads: list[Head]
) -> None:
    """What stands before very many dates is no name but a label: "Posted 3 May", "Registered"."""
    names = Counter(head.name for head in heads if head.name)
    name, count = names.most_common(1)[0] if names else ("", 0)
    labelled = [head for head in heads if head.name == name]
    share = 0.2 if all(head.labelled for head in labelled) else 0.9
    if count < LABELLED or count < share * len(heads):
        return
    if len(labelled) < len(heads):
        by_form[form] = [head for head in heads if head.name != name]
    else:
        del by_form[form]
    for head in labelled:
        other = replace(head, kind=Kind.DATE, form=("date", "timed", simplify(name)), name=None)
        by_form[other.form].append(other)


def _stretches(page: Lines, heads: Sequence[Head]) -> list[tuple[int, int]]:
    """Return the lines from each head to the next."""
    ends = [head.index for head in heads[1:]]
    ends.append(min(heads[-1].index + LAST, len(page.lines)))
    return [(head.index + 1, end) for head, end in zip(heads, ends, strict=True)]


def _count_texts(page: Lines, heads: Sequence[Head]) -> int:
    return sum(page.words[end] > page.words[start] for start, end in _stretches(page, heads))


def _weigh(page: Lines, heads: Sequence[Head], texts: int) -> int:
    """Say how much speaks for a discussion, from 0; teasers have nothing of it."""
    stretches = _stretches(page, heads)
    count = len(heads)

    def share(sums: Sequence[int]) -> float:
        return sum(sums[end] > sums[start - 1] for start, end in stretches) / count

    if texts * 2 < count or share(page.teasers) > 0.4:
        return 0
    first = heads[0].index
    above = range(max(0, first - ABOVE), first)
    claimed = [page.claims[index] for index in above if index in page.claims]
    if claimed and not any(claimed):
        return 0
    far_fewer = bool(claimed) and max(claimed) > FAR_FEWER * count
    strong = 0
    replies = share(page.replies)
    if heads[0].form != ("reply",):
        strong += 4 if replies > 0.5 else 2 if replies > 0.2 else 0
    strong += 2 * (share(page.others) > 0.3)
    bare = "bare" in heads[0].form and count < LABELLED  # "Most commented" is no head
    strong += 4 * (not bare and any("said" in head.form for head in heads[:3]))
    strong += 4 * (heads[0].kind is Kind.LEVEL)
    headings = page.boundaries - page.invitations
    strong += 3 * bool(claimed or any(index in headings for index in above))
    strong += 2 * any(0.5 <= claim / count <= 2 for claim in page.claims.values() if claim > 1)
    strong += 2 * any(head.answers for head in heads) + 2 * any(head.removed for head in heads)
    if not strong or (far_fewer and replies < 0.5 and heads[0].kind is not Kind.LEVEL):
        return 0  # these may be some that are shown as examples
    weak = int("timed" in heads[0].form or "ago" in heads[0].form)
    if heads[0].kind is Kind.NAMED:
        names = [head.name for head in heads if head.name]
        if count > 1 and len(set(names)) == 1:
            return 0  # a writer's own teasers
        weak += bool(names) and sum(len(name.split()) < 4 for name in names) > 0.8 * count
        weak += len(set(names)) < len(names)
    return strong + weak


def _are_answered(page: Lines, heads: Sequence[Head]) -> bool:
    """Say whether something speaks of answers or of speech in most of what a group heads."""
    if heads[0].kind in (Kind.SAID, Kind.LEVEL) or "said" in heads[0].form:
        return "bare" not in heads[0].form or len(heads) > LABELLED
    stretches = _stretches(page, heads)
    links = sum(page.replies[end] > page.replies[start - 1] for start, end in stretches)
    return 2 * links > len(heads) or any(head.answers for head in heads)


def _take_siblings(best: Group, groups: Sequence[Group]) -> None:
    """Take heads of almost the same form into the group: some have "3 days ago" and some a date."""
    taken = {head.index for head in best.heads}
    first, last = min(taken), max(taken)
    usual = (last - first) / max(1, len(taken) - 1)
    for group in groups:
        if group is best or group.kind is not best.kind or not _are_alike(best, group):
            continue
        for head in group.heads:
            if first - 3 * usual <= head.index <= last + 3 * usual and not taken & {
                head.index - 1,
                head.index,
                head.index + 1,
            }:
                named = best.heads[0].form[1:2] == group.heads[0].form[1:2]
                best.heads.append(head if named else replace(head, name=None))
                taken.add(head.index)
    best.heads.sort(key=lambda head: head.index)


def _drop_above(page: Lines, heads: list[Head]) -> list[Head]:
    """Drop the first heads if the discussion's heading stands below them: the story's own date."""
    indices = [head.index for head in heads]
    for line in sorted(page.boundaries | page.claims.keys()):
        above = bisect(indices, line)
        below = len(indices) - above
        if not above or not below or line in indices or above > max(1, len(indices) // 3):
            continue
        if page.is_often(line, LABELLED) or line in page.invitations:
            continue
        counted = page.claims.get(line)
        if counted is None or counted > below / 2:
            return _drop_above(page, heads[above:])
    return heads


def _drop_quotes(page: Lines, best: Group) -> None:
    """Drop "Anna wrote:" within comments, where all that head one have a date or a bullet."""
    if best.kind is not Kind.SAID:
        return
    dated = [
        head
        for head in best.heads
        if any((below := page.heads.get(head.index + step)) and below.moment for step in (1, 2))
    ]
    marked = [head for head in best.heads if page.lines[head.index].mark]
    for sure in (dated, marked):
        if 0.8 * len(best.heads) <= len(sure) < len(best.heads):
            best.heads = sure
            return


def _take_removed(page: Lines, best: Group) -> None:
    """Add the places of removed comments that have no head of their own."""
    indices = [head.index for head in best.heads]
    if not indices:
        return
    for index in page.removed:
        at = bisect(indices, index)
        above = indices[at - 1] if at else index
        bare = page.words[index] == page.words[above]
        if index in page.heads or (bare and not page.lines[index].mark):
            continue  # its head stands right above
        line = page.lines[index]
        if line.gap or line.mark or index - 1 in page.furniture:
            best.heads.append(Head(index, best.kind, ("removed",), removed=True))
    best.heads.sort(key=lambda head: head.index)


def _are_alike(one: Group, other: Group) -> bool:
    if one.kind is Kind.DATE:
        return one.heads[0].form[2] == other.heads[0].form[2]
    if one.heads[0].form[1:2] == ("by",):
        return other.heads[0].form[1:2] == ("left",)
    return one.kind is Kind.NAMED and one.heads[0].form[1:2] == other.heads[0].form[1:2]


def _heads_by_reply(page: Lines) -> list[Head]:
    """Return lines that may be names, each the first below a link that answers a comment.

    Where comments have no dates, such a link ends each of them.
    """
    ends = sorted(index for index, sign in page.furniture.items() if sign & Sign.REPLY)
    if len(ends) < 2:
        return []
    starts = [_skip_meta(page, end + 1) for end in ends[:-1]]
    opening = max((index for index in page.boundaries | page.claims.keys() if index < ends[0]),
                  default=-1)  # fmt: skip
    if opening >= 0:
        starts.insert(0, _skip_meta(page, opening + 1))
    texts = [page.text(start) for start in starts if start < len(page.lines)]
    names = sum(may_be_author(text) and not is_prose(text) for text in texts)
    if not texts or names < 0.8 * len(texts):
        return []
    return [
        Head(start, Kind.NAMED, ("reply",), page.text(start))
        for start in dict.fromkeys(starts)
        if start < ends[-1] and may_be_author(page.text(start))
    ]


def _skip_meta(page: Lines, index: int) -> int:
    end = min(len(page.lines), index + ABOVE)
    while index < end and (index in page.furniture or page.is_meta(index, 10**9)):
        index += 1
    return index
