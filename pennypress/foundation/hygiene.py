"""What people type is checked at every door by the same rules, and refused with a sentence.

`text` knows the characters.
"""

from django.utils.translation import gettext as _

from .text import (
    CONTROLS,
    FORCED,
    ISOLATES,
    closes_isolates,
    find_control,
    find_forced_direction,
    find_hidden,
    has_substance,
    nfc,
    one_line,
    piles_marks,
    remove_stray,
    thin_marks,
)


class BadText(ValueError):
    """What somebody typed cannot be taken; the message says why, for whoever typed it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def clean_line(text: str, field: str, most: int | None = None, *, isolates: bool = False) -> str:
    """Return a line as it is kept: in NFC, single spaces, nothing invisible that no script needs.

    It may be empty. `isolates` says whether another direction may be opened in it and closed again.
    Raises BadText, for `field`, for more than `most` characters, line breaks and
    other controls, what forces a direction, text that is hidden, and piles of marks.
    """
    text = text.strip()
    check_characters(text, field, multiline=False, isolates=isolates)
    text = nfc(remove_stray(text))
    if most is not None and len(text) > most:
        raise BadText(
            _("This is too long (%(count)s characters): %(most)s fit at most.")
            % {"most": most, "count": len(text)},
            field,
        )
    check_marks(text, field)
    return one_line(text)


def clean_lines(text: str, field: str) -> str:
    """Return text of several lines as it is kept: in NFC, plain newlines, no blank ends.

    Raises BadText as `clean_line` does.
    """
    text = plain_newlines(text)
    check_characters(text, field, multiline=True)
    text = trim_lines(nfc(remove_stray(text)))
    check_marks(text, field)
    return text


def plain_newlines(text: str) -> str:
    """Return text whose lines end with a newline alone."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def trim_lines(text: str) -> str:
    """Return text without blank lines before and white space after it.

    The first line keeps its indentation: it may be that of code.
    """
    text = text.rstrip()
    first = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, first) + 1 :]


def take_as_is(text: str, *, multiline: bool = True) -> str:
    """Return imported text in NFC without the characters that are refused to those who type.

    An arrival publishes what its source showed; characters that only deceive the eye are dropped.
    """
    text = plain_newlines(text)
    text = CONTROLS.sub(lambda found: found[0] if found[0] in "\n\t" else "", text)
    text = remove_stray(FORCED.sub("", text))
    if not closes_isolates(text):
        text = ISOLATES.sub("", text)
    text = thin_marks(nfc(text).strip())
    return text if multiline else one_line(text)


def check_characters(
    text: str, field: str, *, multiline: bool, isolates: bool | None = None
) -> None:
    """Raise BadText for a character that no text may hold, and name it with its place.

    Text of several lines may hold isolates, if nothing else is said.
    """
    isolates = multiline if isolates is None else isolates
    if text.isascii() and text.replace("\n", " ").isprintable() and (multiline or "\n" not in text):
        return  # most of what is written, told by a glance
    found = [
        (place, message)
        for place, message in (
            (
                find_control(text, allowed="\n\t" if multiline else ""),
                _("Character %(place)s is a control character (U+%(code)04X); please remove it."),
            ),
            (
                find_forced_direction(text, isolates=isolates),
                _(
                    "Character %(place)s forces the direction of text (U+%(code)04X); please "
                    "remove it."
                ),
            ),
            (
                find_hidden(text),
                _(
                    "Character %(place)s is text that nobody can see (U+%(code)04X); please "
                    "remove it."
                ),
            ),
        )
        if place is not None
    ]
    if found:
        place, message = min(found)
        raise BadText(message % {"place": place + 1, "code": ord(text[place])}, field)
    if not closes_isolates(text):
        raise BadText(_("A change of text direction is opened and not closed."), field)


def check_marks(text: str, field: str) -> None:
    """Raise BadText for marks that pile up on one letter until they cover others."""
    if piles_marks(text):
        raise BadText(_("Too many marks are piled on one letter."), field)


def check_substance(text: str, field: str, message: str) -> None:
    """Raise BadText with the message when there is nothing to see in the text."""
    if not has_substance(text):
        raise BadText(message, field)
