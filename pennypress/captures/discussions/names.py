"""Find the place of the names in a discussion's entries: short texts, different in each."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pennypress.captures.signs import is_furniture, read_in_reply, split_by, split_says
from pennypress.formats.dates import DateReader
from pennypress.formats.tree import INLINE, TEXT

from .hints import hints_beside_name, hints_furniture, hints_name, hints_quote, hints_title
from .leads import drop_joint
from .marks import DATE_LENGTH, NAME_LENGTH, Marks, is_user_link
from .places import Entry, Places, in_prose, is_label, plain

_NAME_TAGS = frozenset(("cite", "b", "strong", "h3", "h4", "h5", "h6", "dt", "address"))
_DIGITS = re.compile(r"\d+")
_NOTE = re.compile(r"(?<=\S)\s+(\([^()]{3,30}\))$")  # "(not verified)", after several names
_MASKED = re.compile(r"([^\s@<>()]+)@([\w.-]+\.\w{2,})")


@dataclass(slots=True)
class _Candidate:
    """What stands at one place in each entry: the entry's number, a node, a text."""

    texts: dict[int, tuple[int, str]] = field(default_factory=dict)
    doubled: int = 0
    score: float = 0.0
    forms: Collection[str] = ()  # what most, or many, texts have around the name


def find_names(
    entries: Sequence[Entry],
    marks: Marks,
    places: Places,
    reader: DateReader,
    furniture: set[tuple[int, str]],
) -> None:
    candidates = _gather_names(entries, marks, reader, furniture)
    best: _Candidate | None = None
    for place, candidate in candidates.items():
        _score_name(place, candidate, entries, marks, places)
        candidate.forms = _forms(candidate)
        if candidate.score > 0 and (best is None or candidate.score > best.score):
            best = candidate
    others = sorted(
        (
            each
            for each in candidates.values()
            if best and each is not best and each.score >= 3.0 and _agrees(each, best)
        ),
        key=lambda each: -each.score,
    )
    for number, entry in enumerate(entries):
        chosen = next((each for each in [best, *others] if each and number in each.texts), None)
        if chosen:
            node, text = chosen.texts[number]
            name = tidy_name(text, chosen.forms)
            if name:
                entry.author = name
            entry.left_out.add(node)


def _agrees(other: _Candidate, best: _Candidate) -> bool:
    """Whether a place holds names too: beside the best place, it holds the same ones or nothing."""
    both = other.texts.keys() & best.texts.keys()
    if 5 * len(both) <= len(other.texts):
        return True
    same = sum(
        tidy_name(other.texts[each][1], other.forms) == tidy_name(best.texts[each][1], best.forms)
        for each in both
    )
    return 5 * same >= 3 * len(both)


def _gather_names(
    entries: Sequence[Entry],
    marks: Marks,
    reader: DateReader,
    furniture: set[tuple[int, str]],
) -> dict[int, _Candidate]:
    """Each short text and short element, by its place; what is left of a text beside its date."""
    nodes = marks.tree.nodes
    tree = marks.tree
    candidates: dict[int, _Candidate] = defaultdict(_Candidate)
    for number, entry in enumerate(entries):
        for at, place in entry.places.items():
            node = nodes[at]
            if node.end > entry.end or not 0 < tree.size(at, node.end) <= 2 * NAME_LENGTH:
                continue
            if any(start < node.end and at < end for start, end in entry.inner):
                continue
            if node.tag == TEXT:
                if at not in entry.left_out and (place, plain(node.text)) in furniture:
                    continue
                text = " ".join(node.text.split())
                if at in entry.left_out:
                    text = _beside_date(text, reader)
            else:
                text = _words_of_name(marks, at)
                hinted = hints_name(marks.descriptions[at])
                dated = marks.date_counts[node.end] > marks.date_counts[at] or (
                    not hinted and reader.find(text) is not None
                )
                if len(text) > DATE_LENGTH or dated:
                    continue
                if node.tag == "a" and is_furniture(text) and not hinted:
                    continue
            if not text or len(text) > NAME_LENGTH or not any(map(str.isalnum, text)):
                continue
            candidate = candidates[place]
            if number in candidate.texts:
                candidate.doubled += 1
            else:
                candidate.texts[number] = (at, text)
    return candidates


def _words_of_name(marks: Marks, at: int) -> str:
    """An element's words without badges, ranks, initials and what only screen readers say."""
    nodes = marks.tree.nodes
    parts: list[str] = []
    place, end = at + 1, nodes[at].end
    while place < end:
        node = nodes[place]
        beside = node.attrs and node.tag != "a" and hints_beside_name(marks.descriptions[place])
        if beside or (node.tag == "button" and place > at + 1):
            place = node.end
            continue
        if node.tag == TEXT and not node.silent:
            parts.append(node.text)
        elif node.tag == "br" or node.tag not in INLINE:
            parts.append(" ")
        place += 1
    return " ".join("".join(parts).split())


