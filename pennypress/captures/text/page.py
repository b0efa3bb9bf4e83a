"""What each line of a page may be, and what repeats: read once, then asked for any stretch."""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pennypress.captures.hosted import find_hosted
from pennypress.captures.signs import (
    FURNITURE,
    Sign,
    is_says,
    read_claim,
    read_furniture,
    read_in_reply,
    read_signs,
    simplify,
)

from .dating import Dates
from .heads import PARTS, Head, Kind, clean_name, is_bare_number, is_word, read_head
from .lines import CapturedLine, is_sentence, width

SHORT = 60  # columns of a line that may be furniture by repeating
MANY = 100_000  # lines counted
OFTEN = 4  # times that a line stands on the page, at least, to be furniture
_BRACKETS = re.compile(r"\s*[(\[【（][^()\[\]【】（）]{1,40}[)\]】）]\s*$")
_BOUNDARY = Sign.HEADING | Sign.INVITATION | Sign.LABEL | Sign.NO_COMMENTS | Sign.CLOSED


@dataclass(slots=True)
class Lines:
    """A page's lines with what each may be."""

    lines: Sequence[CapturedLine]
    heads: dict[int, Head]
    furniture: dict[int, Sign]
    claims: dict[int, int]
    boundaries: set[int]  # headings of discussions, forms for new comments
    invitations: set[int]  # of these, what belongs to the form
    removed: list[int]  # what stands in a removed comment's place
    often: dict[str, int]
    words: Sequence[int]  # how many columns of words stand above each line
    replies: Sequence[int]  # how many links that answer a comment
    others: Sequence[int]  # how many other links at comments
    teasers: Sequence[int]  # how many links to the rest of a story, or counts of its comments
    answers: dict[int, str] = field(default_factory=dict)  # lines that say whom they answer
    titles: frozenset[int] = frozenset()  # lines marked as headings of the first level
    hosted: str | None = None  # the system that keeps the page's comments
    unsure: int = 0  # lines like heads of comments, with too little that says so

    def text(self, index: int) -> str:
        line = self.lines[index]
        return line.content if line.mark else line.text

    def is_often(self, index: int, least: int = OFTEN) -> bool:
        """Say whether a short line stands on the page at least so many times."""
        text = self.text(index)
        if self.often.get(simplify(text), 0) >= least:
            return True
        head = self.heads.get(index)
        if width(text) > SHORT or (head and head.kind is Kind.SAID):
            return False
        return any(self.often.get(part, 0) >= least for part in (_ending(text), _label(text)))

    def is_heading(self, index: int) -> bool:
        """Say whether a line heads a discussion: "Comments", "12 comments"."""
        return index in self.claims or (index in self.boundaries and index not in self.invitations)

    def is_common(self, index: int, least: float) -> bool:
        """Say whether a line, or what stands before its colon, stands there so many times."""
        text = self.text(index)
        if width(text) > SHORT or index in self.furniture or is_bare_number(text):
            return False
        return max(self.often.get(simplify(text), 0), self.often.get(_label(text), 0)) >= least

    def is_meta(self, index: int, least: int) -> bool:
        """Say whether a line is no words of a comment: links, a date, a number, what repeats."""
        head = self.heads.get(index)
        if is_says(self.text(index)):
            return True
        if not head and self.text(index).rstrip().endswith((":", "：")):
            return False  # "Quote:" and what follows
        return (
            index in self.furniture
            or index in self.answers
            or (head is not None and head.kind in (Kind.DATE, Kind.LEVEL))
            or is_bare_number(self.text(index))
            or not simplify(self.text(index))
            or self.is_often(index, least)
        )


