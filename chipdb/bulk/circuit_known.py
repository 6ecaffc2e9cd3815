"""The circuit for rows whose figures are known or missing without bounds: nearly all rows.

"Missing" becomes one more state of every axis and fact. What follows from a missing figure is
worked out here once for each combination of states, so that a row costs one comparison for each
threshold and a few gates. Where the states do not settle the answer (a missing figure that another
one bounds), the finding is ``NEEDS_RANGES`` and the row is answered by the circuit of
:mod:`chipdb.bulk.circuit_ranges`.
"""

from __future__ import annotations

import itertools
import math
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from chipdb.bulk.circuit import FALSE, SCALE, TRUE, Circuit
from chipdb.bulk.lookup_table import (
    AREA,
    BANDWIDTH_SUM,
    DENSITY,
    TPP,
    Array,
    LookupTable,
    MetricAxis,
    Threshold,
)
from chipdb.lazy_dataclasses import dataclass
from chipdb.solver.intervals import DERIVED
from chipdb.solver.verdict import Finding, joined
from chipdb.vocabulary import Status

UNDETERMINED = Finding(Status.UNDETERMINED)
NOT_MET = Finding(Status.NOT_MET)
NEEDS_RANGES = Finding(Status.UNDETERMINED, "left to the circuit of ranges")
"""Not the answer of a rule: it marks rows that the other circuit answers."""
TPP_STATED = "tpp stated"
"""The flag that a row states its TPP, which is otherwise computed from density and area."""
MOST_ORDERS = 24
"""How many orders of the dimensions are tried for the smallest circuit: all of four dimensions."""
COMPARISON_COST = 8
"""The cost of a comparison of float64 in gates over bytes: it reads eight times the memory."""

States = Mapping[str, int | None]
"""The interval of each metric and the value of each fact; None if it is missing."""


@dataclass(frozen=True)
class StatedColumns:
    """What the columns of a frame state.

    ``bounded_below`` and ``bounded_above`` are the metrics that another column bounds where they
    are missing.
    """

    metrics: frozenset[str]
    facts: frozenset[str] = frozenset()
    bounded_below: frozenset[str] = frozenset()
    bounded_above: frozenset[str] = frozenset()

    @property
    def may_have_density(self) -> bool:
        """Whether a row can have a density, stated or computed."""
        return DENSITY in self.metrics or AREA in self.metrics


def known_findings(
    table: LookupTable, circuit: Circuit, stated: StatedColumns
) -> dict[Finding, int]:
    """Build for each finding except "not met" the node that holds where it is the row's finding.

    At most one of them holds in a row. ``table`` has the findings of the rule in each cell,
    ``stated`` says which columns the frame has.
    """
    dimensions: list[_MetricStates | _FactStates] = []
    for axis in table.axes:
        dimension = _MetricStates(table, axis, stated)
        if dimension.states > 1:
            dimensions.append(dimension)

    for name in table.facts:
        dimensions.append(_FactStates(name, stated))

    findings, codes = _findings_by_state(table, dimensions, stated)
    nodes: dict[Finding, int] = {}
    for code, finding in enumerate(findings):
        # A row without any other finding is not met, so that one needs no node.
        if finding == NOT_MET:
            continue
        wanted = codes == code
        order = _best_order(wanted, dimensions)
        nodes[finding] = _build_in_order(circuit, wanted, dimensions, order)
    return nodes


def scaled_threshold(threshold: Threshold) -> float:
    """A threshold as a scaled integer; for ``gt``, the greatest integer that does not meet it.

    As a float, which holds every integer below 2**53 exactly.
    """
    # Scaled figures are integers: one is at least 5.5 if it is at least 6, and above 5.5 if it is
    # above 5. So no comparison depends on how a threshold is rounded.
    exact = threshold.value * SCALE
    if threshold.op == "ge":
        return float(math.ceil(exact))
    return float(math.floor(exact))


def density_is_computed(circuit: Circuit) -> int:
    """Whether a row's density is TPP over area although the frame has a column of densities."""
    return circuit.all_of([circuit.flag(TPP_STATED), circuit.known(AREA)])


