"""The report of ``conflicts``: disagreements, those that change the answer of a rule first."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.curation.conflicts import Conflict, decisive_first
from chipdb.units import counted, display
from chipdb.views.report import Report, records_of, table_of
from chipdb.views.tables import or_dash

HEADERS = ("chip", "figure", "kind", "low", "high", "apart", "turns", "claims")


def conflicts_report(conflicts: Sequence[Conflict]) -> Report:
    """Report disagreements of credible claims."""
    ordered = decisive_first(conflicts)
    # the others differ, but no rule gives another answer for either claim
    decisive = len([conflict for conflict in ordered if conflict.matters_for])
    disagreements = counted(len(ordered), "disagreement")
    return Report(
        records=lambda: records_of(ordered),
        tables=lambda: [table_of(HEADERS, ordered, _row)],
        notes=[f"{disagreements}, {decisive} that change the answer of some rule"],
    )


def _row(conflict: Conflict) -> list[str]:
    """One conflict; the reason on record says more than the claims, where there is one.

    ``apart`` is the distance of the highest claim from the lowest, in percent.
    """
    why = conflict.why
    if not why:
        claims = [f"{text} ({source or basis})" for text, basis, source in conflict.claims]
        why = "; ".join(claims)
    return [
        conflict.chip,
        conflict.figure,
        conflict.kind,
        display(conflict.low),
        f"{display(conflict.high)} {conflict.unit}".rstrip(),
        f"{display(conflict.spread, 1)} %",
        or_dash(", ".join(conflict.matters_for)),
        why,
    ]
