"""What is done with samples, and what stops a measurement."""

import math
import statistics
from collections.abc import Iterable


class CannotMeasure(Exception):
    """This cannot be measured here and now; the message says why."""


def median(samples: Iterable[float]) -> float:
    return statistics.median(samples)


def percentile(samples: Iterable[float], percent: float) -> float:
    """The smallest sample that at least `percent` of them do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def spread(samples: list[float]) -> dict[str, float]:
    """Median, 99th percentile, largest and number of some samples."""
    return {
        "p50": median(samples),
        "p99": percentile(samples, 99),
        "max": max(samples),
        "samples": len(samples),
    }