class _MetricStates:
    """A metric as a dimension of states: its intervals, and last the state that it is missing."""

    def __init__(self, table: LookupTable, axis: MetricAxis, stated: StatedColumns) -> None:
        """Count the states of a metric in frames with the ``stated`` columns.

        A single state means that the metric does not distinguish any rows.
        """
        self.axis = axis
        self.name = axis.metric
        self.stated = stated

        matters = bool(axis.thresholds) or axis.metric == DENSITY
        # Without a TPP no density can be computed, so its being missing is a state even without
        # thresholds.
        if axis.metric == TPP and table.axis(DENSITY) is not None:
            matters = True

        self.states = 1
        if matters and self._may_be_known():
            self.states = axis.intervals + 1

    def _may_be_known(self) -> bool:
        """Whether any row can state the metric, or the parts that it is made of.

        If no row can, the metric is missing everywhere and distinguishes no rows.
        """
        if self.name == DENSITY:
            return self.stated.may_have_density
        if self.name == BANDWIDTH_SUM:
            return self.stated.metrics.issuperset(DERIVED[BANDWIDTH_SUM].parts)
        return self.name in self.stated.metrics

    def select(self, circuit: Circuit, nodes: list[int], tables: list[Array]) -> int:
        """Build the node that equals ``nodes[n]`` where the row is in state n.

        ``tables`` holds for each state what its node stands for; comparing them shows which node
        implies which.
        """
        # Where one node implies another, a gate can be left out: the tables of this finding show
        # it.
        intervals = len(self.axis.thresholds) + 1
        settled = tables[:intervals]
        node = self._select_interval(circuit, nodes[:intervals], settled)
        if self.name == DENSITY and AREA in self.stated.metrics:
            undefined, undefined_table = nodes[intervals], tables[intervals]
            node = circuit.select(
                self._area_is_positive(circuit),
                node,
                undefined,
                if_false_implies_if_true=_implies_all(undefined_table, settled),
            )
            settled = [*settled, undefined_table]

        # If the finding is wanted of a missing figure wherever it is wanted of a known one, the
        # node of the known ones needs no guard.
        missing, missing_table = nodes[-1], tables[-1]
        known = self._known(circuit)
        if all(_implies(other, missing_table) for other in settled):
            return circuit.select(
                circuit.negated(known), missing, node, if_false_implies_if_true=True
            )

        return circuit.select(
            known,
            node,
            missing,
            if_false_implies_if_true=_implies_all(missing_table, settled),
        )

    def _select_interval(self, circuit: Circuit, nodes: list[int], tables: list[Array]) -> int:
        """Choose among the intervals of a known figure, with as few gates as the tables allow.

        A row that lies above a threshold lies above all lower ones.
        """
        changes = [n for n in range(len(nodes) - 1) if nodes[n] != nodes[n + 1]]
        if _is_chain(tables):
            # The higher, the more: what holds in an interval holds in all above it.
            alternatives = [nodes[0]]
            for n in changes:
                alternatives.append(circuit.all_of([self._above(circuit, n), nodes[n + 1]]))
            return circuit.any_of(alternatives)
        if _is_chain(tables[::-1]):
            # The higher, the less: what holds in an interval holds in all below it.
            alternatives = [nodes[-1]]
            for n in changes:
                below = circuit.negated(self._above(circuit, n))
                alternatives.append(circuit.all_of([below, nodes[n]]))
            return circuit.any_of(alternatives)
        return self._select_run(circuit, nodes)

    def _select_run(self, circuit: Circuit, nodes: list[int]) -> int:
        """Choose among runs of intervals with the same node, each bounded on both sides.

        The first run has no lower bound, and the last no upper one.
        """
        alternatives = []
        for node, group in itertools.groupby(range(len(nodes)), key=nodes.__getitem__):
            run = list(group)
            conditions = [node]
            if run[0] > 0:
                conditions.append(self._above(circuit, run[0] - 1))
            if run[-1] < len(nodes) - 1:
                conditions.append(circuit.negated(self._above(circuit, run[-1])))
            alternatives.append(circuit.all_of(conditions))
        return circuit.any_of(alternatives)

    def _above(self, circuit: Circuit, number: int) -> int:
        """The node for a row above a threshold, given by the threshold's number on the axis."""
        threshold = self.axis.thresholds[number]
        if self.name == DENSITY:
            return self._density_above(circuit, threshold)
        if self.name == BANDWIDTH_SUM:
            first, second = DERIVED[BANDWIDTH_SUM].parts
            figure = circuit.plus(circuit.column(first), circuit.column(second))
        else:
            figure = circuit.column(self.name)
        return circuit.reaches(figure, threshold.op, scaled_threshold(threshold))

    def _density_above(self, circuit: Circuit, threshold: Threshold) -> int:
        """The same for a density: stated, or TPP over area, or either if the frame has both."""
        stated = None
        if DENSITY in self.stated.metrics:
            scaled = scaled_threshold(threshold)
            stated = circuit.reaches(circuit.column(DENSITY), threshold.op, scaled)
            if AREA not in self.stated.metrics:
                return stated

        # One denominator for all thresholds lets the compiled loop multiply each figure once; see
        # `kernels`.
        denominator = math.lcm(*(other.value.denominator for other in self.axis.thresholds))
        if denominator > SCALE:
            denominator = threshold.value.denominator
        computed = circuit.reaches(
            circuit.over(circuit.column(TPP), circuit.column(AREA)),
            threshold.op,
            float(threshold.value),
            (int(threshold.value * denominator), denominator),
        )
        if stated is None:
            return computed
        return circuit.select(density_is_computed(circuit), computed, stated)

    def _area_is_positive(self, circuit: Circuit) -> int:
        """The node for a row whose density is defined, as far as its area decides that."""
        positive = circuit.reaches(circuit.column(AREA), "gt", 0.0)
        if DENSITY in self.stated.metrics:
            return circuit.any_of([positive, circuit.negated(circuit.known(AREA))])
        return positive

    def _known(self, circuit: Circuit) -> int:
        """The node for a row whose metric is known, from its own column or those of its parts."""
        if self.name == BANDWIDTH_SUM:
            return circuit.all_of(circuit.known(part) for part in DERIVED[BANDWIDTH_SUM].parts)
        if self.name != DENSITY:
            return circuit.known(self.name)
        # Either column is enough; with an area only the TPP may still be missing, which is a state
        # of its own.
        alternatives = []
        for name in (AREA, DENSITY):
            if name in self.stated.metrics:
                alternatives.append(circuit.known(name))
        return circuit.any_of(alternatives)


