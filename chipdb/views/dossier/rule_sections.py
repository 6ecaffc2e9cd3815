"""The law of a worksheet: the rules asked, the license, and the points that are left open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chipdb.answers.check import Check
from chipdb.answers.rule_diff import dates_of
from chipdb.metrics import measure
from chipdb.rules.conditions import Condition
from chipdb.rules.rule import Rule
from chipdb.rules.wording import condition_words
from chipdb.rules.worksheets import worksheets
from chipdb.solver.labels import (
    STATES,
    figure_text,
    metric_text,
    need_text,
    negative_words,
    verdict_words,
)
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.requirement import ExceptionAnswer, Requirement
from chipdb.solver.verdict import Verdict
from chipdb.units import METRIC_UNITS
from chipdb.views.dossier.document import (
    NOTHING,
    Block,
    DossierCell,
    Field,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    SectionsBlock,
    cell,
    columns,
)
from chipdb.views.dossier.figures import number
from chipdb.views.dossier.matrix import license_answer, review_answer
from chipdb.views.dossier.source_list import Sources
from chipdb.views.json.answers import exception_state_record, need_record, side_record
from chipdb.views.trace import trace
from chipdb.views.wording import (
    because_words,
    exception_words,
    policy_text,
    requirement_policy,
    unsettled_exceptions,
)
from chipdb.vocabulary import RuleQuestion, Status


def rules_section(check: Check, sources: Sources) -> Section:
    """Every rule asked: citation, dates, answer, each provision with its condition and figures.

    Rules that are not met are listed too, because "not met" is an answer that a file must show.
    """
    blocks: list[Block] = []
    # A reader who sees only one rule must not mistake it for the whole answer.
    if check.question.named:
        note = (
            "Only the rules asked for by name are listed here; "
            "the other sections depend on all rules in force."
        )
        blocks.append(ListBlock("note", "", (note,)))
    members = tuple(_rule_section(verdict, sources) for verdict in check.answers)
    blocks.append(SectionsBlock("asked", members))
    blocks.append(sources.listed("Sources of the rules"))
    return Section("rules_asked", "Rules asked", tuple(blocks))


def _rule_section(verdict: Verdict, sources: Sources) -> Section:
    """One rule with its verdict.

    What figures cannot show comes last, since it may undo what the figures say.
    """
    rule = verdict.rule
    answer = {
        "status": verdict.status,
        "outcome": verdict.finding.outcome,
        "contested": verdict.contested,
    }
    fields = [
        Field("rule", "rule", cell(rule.id)),
        Field("question", "question", cell(rule.question)),
        Field("citation", "citation", cell(rule.cited())),
        Field("source", "source", sources.cell(rule.citation.get("source"))),
        Field("dates", "dates", _dates(rule)),
        Field("answer", "answer", cell(verdict_words(verdict, negative_words(rule)), answer)),
    ]
    if verdict.sides:
        because = "; ".join(because_words(side.because) for side in verdict.sides)
        sides = [side_record(side) for side in verdict.sides]
        fields.append(Field("sides", "contested by", cell(because, sides)))

    blocks: list[Block] = [FieldsBlock(tuple(fields)), _provisions(verdict, sources)]
    if rule.conditions:
        blocks.append(ListBlock("conditions", "What figures cannot show", rule.conditions))
    return Section("rule", rule.title or rule.id, tuple(blocks))


def _dates(rule: Rule) -> DossierCell:
    """The dates of a rule in one line; JSON has them by name."""
    days = dates_of(rule.dates)
    texts = [f"{name.replace('_', ' ')} {day}" for name, day in days.items()]
    return cell(", ".join(texts), days)


def _provisions(verdict: Verdict, sources: Sources) -> RecordsBlock:
    """Each provision with its condition, whether it is met, and the figures compared.

    The rule's exclusion comes first, because the solver asks it before any provision.
    """
    rule = verdict.rule
    conditions = {provision.id: provision.when for provision in rule.provisions}
    if rule.unless is not None:
        conditions["unless"] = rule.unless
    rows = []
    if verdict.status != Status.NOT_COVERED:
        for step in trace(verdict):
            rows.append(_provision(step, conditions[step["provision"]], sources))
    return RecordsBlock(
        key="provisions",
        title="Provisions, in order; the first met gives the outcome",
        columns=columns(
            provision="provision",
            holds="met",
            condition="condition",
            figures="figures",
            sources="sources",
        ),
        rows=tuple(rows),
        empty="not asked: the rule does not apply",
    )


def _provision(
    step: dict[str, Any], condition: Condition, sources: Sources
) -> tuple[DossierCell, ...]:
    """One provision; ``step`` is its entry of the trace, which gives the JSON values."""
    name = step["provision"]
    # The exclusion takes an item out of the rule if it is met, which its name should say.
    label = name
    if name == "unless":
        label = "unless (exclusion)"
    figures = []
    for metric, value in step["values"].items():
        text = "undetermined"
        if value is not None:
            text = number(value, METRIC_UNITS[metric], metric=metric).text
        figures.append(f"{metric_text(metric)} {text}")
    return (
        cell(label, name),
        DossierCell(STATES[step["holds"]], step["holds"]),
        cell(condition_words(condition), step["condition"]),
        cell("; ".join(figures) or "a fact, no figure", step["values"]),
        sources.cells(step["sources"]),
    )


def license_section(check: Check, sources: Sources) -> Section:
    """Requirements, exceptions and review with their conditions; the other view of the law.

    The requirements are listed one by one, since an exception or a policy belongs to one of them.
    """
    answer = check.license
    otherwise = NOTHING
    if answer.review_otherwise is not None:
        otherwise = cell(policy_text(answer.review_otherwise), answer.review_otherwise)
    fields = (
        Field("required", "license required", DossierCell(license_answer(check), answer.required)),
        Field("review", "review policy", DossierCell(review_answer(check), answer.review)),
        Field("review_otherwise", "without the review conditions", otherwise),
        _other_law(check),
    )
    exceptions = RecordsBlock(
        key="exceptions",
        title="Exceptions that may be available under every requirement",
        columns=columns(name="exception", section="section", conditions="conditions"),
        rows=tuple(_exception(entry) for entry in answer.exceptions),
    )
    unsettled = ListBlock(
        "unsettled_exceptions",
        "Exceptions that depend on what is not stated",
        tuple(unsettled_exceptions(answer)),
    )
    review_conditions = ListBlock(
        "review_conditions", "Conditions of the review policy", answer.review_conditions
    )
    not_eased = ListBlock("not_eased", "Review rules that do not apply", tuple(_not_eased(check)))
    blocks = (
        FieldsBlock(fields),
        ListBlock("remarks", "Remarks", answer.warnings),
        _requirements(check, sources),
        exceptions,
        unsettled,
        review_conditions,
        not_eased,
        sources.listed("Further sources"),
    )
    return Section("license", "License", blocks)


def _other_law(check: Check) -> Field:
    """The answer of the law as codified, or as enforced if the law as codified was asked.

    The two differ while the agency announces that it does not enforce a rule that is still printed
    in the CFR. None for JSON means that both answer the same.
    """
    key, label = "codified", "the law as codified"
    if check.question.as_printed:
        key, label = "enforced", "the law as enforced"
    other = check.codified
    if other is None:
        return Field(key, label, DossierCell("the same", None))
    # Both views are filed: an exporter may have to answer for the printed text later.
    text = f"license {other.required}"
    if other.review:
        text += f", {policy_text(other.review)}"
    value = {"required": other.required, "review": other.review}
    return Field(key, label, DossierCell(text, value))


def _requirements(check: Check, sources: Sources) -> RecordsBlock:
    """The license requirements, each with its own review policy and exceptions."""
    return RecordsBlock(
        key="requirements",
        title="Requirements",
        columns=columns(
            rule="rule",
            section="section",
            citation="citation",
            source="source",
            status="status",
            review="review",
            exceptions="exceptions under this requirement",
        ),
        rows=tuple(_requirement(check, entry, sources) for entry in check.license.requirements),
    )


def _requirement(check: Check, entry: Requirement, sources: Sources) -> tuple[DossierCell, ...]:
    """One license requirement; a review of None is a policy that is not published."""
    rule = check.question.rulebook[entry.rule]
    names = "; ".join(exception_words(entry))
    exceptions = [exception_state_record(exception) for exception in entry.exceptions]
    return (
        cell(entry.rule),
        cell(entry.section),
        cell(rule.cited()),
        sources.cell(rule.citation.get("source")),
        cell(entry.status),
        DossierCell(requirement_policy(entry), entry.review),
        DossierCell(names or "none", exceptions),
    )


def _exception(entry: ExceptionAnswer) -> tuple[DossierCell, ...]:
    """One exception with its conditions, which a person has to check."""
    return (
        cell(f"may qualify for {entry.name}", entry.name),
        cell(entry.section),
        cell("; ".join(entry.conditions), list(entry.conditions)),
    )


def _not_eased(check: Check) -> Iterator[str]:
    """The review rules whose conditions the item fails, with those conditions."""
    for verdict in check.answers:
        if verdict.rule.question != RuleQuestion.REVIEW:
            continue
        # empty for a rule that applies, or for which that is not known
        failed = "; ".join(verdict.fails)
        if failed:
            yield f"{verdict.rule.cited()} does not apply: {failed}"


def open_section(check: Check) -> Section:
    """Assumptions, missing figures with break-evens, unchecked points; each with a blank box.

    A reviewer signs the sheet only when every box is checked.
    """
    assumptions = RecordsBlock(
        key="assumptions",
        title="Assumed; confirm each",
        columns=columns(text="assumption"),
        rows=tuple((cell(text),) for text in check.question.assumptions),
        boxed=True,
    )
    unknown = RecordsBlock(
        key="unknown",
        title="Unknown metrics, whether or not the answer depends on them",
        columns=columns(metric="metric", missing="missing"),
        rows=tuple(_unknown(check)),
        boxed=True,
    )

    # The solver decides what it does not check, the data how that is put to a reviewer.
    lines = {line.id: line.text for line in worksheets()["not-checked"].lines}
    not_checked = RecordsBlock(
        key="not_checked",
        title="Not checked; settle each",
        columns=columns(id="point", text="what to settle"),
        rows=tuple((cell(name), cell(lines[name])) for name in NOT_CHECKED),
        boxed=True,
    )
    blocks = (assumptions, _missing(check), unknown, not_checked)
    return Section("open_points", "Assumed, missing, not checked", blocks)


def _missing(check: Check) -> RecordsBlock:
    """The unknown figures and facts that the answer depends on, and the values at which it changes.

    The classification and the license come first: they are the answers that people act on.
    """
    verdicts = [check.classification]
    if check.license.verdict is not None:
        verdicts.append(check.license.verdict)
    verdicts += check.answers

    rows: dict[tuple[str, str], tuple[DossierCell, ...]] = {}
    for verdict in verdicts:
        negative = negative_words(verdict.rule)
        for need in verdict.needs:
            record = need_record(need, negative)
            unit = need.unit or ""
            ends = [f"{end} {unit}".strip() for end in record["break_evens"]]
            row = (
                cell(figure_text(need.figure), need.figure),
                cell(need_text(need, negative)),
                cell(verdict.rule.id),
                cell(", ".join(ends), record["break_evens"]),
            )
            # Several rules may need the same figure for the same answer; the first is named.
            rows.setdefault((need.figure, record["text"]), row)
    return RecordsBlock(
        key="missing",
        title="Missing figures and facts that the answer depends on",
        columns=columns(
            figure="figure or fact",
            text="what it would decide",
            needed_by="needed by",
            break_evens="break-evens",
        ),
        rows=tuple(rows.values()),
        boxed=True,
    )


def _unknown(check: Check) -> Iterator[tuple[DossierCell, ...]]:
    """The metrics that are unknown, with the figures that they lack.

    An undefined metric is not listed: a density of planar logic does not exist, so no figure is
    missing.
    """
    for name in METRIC_UNITS:
        if name not in check.metrics:
            continue
        metric = measure(check.chip, name)
        if metric.state == "unknown":
            missing = cell(", ".join(metric.missing), list(metric.missing))
            yield cell(metric_text(name), name), missing
