"""Reads files of a record; what cannot be read becomes a finding in the report."""

from typing import Any

from .report import VerifyReport
from .source import Missing, RecordSource
from .strict_json import NotStrict, read_json


def read_needed(source: RecordSource, report: VerifyReport, path: str) -> bytes:
    """Return a file without which nothing can be checked. Raises Stop if it is missing."""
    try:
        return source.read(path)
    except Missing as error:
        return report.stop("missing", path, f"it cannot be read ({error})")


def read_object(source: RecordSource, report: VerifyReport, path: str) -> dict[str, Any] | None:
    """Return the JSON object in a file; None, with a finding, if there is none."""
    try:
        document = read_json(source.read(path))
        if isinstance(document, dict):
            return document
        report.find("malformed", path, "it is not a JSON object")
    except Missing as error:
        report.find("missing", path, f"it cannot be read ({error})")
    except NotStrict as error:
        report.find("malformed", path, str(error))
    return None
