"""Words that pages put around their readers' words, in some forty languages.

All recognisers look at one short line: they match it whole, or at its edges, never a word within
a sentence. They are cheap enough for every line of a page with 100,000 comments. What they find is
a hint: only what repeats over a page, or stands at the right place, makes it furniture.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from enum import Flag, auto
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LONGEST = 160  # characters of a line with signs
LONGEST_CLAIM = 300  # of a claimed count, which may name the story
LONGEST_NAME = 80
PARTS = 12  # links on one line

WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SPACES = re.compile(r"\s+")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''") | dict.fromkeys(range(0x64B, 0x653))
_SEPARATORS = re.compile(r"\s*[|·•∙⋅¦/,;●‧–—]\s*|\s{2,}|\s+-\s+")
_COUNTED = re.compile(r"\(\d+\)|[\[\]]")
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


class Sign(Flag):
    """What a whole line may be. "Kommentieren" may be a link to answer and to a form."""

    NONE = 0
    REPLY = auto()  # a link that answers a comment
    OTHER = auto()  # another link, button or rank at a comment: report, like, share, "moderator"
    LOAD_MORE = auto()  # a link to comments that are not in the page
    HEADING = auto()  # above a discussion: "Comments", "Leserkommentare"
    INVITATION = auto()  # above the form for a new comment: "Leave a reply"
    LABEL = auto()  # a field of that form, or a sentence around it
    REMOVED = auto()  # in a removed comment's place
    NO_COMMENTS = auto()  # "No comments yet"
    CLOSED = auto()  # "Comments are closed"
    TEASER = auto()  # a link to the rest of a story: "Continue reading"


FURNITURE = Sign.REPLY | Sign.OTHER | Sign.LOAD_MORE


class Said(NamedTuple):
    """A line with a name: "Anna says: 3 May" gives "Anna" and "3 May"."""

    name: str
    rest: str


@lru_cache(maxsize=8192)
def simplify(text: str) -> str:
    """Return the text in lower case, without numbers, marks and spaces at its edges."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_APOSTROPHES)
    return _SPACES.sub(" ", _EDGES.sub("", text))


def phrases(value: str | dict[str, str]) -> frozenset[str]:
    """Return the phrases of all languages, as `simplify` leaves them."""
    values = [value] if isinstance(value, str) else value.values()
    return frozenset(
        simplify(phrase) for line in values for phrase in line.split("|") if simplify(phrase)
    )


_TABLES = {
    Sign.REPLY: "reply",
    Sign.OTHER: "other",
    Sign.LOAD_MORE: "load_more",
    Sign.HEADING: "headings",
    Sign.INVITATION: "invitations",
    Sign.LABEL: "labels",
    Sign.REMOVED: "removed",
    Sign.NO_COMMENTS: "no_comments",
    Sign.TEASER: "teasers",
    Sign.CLOSED: "closed",
}


def _first_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(phrase.split(" ", 1)[0] for phrase in phrases)


def _read_signs() -> dict[str, Sign]:
    signs: dict[str, Sign] = {}
    for sign, table in _TABLES.items():
        for phrase in phrases(WORDS[table]):
            signs[phrase] = signs.get(phrase, Sign.NONE) | sign
    return signs


_SIGNS = _read_signs()
_MOST_WORDS = max(phrase.count(" ") + 1 for phrase in _SIGNS)
_FURNITURE_STARTS = _first_words(p for p, sign in _SIGNS.items() if sign & FURNITURE)
_LABEL_STARTS = tuple(phrases(WORDS["label_starts"]))
_REMOVED = re.compile(
    f"(?:{WORDS['this_comment']}).{{0,90}}?(?:{WORDS['was_removed']})".replace("\n", "")
)
_LONG_REMOVED = tuple(p + " " for p, s in _SIGNS.items() if s & Sign.REMOVED and p.count(" ") > 2)
_SAYS = phrases(WORDS["says"])
_SAYS_ENDS = tuple(sorted(WORDS["says_ends"].split("|"), key=len, reverse=True))
_SAYS_STARTS = _first_words(_SAYS)
_BY_ALONE = phrases(WORDS["by_alone"])
_BY = phrases(WORDS["by"])
_JOINTS = phrases(WORDS["joints"])
_IN_REPLY = phrases(WORDS["in_reply"])
_BY_STARTS, _IN_REPLY_STARTS = _first_words(_BY), _first_words(_IN_REPLY)
_IN_REPLY_ENDS = tuple(sorted(phrases(WORDS["in_reply_ends"]), key=len, reverse=True))
_COMMENTS = phrases(WORDS["comments"])
_COUNT_BEFORE = phrases(WORDS["count_before"])
_COUNT_AFTER = phrases(WORDS["count_after"])
_COUNT_TO = phrases(WORDS["count_to"])