class _FactStates:
    """A fact as a dimension of states: true, false, and last the state that it is missing."""

    def __init__(self, name: str, stated: StatedColumns) -> None:
        """Count the states of a fact; without a column it is missing in every row."""
        self.name = name
        self.states = 1
        if name in stated.facts:
            self.states = 3

    def select(self, circuit: Circuit, nodes: list[int], tables: list[Array]) -> int:
        """Build the node that equals ``nodes[n]`` where the row is in state n.

        See :class:`_MetricStates`.
        """
        if_true, if_false, missing = nodes
        false_table = tables[1]
        true, null = circuit.is_true(self.name), circuit.is_null(self.name)
        if if_true == missing:
            return circuit.select(
                circuit.any_of([true, null]),
                if_true,
                if_false,
                if_false_implies_if_true=_implies(false_table, tables[0]),
            )

        otherwise = if_false
        if not _implies_all(false_table, tables):
            is_false = circuit.negated(circuit.any_of([true, null]))
            otherwise = circuit.all_of([is_false, if_false])
        return circuit.any_of(
            [otherwise, circuit.all_of([true, if_true]), circuit.all_of([null, missing])]
        )


Dimensions = Sequence[_MetricStates | _FactStates]


def _implies(first: Array, second: Array) -> bool:
    """Whether the second table is true wherever the first one is.

    >>> _implies(np.array([False, True]), np.array([True, True]))
    True
    """
    return bool((first <= second).all())


def _implies_all(first: Array, others: Sequence[Array]) -> bool:
    """Whether all other tables are true wherever the first is."""
    return all(_implies(first, other) for other in others)


def _is_chain(tables: Sequence[Array]) -> bool:
    """Whether each table implies the next, as those of a rule do that only asks for more."""
    return all(_implies(first, second) for first, second in itertools.pairwise(tables))


def _build(circuit: Circuit, wanted: Array, dimensions: Dimensions, memo: dict[bytes, int]) -> int:
    """The node that holds where the states of a row are wanted.

    ``wanted`` has one axis for each dimension.
    """
    # Many combinations of states lead to the same subtable, so each is built once. Its length goes
    # into the key because tables of different shapes may have the same bits.
    if wanted.all():
        return TRUE
    if not wanted.any():
        return FALSE
    key = bytes([len(dimensions)]) + np.packbits(wanted).tobytes()
    if key not in memo:
        first, *rest = dimensions
        nodes = [_build(circuit, wanted[state], rest, memo) for state in range(first.states)]
        memo[key] = first.select(circuit, nodes, list(wanted))
    return memo[key]


