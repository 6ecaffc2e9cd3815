"""The answer of ``sweep`` as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipdb.views.json.envelope import envelope_json

if TYPE_CHECKING:
    from chipdb.bulk.sweep.sweep import Sweep
    from chipdb.solver.question import Question


def sweep_record(sweep: Sweep, question: Question) -> dict[str, Any]:
    """Return the object of ``chipdb sweep --format json``."""
    counts = [
        {**dict(zip(sweep.labels, answer, strict=True)), "designs": number}
        # None and text do not compare, so answers are sorted as they are printed
        for answer, number in sorted(sweep.counts.items(), key=str)
    ]
    return envelope_json(
        {
            "on": question.on.isoformat(),
            "law": question.law,
            "to": question.places_asked.to,
            "from": question.places_asked.origin,
            "headquarters": list(question.places_asked.headquarters or ()),
            "designs": sweep.grid.size,
            # counted by groups or enumerated: both give the same numbers, in very different times
            "how": sweep.how,
            "left_out": sweep.left_out,
            "counts": counts,
            "best": list(sweep.best),
            "pareto": list(sweep.pareto),
            "assumptions": list(question.assumptions),
            "warnings": list(sweep.warnings),
        }
    )
