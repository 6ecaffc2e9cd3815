"""Counting a grid without looking at its designs: groups of knobs that share no quantity are counted apart.

Within a group every combination is placed between the limits; a limit on a quotient or a sum of two groups is counted by
sorting one and searching the other. What remains is a few cells with a count each, and the net answers a cell as it would a row.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from chipdb.bulk.circuit import FALSE, SCALE, TRUE, Net, Node
from chipdb.bulk.program import ALL_LINKS, LETTER_IO, Compiled, Program
from chipdb.bulk.sweep.grid import Array, Constraint, Grid

MOST_COMBINATIONS = 4_000_000
"""A group with more combinations is not worth counting apart."""
Answer = tuple[str | None, ...]


class NotSeparable(Exception):  # noqa: N818 - no error: the grid is enumerated instead
    """Why a grid cannot be counted by groups."""


@dataclass(frozen=True)
class _Line:
    """What limits are set on: a column, a quotient or a sum of two; its limits with the nodes that compare with them."""

    kind: str
    metrics: tuple[str, ...]
    nodes: tuple[int, ...]


@dataclass(kw_only=True)
class _Group:
    """Knobs that hang together, and what each of their combinations makes."""

    names: tuple[str, ...]
    values: dict[str, Array] = field(default_factory=dict)
    kept: int = 1
    keys: Array = field(default_factory=lambda: np.zeros(1, np.int64))
    lines: list[int] = field(default_factory=list)


def count(grid: Grid, program: Program) -> Counter[Answer]:
    """How many designs have each answer; raises :class:`NotSeparable` where only enumerating tells."""
    compiled = program.fast
    lines = _lines(compiled)
    used = sorted({metric for line in lines for metric in line.metrics} & set(grid.metrics()))
    groups = _groups(grid, used)
    of_metric = {metric: index for index, group in enumerate(groups) for metric in group.values}
    crossing = []
    for number, line in enumerate(lines):
        homes = {of_metric[metric] for metric in line.metrics if metric in of_metric}
        if any(metric not in of_metric for metric in line.metrics):
            continue
        if len(homes) == 1:
            groups[homes.pop()].lines.append(number)
        else:
            crossing.append((number, tuple(of_metric[metric] for metric in line.metrics)))
    pairs = {frozenset(homes) for _, homes in crossing}
    if len(pairs) < len(crossing) or sum(map(len, pairs)) > len(
        frozenset().union(*pairs, frozenset())
    ):
        raise NotSeparable("two limits tie the same groups of knobs")
    for group in groups:
        _place(compiled.net, lines, group)
    parts = [
        _paired(compiled.net, lines[number], number, *(groups[home] for home in homes))
        for number, homes in crossing
    ]
    paired = frozenset().union(*pairs, frozenset())
    parts += [_single(group) for index, group in enumerate(groups) if index not in paired]
    idle = math.prod(
        len(values)
        for name, values in grid.knobs.items()
        if not any(name in group.names for group in groups)
    )
    return _answered(grid, compiled, lines, parts, idle)


def _lines(compiled: Compiled) -> list[_Line]:
    """Everything that the net compares with limits."""
    net = compiled.net
    found: dict[int, list[int]] = {}
    for index in net.needed(compiled.answers):
        node = net.nodes[index]
        if node.kind in ("ge", "gt"):
            found.setdefault(node.parts[0], []).append(index)
    lines = []
    for left, nodes in found.items():
        node = net.nodes[left]
        names = [net.nodes[part].name for part in node.parts] if node.parts else [node.name]
        lines.append(
            _Line(
                node.kind,
                tuple(_stated(name) for name in names),
                tuple(sorted(nodes, key=lambda index: _rank(net.nodes[index]))),
            )
        )
    return lines


def _stated(name: str) -> str:
    return ALL_LINKS if name == LETTER_IO else name


def _rank(node: Node) -> tuple[float, bool]:
    return node.number, node.kind == "gt"


def _groups(grid: Grid, used: Sequence[str]) -> list[_Group]:
    """Knobs joined where a quantity or a constraint hangs on several."""
    sets: list[tuple[set[str], list[str], list[Constraint]]] = []
    wanted: list[tuple[frozenset[str], str | None, Constraint | None]] = [
        (grid.knobs_behind(metric), metric, None) for metric in used
    ]
    wanted += [(grid.knobs_behind(one.name), None, one) for one in grid.constraints]
    for roots, metric, constraint in wanted:
        joined = [entry for entry in sets if roots & entry[0]]
        merged = (
            set(roots).union(*(entry[0] for entry in joined)),
            [*(name for entry in joined for name in entry[1])],
            [*(one for entry in joined for one in entry[2])],
        )
        merged[1].extend([metric] if metric else [])
        merged[2].extend([constraint] if constraint else [])
        sets = [entry for entry in sets if entry not in joined] + [merged]
    return [
        _filled(grid, tuple(name for name in grid.knobs if name in knobs), metrics, constraints)
        for knobs, metrics, constraints in sets
    ]


def _filled(
    grid: Grid, names: tuple[str, ...], metrics: list[str], constraints: list[Constraint]
) -> _Group:
    size = math.prod(len(grid.knobs[name]) for name in names)
    if size > MOST_COMBINATIONS:
        together = (
            f"{', '.join(names)} hang together and have" if len(names) > 1 else f"{names[0]} has"
        )
        raise NotSeparable(f"{together} {size:,} {'combinations' if len(names) > 1 else 'values'}")
    mesh = np.meshgrid(*(grid.knobs[name] for name in names), indexing="ij") if names else []
    knobs = {name: array.ravel() for name, array in zip(names, mesh, strict=True)}
    with np.errstate(all="ignore"):
        values = {
            name: np.broadcast_to(np.asarray(value, np.float64), size)
            for name, value in grid.values(
                knobs, [*metrics, *(one.name for one in constraints)]
            ).items()
        }
        inside = within(values, constraints, size)
    if any(not (np.isfinite(values[name]) & (values[name] >= 0)).all() for name in metrics):
        raise NotSeparable("some designs have a quantity that is negative or has no value")
    whole = {name: np.rint(values[name][inside] * SCALE) for name in metrics}
    return _Group(names=names, values=whole, kept=int(inside.sum()))


COMPARED = {"ge": np.greater_equal, "gt": np.greater, "le": np.less_equal, "lt": np.less}


def within(values: Mapping[str, Array], constraints: Sequence[Constraint], size: int) -> Array:
    """The designs that meet every constraint."""
    inside = np.ones(size, np.bool_)
    for one in constraints:
        inside &= COMPARED[one.op](np.round(values[one.name], 6), one.bound)
    return inside


def _above(net: Net, index: int, line: _Line, values: Mapping[str, Array]) -> Array:
    """Whether each combination lies above a limit."""
    node = net.nodes[index]
    compare = COMPARED[node.kind]
    if line.kind == "column":
        return np.asarray(compare(values[line.metrics[0]], node.number))
    one, other = (values[name] for name in line.metrics)
    if line.kind == "plus":
        return np.asarray(compare(one + other, node.number))
    p, q = map(float, node.name.split("/"))
    return np.asarray(compare(one * q, other * p))


def _place(net: Net, lines: list[_Line], group: _Group) -> None:
    """The stretch of each combination on every line of its own, as one key."""
    group.keys = np.zeros(group.kept, np.int64)
    for number in group.lines:
        line = lines[number]
        stretch = sum(
            _above(net, index, line, group.values).astype(np.int64) for index in line.nodes
        )
        group.keys = group.keys * (len(line.nodes) + 1) + stretch


Cell = tuple[dict[int, int], int]


def _unpacked(lines: list[int], sizes: list[int], key: int) -> dict[int, int]:
    found = {}
    for number, size in zip(reversed(lines), reversed(sizes), strict=True):
        key, found[number] = divmod(key, size)
    return found


def _single(group: _Group) -> tuple[list[int], list[tuple[int, ...]], list[int]]:
    keys, counts = np.unique(group.keys, return_counts=True)
    return group.lines, [(int(key),) for key in keys], [int(number) for number in counts]


def _paired(
    net: Net, line: _Line, number: int, one: _Group, other: _Group
) -> tuple[list[int], list[tuple[int, ...]], list[int]]:
    """Pairs of combinations of two groups by the stretch of what they make together."""
    cells: list[tuple[int, ...]] = []
    counts: list[int] = []
    for key, rest in itertools.product(np.unique(one.keys), np.unique(other.keys)):
        left = np.sort(one.values[line.metrics[0]][one.keys == key])
        right = other.values[line.metrics[1]][other.keys == rest]
        above = [
            len(left) * len(right),
            *(_pairs_above(net.nodes[index], line, left, right) for index in line.nodes),
            0,
        ]
        for stretch in range(len(line.nodes) + 1):
            found = above[stretch] - above[stretch + 1]
            if found:
                cells.append((int(key), int(rest), stretch))
                counts.append(found)
    return [*one.lines, -1, *other.lines, -1, number], cells, counts


def _pairs_above(node: Node, line: _Line, left: Array, right: Array) -> int:
    side: Literal["left", "right"] = "left" if node.kind == "ge" else "right"
    if line.kind == "plus":
        first = np.searchsorted(left, np.sort(node.number - right), side)
    else:
        p, q = map(float, node.name.split("/"))
        first = np.searchsorted(left * q, np.sort(right * p), side)
    return int((len(left) - first).sum())


def _answered(
    grid: Grid, compiled: Compiled, lines: list[_Line], parts: list[Any], idle: int
) -> Counter[Answer]:
    """The answer of every cell, counted."""
    sizes = [len(line.nodes) + 1 for line in lines]
    found: Counter[Answer] = Counter()
    for chosen in itertools.product(*(range(len(cells)) for _, cells, _ in parts)):
        stretches: dict[int, int] = {}
        number = idle
        for (order, cells, counts), pick in zip(parts, chosen, strict=True):
            number *= counts[pick]
            stretches |= _stretches(order, sizes, cells[pick])
        found[answer_of(grid, compiled, lines, stretches)] += number
    return found


def _stretches(order: list[int], sizes: list[int], cell: tuple[int, ...]) -> dict[int, int]:
    if len(cell) == 1:
        return _unpacked(order, [sizes[number] for number in order], cell[0])
    split = order.index(-1)
    first, second = order[:split], order[split + 1 : -2]
    found = _unpacked(first, [sizes[number] for number in first], cell[0])
    return {
        **found,
        **_unpacked(second, [sizes[number] for number in second], cell[1]),
        order[-1]: cell[2],
    }


def answer_of(
    grid: Grid, compiled: Compiled, lines: list[_Line], stretches: Mapping[int, int]
) -> Answer:
    """What the net says of a cell."""
    net = compiled.net
    stated = set(grid.metrics())
    known: dict[int, bool] = {FALSE: False, TRUE: True}
    for number, line in enumerate(lines):
        for rank, index in enumerate(line.nodes):
            known[index] = stretches.get(number, 0) > rank
    for index in net.needed(compiled.answers):
        node = net.nodes[index]
        if index in known or node.kind in ("column", "over", "plus", "times"):
            continue
        known[index] = (
            _flag(grid, node, stated)
            if node.kind == "flag"
            else _gate(node, [known[part] for part in node.parts])
        )
    if known[compiled.slow]:
        raise NotSeparable("some designs need a closer look")
    return tuple(
        next(
            (label for label, node in zip(output.labels, output.nodes, strict=True) if known[node]),
            output.otherwise,
        )
        for output in compiled.outputs
    )


def _flag(grid: Grid, node: Node, stated: set[str]) -> bool:
    if node.name.endswith(" known"):
        return _stated(node.name.removesuffix(" known")) in stated
    if node.name == "tpp stated":
        return "tpp" in stated
    name, _, what = node.name.rpartition(" is ")
    return grid.facts.get(name) is True if what == "true" else name not in grid.facts


def _gate(node: Node, parts: list[bool]) -> bool:
    return not parts[0] if node.kind == "not" else all(parts) if node.kind == "and" else any(parts)
