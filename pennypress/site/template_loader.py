"""Loading our templates without their indentation, which readers would pay for on every page."""

import re

from django.template import Origin
from django.template.loaders import filesystem

_INDENTATION = re.compile(r"^[ ]+", re.MULTILINE)


class Loader(filesystem.Loader):
    """Finds templates in TEMPLATES' DIRS and leaves out the spaces at the beginning of lines.

    In HTML they mean no more than the newline before them, but within <pre> and <textarea>: what
    stands there comes from variables, and these are left alone. Lines keep their numbers.
    """

    def get_contents(self, origin: Origin) -> str:
        return _INDENTATION.sub("", super().get_contents(origin))
