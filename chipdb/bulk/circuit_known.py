"""A table as a net for rows whose figures are each known or missing without bounds: what nearly all rows are.

Every missing figure is one more state of its axis. What a missing figure leaves open is worked out once a state, so that a
row costs a comparison for each limit and a few gates. Where the states do not say it all (a figure that another one bounds)
the row is ``slow`` and goes to the net of ``box``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chipdb.bulk.circuit import FALSE, SCALE, TRUE, Net
from chipdb.bulk.lookup_table import DENSITY, SUM, Axis, Cut, Table
from chipdb.solver.intervals import DERIVED
from chipdb.solver.verdict import Finding, joined
from chipdb.vocabulary import Status

Bits = np.ndarray[Any, np.dtype[Any]]
TPP, AREA = "tpp", "applicable_die_area"
OPEN = Finding(Status.UNDETERMINED)
OUTSIDE = Finding(Status.NOT_MET)
SLOW = Finding(Status.UNDETERMINED, "left to the circuit of ranges")
"""No answer of a rule: a mark that the row goes to the other circuit."""
MOST_ORDERS = 24
"""Orders of dimensions that are tried for the smallest net: all of four dimensions."""


@dataclass(frozen=True)
class Have:
    """The columns that there are: metrics, facts, and the metrics that another column bounds where they are missing."""

    metrics: frozenset[str]
    facts: frozenset[str] = frozenset()
    bounded_below: frozenset[str] = frozenset()
    bounded_above: frozenset[str] = frozenset()

    def density(self) -> bool:
        """Whether a density can be known at all."""
        return DENSITY in self.metrics or AREA in self.metrics


def known(net: Net, metric: str) -> int:
    """The flag that a figure is known."""
    return net.flag(f"{metric} known")


def scaled(cut: Cut) -> float:
    """A limit in scaled integers: the least that meets it, or the greatest that does not."""
    exact = cut.limit * SCALE
    return float(math.ceil(exact) if cut.op == "ge" else math.floor(exact))


def fast_net(table: Table, net: Net, have: Have) -> dict[Finding, int]:
    """For each joined finding of a table but not-met, the node that holds where it is the row's."""
    axes = [_Dimension(table, axis, have) for axis in table.axes]
    dimensions = [one for one in axes if one.states > 1] + [
        _Dimension(table, name, have) for name in table.facts
    ]
    whole = _extended(table, dimensions, have)
    found: dict[Finding, int] = {}
    for code, finding in enumerate(whole.findings):
        if finding == OUTSIDE:
            continue
        wanted = whole.codes == code
        order = _best_order(wanted, dimensions)
        found[finding] = _built(
            net, wanted.transpose(order), [dimensions[index] for index in order], {}
        )
    return found


@dataclass(frozen=True)
class _Whole:
    findings: tuple[Finding, ...]
    codes: Bits


