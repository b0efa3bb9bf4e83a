"""The slugs of pages and people in the newsroom's forms."""

from typing import Any

from django.forms import Form, TextInput

from pennypress.foundation.slugs import SlugFormField


class SlugInput(TextInput):
    """Follows the title until somebody writes another slug. `TitleFieldPanel` looks for it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        actions = "blur->{0}#tidy w-sync:check->{0}#compare w-sync:apply->{0}#take:prevent"
        own = {
            "data-controller": "any-script-slug",
            "data-action": actions.format("any-script-slug"),
            "dir": "auto",
        }
        super().__init__(own | (attrs or {}))

    class Media:
        js = ("js/slug.js",)


def take_any_script(form: Form, name: str) -> None:
    """Replace a form's field for a slug, if it has one, by one that takes any script."""
    field: Any = form.fields.get(name)
    if field is not None:
        form.fields[name] = SlugFormField(
            max_length=field.max_length,
            required=field.required,
            label=field.label,
            initial=field.initial,
            help_text=field.help_text,
            widget=SlugInput(),
        )
