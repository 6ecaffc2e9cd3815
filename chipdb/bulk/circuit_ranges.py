"""The circuit for rows whose figures lie between bounds.

It says for each finding whether some values within the bounds lead to it.

Each cell of the lookup table that leads to a finding is described by comparisons of the bounds with
thresholds. A metric derived from two others (the density, the sum of bandwidths) takes every value
between its least and its greatest while its parts move within one interval each, so it reaches an
interval exactly if its greatest lies above the lower threshold and its least below the upper one.
Where an interval excludes its end (the next threshold), the derived metric only approaches the
value there, so that "at least" becomes "more than".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction

from chipdb.bulk.circuit import FALSE, SCALE, TRUE, Circuit, Operator
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
from chipdb.solver.verdict import Finding

AS_STATED, WITH_CLAIMS = "", " wide"
"""Which bounds a circuit reads: the value of a known figure, or all credible claims of it.

These are the endings of the names of the columns; see :meth:`chipdb.bulk.inputs.CircuitInputs.low`.
"""


@dataclass(frozen=True)
class NodeEnd:
    """An end of a range that is a node; the figure can have this value."""

    node: int
    closed: bool = True


@dataclass(frozen=True)
class ConstantEnd:
    """An end of a range that is a scaled threshold.

    If not ``closed``, the figure only approaches it.
    """

    value: Fraction
    closed: bool = True


End = NodeEnd | ConstantEnd


@dataclass(frozen=True)
class ThresholdInterval:
    """The part of an axis between two thresholds; None stands for a side without an end."""

    lower: Threshold | None
    upper: Threshold | None

    def lower_end(self) -> list[ConstantEnd]:
        """The lower end; empty if there is none."""
        if self.lower is None:
            return []
        return [ConstantEnd(self.lower.value * SCALE, self.lower.op == "ge")]

    def upper_end(self) -> list[ConstantEnd]:
        """The upper end; empty if there is none."""
        if self.upper is None:
            return []
        return [ConstantEnd(self.upper.value * SCALE, self.upper.op == "gt")]


EVERYWHERE = ThresholdInterval(None, None)


def possible_findings(
    table: LookupTable, circuit: Circuit, bounds: str = AS_STATED
) -> dict[Finding, int]:
    """Build for each finding the node that holds where some values within the bounds lead to it."""
    order = _dimension_order(table)
    dimensions: list[MetricAxis | str] = [*table.axes, *table.facts]
    builder = _RangeCircuitBuilder(circuit, bounds, [dimensions[index] for index in order])
    nodes = {}
    for code, finding in enumerate(table.findings):
        wanted = (table.bits >> code & 1).astype(bool)
        nodes[finding] = builder.reaches(wanted.transpose(order), 0, {})
    return nodes


def _dimension_order(table: LookupTable) -> list[int]:
    """Parts before the metrics that are derived from them, facts last."""
    first, second = DERIVED[BANDWIDTH_SUM].parts
    # Whether a quotient or sum can reach an interval depends on the intervals of its parts, so
    # those are chosen first. Facts come last because their nodes are the cheapest to repeat.
    rank = {TPP: 0, AREA: 1, first: 2, second: 2, DENSITY: 4, BANDWIDTH_SUM: 4}
    axes = sorted(range(len(table.axes)), key=lambda index: rank.get(table.axes[index].metric, 3))
    return [*axes, *range(len(table.axes), table.bits.ndim)]


class _RangeCircuitBuilder:
    """Builds the nodes over one set of bounds."""

    def __init__(
        self, circuit: Circuit, bounds: str, dimensions: Sequence[MetricAxis | str]
    ) -> None:
        """Build into ``circuit``; ``dimensions`` are axes and names of facts, parts first."""
        self.circuit = circuit
        self.bounds = bounds
        self.dimensions = dimensions

    def low(self, name: str) -> int:
        """The node of the least value of a metric."""
        return self.circuit.column(f"{name} low{self.bounds}")

    def high(self, name: str) -> int:
        """The node of the greatest value of a metric."""
        return self.circuit.column(f"{name} high{self.bounds}")

    def reaches(self, wanted: Array, depth: int, within: Mapping[str, ThresholdInterval]) -> int:
        """Whether a wanted cell can be reached.

        The figures of earlier dimensions lie ``within`` some intervals.
        """
        if not wanted.any():
            return FALSE
        if depth == len(self.dimensions):
            return TRUE

        dimension = self.dimensions[depth]
        if isinstance(dimension, str):
            return self._fact(dimension, wanted, depth, within)
        if dimension.metric == DENSITY:
            return self._density(dimension, wanted, depth, within)

        alternatives = []
        for first, interval in _merged_intervals(dimension, wanted):
            if dimension.metric == BANDWIDTH_SUM:
                here = self._sum_reaches(interval, within)
            else:
                here = self._figure_reaches(dimension.metric, interval)
            rest = self.reaches(wanted[first], depth + 1, {**within, dimension.metric: interval})
            alternatives.append(self.circuit.all_of([here, rest]))
        return self.circuit.any_of(alternatives)

    def _fact(
        self, name: str, wanted: Array, depth: int, within: Mapping[str, ThresholdInterval]
    ) -> int:
        """Whether a wanted cell can be reached with either value that a fact may have."""
        circuit = self.circuit
        true, null = circuit.is_true(name), circuit.is_null(name)
        if_true = self.reaches(wanted[0], depth + 1, within)
        if_false = self.reaches(wanted[1], depth + 1, within)
        if if_true == if_false:
            return if_true

        # An unknown fact may be either, so both alternatives remain possible.
        may_be_true = circuit.any_of([true, null])
        return circuit.any_of(
            [
                circuit.all_of([may_be_true, if_true]),
                circuit.all_of([circuit.negated(true), if_false]),
            ]
        )

    def _density(
        self,
        axis: MetricAxis,
        wanted: Array,
        depth: int,
        within: Mapping[str, ThresholdInterval],
    ) -> int:
        """A density that is defined, or that is not because the area may be zero."""
        circuit = self.circuit
        low, high = self.low("bottom"), self.high("bottom")
        # Only non-planar logic has an applicable area (technical notes to 3A090.a and .b). A
        # planar chip has none and so no density. An area without bounds is not taken as zero.
        no_area = circuit.negated(circuit.reaches(low, "gt", 0.0))
        may_be_zero = circuit.all_of([no_area, circuit.flag(f"bottom bounded{self.bounds}")])
        may_be_positive = circuit.reaches(high, "gt", 0.0)

        undefined = len(axis.thresholds) + 1
        rest = self.reaches(wanted[undefined], depth + 1, within)
        alternatives = [circuit.all_of([may_be_zero, rest])]
        for first, interval in _merged_intervals(axis, wanted):
            here = self._quotient_reaches(interval, within)
            rest = self.reaches(wanted[first], depth + 1, within)
            alternatives.append(circuit.all_of([may_be_positive, here, rest]))
        return circuit.any_of(alternatives)

    def _figure_reaches(self, name: str, interval: ThresholdInterval) -> int:
        """Whether a figure can lie in an interval."""
        conditions = []
        if interval.lower is not None:
            end = ConstantEnd(interval.lower.value * SCALE)
            conditions.append(self._compare(NodeEnd(self.high(name)), interval.lower.op, end))
        if interval.upper is not None:
            end = ConstantEnd(interval.upper.value * SCALE)
            above = self._compare(NodeEnd(self.low(name)), interval.upper.op, end)
            conditions.append(self.circuit.negated(above))
        return self.circuit.all_of(conditions)

    def _quotient_reaches(
        self, interval: ThresholdInterval, within: Mapping[str, ThresholdInterval]
    ) -> int:
        """Whether TPP over area can lie in an interval while both lie within theirs.

        "top" over "bottom" is TPP over area, or a stated density over one. In the second case the
        ends of the intervals of TPP and area must not be combined with each other's bounds, so
        "tie" takes the place of the area there: it is the area in the first case and unbounded in
        the second.
        """
        circuit = self.circuit
        tpp, area = within.get(TPP, EVERYWHERE), within.get(AREA, EVERYWHERE)
        conditions = []
        if interval.lower is not None:
            threshold = interval.lower
            high_top: End = NodeEnd(self.high("top"))
            greatest: list[tuple[End, End]] = [(high_top, NodeEnd(self.low("bottom")))]
            greatest += [(end, NodeEnd(self.low("tie"))) for end in tpp.upper_end()]
            greatest += itertools.product([high_top, *tpp.upper_end()], area.lower_end())
            # An area of zero at the lower end makes every product comparison true, but a TPP of
            # zero has a density of zero on any area.
            conditions.append(circuit.reaches(self.high("top"), "gt", 0.0))
            for top, bottom in greatest:
                op = _op_at_least(threshold, top, bottom)
                conditions.append(self._compare_quotient(top, bottom, op, threshold.value))

        if interval.upper is not None:
            threshold = interval.upper
            low_top: End = NodeEnd(self.low("top"))
            least: list[tuple[End, End]] = [(low_top, NodeEnd(self.high("bottom")))]
            least += [(end, NodeEnd(self.high("tie"))) for end in tpp.lower_end()]
            least += itertools.product([low_top, *tpp.lower_end()], area.upper_end())
            for top, bottom in least:
                op = _op_at_most(threshold, top, bottom)
                above = self._compare_quotient(top, bottom, op, threshold.value)
                conditions.append(circuit.negated(above))
        return circuit.all_of(conditions)

    def _sum_reaches(
        self, interval: ThresholdInterval, within: Mapping[str, ThresholdInterval]
    ) -> int:
        """Whether a sum can lie in an interval while both parts lie within theirs."""
        parts = DERIVED[BANDWIDTH_SUM].parts
        conditions = []
        if interval.lower is not None:
            threshold = interval.lower
            greatest = [self._highest(name, within[name]) for name in parts]
            for first, second in itertools.product(*greatest):
                op = _op_at_least(threshold, first, second)
                conditions.append(self._compare_sum(first, second, op, threshold.value * SCALE))

        if interval.upper is not None:
            threshold = interval.upper
            least = [self._lowest(name, within[name]) for name in parts]
            for first, second in itertools.product(*least):
                op = _op_at_most(threshold, first, second)
                above = self._compare_sum(first, second, op, threshold.value * SCALE)
                conditions.append(self.circuit.negated(above))
        return self.circuit.all_of(conditions)

    def _highest(self, name: str, interval: ThresholdInterval) -> list[End]:
        """What bounds a figure from above inside an interval."""
        return [NodeEnd(self.high(name)), *interval.upper_end()]

    def _lowest(self, name: str, interval: ThresholdInterval) -> list[End]:
        """What bounds a figure from below inside an interval."""
        return [NodeEnd(self.low(name)), *interval.lower_end()]

    def _compare_quotient(self, top: End, bottom: End, op: Operator, threshold: Fraction) -> int:
        """Compare top / bottom with a threshold p/q, as top * q with bottom * p."""
        # Products of integers are exact below 2**53 and need no care for a bottom of zero.
        return self._compare(top, op, bottom, threshold.denominator, threshold.numerator)

    def _compare_sum(self, first: End, second: End, op: Operator, threshold: Fraction) -> int:
        """Compare a sum with a scaled threshold."""
        # a constant is taken to the other side, since the circuit adds nodes only
        if isinstance(second, ConstantEnd):
            return self._compare(first, op, ConstantEnd(threshold - second.value))
        if isinstance(first, ConstantEnd):
            return self._compare(second, op, ConstantEnd(threshold - first.value))
        total = NodeEnd(self.circuit.plus(first.node, second.node))
        return self._compare(total, op, ConstantEnd(threshold))

    def _compare(
        self, left: End, op: Operator, right: End, left_factor: int = 1, right_factor: int = 1
    ) -> int:
        """Compare ``left * left_factor`` with ``right * right_factor``."""
        circuit = self.circuit
        if isinstance(left, NodeEnd):
            left_node = circuit.times(left.node, left_factor)
            if isinstance(right, NodeEnd):
                return circuit.compare(left_node, op, circuit.times(right.node, right_factor))
            return circuit.reaches(left_node, op, float(right.value * right_factor))
        if isinstance(right, NodeEnd):
            # Circuits compare a node with a constant on its right: c >= x is not x > c.
            opposite: Operator = "ge" if op == "gt" else "gt"
            right_node = circuit.times(right.node, right_factor)
            constant = float(left.value * left_factor)
            return circuit.negated(circuit.reaches(right_node, opposite, constant))

        # Two thresholds: the comparison is decided here, exactly.
        left_value, right_value = left.value * left_factor, right.value * right_factor
        if left_value > right_value or (op == "ge" and left_value == right_value):
            return TRUE
        return FALSE


def _op_at_least(threshold: Threshold, first: End, second: End) -> Operator:
    """How the greatest value must compare with the lower threshold.

    If an end is not closed, the derived metric only approaches that value: it must be above.
    """
    if first.closed and second.closed:
        return threshold.op
    return "gt"


def _op_at_most(threshold: Threshold, first: End, second: End) -> Operator:
    """How the least value must not compare with the upper threshold.

    If an end is not closed, the derived metric only approaches that value from above.
    """
    if first.closed and second.closed:
        return threshold.op
    return "ge"


def _merged_intervals(axis: MetricAxis, wanted: Array) -> list[tuple[int, ThresholdInterval]]:
    """The intervals that lead to wanted cells, each with the index of the first that it merges.

    Neighboring intervals that lead to the same cells of all other dimensions are merged.
    """
    merged = []
    intervals = range(len(axis.thresholds) + 1)
    for _, group in itertools.groupby(intervals, key=lambda index: wanted[index].tobytes()):
        indices = list(group)
        first, last = indices[0], indices[-1]
        if not wanted[first].any():
            continue

        # Interval n lies between threshold n - 1 and threshold n; the outermost have one end.
        lower: Threshold | None = None
        if first > 0:
            lower = axis.thresholds[first - 1]
        upper: Threshold | None = None
        if last < len(axis.thresholds):
            upper = axis.thresholds[last]
        merged.append((first, ThresholdInterval(lower, upper)))
    return merged