class _Dimension:
    """An axis or a fact with one more state where it is not known; the last state always is that one."""

    def __init__(self, table: Table, what: Axis | str, have: Have) -> None:
        self.axis = what if isinstance(what, Axis) else None
        self.name = what.metric if isinstance(what, Axis) else what
        self.have = have
        self.index = (
            table.axes.index(what)
            if isinstance(what, Axis)
            else len(table.axes) + table.facts.index(what)
        )
        self.size = table.bits.shape[self.index]
        if self.name == DENSITY:
            present = have.density()
        elif self.name == SUM:
            present = all(part in have.metrics for part in DERIVED[SUM].parts)
        else:
            present = self.axis is None or self.name in have.metrics
        asked = self.name == DENSITY or (
            self.name == TPP and table.axis(DENSITY) is not None
        )  # without a TPP, no density
        hides = self.axis is not None and not self.axis.cuts and not asked
        self.states = 1 if hides or not present else self.size + 1

    def cut(self, net: Net, number: int) -> int:
        """The node that a row lies above a cut."""
        assert self.axis is not None
        cut = self.axis.cuts[number]
        if self.name == SUM:
            first, second = (net.column(part) for part in DERIVED[SUM].parts)
            return net.reaches(net.plus(first, second), cut.op, scaled(cut))
        if self.name != DENSITY:
            return net.reaches(net.column(self.name), cut.op, scaled(cut))
        given = (
            net.reaches(net.column(DENSITY), cut.op, scaled(cut))
            if DENSITY in self.have.metrics
            else None
        )
        if AREA not in self.have.metrics:
            assert given is not None
            return given
        quotient = net.over(net.column(TPP), net.column(AREA))
        common = math.lcm(*(other.limit.denominator for other in self.axis.cuts))
        below = common if common <= SCALE else cut.limit.denominator
        made = net.reaches(quotient, cut.op, float(cut.limit), f"{int(cut.limit * below)}/{below}")
        return made if given is None else net.chosen(by_area(net), made, given)

    def chosen(self, net: Net, parts: list[int], arrays: list[Bits]) -> int:
        """The node of the state that a row is in."""
        if self.axis is None:
            return self._fact(net, parts, arrays)
        stretches = len(self.axis.cuts) + 1
        node = self._stretch(net, parts[:stretches], arrays[:stretches])
        settled = arrays[:stretches]
        if self.name == DENSITY and AREA in self.have.metrics:
            node = self._or_planar(net, node, settled, parts[stretches], arrays[stretches])
            settled = [*settled, arrays[stretches]]
        return self._or_missing(net, self._known(net), node, settled, parts[-1], arrays[-1])

    def _stretch(self, net: Net, parts: list[int], arrays: list[Bits]) -> int:
        """The node of the stretch that a known figure lies in: a row is above a cut only if above all lower ones."""
        steps = list(itertools.pairwise(range(len(parts))))
        if all(_implies(arrays[below], arrays[above]) for below, above in steps):
            found = [
                net.all_of([self.cut(net, below), parts[above]])
                for below, above in steps
                if parts[below] != parts[above]
            ]
            return net.any_of([parts[0], *found])
        if all(_implies(arrays[above], arrays[below]) for below, above in steps):
            found = [
                net.all_of([net.negated(self.cut(net, below)), parts[below]])
                for below, above in steps
                if parts[below] != parts[above]
            ]
            return net.any_of([parts[-1], *found])
        runs = [
            (part, [index for index, _ in group])
            for part, group in itertools.groupby(enumerate(parts), lambda pair: pair[1])
        ]
        terms = []
        for part, inside in runs:
            above = [self.cut(net, inside[0] - 1)] if inside[0] else []
            below = [net.negated(self.cut(net, inside[-1]))] if inside[-1] < len(parts) - 1 else []
            terms.append(net.all_of([part, *above, *below]))
        return net.any_of(terms)

    def _fact(self, net: Net, parts: list[int], arrays: list[Bits]) -> int:
        """The node of a fact's state; its flags exclude each other."""
        yes, no, missing = parts
        true, null = net.flag(f"{self.name} is true"), net.flag(f"{self.name} is null")
        if yes == missing:
            return net.chosen(
                net.any_of([true, null]), yes, no, rising=_implies(arrays[1], arrays[0])
            )
        plain = no if all(_implies(arrays[1], other) for other in arrays) else None
        if plain is None:
            plain = net.all_of([net.negated(net.any_of([true, null])), no])
        return net.any_of([plain, net.all_of([true, yes]), net.all_of([null, missing])])

    def _or_planar(self, net: Net, node: int, arrays: list[Bits], planar: int, array: Bits) -> int:
        positive = net.reaches(net.column(AREA), "gt", 0.0)
        if DENSITY in self.have.metrics:
            positive = net.any_of([positive, net.negated(known(net, AREA))])
        return net.chosen(
            positive, node, planar, rising=all(_implies(array, other) for other in arrays)
        )

    def _or_missing(
        self, net: Net, is_known: int, node: int, arrays: list[Bits], missing: int, array: Bits
    ) -> int:
        if all(_implies(other, array) for other in arrays):
            return net.chosen(net.negated(is_known), missing, node, rising=True)
        return net.chosen(
            is_known, node, missing, rising=all(_implies(array, other) for other in arrays)
        )

    def _known(self, net: Net) -> int:
        if self.name == SUM:
            return net.all_of([known(net, part) for part in DERIVED[SUM].parts])
        if self.name != DENSITY:
            return known(net, self.name)
        return net.any_of(
            [known(net, name) for name in (AREA, DENSITY) if name in self.have.metrics]
        )


def by_area(net: Net) -> int:
    """Whether a row's density is that of its TPP and area, where a column states the density too."""
    return net.all_of([net.flag("tpp stated"), known(net, AREA)])


def _implies(one: Bits, other: Bits) -> bool:
    return bool((one <= other).all())


def _built(net: Net, wanted: Bits, dimensions: Sequence[_Dimension], memo: dict[bytes, int]) -> int:
    """The node that holds where a row's state is wanted."""
    if wanted.all():
        return TRUE
    if not wanted.any():
        return FALSE
    key = bytes([len(dimensions)]) + np.packbits(wanted).tobytes()
    if key not in memo:
        first, *rest = dimensions
        parts = [_built(net, wanted[state], rest, memo) for state in range(first.states)]
        memo[key] = first.chosen(net, parts, list(wanted))
    return memo[key]


def _best_order(wanted: Bits, dimensions: Sequence[_Dimension]) -> tuple[int, ...]:
    """The order of the dimensions that makes the smallest net."""

    def cost(order: tuple[int, ...]) -> int:
        net = Net()
        root = _built(net, wanted.transpose(order), [dimensions[index] for index in order], {})
        return sum(
            8 if net.nodes[index].kind in ("ge", "gt") else 1 for index in net.needed([root])
        )

    orders = itertools.islice(itertools.permutations(range(len(dimensions))), MOST_ORDERS)
    return min(orders, key=cost)


