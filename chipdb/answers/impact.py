"""How the answers of rules change if a figure of a chip has another value.

``near``, ``conflicts``, ``sources`` and ``audit`` use it to find the figures that matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Count, measure
from chipdb.rules.rule import Rule
from chipdb.solver.cells import cells_of
from chipdb.solver.item import item_of
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict
from chipdb.vocabulary import RuleQuestion, Status

Said = Mapping[str, Verdict]
"""What each rule that applies says of a chip."""


def said_of(chip: Chip, question: Question, only: RuleQuestion | None = None) -> Said:
    """The verdict of every rule in force that applies to a chip, by the id of the rule.

    ``only`` keeps the rules of one question.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.question import question
    >>> said = said_of(load()["A30"], question("2023-12-01"), RuleQuestion.CLASSIFICATION)
    >>> said["us-3a090-2023"]
    <Verdict us-3a090-2023: met 3A090.b>
    """
    ruling = Ruling(item_of(chip), question)
    rules = None
    if only is not None:
        rules = ruling.rules_of(only)
    return ruling.verdicts(rules)


def turned_between(ruling: Ruling, after: Chip) -> list[str]:
    """The rules that answer differently for another version of the chip of ``ruling``.

    With a destination, only rules that apply are compared; without one, those about places, too: a
    figure may decide their answer once there is a place. By id, in the order of the rulebook.
    """
    before = ruling.item.chip
    # Metrics are compared before any rule is asked, which takes far longer.
    change = _Change(before, after)
    asked: list[Rule] = []
    for rule in _rules_to_compare(ruling):
        if change.may_turn(cells_of(rule, ruling.control_list, before.kind).thresholds):
            asked.append(rule)
    # Most figures are far from every threshold, and then no rule is asked at all.
    if not asked:
        return []
    now = Ruling(item_of(after), ruling.question)
    return turned(ruling.verdicts(asked), now.verdicts(asked))


def _rules_to_compare(ruling: Ruling) -> list[Rule]:
    """The rules that may answer differently, in the order of the rulebook."""
    question = ruling.question
    if question.to is not None:
        return list(ruling.applicable.asked)

    kind = ruling.item.chip.kind
    rules: list[Rule] = []
    for rule in question.rulebook.in_force(question.on, as_printed=question.as_printed):
        # A presumption binds only foundries, which name their role.
        binds = rule.question != RuleQuestion.PRESUMPTION or question.role is not None
        if binds and (not rule.kinds or kind in rule.kinds):
            rules.append(rule)
    return rules


class _Change:
    """What changes of the metrics between two versions of a chip."""

    def __init__(self, before: Chip, after: Chip) -> None:
        """Compare nothing yet: a metric is compared when a rule has a threshold on it."""
        self.before = before
        self.after = after
        self._moved: dict[str, list[tuple[Fraction | None, Fraction | None]]] = {}

    def may_turn(self, thresholds: Mapping[str, Collection[Fraction]]) -> bool:
        """Whether a metric moves to or across one of the thresholds of a rule, by metric.

        If none does, the rule does not answer differently. The question is much cheaper than the
        rule, and of thousands of rounded figures few are near a threshold.
        """
        for name, limits in thresholds.items():
            for old, new in self._moves(name):
                if _crosses(old, new, limits):
                    return True
        return False

    def _moves(self, name: str) -> list[tuple[Fraction | None, Fraction | None]]:
        """The value and the ends of a metric that change, as they were and as they are.

        In the unit of the metric; None stands for an end that is not known.
        """
        if name not in self._moved:
            self._moved[name] = self._find_moves(name)
        return self._moved[name]

    def _find_moves(self, name: str) -> list[tuple[Fraction | None, Fraction | None]]:
        """The moves of a metric, worked out by counting it in both versions."""
        was, now = measure(self.before, name), measure(self.after, name)
        if was.value is not None and now.value is not None:
            ends = ((was.value, now.value), (was.low, now.low), (was.high, now.high))
            return [(old, new) for old, new in ends if old != new]

        # Bounds of an unknown metric can turn an answer too.
        if Count(self.before).metric(name) != Count(self.after).metric(name):
            return [(None, None)]
        return []


def _crosses(old: Fraction | None, new: Fraction | None, limits: Collection[Fraction]) -> bool:
    """Whether a threshold lies between two values or at one of them; a missing end is infinite.

    >>> _crosses(Fraction(4799), Fraction(4800), [Fraction(4800)])
    True
    >>> _crosses(Fraction(4700), Fraction(4799), [Fraction(4800)])
    False
    """
    # An unknown end may be anywhere, even beyond every threshold.
    if old is None or new is None:
        return True
    low, high = min(old, new), max(old, new)
    return any(low <= limit <= high for limit in limits)


def turned(before: Said, after: Said, *, findings_only: bool = False) -> list[str]:
    """The rules whose answer differs in status or outcome.

    Unless ``findings_only``, these include those where other provisions lead to the same outcome.
    Rules that apply on one side only are left out, because absence is not an answer. By id, in the
    order of ``before``.
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
        """Whether the figures suffice for one answer; other evidence may still contest it."""
        return self.finding.status != Status.UNDETERMINED

    @property
    def text(self) -> str:
        """The outcome where there is one, else the status.

        >>> Class(Finding(Status.MET, "3A090.a")).text, Class(Finding(Status.NOT_MET)).text
        ('3A090.a', 'not-met')
        """
        return self.finding.outcome or self.finding.status


def class_of(said: Said) -> Class:
    """The strictest classification among what rules say, with what contests it.

    Undetermined where no classification rule applies: nothing was decided about the chip.

    >>> class_of({}).decided
    False
    """
    strictest = _strictest_classification(said)
    if strictest is None:
        return Class(Finding(Status.UNDETERMINED))
    sides = frozenset(side.finding for side in strictest.sides)
    return Class(strictest.finding, sides)


def classified_as(said: Said) -> Finding:
    """The finding of :func:`class_of`; what contests it, which takes longer, is not worked out."""
    strictest = _strictest_classification(said)
    if strictest is None:
        return Finding(Status.UNDETERMINED)
    return strictest.finding


def _strictest_classification(said: Said) -> Verdict | None:
    """The strictest verdict of a classification rule; None where none applies."""
    verdicts: list[Verdict] = []
    for verdict in said.values():
        if verdict.rule.question == RuleQuestion.CLASSIFICATION:
            verdicts.append(verdict)
    # undetermined may still turn out to be met, so it is stricter than not met
    order = {Status.MET: 0, Status.UNDETERMINED: 1, Status.NOT_MET: 2}
    return min(verdicts, key=lambda verdict: order[verdict.status], default=None)
