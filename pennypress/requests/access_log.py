"""What the log may say: nothing by which a reader could be known.

Here are the rules for any text that goes into a log, and the optional list of requests.
"""

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from json import dumps

from django.conf import settings

from pennypress.foundation.times import rfc3339

LONGEST_PATH = 300  # characters of a path that are written
PATHS_REMEMBERED = 2048
NOT_FOUND = 404

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_QUERY = re.compile(r"(?<=[^\s?])\?[^\s\"'<>)]+")
_LOCAL = r"\w.+%~!#$*^`{|}-"  # what stands before the @, without what separates words in addresses
_MAIL = re.compile(rf"(?<![{_LOCAL}])[{_LOCAL}]*?(?:@|%40)[\w.-]*\w")
# What might be an address of IPv4 or IPv6; whether it is, `ipaddress` says.
_NUMBERS = re.compile(r"(?<![\w.:])(?:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|[0-9]+(?:\.[0-9]+){3})(?:%\w+)?")


def without_people(text: str) -> str:
    """Return text without what may point to a person.

    E-mail addresses, network addresses (but this machine's own), the queries of addresses, and
    tokens in declared addresses become words in brackets.
    """
    text = settings.ADDRESSES.hide_names(text)
    text = _QUERY.sub("?[query]", text)
    text = _MAIL.sub("[e-mail]", text)
    return _NUMBERS.sub(_without_address, text)


def _without_address(match: re.Match[str]) -> str:
    found = match[0].partition("%")[0]
    # The end of a sentence, or a port, may hang on to it.
    for length in (len(found), len(found.rstrip(".:")), len(found.rpartition(":")[0])):
        try:
            address = ip_address(found[:length])
        except ValueError:
            continue
        local = address.is_loopback or address.is_unspecified
        return match[0] if local else f"[address]{found[length:]}"
    return match[0]


def path_for_log(path: str, status: int = 200) -> str:
    """Return a request's path, decoded and without its query, as the log may hold it."""
    found = status != NOT_FOUND
    return _recent(path, found) if len(path) <= LONGEST_PATH else _shown(path, found)


def _shown(path: str, found: bool) -> str:
    shown = settings.ADDRESSES.for_log(path.partition("?")[0], found=found)
    if not shown.isascii() or not shown.isprintable() or " " in shown:
        shown = "".join(
            c if c.isprintable() and c != " " else f"\\x{ord(c):02x}"
            for c in shown.encode("utf-8", "replace").decode()
        )
    shown = without_people(shown)
    return shown if len(shown) <= LONGEST_PATH else f"{shown[:LONGEST_PATH]}…"


_recent = lru_cache(PATHS_REMEMBERED)(_shown)


class AccessLog:
    """Writes one line for each request: no address, no agent, no query, no cookie, no name."""

    def __init__(self, form: str, write: Callable[[str], object] | None = None) -> None:
        """Take `form`, "plain" or "json", and what writes a line (standard error by default)."""
        self._json = form == "json"
        self._write = write or sys.stderr.write

    def note(self, method: str, path: str, status: int, seconds: float, *, cached: bool) -> None:
        """Write down a request that was answered after `seconds`, from the page cache or not."""
        now = rfc3339(datetime.now(UTC), "milliseconds")
        method = method if method in _METHODS else "OTHER"
        path, milliseconds = path_for_log(path, status), round(seconds * 1000, 2)
        if self._json:
            message = dumps(f"{method} {path} {status}")
            line = (
                f'{{"time": "{now}", "level": "INFO", "logger": "pennypress.access", '
                f'"message": {message}, "method": "{method}", "path": {dumps(path)}, '
                f'"status": {status}, "milliseconds": {milliseconds}, '
                f'"cached": {"true" if cached else "false"}}}'
            )
        else:
            line = f"{now} {method} {path} {status} {milliseconds} ms{' cached' if cached else ''}"
        # In one piece: lines of several processes never mix.
        self._write(f"{line}\n")


def open_access_log() -> AccessLog | None:
    """The access log that the settings ask for; None, as a rule, for none."""
    return AccessLog(settings.LOG_FORMAT) if settings.ACCESS_LOG else None
