"""Read a saved web page: its story, its meter and its discussion, told apart by their form."""

from .page import read_page

__all__ = ["read_page"]
