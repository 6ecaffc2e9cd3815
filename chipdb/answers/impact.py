"""How the answers of rules change if a figure of a chip has another value.

``near``, ``conflicts``, ``sources`` and ``audit`` use it to find the figures that matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Count, measure
from chipdb.rules.conditions import Atom
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
    rules = [rule for rule in rules_anywhere(question) if not rule.kinds or chip.kind in rule.kinds]
    return Ruling(item_of(chip), question).verdicts(rules)


def rules_anywhere(question: Question) -> list[Rule]:
    """The rules of a day, whatever places their scope has."""
    rules: list[Rule] = []
    for rule in question.rulebook.in_force(question.on, as_printed=question.as_printed):
        # A presumption binds foundries alone, which name their role.
        if rule.question != RuleQuestion.PRESUMPTION or question.role is not None:
            rules.append(rule)
    return rules


Thresholds = Mapping[str, frozenset[Fraction]]
"""The thresholds of some rules by metric."""


def thresholds_of(rules: Iterable[Rule]) -> Thresholds:
    """Every threshold of some rules, by metric."""
    limits: dict[str, set[Fraction]] = {}
    for rule in rules:
        for leaf in rule.leaves():
            if isinstance(leaf, Atom):
                limits.setdefault(leaf.metric, set()).add(leaf.limit)
    return {metric: frozenset(values) for metric, values in limits.items()}


def may_turn(before: Chip, after: Chip, thresholds: Thresholds) -> bool:
    """Whether a metric moves to or across a threshold between two versions of a chip.

    If none does, no rule answers otherwise. The question is much cheaper than the rules, and of
    thousands of rounded figures few are near a threshold.
    """
    for name, limits in thresholds.items():
        was, now = measure(before, name), measure(after, name)
        if was.value is None or now.value is None:
            # Bounds of an unknown metric can turn an answer too.
            if Count(before).metric(name) != Count(after).metric(name):
                return True
            continue
        ends = ((was.value, now.value), (was.low, now.low), (was.high, now.high))
        if any(_crosses(old, new, limits) for old, new in ends):
            return True
    return False


def _crosses(old: Fraction | None, new: Fraction | None, limits: frozenset[Fraction]) -> bool:
    """Whether a threshold lies between two values, or at one of them; a missing end is far off."""
    if old == new:
        return False
    if old is None or new is None:
        return True
    return any(min(old, new) <= limit <= max(old, new) for limit in limits)


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
