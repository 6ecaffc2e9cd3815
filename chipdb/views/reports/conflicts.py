"""The report of ``conflicts``: disagreements, those that change the answer of a rule first."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.curation.conflicts import Conflict, decisive_first
from chipdb.units import display
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.words import counted

HEADERS = ("chip", "figure", "kind", "low", "high", "apart", "turns", "claims")


def conflicts_report(conflicts: Sequence[Conflict]) -> Report:
    """Report disagreements of credible claims."""
    ordered = decisive_first(conflicts)
    decisive = sum(bool(conflict.matters_for) for conflict in ordered)
    disagreements = counted(len(ordered), "disagreement")
    return Report(
        records=lambda: [conflict.to_dict() for conflict in ordered],
        tables=lambda: [ReportTable(HEADERS, [_row(conflict) for conflict in ordered])],
        notes=[f"{disagreements}, {decisive} that change the answer of some rule"],
    )


def _row(conflict: Conflict) -> list[str]:
    """One conflict; the reason on record says more than the claims, where there is one."""
    claims = [f"{text} ({source or basis})" for text, basis, source in conflict.claims]
    return [
        conflict.chip,
        conflict.figure,
        conflict.kind,
        display(conflict.low),
        f"{display(conflict.high)} {conflict.unit}".rstrip(),
        f"{display(conflict.spread, 1)} %",
        ", ".join(conflict.matters_for) or NONE,
        conflict.why or "; ".join(claims),
    ]
