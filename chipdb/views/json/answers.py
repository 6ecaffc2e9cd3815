"""Answers as plain values: what ``--format json`` prints and what ``to_dict`` returns.

The keys are fixed by the specification. Names inside chipdb may change; the keys here do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.metrics import Metric, totals
from chipdb.rules.rule import ReviewSide
from chipdb.solver.cautions import Caution
from chipdb.solver.labels import NOT_CONTROLLED, need_text, negative_words
from chipdb.solver.licensing import NOT_CHECKED
from chipdb.solver.lines import Piece
from chipdb.solver.missing import Need
from chipdb.solver.requirement import ExceptionAnswer, Requirement, ReviewIf
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.views.json.envelope import envelope_json
from chipdb.views.verdict_sentence import verdict_object
from chipdb.views.ways_out import unstated_words
from chipdb.vocabulary import RuleQuestion

if TYPE_CHECKING:
    from datetime import date

    from chipdb.answers.check import Check
    from chipdb.catalog.not_found import NotFound

Record = dict[str, Any]

DECIMALS = 2
"""Decimals of a break-even of 1 or more."""
DIGITS = 5
"""Significant digits of a break-even below 1."""


def number(value: Fraction | None) -> float | None:
    """Return a plain float, None where the value is unknown.

    >>> number(Fraction(2368)), number(None)
    (2368.0, None)
    """
    if value is None:
        return None
    return float(value)


def day(value: date | None) -> str | None:
    """Return a date as YYYY-MM-DD, None where it is unknown.

    >>> from datetime import date
    >>> day(date(2023, 10, 17)), day(None)
    ('2023-10-17', None)
    """
    if value is None:
        return None
    return value.isoformat()


def rounded(value: Fraction | None) -> float | None:
    """Return a break-even for people: two decimals, or five significant digits below one.

    >>> rounded(Fraction(4992, 826)), rounded(Fraction(1, 3)), rounded(None)
    (6.04, 0.33333, None)
    """
    if value is None:
        return None
    if value >= 1:
        return round(float(value), DECIMALS)
    return float(f"{float(value):.{DIGITS}g}")


def check_record(check: Check) -> Record:
    """Return one entry of ``chipdb check --format json``."""
    from chipdb.answers.check import SCOPE_TEXT

    question, chip = check.question, check.chip
    record: Record = {
        "chip": chip.id,
        "name": chip.name,
        "resolved_from": check.entry.resolved_from,
        "position": check.entry.position,
    }
    # keys that only tables and inventories have are left out elsewhere, so that the object of a
    # single chip stays as short as it was
    if check.entry.given is not None:
        record["given"] = check.entry.given
    if check.entry.row is not None:
        record["row"] = check.entry.row
    asked = question.places_asked
    record |= {
        "derate": _derating(chip.derating),
        "changes": list(chip.changes),
        "sku": check.entry.sku,
        "quantity": check.entry.quantity,
        "on": question.on.isoformat(),
        "law": question.law,
        "to": asked.to,
    }
    # "to" keeps the place that was asked; scripts join the answers to their own lists by it
    if asked.to != question.to:
        record["treated_as"] = question.to
    record |= {
        "from": asked.origin,
        "headquarters": list(asked.headquarters or ()),
        "metrics": _metrics(check.metrics),
    }
    if chip.members and (sums := totals(chip)):
        record["totals"] = _metrics(sums)
    record |= {
        "verdict": verdict_object(check),
        # only of this answer: with several chips the call ends with the most severe status
        "exit_status": check.exit_status,
        **_before(check),
        "classification": verdict_record(check.classification),
        "license": license_record(check),
        **_presumption(check),
        "cautions": [caution_record(caution) for caution in check.cautions],
        "answers": [answer_record(verdict) for verdict in check.answers],
        "warnings": list(check.warnings),
    }
    if question.to is not None:
        # only an answer about a license could be mistaken for a permission to ship
        record["scope"] = SCOPE_TEXT
    return envelope_json(record, chip.data)


def _before(check: Check) -> Record:
    """Return the answer without the proposals that are treated as law, where there are some."""
    before = check.before
    if before is None:
        return {}
    record = {
        "verdict": verdict_object(before),
        "classification": finding_record(before.classification.finding),
        "license": {"required": before.license.required, "review": before.license.review},
    }
    return {"enacted": [rule.id for rule in check.question.enacted], "before": record}


def not_found_record(name: NotFound) -> Record:
    """Return what takes the place of the answer for a name that no chip has."""
    record: Record = {
        "given": name.given,
        "chip": None,
        "sku": name.sku,
        "quantity": name.quantity,
        "error": name.error,
        "exit_status": name.exit_status,
    }
    return envelope_json(record)


def _presumption(check: Check) -> Record:
    """Return the presumption that a role asked for, with its ways out; nothing without a role."""
    if check.question.role is None:
        return {}
    presumption = check.presumption
    if presumption is None:
        return {"presumption": None}
    ways_out = [
        {
            "way": entry.way,
            "state": entry.state,
            "needs": [_unstated(need) for need in entry.needs],
        }
        for entry in presumption.ways_out
    ]
    return {
        "presumption": {
            "presumed": presumption.presumed,
            # the presumption of the foundry rules is of an item for data centers
            "datacenter": True,
            "ways_out": ways_out,
        }
    }


def _unstated(need: Need) -> Record:
    """Return what was not attested, for a way out of a presumption."""
    return {**need_record(need), "text": f"not stated: {unstated_words(need)}"}


def _metrics(metrics: Mapping[str, Metric]) -> Record:
    return {name: metric_record(metric) for name, metric in metrics.items()}


def _derating(turns: tuple[tuple[str, str], ...]) -> Record:
    """Return the amount of each knob; a knob that was turned twice has both."""
    amounts: dict[str, str] = {}
    for knob, amount in turns:
        # both are kept, since the second was applied to what the first had left
        amounts[knob] = f"{amounts[knob]}, {amount}" if knob in amounts else amount
    return amounts


def metric_record(metric: Metric) -> Record:
    """Return a metric: value, low, high, unit, state."""
    return {
        "value": number(metric.value),
        "low": number(metric.low),
        "high": number(metric.high),
        "unit": metric.unit,
        "state": metric.state,
    }


def finding_record(finding: Finding) -> Record:
    """Return a status with its outcome."""
    return {"status": finding.status, "outcome": finding.outcome}


def side_record(side: Side) -> Record:
    """Return a reason to contest an answer and where it leads."""
    return {"because": side.because, **finding_record(side.finding)}


def need_record(need: Need, negative: str = NOT_CONTROLLED) -> Record:
    """Return a missing figure or fact, its break-evens and the answer of each piece.

    ``negative`` is what "not met" is called in its text.
    """
    answers: list[Record] | None = None
    if need.pieces is not None:
        answers = [_piece_record(piece) for piece in need.pieces]
    # a fact has two values and no break-even between them
    elif need.values is not None:
        answers = [{"is": value, **_finding(answer)} for value, answer in need.values]
    return {
        "figure": need.figure,
        "unit": need.unit,
        "break_evens": [rounded(value) for value in need.break_evens],
        "answers": answers,
        "text": need_text(need, negative),
    }


def _piece_record(piece: Piece[object]) -> Record:
    return {
        "from": rounded(piece.start),
        "to": rounded(piece.to),
        "closed": piece.closed,
        **_finding(piece.answer),
    }


def _finding(answer: object) -> Record:
    assert isinstance(answer, Finding)
    return finding_record(answer)


def verdict_record(verdict: Verdict) -> Record:
    """Return what the answers of all rules have in common."""
    negative = negative_words(verdict.rule)
    return {
        "outcome": verdict.finding.outcome,
        "status": verdict.status,
        "contested": verdict.contested,
        "sides": [side_record(side) for side in verdict.sides],
        "provisions": list(verdict.provisions),
        "needs": [need_record(need, negative) for need in verdict.needs],
    }


def answer_record(verdict: Verdict) -> Record:
    """Return one entry of ``answers``."""
    from chipdb.views.trace import trace

    rule = verdict.rule
    record: Record = {
        "rule": rule.id,
        "question": rule.question,
        **verdict_record(verdict),
        "citation": rule.cited(),
    }
    # of other rules the conditions are in the warnings, where they name the rule
    if rule.conditions and rule.question in (RuleQuestion.DUTY, RuleQuestion.REVIEW):
        record["conditions"] = list(rule.conditions)
    record["trace"] = trace(verdict)
    return record


def exception_record(entry: ExceptionAnswer) -> Record:
    """Return a license exception that may apply."""
    return {
        "name": entry.name,
        "section": entry.section,
        # never "yes": each exception has conditions that no figure can show
        "open": "may be",
        "conditions": list(entry.conditions),
    }


def exception_state_record(entry: ExceptionAnswer) -> Record:
    """Return whether a license exception is open under one requirement, and why."""
    return {
        "name": entry.name,
        "section": entry.section,
        "state": entry.state,
        "because": entry.because,
        "conditions": list(entry.conditions),
    }


def requirement_record(entry: Requirement) -> Record:
    """Return one rule that requires a license."""
    return {
        "rule": entry.rule,
        "section": entry.section,
        "status": entry.status,
        "contested": entry.contested,
        "in_scope_because": entry.in_scope_because,
        "exceptions": [exception_state_record(exception) for exception in entry.exceptions],
        "review": entry.review,
        "review_if": [review_if_record(branch) for branch in entry.review_if],
        "policy_state": entry.policy_state,
        "policy_text": entry.policy_text or None,
        "review_sides": [review_side_record(side) for side in entry.review_sides],
    }


def review_side_record(side: ReviewSide) -> Record:
    """Return another review policy to which a text leads."""
    return {"because": side.because, "policy": side.policy}


def review_if_record(entry: ReviewIf) -> Record:
    """Return a review policy with the fact under which it holds."""
    return {"policy": entry.policy, "if": entry.condition}


def caution_record(caution: Caution) -> Record:
    """Return one caution: its kind, whether it is about the item or the transaction, its text."""
    return {
        "kind": caution.kind,
        "about": caution.about,
        "text": caution.text,
        "could_require_license": caution.could_require_license,
    }


def license_record(check: Check) -> Record:
    """Return the license answer."""
    answer = check.license
    sides: list[Record] = []
    review_sides: list[Record] = []
    for side in answer.sides:
        sides.append({"because": side.because, "required": side.required})
    for entry in answer.requirements:
        review_sides += map(review_side_record, entry.review_sides)
    # without a destination nothing was asked about a license
    not_checked: list[str] = []
    if check.question.to is not None:
        not_checked = list(NOT_CHECKED)

    # What the other law answers, null where it gives the same answer: each has a key of its own,
    # so that a program never takes what is enforced for the printed text.
    codified: Record | None = None
    enforced: Record | None = None
    if check.codified is not None:
        other = {"required": check.codified.required, "review": check.codified.review}
        if check.question.as_printed:
            enforced = other
        else:
            codified = other
    return {
        "required": answer.required,
        "contested": answer.contested,
        "sides": sides,
        "codified": codified,
        "enforced": enforced,
        "review": answer.review,
        "review_if": [review_if_record(branch) for branch in answer.review_if],
        "review_sides": review_sides,
        "review_texts": [entry.policy_text for entry in answer.requirements if entry.policy_text],
        # an eased policy is never given without the conditions under which it holds
        "review_conditions": list(answer.review_conditions),
        "review_otherwise": answer.review_otherwise,
        "exceptions": [exception_record(entry) for entry in answer.exceptions],
        "requirements": [requirement_record(entry) for entry in answer.requirements],
        "assumptions": list(check.question.assumptions),
        "not_checked": not_checked,
    }
