"""The designs that stay outside rules: their regions, exactly, from the trees of conditions.

A design is a TPP, a performance density, a memory bandwidth and an I/O bandwidth. Thresholds cut
the line of each into cells, and memory and I/O bandwidth also at thresholds on their sum. Every
combination of cells is evaluated once; legal cells are joined to boxes that cannot grow further.

"Legal" means no more than that no rule which was asked speaks against the design.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import short_repr
from chipdb.rules.conditions import Atom, BooleanAlgebra, Condition, Fact, Leaf, NamedChip, Outcome
from chipdb.rules.rule import Rule
from chipdb.solver.cuts import ZERO, Cell, End, can_add_up, cells_of, lower, only
from chipdb.solver.evaluate import CLASSIFYING, ControlList, provisions_met
from chipdb.vocabulary import Kind, RuleQuestion

TPP = "tpp"
DENSITY = "performance_density"
MEMORY = "memory_bandwidth"
IO = "io_bandwidth"
TOTAL = "memory_and_io_bandwidth"
AXES = (TPP, DENSITY, MEMORY, IO, TOTAL)

IO_METRICS = ("aggregate_io_bandwidth", "interconnect_bandwidth", "letter_io_bandwidth")
"""Metrics that are the I/O bandwidth of a design, whose links all join chips."""
NARROWEST_BITS = 4
"""A design computes in 16, 8 and 4 bits, so its highest TOPS is its TPP over 4."""
UNMEASURED = ("transistors", "app", "memory_bandwidth_density")
"""Metrics that a design does not have; no threshold on them is met."""

MET_WHERE_LEGAL = RuleQuestion.REVIEW
"""A rule of this question describes the designs that it favors; all others those they control."""

Values = dict[str, Fraction]
"""Values of a design by metric, in the units of the metrics."""

Index = tuple[int, ...]
"""A combination of cells: the number of a cell on each of the axes, in their order."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """Figures of a design that do not vary, in the units of the metrics; None where they are free.

    An area is in mm^2, a capacity in GB.
    """

    tpp: Fraction | None = None
    area: Fraction | None = None
    memory_bandwidth: Fraction | None = None
    io_bandwidth: Fraction | None = None
    capacity: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class DesignRules:
    """The rules that a design must stay outside, or in the case of a review policy inside.

    ``control_list`` resolves outcomes; rules in ``outcomes_met`` take them as met. Facts that are
    not in ``facts`` are false.
    """

    rules: tuple[Rule, ...]
    control_list: ControlList
    facts: Mapping[str, bool]
    outcomes_met: frozenset[str] = frozenset()

    def leaves(self) -> Iterator[Condition]:
        """Every leaf that decides, those of rules that others refer to by outcome included.

        An outcome in ``outcomes_met`` is assumed to be met, so the rules behind it do not matter.
        """
        for rule in self.rules:
            if rule.id in self.outcomes_met:
                yield from rule.leaves()
            else:
                yield from self.control_list.leaves(rule)

    def against(self, values: Values) -> list[str]:
        """The provisions that speak against a design, as ``rule: provision``; none if it is legal.

        For a review policy that is not met this is the rule itself. ``values`` has the value of
        each metric in its unit.
        """
        objections: list[str] = []
        for rule in self.rules:
            met = provisions_met(rule, _DesignEvaluator(self, rule, values))
            if rule.question != MET_WHERE_LEGAL:
                objections += [f"{rule.id}: {provision}" for provision, _ in met]
            elif not met:
                objections.append(rule.id)
        return objections


class _DesignEvaluator(BooleanAlgebra):
    """Evaluates the conditions of one rule for a design without anything unknown."""

    def __init__(self, designs: DesignRules, rule: Rule, values: Values) -> None:
        """Start without outcomes: most conditions never ask for them."""
        self.designs = designs
        self.rule = rule
        self.values = values
        self._outcomes: frozenset[str] | None = None

    def member(self, condition: Condition) -> bool:
        """A design is one chip, so it is its own only member."""
        return self.holds(condition)

    def leaf(self, leaf: Leaf) -> bool:
        """Whether a leaf holds.

        A metric that the design does not have meets no threshold, and a fact that is not given is
        false.
        """
        match leaf:
            case Atom():
                return leaf.holds(self.values.get(leaf.metric))
            case Fact():
                return self.designs.facts.get(leaf.name, False) == leaf.expected
            case Outcome(names):
                if self.rule.id in self.designs.outcomes_met:
                    return True
                return not self._classified().isdisjoint(names)
            case NamedChip():
                # a design is none of the parts that a letter names
                return False

    def _classified(self) -> frozenset[str]:
        """The entries of the control list that the design meets; worked out when first asked."""
        if self._outcomes is not None:
            return self._outcomes

        outcomes: set[str] = set()
        for question in CLASSIFYING:
            # Entries for at-control see what the classification gave, and it sees none itself.
            self._outcomes = frozenset(outcomes)
            for rule in self.designs.control_list.of_kind(Kind.PROCESSOR, question):
                for _, outcome in provisions_met(rule, self):
                    outcomes.add(outcome)
        self._outcomes = frozenset(outcomes)
        return self._outcomes


@short_repr
@dataclass(frozen=True, kw_only=True)
class LegalRegion:
    """A region of designs that cannot grow: the cells of each axis from one to another.

    ``starts`` and ``stops`` are its ends by axis, in the units of the metrics. ``binding`` are the
    provisions that stop it from growing.
    """

    starts: Mapping[str, End]
    stops: Mapping[str, End]
    binding: tuple[str, ...]

    def largest(self, axis: str) -> End:
        """The largest value of a figure, in its unit, with the others free.

        Its value is None where it has no end. Memory and I/O bandwidth also end where their sum
        does, with the other one at its smallest.

        >>> zero, four, six = End(ZERO), End(Fraction(4)), End(Fraction(6))
        >>> region = LegalRegion(
        ...     starts={MEMORY: zero, IO: zero}, stops={MEMORY: six, TOTAL: four}, binding=()
        ... )
        >>> region.largest(MEMORY) == four
        True
        """
        if axis not in (MEMORY, IO):
            return self.stops[axis]
        other = IO if axis == MEMORY else MEMORY
        return lower(self.stops[axis], self.stops[TOTAL].minus(self.starts[other]))


def legal_regions(designs: DesignRules, given: Given) -> list[LegalRegion]:
    """Every region of legal designs that cannot grow, the one with the largest TPP first.

    Regions may overlap; together they hold every legal design. Empty where none is legal. Raises
    :class:`~chipdb.errors.UsageError` where a rule compares the die area and none is given.

    >>> from chipdb.rules.rule import Provision
    >>> at_least = Atom("tpp", "ge", Fraction(4800), "4800")
    >>> provision = Provision("a", "3A090.a", at_least)
    >>> rule = Rule(id="r", question=RuleQuestion.CLASSIFICATION, provisions=(provision,))
    >>> designs = DesignRules(rules=(rule,), control_list=ControlList((rule,)), facts={})
    >>> (region,) = legal_regions(designs, Given())
    >>> region.largest(TPP) == End(Fraction(4800)), region.binding
    (True, ('r: a',))
    """
    grid = _Grid(designs, given)
    regions = [_region(grid, box) for box in _maximal_boxes(grid)]
    return sorted(regions, key=_by_size)


def _by_size(region: LegalRegion) -> tuple[bool, Fraction]:
    """Where a region comes among others: an unbounded TPP first, then the larger one."""
    tpp = region.stops[TPP].value
    if tpp is None:
        return False, ZERO
    return True, -tpp


class _Grid:
    """All combinations of cells, and which of them are legal.

    A combination that no design has is neither legal nor illegal, so that boxes grow across it.
    """

    def __init__(self, designs: DesignRules, given: Given) -> None:
        """Evaluate the rules once for every combination."""
        self.designs = designs
        self.given = given
        self.axes = _axes(designs, given)
        self.legal: set[Index] = set()
        self.illegal: set[Index] = set()
        sizes = [range(len(self.axes[axis])) for axis in AXES]
        for index in itertools.product(*sizes):
            # Some combinations are of no design: the bandwidths cannot have such a sum.
            memory, io = self.cell(MEMORY, index), self.cell(IO, index)
            if not can_add_up(memory, io, self.cell(TOTAL, index)):
                continue
            if designs.against(self.values(index)):
                self.illegal.add(index)
            else:
                self.legal.add(index)

    def cell(self, axis: str, index: Index) -> Cell:
        """The cell of an axis that a combination has."""
        return self.axes[axis][index[AXES.index(axis)]]

    def values(self, index: Index) -> Values:
        """Values of each metric that lie in the cells of a combination.

        All links of a design join chips, so its I/O metrics are one value. With a given area the
        density follows from the TPP; otherwise it is a figure of its own, and the area is left out.
        """
        tpp = self.cell(TPP, index).sample
        io_bandwidth = self.cell(IO, index).sample
        values = {
            TPP: tpp,
            MEMORY: self.cell(MEMORY, index).sample,
            TOTAL: self.cell(TOTAL, index).sample,
            "tops": tpp / NARROWEST_BITS,
        }
        values |= dict.fromkeys(IO_METRICS, io_bandwidth)
        if self.given.area is None:
            values[DENSITY] = self.cell(DENSITY, index).sample
        else:
            values[DENSITY] = tpp / self.given.area
            values["applicable_die_area"] = self.given.area
        if self.given.capacity is not None:
            values["memory_capacity"] = self.given.capacity
        return values


def _axes(designs: DesignRules, given: Given) -> dict[str, tuple[Cell, ...]]:
    """The cells of each axis; a given figure has one, which is its value.

    An axis on which no rule has a threshold has one cell, too: all of it. Raises
    :class:`UsageError` where a rule compares the die area and none is given.
    """
    cuts: dict[str, set[Fraction]] = {axis: set() for axis in AXES}
    for leaf in designs.leaves():
        if isinstance(leaf, Atom):
            axis, threshold = _cut(leaf, given)
            if axis is not None:
                cuts[axis].add(threshold)

    axes = {axis: cells_of(thresholds) for axis, thresholds in cuts.items()}
    fixed = {TPP: given.tpp, MEMORY: given.memory_bandwidth, IO: given.io_bandwidth}
    for axis, value in fixed.items():
        if value is not None:
            axes[axis] = only(value)
    return axes


def _cut(atom: Atom, given: Given) -> tuple[str | None, Fraction]:
    """The axis that a threshold cuts, and where in its unit; no axis for a metric that is fixed.

    Raises :class:`UsageError` for a threshold on the die area where none is given.
    """
    metric, limit = atom.metric, atom.limit
    if metric in IO_METRICS:
        return IO, limit
    if metric in (TPP, MEMORY, TOTAL):
        return metric, limit
    if metric == "tops":
        return TPP, limit * NARROWEST_BITS
    if metric == DENSITY:
        if given.area is None:
            return DENSITY, limit
        # With a given area, the density is the TPP in other words.
        return TPP, limit * given.area
    if metric == "applicable_die_area" and given.area is None:
        raise UsageError("a rule compares the die area; give it, such as --area 814mm^2")
    return None, limit


Box = tuple[tuple[int, int], ...]
"""The first and the last cell of each axis."""


def _maximal_boxes(grid: _Grid) -> list[Box]:
    """Boxes of legal cells that cannot grow and that together hold every legal cell.

    A box grows along one axis after the other; each order of the axes may lead to others. There are
    at most five axes, and few of them have thresholds, so all orders are tried.
    """
    varied = [number for number, axis in enumerate(AXES) if len(grid.axes[axis]) > 1]
    grown: dict[Box, None] = {}
    for order in itertools.permutations(varied):
        # Boxes may overlap, but a cell that lies in one of them needs no box of its own.
        left = set(grid.legal)
        while left:
            box = _grown(grid, min(left), order)
            grown[box] = None
            left.difference_update(_indexes(box))

    maximal = []
    for box in grown:
        if not any(_holds(other, box, grid) for other in grown):
            maximal.append(box)
    return maximal


def _grown(grid: _Grid, seed: Index, order: Sequence[int]) -> Box:
    """The box around a legal cell that cannot grow along any axis.

    Each axis of ``order`` is lengthened as far as it goes, upward and then downward. What stops it
    stops a larger box as well, so that no axis has to be tried again.
    """
    box: Box = tuple((number, number) for number in seed)
    for axis in order:
        for is_upward in (True, False):
            larger = _longer(grid, box, axis, is_upward=is_upward)
            while larger is not None:
                box = larger
                larger = _longer(grid, box, axis, is_upward=is_upward)
    return box


def _longer(grid: _Grid, box: Box, axis: int, *, is_upward: bool) -> Box | None:
    """The box with one more cell at an end of an axis; None where that would not be legal.

    ``axis`` is its number among :data:`AXES`. None also where the axis has no more cells.
    """
    first, last = box[axis]
    if is_upward:
        added, lengthened = last + 1, (first, last + 1)
    else:
        added, lengthened = first - 1, (first - 1, last)
    if added not in range(len(grid.axes[AXES[axis]])):
        return None

    # The box itself is legal, so only the cells that are added have to be looked at.
    slab = _with_cells(box, axis, (added, added))
    if not grid.illegal.isdisjoint(_indexes(slab)):
        return None
    return _with_cells(box, axis, lengthened)


def _with_cells(box: Box, axis: int, cells: tuple[int, int]) -> Box:
    """A box with another first and last cell of one axis, which is given by its number.

    >>> _with_cells(((0, 1), (2, 2)), 1, (2, 3))
    ((0, 1), (2, 3))
    """
    return (*box[:axis], cells, *box[axis + 1 :])


def _indexes(box: Box) -> Iterable[Index]:
    """The combinations of cells in a box.

    >>> list(_indexes(((0, 1), (2, 2))))
    [(0, 2), (1, 2)]
    """
    return itertools.product(*(range(first, last + 1) for first, last in box))


def _holds(larger: Box, smaller: Box, grid: _Grid) -> bool:
    """Whether a box holds every possible design of another and more.

    Of two different boxes with the same designs, one counts as holding the other; of one, neither.
    """
    inside = grid.legal.intersection(_indexes(smaller))
    around = grid.legal.intersection(_indexes(larger))
    if inside == around:
        # They differ in combinations that no design has, and either would do.
        return larger < smaller
    return inside < around


def _region(grid: _Grid, box: Box) -> LegalRegion:
    """A box as a region: where its first and last cells end, and what stops it."""
    starts: dict[str, End] = {}
    stops: dict[str, End] = {}
    for axis, (first, last) in zip(AXES, box, strict=True):
        starts[axis] = grid.axes[axis][first].start
        stops[axis] = grid.axes[axis][last].stop
    return LegalRegion(starts=starts, stops=stops, binding=tuple(_binding(grid, box)))


def _binding(grid: _Grid, box: Box) -> dict[str, None]:
    """The provisions that are met just above a box, along any axis, each once.

    For every axis the cells next to the last one are looked at, as wide as the box is.
    """
    binding: dict[str, None] = {}
    for axis, (_, last) in enumerate(box):
        # After the last cell of an axis there is no other, so such a slab has nothing illegal.
        slab = _with_cells(box, axis, (last + 1, last + 1))
        for index in _indexes(slab):
            if index in grid.illegal:
                binding |= dict.fromkeys(grid.designs.against(grid.values(index)))
    return binding
