"""Checks a site's public record, and what its pages claim, from outside.

Shares no code with the site, and needs Python's standard library alone.
Whoever doubts the site can read these few files, or write his own from `docs/reference/record.md`.
"""
