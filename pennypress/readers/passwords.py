"""What is refused as a password besides what Django's own checks refuse."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Site

OWN_NAME = "pennypress"
SHORTEST_NAME = 4  # characters: shorter ones are found in any password


class NotTheSitesName:
    """Refuses the names that everybody would try first: the software's, the paper's, the host's.

    Also with figures and signs around them, in capitals, and doubled.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where little remains of a password without these names."""
        letters = _letters(password)
        rest = letters
        for name in sorted(_names(), key=len, reverse=True):
            rest = rest.replace(name, "")
        if len(rest) < len(letters) and len(rest) < SHORTEST_NAME:
            raise ValidationError(
                _("The password is too similar to the name of this site."),
                code="password_is_the_sites_name",
            )

    def get_help_text(self) -> str:
        """Say it beforehand."""
        return _("Your password can’t be the name of this site.")


def _names() -> set[str]:
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    titles = Site.objects.values_list("site_name", flat=True)
    names = {OWN_NAME, *host.split("."), host, *titles}
    return {letters for name in names if len(letters := _letters(name)) >= SHORTEST_NAME}


def _letters(text: str) -> str:
    """The letters of a text alone, in lower case."""
    return re.sub(r"[\W\d_]+", "", text).casefold()
