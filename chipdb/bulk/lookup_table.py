"""What a rule says in each cell between its limits: a table made by asking the scalar code once a cell.

A cell is a stretch of each metric in which no limit lies, and a value for each fact. A row is in one cell where everything is
known, and may be in several where something is missing; which, the nets of ``fast`` and ``box`` work out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from chipdb.rules.conditions import Atom, Condition, Fact
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.intervals import DERIVED, ChipAssignment
from chipdb.solver.item import Assignment
from chipdb.solver.verdict import Finding, finding_of
from chipdb.vocabulary import Kind, RuleQuestion

KIND = Kind.PROCESSOR
"""A row of a frame is a hypothetical one."""
DENSITY, SUM = "performance_density", "memory_and_io_bandwidth"


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A limit on a metric, met from the limit on (``ge``) or only above it (``gt``)."""

    limit: Fraction
    op: Literal["ge", "gt"]


@dataclass(frozen=True, slots=True)
class Axis:
    """A metric and its cuts, rising: stretch 0 lies below all of them, the last one above."""

    metric: str
    cuts: tuple[Cut, ...]

    @property
    def size(self) -> int:
        """How many stretches there are; a density has one more, where it has no meaning."""
        return len(self.cuts) + 1 + (self.metric == DENSITY)

    def within(self, stretch: int) -> Fraction | None:
        """A value inside a stretch; None where the metric has no meaning."""
        if stretch > len(self.cuts):
            return None
        if stretch == 0:
            return self.cuts[0].limit / 2 if self.cuts else Fraction(0)
        below = self.cuts[stretch - 1]
        if below.op == "ge":
            return below.limit
        return (
            (below.limit + self.cuts[stretch].limit) / 2
            if stretch < len(self.cuts)
            else below.limit + 1
        )


@dataclass(frozen=True)
class Table:
    """The findings that are possible in each cell, as bits of ``findings``: a dimension for each axis, then for each fact.

    Facts are true at index 0 and false at 1. Those that no column can state are folded in already.
    """

    axes: tuple[Axis, ...]
    facts: tuple[str, ...]
    findings: tuple[Finding, ...]
    bits: np.ndarray[Any, np.dtype[np.uint32]]

    def axis(self, metric: str) -> int | None:
        """The dimension of a metric; None where the rule does not hang on it."""
        return next((index for index, axis in enumerate(self.axes) if axis.metric == metric), None)


def table_of(
    rule: Rule, law: ControlList, known: Mapping[str, bool | None], stated: Iterable[str]
) -> Table:
    """The table of a rule; ``known`` settles facts or leaves them open, ``stated`` are those that a column may state."""
    found = law.leaves(rule)
    axes = _axes(found)
    names = sorted({leaf.name for leaf in found if isinstance(leaf, Fact)})
    choices = [_choices(known.get(name) if name not in stated else None) for name in names]
    findings: dict[Finding, int] = {}
    bits = np.zeros([axis.size for axis in axes] + [2 for _ in names], np.uint32)
    for cell in itertools.product(*(range(axis.size) for axis in axes), *choices):
        finding = finding_of(rule, law, _sample(axes, names, cell))
        bits[cell] |= 1 << findings.setdefault(finding, len(findings))
    free = tuple(len(axes) + index for index, name in enumerate(names) if name not in stated)
    folded = np.bitwise_or.reduce(bits, axis=free) if free else bits
    facts = tuple(name for name in names if name in stated)
    return _relevant(Table(axes, facts, tuple(findings), folded))


def holds_in(condition: Condition) -> Rule:
    """A rule that is met where a condition holds."""
    from chipdb.rules.rule import Provision

    return Rule(
        id="probe",
        question=RuleQuestion.LICENSE,
        provisions=(Provision("probe", "holds", condition),),
    )


def _axes(found: Iterable[Condition]) -> tuple[Axis, ...]:
    cuts: dict[str, set[Cut]] = {}
    for leaf in found:
        if isinstance(leaf, Atom):
            cuts.setdefault(leaf.metric, set())
            if leaf.limit > 0 or leaf.op in ("gt", "le"):
                cuts[leaf.metric].add(Cut(leaf.limit, "ge" if leaf.op in ("ge", "lt") else "gt"))
    for metric in [name for name in cuts if name in DERIVED]:
        for part in DERIVED[metric].parts:
            cuts.setdefault(part, set())
    return tuple(Axis(name, tuple(sorted(cuts[name]))) for name in sorted(cuts))


def _choices(value: bool | None) -> tuple[int, ...]:
    return (0, 1) if value is None else (0,) if value else (1,)


def _sample(axes: tuple[Axis, ...], names: list[str], cell: tuple[int, ...]) -> Assignment:
    values = {axis.metric: axis.within(stretch) for axis, stretch in zip(axes, cell, strict=False)}
    intervals = {name: value for name, value in values.items() if value is not None}
    facts = {name: choice == 0 for name, choice in zip(names, cell[len(axes) :], strict=True)}
    undefined = frozenset(name for name, value in values.items() if value is None)
    return Assignment(KIND, (ChipAssignment(intervals, facts, None, undefined),))


def _relevant(table: Table) -> Table:
    """The table without what it does not hang on; the parts of a derived metric that it hangs on stay, as one stretch."""
    varies = [
        bool((table.bits != table.bits.take([0], axis=index)).any())
        for index in range(table.bits.ndim)
    ]
    metrics = {axis.metric for axis, moves in zip(table.axes, varies, strict=False) if moves}
    metrics |= {part for name in metrics if name in DERIVED for part in DERIVED[name].parts}
    axes = [
        axis if moves else Axis(axis.metric, ())
        for axis, moves in zip(table.axes, varies, strict=False)
    ]
    facts = varies[len(axes) :]
    cut: list[int | slice] = [slice(0, axis.size) if axis.metric in metrics else 0 for axis in axes]
    cut += [slice(None) if moves else 0 for moves in facts]
    names = tuple(name for name, moves in zip(table.facts, facts, strict=True) if moves)
    return Table(
        tuple(axis for axis in axes if axis.metric in metrics),
        names,
        table.findings,
        table.bits[tuple(cut)],
    )
