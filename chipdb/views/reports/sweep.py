"""The report of ``sweep``: how many designs have each answer, the best, the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chipdb.bulk.sweep.sweep import Sweep
from chipdb.solver.question import Question
from chipdb.views.json.sweep import sweep_record
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.words import counted


def sweep_report(sweep: Sweep, question: Question) -> Report:
    """Report the answers for the designs of a grid."""
    headers = [*sweep.labels, "designs"]
    counts = sorted(sweep.counts.items(), key=str)
    plain = [["" if word is None else word for word in answer] + [n] for answer, n in counts]
    return Report(
        records=lambda: sweep_record(sweep, question),
        tables=lambda: _tables(sweep, headers),
        rows=lambda: ReportTable(headers, plain),
        notes=sweep.warnings,
    )


def _tables(sweep: Sweep, headers: Sequence[str]) -> list[Part]:
    rows = [
        [*(NONE if word is None else word for word in answer), f"{number:,}"]
        for answer, number in sorted(sweep.counts.items(), key=str)
    ]
    summary = f"{counted(sweep.grid.size, 'design')}, {sweep.how}"
    if sweep.grid.constraints:
        summary += f"; {sweep.left_out:,} outside the constraints"
    parts: list[Part] = [ReportTable(headers, rows), summary]
    parts += _designs("best", sweep.best, bool(sweep.grid.best))
    parts += _designs("front", sweep.pareto, bool(sweep.grid.pareto))
    return parts


def _designs(title: str, designs: Sequence[Mapping[str, Any]], asked: bool) -> list[Part]:
    if designs:
        rows = [list(design.values()) for design in designs]
        return [ReportTable(list(designs[0]), rows, title=title)]
    return [f"{title}: no design passes"] if asked else []
