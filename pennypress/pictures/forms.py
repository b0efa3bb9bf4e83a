"""Pictures in forms of the newsroom's admin."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import FileField, TextInput
from django.utils.html import format_html_join
from django.utils.translation import get_language_info, gettext
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from pennypress.foundation.clean_fields import CleanFormField
from pennypress.foundation.images import BadImage
from pennypress.foundation.language import other_languages

from .cleaning import delete_files_later, describe_faults
from .models import Picture
from .uploads import CleanFile, clean_upload


class PictureField(WagtailImageField):
    """Takes a picture: says in words why it cannot be taken, and cleans it otherwise.

    What kind of picture it is, its content says, whatever its name ends in.
    """

    def to_python(self, data: Any) -> CleanFile | None:
        """Return the cleaned file. Raises ValidationError."""
        file = FileField.to_python(self, data)
        if file is None:
            return None
        try:
            return clean_upload(file)
        except BadImage as error:
            raise ValidationError(str(error), code=error.fault) from error


class PictureForm(BaseImageForm):
    """Saves a picture, wherever in the admin one is changed: its page, several at once, choosers.

    Wagtail calls no hook when a picture was saved; this form is what we can hand it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.original_file: Any
        self.public_before = str(self.instance.public_file.name or "")
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )
            if faults := describe_faults(self.instance):
                words = format_html_join(" ", "<strong>{}</strong>", ((said,) for said in faults))
                self.fields["file"].help_text = words
        if "credit" in self.fields:
            self._ask_for_credits()

    def _ask_for_credits(self) -> None:
        """Add a field for the credit in each other language of the site, below the first one."""
        order: list[str] = []
        for code, name in other_languages():
            direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
            self.fields[f"credit_{code}"] = CleanFormField(
                label=gettext("Credit in %(language)s") % {"language": name},
                help_text=gettext("Empty: readers of this language see the credit above."),
                required=False,
                max_length=200,
                initial=self.instance.credits.get(code, ""),
                widget=TextInput(attrs={"lang": code, "dir": direction}),
            )
            order.append(f"credit_{code}")
        before = [name for name in self.fields if name not in order]
        place = before.index("credit") + 1
        self.order_fields([*before[:place], *order, *before[place:]])

    def clean(self) -> dict[str, Any]:
        """Take over the credits that were asked for."""
        cleaned = super().clean() or self.cleaned_data
        asked = {code: f"credit_{code}" for code, _ in other_languages()}
        given = {
            code: cleaned.get(name, "")
            for code, name in asked.items()
            if name in self.fields and self.add_prefix(name) in self.data
        }
        credits = self.instance.credits | given
        self.instance.credits = {code: credit for code, credit in credits.items() if credit}
        return cleaned

    def clean_file(self) -> Any:
        """Refuse another file for a picture that published stories show."""
        if "file" in self.changed_data and self.instance.pk:
            self.instance.refuse_another_file()
        return self.cleaned_data["file"]

    def save(self, commit: bool = True) -> Picture:
        """Save it; what shows it is brought up to date by the picture's own `save`.

        With `commit` false nothing is stored yet, and then only for one that is new to the site.
        When another file replaces the original, the one before goes once the new one is stored, and
        its public file some minutes later.
        """
        replaced, self.original_file = self.original_file, None
        try:
            with transaction.atomic():
                picture = super().save(commit)
                if commit and replaced and "file" in self.changed_data:
                    picture.renditions.all().delete()
                    transaction.on_commit(partial(replaced.storage.delete, replaced.name))
                    delete_files_later([self.public_before])
        except BaseException:
            self.instance.discard_stored()
            raise
        return picture
