"""Hygiene of text that people typed: what deceives the eye, and what no text may hold.

Here is the one list of characters that nobody sees. Whatever a part does about them, drop or
refuse, it asks here which ones they are.
"""

import re
import unicodedata

# Scripts without spaces between words.
SPACELESS = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u19e0-\u1aaf\u2e80-\u2fdf\u3005-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U0003fffd]"
)

# Unicode's default-ignorable characters and the other ones of its category Cf (format), as far as
# no script needs them. Written out, and not asked of `unicodedata`, so that what a site takes does
# not depend on its Python; a test holds the list against `unicodedata`. Not in it, on purpose:
#   joiners and variation selectors (ZWNJ, ZWJ, U+FE00 to U+FE0F, Mongolian's), which Persian,
#     Indian scripts and emoji are written with;
#   marks of direction (LRM, RLM, ALM), which change no more than their own place;
#   signs that are seen (Arabic, Syriac and Kaithi number signs) and the layout of hieroglyphs,
#     shorthand and music;
#   what forces direction: FORCED and ISOLATES below.
INVISIBLE = re.compile(
    "["
    "\u00ad"  # soft hyphen
    "\u034f"  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0"  # Hangul's fillers
    "\u17b4\u17b5"  # Khmer's inherent vowels
    "\u180e"  # Mongolian vowel separator
    "\u200b"  # zero width space
    "\u2060-\u2065"  # word joiner, invisible operators
    "\u206a-\u206f"  # deprecated shaping
    "\ufeff"  # byte order mark
    "\ufff0-\ufffb"  # interlinear annotation, and reserved for their like
    "\U000e0000-\U000e0fff"  # tags, further variation selectors
    "]"
)
# The same characters where a script or a sign is written with them: there they stay.
_IN_PLACE = (
    "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,10}\U000e007f"  # regions' flags
    "|(?<=[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd])"  # how it is drawn
    "[\U000e0100-\U000e01ef]"
    "|(?<=[\u1820-\u18aa\u180b-\u180d\u180f])\u180e(?=[\u1820-\u18aa])"  # Mongolian's last vowel
    "|(?<=[\u1780-\u17d3])\u200b(?=[\u1780-\u17b3])"  # between words: Khmer, Thai, Lao, Burmese
    "|(?<=[\u0e01-\u0e4e])\u200b(?=[\u0e01-\u0e4e])"
    "|(?<=[\u0e81-\u0ece])\u200b(?=[\u0e81-\u0ece])"
    "|(?<=[\u1000-\u109f])\u200b(?=[\u1000-\u109f])"
    "|(?<=[\u0591-\u05c7])\u034f(?=[\u0591-\u05c7])"  # the order of Hebrew's points
    "|\u115f(?=[\u1161-\u11a7])|(?<=[\u1100-\u115e])\u1160"  # half a syllable of old Korean
)
_PLACED = re.compile(f"({_IN_PLACE})|{INVISIBLE.pattern}")
# Out of place, these are text that nobody sees and machines read; else what is pasted by accident.
HIDDEN = re.compile("[\U000e0000-\U000e0fff]")
# Embeddings and overrides hold until they are closed, if ever: they can fake an order.
FORCED = re.compile("[\u202a-\u202e]")
# Isolates are fine in text that closes them; a name of one line does without.
ISOLATES = re.compile("[\u2066-\u2069]")
# Line breaks and tabs too: whoever takes these says so. Halves of a surrogate pair are no text.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

MOST_MARKS = 6  # combining marks on one letter; pointed and accented Hebrew needs as many
_BLANK = "\u2800\ufffc"  # symbols by their category, and nothing to the eye


def nfc(text: str) -> str:
    """Return text in Unicode's composed normal form."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Return text on one line: white space of any kind becomes single spaces, none at the ends."""
    return " ".join(text.split())


def remove_invisible(text: str) -> str:
    """Return text without the characters that nobody sees. What they parted may now compose."""
    return INVISIBLE.sub("", text)


def remove_stray(text: str) -> str:
    """Return text without invisible characters, but for those that its script is written with.

    These are flags of regions, ideographs' and Mongolian's variants, word breaks of scripts that
    have no spaces. To compare texts, use `remove_invisible`: it takes these too.
    """
    if text.isascii():
        return text
    return _PLACED.sub(lambda found: found[1] or "", text)


def find_hidden(text: str) -> int | None:
    """Return the place of the first character that hides text from the eye alone, or None."""
    if text.isascii() or not HIDDEN.search(text):
        return None
    for found in _PLACED.finditer(text):
        if not found[1] and HIDDEN.match(found[0]):
            return found.start()
    return None


def find_control(text: str, allowed: str = "") -> int | None:
    """Return the place of the first control character that is not allowed, counted from 0."""
    found = CONTROLS.finditer(text)
    return next((match.start() for match in found if match[0] not in allowed), None)


def find_forced_direction(text: str, *, isolates: bool = False) -> int | None:
    """Return the place of the first character that forces the direction of text, or None.

    `isolates` says whether those are allowed: look with `closes_isolates`, too, where they are.
    """
    found = [FORCED.search(text), None if isolates else ISOLATES.search(text)]
    return min((match.start() for match in found if match), default=None)


def closes_isolates(text: str) -> bool:
    """Say whether each isolate that opens in the text closes after it, and none closes unopened."""
    depth = 0
    for character in ISOLATES.findall(text):
        depth += -1 if character == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0


def piles_marks(text: str) -> bool:
    """Say whether more than MOST_MARKS marks stand on one letter, in whatever script."""
    if text.isascii():
        return False
    run = 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if run > MOST_MARKS:
            return True
    return False


def thin_marks(text: str) -> str:
    """Return text with at most MOST_MARKS marks on one letter: the first of them stay."""
    if not piles_marks(text):
        return text
    kept, run = [], 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return nfc("".join(kept))


def has_substance(text: str) -> bool:
    """Say whether the eye can see anything in it: a letter, figure, sign or symbol."""
    return any(
        unicodedata.category(character)[0] in "LNPS"
        and character not in _BLANK
        and not INVISIBLE.match(character)
        for character in text
    )
