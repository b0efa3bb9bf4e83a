"""What `pennypress check` says of the modes of a site's files, and how it puts them right."""

from collections.abc import Iterator

from django.conf import settings

from .private_files import close_all, find_open

_NAMED = 3


def check_files() -> Iterator[str]:
    """Say which folders and files of the site others than their owner have rights to."""
    found = [path.as_posix() for path in find_open(settings.SITE_FOLDER)]
    if found:
        more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        yield (
            f"other users of this machine have rights to {', '.join(found[:_NAMED])}{more}: "
            "`pennypress check --repair` takes them off"
        )


def repair_files() -> Iterator[str]:
    """Take the rights of others off all that the site's folder holds."""
    if closed := close_all(settings.SITE_FOLDER):
        yield f"files: took other users' rights off {closed:,}"
