"""Answers as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.answers.check import Check
from chipdb.metrics import SHOWN, Metric, totals
from chipdb.rules.places import places
from chipdb.solver.labels import metric_text, need_text, verdict_text
from chipdb.solver.licensing import OpenException
from chipdb.solver.verdict import Verdict
from chipdb.units import display
from chipdb.views.tables import aligned
from chipdb.vocabulary import Basis, Required, RuleQuestion, Status


def check_text(check: Check) -> str:
    """One chip's answer: figures, classification, license, what is missing."""
    parts = [head(check), aligned(metric_rows(check), indent="  ")]
    parts.append(aligned(list(answer_rows(check)), indent="  "))
    return "\n\n".join(parts)


def metric_rows(check: Check) -> list[list[str]]:
    """The metrics that every answer carries, and the totals of a system."""
    rows = [_metric_row(check.metrics[name]) for name in SHOWN]
    return (
        rows + [_total_row(metric) for metric in totals(check.chip).values()]
        if check.chip.members
        else rows
    )


def head(check: Check) -> str:
    """Which chip, on which day, for which deal: two lines."""
    chip, asked = check.chip, check.question
    changed = f"; {', '.join(chip.changes)}" if chip.changes else ""
    lines = [f"{chip.name}  ({chip.id}{changed})"]
    where = f", to {places().name_of(asked.to)}" if asked.to else ""
    if asked.headquarters and asked.headquarters != (asked.to,):
        where += f", for parties headquartered in {' and '.join(map(places().name_of, asked.headquarters))}"
    origin = f", from {places().name_of(asked.origin)}" if asked.to and asked.origin else ""
    lines.append(f"on {asked.on}{origin}{where}")
    return "\n".join(lines)


def _total_row(metric: Metric) -> list[str]:
    return [
        f"{metric_text(metric.name)}, total",
        display(metric.value),
        metric.unit,
        "over all chips of the system",
    ]


def _metric_row(metric: Metric) -> list[str]:
    if metric.state != "known":
        reason = f"missing: {', '.join(metric.missing)}" if metric.missing else ""
        return [
            metric_text(metric.name),
            "–",
            metric.unit,
            f"{metric.state}; {reason}" if reason else metric.state,
        ]
    low, high = display(metric.low), display(metric.high)
    ranged = "" if low == high else f"credible: {low} to {high}"
    bases = sorted(
        {claim.basis for _, claim in metric.inputs} - {Basis.OFFICIAL, Basis.HYPOTHETICAL}
    )
    notes = [note for note in (ranged, ", ".join(bases)) if note]
    return [metric_text(metric.name), display(metric.value), metric.unit, "; ".join(notes)]


def answer_rows(check: Check) -> Iterator[list[str]]:
    """What the rules say: the question, then its answer; an empty question goes on with the one above."""
    if not check.question.named:
        yield ["classification", verdict_text(check.classification)]
        yield from _doubts(check.classification)
        yield from (
            ["", f"as a module, card or server: {entry} or a .z entry"] for entry in check.as_module
        )
        if check.question.to is not None:
            yield from _license_rows(check)
    others = [
        verdict
        for verdict in check.answers
        if check.question.named or verdict.rule.question in _OTHERS
    ]
    for verdict in others:
        asked = (
            check.question.named
            or verdict.rule.id in check.own
            or verdict.rule.question == RuleQuestion.PRESUMPTION
        )
        if asked or verdict.status != Status.NOT_MET or verdict.contested:
            yield [verdict.rule.question, f"{verdict_text(verdict)}  [{verdict.rule.id}]"]
            yield from _doubts(verdict) if asked or verdict.contested else ()
            yield from (
                ["", f"- {text}"]
                for text in verdict.rule.conditions
                if verdict.rule.question == RuleQuestion.DUTY
            )


_OTHERS = (
    RuleQuestion.AT_CONTROL,
    RuleQuestion.DUTY,
    RuleQuestion.PRESUMPTION,
    RuleQuestion.PROPOSAL,
)


def _doubts(verdict: Verdict) -> Iterator[list[str]]:
    for side in verdict.sides:
        yield ["", f"{side.finding.outcome or side.finding.status} if {side.because}"]
    for need in verdict.needs:
        yield ["", need_text(need)]


_LICENSE_WORDS = {
    Required.YES: "required",
    Required.UNDETERMINED: "undetermined",
    Required.NO: "not required by these rules",
    None: "not required by these rules",
}


def _license_rows(check: Check) -> Iterator[list[str]]:
    answer = check.license
    word = _LICENSE_WORDS[answer.required]
    yield ["license", word + ("; contested" if answer.contested else "")]
    for requirement in answer.requirements:
        policy = requirement.review or "policy not public"
        yield ["", f"{requirement.section}: {policy}  [{requirement.rule}]"]
    if answer.verdict is not None and not answer.requirements:
        yield from _doubts(answer.verdict)
    for text in answer.warnings if answer.required == Required.UNDETERMINED else ():
        yield ["", text]
    if answer.required == Required.YES:
        silent = sum(requirement.review is None for requirement in answer.requirements)
        further = f"; {silent} further policy not public" if silent and answer.review else ""
        yield ["review", (answer.review or "policy not public") + further]
        yield from (["", f"- {text}"] for text in answer.review_conditions)
        yield from _not_eased(check)
        yield [
            "exceptions",
            "; ".join(_exception(entry) for entry in answer.exceptions) or "none open",
        ]
        yield from (["", f"- {text}"] for entry in answer.exceptions for text in entry.conditions)
    yield from (
        [("assumed" if index == 0 else ""), text]
        for index, text in enumerate(check.question.assumptions)
    )


def _not_eased(check: Check) -> Iterator[list[str]]:
    """Why a review rule of the day does not help."""
    for verdict in check.answers:
        if verdict.rule.question == RuleQuestion.REVIEW and verdict.fails:
            yield [
                "",
                f"not eased by {verdict.rule.citation['document']}, which needs: {'; '.join(verdict.fails)}",
            ]


def _exception(entry: OpenException) -> str:
    return f"may qualify for {entry.name} ({entry.section})"


def summary_row(check: Check) -> list[str | None]:
    """One row of the table of many chips."""
    tpp, density = check.metrics["tpp"], check.metrics["performance_density"]
    answer = check.license
    row = [
        check.chip.id,
        display(tpp.value),
        display(density.value),
        verdict_text(check.classification),
    ]
    if check.question.to is not None:
        row += [
            (answer.required or "") + ("; contested" if answer.contested else ""),
            answer.review or "",
        ]
    return list(row)


def summary_headers(with_place: bool) -> list[str]:
    """The headers of :func:`summary_row`."""
    return [
        "chip",
        "TPP",
        "density",
        "classification",
        *(["license", "review"] if with_place else []),
    ]
