"""A comment's head, on one line: a name, a date, "says", "Reply", in any order.

A line is read alone here; which of such lines are heads of comments shows only what repeats.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pennypress.captures.signs import (
    Sign,
    is_furniture,
    is_joint,
    is_removed,
    read_furniture,
    read_in_reply,
    read_signs,
    simplify,
    split_by,
    split_says,
    trim_joints,
)
from pennypress.formats.dates import FoundDate

from .dating import Dates
from .lines import NAME_WIDTH, CapturedLine, is_sentence, width

LONGEST = 110  # columns of a line that may be a head
NAME_WORDS = 7
RELATIVE = 48  # columns of a line that may say "3 days ago"

_DATE = re.compile(r"\d{4}|\d\.?\s[^\W\d]{3}|[^\W\d]{3}\.?\s\d|\d\s?[./\-]\s?\d|\d:\d\d|[年月]")
_YEAR = re.compile(r"\d{4}|\d[./\-]\d{1,2}[./\-]\d\d")
PARTS = re.compile(r"\s*[|·•∙⋅¦;●‧／]\s*|\s{2,}|\t|\s+[–—»›-]\s+")
_TIME = re.compile(
    r"(?:\b(?:at|um|à|a las|alle|kl\.?|в)\s*)?\d{1,2}[:.h]\d\d(?::\d\d)?"
    r"(?:\s*(?:[ap]\.?m\.?|uhr|h))?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[#№]?\s*\d[\d.,]*[.):]?|[#№]\S{0,12}")
_NUMBERED = re.compile(r"^(?:[#№]\s*\d[\d.,]*[.):]?\s*|\d{1,5}[.)]\s+)|\s*[#№]\s*\d[\d.,]*\s*$")
_BADGES = re.compile(r"\s*[(\[【（]([^()\[\]【】（）]{1,40})[)\]】）]\s*$")
_IMAGE = re.compile(
    r"^(?:(?:user |profile )?(?:avatar|gravatar|photo|picture|bild|profilbild|benutzerbild|foto)"
    r"(?: (?:of|for|von|de|di|by))?|image:)\s+(?=\S)|"
    r"['’]s? (?:user |profile )?(?:avatar|picture|photo|gravatar)$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"^\s*\[[^\]\s]{1,16}\]\s*(?=\S)")
_SCORES = re.compile(
    r"\s+[+\-−]?\d[\d.,]*\s?[kK]?\s*(?:points?|votes?|likes?|punkte?|stimmen?|баллов|балла|очков).*$",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"[(\[]\s*[+\-−]?\d+(?:\s+[^()\[\]]{0,20})?[)\]]")
_BRACKETED = re.compile(r"\[[^\]\s]{1,20}\]")  # a picture's file
_LEVEL = re.compile(r"(?:level|stufe|niveau|depth)\s+(\d{1,2})", re.IGNORECASE)
_SIGNED = re.compile(r"^(?:[–—~]|-{1,3}|―)\s*(?=[^\W_])")
_SCORE = re.compile(r"[#№+\-−]?\s?\d{1,7}(?:[.,]\d+)?\s?[kKmM]?(?:\s*[/|:·]\s*[+\-−]?\d+)?")
_ARROWS = "→➜▶➤↪"
_LINK = re.compile(r"https?:|www\.|\S@\S+\.\w")


class Kind(StrEnum):
    """What of a head a line holds."""

    NAMED = "named"  # a name and a date
    SAID = "said"  # a name and "says"
    DATE = "date"  # a date alone
    LEVEL = "level"  # how deep the comment below is nested, in words


@dataclass(frozen=True, slots=True)
class Head:
    """A line that may be a comment's head. `form` is what such lines have in common."""

    index: int
    kind: Kind
    form: tuple[str, ...]
    name: str | None = None
    moment: datetime | None = None
    level: int | None = None
    signed: bool = False  # a dash before the name: it stands below the words
    removed: bool = False
    answers: str | None = None
    labelled: bool = False  # a colon stands before the date
    numbered: bool = True  # a number before it is a bullet, and no day