def _build_in_order(
    circuit: Circuit, wanted: Array, dimensions: Dimensions, order: Sequence[int]
) -> int:
    """As :func:`_build`, with the dimensions tested in an order given by their indices.

    The order changes how many gates it takes, and never what the node says.
    """
    ordered = [dimensions[index] for index in order]
    return _build(circuit, wanted.transpose(order), ordered, {})


def _best_order(wanted: Array, dimensions: Dimensions) -> tuple[int, ...]:
    """The order of the dimensions that gives the cheapest circuit, of the first so many orders.

    All orders of four dimensions are tried; with more, a part of them.
    """

    def cost(order: tuple[int, ...]) -> int:
        """What a row costs if the dimensions are tested in this order, in gates over bytes."""
        circuit = Circuit()
        root = _build_in_order(circuit, wanted, dimensions, order)
        total = 0
        for index in circuit.required_by([root]):
            if circuit.nodes[index].is_comparison:
                total += COMPARISON_COST
            else:
                total += 1
        return total

    orders = itertools.permutations(range(len(dimensions)))
    return min(itertools.islice(orders, MOST_ORDERS), key=cost)


def _findings_by_state(
    table: LookupTable, dimensions: Dimensions, stated: StatedColumns
) -> tuple[list[Finding], Array]:
    """The finding in each combination of states, as an array of indices into a list.

    The array has an axis for each dimension, in their order.
    """
    codes: dict[Finding, int] = {}
    by_state = np.zeros([dimension.states for dimension in dimensions], np.uint8)
    for picks in np.ndindex(by_state.shape):
        states: dict[str, int | None] = {}
        for dimension, pick in zip(dimensions, picks, strict=True):
            is_missing = pick == dimension.states - 1  # the last state of every dimension
            states[dimension.name] = None if is_missing else pick
        finding = _finding_in(table, states, stated)
        by_state[picks] = codes.setdefault(finding, len(codes))
    return list(codes), by_state


def _finding_in(table: LookupTable, states: States, stated: StatedColumns) -> Finding:
    """The finding of a row; ``NEEDS_RANGES`` if the states do not settle it."""
    possible = table.findings_in(_cells(table, states, stated, surely=False))
    if len(possible) == 1:
        return joined(possible)
    # Bounds from other columns can only take cells away. The finding is settled if the cells that
    # remain in any case give the same, or are undetermined already.
    certain = table.findings_in(_cells(table, states, stated, surely=True))
    if certain and joined(certain) in (UNDETERMINED, joined(possible)):
        return joined(possible)
    return NEEDS_RANGES


def _cells(
    table: LookupTable, states: States, stated: StatedColumns, *, surely: bool
) -> Iterator[tuple[int, ...]]:
    """The cells in which the missing figures may place a row.

    With ``surely``, only those that are possible under any bounds that other columns set.
    """
    # The choices are independent of each other, so their product gives every cell.
    names = [*(axis.metric for axis in table.axes), *table.facts]
    for parts in itertools.product(*_choices(table, states, stated, surely)):
        cell = ChainMap(*parts)
        yield tuple(cell[name] for name in names)


def _choices(
    table: LookupTable, states: States, stated: StatedColumns, surely: bool
) -> list[list[dict[str, int]]]:
    """What each group of metrics or fact may be, independently of the other groups."""
    choices: list[list[dict[str, int]]] = []
    linked: set[str] = set()  # metrics whose intervals depend on each other
    if table.axis(DENSITY) is not None:
        linked |= {TPP, DENSITY}
        choices.append(_tpp_and_density(table, states, stated, surely))
    if table.axis(BANDWIDTH_SUM) is not None:
        linked |= {BANDWIDTH_SUM, *DERIVED[BANDWIDTH_SUM].parts}
        choices.append(_bandwidths_and_sum(table, states, surely))
    for axis in table.axes:
        if axis.metric not in linked:
            intervals = _possible_intervals(axis, states, stated, surely)
            choices.append([{axis.metric: interval} for interval in intervals])

    for name in table.facts:
        choices.append([{name: value} for value in _possible_values(name, states)])
    return choices


def _possible_values(fact: str, states: States) -> tuple[int, ...]:
    """The indices that a fact may have in the lookup table."""
    value = states.get(fact)
    if value is None:
        return (0, 1)
    return (value,)