# --- Whole lines -----------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def read_signs(text: str) -> Sign:
    """Return what the whole line may be: one phrase, whatever numbers and marks are around it."""
    if len(text) > LONGEST:
        return Sign.NONE
    core = simplify(text)
    found = _SIGNS.get(core, Sign.NONE)
    if found & Sign.REMOVED and not _is_whole_removed(text, core):
        found &= ~Sign.REMOVED
    if core.startswith(_LONG_REMOVED) or _REMOVED.match(core):
        found |= Sign.REMOVED
    if core.startswith(_LABEL_STARTS):
        found |= Sign.LABEL
    return found


def _is_whole_removed(text: str, core: str) -> bool:
    """A single word says so only in brackets: a reader's whole comment may be "Deleted"."""
    if " " in core or len(core) > (4 if _SPACELESS.match(core) else 12):
        return True
    return text.strip()[:1] in "[(<{*（【〔—-"


@lru_cache(maxsize=8192)
def read_furniture(text: str) -> Sign:
    """Return the union of a line's links and buttons, be they one or several; else NONE.

    "Reply", "↩ Reply (3)", "Reply | Report", "Antworten Melden Teilen" and "12 Likes · Share".
    """
    if len(text) > LONGEST:
        return Sign.NONE
    whole = read_signs(text) & FURNITURE
    if whole:
        return whole
    found = Sign.NONE
    parts = [part for part in _SEPARATORS.split(_COUNTED.sub(" ", text)) if simplify(part)]
    if len(parts) > PARTS:
        return Sign.NONE
    for part in parts:
        sign = read_signs(part) & FURNITURE or _read_row(part)
        if not sign:
            return Sign.NONE
        found |= sign
    return found


def _read_row(text: str) -> Sign:
    """Read links that only spaces part: each phrase as long as there is one."""
    words = [word for word in map(simplify, text.split()) if word]
    found, at = Sign.NONE, 0
    while at < len(words):
        if at == 0 and words[0] not in _FURNITURE_STARTS:
            sign, end = _read_glued(words[0]), 1
        else:
            for end in range(min(len(words), at + _MOST_WORDS), at, -1):
                sign = _SIGNS.get(" ".join(words[at:end]), Sign.NONE) & FURNITURE
                if sign:
                    break
            else:
                sign = _read_glued(words[at])
        if not sign:
            return Sign.NONE
        found, at = found | sign, end
    return found


def _read_glued(word: str) -> Sign:
    """Read two links with nothing between them: "ReportSave"."""
    if not (6 if word.isascii() else 4) <= len(word) <= 30:
        return Sign.NONE
    for at in range(2, len(word) - 1):
        first = _SIGNS.get(word[:at], Sign.NONE) & FURNITURE
        second = _SIGNS.get(word[at:], Sign.NONE) & FURNITURE if first else Sign.NONE
        if second:
            return first | second
    return Sign.NONE


def is_reply(text: str) -> bool:
    """Say whether the line is a link that answers a comment, perhaps with others beside it."""
    return bool(read_furniture(text) & Sign.REPLY)


def is_furniture(text: str) -> bool:
    """Say whether the line is nothing but links and buttons of a comment."""
    return bool(read_furniture(text))


def is_load_more(text: str) -> bool:
    """Say whether the line is a link to comments that are not in the page."""
    return bool(read_signs(text) & Sign.LOAD_MORE)


def is_heading(text: str) -> bool:
    """Say whether the line may stand above a discussion: "Comments", "Kommentare (91)"."""
    return bool(read_signs(text) & Sign.HEADING)


def is_invitation(text: str) -> bool:
    """Say whether the line may stand above the form for a new comment."""
    return bool(read_signs(text) & Sign.INVITATION) or _is_row_of(text, Sign.INVITATION)


