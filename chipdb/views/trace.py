"""The trace of an answer: provision, condition, figures with their sources, whether it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chipdb.catalog.chip import Chip
from chipdb.metrics import measure
from chipdb.rules.conditions import Atom, Condition, leaves, text_of
from chipdb.rules.wording import condition_words
from chipdb.solver.labels import (
    STATES,
    finding_words,
    metric_text,
    need_text,
    verdict_words,
)
from chipdb.units import METRIC_UNITS, display

if TYPE_CHECKING:
    from chipdb.answers.check import Check
    from chipdb.rules.rule import Rule
    from chipdb.solver.verdict import Verdict


def trace(verdict: Verdict) -> list[dict[str, Any]]:
    """Return an entry per provision: condition, whether it is met, values and their sources."""
    return [
        {
            "provision": name,
            "condition": text_of(condition),
            "holds": verdict.holds(condition),
            "values": _values(verdict, condition),
            "sources": _sources(verdict, condition),
        }
        for name, condition in _steps(verdict.rule)
    ]


def _steps(rule: Rule) -> list[tuple[str, Condition]]:
    """Return the conditions of a rule in the order in which they apply, with their names."""
    steps = [(provision.id, provision.when) for provision in rule.provisions]
    return steps if rule.unless is None else [("unless", rule.unless), *steps]


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
    """Return the whole trace of a check in words."""
    lines = [*_figure_lines(check.chip), *_rule_lines(check)]
    lines += [f"aside: {text}" for text in check.asides]
    lines += [f"warning: {text}" for text in check.warnings]
    return "\n".join(lines)


def _figure_lines(chip: Chip) -> Iterator[str]:
    yield f"{chip.name}: figures"
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        if metric.state != "known":
            missing = f" (missing: {', '.join(metric.missing)})" if metric.missing else ""
            yield f"  {metric_text(name)}: {metric.state}{missing}"
            continue
        value = f"{display(metric.value)} {metric.unit}".rstrip()
        if metric.low != metric.high:
            value += f" ({display(metric.low)} to {display(metric.high)})"
        yield f"  {metric_text(name)} = {value}"
        for path, claim in metric.inputs:
            source = f", {claim.source}" if claim.source else ""
            yield f"    {path} = {claim.text} [{claim.basis}{source}]"


def _rule_lines(check: Check) -> Iterator[str]:
    for verdict in check.answers:
        rule = verdict.rule
        yield f"{rule.id} ({rule.question}): {verdict_words(verdict, 'not met')}"
        yield f"  {rule.cited()}; source {rule.citation.get('source', 'your file')}"
        for name, condition in _steps(rule):
            yield f"  {name}: {condition_words(condition)}: {STATES[verdict.holds(condition)]}"
        for side in verdict.sides:
            answer = finding_words(side.finding, "not met")
            yield f"  contested: {answer}, because {side.because}"
        for need in verdict.needs:
            yield f"  {need_text(need, 'not met')}"
