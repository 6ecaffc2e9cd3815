"""Answers as plain values, the JSON of the command line and of ``to_dict``."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.metrics import Metric, totals
from chipdb.solver.labels import need_text
from chipdb.solver.licensing import NOT_CHECKED, OpenException, Requirement
from chipdb.solver.missing import Need, Piece
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.views.json.envelope import stamped
from chipdb.vocabulary import RuleQuestion

if TYPE_CHECKING:
    from chipdb.answers.check import Check

Record = dict[str, Any]


def number(value: Fraction | None) -> float | None:
    """A plain float; None where unknown."""
    return None if value is None else float(value)


def rounded(value: Fraction | None) -> float | None:
    """A break-even for people: two decimals, or five significant digits below one."""
    if value is None:
        return None
    return round(float(value), 2) if value >= 1 else float(f"{float(value):.5g}")


def metric_record(metric: Metric) -> Record:
    """A metric: value, low, high, unit, state."""
    return {
        "value": number(metric.value),
        "low": number(metric.low),
        "high": number(metric.high),
        "unit": metric.unit,
        "state": metric.state,
    }


def finding_record(finding: Finding) -> Record:
    """A status with its outcome."""
    return {"status": finding.status, "outcome": finding.outcome}


def need_record(need: Need) -> Record:
    """A missing figure or fact, its break-evens and the answer of each piece."""
    answers: list[Record] | None = None
    if need.pieces is not None:
        answers = [_piece(piece) for piece in need.pieces]
    elif need.values is not None:
        answers = [{"is": value, **_answer(answer)} for value, answer in need.values]
    return {
        "figure": need.figure,
        "unit": need.unit,
        "break_evens": [rounded(value) for value in need.break_evens],
        "answers": answers,
        "text": need_text(need),
    }


def _piece(piece: Piece[object]) -> Record:
    return {
        "from": rounded(piece.start),
        "to": rounded(piece.to),
        "closed": piece.closed,
        **_answer(piece.answer),
    }


def _answer(answer: object) -> Record:
    assert isinstance(answer, Finding)
    return finding_record(answer)


def side_record(side: Side) -> Record:
    """A dispute and where it leads."""
    return {"because": side.because, **finding_record(side.finding)}


def verdict_record(verdict: Verdict) -> Record:
    """What every rule's answer has in common."""
    return {
        "outcome": verdict.finding.outcome,
        "status": verdict.status,
        "contested": verdict.contested,
        "sides": [side_record(side) for side in verdict.sides],
        "provisions": list(verdict.provisions),
        "needs": [need_record(need) for need in verdict.needs],
    }


def answer_record(verdict: Verdict) -> Record:
    """One entry of ``answers``."""
    from chipdb.views.trace import trace

    rule = verdict.rule
    head = {"rule": rule.id, "question": rule.question}
    conditions = (
        {"conditions": list(rule.conditions)}
        if rule.conditions and rule.question in (RuleQuestion.DUTY, RuleQuestion.REVIEW)
        else {}
    )
    return {
        **head,
        **verdict_record(verdict),
        "citation": rule.cited(),
        **conditions,
        "trace": trace(verdict),
    }


def exception_record(entry: OpenException) -> Record:
    """A license exception that may be open."""
    return {
        "name": entry.name,
        "section": entry.section,
        "open": "may be",
        "conditions": list(entry.conditions),
    }


def requirement_record(entry: Requirement) -> Record:
    """One instrument that asks for a license."""
    return {
        "rule": entry.rule,
        "section": entry.section,
        "status": entry.status,
        "exceptions": [exception_record(exception) for exception in entry.exceptions],
        "review": entry.review,
    }


def license_record(check: Check) -> Record:
    """The license answer."""
    answer, asked = check.license, check.question.to is not None
    codified = check.codified
    return {
        "required": answer.required,
        "contested": answer.contested,
        "codified": None
        if codified is None
        else {"required": codified.required, "review": codified.review},
        "review": answer.review,
        "review_conditions": list(answer.review_conditions),
        "review_otherwise": answer.review_otherwise,
        "exceptions": [exception_record(entry) for entry in answer.exceptions],
        "requirements": [requirement_record(entry) for entry in answer.requirements],
        "assumptions": list(check.question.assumptions),
        "not_checked": list(NOT_CHECKED) if asked else [],
    }


def check_record(check: Check) -> Record:
    """One entry of ``chipdb check --format json``."""
    from chipdb.answers.check import SCOPE_TEXT

    asked, chip = check.question, check.chip
    scope = {"scope": SCOPE_TEXT} if asked.to is not None else {}
    added = (
        {name: metric_record(metric) for name, metric in totals(chip).items()}
        if chip.members
        else None
    )
    return stamped(
        {
            "chip": chip.id,
            "name": chip.name,
            "resolved_from": check.entry.resolved_from,
            **({"row": check.entry.row} if check.entry.row is not None else {}),
            "derate": _derating(chip.derating),
            "changes": list(chip.changes),
            "on": asked.on.isoformat(),
            "to": asked.to,
            "from": asked.origin,
            "headquarters": list(asked.headquarters or ()),
            "metrics": {name: metric_record(metric) for name, metric in check.metrics.items()},
            **({"totals": added} if added else {}),
            "classification": verdict_record(check.classification),
            "license": license_record(check),
            "answers": [answer_record(verdict) for verdict in check.answers],
            "warnings": list(check.warnings),
            **scope,
        },
        chip.data,
    )


def _derating(turns: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    joined: dict[str, str] = {}
    for knob, amount in turns:
        joined[knob] = f"{joined[knob]}, {amount}" if knob in joined else amount
    return joined