def _is_row_of(text: str, sign: Sign) -> bool:
    """Two phrases side by side: "Leave a Reply Cancel reply"."""
    words = simplify(text).split(" ")
    return len(words) <= 2 * _MOST_WORDS and any(
        _SIGNS.get(" ".join(words[:at]), Sign.NONE) & sign
        and _SIGNS.get(" ".join(words[at:]), Sign.NONE) & sign
        for at in range(1, len(words))
    )


def is_label(text: str) -> bool:
    """Say whether the line is a field of the form for a comment, or a sentence around it."""
    return bool(read_signs(text) & Sign.LABEL)


def is_removed(text: str) -> bool:
    """Say whether the line stands in a removed comment's place: "[deleted]"."""
    return bool(read_signs(text) & Sign.REMOVED)


# --- Names -----------------------------------------------------------------------------------


def split_says(text: str) -> Said | None:
    """Part a line such as "Anna says:" or "Anna schreibt am 3. Mai:" into name and rest."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    bare = text.rstrip(" :：")
    if _SPACELESS.search(bare[-1:]) or "\uac00" <= bare[-1:] <= "\ud7a3":
        end = next((end for end in _SAYS_ENDS if bare.endswith(end)), None)
        name = bare.removesuffix(end).rstrip() if end else ""
        return Said(name, "") if name and end and simplify(name) not in _COMMENTS else None
    words = text.split()
    for at in range(1, min(len(words), 12)):
        if words[at].casefold().strip(":：,.") not in _SAYS_STARTS:
            continue
        for end in range(min(at + 3, len(words)), at, -1):
            if simplify(" ".join(words[at:end])) not in _SAYS:
                continue
            name, rest = " ".join(words[:at]), " ".join(words[end:])
            colon = words[end - 1][-1] in ":：.…" or rest[:1] in (":", "：")
            rest = rest.lstrip(":： ")
            if _may_be_said(name, rest, at, colon or end > at + 1):
                return Said(name.rstrip(" ,"), rest)
    return None


def _may_be_said(name: str, rest: str, words: int, colon: bool) -> bool:
    if len(name) > LONGEST_NAME or not simplify(name):
        return False
    if not rest:
        return colon or words <= 3
    first = simplify(rest.split(" ", 1)[0])
    return (
        any(char.isdigit() for char in rest[:40]) or first in _JOINTS or bool(read_furniture(rest))
    )


def is_says(text: str) -> bool:
    """Say whether a line is nothing but "says:"."""
    return simplify(text) in _SAYS


def split_by(text: str) -> str | None:
    """Return what follows "Posted by", "Von", "Author:" at a line's beginning, None if nothing."""
    rest = _split_start(text, _BY, _BY_STARTS)
    before = text.strip().removesuffix(rest or "").strip()
    if rest and " " not in before and before[-1] not in ":：":
        return rest if simplify(before) in _BY_ALONE else None
    return rest


def read_in_reply(text: str) -> str | None:
    """Return the name that the line says it answers: "In reply to Anna" gives "Anna"."""
    text = text.strip(" ()[]↪↳→>»")
    if len(text) > LONGEST:
        return None
    bare = text.casefold().rstrip(" :：")
    for end in _IN_REPLY_ENDS:
        if bare.endswith(end):
            return text[: len(bare) - len(end)].strip(" @") or None
    rest = _split_start(text, _IN_REPLY, _IN_REPLY_STARTS)
    if text.startswith("@") and not rest:
        rest = text[1:]
    return rest.strip(" @:：,") or None if rest else None


def _split_start(text: str, phrases: frozenset[str], starts: frozenset[str]) -> str | None:
    text = text.strip()
    if len(text) > LONGEST:
        return None
    head, colon, rest = text.partition(":") if ":" in text[:40] else text.partition("：")
    if colon and rest.strip() and simplify(head) in phrases:
        return rest.strip()
    words = text.split(" ")
    if simplify(words[0]) not in starts:
        return None
    for end in range(min(6, len(words) - 1), 0, -1):
        if simplify(" ".join(words[:end])) in phrases and words[0][0].isalpha():
            return " ".join(words[end:]).strip() or None
    return None


