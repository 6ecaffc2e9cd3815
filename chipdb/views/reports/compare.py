"""The report of ``compare``: chips side by side, with ratios to a baseline."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.compare import Comparison
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.views.comparison import comparison_table
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import resolved_names
from chipdb.views.wording import changed_name

NUMBERS = ("chip", "value", "low", "high", "ratio", "position")


def compare_report(lines: Comparison, entries: Sequence[Entry], base: Chip) -> Report:
    """Report a comparison of some chips with a base."""
    name = changed_name(base.name, base.changes)
    note = f"ratios are to {name}; ranges in parentheses cover all credible claims"
    return Report(
        records=lines.to_dict,
        tables=lambda: [ReportTable(*comparison_table(lines))],
        rows=lambda: _flat(lines),
        notes=[*resolved_names(entries), note],
    )


def _flat(lines: Comparison) -> ReportTable:
    """A row for each figure and chip, so that CSV has one value in each cell."""
    rows: list[list[object]] = []
    for line in lines:
        record = line.to_dict()
        for cell in record["values"]:
            values = [cell[name] for name in NUMBERS]
            rows.append([record["figure"], record["unit"], *values, "; ".join(cell["changes"])])
    return ReportTable(["figure", "unit", *NUMBERS, "changes"], rows)