def _beside_date(text: str, reader: DateReader) -> str:
    found = reader.find(text)
    if found is None:
        return text
    before = drop_joint(text[: found.start], right=True)
    after = drop_joint(text[found.end :], right=False)
    return before if len(before) > 1 else after


def _score_name(
    place: int,
    candidate: _Candidate,
    entries: Sequence[Entry],
    marks: Marks,
    places: Places,
) -> None:
    texts = [text for _, text in candidate.texts.values()]
    share = len(texts) / len(entries)
    sample = next(iter(candidate.texts.values()))[0]
    node = marks.tree.nodes[sample]
    around = [node, *(n for n in marks.tree.ancestors(sample))][:4]
    own = [each for each in around if each.index >= entries[0].start or each is node]
    score = 4.0 * share - 2.0 * min(1.0, candidate.doubled / len(texts))
    descriptions = [marks.descriptions[each.index] for each in own]
    hinted = any(map(hints_name, descriptions[:3]))
    if hinted:
        score += 3.0
    if any(is_user_link(each) for each in own[:3]):
        score += 2.0
    if any(each.tag in _NAME_TAGS for each in own[:2]):
        score += 1.0
    if any("itemprop" in each.attrs and "name" in each.get("itemprop") for each in own[:2]):
        score += 2.0
    if sum(map(len, texts)) < 2 * len(texts):
        score -= 4.0  # initials
    said = sum(split_says(text) is not None or split_by(text) is not None for text in texts)
    score += 3.0 * said / len(texts)
    distinct = len(set(texts)) / len(texts)
    if len(texts) > 3:
        score += 1.0 if distinct > 0.3 else -2.0 if distinct < 0.12 else 0.0
    sentences = sum(_is_sentence(text) for text in texts)
    score -= 3.0 * sentences / len(texts)
    if any(map(is_label, texts)):
        score -= 5.0
    if not hinted and sum(is_furniture(text) for text in texts) > 0.5 * len(texts):
        score -= 5.0
    if (
        sum(_DIGITS.fullmatch(re.sub(r"[\W_]+", "", text)) is not None for text in texts)
        > len(texts) / 2
    ):
        score -= 5.0
    if any(map(hints_title, descriptions[:3])) or 3 * sum(map(_is_subject, texts)) > len(texts):
        score -= 4.0
    if any(map(hints_quote, descriptions)) or in_prose(marks, places, place):
        score -= 4.0
    if any(hints_furniture(text) and not hints_name(text) for text in descriptions[:2]):
        score -= 3.0
    if sum(read_in_reply(text) is not None for text in texts) > len(texts) / 2:
        score -= 4.0
    score -= 0.02 * place
    candidate.score = score if share >= 0.4 or (score - 4 * share) >= 3.0 else 0.0


def _is_sentence(text: str) -> bool:
    """Whether a text is no name: "Jean B." and "Who?" may be, "I am. You are!" may not."""
    return text.count(" ") > 5 or (text.endswith((".", "!", "?", "…")) and text.count(" ") > 2)


def _is_subject(text: str) -> bool:
    return text[:4].casefold() in {"re: ", "aw: ", "sv: ", "vs: "} or text.startswith(">")


def tidy_name(text: str, forms: Collection[str] = ()) -> str | None:
    """A name without what pages put around it; a mail address is masked."""
    if "says" in forms and (said := split_says(text)):
        text = said.name
    if "by" in forms:
        text = split_by(text) or text
    note = _NOTE.search(text)
    if note and note[1] in forms:
        text = text[: note.start()]
    text = text.strip(" :,|·•–—\n")
    text = _MASKED.sub(lambda found: f"{found[1][:2]}…@{found[2]}", text)
    return text[:NAME_LENGTH] or None


def _forms(candidate: "_Candidate") -> set[str]:
    """What most texts at a place have around the name."""
    texts = [text for _, text in candidate.texts.values()]
    forms = set()
    if 2 * sum(split_says(text) is not None for text in texts) > len(texts):
        forms.add("says")
    if 5 * sum(split_by(text) is not None for text in texts) > 4 * len(texts):
        forms.add("by")
    notes = Counter(found[1] for text in set(texts) if (found := _NOTE.search(text)))
    forms.update(note for note, count in notes.items() if count > 1)
    return forms
