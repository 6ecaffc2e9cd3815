"""The trace of an answer: provision, condition, figures with their sources, whether it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chipdb.catalog.chip import Chip
from chipdb.metrics import measure
from chipdb.rules.conditions import Atom, Condition, leaves, text_of
from chipdb.solver.labels import HOLDS, need_text, verdict_text
from chipdb.units import METRIC_UNITS, display

if TYPE_CHECKING:
    from chipdb.answers.check import Check
    from chipdb.solver.verdict import Verdict


def trace(verdict: Verdict) -> list[dict[str, Any]]:
    """One entry a provision: its condition in words, whether it is met, and the values it was held against."""
    steps = [(provision.id, provision.when) for provision in verdict.rule.provisions]
    if verdict.rule.unless is not None:
        steps.insert(0, ("unless", verdict.rule.unless))
    return [
        {
            "provision": name,
            "condition": text_of(condition),
            "holds": verdict.holds(condition),
            "values": _values(verdict, condition),
            "sources": _sources(verdict, condition),
        }
        for name, condition in steps
    ]


def _values(verdict: Verdict, condition: Condition) -> dict[str, float | None]:
    names = dict.fromkeys(leaf.metric for leaf in leaves(condition) if isinstance(leaf, Atom))
    return {name: _value(verdict, name) for name in names}


def _sources(verdict: Verdict, condition: Condition) -> list[str]:
    names = dict.fromkeys(leaf.metric for leaf in leaves(condition) if isinstance(leaf, Atom))
    return list(dict.fromkeys(source for name in names for source in verdict.sources.get(name, ())))


def _value(verdict: Verdict, name: str) -> float | None:
    """The value of a metric where it is one and the same in every sample."""
    values = {
        assignment.lead.value(name)
        for assignment in verdict.assignments
        if _has(assignment.lead.values, name)
    }
    known = next(iter(values)) if len(values) == 1 else None
    return None if known is None else float(known)


def _has(intervals: Any, name: str) -> bool:
    from chipdb.solver.intervals import DERIVED

    return name in intervals or (
        name in DERIVED and all(part in intervals for part in DERIVED[name].parts)
    )


def explained(check: Check) -> str:
    """The whole trace of a check in words."""
    asides = [f"aside: {text}" for text in check.asides]
    warnings = [f"warning: {text}" for text in check.warnings]
    return "\n".join([*_figures(check.chip), *_rules(check), *asides, *warnings])


def _figures(chip: Chip) -> Iterator[str]:
    yield f"{chip.name}: figures"
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        if metric.state != "known":
            missing = f" (missing: {', '.join(metric.missing)})" if metric.missing else ""
            yield f"  {name}: {metric.state}{missing}"
            continue
        bounds = (
            ""
            if metric.low == metric.high
            else f" ({display(metric.low)} to {display(metric.high)})"
        )
        yield f"  {name} = {display(metric.value)} {metric.unit}".rstrip() + bounds
        for path, claim in metric.inputs:
            source = f", {claim.source}" if claim.source else ""
            yield f"    {path} = {claim.text} [{claim.basis}{source}]"


def _rules(check: Check) -> Iterator[str]:
    for verdict in check.answers:
        rule = verdict.rule
        yield f"{rule.id} ({rule.question}): {verdict_text(verdict)}"
        yield f"  {rule.cited()}; source {rule.citation.get('source', 'your file')}"
        for step in trace(verdict):
            yield f"  {step['provision']}: {step['condition']}: {HOLDS[step['holds']]}"
        for side in verdict.sides:
            yield f"  contested: {side.finding.outcome or side.finding.status}, because {side.because}"
        for need in verdict.needs:
            yield f"  {need_text(need)}"