def read_head(index: int, line: CapturedLine, dates: Dates) -> Head | None:
    """Return what a line may say as a comment's head, or None."""
    text = (line.content if line.mark else line.text).strip()
    if not line.text or width(line.text) > LONGEST:
        return None
    text = _part_glued(text)
    level = _LEVEL.fullmatch(text)
    if level:
        return Head(index, Kind.LEVEL, ("level",), level=int(level[1]))
    found = None
    if line.ordinal:  # "27. Juni 2016" is no numbered entry
        whole = dates.find(line.text)
        if whole and whole.start == 0:
            head = read_head(index, replace(line, mark=""), dates)
            return replace(head, numbered=False) if head else None
    if found is None and (_DATE.search(text) or _may_be_relative(text)):
        found = _find_date(text, dates)
    if found and found.end - found.start < 4 and not _DATE.search(text):
        found = None  # "ma", "dün" and the like are words of other languages, too
    if found is None:
        return _read_said(index, text)
    span = text[found.start : found.end]
    moment = found.moment if dates.is_known or _YEAR.search(span) else None
    left, right = text[: found.start], text[found.end :]
    signed = _SIGNED.match(left) is not None
    left, answers = _take_answered(_SIGNED.sub("", left))
    lead = _read_lead(left)
    said = split_says(left)
    before = said.name if said else split_by(left) or left
    before = clean_name(trim_joints(before, right=True)) if not lead else ""
    if is_joint(before):
        before = ""
    after = _strip_time(trim_joints(right, left=True))
    says = split_says(f"{after.rstrip(' :')}:") if after else None
    by = split_by(after) if after and not says else None
    after = clean_name(by or (says.name if says else after))
    if by and after:  # "Subject, 3 May, by Anna"
        before = ""
    if not answers:
        after, answers = _take_answered(after)
    name = before or after
    if (before and not may_be_author(before, asked=bool(said))) or (
        after and not _may_follow(after)
    ):
        return None
    if before and after and len(before) + len(after) > NAME_WIDTH:
        return None
    style = "timed" if found.timed else "day"
    if not found.timed and not _YEAR.search(span):
        style = "ago"
    if not name:
        return Head(index, Kind.DATE, ("date", style, lead), None, moment, None, signed,
                    False, answers)  # fmt: skip
    removed = is_removed(name)
    side = "by" if by else "left" if before else "right"
    form = ("named", side, "said" if said else "")
    name_or_none = None if removed else name
    labelled = left.rstrip().endswith((":", "："))
    return Head(index, Kind.NAMED, form, name_or_none, moment, None, signed, removed, answers,
                labelled)  # fmt: skip


def _find_date(text: str, dates: Dates) -> FoundDate | None:
    """Find a date that begins with a word or number, not within one."""
    found = dates.find(text)
    if found is None or not found.start or not text[found.start : found.start + 1].isalpha():
        return found
    before = text[found.start - 1]
    if not (before.isalpha() and before < "\u2e80"):
        return found
    space = text.find(" ", found.start)
    again = dates.find(text[space:]) if space > 0 else None
    return again and replace(again, start=again.start + space, end=again.end + space)


_TWO_SCRIPTS = re.compile(r"(?<=[٠-٩۰-۹])(?=[0-9])|(?<=[0-9])(?=[٠-٩۰-۹])")
_GLUED_DAY = re.compile(r"(?<=[^\W\d])\d{2,6}(\d)(?=\.?\s[^\W\d]{3,}\s\d{4})")


def _part_glued(text: str) -> str:
    """Part a name that ends with a number from the day below it: "ben19744 May 2014"."""
    text = _TWO_SCRIPTS.sub(" ", text)
    found = _GLUED_DAY.search(text)
    return f"{text[: found.start(1)]} {text[found.start(1) :]}" if found else text


def _may_be_relative(text: str) -> bool:
    if len(text) > RELATIVE and (is_sentence(text) or not any(char in "|·•(" for char in text)):
        return False
    return any(char.isdigit() for char in text) or len(text) < 30


def _read_said(index: int, text: str) -> Head | None:
    text, answers = _take_answered(text)
    said = split_says(text)
    if said is None or (said.rest and not is_furniture(said.rest)):
        return None
    name = clean_name(said.name)
    if not name or not may_be_author(name, asked=True):
        return None
    form = ("said",) if text[-1] in ":：.…" or said.rest else ("said", "bare")
    return Head(index, Kind.SAID, form, name, answers=answers)


