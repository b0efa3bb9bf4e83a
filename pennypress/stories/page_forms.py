"""The form in which an editor writes a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms import Widget
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError
from wagtail.blocks.base import BlockField

from pennypress.foundation.hygiene import BadText, clean_line

from .publishing import BLOCKS_IN_USE, HOME_DEPTH, find_missing
from .slugs import take_any_script

ADDRESS = frozenset({"slug", "title"})  # a draft needs them: its row in the database has them


@dataclass(frozen=True)
class Problem:
    """What stands in the way of publication: in which field, in words, and where that is."""

    label: str
    words: Sequence[str]
    anchor: str  # the id of an element


class PaperPageForm(WagtailAdminPageForm):
    """Saves drafts as they are; asks for what publication needs when it comes to that, at once."""

    def __init__(self, data=None, *args, **kwargs) -> None:
        super().__init__(data.copy() if data else data, *args, **kwargs)
        self.missing: dict[str, list[str]] = {}
        take_any_script(self, "slug")
        for rows in self._lists() if data else ():
            self._forget_removed(rows)

    def defer_required_fields(self) -> None:
        """Take what follows for a draft."""
        for rows in self._lists():
            self._leave_out_unfinished(rows)
        super().defer_required_fields()

    def full_clean(self) -> None:
        # Wagtail marks the blocks themselves while it looks at a draft, and threads share them.
        with BLOCKS_IN_USE:
            super().full_clean()

    def _widget_data_value(self, widget: Widget, html_name: str) -> Any:
        """Read what was sent for a field. Raises ValidationError for what no page of ours sends."""
        try:
            return super()._widget_data_value(widget, html_name)
        except (LookupError, TypeError, ValueError) as error:  # Wagtail trusts its own script
            raise ValidationError(
                _("Part of the form did not arrive as it was sent. Send it once more.")
            ) from error

    def _clean_fields(self) -> None:
        super()._clean_fields()
        if self.is_deferred_validation:
            for name in self.errors.keys() - ADDRESS:
                self._keep(name)

    def clean_tags(self) -> list[str]:
        """Return the story's tags as all short texts are kept. Raises ValidationError."""
        try:
            return [clean_line(tag, "tags", isolates=True) for tag in self.cleaned_data["tags"]]
        except BadText as error:
            raise ValidationError(str(error)) from error

    def _keep(self, name: str) -> None:
        """Keep in a draft what could not be published: words as they are; what is no date, not."""
        field = self.instance._meta.get_field(name)
        if isinstance(field, models.TextField):
            self.cleaned_data[name] = self[name].data or ""
        elif isinstance(field, models.DateTimeField):
            self.cleaned_data[name] = None
        else:
            return
        del self.errors[name]

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.parent_page is not None and self.parent_page.depth == HOME_DEPTH:
            self._refuse_reserved_slug()
        if self.is_deferred_validation:
            return
        self.missing = find_missing(self.instance)
        for name, said in self.missing.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, self._as_error(name, said))

    def _refuse_reserved_slug(self) -> None:
        """Say it of a new page, too, which does not know yet where it will lie."""
        if "slug" not in self.errors:
            try:
                self.instance.refuse_reserved_slug()
            except ValidationError as error:
                self.add_error(None, error)

    def _as_error(self, name: str, said: list[str]) -> ValidationError:
        if isinstance(self.fields.get(name), BlockField):  # shows none but those of its own kind
            return StreamBlockValidationError(non_block_errors=ErrorList(said))
        return ValidationError(said)

    def list_problems(self) -> list[Problem]:
        """Return everything that stands in the way of publication, in the order of the fields."""
        found = []
        for name in (*self.fields, NON_FIELD_ERRORS):
            if name in self.errors:
                field = self.fields.get(name)
                is_text = isinstance(field, BlockField)
                found.append(
                    Problem(
                        label=str(field.label) if field else "",
                        words=self.missing.get(name, self.errors[name]),
                        anchor=f"panel-child-content-{name}-section" if is_text else f"id_{name}",
                    )
                )
        for name, rows in self.formsets.items():
            if rows.total_error_count():
                label = str(rows.model._meta.verbose_name_plural)
                words = [_("Something is missing or wrong here.")]
                found.append(Problem(label, words, f"id_{name}-FORMS"))
        return found

    def _lists(self) -> list[Any]:
        """The formsets of what belongs to the page, such as bylines."""
        return [rows for name, rows in self.formsets.items() if name != "comments"]

    def _forget_removed(self, rows: Any) -> None:
        """Take rows that somebody else removed meanwhile for new ones."""
        known = {str(row.pk) for row in rows.queryset}
        for place in range(rows.total_form_count()):
            key = f"{rows.add_prefix(place)}-{rows.model._meta.pk.name}"
            if self.data.get(key, "") not in known:
                self.data[key] = ""

    def _leave_out_unfinished(self, rows: Any) -> None:
        """Leave out of a draft what has no place in the database, as a byline without name.

        Or one that is there already: who opened the page before it was added may add it, too.
        """
        needed = [
            field.name
            for field in rows.model._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
            and not field.null
            and field.name in rows.form.base_fields
        ]
        places = [rows.add_prefix(place) for place in range(rows.total_form_count())]
        listed = {self.data.get(f"{prefix}-{rows.model._meta.pk.name}") for prefix in places}
        taken = {
            tuple(str(row.serializable_value(name)) for name in needed)
            for row in rows.queryset
            if str(row.pk) not in listed
        }
        for prefix in places:
            values = tuple(self.data.get(f"{prefix}-{name}") or "" for name in needed)
            if not all(values) or values in taken:
                self.data[f"{prefix}-DELETE"] = "on"
            elif not self.data.get(f"{prefix}-DELETE"):
                taken.add(values)
