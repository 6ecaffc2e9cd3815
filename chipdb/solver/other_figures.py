"""Whether other figures than those that were counted would lead to a license.

Asked of figures that are estimates, or that have no meaning. A paragraph counts only where a
license rule for these places asks for it: another paragraph that needs none changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from fractions import Fraction

from chipdb.rules.conditions import Atom
from chipdb.rules.rule import Rule
from chipdb.solver.answered import Answered, found_as_counted, found_with, found_within
from chipdb.solver.estimated import REACH
from chipdb.solver.evaluate import outcomes_in
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict
from chipdb.vocabulary import RuleQuestion, Status


def another_value_could_require_license(metric: str, answered: Answered) -> bool:
    """Whether some value of a metric would lead to an entry for which these places need a license.

    Everything else stays as it was counted, and every value from zero up is tried.
    """
    anything = (Fraction(0), None)
    asked = _outcomes_asked(answered.ruling)
    for verdict in _without_license(answered, asked):
        if _needs_license(found_with(metric, anything, answered, verdict), verdict, asked):
            return True
    return False


def _without_license(answered: Answered, asked: Set[str]) -> Iterator[Verdict]:
    """The rules that other figures could turn and that lead to no license as figures were counted.

    Those are classifications, also such as need no license here (3A090.b under a text that asks for
    3A090.a), and license rules with thresholds of their own, such as letters. ``asked`` are the
    outcomes that license rules ask for.
    """
    ruling = answered.ruling
    for rule in ruling.rules_of(RuleQuestion.CLASSIFICATION, RuleQuestion.LICENSE):
        if rule.question == RuleQuestion.LICENSE:
            could_turn = any(isinstance(leaf, Atom) for leaf in rule.leaves())
        else:
            could_turn = license_follows(ruling, rule)
        if not could_turn:
            continue
        # A metric decides nothing for a chip that needs a license without it.
        verdict = ruling.verdict(rule)
        if not _needs_license(found_as_counted(answered, verdict), verdict, asked):
            yield verdict


def _needs_license(findings: Iterable[Finding], verdict: Verdict, asked: Set[str]) -> bool:
    """Whether some finding that a rule may give is one for which these places need a license."""
    for finding in findings:
        if finding.status != Status.MET:
            continue
        if verdict.rule.question == RuleQuestion.LICENSE or finding.outcome in asked:
            return True
    return False


def _outcomes_asked(ruling: Ruling) -> set[str]:
    """The outcomes of classifications that license rules for these places ask for."""
    asked: set[str] = set()
    for rule in ruling.rules_of(RuleQuestion.LICENSE):
        asked |= outcomes_in(rule.leaves())
    return asked


def is_turned_within(metrics: Sequence[str], answered: Answered) -> bool:
    """Whether estimates as far off as they are known to be would need a license here."""
    asked = _outcomes_asked(answered.ruling)
    for verdict in _without_license(answered, asked):
        if _needs_license(found_within(metrics, REACH, answered, verdict), verdict, asked):
            return True
    return False


def license_follows(ruling: Ruling, classification: Rule) -> bool:
    """Whether a license rule for these places asks for an entry of a classification rule."""
    return not _outcomes_asked(ruling).isdisjoint(classification.outcomes())
