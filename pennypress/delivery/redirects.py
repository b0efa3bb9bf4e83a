"""Addresses that lead on by their parameters, such as `/?p=123`, though a page answers at the path.

A cached page is handed out without Django, and parameters that it does not read are dropped. So a
worker asks here first whether these parameters lead on. The part that knows registers itself.
"""

from collections.abc import Callable

from pennypress.foundation.text import nfc

from .facts import FactKey, find_fact

QUERY_PATHS: FactKey = ("redirects", "paths")  # plain paths for which some parameters lead on

_KNOWN: list[Callable[[str, str], bool]] = []


def knows_what_leads_on(check: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    """Register a function that says whether a path with a query string leads on.

    It caches the fact QUERY_PATHS, a set of paths in NFC without `/` at their end.
    """
    _KNOWN.append(check)
    return check


def may_lead_on(path: str) -> bool:
    """Say whether it is worth asking, without asking the database."""
    paths = find_fact(QUERY_PATHS)
    return bool(_KNOWN) and (paths is None or (nfc(path).rstrip("/") or "/") in paths)


def leads_on(path: str, query: str) -> bool:
    """Say whether a path with this query string leads on. May ask the database."""
    return any(check(path, query) for check in _KNOWN)
