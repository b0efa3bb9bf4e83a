"""How log lines look: plain or JSON, and in both without anything that points to a reader.

Messages are those of our code and of libraries; what an exception says may quote what a reader
sent, so of an exception's message all that stands in quotes is left out.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from pennypress.foundation.times import rfc3339
from pennypress.requests.access_log import without_people

# For the server's own messages: they go where all others go.
SERVER_LOGGING: dict[str, Any] = {
    "formatters": {},
    "handlers": {},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": False},
    },
}

LONGEST = 2_000  # characters of a message; much of it may come from outside

# What stands in quotes, also when the closing one is missing; but no apostrophe.
_QUOTED = re.compile(
    r"""\"(?:\\.|[^"\\])*(?:"|$)|(?<!\w)'(?:\\.|[^'\\])*(?:'|$)|“[^”]*(?:”|$)""", re.DOTALL
)
# PostgreSQL quotes the row that it refuses.
_DETAIL = re.compile(r"\b(DETAIL|CONTEXT|HINT|LINE \d+):.*", re.DOTALL)
_PLACEHOLDER = "'…'"


def say_exception(error: BaseException) -> str:
    """Return what an exception is and says, in one line, without values."""
    text = without_values(str(error))
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind)
    return f"{name}: {text}" if text else name


def without_values(message: str) -> str:
    """Return an exception's message in one line, without what may quote a reader."""
    text = _QUOTED.sub(_PLACEHOLDER, _DETAIL.sub("", _cut(message)))
    return " ".join(without_people(text).split())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _chain(error: BaseException) -> list[BaseException]:
    """An exception and those that it came of, the first one first."""
    found: list[BaseException] = []
    now: BaseException | None = error
    while now is not None and now not in found:
        found.append(now)
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return found[::-1]


def describe_exception(error: BaseException) -> str:
    """Return a traceback: where, and what kind; of the values that were at hand nothing."""
    parts = []
    for place, one in enumerate(_chain(error)):
        if place:
            parts.append("which led to:\n")
        parts += traceback.format_list(traceback.extract_tb(one.__traceback__))
        parts.append(f"{say_exception(one)}\n")
        for inner in getattr(one, "exceptions", ()):  # of a group
            parts.append(f"  with {say_exception(inner)}\n")
    return "".join(parts).rstrip("\n")


def _message(record: logging.LogRecord) -> str:
    return without_people(_cut(record.getMessage()))


def _time(record: logging.LogRecord) -> str:
    return rfc3339(datetime.fromtimestamp(record.created, UTC), "milliseconds")


def _exception(record: logging.LogRecord) -> BaseException | None:
    """What a message is about. Of what Django refuses as suspicious its one line says enough."""
    if record.name.startswith("django.security"):
        return None
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


class PlainFormatter(logging.Formatter):
    """One line a message; further lines of it, and a traceback, are indented."""

    def format(self, record: logging.LogRecord) -> str:
        text = f"{_time(record)} {record.levelname} {record.name}: {_message(record)}"
        if (error := _exception(record)) is not None:
            text += f"\n{describe_exception(error)}"
        return "\n    ".join(
            "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line)
            for line in text.split("\n")
        )


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message; exception and traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if (error := _exception(record)) is not None:
            fields["exception"] = _full_name(type(error)).removeprefix("builtins.")
            fields["traceback"] = describe_exception(error)
        # Escapes keep line separators and lone surrogates out of the line.
        return json.dumps(fields)
