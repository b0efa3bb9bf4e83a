"""Who uses a site's folder: servers share it, and what replaces its files has it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from .errors import OperationFailed

_ADVISORY = 0x70656E6E79  # any number that no other program locks in this database


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
def database_lock() -> Iterator[None]:
    """Be the only process that changes the form of the site's database; waits for another one."""
    with settings.SITE_FOLDER.database_lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            yield
            return
        other = connection.copy()  # the site's own is closed meanwhile
        try:
            with other.cursor() as cursor:  # other machines may serve the site, too
                cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY])
                yield
        finally:
            other.close()


@contextmanager
def _held(how: int, otherwise: str) -> Iterator[None]:
    with settings.SITE_FOLDER.site_lock.open("w") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SiteInUse(otherwise) from error
        yield