def _take_answered(text: str) -> tuple[str, str | None]:
    """Part "Anna in reply to Ben" and "Anna → Ben" into both names."""
    words = text.split(" ")
    for at in range(1, min(len(words), NAME_WORDS + 1)):
        rest = words[at:]
        if words[at] and words[at][0] in _ARROWS:
            found = " ".join(rest).strip(" @" + _ARROWS)
        elif len(rest) > 2:
            found = read_in_reply(" ".join(rest)) or ""
            if len(rest) - len(found.split()) < 2:
                continue  # one word ("an", "à") says nothing within a line
        else:
            continue
        if found:
            return " ".join(words[:at]).strip(" ("), found.strip(" )")
    return text, None


def _read_lead(left: str) -> str:
    """A word before a date that is no name: "answered", "Posted on"."""
    core = simplify(left)
    if not core:
        return ""
    said = split_says(f"N {left.strip()}:")
    if said and said.name == "N" and not said.rest:
        return core
    return core if not simplify(trim_joints(left, right=True)) and len(core) < 24 else ""


def _strip_time(text: str) -> str:
    found = _TIME.match(text)
    return trim_joints(text[found.end() :], left=True) if found else text


def clean_name(text: str) -> str:
    """Return what may be a name, without numbers, links, ranks and marks beside it."""
    text = _COUNTS.sub(" ", text)
    kept = [part for part in PARTS.split(text) if part and not _is_noise(part)]
    text = kept[0] if kept else ""
    text = _SCORES.sub("", text)
    text = _IMAGE.sub("", _NUMBERED.sub("", _PICTURE.sub("", text))).strip()
    while (badge := _BADGES.search(text)) and _is_badge(badge[1]):
        text = text[: badge.start()].rstrip()
    text = _drop_links(text).strip(" \t,:;|·•–—>»\u200b\u200e\u200f\ufeff♦◆★☆✓✔✪●")
    for mark in ("**", "__", "*"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            text = text.strip(mark) if mark != "__" else text
    return "" if _NUMBER.fullmatch(text) else text


def _is_badge(text: str) -> bool:
    return len(text) < 3 or is_furniture(text) or not simplify(text)


def _drop_links(text: str) -> str:
    """Drop "Reply" and the like from a name's end: "Anna Reply"."""
    words = text.split(" ")
    for end in range(max(1, len(words) - 4), len(words)):
        sign = read_furniture(" ".join(words[end:]))
        if sign & Sign.REPLY:
            return " ".join(words[:end])
    return text


def _is_noise(part: str) -> bool:
    part = part.strip()
    return (
        (not simplify(part) and not re.search(r"[^\W_]", part))
        or bool(_NUMBER.fullmatch(part))
        or is_furniture(part)
        or bool(_BRACKETED.fullmatch(part))
    )


def may_be_author(text: str, asked: bool = False) -> bool:
    """Say whether a text is short enough, and no sentence, to be who wrote a comment.

    Where a word says that it is a name, it may be a question ("Who cares?").
    """
    if width(text) > NAME_WIDTH or _LINK.search(text) or not re.search(r"[^\W_]", text):
        return False
    words = len(text.split())
    if read_signs(text) & (Sign.HEADING | Sign.INVITATION | Sign.NO_COMMENTS | Sign.LOAD_MORE):
        return False
    if asked and words < NAME_WORDS and text[-1] in "?!":
        return True
    return words <= NAME_WORDS and not (
        is_sentence(text) and (words > 3 or (words > 1 and is_word(text.split()[-1])))
    )


def is_word(last: str) -> bool:
    """Say whether a last word with a full stop is more than an initial, "Jr." or "Ph.D."."""
    return len(last) > 4 and "." not in last[:-1]


def _may_follow(text: str) -> bool:
    """Say whether a text may stand after a head's date: no sentence does."""
    return width(text) <= NAME_WIDTH and len(text.split()) <= NAME_WORDS and may_be_author(text)


def is_bare_number(text: str) -> bool:
    """Say whether a line is a number without words: a score, a place in the discussion."""
    text = text.strip(" \t()[]{}|·•+-−–▲▼△▽↑↓✓★☆♥❤👍👎\u200b")
    return not text or _SCORE.fullmatch(text) is not None
