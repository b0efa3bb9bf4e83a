"""Names that look like others: by what a hurried eye makes of them, not by their characters.

The table of characters that are taken for each other is Unicode's own (UTS #39, confusables.txt),
as homoglyphs-fork ships it. What that library computes from it, all spellings of a text, is not
what we need: a name is reduced to its *skeleton* here, and names with one skeleton look alike.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate
from string import ascii_uppercase

_ROUNDS = 8  # of reducing; every character there is comes to rest in fewer

# Marks that are written above, below or through a letter of any script. Not among them are those
# that other scripts spell with: vowels of Indian scripts, Japanese voicing.
_MARKS = "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"  # noqa: E501
# What nobody sees, joiners, selectors and marks of direction too: no name differs by these alone.
_UNSEEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_DROPPED = re.compile(f"{_MARKS}|{_UNSEEN}")
_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "


def skeletons(name: str) -> frozenset[str]:
    """Return what is left of a name for the eye: letters and figures, each as what it looks like.

    There is one skeleton for capitals as they are (I looks like l) and one for small letters. Two
    names look alike when they share one. Case, width, accents, spaces, punctuation and what nobody
    sees make no difference. A name without letters and figures has none. A skeleton has itself.
    """
    return _join(_reduced_words(name))


class KnownNames:
    """Names that nobody else's shall look like; made once and asked often."""

    def __init__(self, names: Iterable[str], *, words: Iterable[str] = ()) -> None:
        """`words` are found wherever they stand in a name; so are names of two words or more."""
        self._whole: dict[str, str] = {}
        self._within: dict[str, str] = {}
        for name in names:
            parted, known = _known_skeletons(name)
            self._whole |= dict.fromkeys(known, name)
            if parted:
                self._within |= dict.fromkeys(known, name)
        for word in words:
            self._within |= dict.fromkeys(_known_skeletons(word)[1], word)
        self._longest = max(map(len, self._within), default=0)

    def find(self, name: str) -> str:
        """Return the known name that this one looks like or contains; "" if there is none."""
        for words in _reduced_words(name):
            if found := self._whole.get("".join(words)):
                return found
            for start in range(len(words)):
                for run in accumulate(words[start:]):
                    if len(run) > self._longest:
                        break
                    if found := self._within.get(run):
                        return found
        return ""


def _reduced_words(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name's words, reduced: as it is written, and in small letters."""
    as_written, small = _words(name), name.casefold()
    return as_written, as_written if small == name else _words(small)


@lru_cache(maxsize=8_192)  # of known names alone, which are read again and again
def _known_skeletons(name: str) -> tuple[bool, frozenset[str]]:
    """Whether a known name has two words or more, and how it may be imitated.

    In capitals too, which are taken for other letters than the small ones are: lLYA for Ilya.
    """
    reduced = _reduced_words(name)
    return len(reduced[0]) > 1, _join([*reduced, _words(name.upper())])


def _join(reduced: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(filter(None, map("".join, reduced)))


def _words(name: str) -> tuple[str, ...]:
    parted = "".join(char if _stays(char) else " " for char in _plain(name))
    return tuple(filter(None, map(_reduce, parted.split())))


def _plain(text: str) -> str:
    """Return text as what it looks like, without what nobody sees and without marks.

    First by the table, since compatibility forms mean something else at times: the lunate sigma is
    a sigma, and looks like a C.
    """
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text.translate(_prototypes())))
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return text.translate(_prototypes())


@lru_cache(maxsize=4_096)
def _stays(char: str) -> bool:
    """Whether anything is left of a character: else it parts words, as spaces do."""
    return bool(_reduce(char))


def _reduce(text: str) -> str:
    """Return text as what it looks like, in small letters, until nothing changes any more."""
    for _ in range(_ROUNDS):
        before = text
        text = _plain(text).casefold()
        if not text.isalnum():
            text = "".join(char for char in text if unicodedata.category(char)[0] in "LMN")
        text = unicodedata.normalize("NFKD", text)
        if text == before:
            break
    return text


def _entry(text: str) -> str:
    """An entry of the table: text from right to left stands between marks of direction there."""
    return unicodedata.normalize("NFD", text.replace("\u200e", ""))


def _is_letter(text: str) -> bool:
    """Whether there is a letter or figure in a text. The modifier letters are apostrophes to us."""
    return any(
        unicodedata.category(char)[0] in "LN" and not "\u02b0" <= char <= "\u02ff" for char in text
    )


@cache
def _prototypes() -> dict[int, str]:
    """What each character looks like, by its number: 20 ms, once in a process."""
    file = resources.files("homoglyphs_fork") / "confusables.json"
    likes: dict[str, set[str]] = defaultdict(set)
    for one, others in json.loads(file.read_text(encoding="utf-8")).items():
        for other in others:
            first, second = _entry(one), _entry(other)
            likes[first].add(second)
            likes[second].add(first)
    # The table leads each character to one prototype, and each prototype back to all of these.
    found = {}
    for char, others in likes.items():
        if len(char) == 1 and len(others) == 1:
            (other,) = others
            is_prototype = len(likes[other]) > 1 or len(other) > 1 or other < char
            if _is_letter(char) != _is_letter(other):  # no letter is taken for a stroke or dot
                is_prototype = _is_letter(other) and not unicodedata.category(char).startswith("P")
            if is_prototype:
                found[ord(char)] = other
    for code in (*range(0x0250, 0x02B0), *range(0x1D00, 0x1D80), *range(0xA720, 0xA800)):
        letter = unicodedata.name(chr(code), "").removeprefix(_SMALL_CAPITAL)
        if len(letter) == 1 and code not in found:
            found[code] = letter.lower()
    for start in (0x1F150, 0x1F170, 0x1F1E6):  # letters in circles and squares, and of flags
        found |= {start + place: letter for place, letter in enumerate(ascii_uppercase)}
    return found | {ord("w"): "vv", ord("п"): "n"}
