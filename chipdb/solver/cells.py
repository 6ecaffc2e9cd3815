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
import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from fractions import Fraction

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.conditions import Atom, Fact, NamedChip
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList, Evaluator, provisions_met
from chipdb.solver.intervals import (
    DERIVED,
    ChipAssignment,
    KnownFigures,
    assigned_values,
)
from chipdb.solver.item import Assignment, Facts, Interpretation

Provisions = tuple[tuple[str, str], ...]
"""The provisions met that lead to the outcome, as (id, outcome); empty where it is not met."""

Marks = tuple[int | None, ...]
"""The mark of each metric of a group; None where a metric has no meaning."""

Settled = tuple[tuple[str, bool | None], ...]
"""Facts that a rule asks for with their values; None where one is open."""

ANSWERS_KEPT = 20_000
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


class Group:
    """Metrics whose cells hang together: a derived metric and its parts, or one metric alone."""

    def __init__(self, thresholds: tuple[tuple[str, tuple[Fraction, ...]], ...]) -> None:
        """Keep the thresholds of each metric, which are in ascending order."""
        self.thresholds = dict(thresholds)
        self.values_of: dict[Marks, dict[str, Fraction]] = {}
        """Values that lie in a cell: any of them stands for all."""

    def cells(self, known: KnownFigures) -> tuple[Marks, ...]:
        """The cells that the figures of a chip may lie in; worked out once for a chip."""
        cells: tuple[Marks, ...] | None = known.cells.get(self)
        if cells is None:
            cells = known.cells[self] = tuple(self._find_cells(known))
        return cells

    def _find_cells(self, known: KnownFigures) -> dict[Marks, None]:
        """The cells of every combination of values that the rule can tell apart, each once."""
        found: dict[Marks, None] = {}
        for values in assigned_values(known, self.thresholds):
            chip = ChipAssignment(values, {}, None, known.undefined)
            marks = tuple(self._marks(chip))
            self.values_of.setdefault(marks, values)
            found[marks] = None
        return found

    def _marks(self, chip: ChipAssignment) -> Iterator[int | None]:
        """The mark of each metric; None where it has no meaning."""
        for metric, thresholds in self.thresholds.items():
            # A part without thresholds of its own has one cell, whatever its value.
            value = chip.value(metric) if thresholds else None
            yield None if value is None else mark_of(value, thresholds)


@dataclass(frozen=True)
class Region:
    """The cells that a chip may lie in, group by group, with its facts.

    Chips of equal regions get equal answers. ``part`` is the id of the chip where a rule names
    chips, else None.
    """

    groups: tuple[Group, ...]
    cells: tuple[tuple[Marks, ...], ...]
    facts: Settled
    part: str | None
    undefined: frozenset[str]

    def chip_in(self, cells: tuple[Marks, ...], facts: dict[str, bool]) -> ChipAssignment:
        """A chip with values that lie in some cells, one of each group."""
        values: dict[str, Fraction] = {}
        for group, marks in zip(self.groups, cells, strict=True):
            values |= group.values_of[marks]
        return ChipAssignment(values, facts, self.part, self.undefined)


@functools.lru_cache(maxsize=512)
def group_of(thresholds: tuple[tuple[str, tuple[Fraction, ...]], ...]) -> Group:
    """The group with these thresholds; rules that refer to the same entry share it."""
    return Group(thresholds)


