"""What the discussion puts around every page: the way to a reader's own comments."""

from django.urls import reverse
from django.utils.translation import gettext as _

from pennypress.site.frame import Frame, Link, frame_links


@frame_links("footer", order=50)
def own_comments(frame: Frame) -> list[Link]:
    return [Link(_("Your comments"), reverse("my-comments"), strip=reverse("my-strip"))]
