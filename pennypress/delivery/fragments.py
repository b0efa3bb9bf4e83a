"""Fragments: what stands on many pages, such as the meter, rendered once and joined in.

When one changes, the pages it stands on are joined anew from what is cached; none is rendered.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from .dependencies import (
    FragmentKey,
    collect_dependencies,
    current_dependencies,
    depends_on,
    expires_at,
    split_at_marks,
)
from .facts import cached_fact


@dataclass(frozen=True)
class Fragment:
    """How a fragment is written, in a language, from its arguments (numbers or short words).

    A `small` one, a figure in a line, is compressed together with the text around it.
    """

    write: Callable[..., str]
    small: bool = False


FRAGMENTS: dict[str, Fragment] = {}


def fragment(name: str, *, small: bool = False) -> Callable[[Callable[..., str]], Callable]:
    """Register a function that writes a fragment: `(language, *arguments) -> HTML`, all text.

    It says with `depends_on` what the fragment depends on, as a page does.
    """

    def register(write: Callable[..., str]) -> Callable[..., str]:
        FRAGMENTS[name] = Fragment(write, small)
        return write

    return register


def place_fragment(
    name: str, language: str, *arguments: object, at_hand: Callable[[], str] | None = None
) -> SafeString:
    """Return a fragment's HTML; on a page for the cache, the mark at which it is joined in.

    `at_hand` writes the same from what the caller has already read.
    """
    key = (name, language, *map(str, arguments))
    shown = current_dependencies()
    if shown is not None and shown.mark:
        return mark_safe(shown.leave_mark(key))  # noqa: S308 - a comment of our own
    if at_hand:
        return mark_safe(at_hand())  # noqa: S308 - fragments escape
    written = cached_fact(("fragment", *key), lambda: write_fragment(key))
    return mark_safe(written)  # noqa: S308 - fragments escape


def cached_text(key: tuple[str, ...], write: Callable[[], str]) -> SafeString:
    """Return a text that is the same for everybody, written once, with its fragments in place.

    For what many requests end in, such as the page for what is not there: only its fragments are
    looked up each time. The key names all that the text is written by, its language too.
    """

    def read() -> tuple[str | FragmentKey, ...]:
        with collect_dependencies(with_marks=True) as found:
            text = write()
        depends_on(*found.tags)
        if found.until is not None:
            expires_at(found.until)
        return tuple(split_at_marks(text, found))

    row = cached_fact(("text", *key), read)
    # Written by `write` and by fragments, which escape.
    return mark_safe("".join(p if isinstance(p, str) else place_fragment(*p) for p in row))  # noqa: S308


def write_fragment(key: FragmentKey) -> str:
    """Write the fragment now, in its language. Raises KeyError for a name that none has."""
    name, language, *arguments = key
    with translation.override(language):
        return FRAGMENTS[name].write(language, *arguments)
