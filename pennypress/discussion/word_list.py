"""A small, editable word list that marks comments for a moderator's look."""

import re
import unicodedata
from pathlib import Path

from pennypress.foundation.text import remove_invisible

from .models import DiscussionSettings

_DEFAULT = Path(__file__).with_name("flagged_words.txt")


def read_word_list() -> re.Pattern[str] | None:
    """Return the newsroom's list, or the one that ships, as one pattern. None when it is empty."""
    own = DiscussionSettings.objects.values_list("flagged_words", flat=True).first()
    return compile_word_list(own or _DEFAULT.read_text(encoding="utf-8"))


def compile_word_list(text: str) -> re.Pattern[str] | None:
    """Compile a list: one word or phrase a line, `*` for any ending, `#` for a remark."""
    words = [_fold(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not words:
        return None
    parts = (
        re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def find_flagged(pattern: re.Pattern[str] | None, *texts: str | None) -> str:
    """Return the first marked word in the texts as written there, or an empty string."""
    if pattern is None:
        return ""
    for text in texts:
        if text and (found := pattern.search(_fold(text))):
            return found[0]
    return ""


def _fold(text: str) -> str:
    """Fold case, compatibility forms and accents, so that a list needs each word once."""
    decomposed = unicodedata.normalize("NFKD", remove_invisible(text)).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))
