"""The report of ``sweep``: how many designs have each answer, the best, the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chipdb.bulk.sweep.sweep import Sweep
from chipdb.solver.question import Question
from chipdb.units import counted
from chipdb.views.json.sweep import sweep_record
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE


def sweep_report(sweep: Sweep, question: Question) -> Report:
    """Report the answers for the designs of a grid."""
    headers = [*sweep.labels, "designs"]
    return Report(
        records=lambda: sweep_record(sweep, question),
        tables=lambda: _tables(sweep, headers),
        rows=lambda: ReportTable(headers, _counts(sweep, "")),
        notes=sweep.warnings,
    )


def _counts(sweep: Sweep, nothing: str) -> list[list[Any]]:
    """A row for each answer with its number of designs; ``nothing`` stands for None."""
    rows: list[list[Any]] = []
    # None and text do not compare, so answers are sorted as they are printed
    for answer, number in sorted(sweep.counts.items(), key=str):
        row: list[Any] = []
        for word in answer:
            row.append(nothing if word is None else word)
        rows.append([*row, number])
    return rows


def _tables(sweep: Sweep, headers: Sequence[str]) -> list[Part]:
    """The answers with their counts, how many designs there are, the best, the Pareto front."""
    rows = [[*words, f"{number:,}"] for *words, number in _counts(sweep, NONE)]
    # designs outside the constraints are in no row, so the rows do not add up to the size
    summary = f"{counted(sweep.grid.size, 'design')}, {sweep.how}"
    if sweep.grid.constraints:
        summary += f"; {sweep.left_out:,} outside the constraints"

    parts: list[Part] = [ReportTable(headers, rows), summary]
    parts += _designs("best", sweep.best, bool(sweep.grid.best))
    parts += _designs("front", sweep.pareto, bool(sweep.grid.pareto))
    return parts


def _designs(title: str, designs: Sequence[Mapping[str, Any]], asked: bool) -> list[Part]:
    """A table of designs; a sentence if some were asked for and there are none.

    A grid that asks for no best designs, or for no front, has no such section.
    """
    if designs:
        rows = [list(design.values()) for design in designs]
        return [ReportTable(list(designs[0]), rows, title=title)]
    if asked:
        return [f"{title}: no design passes"]
    return []
