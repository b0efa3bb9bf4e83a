"""Forms of the newsroom's admin."""

from django.db import transaction
from wagtail.images.forms import BaseImageForm

from pennypress.delivery.actions import invalidate

from .models import Picture


class PictureForm(BaseImageForm):
    """Saves a picture, wherever in the admin one is changed: its page, several at once, choosers.

    Wagtail calls no hook when a picture was saved; this form is what we can hand it.
    """

    def save(self, commit: bool = True) -> Picture:
        """Save it, and invalidate what shows it: its focal point and credit stand on pages.

        With `commit` false nothing is stored yet, and then only for one that is new to the site.
        """
        with transaction.atomic():
            picture = super().save(commit)
            if commit:
                invalidate(f"picture:{picture.pk}")
        return picture
