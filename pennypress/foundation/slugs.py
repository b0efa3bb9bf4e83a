"""Slugs: what a page is called in its address, in any script.

A slug holds letters, marks, digits, hyphens and underscores, in NFC. Python's `\\w` and Django's
slugs know no marks, without which words of Hindi, Thai and many other languages are none.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .text import nfc, remove_invisible

_LAST_MARK = 0x20000  # what Unicode has of marks beyond are variation selectors
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0x180B, 0x1810)})
_JOINERS = re.compile("[\u200c\u200d]")
# Spaces, hyphens and dashes, and what Tibetan and Ethiopic have between words.
_BREAKS = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d/\u0f0b\u0f0c\u1361]+")


@cache
def slug_pattern() -> str:
    """Return a regular expression for a slug, without groups and anchors."""
    return rf"[\w{_marks()}-]+"


def is_slug(text: str) -> bool:
    """Say whether a text is a slug: its characters, and their composed form."""
    return _slug().fullmatch(text) is not None and remove_invisible(nfc(text)) == text


def make_slug(text: str, *, lower: bool = True) -> str:
    """Return the slug for a title, "" where it has no letter or digit.

    Spaces and dashes become hyphens, and what can be in no slug goes. Joiners go too: words can be
    read without them, and few keyboards type them into an address.
    """
    text = _JOINERS.sub("", remove_invisible(nfc(text)))
    if lower:
        text = nfc(text.lower())
    kept = _unfit().sub("", _BREAKS.sub("-", text))
    return re.sub("-{2,}", "-", kept).strip("-_")


def cut_slug(slug: str, most: int) -> str:
    """Return at most so many characters of a slug: whole words, or else whole letters."""
    if len(slug) <= most:
        return slug
    end = slug.rfind("-", 0, most + 1)
    if end <= 0:
        end = most
        while end and unicodedata.category(slug[end]).startswith("M"):  # of the letter before
            end -= 1
    return slug[:end]


def validate_slug(text: str) -> None:
    """Raise ValidationError for what is no slug."""
    if not is_slug(text):
        raise ValidationError(
            _("Letters, digits, hyphens and underscores alone can stand in an address."),
            code="invalid",
        )


class SlugFormField(forms.CharField):
    """Takes a slug, and makes one of what else is typed: “News from Oslo!” is “News-from-Oslo”."""

    default_validators = [validate_slug]

    def __init__(self, **options: Any) -> None:
        options.pop("allow_unicode", None)  # which all are
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        """Return the slug. What has no letter stays as it is, and is refused."""
        typed = super().to_python(value) or ""
        return typed if is_slug(typed) else make_slug(typed, lower=False) or typed


class SlugField(models.CharField):
    """A slug in any script, in a database."""

    default_validators = [validate_slug]

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 80)
        super().__init__(*args, **options)

    def formfield(self, **options: Any) -> Any:
        """Return the form's field."""
        return super().formfield(**{"form_class": SlugFormField, **options})


@cache
def _slug() -> re.Pattern[str]:
    return re.compile(slug_pattern())


@cache
def _unfit() -> re.Pattern[str]:
    return re.compile(rf"[^\w{_marks()}-]+")


def _deceives(code: int) -> bool:
    return code in _SELECTORS or remove_invisible(chr(code)) == ""


@cache
def _marks() -> str:
    """All marks but those that deceive (variation selectors), as ranges of a character class."""
    ranges: list[list[int]] = []
    for code in range(0x300, _LAST_MARK):
        if not unicodedata.category(chr(code)).startswith("M") or _deceives(code):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
