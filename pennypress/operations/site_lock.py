"""Who uses a site's folder: servers share it, and what replaces its files has it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from .errors import OperationFailed


class SiteInUse(OperationFailed):
    """The site is being served or restored."""


@contextmanager
def shared_lock() -> Iterator[None]:
    """Keep the folder's files in their place while serving. Raises SiteInUse during a restore."""
    with _held(fcntl.LOCK_SH, "the site is being restored"):
        yield


@contextmanager
def exclusive_lock() -> Iterator[None]:
    """Have the folder for oneself. Raises SiteInUse while the site is being served from it."""
    with _held(fcntl.LOCK_EX, "the site is being served: stop it first"):
        yield


@contextmanager
def _held(how: int, otherwise: str) -> Iterator[None]:
    with settings.SITE_FOLDER.site_lock.open("w") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SiteInUse(otherwise) from error
        yield
