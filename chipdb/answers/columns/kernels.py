"""A net as one loop that numba compiles: a source text generated from the same nodes, numbers in float64 only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chipdb.answers.columns.cells import DENSITY
from chipdb.answers.columns.leaves import FINITE
from chipdb.answers.columns.net import SCALE, UNKNOWN, YES, Net, Node
from chipdb.answers.columns.program import Compiled

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
    figures |= {node.name.removesuffix(" known") for node in nodes if node.kind == "flag" and node.name.endswith(" known")}
    facts = {node.name.rpartition(" is ")[0] for node in nodes if node.kind == "flag" and " is " in node.name}
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
    figures, facts = inputs_of(compiled)
    outputs = [f"out{index}" for index in range(len(compiled.outputs))]
    inputs = [f"x{index}" for index in range(len(figures))]
    net, nodes = compiled.net, compiled.net.needed(compiled.answers)
    cuts, known = _cuts(net, nodes), _known(net, nodes)
    bytes_ = [f"{'reached' if number in cuts else 'known'}{number}" for number in (*cuts, *known)]
    columns = [*inputs, *(f"f{index}" for index in range(len(facts))), *outputs]
    numbers = [f"v{index} = {name}_here[i]" for index, name in enumerate(inputs)] + _numbers(net, nodes, figures, cuts, known)
    gates = [f"n{index} = {text}" for index in nodes if (text := _gate(net, index, facts, cuts))]
    slices = [f"{name}_here = {name}[start:stop]" for name in [*columns, *(["left"] if compiled.slow else [])]]
    strip = [f"stop = min(start + {STRIP}, rows)", *slices, *_loop(numbers), *_loop(gates + _results(compiled))]
    return "\n".join(
        [
            f"def kernel(rows, {', '.join([*columns, 'left'])}):",
            *(f"    {name} = empty({STRIP}, uint8)" for name in bytes_),
            f"    for start in range(0, rows, {STRIP}):",
            *(f"        {line}" for line in strip),
            "",
        ]
    )


def _loop(lines: list[str]) -> list[str]:
    """A loop over the rows of a strip; none over nothing."""
    return ["for i in range(stop - start):", *(f"    {line}" for line in lines)] if lines else []


def _cuts(net: Net, nodes: list[int]) -> dict[int, list[int]]:
    """For each number the comparisons with constants, from the one that is reached first."""
    found: dict[int, list[int]] = {}
    for index in nodes:
        if net.nodes[index].kind in ("ge", "gt"):
            (number,) = net.nodes[index].parts
            found.setdefault(number, []).append(index)
    return {number: sorted(those, key=lambda index: _limit(net.nodes[index])) for number, those in found.items()}


def _limit(node: Node) -> tuple[float, str]:
    """What orders limits: a number reaches one before it is above it."""
    return node.number, node.kind


def _known(net: Net, nodes: list[int]) -> list[int]:
    """The flags that a figure is known."""
    return [index for index in nodes if net.nodes[index].kind == "flag" and net.nodes[index].name.endswith(" known")]


def _numbers(net: Net, nodes: list[int], figures: list[str], cuts: dict[int, list[int]], known: list[int]) -> list[str]:
    """The lines that make bytes of a row's numbers."""
    lines = []
    for index in nodes:
        node = net.nodes[index]
        if node.kind == "column":
            lines.append(f"n{index} = rint(v{figures.index(node.name)} * {float(SCALE)!r})")
        elif node.kind == "plus":
            lines.append(f"n{index} = n{node.parts[0]} + n{node.parts[1]}")
    for number, those in cuts.items():
        lines.append(f"reached{number}[i] = {' + '.join(f'({_comparison(net, net.nodes[index])})' for index in those)}")
    for index in known:
        name = net.nodes[index].name.removesuffix(" known")
        value = f"v{figures.index(name)}"
        lines.append(f"known{index}[i] = ({value} {'>' if name == DENSITY else '>='} 0.0) & ({value} <= {FINITE!r})")
    return lines


def _comparison(net: Net, node: Node) -> str:
    sign = ">=" if node.kind == "ge" else ">"
    left = net.nodes[node.parts[0]]
    if left.kind != "over":
        return f"n{node.parts[0]} {sign} {node.number!r}"
    p, q = node.name.split("/")
    top, bottom = (f"n{part}" for part in left.parts)
    return f"{top} * {float(q)!r} {sign} {bottom} * {float(p)!r}"


def _gate(net: Net, index: int, facts: list[str], cuts: dict[int, list[int]]) -> str:
    """A node that is true or false, of bytes; nothing for a number."""
    node = net.nodes[index]
    parts = [f"n{part}" for part in node.parts]
    match node.kind:
        case "const":
            return str(bool(node.number))
        case "flag":
            return _flag(index, node.name, facts)
        case "and" | "or":
            return (" & " if node.kind == "and" else " | ").join(parts)
        case "not":
            return f"{parts[0]} == False"
        case "ge" | "gt":
            number = node.parts[0]
            return f"reached{number}[i] > {cuts[number].index(index)}"
    return ""


def _flag(index: int, flag: str, facts: list[str]) -> str:
    if flag.endswith(" known"):
        return f"known{index}[i] != 0"
    name, _, what = flag.rpartition(" is ")
    return f"f{facts.index(name)}_here[i] == {YES if what == 'true' else UNKNOWN}"


def _results(compiled: Compiled) -> list[str]:
    """The lines that write a row's codes."""
    lines = []
    for place, output in enumerate(compiled.outputs):
        first = 0 if output.otherwise is None else 1
        value = str(first - 1)
        for code, node in reversed(list(enumerate(output.nodes, first))):
            value = f"({code} if n{node} else {value})"
        lines.append(f"out{place}_here[i] = {value}")
    return [*lines, f"left_here[i] = n{compiled.slow}"] if compiled.slow else lines
