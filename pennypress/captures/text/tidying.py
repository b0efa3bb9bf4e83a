"""What names of one page have in common is none of them: a picture's words, a rank, a badge."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from .segment import MOST, Segment

SAMPLE = 300  # names that show what they have in common
FEWEST = 4
_BRACKETS = re.compile(r"\s*[(\[【（]([^()\[\]【】（）]{2,40})[)\]】）]\s*$")
_GLUED = re.compile(r"(.{2,40})(.{0,20}?)\1")


def tidy_names(segments: Sequence[Segment]) -> None:
    """Take off the names what repeats in them, if most or many have it."""
    for find in (_find_glue, _find_first_words, _find_first_words, _find_badges):
        names = [segment.name for segment in segments if segment.name]
        if len(names) < FEWEST:
            return
        clean = find(names)
        if clean:
            for segment in segments:
                segment.name = clean(segment.name) if segment.name else None


def _find_glue(names: Sequence[str]) -> Callable[[str], str] | None:
    """A picture's words, then the name without a space between: "AnnaAnna", "Anna's photoAnna"."""
    found = [_GLUED.match(name) for name in names[:SAMPLE]]
    glues = Counter(match[2] for match in found if match)
    if not glues:
        return None
    glue, count = glues.most_common(1)[0]
    if count < MOST * len(found):
        return None

    def clean(name: str) -> str:
        for end in range(len(name) // 2 + 1, 1, -1):
            if name.startswith(name[:end] + glue + name[:end]):
                return name[:end].strip()
        return name

    return clean


def _find_first_words(names: Sequence[str]) -> Callable[[str], str] | None:
    """A word before every name: "Blogger Anna", "Guest Ben", "Postprzez Jan"."""
    firsts = Counter(name.split(" ", 1)[0] for name in names)
    alone = sum(" " not in name for name in names)
    if alone or len(firsts) > max(1, min(3, len(names) // 4)):
        return None
    rests = {name.split(" ", 1)[1] for name in names}
    if len(rests) < 2:
        return None
    return lambda name: name.split(" ", 1)[1].strip()


def _find_badges(names: Sequence[str]) -> Callable[[str], str] | None:
    """What stands in brackets after several names: "Anna (not verified)"."""
    found = [_BRACKETS.search(name) for name in names]
    badges = Counter(match[1] for match in found if match)
    bearers = {(match[1], name) for match, name in zip(found, names, strict=True) if match}
    several = Counter(badge for badge, _ in bearers)
    often = {
        badge
        for badge, count in badges.items()
        if several[badge] > 1 and count > 2 and count > 0.1 * len(names)
    }
    if not often:
        return None

    def clean(name: str) -> str:
        match = _BRACKETS.search(name)
        return name[: match.start()] if match and match[1] in often else name

    return clean
