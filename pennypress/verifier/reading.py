"""Reads files of a record; what cannot be read becomes a finding in the report."""

from typing import Any

from .report import DISAGREEMENT, UNREAD, VerifyReport
from .source import Missing, RecordSource, Unreadable
from .strict_json import NotStrict, read_json


def read_needed(source: RecordSource, report: VerifyReport, path: str) -> bytes:
    """Return a file without which nothing can be checked. Raises Stop if it is missing.

    Where such a file is not, there is no record: nobody has promised it.
    """
    try:
        return source.read(path)
    except (Missing, Unreadable) as error:
        return report.stop("missing", path, f"it cannot be read ({error})", UNREAD)


def level_of(error: Missing | Unreadable) -> str:
    """Return the level of the finding that a file, which is needed to agree, could not be read."""
    return DISAGREEMENT if isinstance(error, Missing) else UNREAD


def read_object(source: RecordSource, report: VerifyReport, path: str) -> dict[str, Any] | None:
    """Return the JSON object in a file; None, with a finding, if there is none."""
    try:
        document = read_json(source.read(path))
        if isinstance(document, dict):
            return document
        report.find("malformed", path, "it is not a JSON object")
    except (Missing, Unreadable) as error:
        report.find("missing", path, f"it cannot be read ({error})", level_of(error))
    except NotStrict as error:
        report.find("malformed", path, str(error))
    return None
