"""Answers in the words of people: policies, verdicts, what is missing, what does not hold.

JSON keeps its own words (``presumption-of-denial``, ``tpp >= 4800``), which programs read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chipdb.rules.conditions import All, Atom, Condition, Fact, NamedChip, Not, Outcome, fact_text
from chipdb.solver.labels import metric_text
from chipdb.solver.missing import Need, Piece
from chipdb.solver.verdict import Finding, Verdict
from chipdb.units import METRIC_UNITS, display
from chipdb.views.condition_words import COMPARISONS, condition_words, threshold_text
from chipdb.vocabulary import Policy, Status

NOT_PUBLIC = "policy not public"
NOT_CONTROLLED = "not controlled"
STATES = {True: "met", False: "not met", None: "undetermined"}
"""Whether a provision is met."""

_POLICIES = {
    Policy.POLICY_OF_DENIAL: "policy of denial",
    Policy.PRESUMPTION_OF_DENIAL: "presumption of denial",
    Policy.CASE_BY_CASE: "case-by-case",
    Policy.PRESUMPTION_OF_APPROVAL: "presumption of approval",
}


def policy_text(policy: str | None) -> str:
    """Return a review policy in words.

    >>> policy_text("presumption-of-denial"), policy_text(None)
    ('presumption of denial', 'policy not public')
    """
    return NOT_PUBLIC if policy is None else _POLICIES[Policy(policy)]


def verdict_words(verdict: Verdict, negative: str = NOT_CONTROLLED) -> str:
    """Return a verdict in one line: outcome, provisions, whether it is contested."""
    text = finding_words(verdict.finding, negative)
    provisions = verdict.provisions
    if verdict.status == Status.MET and provisions and provisions != (verdict.finding.outcome,):
        # a provision whose name has a comma would read as two
        joint = "; " if any("," in name for name in provisions) else " and "
        text += f" by {joint.join(provisions)}"
    return f"{text}; contested" if verdict.contested else text


def finding_words(finding: object, negative: str = NOT_CONTROLLED) -> str:
    """Return a finding in a word or two; ``negative`` is what "not met" is called here."""
    assert isinstance(finding, Finding)
    if finding.status == Status.MET:
        return finding.outcome or "met"
    if finding.status == Status.NOT_MET:
        return negative
    return "undetermined" if finding.status == Status.UNDETERMINED else "not covered"


def need_words(need: Need, negative: str = NOT_CONTROLLED) -> str:
    """Return what is missing, and the answer for each value that it may have."""
    name = metric_text(need.figure) if need.figure in METRIC_UNITS else fact_text(need.figure)
    if need.pieces:
        texts = []
        before: Piece[object] | None = None
        for piece in need.pieces:
            texts.append(_piece_words(piece, before, need, negative))
            before = piece
        return f"{name} is missing: {'; '.join(texts)}"
    if need.figure == "addressee":
        return "not known: whether the vendor received this letter; a license is required if it did"
    if need.values:
        texts = []
        for value, answer in need.values:
            texts.append(f"{finding_words(answer, negative)} if {'so' if value else 'not'}")
        return f"not known whether {name}: {'; '.join(texts)}"
    if need.figure in METRIC_UNITS:
        return f"also missing: {name}"
    return f"also not known: whether {name}"


def _piece_words(
    piece: Piece[object], before: Piece[object] | None, need: Need, negative: str
) -> str:
    answer = finding_words(piece.answer, negative)
    if piece.to == 0:
        return f"{answer} if all logic is planar"
    unit = f" {need.unit}" if need.unit else ""
    if piece.to is not None:
        end = f"{display(piece.to, 1)}{unit}"
        return f"{answer} up to {end}" if piece.closed else f"{answer} below {end}"
    if piece.start is None:
        return f"{answer} at any value"
    start = f"{display(piece.start, 1)}{unit}"
    starts_after = before is None or before.closed
    return f"{answer} above {start}" if starts_after else f"{answer} from {start}"


def unmet_words(condition: Condition) -> str:
    """Return in words that a condition does not hold.

    >>> from fractions import Fraction
    >>> unmet_words(Atom("tpp", "lt", Fraction(21000), "21000"))
    'TPP is not below 21,000'
    """
    if isinstance(condition, Atom):
        metric, threshold = metric_text(condition.metric), threshold_text(condition)
        return f"{metric} is not {COMPARISONS[condition.op]} {threshold}"
    if isinstance(condition, Fact):
        return condition_words(replace(condition, expected=not condition.expected))
    if isinstance(condition, Outcome | NamedChip):
        return f"not {condition_words(condition)}"
    return condition_words(Not(condition))


def unmet_parts(verdict: Verdict) -> Iterator[str]:
    """Yield the parts of a rule with one provision that surely do not hold, in words."""
    when = verdict.rule.provisions[0].when
    for part in when.parts if isinstance(when, All) else (when,):
        if verdict.holds(part) is False:
            yield unmet_words(part)