def read_page(source: Sequence[CapturedLine], dates: Dates) -> Lines:
    """Read what each line may be."""
    lines = list(source)
    heads: dict[int, Head] = {}
    furniture: dict[int, Sign] = {}
    claims: dict[int, int] = {}
    boundaries: set[int] = set()
    invitations: set[int] = set()
    removed: list[int] = []
    answers: dict[int, str] = {}
    hosted = None
    often: Counter[str] = Counter()
    words, replies, others, teasers = (array("q", [0]) for _ in range(4))
    short = [line.text for line in lines if len(line.text) <= SHORT]
    dates.learn(short)
    for index, line in enumerate(lines):
        text = line.content if line.mark else line.text
        sign = claim = None
        if len(text) <= 300:
            claim = None if _PROFILE.match(text) else _read_claim(text)
            if claim is not None:
                claims[index] = claim
        if width(text) <= SHORT:
            signs = read_signs(text)
            sign = read_furniture(text) or signs & FURNITURE
            if sign:
                furniture[index] = sign
            often[simplify(text)] += 1
            often[_ending(text)] += 1
            often[_label(text)] += 1
            found = None if sign else read_in_reply(text)
            if found and len(text.split()) - len(found.split()) > 1:
                answers[index] = clean_name(found)
        else:
            signs = read_signs(text)
        if len(often) > MANY:  # what stands but once in so many lines is nobody's furniture
            often = Counter({key: count for key, count in often.items() if count > 1})
        if signs & _BOUNDARY:
            boundaries.add(index)
            if not signs & Sign.HEADING:
                invitations.add(index)
        if signs & Sign.REMOVED:
            removed.append(index)
        hosted = hosted or (find_hosted(text) if len(text) < 2 * SHORT else None)
        head = read_head(index, line, dates)
        if head and not head.numbered:
            lines[index] = line = replace(line, mark="", content="")
            text = line.text
        if head:
            heads[index] = head
        counts = bool(text) and not sign and not (head and width(text) <= SHORT)
        size = width(text) if simplify(text) else 1  # a smiley, "+1"
        words.append(words[-1] + (size if counts else 0))
        last = PARTS.split(text)[-1] if not sign and width(text) <= 2 * SHORT else ""
        if last and last != text:  # "Anna is offline   Reply"
            sign = read_furniture(last)
        replies.append(replies[-1] + bool(sign and sign & Sign.REPLY))
        others.append(others[-1] + bool(sign and sign & Sign.OTHER and not signs & Sign.TEASER))
        counted = claim is not None and _is_teaser(text)
        teasers.append(teasers[-1] + bool(signs & Sign.TEASER or counted))
    for nothing in ("", "… ", ":"):
        often.pop(nothing, None)
    return Lines(
        lines=lines,
        heads=heads,
        furniture=furniture,
        claims=claims,
        boundaries=boundaries,
        invitations=invitations,
        removed=removed,
        often=often,
        words=words,
        replies=replies,
        others=others,
        teasers=teasers,
        answers=answers,
        hosted=hosted,
    )


_PROFILE = re.compile(
    r"(?:total )?(?:posts?|postings?|beiträge|messages?|mensa\w+|сообщени\w+|posty|wpisy|inlägg"
    r"|indlæg|berichten|příspěvk\w+|投稿数|帖子)\s?[:：]\s?\d",
    re.IGNORECASE,
)  # how many a writer has posted
_POSTS = re.compile(
    r":|posts?\b|beitr|messages?\b|mensaj|сообщ|повід|wpis|inlägg|indlæg", re.IGNORECASE
)


def _is_teaser(text: str) -> bool:
    """A count of comments stands at teasers; one of posts says who a writer is."""
    return _POSTS.search(text) is None


def _ending(text: str) -> str:
    """A line's last words, where it has more: "Anna is online, 12 thanks received"."""
    words = _BRACKETS.sub("", text).split()
    return f"… {simplify(' '.join(words[-2:]))}" if len(words) > 3 else "… "


def _label(text: str) -> str:
    """What stands before a colon: "Posts: 12"."""
    label, colon, rest = text.partition(":")
    return f"{simplify(label)}:" if colon and rest and len(label.split()) < 3 else ":"


def _read_claim(text: str) -> int | None:
    """Return the count that a line claims, be it among other things: "Politics | 12 comments"."""
    claim = read_claim(text)
    if claim is None and len(text) <= 160 and any(char in "|·•" for char in text):
        found = [read_claim(part) for part in PARTS.split(text)]
        claim = next((each for each in found if each is not None), None)
    return claim


def is_prose(text: str) -> bool:
    """Say whether a line is long, or ends as sentences do: "Sam Smith Jr." does not."""
    if width(text) > SHORT:
        return True
    words = text.split()
    return len(words) > 2 and is_sentence(text) and (text[-1] != "." or is_word(words[-1]))
