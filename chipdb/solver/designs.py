"""The designs that stay outside rules: their regions, exactly, from the trees of conditions.

A design is a TPP, a performance density, a memory bandwidth and an I/O bandwidth. Thresholds cut
the line of each into cells, and memory and I/O bandwidth also at thresholds on their sum. Every
combination of cells is evaluated once; legal cells are joined to boxes that cannot grow further.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
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
Index = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Given:
    """Figures of a design that do not vary; None where they are free."""

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
        """Every leaf that decides, those of rules that others refer to by outcome included."""
        for rule in self.rules:
            if rule.id in self.outcomes_met:
                yield from rule.leaves()
            else:
                yield from self.control_list.leaves(rule)

    def against(self, values: Values) -> list[str]:
        """The provisions that speak against a design, as ``rule: provision``; none if it is legal.

        For a review policy that is not met this is the rule itself.
        """
        found: list[str] = []
        for rule in self.rules:
            evaluator = _DesignEvaluator(self, rule, values)
            met = provisions_met(rule, evaluator)
            if rule.question == MET_WHERE_LEGAL:
                if not met:
                    found.append(rule.id)
            else:
                found += [f"{rule.id}: {provision}" for provision, _ in met]
        return found


class _DesignEvaluator(BooleanAlgebra):
    """Evaluates the conditions of one rule for a design, of which everything is settled."""

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
        """Whether a leaf holds."""
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
        """The entries of the control list that the design meets."""
        if self._outcomes is None:
            outcomes: set[str] = set()
            for question in CLASSIFYING:
                self._outcomes = frozenset(outcomes)
                for rule in self.designs.control_list.of_kind(Kind.PROCESSOR, question):
                    met = provisions_met(rule, self)
                    if met:
                        outcomes.add(met[0][1])
            self._outcomes = frozenset(outcomes)
        return self._outcomes


@dataclass(frozen=True, kw_only=True)
class LegalRegion:
    """A region of designs that cannot grow: the cells of each axis from one to another.

    ``binding`` are the provisions that stop it from growing.
    """

    starts: Mapping[str, End]
    stops: Mapping[str, End]
    binding: tuple[str, ...]

    def largest(self, axis: str) -> End:
        """The largest value of a figure with the others free; None where it has no end."""
        if axis not in (MEMORY, IO):
            return self.stops[axis]
        other = IO if axis == MEMORY else MEMORY
        return lower(self.stops[axis], self.stops[TOTAL].minus(self.starts[other]))


def legal_regions(designs: DesignRules, given: Given) -> list[LegalRegion]:
    """Every region of legal designs that cannot grow, the one with the largest TPP first.

    Raises :class:`~chipdb.errors.UsageError` where a rule compares the die area and none is given.
    """
    grid = _Grid(designs, given)
    boxes = _maximal_boxes(grid)
    regions = [_region(grid, box) for box in boxes]
    return sorted(regions, key=_by_size)


def _by_size(region: LegalRegion) -> tuple[bool, Fraction]:
    """Unbounded TPP first, then the larger."""
    tpp = region.stops[TPP].value
    return tpp is not None, -(tpp or ZERO)


class _Grid:
    """All combinations of cells, and which of them are legal."""

    def __init__(self, designs: DesignRules, given: Given) -> None:
        self.designs = designs
        self.given = given
        self.axes = _axes(designs, given)
        sizes = [range(len(self.axes[axis])) for axis in AXES]
        self.legal: set[Index] = set()
        self.illegal: set[Index] = set()
        for index in itertools.product(*sizes):
            if not self._is_possible(index):
                continue
            if designs.against(self.values(index)):
                self.illegal.add(index)
            else:
                self.legal.add(index)

    def cell(self, axis: str, index: Index) -> Cell:
        """The cell of an axis that a combination has."""
        return self.axes[axis][index[AXES.index(axis)]]

    def _is_possible(self, index: Index) -> bool:
        """Whether memory and I/O bandwidth of these cells can have a sum of that cell."""
        return can_add_up(self.cell(MEMORY, index), self.cell(IO, index), self.cell(TOTAL, index))

    def values(self, index: Index) -> Values:
        """Values of each metric that lie in the cells of a combination."""
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
    """The cells of each axis."""
    cuts: dict[str, set[Fraction]] = {axis: set() for axis in AXES}
    for leaf in designs.leaves():
        if isinstance(leaf, Atom):
            axis, threshold = _cut(leaf, given)
            if axis is not None:
                cuts[axis].add(threshold)
    axes = {axis: cells_of(thresholds) for axis, thresholds in cuts.items()}
    fixed = ((TPP, given.tpp), (MEMORY, given.memory_bandwidth), (IO, given.io_bandwidth))
    for axis, value in fixed:
        if value is not None:
            axes[axis] = only(value)
    return axes


def _cut(atom: Atom, given: Given) -> tuple[str | None, Fraction]:
    """The axis that a threshold cuts, and where; no axis for a metric that does not vary."""
    metric, limit = atom.metric, atom.limit
    if metric in IO_METRICS:
        return IO, limit
    if metric in (TPP, MEMORY, TOTAL):
        return metric, limit
    if metric == "tops":
        return TPP, limit * NARROWEST_BITS
    if metric == DENSITY:
        # with a given area, the density is the TPP in other words
        return (DENSITY, limit) if given.area is None else (TPP, limit * given.area)
    if metric == "applicable_die_area" and given.area is None:
        raise UsageError("a rule compares the die area; give it, such as --area 814mm^2")
    return None, limit


Box = tuple[tuple[int, int], ...]
"""The first and the last cell of each axis."""


def _maximal_boxes(grid: _Grid) -> list[Box]:
    """Boxes of legal cells that cannot grow and that together hold every legal cell.

    A box grows along one axis after the other; each order of the axes may lead to others.
    """
    varied = [number for number, axis in enumerate(AXES) if len(grid.axes[axis]) > 1]
    found: dict[Box, None] = {}
    for order in itertools.permutations(varied):
        left = set(grid.legal)
        while left:
            box = _grown(grid, min(left), order)
            found[box] = None
            left.difference_update(_indexes(box))
    return [box for box in found if not any(_holds(other, box, grid) for other in found)]


def _grown(grid: _Grid, seed: Index, order: Sequence[int]) -> Box:
    """The box around a legal cell that cannot grow along any axis."""
    box: Box = tuple((number, number) for number in seed)
    has_grown = True
    while has_grown:
        has_grown = False
        for axis in order:
            for by in ((0, 1), (-1, 0)):
                larger = _longer(grid, box, axis, by)
                while larger is not None:
                    box, has_grown = larger, True
                    larger = _longer(grid, box, axis, by)
    return box


def _longer(grid: _Grid, box: Box, axis: int, by: tuple[int, int]) -> Box | None:
    """The box with one more cell along an axis; None where that would not be legal."""
    first, last = box[axis]
    first, last = first + by[0], last + by[1]
    if first < 0 or last >= len(grid.axes[AXES[axis]]):
        return None
    new = (last, last) if by[1] else (first, first)
    slab = (*box[:axis], new, *box[axis + 1 :])
    if any(index in grid.illegal for index in _indexes(slab)):
        return None
    return (*box[:axis], (first, last), *box[axis + 1 :])


def _indexes(box: Box) -> Iterable[Index]:
    """The cells of a box."""
    return itertools.product(*(range(first, last + 1) for first, last in box))


def _holds(larger: Box, smaller: Box, grid: _Grid) -> bool:
    """Whether a box holds every possible design of another and more."""
    if larger == smaller:
        return False
    inside = {index for index in _indexes(smaller) if index in grid.legal}
    around = {index for index in _indexes(larger) if index in grid.legal}
    # of two boxes with the same designs, one stands for both
    return inside < around or (inside == around and larger < smaller)


def _region(grid: _Grid, box: Box) -> LegalRegion:
    """A box as a region."""
    starts: dict[str, End] = {}
    stops: dict[str, End] = {}
    for axis, (first, last) in zip(AXES, box, strict=True):
        starts[axis] = grid.axes[axis][first].start
        stops[axis] = grid.axes[axis][last].stop
    return LegalRegion(starts=starts, stops=stops, binding=tuple(_binding(grid, box)))


def _binding(grid: _Grid, box: Box) -> dict[str, None]:
    """The provisions that are met just above a box, along any axis."""
    found: dict[str, None] = {}
    for number in range(len(AXES)):
        above = box[number][1] + 1
        slab = (*box[:number], (above, above), *box[number + 1 :])
        for index in _indexes(slab):
            if index in grid.illegal:
                found |= dict.fromkeys(grid.designs.against(grid.values(index)))
    return found
