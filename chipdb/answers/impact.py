"""What it does to the rules' answers when one figure is another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chipdb.catalog.chip import Chip
from chipdb.solver.item import Item
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict
from chipdb.vocabulary import RuleQuestion, Status

Said = Mapping[str, Verdict]
"""What each rule that applies says of a chip."""


def said_of(chip: Chip, question: Question, only: RuleQuestion | None = None) -> Said:
    """The verdict of every rule in force that applies to a chip, by rule.

    ``only`` keeps the rules of one question.
    """
    ruling = Ruling(Item(chip), question)
    return ruling.verdicts(None if only is None else ruling.rules_of(only))


def turned(before: Said, after: Said, *, findings_only: bool = False) -> list[str]:
    """The rules whose answer differs in status or outcome.

    Unless ``findings_only``, also those where other provisions lead to the same outcome.
    """

    def told(verdict: Verdict) -> object:
        return verdict.finding if findings_only else (verdict.finding, verdict.provisions)

    return [
        name
        for name, verdict in before.items()
        if name in after and told(verdict) != told(after[name])
    ]


@dataclass(frozen=True)
class Class:
    """The classification of a chip: the finding, and those that a dispute leads to."""

    finding: Finding
    sides: frozenset[Finding] = frozenset()

    @property
    def decided(self) -> bool:
        """Whether the figures suffice."""
        return self.finding.status != Status.UNDETERMINED

    @property
    def text(self) -> str:
        """``3A090.a``, ``not-met``, ``undetermined``."""
        return self.finding.outcome or self.finding.status


def class_of(said: Said) -> Class:
    """The strictest classification among what rules say."""
    order = {Status.MET: 0, Status.UNDETERMINED: 1, Status.NOT_MET: 2}
    found = [
        verdict for verdict in said.values() if verdict.rule.question == RuleQuestion.CLASSIFICATION
    ]
    if not found:
        return Class(Finding(Status.UNDETERMINED))
    best = min(found, key=lambda verdict: order[verdict.status])
    return Class(best.finding, frozenset(side.finding for side in best.sides))
