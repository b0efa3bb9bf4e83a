"""A small, editable word list that marks comments for a moderator's look."""

import re
import unicodedata
from pathlib import Path

from pennypress.foundation.text import one_line, remove_invisible

from .models import DiscussionSettings

# What a word goes on with: letters, figures, and the vowel signs of Indian scripts, which are no
# letters to `re`. The dandas among them end sentences.
_LETTER = (
    r"[\w\u0900-\u0963\u0966-\u0dff\u1700-\u177f\u1900-\u194f\u1b00-\u1c4f\ua800-\ua9df"
    r"\uaa00-\uaa5f\uaae0-\uabff\U00011000-\U00011fff]"
)
# Scripts without spaces between words.
_SPACELESS = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u19e0-\u1aaf\u2e80-\u2fdf\u3005-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U0003fffd]"
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
    before = "" if _SPACELESS.match(word[0]) else f"(?<!{_LETTER})"
    after = "" if _SPACELESS.match(word[-1]) else f"(?!{_LETTER})"
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
