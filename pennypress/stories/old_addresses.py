"""Old addresses of pages and people: what this part tells and asks the one that keeps redirects."""

from collections.abc import Callable

FindPage = Callable[[str], int | None]
NoteMove = Callable[[str | None, str], None]

_ASKED: list[FindPage] = []
_TOLD: list[NoteMove] = []


def knows_old_addresses(find: FindPage) -> FindPage:
    """Register a function that returns the number of the page to which an old path leads."""
    _ASKED.append(find)
    return find


def find_page_once_at(path: str) -> int | None:
    """Return the number of the public page that once was at a decoded path, if any."""
    return next((page for find in _ASKED if (page := find(path)) is not None), None)


def notes_moved_people(note: NoteMove) -> NoteMove:
    """Register a function that is called, in the transaction, when a person gets another slug.

    It gets the slug before, None for a new person, and the slug now.
    """
    _TOLD.append(note)
    return note


def person_moved(before: str | None, after: str) -> None:
    """Tell that a person's page has another address. Call it in the transaction of the change."""
    for note in _TOLD:
        note(before, after)
