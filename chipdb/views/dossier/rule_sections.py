"""The law of a worksheet: every rule asked with its provisions, the license, what was assumed, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chipdb.answers.check import Check
from chipdb.answers.rule_diff import dates_of
from chipdb.metrics import measure
from chipdb.rules.rule import Rule
from chipdb.rules.worksheets import worksheets
from chipdb.solver.labels import HOLDS, metric_text, need_text, verdict_text
from chipdb.solver.licensing import NOT_CHECKED, OpenException, Requirement
from chipdb.solver.verdict import Verdict
from chipdb.units import METRIC_UNITS
from chipdb.views.dossier.document import (
    Block,
    Cell,
    Field,
    Fields,
    Group,
    Items,
    Records,
    Section,
    cell,
    columns,
)
from chipdb.views.dossier.figures import number
from chipdb.views.dossier.matrix import license_text, review_text
from chipdb.views.dossier.source_list import Sources
from chipdb.views.json.answers import exception_record, need_record, side_record
from chipdb.views.trace import trace
from chipdb.vocabulary import RuleQuestion, Status


def rules_section(check: Check, sources: Sources) -> Section:
    """Every rule asked: citation, dates, answer, each provision with its condition and figures."""
    members = tuple(_rule(verdict, sources) for verdict in check.answers)
    blocks: list[Block] = [Group("asked", members)]
    if check.question.named:
        blocks.insert(
            0,
            Items(
                "note",
                "",
                (
                    "Only the rules asked for by name stand here; the other sections rest on all rules in force.",
                ),
            ),
        )
    return Section("rules_asked", "Rules asked", (*blocks, sources.listed("Sources of the rules")))


def _rule(verdict: Verdict, sources: Sources) -> Section:
    rule = verdict.rule
    answer = cell(
        verdict_text(verdict),
        {
            "status": verdict.status,
            "outcome": verdict.finding.outcome,
            "contested": verdict.contested,
        },
    )
    rows = (
        Field("rule", "rule", cell(rule.id)),
        Field("question", "question", cell(rule.question)),
        Field("citation", "citation", cell(rule.cited())),
        Field("source", "source", sources.cell(rule.citation.get("source"))),
        Field("dates", "dates", _dates(rule)),
        Field("answer", "answer", answer),
        Field(
            "sides",
            "contested by",
            cell(
                "; ".join(side.because for side in verdict.sides),
                [side_record(side) for side in verdict.sides],
            ),
        ),
    )
    shown = tuple(row for row in rows if row.key != "sides" or verdict.sides)
    blocks: list[Block] = [Fields(shown), _provisions(verdict, sources)]
    if rule.conditions:
        blocks.append(Items("conditions", "What figures cannot show", rule.conditions))
    return Section("rule", rule.title or rule.id, tuple(blocks))


def _dates(rule: Rule) -> Cell:
    known = dates_of(rule.dates)
    return cell(", ".join(f"{name.replace('_', ' ')} {day}" for name, day in known.items()), known)


def _provisions(verdict: Verdict, sources: Sources) -> Records:
    heads = columns(
        provision="provision",
        holds="met",
        condition="condition",
        figures="figures",
        sources="sources",
    )
    steps = [] if verdict.status == Status.NOT_COVERED else trace(verdict)
    rows = tuple(_provision(step, sources) for step in steps)
    return Records(
        key="provisions",
        title="Provisions, in order; the first met gives the outcome",
        columns=heads,
        rows=rows,
        empty="not asked: the rule does not apply",
    )


def _provision(step: dict[str, Any], sources: Sources) -> tuple[Cell, ...]:
    """A provision; ``unless`` is the exclusion, which takes an item out where it is met."""
    name = "unless (exclusion)" if step["provision"] == "unless" else step["provision"]
    figures = "; ".join(
        f"{metric_text(metric)} {_figure(metric, value)}"
        for metric, value in step["values"].items()
    )
    return (
        cell(name, step["provision"]),
        Cell(HOLDS[step["holds"]], step["holds"]),
        cell(step["condition"]),
        cell(figures or "a fact, no figure", step["values"]),
        sources.cells(step["sources"]),
    )


def _figure(metric: str, value: float | None) -> str:
    return "open" if value is None else number(value, METRIC_UNITS[metric]).text


def license_section(check: Check, sources: Sources) -> Section:
    """Requirements, exceptions with their conditions, review with its conditions, the law as printed where it differs."""
    answer = check.license
    codified = check.codified
    other = "the law as printed" if check.question.law == "enforced" else "the law as enforced"
    printed = (
        None if codified is None else {"required": codified.required, "review": codified.review}
    )
    text = (
        f"license {codified.required}" + (f", review {codified.review}" if codified.review else "")
        if codified
        else "the same"
    )
    rows = (
        Field("required", "license required", Cell(license_text(check), answer.required)),
        Field("review", "review policy", Cell(review_text(check), answer.review)),
        Field("review_otherwise", "without the review conditions", cell(answer.review_otherwise)),
        Field("codified", other, Cell(text, printed)),
    )
    blocks = (
        Fields(rows),
        Items("remarks", "Remarks", answer.warnings),
        _requirements(check, sources),
        Records(
            key="exceptions",
            title="Exceptions that may be open under every requirement",
            columns=columns(name="exception", section="section", conditions="conditions"),
            rows=tuple(_exception(entry) for entry in answer.exceptions),
        ),
        Items("review_conditions", "Conditions of the review policy", answer.review_conditions),
        Items("not_eased", "Review rules that do not help", tuple(_not_eased(check))),
    )
    return Section("license", "License", (*blocks, sources.listed("Further sources")))


def _requirements(check: Check, sources: Sources) -> Records:
    heads = columns(
        rule="rule",
        section="section",
        citation="citation",
        source="source",
        status="status",
        review="review",
        exceptions="exceptions under it alone",
    )
    rows = tuple(_requirement(check, entry, sources) for entry in check.license.requirements)
    return Records(key="requirements", title="Requirements", columns=heads, rows=rows)


def _requirement(check: Check, entry: Requirement, sources: Sources) -> tuple[Cell, ...]:
    rule = check.question.rulebook[entry.rule]
    names = ", ".join(f"{one.name} ({one.section})" for one in entry.exceptions)
    return (
        cell(entry.rule),
        cell(entry.section),
        cell(rule.cited()),
        sources.cell(rule.citation.get("source")),
        cell(entry.status),
        Cell(entry.review or "policy not public", entry.review),
        Cell(names or "none", [exception_record(one) for one in entry.exceptions]),
    )


def _exception(entry: OpenException) -> tuple[Cell, ...]:
    return (
        cell(f"may qualify for {entry.name}", entry.name),
        cell(entry.section),
        cell("; ".join(entry.conditions), list(entry.conditions)),
    )


def _not_eased(check: Check) -> Iterator[str]:
    for verdict in check.answers:
        if verdict.rule.question == RuleQuestion.REVIEW and verdict.fails:
            yield f"{verdict.rule.cited()} needs: {'; '.join(verdict.fails)}"


def open_section(check: Check) -> Section:
    """Assumptions, missing figures with their break-evens, what was not checked: each with a blank box."""
    assumed = tuple((cell(text),) for text in check.question.assumptions)
    lines = {line.id: line.text for line in worksheets()["not-checked"].lines}
    unread = tuple((cell(name), cell(lines[name])) for name in NOT_CHECKED)
    blocks = (
        Records(
            key="assumptions",
            title="Assumed; confirm each",
            columns=columns(text="assumption"),
            rows=assumed,
            boxed=True,
        ),
        _missing(check),
        Records(
            key="unknown",
            title="Unknown figures, whether or not they decide",
            columns=columns(metric="metric", missing="missing"),
            rows=tuple(_unknown(check)),
            boxed=True,
        ),
        Records(
            key="not_checked",
            title="Not checked; settle each",
            columns=columns(id="point", text="what to settle"),
            rows=unread,
            boxed=True,
        ),
    )
    return Section("open_points", "Assumed, missing, not checked", blocks)


def _missing(check: Check) -> Records:
    heads = columns(
        figure="figure or fact",
        text="what it would decide",
        needed_by="needed by",
        break_evens="break-evens",
    )
    rows: dict[tuple[str, str], tuple[Cell, ...]] = {}
    for verdict in _asked(check):
        for need in verdict.needs:
            record = need_record(need)
            ends = [f"{end} {need.unit or ''}".strip() for end in record["break_evens"]]
            key = (need.figure, record["text"])
            rows.setdefault(
                key,
                (
                    cell(need.figure),
                    cell(need_text(need)),
                    cell(verdict.rule.id),
                    cell(", ".join(ends), record["break_evens"]),
                ),
            )
    return Records(
        key="missing",
        title="Missing, and deciding",
        columns=heads,
        rows=tuple(rows.values()),
        boxed=True,
    )


def _asked(check: Check) -> Iterable[Verdict]:
    license_ = (check.license.verdict,) if check.license.verdict is not None else ()
    return (check.classification, *license_, *check.answers)


def _unknown(check: Check) -> Iterator[tuple[Cell, ...]]:
    for name in METRIC_UNITS:
        metric = measure(check.chip, name)
        if name in check.metrics and metric.state == "unknown":
            yield (
                cell(metric_text(name), name),
                cell(", ".join(metric.missing), list(metric.missing)),
            )