def _possible_intervals(
    axis: MetricAxis, states: States, stated: StatedColumns, surely: bool
) -> list[int]:
    """The intervals that a metric may lie in; with ``surely`` only what no bound can rule out."""
    interval = states.get(axis.metric)
    if interval is not None:
        return [interval]
    last = len(axis.thresholds)
    # A metric that another one bounds from below can still be as high as it likes, and one that is
    # bounded from above can be zero; whether it reaches the other end depends on the row.
    if surely and axis.metric in stated.bounded_below:
        return [last]
    if surely and axis.metric in stated.bounded_above:
        return [0]
    return list(range(last + 1))


def _tpp_and_density(
    table: LookupTable, states: States, stated: StatedColumns, surely: bool
) -> list[dict[str, int]]:
    """The intervals of TPP and density together: the area ties a missing one to the other."""
    tpp_axis, density_axis = table.axis(TPP), table.axis(DENSITY)
    assert tpp_axis is not None
    assert density_axis is not None
    last_tpp, last_density = len(tpp_axis.thresholds), len(density_axis.thresholds)
    tpp, density = states.get(TPP), states.get(DENSITY)
    tpps = list(range(last_tpp + 1))
    if tpp is not None:
        tpps = [tpp]

    if density is None:
        # The missing area may be so large that the density is below all thresholds. Only a TPP
        # above some threshold can surely reach the higher ones: a small area may be ruled out by
        # its bounds. A missing TPP is not known to be low, so the limit holds only for one that is.
        if surely and tpp == 0:
            return _tpp_density_pairs(tpps, [0])
        return _tpp_density_pairs(tpps, range(last_density + 1))

    # The density counts as known because the area is; it needs the TPP, which may be missing.
    is_undefined = density > last_density
    if tpp is not None or is_undefined or AREA not in stated.metrics:
        return _tpp_density_pairs(tpps, [density])
    if surely:
        return _sure_pairs_without_tpp(stated, last_tpp, last_density)
    return _tpp_density_pairs(tpps, range(last_density + 1))


def _sure_pairs_without_tpp(
    stated: StatedColumns, last_tpp: int, last_density: int
) -> list[dict[str, int]]:
    """What TPP and density surely reach if the area is known and the TPP is missing."""
    # In a frame with densities the density itself may be known instead: nothing is sure.
    if DENSITY in stated.metrics:
        return []
    # The missing TPP may be zero or as high as it likes, so both ends are reached.
    return [{TPP: 0, DENSITY: 0}, {TPP: last_tpp, DENSITY: last_density}]


def _tpp_density_pairs(tpps: Iterable[int], densities: Iterable[int]) -> list[dict[str, int]]:
    """Every combination of an interval of TPP and one of density, by the numbers of intervals."""
    pairs = []
    for tpp, density in itertools.product(tpps, densities):
        pairs.append({TPP: tpp, DENSITY: density})
    return pairs


def _bandwidths_and_sum(table: LookupTable, states: States, surely: bool) -> list[dict[str, int]]:
    """The intervals of two bandwidths and their sum together, every one that may occur.

    With ``surely``, only those that are possible under any bounds that other columns set.
    """
    first, second = DERIVED[BANDWIDTH_SUM].parts
    last = {axis.metric: len(axis.thresholds) for axis in table.axes}
    total = states.get(BANDWIDTH_SUM)
    if total is not None:
        # A known sum has known parts; a part without a state has no threshold, so one interval.
        picks = {first: states.get(first) or 0, second: states.get(second) or 0}
        return [{**picks, BANDWIDTH_SUM: total}]

    possible: dict[str, list[int]] = {}
    for name in (first, second):
        interval = states.get(name)
        if interval is None:
            possible[name] = list(range(last[name] + 1))
        else:
            possible[name] = [interval]

    if surely:
        # Whatever bounds a missing bandwidth, it can be so high that it and the sum exceed all
        # thresholds.
        highest = {name: intervals[-1] for name, intervals in possible.items()}
        return [{**highest, BANDWIDTH_SUM: last[BANDWIDTH_SUM]}]

    sums = range(last[BANDWIDTH_SUM] + 1)
    cells = []
    for in_first, in_second, in_sum in itertools.product(possible[first], possible[second], sums):
        cells.append({first: in_first, second: in_second, BANDWIDTH_SUM: in_sum})
    return cells
