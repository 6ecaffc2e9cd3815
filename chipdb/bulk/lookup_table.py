"""The lookup table of a rule: what the rule gives in each cell between its thresholds.

A cell is an interval of each metric in which no threshold lies, and a value for each fact. The
solver evaluates the rule once for each cell, so everything that is built from the table answers as
the solver does. A row whose figures are all known lies in one cell; if a figure is missing it may
lie in several, which the circuits work out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from chipdb.bulk.circuit import Operator
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import Atom, Condition, Fact
from chipdb.rules.rule import Provision, Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.intervals import DERIVED, ChipAssignment
from chipdb.solver.item import Assignment
from chipdb.solver.verdict import Finding, finding_of
from chipdb.vocabulary import Kind, RuleQuestion

Array = np.ndarray[Any, np.dtype[Any]]
ROW_KIND = Kind.PROCESSOR
"""What a row of a frame is."""
TPP, AREA, DENSITY = "tpp", "applicable_die_area", "performance_density"
BANDWIDTH_SUM = "memory_and_io_bandwidth"


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """A threshold on a metric. ``ge`` includes the value itself, ``gt`` does not."""

    value: Fraction
    op: Operator


@dataclass(frozen=True, slots=True)
class MetricAxis:
    """A metric and its rising thresholds.

    Interval 0 lies below all thresholds, interval n above the n-th.

    A density has one more interval, for chips on which it is not defined because their applicable
    die area is zero.
    """

    metric: str
    thresholds: tuple[Threshold, ...]

    @property
    def intervals(self) -> int:
        """How many intervals the axis has."""
        if self.metric == DENSITY:
            return len(self.thresholds) + 2
        return len(self.thresholds) + 1

    def value_within(self, interval: int) -> Fraction | None:
        """Return a value inside an interval; None where the metric is not defined."""
        if interval > len(self.thresholds):
            return None
        if not self.thresholds:
            return Fraction(0)

        # Half of a threshold lies below it and is not negative; zero does not lie above zero.
        if interval == 0:
            return self.thresholds[0].value / 2

        below = self.thresholds[interval - 1]
        # The threshold itself is in the interval, and sometimes nothing else is: "ge" and "gt" of
        # one value enclose just that value.
        if below.op == "ge":
            return below.value
        if interval == len(self.thresholds):
            return below.value + 1
        return (below.value + self.thresholds[interval].value) / 2


@dataclass(frozen=True)
class LookupTable:
    """The findings that are possible in each cell.

    ``bits`` has a dimension for each axis and then one for each fact (true at index 0, false at 1).
    Bit n of an element is set if ``findings[n]`` is possible in the cell; several are if the rule
    also reads facts that no column states.
    """

    axes: tuple[MetricAxis, ...]
    facts: tuple[str, ...]
    findings: tuple[Finding, ...]
    bits: Array

    def axis(self, metric: str) -> MetricAxis | None:
        """The axis of a metric; None if the rule does not depend on it."""
        for axis in self.axes:
            if axis.metric == metric:
                return axis
        return None

    def findings_in(self, cells: Iterable[tuple[int, ...]]) -> set[Finding]:
        """The findings that are possible in any of some cells."""
        bits = 0
        for cell in cells:
            bits |= int(self.bits[cell])
        findings: set[Finding] = set()
        for index, finding in enumerate(self.findings):
            if bits >> index & 1:
                findings.add(finding)
        return findings


def build_lookup_table(
    rule: Rule,
    controls: ControlList,
    known_facts: Mapping[str, bool | None],
    stated_facts: Iterable[str],
) -> LookupTable:
    """Evaluate a rule in every cell.

    Facts that a column may state (``stated_facts``) become dimensions. The others have the value
    that ``known_facts`` gives, or both values if it gives None.
    """
    stated = set(stated_facts)
    leaves = list(controls.leaves(rule))
    axes = _axes_of(leaves)
    facts = sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)})

    choices: list[Iterable[int]] = [range(axis.intervals) for axis in axes]
    for name in facts:
        value = None
        if name not in stated:
            value = known_facts.get(name)
        choices.append(_choices(value))

    # A fact has two places even if it is known: the other one stays empty and is dropped later.
    shape = [axis.intervals for axis in axes] + [2] * len(facts)
    bits = np.zeros(shape, np.uint32)
    codes: dict[Finding, int] = {}
    for cell in itertools.product(*choices):
        finding = finding_of(rule, controls, _assignment_in(axes, facts, cell))
        bits[cell] |= 1 << codes.setdefault(finding, len(codes))

    bits, kept_facts = _over_unstated_facts(bits, len(axes), facts, stated)
    return _without_idle_dimensions(LookupTable(axes, kept_facts, tuple(codes), bits))


def _over_unstated_facts(
    bits: Array, first_fact: int, facts: Iterable[str], stated: set[str]
) -> tuple[Array, tuple[str, ...]]:
    """The bits without the dimensions of facts that no column states, and the facts that remain.

    ``first_fact`` is the dimension of the first fact. A fact that no column states may be either,
    so the findings of both its values are possible.
    """
    kept_facts = []
    unstated = []
    for dimension, name in enumerate(facts, first_fact):
        if name in stated:
            kept_facts.append(name)
        else:
            unstated.append(dimension)
    if unstated:
        bits = np.bitwise_or.reduce(bits, axis=tuple(unstated))
    return bits, tuple(kept_facts)


def at_any_density(table: LookupTable) -> LookupTable:
    """A table that gives a chip without a density what chips of every density get."""
    dimension = [axis.metric for axis in table.axes].index(DENSITY)
    undefined = table.axes[dimension].intervals - 1
    densities = table.bits.take(range(undefined), axis=dimension)
    bits = table.bits.copy()
    # The dimension goes first, so that one index selects the chips without a density.
    np.moveaxis(bits, dimension, 0)[undefined] = np.bitwise_or.reduce(densities, axis=dimension)
    return replace(table, bits=bits)


def _choices(value: bool | None) -> tuple[int, ...]:
    """The indices that a fact may have in its dimension: true is 0, false is 1."""
    if value is None:
        return (0, 1)
    if value:
        return (0,)
    return (1,)


def rule_of_condition(condition: Condition) -> Rule:
    """Wrap a condition in a rule that is met where the condition holds."""
    return Rule(
        id="condition",
        question=RuleQuestion.LICENSE,
        provisions=(Provision("condition", "holds", condition),),
    )


def _axes_of(leaves: Iterable[Condition]) -> tuple[MetricAxis, ...]:
    """The axes of a rule with all thresholds that its leaves set.

    A derived metric brings the axes of its parts along.
    """
    thresholds: dict[str, set[Threshold]] = {}
    for leaf in leaves:
        if isinstance(leaf, Atom):
            thresholds.setdefault(leaf.metric, set()).update(_thresholds_of(leaf))

    for metric in list(thresholds):
        if metric in DERIVED:
            for part in DERIVED[metric].parts:
                thresholds.setdefault(part, set())

    axes = []
    for metric in sorted(thresholds):
        axes.append(MetricAxis(metric, tuple(sorted(thresholds[metric]))))
    return tuple(axes)


def _thresholds_of(comparison: Atom) -> list[Threshold]:
    """The threshold at which a comparison divides its axis; empty if it divides nothing."""
    excludes_limit = comparison.op in ("gt", "le")
    # Figures are never negative, so a threshold of zero divides nothing unless it excludes zero
    # itself.
    if comparison.limit <= 0 and not excludes_limit:
        return []
    # "less than x" is the negation of "at least x": both divide the axis at one place.
    op: Operator = "gt" if excludes_limit else "ge"
    return [Threshold(comparison.limit, op)]


def _assignment_in(
    axes: tuple[MetricAxis, ...], facts: list[str], cell: tuple[int, ...]
) -> Assignment:
    """A chip that lies in a cell: an interval of each axis, then the index of each fact's value.

    In an interval in which a metric is not defined, the chip has no value of it.
    """
    figures: dict[str, Fraction] = {}
    undefined = set()
    for axis, interval in zip(axes, cell, strict=False):
        value = axis.value_within(interval)
        if value is None:
            undefined.add(axis.metric)
        else:
            figures[axis.metric] = value
    choices = cell[len(axes) :]
    fact_values = {name: choice == 0 for name, choice in zip(facts, choices, strict=True)}
    chip = ChipAssignment(figures, fact_values, None, frozenset(undefined))
    return Assignment(ROW_KIND, (chip,))


def _without_idle_dimensions(table: LookupTable) -> LookupTable:
    """Drop the dimensions that the findings do not depend on.

    The parts of a derived metric stay even if idle, with a single interval, because circuits
    compute the metric from them.
    """
    matters = _dimensions_that_matter(table.bits)
    axis_matters, fact_matters = matters[: len(table.axes)], matters[len(table.axes) :]

    metrics: set[str] = set()
    for axis, used in zip(table.axes, axis_matters, strict=True):
        if used:
            metrics.add(axis.metric)

    for metric in list(metrics):
        if metric in DERIVED:
            metrics.update(DERIVED[metric].parts)

    axes: list[MetricAxis] = []
    facts: list[str] = []
    selection: list[int | slice] = []  # of the bits: a slice keeps a dimension, a number drops it
    for axis, used in zip(table.axes, axis_matters, strict=True):
        if axis.metric not in metrics:
            selection.append(0)
            continue
        kept = axis
        if not used:
            kept = MetricAxis(axis.metric, ())
        axes.append(kept)
        selection.append(slice(0, kept.intervals))

    for name, used in zip(table.facts, fact_matters, strict=True):
        if used:
            facts.append(name)
            selection.append(slice(None))
        else:
            selection.append(0)
    return LookupTable(tuple(axes), tuple(facts), table.findings, table.bits[tuple(selection)])


def _dimensions_that_matter(bits: Array) -> list[bool]:
    """For each dimension, whether the findings differ between any two places along it."""
    matters = []
    for dimension in range(bits.ndim):
        first = bits.take([0], axis=dimension)
        matters.append(bool((bits != first).any()))
    return matters
