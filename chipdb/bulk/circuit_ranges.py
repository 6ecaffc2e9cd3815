"""A table as a net for rows whose figures lie between bounds: whether some value of them reaches a wanted cell.

A metric made of two others is cut along the line where a limit is met. Inside one stretch of its parts it takes every value
between its least and its greatest, so the wanted stretches are reached exactly where the greatest lies above their lower
cut and the least below their upper one. An end that is only approached (the next limit) counts as below it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from chipdb.bulk.circuit import FALSE, SCALE, TRUE, Net
from chipdb.bulk.circuit_known import AREA, TPP
from chipdb.bulk.lookup_table import DENSITY, SUM, Axis, Cut, Table
from chipdb.solver.intervals import DERIVED
from chipdb.solver.verdict import Finding

Bits = np.ndarray[Any, np.dtype[Any]]
PLAIN, WIDE = "", " wide"
"""What is known of a row; and that with the range of its known figures."""


@dataclass(frozen=True)
class End:
    """One end of a stretch: a node or a scaled constant, which the figure reaches (``closed``) or only approaches."""

    at: int | Fraction
    closed: bool = True
    node: bool = True


@dataclass(frozen=True)
class Stretch:
    """The part of an axis between two cuts; None without end."""

    above: Cut | None
    below: Cut | None


EVERYWHERE = Stretch(None, None)


def box_net(table: Table, net: Net, wide: str = PLAIN) -> dict[Finding, int]:
    """For each finding of a table the node that holds where some value of what is not known leads to it."""
    order = _order(table)
    boxes = _Boxes(
        net,
        wide,
        [
            table.axes[index] if index < len(table.axes) else table.facts[index - len(table.axes)]
            for index in order
        ],
    )
    arrays = {
        finding: (table.bits >> code & 1).astype(bool)
        for code, finding in enumerate(table.findings)
    }
    return {
        finding: boxes.reached(array.transpose(order), 0, {}) for finding, array in arrays.items()
    }


def _order(table: Table) -> list[int]:
    """Parts before what is made of them; facts last."""
    rank = {TPP: 0, AREA: 1, **dict.fromkeys(DERIVED[SUM].parts, 2), DENSITY: 4, SUM: 4}
    axes = sorted(range(len(table.axes)), key=lambda index: rank.get(table.axes[index].metric, 3))
    return [*axes, *range(len(table.axes), table.bits.ndim)]


class _Boxes:
    """The net of one set of bounds."""

    def __init__(self, net: Net, wide: str, dimensions: list[Axis | str]) -> None:
        self.net = net
        self.wide = wide
        self.dimensions = dimensions

    def low(self, name: str) -> int:
        return self.net.column(f"{name} low{self.wide}")

    def high(self, name: str) -> int:
        return self.net.column(f"{name} high{self.wide}")

    def reached(self, wanted: Bits, depth: int, inside: dict[str, Stretch]) -> int:
        """Whether a wanted cell is reached, the figures of earlier dimensions lying ``inside`` some stretches."""
        if not wanted.any():
            return FALSE
        if depth == len(self.dimensions):
            return TRUE
        dimension = self.dimensions[depth]
        if isinstance(dimension, str):
            return self._fact(dimension, wanted, depth, inside)
        if dimension.metric == DENSITY:
            return self._density(dimension, wanted, depth, inside)
        terms = []
        for first, last in _runs(wanted, len(dimension.cuts) + 1):
            stretch = _stretch(dimension, first, last)
            here = (
                self._sum(stretch, inside)
                if dimension.metric == SUM
                else self._plain(dimension.metric, stretch)
            )
            rest = self.reached(wanted[first], depth + 1, {**inside, dimension.metric: stretch})
            terms.append(self.net.all_of([here, rest]))
        return self.net.any_of(terms)

    def _fact(self, name: str, wanted: Bits, depth: int, inside: dict[str, Stretch]) -> int:
        net = self.net
        true, null = net.flag(f"{name} is true"), net.flag(f"{name} is null")
        yes, no = (self.reached(wanted[state], depth + 1, inside) for state in (0, 1))
        if yes == no:
            return yes
        return net.any_of(
            [net.all_of([net.any_of([true, null]), yes]), net.all_of([net.negated(true), no])]
        )

    def _density(self, axis: Axis, wanted: Bits, depth: int, inside: dict[str, Stretch]) -> int:
        net, stretches = self.net, len(axis.cuts) + 1
        planar, solid = self._bottoms()
        terms = [net.all_of([planar, self.reached(wanted[stretches], depth + 1, inside)])]
        for first, last in _runs(wanted[:stretches], stretches):
            here = self._quotient(_stretch(axis, first, last), inside)
            terms.append(net.all_of([solid, here, self.reached(wanted[first], depth + 1, inside)]))
        return net.any_of(terms)

    def _bottoms(self) -> tuple[int, int]:
        """Whether the area may be none at all, and whether it may be some."""
        net, low, high = self.net, self.low("bottom"), self.high("bottom")
        no_area = net.negated(net.reaches(low, "gt", 0.0))
        bounded = net.flag(f"bottom bounded{self.wide}")
        return net.all_of([no_area, bounded]), net.reaches(high, "gt", 0.0)

    def _plain(self, name: str, stretch: Stretch) -> int:
        above = self._meets(End(self.high(name)), stretch.above)
        below = self._misses(End(self.low(name)), stretch.below)
        return self.net.all_of([above, below])

    def _meets(self, end: End, cut: Cut | None) -> int:
        return (
            TRUE if cut is None else self._compared(end, cut.op, End(cut.limit * SCALE, node=False))
        )

    def _misses(self, end: End, cut: Cut | None) -> int:
        return (
            TRUE
            if cut is None
            else self.net.negated(self._compared(end, cut.op, End(cut.limit * SCALE, node=False)))
        )

    def _compared(self, left: End, op: str, right: End, times: tuple[int, int] = (1, 1)) -> int:
        """``left * times[0] >= right * times[1]``, or above it."""
        net, strict = self.net, op == "gt"
        if not left.node and not right.node:
            one, other = Fraction(left.at) * times[0], Fraction(right.at) * times[1]
            return TRUE if (one > other if strict else one >= other) else FALSE
        if right.node and left.node:
            assert isinstance(left.at, int)
            assert isinstance(right.at, int)
            return net.compares(
                net.times(left.at, times[0]),
                "gt" if strict else "ge",
                net.times(right.at, times[1]),
            )
        if left.node:
            assert isinstance(left.at, int)
            return net.reaches(
                net.times(left.at, times[0]),
                "gt" if strict else "ge",
                float(Fraction(right.at) * times[1]),
            )
        assert isinstance(right.at, int)
        return net.negated(
            net.reaches(
                net.times(right.at, times[1]),
                "ge" if strict else "gt",
                float(Fraction(left.at) * times[0]),
            )
        )

    def _quotient(self, stretch: Stretch, inside: dict[str, Stretch]) -> int:
        """Whether TPP over area reaches a stretch, both lying inside theirs.

        The ends of the stretches are held against ``tie``, which is the area, or nothing where a density is stated.
        """
        rate, area = inside.get(TPP, EVERYWHERE), inside.get(AREA, EVERYWHERE)
        tops = [(End(self.high("top")), End(self.low("bottom")))]
        bottoms = [(End(self.low("top")), End(self.high("bottom")))]
        upper, lower = _upper(rate), _lower(rate)
        tops += [(upper, End(self.low("tie")))] if upper else []
        bottoms += [(lower, End(self.high("tie")))] if lower else []
        least, most = _lower(area), _upper(area)
        tops += [(num, least) for num in (End(self.high("top")), upper) if least and num]
        bottoms += [(num, most) for num in (End(self.low("top")), lower) if most and num]
        net = self.net
        found = []
        if stretch.above is not None:
            p, q = stretch.above.limit.numerator, stretch.above.limit.denominator
            found.append(net.reaches(self.high("top"), "gt", 0.0))
            for num, den in tops:
                op = "ge" if stretch.above.op == "ge" and num.closed and den.closed else "gt"
                found.append(self._compared(num, op, den, (q, p)))
        if stretch.below is not None:
            p, q = stretch.below.limit.numerator, stretch.below.limit.denominator
            for num, den in bottoms:
                op = "gt" if stretch.below.op == "gt" and num.closed and den.closed else "ge"
                found.append(net.negated(self._compared(num, op, den, (q, p))))
        return net.all_of(found)

    def _sum(self, stretch: Stretch, inside: dict[str, Stretch]) -> int:
        """Whether a sum reaches a stretch, both parts lying inside theirs."""
        parts = DERIVED[SUM].parts
        tops = [[End(self.high(name)), *filter(None, [_upper(inside[name])])] for name in parts]
        bottoms = [[End(self.low(name)), *filter(None, [_lower(inside[name])])] for name in parts]
        found = []
        if stretch.above is not None:
            for one, other in itertools.product(*tops):
                op = "ge" if stretch.above.op == "ge" and one.closed and other.closed else "gt"
                found.append(self._added(one, other, op, stretch.above.limit * SCALE))
        if stretch.below is not None:
            for one, other in itertools.product(*bottoms):
                op = "gt" if stretch.below.op == "gt" and one.closed and other.closed else "ge"
                found.append(
                    self.net.negated(self._added(one, other, op, stretch.below.limit * SCALE))
                )
        return self.net.all_of(found)

    def _added(self, one: End, other: End, op: str, limit: Fraction) -> int:
        if one.node and other.node:
            assert isinstance(one.at, int)
            assert isinstance(other.at, int)
            return self._compared(End(self.net.plus(one.at, other.at)), op, End(limit, node=False))
        known, rest = (one, other) if one.node else (other, one)
        if not known.node:
            return self._compared(
                End(Fraction(one.at) + Fraction(other.at), node=False), op, End(limit, node=False)
            )
        return self._compared(known, op, End(limit - Fraction(rest.at), node=False))


def _runs(wanted: Bits, stretches: int) -> list[tuple[int, int]]:
    """Neighboring stretches that want the same of everything else."""
    groups = itertools.groupby(range(stretches), key=lambda index: wanted[index].tobytes())
    found = [list(group) for _, group in groups]
    return [(group[0], group[-1]) for group in found if wanted[group[0]].any()]


def _stretch(axis: Axis, first: int, last: int) -> Stretch:
    return Stretch(
        axis.cuts[first - 1] if first else None, axis.cuts[last] if last < len(axis.cuts) else None
    )


def _upper(stretch: Stretch) -> End | None:
    return (
        None
        if stretch.below is None
        else End(stretch.below.limit * SCALE, stretch.below.op == "gt", node=False)
    )


def _lower(stretch: Stretch) -> End | None:
    return (
        None
        if stretch.above is None
        else End(stretch.above.limit * SCALE, stretch.above.op == "ge", node=False)
    )