def _extended(table: Table, dimensions: Sequence[_Dimension], have: Have) -> _Whole:
    """What is said of a row in each combination of states."""
    findings: dict[Finding, int] = {}
    codes = np.zeros([one.states for one in dimensions], np.uint8)
    for choice in itertools.product(*(range(one.states) for one in dimensions)):
        state = {
            one.name: (None if pick == one.states - 1 else pick)
            for one, pick in zip(dimensions, choice, strict=True)
        }
        codes[choice] = findings.setdefault(_said(table, state, have), len(findings))
    return _Whole(tuple(findings), codes)


def _said(table: Table, state: Mapping[str, int | None], have: Have) -> Finding:
    """The joined finding of a row; ``SLOW`` where the states do not decide it."""
    sure = _findings(table, _reached(table, state, have, surely=True))
    most = _findings(table, _reached(table, state, have, surely=False))
    if len(most) == 1 or (sure and (joined(sure) == OPEN or joined(sure) == joined(most))):
        return joined(most)
    return SLOW


def _findings(table: Table, cells: Iterator[tuple[int, ...]]) -> set[Finding]:
    bits = 0
    for cell in cells:
        bits |= int(table.bits[cell])
    return {finding for index, finding in enumerate(table.findings) if bits >> index & 1}


def _reached(
    table: Table, state: Mapping[str, int | None], have: Have, *, surely: bool
) -> Iterator[tuple[int, ...]]:
    """The cells that a row may be in; ``surely`` only those that it reaches whatever bounds what is missing."""
    joint = {TPP, DENSITY} if table.axis(DENSITY) is not None else set()
    sums = {SUM, *DERIVED[SUM].parts} if table.axis(SUM) is not None else set()
    names = [axis.metric for axis in table.axes]
    free = [axis for axis in table.axes if axis.metric not in joint | sums]
    choices: list[list[dict[str, int]]] = [
        [{axis.metric: pick} for pick in _stretches(axis, state, have, surely)] for axis in free
    ]
    if joint:
        choices.append(_with_density(table, state, have, surely))
    if sums:
        choices.append(_with_sum(table, state, surely))
    for name in table.facts:
        settled = state.get(name)
        choices.append([{name: pick} for pick in ((0, 1) if settled is None else (settled,))])
    for parts in itertools.product(*choices):
        cell = {key: pick for part in parts for key, pick in part.items()}
        yield tuple(cell[name] for name in (*names, *table.facts))


def _stretches(axis: Axis, state: Mapping[str, int | None], have: Have, surely: bool) -> list[int]:
    pick = state.get(axis.metric)
    if pick is not None:
        return [pick]
    top = len(axis.cuts)
    if surely and axis.metric in have.bounded_below:
        return [top]
    if surely and axis.metric in have.bounded_above:
        return [0]
    return list(range(top + 1))


def _with_density(
    table: Table, state: Mapping[str, int | None], have: Have, surely: bool
) -> list[dict[str, int]]:
    """Stretches of TPP and density together: where one is missing, the area ties them."""
    tpp = next(axis for axis in table.axes if axis.metric == TPP)
    density = next(axis for axis in table.axes if axis.metric == DENSITY)
    top, dense = len(tpp.cuts), len(density.cuts)
    rate, made = state.get(TPP), state.get(DENSITY)
    if made is not None and (rate is not None or made > dense or AREA not in have.metrics):
        return [
            {TPP: pick, DENSITY: made} for pick in ([rate] if rate is not None else range(top + 1))
        ]
    if made is not None and surely:
        # where both are columns, the density may be stated or the area be known alone
        return [] if DENSITY in have.metrics else [{TPP: 0, DENSITY: 0}, {TPP: top, DENSITY: dense}]
    rates = range(top + 1) if rate is None else [rate]
    pairs = [{TPP: pick, DENSITY: other} for pick in rates for other in range(dense + 1)]
    if surely and rate == 0:
        return [pair for pair in pairs if pair[DENSITY] == 0]
    return pairs


def _with_sum(table: Table, state: Mapping[str, int | None], surely: bool) -> list[dict[str, int]]:
    """Stretches of two bandwidths and their sum together."""
    first, second = DERIVED[SUM].parts
    sizes = {axis.metric: len(axis.cuts) for axis in table.axes}
    picks = [state.get(first), state.get(second)]
    if state.get(SUM) is not None:
        return [{first: picks[0] or 0, second: picks[1] or 0, SUM: state[SUM] or 0}]
    tops = [
        sizes[name] if pick is None else pick
        for name, pick in zip((first, second), picks, strict=True)
    ]
    if surely:
        return [{first: tops[0], second: tops[1], SUM: sizes[SUM]}]
    ranges = [
        range(sizes[name] + 1) if pick is None else [pick]
        for name, pick in zip((first, second), picks, strict=True)
    ]
    return [
        {first: one, second: two, SUM: total}
        for one in ranges[0]
        for two in ranges[1]
        for total in range(sizes[SUM] + 1)
    ]
