"""Texts as they are compared, and as a finding quotes them."""

import unicodedata
from datetime import UTC, datetime
from itertools import takewhile

MOST_QUOTED = 80  # characters of a text in a finding
BEFORE = 20  # of these stand before the first difference
# Longer texts are compared letter by letter: composing takes the square of a hostile text's length.
MOST_COMPOSED = 4_000


def normalise(text: str) -> str:
    """Return a text with single spaces for all white space, and letters composed (NFC)."""
    if len(text) <= MOST_COMPOSED:
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def normalise_time(text: str) -> str:
    """Return a time in UTC to the second, as RFC 3339 writes it; all else as it is."""
    try:
        time = datetime.fromisoformat(text.strip())
        if time.tzinfo is None:
            return text
        return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    except (ValueError, OverflowError):
        return text


def quote_both(one: str, other: str) -> tuple[str, str]:
    """Quote two texts from shortly before their first difference on, without control characters."""
    pairs = zip(one, other, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    start = same - BEFORE if same > MOST_QUOTED - BEFORE else 0
    return _quote(one, start), _quote(other, start)


def _quote(text: str, start: int) -> str:
    end = start + MOST_QUOTED
    return repr(("…" if start else "") + text[start:end] + ("…" if end < len(text) else ""))
