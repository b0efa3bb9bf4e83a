"""The fundraising meter: figures by the headline that are a scale and a sum raised."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from pennypress.formats.amounts import (
    AbsurdSum,
    UnclearSum,
    is_row_of_sums,
    is_sum,
    read_sum,
    read_sums,
)
from pennypress.formats.items import Amount, ArrivalRefused, Doubt

from .lines import CapturedBlock


def read_meter(
    blocks: Sequence[CapturedBlock], name: str, doubts: list[Doubt]
) -> tuple[tuple[Amount, ...], Amount] | None:
    """Return the meter's scale and the sum raised from blocks of figures; None if there is none.

    Raises Refused when a figure cannot have been meant.
    """
    lines = [line for block in blocks for line in block.lines]
    if not lines:
        return None
    found, why = None, "the figures by the headline are no meter's, or can be read in two ways"
    groups = _read_groups(blocks, name)
    if isinstance(groups, str):
        why = groups
    else:
        found = _split_meter(groups)
    if found is None:
        shown = ", ".join(line.text for line in lines[:10])
        doubts.append(Doubt(None, "meter", f"{why}: {shown}", lines[0].number))
    return found


def _read_groups(blocks: Sequence[CapturedBlock], name: str) -> list[list[Amount]] | str:
    """Return each block's amounts, or why they are unclear. A bare zero has their currency."""
    lines = [line for block in blocks for line in block.lines]
    if any(is_row_of_sums(line.text) for line in lines):
        return "several sums by the headline share a line"
    for line in lines:
        try:
            if is_sum(line.text):
                read_sum(line.text)
        except AbsurdSum as fault:
            raise ArrivalRefused(str(fault), f"{name}, line {line.number}") from fault
        except UnclearSum as fault:
            return str(fault)
    sums = [line for line in lines if is_sum(line.text)]
    if not sums:
        return "figures by the headline have no currency"
    try:
        amounts = dict(zip(sums, read_sums([line.text for line in sums]), strict=True))
    except AbsurdSum as fault:
        raise ArrivalRefused(str(fault), f"{name}, line {lines[0].number}") from fault
    except UnclearSum as fault:
        return str(fault)
    symbol = amounts[sums[0]].symbol
    for line in lines:
        if line not in amounts and line.text != "0":
            return "not all figures by the headline have a currency"
        amounts.setdefault(line, Amount(Decimal(0), symbol, line.text))
    return [[amounts[line] for line in block.lines] for block in blocks]


def _split_meter(groups: Sequence[Sequence[Amount]]) -> tuple[tuple[Amount, ...], Amount] | None:
    """Split figures into the scale and the sum raised, by the rule in the module's docstring."""
    figures = [amount for group in groups for amount in group]
    sizes = [len(group) for group in groups]
    if len(sizes) == 2 and min(sizes) == 1 < max(sizes):
        apart = sizes.index(1)
        scale, raised = groups[1 - apart], groups[apart][0]
        return (tuple(scale), raised) if _is_scale(scale) else None
    *scale, raised = figures
    if not _is_scale(scale):
        raised, *scale = figures
        return (tuple(scale), raised) if _is_scale(scale) else None
    if raised.number > scale[-1].number and not _is_off_scale(scale, raised):
        return None
    return tuple(scale), raised


def _is_scale(figures: Sequence[Amount]) -> bool:
    return (
        len(figures) > 1
        and figures[0].number == 0
        and all(lower.number < upper.number for lower, upper in pairwise(figures))
    )


def _is_off_scale(scale: Sequence[Amount], raised: Amount) -> bool:
    """Say whether the scale is even (but for rounding) and the sum is not its next step."""
    steps = [upper.number - lower.number for lower, upper in pairwise(scale)]
    even = len(steps) > 1 and max(steps) - min(steps) <= 1
    return even and not (min(steps) - 1 <= raised.number - scale[-1].number <= max(steps) + 1)
