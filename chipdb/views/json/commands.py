"""The answers of the other commands as plain values: rows, margins, periods, limits, changes.

Each function is named after what it takes; the ``to_dict`` of that object returns its record,
which for the rows of a command is the object that the command prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipdb.units import METRIC_UNITS
from chipdb.views.json.answers import day, number, review_if_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.wording import answer_value

if TYPE_CHECKING:
    from fractions import Fraction

    from chipdb.answers.budget import Allowance, BudgetLine
    from chipdb.answers.compare import ComparedFigure, Comparison
    from chipdb.answers.flips import Flip
    from chipdb.answers.identify import Identified
    from chipdb.answers.knob_search import HeadroomRow, KnobCut
    from chipdb.answers.near import Margin
    from chipdb.answers.rule_diff import Change
    from chipdb.answers.timeline import Period, RequirementSpan
    from chipdb.metrics import Spread
    from chipdb.solver.licensing import License
    from chipdb.solver.requirement import Requirement
    from chipdb.vocabulary import Policy

Record = dict[str, Any]

# a factor is a quotient of two figures, which have few digits; a change of the sixth decimal is
# smaller than any rounding of theirs
FACTOR_DECIMALS = 6
MARGIN_DECIMALS = 3


def headroom_record(row: HeadroomRow) -> Record:
    """Return one entry of ``chipdb headroom --format json``."""
    record: Record = {
        "chip": row.chip,
        "position": row.position,
        "changes": list(row.changes),
        "law": row.law,
        "rule": row.rule,
        "leaves": row.leaves,
        "enters": row.enters,
        "knob": row.knob,
        "factor": _rounded(row.factor),
        "cut_percent": _rounded(row.cut_percent),
        "attained": row.attained,
        "value": _rounded(row.value),
        "unit": row.unit,
        "binding": row.binding,
    }
    # only a letter depends on something that neither a figure nor a knob shows
    if row.condition is not None:
        record["if"] = row.condition
    # by this key a program knows that the knob is not a number
    if row.knob == "formats":
        record["drops"] = list(row.drops)
    # only a cut that does not help by itself is combined with others
    if row.beside:
        record["beside"] = [_cut_record(cut) for cut in row.beside]
    return envelope_json(record, row.data)


def _cut_record(cut: KnobCut) -> Record:
    """Return a cut that is made together with another one."""
    return {
        "knob": cut.knob,
        "factor": _rounded(cut.factor),
        "cut_percent": _rounded(cut.cut_percent),
        "value": _rounded(cut.value),
        "unit": cut.unit,
    }


def _rounded(value: Fraction | None) -> float | None:
    """A factor, a cut in percent or a value with as many decimals as are published."""
    if value is None:
        return None
    return round(float(value), FACTOR_DECIMALS)


def identified_record(answer: Identified) -> Record:
    """Return the object of ``chipdb identify --format json``."""
    record = {
        "given": answer.given,
        "chip": answer.chip,
        "count": answer.count,
        "kind": answer.kind,
        "system": answer.system,
        "candidates": list(answer.candidates),
        # null, as everywhere in JSON where there is nothing to say
        "note": answer.note or None,
    }
    return envelope_json(record)


def comparison_record(comparison: Comparison) -> Record:
    """Return the object of ``chipdb compare --format json``."""
    lines = [compared_figure_record(figure) for figure in comparison]
    record = {
        "baseline": comparison.baseline,
        "baseline_changes": list(comparison.baseline_changes),
        "lines": lines,
    }
    return envelope_json(record, comparison.data)


def compared_figure_record(line: ComparedFigure) -> Record:
    """Return one entry of ``lines`` in ``chipdb compare --format json``."""
    values = [
        {
            "chip": cell.chip,
            "position": cell.position,
            "changes": list(cell.changes),
            "value": number(cell.value),
            "low": number(cell.low),
            "high": number(cell.high),
            "ratio": number(cell.ratio),
        }
        for cell in line.cells
    ]
    return {"figure": line.figure, "unit": line.unit, "of": line.of, "values": values}


def margin_record(margin: Margin) -> Record:
    """Return one entry of ``chipdb near --format json``."""
    record = {
        "chip": margin.chip,
        "law": margin.law,
        "rule": margin.rule,
        "metric": margin.metric,
        "value": float(margin.value),
        # the published key; people read "threshold"
        "limit": float(margin.limit),
        "unit": METRIC_UNITS[margin.metric],
        "margin_percent": round(float(margin.percent), MARGIN_DECIMALS),
        # scripts compare these words, so they stay as they were when the key was published
        "now": margin.values[0],
        "beyond": margin.values[1],
        # which of the questions ``outside`` is a "no" to
        "question": margin.question,
    }
    return envelope_json(record, margin.data)


def flip_record(flip: Flip) -> Record:
    """Return one entry of ``chipdb flips --format json``."""
    # a side is named as it was asked: a rule by its id, a day by its date
    before, after = zip(flip.sides, flip.answers, flip.licenses, strict=True)
    record = {
        "chip": flip.chip,
        "law": flip.law,
        "to": flip.to,
        "before": _flip_side_record(*before),
        "after": _flip_side_record(*after),
    }
    return envelope_json(record, flip.data)


def _flip_side_record(side: str, answer: str, license_answer: License | None) -> Record:
    """Return one side of a flip; only the license of a day has a review policy."""
    record: Record = {"side": side, "answer": answer_value(answer)}
    if license_answer is not None:
        record |= review_record(license_answer)
    return record


def review_record(answer: License) -> Record:
    """Return the review policy with what it depends on, by the keys of ``check``."""
    return {
        "review": answer.review,
        "review_if": [review_if_record(branch) for branch in answer.review_if],
        "review_conditions": list(answer.review_conditions),
        "review_otherwise": answer.review_otherwise,
    }


def period_record(period: Period) -> Record:
    """Return one entry of ``chipdb timeline --format json``."""
    record = {
        "chip": period.chip,
        "position": period.position,
        "changes": list(period.changes),
        "from": period.start.isoformat(),
        "until": day(period.until),
        "law": period.law,
        "to": period.to,
        "classification": period.classification,
        "status": period.status,
        "license": period.license,
        **review_record(period.answer),
        # one text, though several rules may begin on one day
        "because": "; ".join(period.because),
        "contested": period.contested,
        "cautions": list(period.cautions),
        "requirements": [_requirement_span(span) for span in period.requirements],
    }
    return envelope_json(record, period.data)


def _requirement_span(span: RequirementSpan) -> Record:
    """Return a requirement of a period, with the days on which it is met."""
    requirement = span.requirement
    return {
        "rule": requirement.rule,
        "section": requirement.section,
        "review": requirement.review,
        "review_if": [review_if_record(branch) for branch in requirement.review_if],
        # null where no review rule eases the policy, as for the license as a whole
        "review_otherwise": _otherwise(requirement),
        "policy_state": requirement.policy_state,
        "contested": requirement.contested,
        "from": span.start.isoformat(),
        "until": day(span.until),
    }


def _otherwise(requirement: Requirement) -> Policy | None:
    """The policy of a requirement without the conditions that ease it; None without such."""
    if requirement.otherwise == requirement.review:
        return None
    return requirement.otherwise


def change_record(change: Change) -> Record:
    """Return one entry of ``chipdb rules --diff --format json``, without the two sides."""
    return {
        "part": change.part,
        "name": change.name,
        "change": change.change,
        "day": day(change.day),
        "metric": change.metric,
        "operator": change.operator,
        "unit": change.unit,
        # null on a side that does not have the part at all
        "was": change.was,
        "is": change.now,
    }


def budget_record(line: BudgetLine) -> Record:
    """Return one entry of ``chipdb budget --format json``."""
    # an order of several chips has no chip, and no chip whose data it could be stamped with
    identity: Record = {"chip": None, "position": None, "changes": []}
    data = None
    if line.entry is not None:
        chip, data = line.entry.chip, line.entry.chip.data
        identity = {
            "chip": chip.id,
            "position": line.entry.position,
            "changes": list(chip.changes),
        }
    record = {
        "on": line.on.isoformat(),
        **identity,
        "members": list(line.members),
        "counts": line.counts,
        "tpp": _spread(line.each),
        "count": line.count,
        "total_tpp": _spread(line.total),
        "equivalents": _spread(line.equivalents),
        "reference": line.reference,
        "budgets": [allowance_record(allowance) for allowance in line.held],
        "warnings": list(line.warnings),
    }
    return envelope_json(record, data)


def allowance_record(allowance: Allowance) -> Record:
    """Return one entry of ``budgets`` in ``chipdb budget --format json``."""
    budget, limit = allowance.budget, allowance.limit
    return {
        "budget": budget.id,
        "title": budget.title,
        "section": budget.citation.part,
        "note": budget.note,
        "kind": limit.kind,
        "tpp": number(limit.tpp),
        "share": number(limit.share),
        "from": day(limit.since),
        "until": day(limit.until),
        "standing": allowance.standing,
        "chips": allowance.chips,
        # the ends over all credible claims of the TPP, as whole chips
        "chips_low": allowance.least,
        "chips_high": allowance.most,
        "order": allowance.order,
        "filled": number(allowance.filled),
    }


def _spread(spread: Spread | None) -> Record | None:
    """A value with the ends of its range; None where it does not apply."""
    if spread is None:
        return None
    return {
        "value": number(spread.value),
        "low": number(spread.low),
        "high": number(spread.high),
    }
