"""Chips side by side as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipdb.answers.compare import (
    ONE_CHIP,
    WHOLE_SYSTEM,
    ComparedFigure,
    ComparedValue,
    Comparison,
)
from chipdb.rules.thresholds import metric_value_text
from chipdb.rules.wording import metric_text
from chipdb.units import METRIC_UNITS, display
from chipdb.views.json.answers import number
from chipdb.views.report import ReportTable
from chipdb.views.wording import changed_name

OF_WORDS = {ONE_CHIP: "one chip", WHOLE_SYSTEM: "whole system"}
"""What a figure is of, where systems are compared."""


def comparison_table(lines: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return the headers and rows of a comparison: a column per chip, with a ratio to the base.

    The base has no column of ratios, which would all be 1. Without lines there are no chips
    either, and the table has its fixed columns only. Where systems are compared, a column says
    whether a figure is of one chip or of the whole system.
    """
    # "of" is added only where systems are compared: for chips it would say the same in each row
    headers = ["figure", "unit"]
    if lines.has_systems:
        headers.insert(1, "of")
    # Every line has a cell per chip, in the same order, so the first one gives the columns.
    for line in lines[:1]:
        headers += _chip_headers(lines, line)
    return headers, [_row(lines, line) for line in lines]


def comparison_sheet(lines: Comparison) -> ReportTable:
    """A comparison as a sheet of a workbook: a line for each figure, with its unit, in numbers.

    Each chip has its value, its range where some credible claims differ, and its ratio to the base.
    """
    ranged = [_has_range(lines, place) for place in range(len(lines[0].cells))]
    rows: list[list[Any]] = []
    for line in lines:
        row: list[Any] = [figure_words(line.figure), line.unit]
        if lines.has_systems:
            row.append(OF_WORDS[line.of])
        for cell, has_range in zip(line.cells, ranged, strict=True):
            row.append(number(cell.value))
            if has_range:
                row += [number(cell.low), number(cell.high)]
            if not lines.is_baseline(cell):
                row.append(number(cell.ratio))
        rows.append(row)
    return ReportTable(_sheet_headers(lines, ranged), rows, title="comparison")


def _sheet_headers(lines: Comparison, ranged: Sequence[bool]) -> list[str]:
    """The headers of the sheet; ``ranged`` says which chips have columns of a range.

    A column is named in full, since a sheet is sorted and filtered by its columns.
    """
    headers = ["figure", "unit"]
    if lines.has_systems:
        headers.append("of")
    for cell, has_range in zip(lines[0].cells, ranged, strict=True):
        name = changed_name(cell.chip, cell.changes)
        headers.append(name)
        if has_range:
            headers += [f"{name}: low", f"{name}: high"]
        if not lines.is_baseline(cell):
            headers.append(f"{name}: ratio")
    return headers


def _has_range(lines: Comparison, place: int) -> bool:
    """Whether credible claims differ on a figure of the chip at a place."""
    return any(line.cells[place].low != line.cells[place].high for line in lines)


def _chip_headers(lines: Comparison, line: ComparedFigure) -> list[str]:
    """Return the chips of a line by name, each but the base with its column of ratios."""
    headers = []
    for cell in line.cells:
        headers.append(changed_name(cell.chip, cell.changes))
        if not lines.is_baseline(cell):
            headers.append("ratio")
    return headers


def _row(lines: Comparison, line: ComparedFigure) -> list[str]:
    """Return a figure with its value and ratio for each chip."""
    row = [figure_words(line.figure), line.unit]
    if lines.has_systems:
        row.insert(1, OF_WORDS[line.of])
    for cell in line.cells:
        row.append(_value(line.figure, cell))
        if not lines.is_baseline(cell):
            row.append(display(cell.ratio))
    return row


def figure_words(figure: str) -> str:
    """Return the name of a compared figure for people.

    JSON and CSV keep the published names. Names that are words already, such as ``power, TDP``,
    stay as they are.

    >>> figure_words("memory_bandwidth"), figure_words("rate, 16 bits"), figure_words("power, TDP")
    ('memory bandwidth', 'throughput, 16 bits', 'power, TDP')
    >>> figure_words("tpp, total")
    'TPP, total'
    """
    name, comma, detail = figure.partition(", ")
    if name == "rate":
        name = "throughput"
    elif name in METRIC_UNITS:
        name = metric_text(name)
    return name + comma + detail


def _value(figure: str, cell: ComparedValue) -> str:
    """Return a value, with its range in parentheses if credible claims differ."""
    value = metric_value_text(figure, cell.value)
    if cell.low == cell.high:
        return value
    low, high = (metric_value_text(figure, end) for end in (cell.low, cell.high))
    return f"{value} ({low}-{high})"
