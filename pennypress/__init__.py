"""Pennypress: the story, the fund that pays for it and the readers' discussion, on one page."""

__version__ = "0.1.0"
