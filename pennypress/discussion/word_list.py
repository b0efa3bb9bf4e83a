"""A small, editable word list that marks comments for a moderator's look."""

import re
import unicodedata
from pathlib import Path

from pennypress.foundation.text import SPACELESS, one_line, remove_invisible

from .models import DiscussionSettings

# What a word goes on with: letters, figures, and the vowel signs of Indian scripts, which are no
# letters to `re`. The dandas among them end sentences.
_LETTER = (
    r"[\w\u0900-\u0963\u0966-\u0dff\u1700-\u177f\u1900-\u194f\u1b00-\u1c4f\ua800-\ua9df"
    r"\uaa00-\uaa5f\uaae0-\uabff\U00011000-\U00011fff]"
)

_DEFAULT = Path(__file__).with_name("flagged_words.txt")


def read_word_list() -> re.Pattern[str] | None:
    """Return the newsroom's list, or the one that ships, as one pattern. None when it is empty."""
    own = DiscussionSettings.objects.values_list("flagged_words", flat=True).first()
    return compile_word_list(own or _DEFAULT.read_text(encoding="utf-8"))


def compile_word_list(text: str) -> re.Pattern[str] | None:
    """Compile a list: one word or phrase a line, `*` for any ending, `#` for a remark.

    A word is found as a whole word, in scripts that write spaces between words; in the others
    (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan) wherever it stands.
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = [word for line in lines if (word := one_line(_fold(line)))]
    if not words:
        return None
    return re.compile("|".join(map(_pattern, words)))


def _pattern(word: str) -> str:
    pattern = re.escape(word).replace(r"\*", f"{_LETTER}*").replace(r"\ ", r"\s+")
    before = "" if SPACELESS.match(word[0]) else f"(?<!{_LETTER})"
    after = "" if SPACELESS.match(word[-1]) else f"(?!{_LETTER})"
    return f"{before}{pattern}{after}"


def find_flagged(pattern: re.Pattern[str] | None, *texts: str | None) -> str:
    """Return the first marked word in the texts as written there, or an empty string."""
    if pattern is None:
        return ""
    for text in texts:
        if text and (found := pattern.search(_fold(text))):
            return found[0]
    return ""


def _fold(text: str) -> str:
    """Fold case, compatibility forms and accents, so that a list needs each word once.

    Accents go, and the points of Hebrew and Arabic; what makes another word of it stays, such as
    the voicing of kana and the tones of Thai.
    """
    decomposed = unicodedata.normalize("NFKD", remove_invisible(text)).casefold()
    return "".join(c for c in decomposed if not _is_accent(unicodedata.combining(c)))


def _is_accent(combining_class: int) -> bool:
    return 10 <= combining_class <= 36 or combining_class >= 200
