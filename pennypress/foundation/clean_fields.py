"""Models and forms whose text is kept as `hygiene` keeps what people type: titles, captions."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .hygiene import BadText, clean_line, clean_lines

# Their own validators say what they hold.
_NOT_WORDS = (models.SlugField, models.URLField, models.EmailField)


class CleanText:
    """Stands before `Model` among a model's bases.

    Its text fields are cleaned when its fields are checked. A name holds nothing that changes the
    direction of text; other lines may, if it ends with them.
    """

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Clean and check all fields. Raises ValidationError, which names each field."""
        left_out = set(exclude or ())
        errors: dict = {}
        for field in self._meta.concrete_fields:  # type: ignore[attr-defined]
            if field.name in left_out or not _holds_words(field):
                continue
            text = getattr(self, field.attname)
            if not isinstance(text, str):
                continue
            try:
                setattr(self, field.attname, _clean(field, text))
            except BadText as error:
                errors[field.name] = ValidationError(str(error))
        try:
            super().clean_fields(left_out | errors.keys())  # type: ignore[misc]
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


def _holds_words(field: models.Field) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, _NOT_WORDS)
        and field.editable
        and not field.choices
    )


def _clean(field: models.Field, text: str) -> str:
    if isinstance(field, models.TextField):
        return clean_lines(text, field.name)
    return clean_line(text, field.name, isolates=field.name != "name")


class CleanFormField(forms.CharField):
    """Takes text that a model keeps with others in one column: one line, or several."""

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._multiline = multiline

    def clean(self, value: Any) -> str:
        """Return the text as it is kept. Raises ValidationError."""
        text = super().clean(value)
        try:
            return clean_lines(text, "") if self._multiline else clean_line(text, "", isolates=True)
        except BadText as error:
            raise ValidationError(str(error)) from error
