"""What saved pages come in: folders, files of one page with its pictures, web archives."""

from .finding import find_pages, is_archive, read_captured, read_captures
from .pages import CapturedPage

__all__ = ["CapturedPage", "find_pages", "is_archive", "read_captured", "read_captures"]
