"""What the maker declares in an export table, beside what the figures give: it may contest, never decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.metrics import declared_apart, measure
from chipdb.rules.conditions import Atom
from chipdb.rules.rule import entry_of
from chipdb.rules.rulebook import load_rules
from chipdb.solver.evaluate import ControlList
from chipdb.solver.licensing import Ruling
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.units import display
from chipdb.vocabulary import RuleQuestion, Status

ALSO_MEETS = re.compile(r"\.z(\.\d+)?$")
"""The paragraphs that hold items of other entries which meet 3A090 or 4A090 too."""


def with_declared_eccn(verdict: Verdict, ruling: Ruling) -> Verdict:
    """The classification, contested where the maker's own ECCN of the same rule's time says otherwise.

    A maker's ECCN is a self-classification, not a ruling (15 CFR 748.3); a module's 4A090.a says 3A090.a of its chip, by the
    entries of the day of the declaration.
    """
    declared = ruling.subject.chip.declared
    if (
        declared is None
        or declared.eccn is None
        or not verdict.rule.in_force(_day(declared.as_of, ruling))
    ):
        return verdict
    then = ControlList(tuple(ruling.question.rulebook.in_force(_day(declared.as_of, ruling))))
    outcome = _of_chip(declared.eccn, verdict, then)
    finding = Finding(Status.MET, outcome) if outcome else Finding(Status.NOT_MET)
    if finding == verdict.finding or (
        finding.outcome == _entry(verdict) and verdict.status == Status.MET
    ):
        return verdict
    side = Side(f"the maker declares ECCN {declared.eccn} ({declared.source})", finding)
    return replace(verdict, sides=(*verdict.sides, side))


def _day(as_of: str | None, ruling: Ruling) -> date:
    return date.fromisoformat(as_of) if as_of else ruling.question.on


def _entry(verdict: Verdict) -> str | None:
    return entry_of(set(verdict.rule.outcomes()))


def _of_chip(eccn: str, verdict: Verdict, law: ControlList) -> str | None:
    """The outcome of the rule that an ECCN stands for; None for every other entry.

    A .z paragraph of another entry (5A992.z) is for items that also meet this one, without saying in which paragraph.
    """
    if ALSO_MEETS.search(eccn):
        return _entry(verdict)
    if eccn in verdict.rule.outcomes():
        return eccn
    inside = next((names for entry, names in law.modules() if entry == eccn), ())
    return next((name for name in inside if name in verdict.rule.outcomes()), None)


@dataclass(frozen=True)
class Difference:
    """A declared TPP beside the computed one: how far apart, why, and the limits that lie between them."""

    declared: Fraction
    computed: Fraction
    why: str | None
    crossed: tuple[tuple[str, Fraction], ...]

    @property
    def text(self) -> str:
        """In words, the limits first."""
        apart = 100 * (self.declared / self.computed - 1)
        rules = {
            limit: [rule for rule, other in self.crossed if other == limit]
            for _, limit in self.crossed
        }
        limits = "; ".join(
            f"the line at {display(limit)} lies between ({', '.join(names)})"
            for limit, names in sorted(rules.items())
        )
        parts = [
            f"{display(self.computed)}, declared {display(apart, 1)} % from it",
            limits,
            self.why or "not explained",
        ]
        return "; ".join(part for part in parts if part)


def difference_of(chip: Chip) -> Difference | None:
    """The difference between what the maker declares and what the rates give, None within 1 % and where either is missing.

    A chip of a system is compared with the system's declaration: makers declare per chip.
    """
    declared, computed = chip.declared, measure(chip, "tpp").value
    if declared is None or declared.tpp is None or computed is None or not declared_apart(chip):
        return None
    low, high = sorted((declared.tpp, computed))
    atoms = (
        (rule.id, leaf)
        for rule in load_rules()
        if rule.question != RuleQuestion.PROPOSAL
        for leaf in rule.leaves()
    )
    between = {
        (name, leaf.limit)
        for name, leaf in atoms
        if isinstance(leaf, Atom) and leaf.metric == "tpp" and low < leaf.limit <= high
    }
    return Difference(declared.tpp, computed, declared.differs, tuple(sorted(between)))
