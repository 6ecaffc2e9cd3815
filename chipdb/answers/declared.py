"""What the maker declares in an export table, beside what the figures give: it may contest, never decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chipdb.answers.judge import Law
from chipdb.answers.license import Ruling
from chipdb.answers.verdict import MET, NOT_MET, Finding, Side, Verdict


def with_declared_eccn(verdict: Verdict, ruling: Ruling) -> Verdict:
    """The classification, contested where the maker's own ECCN of the same rule's time says otherwise.

    A maker's ECCN is a self-classification, not a ruling (15 CFR 748.3); a module's 4A090.a says 3A090.a of its chip.
    """
    declared = ruling.subject.chip.declared
    if declared is None or declared.eccn is None or not verdict.rule.in_force(_day(declared.as_of, ruling)):
        return verdict
    outcome = _of_chip(declared.eccn, verdict, ruling.law)
    finding = Finding(MET, outcome) if outcome else Finding(NOT_MET)
    if finding == verdict.finding:
        return verdict
    side = Side(f"the maker declares ECCN {declared.eccn} ({declared.source})", finding)
    return replace(verdict, sides=(*verdict.sides, side))


def _day(as_of: str | None, ruling: Ruling) -> date:
    return date.fromisoformat(as_of) if as_of else ruling.question.on


def _of_chip(eccn: str, verdict: Verdict, law: Law) -> str | None:
    """The outcome of the rule that an ECCN stands for; None for every other entry."""
    if eccn in verdict.rule.outcomes():
        return eccn
    inside = next((names for entry, names in law.modules() if entry == eccn), ())
    return next((name for name in inside if name in verdict.rule.outcomes()), None)
