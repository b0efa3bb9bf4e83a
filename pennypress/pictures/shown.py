"""Where pictures are shown: the part that shows them registers what it can say and must be told."""

from collections.abc import Callable
from typing import Any, Protocol

Picture = Any  # the model: its module imports this one


class Changed(Protocol):
    """Is told, in the transaction, that readers would see a picture or its credit differently."""

    def __call__(self, picture: Picture, *, witnessed: bool) -> None: ...


CountShown = Callable[[Picture], int]

_COUNTED: list[CountShown] = []
_TOLD: list[Changed] = []


def counts_where_shown(count: CountShown) -> CountShown:
    """Register a function that counts the public stories that show a picture's file."""
    _COUNTED.append(count)
    return count


def count_where_shown(picture: Picture) -> int:
    """Return how many public stories show this picture's file, in any version."""
    return sum(count(picture) for count in _COUNTED)


def shows_pictures(told: Changed) -> Changed:
    """Register a function that brings what shows a picture up to date."""
    _TOLD.append(told)
    return told


def picture_changed(picture: Picture, *, witnessed: bool = True) -> None:
    """Bring what shows a picture up to date. Call it in the transaction of the change.

    What is not `witnessed` the record calls carried over.
    """
    for told in _TOLD:
        told(picture, witnessed=witnessed)
