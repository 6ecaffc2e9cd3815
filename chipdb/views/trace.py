"""The trace of an answer: provision, condition, figures with their sources, whether it holds."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Metric, measure
from chipdb.rules.conditions import Atom, Condition, leaves, text_of
from chipdb.rules.thresholds import metric_value_text
from chipdb.rules.wording import condition_words, scope_text
from chipdb.solver.labels import (
    STATES,
    finding_words,
    metric_text,
    needs_texts,
    verdict_words,
)
from chipdb.units import METRIC_UNITS
from chipdb.views.wording import because_words, exception_words, requirement_policy
from chipdb.views.words import reading_text
from chipdb.views.wrapped_text import wrapped

if TYPE_CHECKING:
    from chipdb.answers.check import Check
    from chipdb.rules.rule import Rule
    from chipdb.solver.requirement import Requirement
    from chipdb.solver.verdict import Verdict


def trace(verdict: Verdict) -> list[dict[str, Any]]:
    """Return an entry per provision: condition, whether it is met, values and their sources.

    ``holds`` and each value are None if they are undetermined. The entries are those of JSON, so
    conditions are formulas here.
    """
    entries = []
    for step in _written_steps(verdict.rule):
        entry = {
            "provision": step.name,
            "condition": step.text,
            "holds": verdict.holds(step.condition),
            "values": {name: _value(verdict, name) for name in step.metrics},
            "sources": _sources(verdict, step.metrics),
        }
        entries.append(entry)
    return entries


@dataclass(frozen=True)
class _Step:
    """A condition of a rule with its name, its formula and the metrics that it compares."""

    name: str
    condition: Condition
    text: str
    metrics: tuple[str, ...]


@functools.lru_cache(maxsize=512)
def _written_steps(rule: Rule) -> tuple[_Step, ...]:
    """The conditions of a rule; written once, since every chip of a catalog has them."""
    steps = []
    for name, condition in _steps(rule):
        steps.append(_Step(name, condition, text_of(condition), tuple(_metrics_in(condition))))
    return tuple(steps)


def _steps(rule: Rule) -> list[tuple[str, Condition]]:
    """Return the conditions of a rule in the order in which they apply, with their names."""
    steps = [(provision.id, provision.when) for provision in rule.provisions]
    if rule.unless is None:
        return steps
    # The solver asks the exclusion first: if it is met, no provision is.
    return [("unless", rule.unless), *steps]


def _metrics_in(condition: Condition) -> list[str]:
    """Return the metrics that a condition compares, each once."""
    metrics = [leaf.metric for leaf in leaves(condition) if isinstance(leaf, Atom)]
    return list(dict.fromkeys(metrics))


def _sources(verdict: Verdict, metrics: Iterable[str]) -> list[str]:
    """The sources of the values of some metrics, each once, in the order they are needed."""
    sources: dict[str, None] = {}
    for name in metrics:
        sources |= dict.fromkeys(verdict.sources.get(name, ()))
    return list(sources)


def _value(verdict: Verdict, name: str) -> float | None:
    """The value of a metric where it is one and the same in every assignment, else None.

    The solver tries an assignment for every possible combination of unknowns. A metric with
    several values has none to show: which of them holds is what the answer leaves undetermined.
    """
    value = verdict.value(name)
    if value is None:
        return None
    return float(value)


def explained(check: Check) -> str:
    """Return the whole trace of a check in words, wrapped for a terminal.

    Figures come first and then the rules, as a reviewer would work through them; the sources of
    both are listed below with their addresses, which are not wrapped.
    """
    lines: list[str] = []
    # each line keeps its indent, which says what it belongs to, when it is wrapped
    for line in (*_figure_lines(check.chip), *_rule_lines(check)):
        indent = " " * (len(line) - len(line.lstrip()))
        lines += wrapped(line.lstrip(), indent=indent, hanging=f"{indent}    ")
    lines += _source_lines(check)
    for text in check.asides:
        lines += wrapped(f"aside: {text}", hanging="  ")
    for text in check.notes:
        lines += wrapped(f"note: {text}", hanging="  ")
    return "\n".join(lines)


def _source_lines(check: Check) -> Iterator[str]:
    """The sources of the figures and rules above, each once, with its address on its own line."""
    known = bibliography()
    listed: list[Source] = []
    for key in dict.fromkeys(_source_keys(check)):
        # a user's own figures and rules have no entry in the bibliography
        if key in known:
            listed.append(known[key])

    if listed:
        yield "sources"
    for source in listed:
        text = (
            f"{source.id}: {source.title} ({source.publisher}, {source.date}), "
            f"read {source.read} as {reading_text(source.read_as)}"
        )
        yield from wrapped(text, indent="  ", hanging="      ")
        yield f"    {source.url or 'no public address'}"


def _source_keys(check: Check) -> Iterator[str]:
    """The keys of the sources of the figures, then of the rules; a key may come several times."""
    keys: list[str | None] = []
    for name in METRIC_UNITS:
        keys += [claim.source for _, claim in measure(check.chip, name).inputs]
    keys += [verdict.rule.citation.get("source") for verdict in check.answers]
    # a user's own figures and rules may name no source
    yield from filter(None, keys)


def _figure_lines(chip: Chip) -> Iterator[str]:
    """The metrics of a chip, each with the claims that enter it and their sources."""
    yield f"{chip.name}: figures"
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        if metric.state != "known":
            missing = ""
            if metric.missing:
                missing = f" (missing: {', '.join(metric.missing)})"
            yield f"  {metric_text(name)}: {metric.state}{missing}"
            continue

        yield f"  {metric_text(name)} = {_metric_value(metric)}"
        for path, claim in metric.inputs:
            support = str(claim.basis)
            # A user's own figure has no source to name.
            if claim.source:
                support += f", {claim.source}"
            yield f"    {path} = {claim.text} [{support}]"


def _metric_value(metric: Metric) -> str:
    """The value of a metric with its unit, and its range where credible claims differ."""
    value = f"{metric_value_text(metric.name, metric.value)} {metric.unit}".rstrip()
    if metric.low == metric.high:
        return value
    low = metric_value_text(metric.name, metric.low)
    high = metric_value_text(metric.name, metric.high)
    return f"{value} ({low} to {high})"


def _rule_lines(check: Check) -> Iterator[str]:
    """Each rule asked with its citation, its conditions, what contests it, what is missing."""
    # requirements are kept by the license, verdicts by the check; a reader wants both together
    asking = {entry.rule: entry for entry in check.license.requirements}
    for verdict in check.answers:
        rule = verdict.rule
        yield f"{rule.id} ({rule.question}): {verdict_words(verdict, 'not met')}"
        yield f"  {rule.cited()}; source {rule.citation.get('source', 'your file')}"
        if not rule.scope.everywhere:
            yield f"  scope: {scope_text(rule.scope)}"
        yield from _verdict_lines(verdict)
        # a license rule that is not met asks for nothing
        if rule.id in asking:
            yield from _requirement_lines(asking[rule.id])


def _verdict_lines(verdict: Verdict) -> Iterator[str]:
    """The conditions of a rule with whether each holds, what contests it, what is missing."""
    for name, condition in _steps(verdict.rule):
        yield f"  {name}: {condition_words(condition)}: {STATES[verdict.holds(condition)]}"
    for side in verdict.sides:
        answer = finding_words(side.finding, "not met")
        yield f"  contested: {answer} if {because_words(side.because)}"
    for text in needs_texts(verdict.needs, "not met"):
        yield f"  {text}"


def _requirement_lines(requirement: Requirement) -> Iterator[str]:
    """Why the places are in scope, how applications are reviewed, and each exception."""
    if requirement.in_scope_because:
        yield f"  in scope: {requirement.in_scope_because}"
    yield f"  review: {requirement_policy(requirement)}"
    for text in exception_words(requirement):
        yield f"  exception: {text}"
