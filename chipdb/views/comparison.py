"""Chips side by side as a table."""

from __future__ import annotations

from chipdb.answers.compare import ONE_CHIP, WHOLE_SYSTEM, ComparedValue, Comparison
from chipdb.units import display
from chipdb.views.wording import changed_name

OF_WORDS = {ONE_CHIP: "one chip", WHOLE_SYSTEM: "whole system"}
"""What a figure is of, where systems are compared."""


def comparison_table(lines: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return the headers and rows of a comparison: a column per chip, with a ratio to the base.

    The base has no column of ratios, which would all be 1. Without lines there are no chips
    either, and the table has its fixed columns only. Where systems are compared, a column says
    whether a figure is of one chip or of the whole system.
    """
    headers = ["figure", "of", "unit"] if lines.has_systems else ["figure", "unit"]
    # Every line has a cell per chip, in the same order, so the first one gives the columns.
    first_line = lines[0].cells if lines else ()
    for cell in first_line:
        headers.append(changed_name(cell.chip, cell.changes))
        if not lines.is_baseline(cell):
            headers.append("ratio")

    rows = []
    for line in lines:
        row = [line.figure, line.unit]
        if lines.has_systems:
            row.insert(1, OF_WORDS[line.of])
        for cell in line.cells:
            row.append(_value(cell))
            if not lines.is_baseline(cell):
                row.append(display(cell.ratio))
        rows.append(row)
    return headers, rows


def _value(cell: ComparedValue) -> str:
    """Return a value, with its range in parentheses if credible claims differ."""
    value = display(cell.value)
    if cell.low == cell.high:
        return value
    return f"{value} ({display(cell.low)}-{display(cell.high)})"
