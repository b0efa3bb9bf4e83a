"""Files of a record, read for a report: what cannot be read is named there."""

from typing import Any

from .report import VerifyReport
from .source import Missing, RecordSource
from .strict_json import NotStrict, read_json


def read_needed(source: RecordSource, report: VerifyReport, path: str) -> bytes:
    """Return a file without which nothing can be checked."""
    try:
        return source.read(path)
    except Missing as error:
        return report.stop("missing", path, f"it cannot be had ({error})")


def read_object(source: RecordSource, report: VerifyReport, path: str) -> dict[str, Any] | None:
    """Return the JSON object in a file; None, with a finding, if there is none."""
    try:
        found = read_json(source.read(path))
        if isinstance(found, dict):
            return found
        report.find("malformed", path, "it is no JSON object")
    except Missing as error:
        report.find("missing", path, f"it cannot be had ({error})")
    except NotStrict as error:
        report.find("malformed", path, str(error))
    return None