class RuleCells:
    """The answers of one rule under one control list, each worked out once for a cell."""

    def __init__(self, rule: Rule, control_list: ControlList) -> None:
        """Collect the thresholds and facts that decide the rule, by itself or by reference."""
        self.rule = rule
        self.control_list = control_list
        leaves = control_list.leaves(rule)
        self.thresholds: dict[str, set[Fraction]] = {}
        for leaf in leaves:
            if isinstance(leaf, Atom):
                self.thresholds.setdefault(leaf.metric, set()).add(leaf.limit)
        self._in_order = {name: tuple(sorted(limits)) for name, limits in self.thresholds.items()}
        self.metrics = frozenset(self.thresholds)
        self.facts = tuple(sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)}))
        self._names_chips = any(isinstance(leaf, NamedChip) for leaf in leaves)
        self._groups: dict[tuple[frozenset[str], frozenset[str]], tuple[Group, ...]] = {}
        self._reached: dict[object, Reach] = {}
        self._met: dict[object, Provisions] = {}

    def reach(self, interpretation: Interpretation, kind: str, facts: Facts) -> Reach:
        """What the rule gives under every assignment of an interpretation of an item.

        ``facts`` are those of the transaction, which the interpretation does not hold.
        """
        regions = tuple([self._region(known, facts) for known in interpretation.chips])
        of_item = self._asked(interpretation.facts)
        key = (kind, regions, of_item)
        if key not in self._reached:
            if len(self._reached) >= ANSWERS_KEPT:
                self._reached.clear()
            if len(regions) == 1:
                met = list(self._met_in(kind, regions[0], of_item))
            else:
                # The combinations of a system's chips would multiply: assignments are reduced.
                with_facts = interpretation.with_facts(facts)
                assignments = self.control_list.assignments(self.rule, with_facts, kind)
                met = [self.provisions(each) for each in assignments]
            self._reached[key] = _reach_of(met)
        return self._reached[key]

    def _met_in(self, kind: str, region: Region, of_item: Settled) -> Iterator[Provisions]:
        """The provisions met in each cell of a region, under each way to settle the facts."""
        for item_facts in _ways_to_settle(of_item):
            for chip_facts in _ways_to_settle(region.facts):
                facts = (*item_facts.values(), *chip_facts.values())
                for cells in itertools.product(*region.cells):
                    key = (kind, region.groups, cells, region.part, of_item, facts)
                    chip = region.chip_in(cells, chip_facts)
                    yield self._provisions_at(key, Assignment(kind, (chip,), item_facts))

    def provisions(self, assignment: Assignment) -> Provisions:
        """The provisions met under one assignment."""
        chips = tuple([self._cell(chip) for chip in assignment.chips])
        key = (assignment.kind, chips, *assignment.facts.items())
        return self._provisions_at(key, assignment)

    def _provisions_at(self, key: object, assignment: Assignment) -> Provisions:
        """The provisions met under an assignment, kept by a key that stands for its cell."""
        if key not in self._met:
            if len(self._met) >= ANSWERS_KEPT:
                self._met.clear()
            evaluator = Evaluator(self.control_list, assignment)
            self._met[key] = tuple(provisions_met(self.rule, evaluator))
        return self._met[key]

    def _cell(self, chip: ChipAssignment) -> object:
        """The cell of every metric of a chip whose figures are settled."""
        marks: list[int | None] = []
        for metric, thresholds in self._in_order.items():
            value = chip.value(metric)
            marks.append(None if value is None else mark_of(value, thresholds))
        part = chip.part if self._names_chips else None
        return tuple(marks), self._asked(chip.facts), part

    def _region(self, known: KnownFigures, facts: Facts) -> Region:
        """The cells that the figures of a chip may lie in, and the facts the rule asks for."""
        groups = self._groups_of(known)
        own = known.facts
        settled = tuple(
            [(name, facts[name] if name in facts else own.get(name)) for name in self.facts]
        )
        return Region(
            groups=groups,
            cells=tuple([group.cells(known) for group in groups]),
            facts=settled,
            part=known.part if self._names_chips else None,
            undefined=known.undefined & self.metrics,
        )

    def _groups_of(self, known: KnownFigures) -> tuple[Group, ...]:
        """The groups of metrics; a derived metric that a chip is given counts by itself."""
        # A density that is given has a group, and one without meaning has none.
        key = (known.undefined, frozenset(DERIVED.keys() & known.intervals.keys()))
        if key not in self._groups:
            self._groups[key] = tuple(self._find_groups(known))
        return self._groups[key]

    def _find_groups(self, known: KnownFigures) -> Iterator[Group]:
        """Each derived metric with its parts, then every other metric alone."""
        grouped: set[str] = set()
        for name, derived in DERIVED.items():
            hangs_together = name in self.metrics and name not in known.intervals
            if hangs_together and name not in known.undefined:
                grouped |= {name, *derived.parts}
                yield self._group(*derived.parts, name)
        for name in self._in_order:
            if name not in grouped and name not in known.undefined:
                yield self._group(name)

    def _group(self, *metrics: str) -> Group:
        """The group of some metrics with the thresholds of this rule; a part may have none."""
        return group_of(tuple([(name, self._in_order.get(name, ())) for name in metrics]))

    def _asked(self, facts: Mapping[str, bool | None]) -> Settled:
        """Those of some facts that the rule asks for."""
        if not facts:
            return ()
        return tuple([(name, facts[name]) for name in self.facts if name in facts])


def _reach_of(met: list[Provisions]) -> Reach:
    """What all of some cells give together."""
    # Only provisions that are met under every assignment can be named as the reason.
    always_met = []
    for provision in met[0]:
        if all(provision in provisions for provisions in met):
            always_met.append(provision[0])
    return Reach(frozenset(met), tuple(always_met))


def _ways_to_settle(facts: Settled) -> Iterator[dict[str, bool]]:
    """Every way to settle facts that are open; one way if none is."""
    names = [name for name, _ in facts]
    choices = [(True, False) if value is None else (value,) for _, value in facts]
    for chosen in itertools.product(*choices):
        yield dict(zip(names, chosen, strict=True))


@functools.lru_cache(maxsize=512)
def cells_of(rule: Rule, control_list: ControlList) -> RuleCells:
    """The cells of a rule; the same object each time, so that its answers are kept."""
    return RuleCells(rule, control_list)
