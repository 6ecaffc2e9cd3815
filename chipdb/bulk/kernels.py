"""A net as one loop that numba compiles: a source text generated from the same nodes, numbers in float64 only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chipdb.bulk.circuit import IS_TRUE, SCALE, UNKNOWN, Node
from chipdb.bulk.inputs import FINITE
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import Compiled

Kernel = Callable[..., None]
CHUNK = 262_144
"""How many rows a thread takes at once."""
STRIP = 2048
"""How many rows' bytes a loop leaves to the next: few enough to stay in the nearest cache."""


def available() -> bool:
    """Whether the extra ``fast`` is installed."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def inputs_of(compiled: Compiled) -> tuple[list[str], list[str]]:
    """The figures and the facts that a kernel takes, in order."""
    nodes = [compiled.net.nodes[index] for index in compiled.net.needed(compiled.answers)]
    figures = {node.name for node in nodes if node.kind == "column"}
    figures |= {
        node.name.removesuffix(" known")
        for node in nodes
        if node.kind == "flag" and node.name.endswith(" known")
    }
    facts = {
        node.name.rpartition(" is ")[0]
        for node in nodes
        if node.kind == "flag" and " is " in node.name
    }
    return sorted(figures), sorted(facts)


_LOOPS: dict[Compiled, Kernel] = {}


def ready(compiled: Compiled) -> bool:
    """Whether the loop of a net is compiled already."""
    return compiled in _LOOPS


def kernel_of(compiled: Compiled) -> Kernel:
    """The compiled loop of a net: ``kernel(rows, *figures, *facts, *outputs, left)``."""
    if compiled not in _LOOPS:
        _LOOPS[compiled] = _compiled(compiled)
    return _LOOPS[compiled]


def _compiled(compiled: Compiled) -> Kernel:
    import numba

    names: dict[str, Any] = {"rint": np.rint, "empty": np.empty, "uint8": np.uint8}
    exec(compile(source_of(compiled), "<the rules as one loop>", "exec"), names)  # noqa: S102 - our own text, from the net
    loop: Kernel = numba.njit(nogil=True, error_model="numpy")(names["kernel"])
    return loop


def source_of(compiled: Compiled) -> str:
    """The loop as Python text: strip by strip, first how many limits each number reaches, as bytes, then the gates over bytes.

    Numbers fill a register eight at a time, bytes sixty-four at a time: apart, each loop runs at its own width.
    """
    return _Source(compiled).text()


class _Source:
    """The lines of a loop. Names: ``x`` figures, ``f`` facts, ``n`` nodes, ``reached`` and ``known`` bytes of a strip."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.net = compiled.net
        self.figures, self.facts = inputs_of(compiled)
        self.nodes = [(index, self.net.nodes[index]) for index in self.net.needed(compiled.answers)]
        self.cuts: dict[int, list[int]] = {}
        for index, node in sorted(
            self.nodes, key=lambda pair: (pair[1].number, pair[1].kind)
        ):  # a number reaches, then exceeds
            if node.kind in ("ge", "gt"):
                self.cuts.setdefault(node.parts[0], []).append(index)
        self.known = [
            index
            for index, node in self.nodes
            if node.kind == "flag" and node.name.endswith(" known")
        ]

    def text(self) -> str:
        """The whole function."""
        columns = [f"x{place}" for place in range(len(self.figures))] + [
            f"f{place}" for place in range(len(self.facts))
        ]
        columns += [f"out{place}" for place in range(len(self.compiled.outputs))]
        columns_here = [*columns, *(["left"] if self.compiled.slow else [])]
        strips = [
            *(f"reached{number}" for number in self.cuts),
            *(f"known{index}" for index in self.known),
        ]
        lines = [
            f"def kernel(rows, {', '.join([*columns, 'left'])}):",
            *(f"    {name} = empty({STRIP}, uint8)" for name in strips),
            f"    for start in range(0, rows, {STRIP}):",
            f"        stop = min(start + {STRIP}, rows)",
            *(f"        {name}_here = {name}[start:stop]" for name in columns_here),
        ]
        for body in (self._numbers(), [*self._gates(), *self._results()]):
            lines += (
                ["        for i in range(stop - start):", *(f"            {line}" for line in body)]
                if body
                else []
            )
        return "\n".join(lines) + "\n"

    def _numbers(self) -> list[str]:
        """Bytes of a row's numbers: how many limits each reaches, and which figures are known."""
        lines = [f"v{place} = x{place}_here[i]" for place in range(len(self.figures))]
        for index, node in self.nodes:
            if node.kind == "column":
                lines.append(
                    f"n{index} = rint(v{self.figures.index(node.name)} * {float(SCALE)!r})"
                )
            elif node.kind == "plus":
                lines.append(f"n{index} = n{node.parts[0]} + n{node.parts[1]}")
        for number, cuts in self.cuts.items():
            lines.append(
                f"reached{number}[i] = {' + '.join(f'({self._comparison(cut)})' for cut in cuts)}"
            )
        for index in self.known:
            name = self.net.nodes[index].name.removesuffix(" known")
            value = f"v{self.figures.index(name)}"
            lines.append(
                f"known{index}[i] = ({value} {'>' if name == DENSITY else '>='} 0.0) & ({value} <= {FINITE!r})"
            )
        return lines

    def _comparison(self, cut: int) -> str:
        node = self.net.nodes[cut]
        sign = ">=" if node.kind == "ge" else ">"
        left = self.net.nodes[node.parts[0]]
        if left.kind != "over":
            return f"n{node.parts[0]} {sign} {node.number!r}"
        p, q = node.name.split("/")
        top, bottom = (f"n{part}" for part in left.parts)
        return f"{top} * {float(q)!r} {sign} {bottom} * {float(p)!r}"

    def _gates(self) -> list[str]:
        return [
            f"n{index} = {text}" for index, node in self.nodes if (text := self._gate(index, node))
        ]

    def _gate(self, index: int, node: Node) -> str:
        """A node that is true or false, of bytes; nothing for a number."""
        parts = [f"n{part}" for part in node.parts]
        match node.kind:
            case "const":
                return str(bool(node.number))
            case "flag":
                return self._flag(index, node.name)
            case "and" | "or":
                return (" & " if node.kind == "and" else " | ").join(parts)
            case "not":
                return f"{parts[0]} == False"
            case "ge" | "gt":
                return f"reached{node.parts[0]}[i] > {self.cuts[node.parts[0]].index(index)}"
        return ""

    def _flag(self, index: int, flag: str) -> str:
        if index in self.known:
            return f"known{index}[i] != 0"
        name, _, what = flag.rpartition(" is ")
        return f"f{self.facts.index(name)}_here[i] == {IS_TRUE if what == 'true' else UNKNOWN}"

    def _results(self) -> list[str]:
        """A row's codes, and whether it is left open."""
        lines = []
        for place, output in enumerate(self.compiled.outputs):
            first = 0 if output.otherwise is None else 1
            value = str(first - 1)
            for code, node in reversed(list(enumerate(output.nodes, first))):
                value = f"({code} if n{node} else {value})"
            lines.append(f"out{place}_here[i] = {value}")
        return [*lines, f"left_here[i] = n{self.compiled.slow}"] if self.compiled.slow else lines
