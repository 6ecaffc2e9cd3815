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

OF_SYSTEMS = "a system is compared by one of its chips; its totals are called so"
CAPACITIES = (
    "memory capacities are those that data sheets print, whose GB of DRAM is a GiB: 64 GiB are 64"
)
# the values of one cell of the table for people, which CSV has apart
NUMBERS = ("chip", "value", "low", "high", "ratio", "position")


def compare_report(lines: Comparison, entries: Sequence[Entry], base: Chip) -> Report:
    """Report a comparison of some chips with a base."""
    notes = resolved_names(entries)
    if lines.has_systems:
        notes.append(OF_SYSTEMS)
    if _state_binary_units(entries):
        notes.append(CAPACITIES)
    name = changed_name(base.name, base.changes)
    note = f"ratios are to {name}; ranges in parentheses cover all credible claims"
    return Report(
        records=lines.to_dict,
        tables=lambda: [ReportTable(*comparison_table(lines))],
        rows=lambda: _flat(lines),
        notes=[*notes, note],
    )


def _state_binary_units(entries: Sequence[Entry]) -> bool:
    """Whether a memory capacity of one of the chips, or of a member of one, is stated in GiB."""
    texts: list[str] = []
    for entry in entries:
        for part, _ in entry.chip.processors():
            capacity = part.memory.capacity
            if capacity is not None:
                texts += [claim.text for claim in capacity.claims]
    # GiB, MiB or TiB
    return any("iB" in text for text in texts)


def _flat(lines: Comparison) -> ReportTable:
    """A row for each figure and chip, so that CSV has one value in each cell."""
    rows: list[list[object]] = []
    for line in lines:
        record = line.to_dict()
        for cell in record["values"]:
            values = [cell[name] for name in NUMBERS]
            changes = "; ".join(cell["changes"])
            rows.append([record["figure"], record["unit"], *values, changes, record["of"]])
    return ReportTable(["figure", "unit", *NUMBERS, "changes", "of"], rows)
