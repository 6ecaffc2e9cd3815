"""How the answers of rules change if a figure of a chip has another value.

``near``, ``conflicts``, ``sources`` and ``audit`` use it to find the figures that matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chipdb.catalog.chip import Chip
from chipdb.rules.rule import Rule
from chipdb.solver.item import item_of
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
    ruling = Ruling(item_of(chip), question)
    rules = None
    if only is not None:
        rules = ruling.rules_of(only)
    return ruling.verdicts(rules)


def said_anywhere(chip: Chip, question: Question) -> Said:
    """The verdict of every rule in force for a chip, whatever places its scope has.

    With a destination, those of the rules that apply. Without one, :func:`said_of` leaves out the
    rules about places, although a figure may decide their answer once there is a place.
    """
    if question.to is not None:
        return said_of(chip, question)
    rules: list[Rule] = []
    for rule in question.rulebook.in_force(question.on, as_printed=question.as_printed):
        fits = not rule.kinds or chip.kind in rule.kinds
        # A presumption binds foundries alone, which name their role.
        if fits and rule.question != RuleQuestion.PRESUMPTION:
            rules.append(rule)
    return Ruling(item_of(chip), question).verdicts(rules)


def turned(before: Said, after: Said, *, findings_only: bool = False) -> list[str]:
    """The rules whose answer differs in status or outcome.

    Unless ``findings_only``, also those where other provisions lead to the same outcome. Rules that
    apply on one side only are left out.
    """
    rules: list[str] = []
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            continue
        differs = was.finding != now.finding
        if not findings_only:
            differs = differs or was.provisions != now.provisions
        if differs:
            rules.append(name)
    return rules


@dataclass(frozen=True)
class Class:
    """The classification of a chip: the finding, and those of other credible evidence."""

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
    """The strictest classification among what rules say.

    Undetermined where no classification rule applies: nothing was decided about the chip.
    """
    verdicts: list[Verdict] = []
    for verdict in said.values():
        if verdict.rule.question == RuleQuestion.CLASSIFICATION:
            verdicts.append(verdict)
    if not verdicts:
        return Class(Finding(Status.UNDETERMINED))

    # undetermined may still turn out to be met, so it is stricter than not met
    order = {Status.MET: 0, Status.UNDETERMINED: 1, Status.NOT_MET: 2}
    strictest = min(verdicts, key=lambda verdict: order[verdict.status])
    sides = frozenset(side.finding for side in strictest.sides)
    return Class(strictest.finding, sides)
