"""Comments that are elsewhere: systems that keep them on their own servers, by their marks.

A saved page holds such a system's empty shell, and the comments are not in it.
"""

import re
from functools import cache

from .signs import LONGEST, WORDS


@cache
def _hosted_marks() -> re.Pattern[str]:
    systems = "|".join(
        f"(?P<s{at}>{'|'.join(map(re.escape, marks.split('|')))})"
        for at, marks in enumerate(WORDS["hosted"].values())
    )
    return re.compile(rf"(?<![a-z0-9])(?:{systems})(?![a-z0-9])", re.IGNORECASE)


def find_hosted_mark(value: str) -> str | None:
    """Return the system that an id, a class or an address names: "disqus_thread" gives Disqus."""
    found = _hosted_marks().search(value, 0, 1000)
    if found is None or found.lastgroup is None:
        return None
    return list(WORDS["hosted"])[int(found.lastgroup[1:])]


_HOSTED_LINE = re.compile(
    r"comments? powered by (?P<by>[\w. ]+?)\W*$|view the comments powered by (?P<view>[\w.]+)|"
    r"(?P<facebook>facebook comments?|comments plugin)|"
    r"(?P<disqus>view the discussion thread)|powered by "
    r"(?P<powered>disqus|coral|livefyre|viafoura|openweb|spot\.im)|"
    r"(?:kommentare|commentaires|comentarios|comentários|commenti|комментарии)\b.*(?P<other>disqus)",
    re.IGNORECASE,
)


def find_hosted(text: str) -> str | None:
    """Return the system that a line of a page names as the place of its comments."""
    if len(text) > LONGEST:
        return None
    found = _HOSTED_LINE.search(text)
    if found is None or found.lastgroup is None:
        return None
    if found.lastgroup in ("facebook", "disqus"):
        return found.lastgroup.capitalize()
    named = found[found.lastgroup].strip(" .")
    return next((name for name in WORDS["hosted"] if name.casefold() == named.casefold()), named)
