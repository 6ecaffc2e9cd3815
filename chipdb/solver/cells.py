"""What one rule says, kept by cells: the stretches between its thresholds.

Thresholds cut the line of each metric into cells: each threshold is one, and each stretch between
two of them. All values of a cell get the same answer, so a rule is evaluated once for a cell and
not once for a chip: most chips of a catalog fall into cells that another chip has been in before.

>>> mark_of(Fraction(4799), (Fraction(2400), Fraction(4800)))
2
>>> mark_of(Fraction(4800), (Fraction(2400), Fraction(4800)))
3
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from chipdb.rules.conditions import Atom, Fact, NamedChip
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList, Evaluator, provisions_met
from chipdb.solver.intervals import DERIVED, ChipAssignment, Interval, KnownFigures
from chipdb.solver.item import Assignment, Facts, Interpretation

Provisions = tuple[tuple[str, str], ...]
"""The provisions met that lead to the outcome, as (id, outcome); empty where it is not met."""

CELLS_KEPT = 20_000
"""So many answers of a rule are kept; beyond it they are forgotten and worked out again."""


def mark_of(value: Fraction, thresholds: tuple[Fraction, ...]) -> int:
    """The cell of a value: odd on a threshold, even between two, in ascending order."""
    position = bisect_left(thresholds, value)
    is_on_threshold = position < len(thresholds) and thresholds[position] == value
    return 2 * position + is_on_threshold


@dataclass(frozen=True)
class Reach:
    """What a rule gives over everything possible: the provisions of each way to settle unknowns.

    ``always_met`` are the ids of the provisions that are met whichever way they are settled.
    """

    provisions: frozenset[Provisions]
    always_met: tuple[str, ...]


class RuleCells:
    """The answers of one rule under one control list, each worked out once for a cell."""

    def __init__(self, rule: Rule, control_list: ControlList) -> None:
        """Collect the thresholds and facts that decide the rule, by itself or by reference."""
        self.rule = rule
        self.control_list = control_list
        leaves = control_list.leaves(rule)
        thresholds: dict[str, set[Fraction]] = {}
        for leaf in leaves:
            if isinstance(leaf, Atom):
                thresholds.setdefault(leaf.metric, set()).add(leaf.limit)
        self.thresholds = {name: tuple(sorted(limits)) for name, limits in thresholds.items()}
        self.facts = tuple(sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)}))
        self.metrics = frozenset(self.thresholds)
        self.names_chips = any(isinstance(leaf, NamedChip) for leaf in leaves)
        self._reached: dict[object, Reach] = {}
        self._met: dict[object, Provisions] = {}

    def reach(self, interpretation: Interpretation, kind: str, facts: Facts) -> Reach:
        """What the rule gives under every assignment of an interpretation of an item.

        ``facts`` are those of the transaction, which the interpretation does not hold.
        """
        regions = tuple([self._region(known) for known in interpretation.chips])
        of_deal = tuple([facts.get(name) for name in self.facts])
        key = (kind, regions, self._facts_in(interpretation.facts), of_deal)
        if key not in self._reached:
            _keep_bounded(self._reached)
            self._reached[key] = self._find_reach(interpretation.with_facts(facts), kind)
        return self._reached[key]

    def _find_reach(self, interpretation: Interpretation, kind: str) -> Reach:
        """What the rule gives under every assignment, worked out."""
        assignments = self.control_list.assignments(self.rule, interpretation, kind)
        met = [self.provisions(each) for each in assignments]

        # Only provisions that are met under every assignment can be named as the reason.
        always_met = []
        for provision in met[0]:
            if all(provision in provisions for provisions in met):
                always_met.append(provision[0])
        return Reach(frozenset(met), tuple(always_met))

    def provisions(self, assignment: Assignment) -> Provisions:
        """The provisions met under one assignment."""
        chips = tuple(self._cell(chip) for chip in assignment.chips)
        key = (assignment.kind, chips, self._facts_in(assignment.facts))
        if key not in self._met:
            _keep_bounded(self._met)
            evaluator = Evaluator(self.control_list, assignment)
            self._met[key] = tuple(provisions_met(self.rule, evaluator))
        return self._met[key]

    def _region(self, known: KnownFigures) -> object:
        """The cells that the figures of a chip may lie in; equal regions have equal answers."""
        cells: list[object] = []
        for metric, thresholds in self.thresholds.items():
            if metric in known.undefined:
                cells.append(None)
            elif metric in known.intervals:
                cells.append(_cells_between(known.intervals[metric], thresholds))
            else:
                cells.append(_derived_cells(metric, known, thresholds))
        part = known.part if self.names_chips else None
        return tuple(cells), self._facts_in(known.facts), part

    def _cell(self, chip: ChipAssignment) -> object:
        """The cell of every metric of a chip whose figures are settled."""
        cells: list[int | None] = []
        for metric, thresholds in self.thresholds.items():
            value = chip.value(metric)
            cells.append(None if value is None else mark_of(value, thresholds))
        part = chip.part if self.names_chips else None
        return tuple(cells), self._facts_in(chip.facts), part

    def _facts_in(self, facts: Mapping[str, bool | None]) -> tuple[bool | None, ...]:
        """The facts that the rule asks for."""
        if not facts:
            return ()
        return tuple([facts.get(name) for name in self.facts])


def _cells_between(interval: Interval, thresholds: tuple[Fraction, ...]) -> object:
    """The first and the last cell that an interval reaches; None for one without an upper end."""
    low, high = interval
    first = mark_of(low, thresholds)
    if low == high:
        return first
    return first, None if high is None else mark_of(high, thresholds)


def _derived_cells(metric: str, known: KnownFigures, thresholds: tuple[Fraction, ...]) -> object:
    """The cell of a derived metric, or where a part of it is open the intervals of its parts.

    Which cells an open density reaches depends on how its parts lie to each other.
    """
    derived = DERIVED[metric]
    parts = tuple(known.intervals[name] for name in derived.parts)
    if any(low != high for low, high in parts):
        return parts
    (first, _), (second, _) = parts
    value = derived.value(first, second)
    return None if value is None else mark_of(value, thresholds)


def _keep_bounded(
    kept: dict[object, object] | dict[object, Reach] | dict[object, Provisions],
) -> None:
    """Forget everything once too much is kept."""
    if len(kept) >= CELLS_KEPT:
        kept.clear()


@functools.lru_cache(maxsize=512)
def cells_of(rule: Rule, control_list: ControlList) -> RuleCells:
    """The cells of a rule; the same object each time, so that its answers are kept."""
    return RuleCells(rule, control_list)
