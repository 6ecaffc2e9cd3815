"""Counting a grid without looking at its designs.

Knobs that share no quantity are independent, so they form groups whose combinations are counted
apart. Each combination of a group is placed between the thresholds of the quantities that the group
determines. A quotient or a sum of two quantities that belong to different groups (such as TPP over
area) is counted by sorting the values of one group and searching them for those of the other. What
remains is a few cells with a count each, and the circuit answers a cell as it would answer a row.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np

from chipdb.bulk.circuit import FALSE, NUMBER_KINDS, SCALE, TRUE, Node
from chipdb.bulk.circuit_known import TPP_STATED
from chipdb.bulk.lookup_table import TPP
from chipdb.bulk.metric_columns import ALL_LINKS, LETTER_IO
from chipdb.bulk.program import CompiledCircuit, Output, Program
from chipdb.bulk.sweep.grid import Array, Constraint, Grid
from chipdb.lazy_dataclasses import dataclass, field

MOST_COMBINATIONS = 4_000_000
"""A group with more combinations is not counted; the grid is enumerated instead."""
COMPARISONS = {
    "ge": np.greater_equal,
    "gt": np.greater,
    "le": np.less_equal,
    "lt": np.less,
}
Answer = tuple[str | None, ...]
"""The labels of all answers about a design; None for one without a label."""
Intervals = Mapping[int, int]
"""For each compared number of the circuit, by its node: how many of its thresholds it reaches."""


class NotSeparable(Exception):  # noqa: N818 - not an error: the grid is enumerated instead
    """Why a grid cannot be counted by groups."""


@dataclass(frozen=True, kw_only=True)
class _ComparedNumber:
    """A number that the circuit compares with thresholds: a column, or a quotient or sum of two.

    ``comparisons`` are the nodes that compare it, by rising threshold, and ``indices`` their
    indices.
    """

    node: int
    kind: str
    metrics: tuple[str, ...]
    comparisons: tuple[Node, ...]
    indices: tuple[int, ...]


@dataclass(kw_only=True)
class _KnobGroup:
    """Knobs that are counted together.

    ``values`` holds the scaled metrics of every combination that meets the constraints; ``keys``
    the intervals of all ``compared`` numbers that the group determines, as one integer.
    """

    knobs: tuple[str, ...]
    size: int
    values: dict[str, Array] = field(default_factory=dict)
    compared: list[_ComparedNumber] = field(default_factory=list)
    keys: Array = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class _CountedCell:
    """Intervals of some compared numbers, and how many combinations of knobs lie there."""

    intervals: Intervals
    count: int


def count(grid: Grid, program: Program) -> Counter[Answer]:
    """Count the designs of a grid by answer.

    Raises :class:`NotSeparable` if that needs an enumeration.
    """
    compiled = program.known
    numbers = _compared_numbers(compiled)
    used = {metric for number in numbers for metric in number.metrics}
    groups = _groups_of(grid, sorted(used & set(grid.metrics())))
    pairs = _assign(numbers, groups)
    for group in groups:
        _place(group)

    parts = _independent_parts(groups, pairs)
    repetitions = _repetitions(grid, groups)
    counts: Counter[Answer] = Counter()

    # Every part is independent of the others, so a design is one cell of each part.
    for cells in itertools.product(*parts):
        intervals: dict[int, int] = {}
        designs = repetitions
        for cell in cells:
            intervals |= cell.intervals
            designs *= cell.count
        counts[_answer_in(grid, compiled, numbers, intervals)] += designs
    return counts


def _independent_parts(
    groups: Sequence[_KnobGroup], pairs: Sequence[tuple[_ComparedNumber, int, int]]
) -> list[list[_CountedCell]]:
    """The cells of each pair of groups that a number ties, and of each remaining group.

    Every design lies in one cell of each part, independently of the other parts.
    """
    parts = []
    paired: set[int] = set()
    for number, first, second in pairs:
        parts.append(list(_cells_of_pair(number, groups[first], groups[second])))
        paired |= {first, second}
    for index, group in enumerate(groups):
        if index not in paired:
            parts.append(list(_cells_of_group(group)))
    return parts


def _repetitions(grid: Grid, groups: Sequence[_KnobGroup]) -> int:
    """How often each design is repeated by knobs that no quantity depends on.

    1 where every knob matters.
    """
    grouped_knobs: set[str] = set()
    for group in groups:
        grouped_knobs.update(group.knobs)
    repetitions = 1
    for name, values in grid.knobs.items():
        if name not in grouped_knobs:
            repetitions *= len(values)
    return repetitions


def within(values: Mapping[str, Array], constraints: Sequence[Constraint], size: int) -> Array:
    """Which of ``size`` designs meet every constraint.

    ``values`` has for each quantity one value for each design.
    """
    meets_all = np.ones(size, np.bool_)
    for constraint in constraints:
        compare = COMPARISONS[constraint.op]
        # Rounded as figures are, so that 3 x 0.1 meets a bound of 0.3.
        meets_all &= compare(np.round(values[constraint.name], 6), constraint.bound)
    return meets_all


def _compared_numbers(compiled: CompiledCircuit) -> list[_ComparedNumber]:
    """Every number that the circuit compares with thresholds, each with its comparisons.

    The comparisons are in rising order, so the number that a design reaches identifies them.
    """
    circuit = compiled.circuit
    comparisons: dict[int, list[int]] = {}
    for index in circuit.required_by(compiled.answer_nodes):
        node = circuit.nodes[index]
        if node.is_comparison:
            comparisons.setdefault(node.inputs[0], []).append(index)

    def rank(index: int) -> tuple[float, bool]:
        """A sort key: by threshold, "ge" before "gt" of the same one."""
        node = circuit.nodes[index]
        return node.constant, node.kind == "gt"

    numbers = []
    for number_index, indices in comparisons.items():
        number = circuit.nodes[number_index]
        # A quotient or sum reads two columns; a number without inputs is a column itself.
        columns = [circuit.nodes[part] for part in number.inputs] or [number]
        indices.sort(key=rank)
        numbers.append(
            _ComparedNumber(
                node=number_index,
                kind=number.kind,
                metrics=tuple(_column_of(column.name) for column in columns),
                comparisons=tuple(circuit.nodes[index] for index in indices),
                indices=tuple(indices),
            )
        )
    return numbers


def _column_of(metric: str) -> str:
    """The metric of a grid that states a metric of the circuit; mostly the same."""
    # Without a column of its own, the I/O of the letters is counted as all links.
    if metric == LETTER_IO:
        return ALL_LINKS
    return metric


def _groups_of(grid: Grid, metrics: Sequence[str]) -> list[_KnobGroup]:
    """Join the knobs that a metric or a constraint depends on together.

    Knobs of different groups are independent, so that their designs need not be enumerated.
    """
    groups: list[tuple[set[str], list[str], list[Constraint]]] = []

    def join(name: str, metrics: list[str], constraints: list[Constraint]) -> None:
        """Merge every group that shares a knob with a quantity into one."""
        knobs = grid.knobs_behind(name)
        joined_knobs = set(knobs)
        joined_metrics: list[str] = []
        joined_constraints: list[Constraint] = []
        separate = []
        for group in groups:
            if knobs.isdisjoint(group[0]):
                separate.append(group)
                continue
            joined_knobs |= group[0]
            joined_metrics += group[1]
            joined_constraints += group[2]

        joined = (joined_knobs, joined_metrics + metrics, joined_constraints + constraints)
        groups[:] = [*separate, joined]

    for metric in metrics:
        join(metric, [metric], [])
    for constraint in grid.constraints:
        join(constraint.name, [], [constraint])
    return [_combine(grid, *group) for group in groups]


def _combine(
    grid: Grid, knob_names: set[str], metrics: list[str], constraints: list[Constraint]
) -> _KnobGroup:
    """Compute every combination of the knobs of a group: the metrics of those that are allowed.

    Raises :class:`NotSeparable` if they are too many, or some metric has no value that rules could
    compare.
    """
    names = tuple(name for name in grid.knobs if name in knob_names)
    size = _combinations_of(grid, names)
    knobs: dict[str, Array] = {}
    if names:  # a quantity of the base depends on no knob and has a group without any
        mesh = np.meshgrid(*(grid.knobs[name] for name in names), indexing="ij")
        for name, array in zip(names, mesh, strict=True):
            knobs[name] = array.ravel()

    wanted = list(metrics)
    wanted += [constraint.name for constraint in constraints]
    values = {}
    with np.errstate(all="ignore"):
        for name, value in grid.values(knobs, wanted).items():
            values[name] = np.broadcast_to(np.asarray(value, np.float64), size)
        allowed = within(values, constraints, size)

    scaled = {}
    for name in metrics:
        is_usable = np.isfinite(values[name]) & (values[name] >= 0)
        if not is_usable.all():
            raise NotSeparable("some designs have a quantity that is negative or has no value")
        # The circuit compares integers of 1e-6; so does the count, to be on the same side of each
        # threshold.
        scaled[name] = np.rint(values[name][allowed] * SCALE)
    return _KnobGroup(knobs=names, size=int(allowed.sum()), values=scaled)


def _combinations_of(grid: Grid, knobs: Sequence[str]) -> int:
    """How many combinations some knobs have.

    Raises :class:`NotSeparable` if those are too many to hold in memory.
    """
    size = math.prod(len(grid.knobs[name]) for name in knobs)
    if size <= MOST_COMBINATIONS:  # eight bytes for each metric of each combination
        return size
    if len(knobs) == 1:
        raise NotSeparable(f"{knobs[0]} has {size:,} values")
    raise NotSeparable(f"{', '.join(knobs)} belong together and have {size:,} combinations")


def _assign(
    numbers: Sequence[_ComparedNumber], groups: Sequence[_KnobGroup]
) -> list[tuple[_ComparedNumber, int, int]]:
    """Assign each compared number to the group that determines it.

    Return those of two groups with the two.
    """
    group_of: dict[str, int] = {}
    for index, group in enumerate(groups):
        group_of |= dict.fromkeys(group.values, index)

    pairs: list[tuple[_ComparedNumber, int, int]] = []
    used: set[int] = set()
    for number in numbers:
        if any(metric not in group_of for metric in number.metrics):
            continue  # no design states it

        first, *rest = (group_of[metric] for metric in number.metrics)
        if not rest or rest[0] == first:
            groups[first].compared.append(number)
            continue

        second = rest[0]
        # With a third group tied in, the cells of the pairs would no longer be independent, and
        # their counts could not be multiplied.
        if not used.isdisjoint((first, second)):
            raise NotSeparable("two thresholds tie the same groups of knobs")

        used |= {first, second}
        pairs.append((number, first, second))
    return pairs


def _place(group: _KnobGroup) -> None:
    """Find the intervals of every combination, as one integer for each.

    A number has one digit, which is how many of its thresholds are reached; see
    :func:`_intervals_of`.
    """
    group.keys = np.zeros(group.size, np.int64)
    for number in group.compared:
        reached = np.zeros(group.size, np.int64)
        for comparison in number.comparisons:
            reached += _reaches(comparison, number, group.values)
        group.keys = group.keys * (len(number.comparisons) + 1) + reached


def _reaches(comparison: Node, number: _ComparedNumber, values: Mapping[str, Array]) -> Array:
    """Whether each combination reaches a threshold; quotients are compared as exact products."""
    compare = COMPARISONS[comparison.kind]
    first, *rest = (values[metric] for metric in number.metrics)
    if not rest:
        return np.asarray(compare(first, comparison.constant))
    [second] = rest
    if number.kind == "plus":
        return np.asarray(compare(first + second, comparison.constant))
    numerator, denominator = _ratio_of(comparison)
    return np.asarray(compare(first * denominator, second * numerator))


def _ratio_of(comparison: Node) -> tuple[float, float]:
    """The numerator and denominator of the threshold of a quotient."""
    assert comparison.ratio is not None, "a quotient is compared with a ratio"
    numerator, denominator = comparison.ratio
    return float(numerator), float(denominator)


def _intervals_of(compared: Iterable[_ComparedNumber], key: int) -> dict[int, int]:
    """The intervals that the key of a combination stands for."""
    # The digits of the key, from the last that was added; see _place.
    intervals = {}
    for number in reversed(list(compared)):
        key, intervals[number.node] = divmod(key, len(number.comparisons) + 1)
    return intervals


def _cells_of_group(group: _KnobGroup) -> Iterator[_CountedCell]:
    """The cells that the combinations of one group lie in, each with how many do."""
    keys, counts = np.unique(group.keys, return_counts=True)
    for key, designs in zip(keys.tolist(), counts.tolist(), strict=True):
        yield _CountedCell(_intervals_of(group.compared, key), designs)


def _cells_of_pair(
    number: _ComparedNumber, first: _KnobGroup, second: _KnobGroup
) -> Iterator[_CountedCell]:
    """The cells of two groups, divided by the number that they determine together.

    Pairs of combinations are counted by searching sorted values, and never listed.
    """
    first_metric, second_metric = number.metrics
    for first_key, second_key in itertools.product(np.unique(first.keys), np.unique(second.keys)):
        left = np.sort(first.values[first_metric][first.keys == first_key])
        right = second.values[second_metric][second.keys == second_key]
        reaching = [len(left) * len(right)]
        for comparison in number.comparisons:
            reaching.append(_pairs_reaching(comparison, number.kind, left, right))
        reaching.append(0)
        intervals = {
            **_intervals_of(first.compared, int(first_key)),
            **_intervals_of(second.compared, int(second_key)),
        }

        # Pairs that reach one threshold but not the next lie in the interval between them.
        for interval, (at_least, more) in enumerate(itertools.pairwise(reaching)):
            if at_least > more:
                yield _CountedCell({**intervals, number.node: interval}, at_least - more)


def _pairs_reaching(comparison: Node, kind: str, left: Array, right: Array) -> int:
    """How many pairs reach a threshold together; ``left`` is sorted."""
    side: Literal["left", "right"] = "right"
    if comparison.kind == "ge":
        side = "left"  # equal values reach the threshold too
    # The other side is sorted as well: a search for rising values stays in the cache.
    if kind == "plus":
        first_reaching = np.searchsorted(left, np.sort(comparison.constant - right), side)
    else:
        numerator, denominator = _ratio_of(comparison)
        first_reaching = np.searchsorted(left * denominator, np.sort(right * numerator), side)
    return int((len(left) - first_reaching).sum())


def _answer_in(
    grid: Grid, compiled: CompiledCircuit, numbers: Sequence[_ComparedNumber], intervals: Intervals
) -> Answer:
    """Evaluate the circuit in a cell.

    Raises :class:`NotSeparable` if the cell needs the circuit of ranges.
    """
    circuit = compiled.circuit
    values = _comparison_values(numbers, intervals)
    stated = set(grid.metrics())
    for index in circuit.required_by(compiled.answer_nodes):
        node = circuit.nodes[index]
        # Numbers have no value in a cell: every comparison of them is given by the cell.
        if index in values or node.kind in NUMBER_KINDS:
            continue
        values[index] = _boolean(grid, node, [values[part] for part in node.inputs], stated)
    if values[compiled.needs_ranges]:
        raise NotSeparable("some designs need a closer look")
    return tuple(_label_in(output, values) for output in compiled.outputs)


def _label_in(output: Output, values: Mapping[int, bool]) -> str | None:
    """The label of an answer whose node holds; None if none holds and there is no default."""
    for label, node in zip(output.labels, output.nodes, strict=True):
        if values[node]:
            return label
    return output.otherwise


def _comparison_values(numbers: Sequence[_ComparedNumber], intervals: Intervals) -> dict[int, bool]:
    """The values of the constants and of all comparisons in a cell.

    A number that no design states reaches nothing.
    """
    # the two nodes that every circuit has
    values = {FALSE: False, TRUE: True}
    for number in numbers:
        reached = intervals.get(number.node, 0)
        for rank, index in enumerate(number.indices):
            values[index] = rank < reached
    return values


def _boolean(grid: Grid, node: Node, inputs: list[bool], stated: set[str]) -> bool:  # noqa: PLR0911
    """The value of an input or gate; all designs of a grid have the same columns and facts.

    ``inputs`` are the values of the nodes that it reads, ``stated`` the metrics of the grid.
    """
    match node.kind:
        case "known":
            return _column_of(node.name) in stated
        case "true":
            return grid.facts.get(node.name) is True
        case "null":
            return node.name not in grid.facts
        case "not":
            return not inputs[0]
        case "and":
            return all(inputs)
        case "or":
            return any(inputs)
        case _:
            assert node.name == TPP_STATED
            return TPP in stated
