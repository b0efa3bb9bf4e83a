"""How the admin shows what changed between two revisions of a story."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin.compare import StructBlockComparison


class BodyPictureComparison(StructBlockComparison):
    """A picture within the text, which may have been deleted since."""

    def htmlvalue(self, val: Any) -> str:
        if val["image"] is not None:
            return super().htmlvalue(val)
        return format_html("<p>{}</p><p>{}</p>", _("A picture that was deleted"), val["caption"])
