"""How long a process waits while others write to the SQLite database.

A page that cannot be answered within some seconds is better refused. But a command that somebody
typed, or that a timer starts at night, waits: on a busy machine, behind a server that publishes, it
would else fail now and then for no reason that its operator could do anything about.
"""

from typing import Any

from django.db.backends.signals import connection_created

SECONDS = 60


def wait_for_writers() -> None:
    """Let connections that this process opens from now on wait for a minute, not for seconds."""
    connection_created.connect(_wait, dispatch_uid=__name__)


def wait_no_longer_than_usual() -> None:
    """Let connections that are opened from now on wait as the settings say."""
    connection_created.disconnect(_wait, dispatch_uid=__name__)


def is_busy(error: BaseException) -> bool:
    """Say whether an error means that others were writing all the time."""
    return "database is locked" in str(error) or "database table is locked" in str(error)


def _wait(connection: Any, **about: Any) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={SECONDS * 1000}")