def is_joint(text: str) -> bool:
    """Say whether a text is nothing but a word between a name and a date: "Published"."""
    return simplify(text) in _JOINTS


_LEFT_MARKS = re.compile(r"^[\s,;:|·•∙–—\-/>»«<)\]}#@.]+")
_RIGHT_MARKS = re.compile(r"[\s,;:|·•∙–—\-/<«»>(\[{#@]+$")


def trim_joints(text: str, *, left: bool = False, right: bool = False) -> str:
    """Drop marks and words such as "on", "am", "le", "в" from the sides where a date stood."""
    while True:
        before = text
        if left:
            text = _LEFT_MARKS.sub("", text)
            first, _, others = text.partition(" ")
            if simplify(first) in _JOINTS and first[-1] != ".":
                text = others
        if right:
            text = _RIGHT_MARKS.sub("", text)
            others, _, last = text.rpartition(" ")
            if last.islower() and last.isalpha() and simplify(last) in _JOINTS:
                text = others
        if text == before:
            return text


# --- Claimed counts --------------------------------------------------------------------------

_COUNT = re.compile(
    r"(\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+|\d+(?:[.,]\d{1,2}(?=\s?[kKmM万萬]))?)\s?([kKmM万萬]\b)?"
)
_SCALE = {"k": 1_000, "m": 1_000_000, "万": 10_000, "萬": 10_000}
_ONE = frozenset(
    ("one", "ein", "eine", "einen", "un", "une", "um", "uma", "uno", "una", "один", "en", "één")
)
_QUOTES = tuple("“”„\"'«»‘’「『《")


@lru_cache(maxsize=4096)
def read_claim(text: str) -> int | None:
    """Return how many comments the line says there are: "37 comments" gives 37, else None.

    "Kommentare (91)", "One response to “Ferry”", "댓글 12", "25.4k comments", "No comments yet".
    """
    text = text.strip()
    if not text or len(text) > LONGEST_CLAIM:
        return None
    if read_signs(text) & Sign.NO_COMMENTS:
        return 0
    found = _COUNT.search(text, 0, LONGEST)
    if found is None:
        first, _, rest = text.partition(" ")
        return 1 if first.casefold() in _ONE and _is_counted(rest) else None
    before, after = text[: found.start()], text[found.end() :]
    if (
        before
        and not before[-1].isspace()
        and before[-1] not in "([{:：~+"
        and not _SPACELESS.search(before[-1])
    ):
        return None
    head = simplify(before)
    first, _, last = head.rpartition(" ")
    if first and last in _COUNT_BEFORE:  # "全部评论 共16条"
        head = first
    if head in _COMMENTS or _SIGNS.get(head, Sign.NONE) & Sign.HEADING:
        rest = simplify(after)
        known = not rest or rest in _COUNT_AFTER or rest in _COMMENTS
        if not known and not _is_to(after) and not read_furniture(after):
            return None
    elif not ((not head or head in _COUNT_BEFORE) and _is_counted(after)):
        return None
    return _read_count(found[1], found[2])


def _is_counted(text: str) -> bool:
    """Say whether the text begins with what is counted, and goes on as counts do."""
    words = text.strip().split()
    for end in range(min(3, len(words)), 0, -1):
        if simplify(" ".join(words[:end])) not in _COMMENTS:
            continue
        rest = " ".join(words[end:])
        core = simplify(rest)
        return (
            not core
            or core in _COUNT_AFTER
            or _is_to(rest)
            or bool(read_furniture(rest))
            or (bool(_SIGNS.get(core, Sign.NONE) & (Sign.INVITATION | Sign.HEADING)))
        )
    return False


def _is_to(text: str) -> bool:
    """Say whether a title follows: to “Ferry returns”; a sentence is none."""
    first, _, title = text.strip().partition(" ")
    quoted = first.startswith(_QUOTES) or title.startswith(_QUOTES)
    if simplify(first) not in _COUNT_TO and not quoted:
        return False
    return quoted or (bool(title) and not text.rstrip().endswith((".", ",", ";", ":")))


def _read_count(digits: str, scale: str | None) -> int:
    if not scale:
        return int(re.sub(r"\D", "", digits))
    return int(float(digits.replace(",", ".").replace("\u00a0", "")) * _SCALE[scale.casefold()])
