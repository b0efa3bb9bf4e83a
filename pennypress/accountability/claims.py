"""What the site claims in figures, in one document, for those who add up the record themselves."""

from typing import Any

from pennypress.delivery.dependencies import collect_dependencies
from pennypress.record.actions import at_one_size
from pennypress.record.registry import declarations


def read_claims() -> dict[str, Any]:
    """Return every public figure, and the size of the record at which all of them are true.

    Sums are in minor units. The figures are those that pages show: none is read from the record.
    """
    with collect_dependencies():  # the document follows checkpoints, not each fact in it
        size, claims = at_one_size(_compute)
    return {"size": size, **claims}


def _compute() -> dict[str, Any]:
    return {
        name: figures
        for one in declarations()
        if one.claims
        for name, figures in one.claims().items()
    }
